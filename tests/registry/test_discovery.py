"""The registry finds modules wherever they come from, and a broken one stops nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studio.registry.discovery import Registry, open_registry
from studio.registry.renames import Renames
from studio.sdk import Meta, Module, Table, param

GOOD = '''
"""A module of the user's own."""
from typing import Annotated
from studio.sdk import Context, Meta, Module, Table, out, param

Result = Annotated[Table, out("r", "R")]

class Mine(Module):
    """Does nothing."""
    meta = Meta("mine", "Mine", group="Own")
    amount: int = param(1, "Amount", ge=0)
    def run(self, dataset: Annotated[Table, "Rows"], ctx: Context) -> Result:
        return dataset
'''


def run_python(code: str, cwd: Path, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_the_users_folder_is_searched(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(GOOD, encoding="utf-8")
    registry = open_registry(tmp_path)
    found = registry.get("mine")
    assert found is not None
    assert found.meta.title == "Mine"
    assert registry.source("mine").origin == "user"
    assert not registry.source("mine").is_builtin


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import nothing_of_that_name", "nothing_of_that_name"),
        ("def broken(:", "invalid syntax"),
        ("1 / 0", "division by zero"),
        (GOOD.replace("Annotated[Table, out(", "Annotated[int, out("), "does not travel on wires"),
        (GOOD.replace('param(1, "Amount", ge=0)', "1"), "declared with param"),
        ("raise SystemExit(3)", "3"),
    ],
)
def test_a_broken_file_is_reported_and_stops_nothing(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text(text, encoding="utf-8")
    (tmp_path / "mine.py").write_text(GOOD, encoding="utf-8")
    registry = open_registry(tmp_path)
    assert [said in failure.sentence for failure in registry.failures] == [True]
    assert registry.get("mine") is not None


def test_two_modules_of_one_id_are_reported(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.py").write_text(GOOD, encoding="utf-8")
    registry = open_registry(tmp_path)
    assert ["already used" in failure.sentence for failure in registry.failures] == [True]


def test_an_installed_package_brings_modules(tmp_path: Path) -> None:
    package = tmp_path / "bringing"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "own.py").write_text(GOOD, encoding="utf-8")
    info = tmp_path / "bringing-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bringing\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[wireloom.modules]\nbringing = bringing\n")
    code = (
        "from studio.registry.discovery import open_registry\n"
        "s = open_registry().source('mine'); print(s.origin, s.distribution)"
    )
    assert run_python(code, tmp_path, PYTHONPATH=str(tmp_path)) == "package bringing"


def test_a_folder_called_modules_does_not_shadow_the_built_in_ones(tmp_path: Path) -> None:
    fake = tmp_path / "modules"
    fake.mkdir()
    (fake / "__init__.py").write_text("raise RuntimeError('the wrong one')", encoding="utf-8")
    code = (
        "from studio.registry.discovery import open_registry\n"
        "r = open_registry(); print(len(r.modules()) > 0, r.failures)"
    )
    assert run_python(code, tmp_path) == "True []"


def test_metadata_comes_without_the_libraries(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from studio.registry.discovery import open_registry\n"
        "for m in open_registry().modules():\n"
        "    m.inputs(), m.outputs(), m.parameters(), m.help(), m.model_json_schema()\n"
        "heavy = {'pandas', 'sklearn', 'scipy', 'matplotlib', 'duckdb', 'pyarrow', 'lightgbm'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert run_python(code, tmp_path) == "[]"


def test_every_built_in_module_loads() -> None:
    assert open_registry().failures == []


class Renamed(Module):
    """A module that used to be called otherwise."""

    meta = Meta("new_name", "New Name", group="Trial")
    amount: int = param(1, "Amount", ge=0)

    def run(self, dataset: Table) -> Table:
        """Do nothing."""
        return dataset


def test_old_names_are_followed(tmp_path: Path) -> None:
    file = tmp_path / "renames.toml"
    file.write_text(
        '[modules]\noldest = "old_name"\nold_name = "new_name"\n'
        '[parameters.new_name]\nquantity = "amount"\n[ports.new_name]\nin = "dataset"\n',
        encoding="utf-8",
    )
    renames = Renames.read(file)
    assert renames.module("oldest") == "new_name"
    assert renames.params("new_name", {"quantity": 3, "x": 1}) == {"amount": 3, "x": 1}
    assert renames.port("new_name", "in") == "dataset"
    registry = Registry(renames)
    assert registry.rename("oldest", {"quantity": 2}) == ("new_name", {"amount": 2})


def test_renames_that_go_in_a_circle_end() -> None:
    assert Renames({"a": "b", "b": "a"}).module("a") in ("a", "b")


def test_modules_stand_in_the_order_of_the_palette() -> None:
    registry = open_registry()
    groups = list(dict.fromkeys(module.meta.group for module in registry.modules()))
    places = [registry.palette.groups[group].place for group in groups]
    assert places == sorted(places)
    assert registry.modules()[0].meta.id == "saved_dataset"


def test_the_palette_names_modules_that_exist() -> None:
    registry = open_registry()
    named = {id for group in registry.palette.groups.values() for id in group.first}
    assert {id for id in named if registry.get(id) is None} == set()


def test_a_folder_that_cannot_be_read_is_reported_and_stops_nothing(tmp_path: Path) -> None:
    registry = open_registry(tmp_path / ("x" * 300))
    assert registry.get("import_data") is not None
    (failure,) = registry.failures
    assert failure.sentence.startswith("It could not be read: ")
