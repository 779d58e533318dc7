"""The Python API: experiments built and run from a script, as people do it on the canvas."""

from studio.api.experiment import Experiment, ModuleInfo, modules, open_experiment
from studio.api.handles import Node, Output

__all__ = ["Experiment", "ModuleInfo", "Node", "Output", "modules", "open_experiment"]
