"""The ways in which the studio gets onto a machine: the wheel and the installers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

import studio

ROOT = Path(__file__).resolve().parent.parent
SITE = sysconfig.get_path("purelib")
posix = pytest.mark.skipif(os.name != "posix", reason="the installer of Windows is another file")


def called(*command: str | Path, cwd: Path, home: Path, **more: str) -> str:
    """Run a command and return what it printed; what it complains of is part of a failure."""
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "WIRELOOM_HOME": str(home), **more},
        timeout=280,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environment(folder: Path) -> Path:
    """Make an environment that has what the studio needs, but not the studio; return its Python."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, timeout=120)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = called(python, "-c", code, cwd=folder, home=folder).strip()
    Path(site, "needed.pth").write_text(f"{SITE}\n")
    return python


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the source in a place whose name has blanks."""
    copy = tmp_path / "a place with blanks"
    left_out = shutil.ignore_patterns(".*", "__pycache__", "build", "dist")
    shutil.copytree(ROOT, copy, ignore=left_out)
    return copy


@pytest.mark.slow
def test_the_wheel_works_like_the_checkout(tree: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    called(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "-w",
        tmp_path,
        tree,
        cwd=tmp_path,
        home=home,
    )
    (wheel,) = tmp_path.glob("wireloom-*.whl")
    python = environment(tmp_path / "env")
    called(
        python,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--force-reinstall",
        wheel,
        cwd=tmp_path,
        home=home,
    )
    shutil.rmtree(tree)

    def wireloom(*arguments: str) -> str:
        command = python.parent / "wireloom"
        return called(command, *arguments, cwd=tmp_path, home=home, PYTHONPATH="")

    where = called(
        python,
        "-c",
        "import studio; print(studio.__file__)",
        cwd=tmp_path,
        home=home,
        PYTHONPATH="",
    )
    assert Path(where.strip()).is_relative_to(tmp_path / "env")
    assert wireloom("--version") == f"wireloom {studio.__version__}\n"
    listed: dict[str, Any] = json.loads(wireloom("modules", "--json"))
    assert [module["id"] for module in listed["modules"]] == [m.id for m in studio.modules()]
    assert listed["failures"] == []
    wireloom("new", "iris-k-means", "mine")
    run = json.loads(wireloom("run", "mine.experiment", "--json"))
    assert run["outcome"] == "finished"
    assert {node["outcome"] for node in run["nodes"].values()} == {"finished"}


@posix
@pytest.mark.slow
def test_run_sets_up_once_and_passes_arguments_on(tree: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment(tree / ".venv")
    run = (shutil.which("bash") or "bash", tree / "installers" / "run.sh")

    def started(*arguments: str) -> tuple[str, str]:
        done = subprocess.run(
            [*run, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "WIRELOOM_HOME": str(home), "PYTHONPATH": "/nowhere"},
            timeout=280,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout, done.stderr

    said, progress = started("--version")
    assert said == f"wireloom {studio.__version__}\n"
    assert "Setting up" in progress
    assert started("new", "--list")[1] == ""
    where = started("new", "iris-k-means", "mine")
    assert (tmp_path / "mine.experiment").is_file(), where
    project = tree / "pyproject.toml"
    project.write_text(project.read_text() + "\n# changed\n")
    assert "Setting up" in started("--version")[1]
    assert started("--version")[1] == ""


@posix
def test_without_a_python_the_installer_says_what_to_do(tree: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("bash", "cat", "cksum", "dirname", "grep", "id", "uname"):
        (tools / name).symlink_to(shutil.which(name) or name)
    done = subprocess.run(
        [tools / "bash", tree / "installers" / "run.sh"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={"PATH": str(tools)},
        timeout=60,
    )
    assert done.returncode == 1
    assert "Wireloom needs Python 3.11 or newer, and none was found." in done.stderr
    assert done.stdout == ""


@posix
def test_installers_are_in_order() -> None:
    scripts = [*sorted((ROOT / "installers").glob("*.sh")), ROOT / ".ci" / "run"]
    assert len(scripts) == 4
    for script in scripts:
        subprocess.run(["bash", "-n", script], check=True, timeout=20)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
