"""What nodes, their fields and their ports are called, as the canvas shows them."""

from __future__ import annotations

from studio.app.draft import Draft
from studio.sdk.errors import Problem
from studio.sdk.module import Module


def node_title(draft: Draft, node: str) -> str:
    """Return what stands on a node, its module's title by default; of one that is gone its id."""
    found = draft.experiment.nodes.get(node)
    if found is None:
        return node
    module = draft.module(node)
    return found.title or (found.module if module is None else module.meta.title)


def parameter_label(module: type[Module] | None, name: str) -> str:
    """Return the label of a parameter, or its name where the module does not have it."""
    parameters = () if module is None else module.parameters()
    return next((item.label for item in parameters if item.name == name), name)


def place_of(draft: Draft, node: str, problem: Problem) -> str:
    """Return the label of the field or the port that a problem belongs to, or an empty text."""
    module = draft.module(node)
    if problem.param is not None:
        return parameter_label(module, problem.param)
    ports = () if module is None else (*module.inputs(), *module.outputs())
    return next((port.label for port in ports if port.name == problem.port), problem.port or "")
