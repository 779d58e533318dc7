"""What the fields of nodes show: values, which fields are there, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studio.app.editors.field_editor import Shown, Surroundings, plain_value
from studio.document.experiment import Experiment
from studio.document.frozen import freeze, same, thaw
from studio.document.items import ExperimentParameter, Node, ParameterType
from studio.document.problems import input_port
from studio.sdk.errors import Problem
from studio.sdk.module import Module, read_params
from studio.sdk.params import Kind, Parameter
from studio.sdk.schema import TableSchema
from studio.sdk.validation import NEEDED, UNKNOWN, WRONG, check_ranges

AT_ONCE = frozenset({NEEDED, WRONG, UNKNOWN})
"""The codes of problems that are found here at once; the others come from the engine."""
_TYPES: Mapping[Kind, ParameterType] = {
    "integer": "integer",
    "double": "double",
    "boolean": "boolean",
    "string": "string",
    "choice": "string",
    "text": "string",
    "column": "string",
    "file": "string",
}
"""The types that experiment parameters have, by the kind of a field."""


def shown_value(parameter: Parameter, nodes: Sequence[Node]) -> Shown:
    """Return what the field of a parameter shows for one node, or for several."""
    default = plain_value(parameter.default)
    values = [thaw(node.params.get(parameter.name, freeze(default))) for node in nodes]
    if any(not same(freeze(values[0]), freeze(value)) for value in values[1:]):
        return Shown(None, True, mixed=True)
    return Shown(values[0], any(parameter.name in node.params for node in nodes))


def differs(parameter: Parameter, shown: Shown) -> bool:
    """Whether a field shows something else than the module's default."""
    if shown.mixed or parameter.required:
        return shown.is_set
    return shown.is_set and not same(freeze(shown.value), freeze(plain_value(parameter.default)))


def fields_of(cls: type[Module], node: Node) -> frozenset[str]:
    """Return the names of the parameters that a node's values let be seen."""
    declared = {item.name: item for item in cls.parameters()}
    values = {name: node.params.get(name, item.default) for name, item in declared.items()}

    def is_seen(name: str) -> bool:
        conditions = (declared[name].when or {}).items()
        return all(values[other] in allowed and is_seen(other) for other, allowed in conditions)

    return frozenset(name for name in declared if is_seen(name))


def problems_at_once(cls: type[Module], node: Node, experiment: Experiment) -> list[Problem]:
    """Return what can be said of a node's own values without asking the engine."""
    try:
        params = experiment.params_of(node.id)
        return [*read_params(cls, params)[1], *check_ranges(cls, thaw(node.ranges))]
    except Exception:  # a module of somebody else's; the engine says what is wrong with it
        return []


def complaint(cls: type[Module], name: str, text: str) -> str:
    """Return why a text cannot be the value of a parameter, as validation says it."""
    parameter = cls.parameter(name)
    problems = read_params(cls, {name: text})[1]
    sentence = next((p.sentence for p in problems if p.param == name), "")
    if not sentence or parameter.kind in ("list", "mapping"):
        return f"“{parameter.label}”: “{text}” does not fit, or stands there twice."
    comma = parameter.kind == "double" and "," in text
    return f"{sentence} Write decimals with a point, as in 0.5." if comma else sentence


def range_complaint(parameter: Parameter, text: str) -> str:
    """Return why a text cannot be one of the values that a tuner tries."""
    wanted = {"integer": "whole numbers", "double": "numbers", "boolean": "yes or no"}
    words = wanted.get(parameter.kind, "values it may have")
    return f"The range of “{parameter.label}” lists {words}; “{text}” is none."


def surroundings(
    cls: type[Module],
    parameter: Parameter,
    title: str,
    base: Any,
    schemas: dict[str, TableSchema | None],
) -> Surroundings:
    """Return what the field of a parameter knows of the columns that will arrive."""
    tables = [port.name for port in cls.inputs() if port.kind == "Table"]
    port = parameter.port or (tables[0] if tables else "")
    schema = schemas.get(port)
    declared = input_port(cls, port)
    why = ""
    if declared is not None and schema is None:
        unlinked = f"Nothing is linked to “{declared.label}” yet, so its columns are not known."
        unsaid = "The columns are not known before a run. Run once, or type their names."
        why = unsaid if port in schemas else unlinked
    return Surroundings(
        title=title,
        base=base,
        schema=schema,
        why=why,
        ports={name: schemas.get(name) for name in tables},
        writes=cls.meta.world == "writes",
    )


def published(
    parameter: Parameter, value: Any, known: Sequence[ExperimentParameter]
) -> ExperimentParameter:
    """Return an experiment parameter with a field's value, under a name that is free."""
    taken = {item.name for item in known}
    names = (parameter.name, *(f"{parameter.name}_{n}" for n in range(2, len(taken) + 3)))
    name = next(name for name in names if name not in taken)
    return ExperimentParameter(name, _TYPES.get(parameter.kind, "any"), value, parameter.label)
