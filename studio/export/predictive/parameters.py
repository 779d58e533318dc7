"""The parameters of an experiment that a request may set."""

from __future__ import annotations

from collections.abc import Iterator

from studio.document.experiment import Experiment
from studio.document.frozen import thaw
from studio.document.items import ExperimentParameter
from studio.export.predictive.flow import Flow
from studio.registry.discovery import Registry
from studio.scoring.signature import WebParameter
from studio.sdk.params import Parameter

_TYPES = {"integer": "integer", "double": "double", "boolean": "boolean"}
_TEXTS = ("string", "choice", "text", "column", "file")


def web_parameters(experiment: Experiment, registry: Registry) -> tuple[WebParameter, ...]:
    """Return the parameters that a request may set, in the order of the experiment's.

    They are those of the experiment's that a node takes which a request passes. One without a
    default must be set by every request.
    """
    flow = Flow.of(experiment, registry)
    passed = flow.served()
    found = []
    for parameter in experiment.parameters:
        fields = list(_fields(flow, passed, parameter.name))
        if fields:
            found.append(_described(parameter, fields))
    return tuple(found)


def _fields(flow: Flow, passed: frozenset[str], parameter: str) -> Iterator[tuple[str, Parameter]]:
    """Yield the fields that a parameter sets: the node's title, and the field's declaration."""
    for node in flow.steps:
        bindings, cls = flow.experiment.nodes[node].bindings, flow.module(node)
        if node in passed and cls is not None:
            for declared in cls.parameters():
                if bindings.get(declared.name) == parameter:
                    yield flow.title(node), declared


def _described(parameter: ExperimentParameter, fields: list[tuple[str, Parameter]]) -> WebParameter:
    kinds = {_type(declared) for _, declared in fields}
    kind = parameter.type
    told = ", ".join(f"{declared.label} of “{title}”" for title, declared in fields)
    return WebParameter(
        parameter.name,
        kinds.pop() if kind == "any" and len(kinds) == 1 else kind,
        thaw(parameter.default),
        required=parameter.default is None,
        help=parameter.description or told,
    )


def _type(declared: Parameter) -> str:
    return "string" if declared.kind in _TEXTS else _TYPES.get(declared.kind, "any")
