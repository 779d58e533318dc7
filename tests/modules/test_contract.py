"""Every built-in module does what every module must do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from studio.registry.discovery import open_registry
from studio.sdk import Context, Module
from studio.sdk.bench import Case
from studio.sdk.checks import ALL_CHECKS, Bench
from tests.modules.cases import CASES

MODULES = open_registry().modules()


@pytest.mark.parametrize("check", ALL_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.meta.id)
def test_contract(
    module: type[Module], check: Callable[[Bench], None], tmp_path: Path, ctx: Context
) -> None:
    make = CASES.get(module.meta.id)
    case = Case() if make is None else make(replace(ctx, base=tmp_path))
    check(Bench.of(module, tmp_path, case, open_registry().get))


def test_every_case_is_of_a_module() -> None:
    assert set(CASES) <= {module.meta.id for module in MODULES}
