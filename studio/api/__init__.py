"""The Python API: experiments built and run from a script, as people do it on the canvas."""

from studio.api.experiment import Experiment, ModuleInfo, modules, open_experiment
from studio.api.handles import Node, Output
from studio.api.packages import ModelPackage, open_package, package
from studio.api.retraining import Retrained, retrain

__all__ = [
    "Experiment",
    "ModelPackage",
    "ModuleInfo",
    "Node",
    "Output",
    "Retrained",
    "modules",
    "open_experiment",
    "open_package",
    "package",
    "retrain",
]
