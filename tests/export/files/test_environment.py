"""The files that say what must be installed."""

from __future__ import annotations

import yaml
from packaging.requirements import Requirement

from studio.export.files.environment import environment_files
from studio.export.files.pins import Pin
from tests.export.files.builders import facts


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_requirements_are_exact() -> None:
    found = [Requirement(line) for line in lines(environment_files(facts())["requirements.txt"])]
    assert [(item.name, str(item.specifier)) for item in found] == [
        ("numpy", "==2.4.6"),
        ("uvloop", "==0.23.0"),
        ("h11", "==0.16.0"),
    ]
    assert found[1].marker is not None
    assert not found[1].marker.evaluate({"sys_platform": "win32"})


def test_mlflow_installs_the_requirements_and_what_it_needs_itself() -> None:
    env = yaml.safe_load(environment_files(facts())["python_env.yaml"])
    assert env == {
        "python": "3.11.7",
        "build_dependencies": ["pip"],
        "dependencies": ["-r requirements.txt", "mlflow-skinny==3.17.2", "pandas==3.1.1"],
    }


def test_conda_has_the_same() -> None:
    env = yaml.safe_load(environment_files(facts())["conda.yaml"])
    python, pip, packages = env["dependencies"]
    assert (python, pip) == ("python=3.11.7", "pip")
    assert set(packages["pip"]) == {
        "numpy==2.4.6",
        'uvloop==0.23.0 ; sys_platform != "win32"',
        "h11==0.16.0",
        "mlflow-skinny==3.17.2",
        "pandas==3.1.1",
    }


def test_pandas_is_not_pinned_twice() -> None:
    some = facts(pins=(Pin("pandas", "3.1.0"),))
    env = yaml.safe_load(environment_files(some)["python_env.yaml"])
    assert env["dependencies"] == ["-r requirements.txt", "mlflow-skinny==3.17.2"]
