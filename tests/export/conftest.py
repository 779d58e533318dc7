"""Fixtures of the packages' tests: an engine, what makes packages with it, and a table of trees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.api.experiment import Experiment
from studio.engine.engine import Engine
from studio.session import engines
from studio.session.packaging import Made, Wish, make_package
from tests.export.drawn import trees_file

Making = Callable[..., Made]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engines.open_engine(tmp_path_factory.mktemp("workspace")) as opened:
        yield opened


@pytest.fixture
def make(engine: Engine, tmp_path: Path) -> Making:
    def making(
        experiment: Experiment, name: str = "package", engine: Engine = engine, **wish: Any
    ) -> Made:
        return make_package(
            engine, experiment.document, tmp_path, tmp_path / name, Wish(**wish),
            lambda share, text: None, shown=False,
        )  # fmt: skip

    return making


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    return trees_file(tmp_path)
