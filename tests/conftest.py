"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.sdk import Context

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real tables; a test that needs one is skipped where it is absent."""
    if not _SHARED.is_dir():
        pytest.skip("the folder of real tables is not here")
    return _SHARED


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's own folders out of the tests."""
    monkeypatch.setenv("WIRELOOM_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    """A context for running one module by itself; what it logs is in ``ctx.listener``."""
    from studio.registry.discovery import open_registry

    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return Context(scratch=scratch, base=tmp_path, resolve=open_registry().get)
