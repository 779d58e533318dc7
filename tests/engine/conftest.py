"""Engines for the tests, shared where a test does nothing to the engine itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.engine.engine import Engine
from tests.engine.drawing import STUBS


@pytest.fixture(scope="session")
def _shared_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(tmp_path_factory.mktemp("shared"), modules=STUBS, workers=2, threads=1) as engine:
        yield engine


@pytest.fixture
def engine(_shared_engine: Engine) -> Iterator[Engine]:
    """An engine with an empty store; its processes are those of other tests."""
    _shared_engine.store.sweep(-1)
    yield _shared_engine
    _shared_engine.let_go()


@pytest.fixture
def open_engine(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """Open engines on a workspace of the test's own; they are closed after it."""
    opened: list[Engine] = []

    def make(folder: str = "workspace", **settings: Any) -> Engine:
        opened.append(Engine(tmp_path / folder, modules=STUBS, **{"workers": 2, **settings}))
        return opened[-1]

    yield make
    for one in opened:
        one.close()
