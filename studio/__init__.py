"""Wireloom: a studio for machine learning; its Python API is loaded when first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from studio.api.experiment import Experiment, ModuleInfo, modules, open_experiment
    from studio.api.handles import Node, Output
    from studio.api.packages import ModelPackage, open_package, package
    from studio.api.retraining import Retrained, retrain
    from studio.sdk.errors import Problem, StudioError
    from studio.sdk.selection import columns
    from studio.session.run_result import NodeResult, Run, RunFailed

__all__ = [
    "Experiment",
    "ModelPackage",
    "ModuleInfo",
    "Node",
    "NodeResult",
    "Output",
    "Problem",
    "Retrained",
    "Run",
    "RunFailed",
    "StudioError",
    "__version__",
    "columns",
    "modules",
    "open_experiment",
    "open_package",
    "package",
    "retrain",
]

_HOMES = {
    "Experiment": "studio.api.experiment",
    "ModelPackage": "studio.api.packages",
    "ModuleInfo": "studio.api.experiment",
    "Node": "studio.api.handles",
    "NodeResult": "studio.session.run_result",
    "Output": "studio.api.handles",
    "Problem": "studio.sdk.errors",
    "Retrained": "studio.api.retraining",
    "Run": "studio.session.run_result",
    "RunFailed": "studio.session.run_result",
    "StudioError": "studio.sdk.errors",
    "columns": "studio.sdk.selection",
    "modules": "studio.api.experiment",
    "open_experiment": "studio.api.experiment",
    "open_package": "studio.api.packages",
    "package": "studio.api.packages",
    "retrain": "studio.api.retraining",
}


def __getattr__(name: str) -> object:
    """Load a public name from where it is defined."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
