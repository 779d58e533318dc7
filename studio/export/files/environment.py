"""The environment that a package runs in: for pip, for MLflow's own environments, for conda."""

from __future__ import annotations

from collections.abc import Iterable

from studio.export.files.facts import PackageFacts
from studio.export.files.pins import Pin
from studio.export.files.yaml_text import Data, yaml_text

REQUIREMENTS = "requirements.txt"
PYTHON_ENV = "python_env.yaml"
CONDA = "conda.yaml"


def environment_files(facts: PackageFacts) -> dict[str, str]:
    """Return the files that say what must be installed."""
    return {
        REQUIREMENTS: _requirements(facts),
        PYTHON_ENV: yaml_text(_python_env(facts)),
        CONDA: yaml_text(_conda(facts)),
    }


def _requirements(facts: PackageFacts) -> str:
    own = _lines(pin for pin in facts.pins if pin.direct)
    others = _lines(pin for pin in facts.pins if not pin.direct)
    lines = [f"# What scoring needs, as it was proven with; Python {facts.python}.", *own]
    if others:
        lines += ["", "# What these need.", *others]
    return "\n".join(lines) + "\n"


def _python_env(facts: PackageFacts) -> dict[str, Data]:
    return {
        "python": facts.python,
        "build_dependencies": ["pip"],
        "dependencies": [f"-r {REQUIREMENTS}", *_besides(facts)],
    }


def _conda(facts: PackageFacts) -> dict[str, Data]:
    return {
        "name": "mlflow-env",
        "channels": ["conda-forge"],
        "dependencies": [
            f"python={facts.python}",
            "pip",
            {"pip": [*_lines(facts.pins), *_besides(facts)]},
        ],
    }


def _besides(facts: PackageFacts) -> list[str]:
    """Return what MLflow needs and the pins do not have."""
    return [line for line in facts.mlflow if not facts.needs(line.partition("==")[0])]


def _lines(some: Iterable[Pin]) -> list[str]:
    return [pin.requirement for pin in sorted(some, key=lambda pin: pin.name.lower())]
