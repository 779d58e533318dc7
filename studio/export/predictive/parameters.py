"""The parameters of an experiment that a request may set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from studio.document.experiment import Experiment
from studio.document.frozen import freeze, same, thaw
from studio.document.items import ExperimentParameter, ParameterType
from studio.export.predictive.flow import Flow
from studio.registry.discovery import Registry
from studio.scoring.signature import WebParameter
from studio.sdk.errors import StudioError
from studio.sdk.params import Parameter

_TYPES: dict[str, ParameterType] = {
    "integer": "integer",
    "double": "double",
    "boolean": "boolean",
}
_WANTED: dict[ParameterType, str] = {
    "integer": "a whole number",
    "double": "a number",
    "boolean": "true or false",
    "string": "text",
    "any": "a value",
}
_TEXTS = ("string", "choice", "text", "column", "file")
_CUT = 60
"""Signs of a value that a sentence shows."""


class ParameterUnshown(StudioError):
    """Nothing shows how a request sets a web service parameter that it must set."""

    code = "parameter_unshown"
    sentence = (
        "Every request must set the web service parameter “{parameter}”, and “{field}” of "
        "“{title}” cannot show how: it holds {value}, and {wanted} is needed."
    )
    hint = "Set that field of the node, or give the experiment's parameter a default."


class ParameterAmbiguous(StudioError):
    """Fields that one web service parameter sets hold different values, and it has no default."""

    code = "parameter_ambiguous"
    sentence = (
        "The web service parameter “{parameter}” has no default, and the fields that it sets "
        "differ: “{field}” of “{title}” holds {value}, and “{other_field}” of “{other_title}” "
        "holds {other}."
    )
    hint = "Set both fields to one value, or give the experiment's parameter a default."


class _Set(NamedTuple):
    """A field that a parameter sets: its node's title, its declaration, and what it holds."""

    title: str
    declared: Parameter
    value: Any


def web_parameters(experiment: Experiment, registry: Registry) -> tuple[WebParameter, ...]:
    """Return the parameters that a request may set, in the order of the experiment's.

    They are those of the experiment's that a node takes which a request passes. One without a
    default must be set by every request; what its node holds stands in the default's place, to
    show how. Raises ParameterUnshown and ParameterAmbiguous.
    """
    flow = Flow.of(experiment, registry)
    passed = flow.served()
    found = []
    for parameter in experiment.parameters:
        fields = list(_fields(flow, passed, parameter.name))
        if fields:
            found.append(_described(parameter, fields))
    return tuple(found)


def _fields(flow: Flow, passed: frozenset[str], parameter: str) -> Iterator[_Set]:
    """Yield the fields that a parameter sets."""
    for node in flow.steps:
        bindings, module = flow.experiment.nodes[node].bindings, flow.steps[node].module
        if node in passed and module is not None:
            held = module.model_dump(mode="json")
            for declared in module.parameters():
                if bindings.get(declared.name) == parameter:
                    yield _Set(flow.title(node), declared, held[declared.name])


def _described(parameter: ExperimentParameter, fields: list[_Set]) -> WebParameter:
    kinds = {_type(item.declared) for item in fields}
    kind = parameter.type
    if kind == "any" and len(kinds) == 1:
        kind = kinds.pop()
    required = parameter.default is None
    told = ", ".join(f"{item.declared.label} of “{item.title}”" for item in fields)
    return WebParameter(
        parameter.name,
        kind,
        _held(replace(parameter, type=kind), fields) if required else thaw(parameter.default),
        required=required,
        help=parameter.description or told,
    )


def _held(parameter: ExperimentParameter, fields: list[_Set]) -> Any:
    """Return what all fields of a parameter hold; raises ParameterUnshown, ParameterAmbiguous."""
    first = fields[0]
    place = {"parameter": parameter.name, "field": first.declared.label, "title": first.title}
    if first.value is None or not parameter.accepts(first.value):
        raise ParameterUnshown(**place, value=_text(first.value), wanted=_WANTED[parameter.type])
    held = freeze(first.value)
    other = next((item for item in fields if not same(freeze(item.value), held)), None)
    if other is not None:
        raise ParameterAmbiguous(
            **place,
            value=_text(first.value),
            other_field=other.declared.label,
            other_title=other.title,
            other=_text(other.value),
        )
    return first.value


def _text(value: Any) -> str:
    """Return a value as a sentence shows it."""
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= _CUT else f"{text[:_CUT]}…"


def _type(declared: Parameter) -> ParameterType:
    return "string" if declared.kind in _TEXTS else _TYPES.get(declared.kind, "any")
