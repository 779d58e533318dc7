"""The Python API in a process of its own: scripts, standard input, what it imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

SCRIPT = """
import studio

e = studio.Experiment("Script")
data = e.add("enter_data_manually", data="a\\n1\\n2\\n")
total = e.add("apply_sql_transformation", data, script="SELECT sum(a) AS total FROM t1")
run = e.run()
print("total", int(run[total].to_pandas()["total"][0]), sorted(run.outcomes.values()))
"""


def python(
    *arguments: str, home: Path, stdin: str | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run Python in an empty folder, with warnings as errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        input=stdin,
        stdin=None if stdin is not None else subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=home,
        env={**os.environ, "WIRELOOM_HOME": str(home)},
        check=check,
        timeout=120,
    )


def left_behind(home: Path) -> list[psutil.Process]:
    """Return the processes that still run with this home."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("WIRELOOM_HOME") == str(home):
                found.append(process)
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home of its own"


@pytest.mark.parametrize("way", ["script", "stdin", "command", "event loop"])
def test_a_script_needs_no_guard_and_leaves_nothing_running(way: str, home: Path) -> None:
    # A folder of that name where the script runs must not stand in for the built-in modules.
    (home / "modules").mkdir(parents=True)
    (home / "modules" / "__init__.py").write_text("raise SystemExit('not this one')")
    (home / "script.py").write_text(SCRIPT)
    looping = f"import asyncio\nasync def main():\n    exec({SCRIPT!r})\nasyncio.run(main())"
    ways = {
        "script": lambda: python("script.py", home=home),
        "stdin": lambda: python("-", home=home, stdin=SCRIPT),
        "command": lambda: python("-c", SCRIPT, home=home),
        "event loop": lambda: python("-", home=home, stdin=looping),
    }
    done = ways[way]()
    assert done.stdout == "total 3 ['finished', 'finished']\n"
    assert done.stderr == ""
    assert left_behind(home) == []
    assert ways[way]().stdout == "total 3 ['reused', 'reused']\n"


def test_importing_the_studio_loads_no_library(home: Path) -> None:
    home.mkdir()
    code = "import studio, sys; print(studio.__version__, *sorted(sys.modules))"
    loaded = set(python("-c", code, home=home).stdout.split())
    assert not loaded & {"pandas", "numpy", "pyarrow", "sklearn", "pydantic", "duckdb", "rich"}


def test_building_and_saving_an_experiment_loads_no_library(home: Path) -> None:
    home.mkdir()
    code = SCRIPT.partition("run =")[0] + "e.save('x'); import sys; print(*sorted(sys.modules))"
    loaded = set(python("-c", code, home=home).stdout.split())
    assert not loaded & {"pandas", "numpy", "pyarrow", "sklearn", "duckdb", "matplotlib"}


def test_unknown_names_of_the_package_are_attribute_errors(home: Path) -> None:
    home.mkdir()
    done = python("-c", "import studio; studio.Experment", home=home, check=False)
    assert "AttributeError: module 'studio' has no attribute 'Experment'" in done.stderr
