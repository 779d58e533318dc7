"""Parameters from outside, checked: pydantic's complaints said as sentences that name the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from studio.sdk.errors import Problem
from studio.sdk.module import Module
from studio.sdk.params import Parameter

NEEDED = "parameter_needed"
WRONG = "parameter_wrong"
UNKNOWN = "parameter_unknown"
_WANTED = {
    "integer": "a whole number",
    "double": "a number",
    "boolean": "yes or no",
    "string": "text",
    "text": "text",
    "column": "the name of a column",
    "columns": "a selection of columns",
    "file": "a path",
    "list": "a list",
    "mapping": "pairs of names and values",
}
_INNER = {
    "int": "a whole number",
    "float": "a number",
    "bool": "yes or no",
    "string": "text",
    "list": "a list",
    "tuple": "a list",
}


def configure(cls: type[Module], params: Mapping[str, Any]) -> tuple[Module | None, list[Problem]]:
    """Return the configured module, or None and what is wrong, one problem a parameter."""
    try:
        return _with_hidden(cls, params), []
    except ValidationError as error:
        problems = {str(item["loc"][0]) if item["loc"] else "": item for item in error.errors()}
        return None, [_problem(cls, name, item) for name, item in problems.items()]


def check_ranges(cls: type[Module], ranges: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with a node's ranges, each value checked by its field's own rule."""
    declared = {item.name: item for item in cls.parameters()}
    problems = []
    for name, values in ranges.items():
        parameter = declared.get(name)
        if parameter is None or parameter.sweep is None:
            problems.append(_unknown_range(cls, name))
            continue
        if not isinstance(values, list | tuple) or not values:
            problems.append(
                Problem(
                    WRONG, f"The range of “{parameter.label}” must be a list of values.", param=name
                )
            )
            continue
        adapter: TypeAdapter[Any] = TypeAdapter(_field_type(cls, name))
        for value in values:
            try:
                adapter.validate_python(value)
            except ValidationError as error:
                problems.append(_value_problem(parameter, error.errors()[0], value))
    return problems


def _field_type(cls: type[Module], name: str) -> Any:
    from typing import Annotated

    field = cls.model_fields[name]
    annotation: Any = field.annotation
    for item in field.metadata:
        annotation = Annotated[annotation, item]
    return annotation


def _with_hidden(cls: type[Module], params: Mapping[str, Any]) -> Module:
    """Configure, letting required parameters that ``when`` hides be absent."""
    try:
        return cls.model_validate(dict(params))
    except ValidationError as error:
        absent = {str(item["loc"][0]) for item in error.errors() if item["type"] == "missing"}
        others = [item for item in error.errors() if item["type"] != "missing"]
        if others or not all(_is_hidden(cls, name, params) for name in absent):
            raise
        blanks = {name: _blank(cls.parameter(name)) for name in absent}
        return cls.model_validate({**params, **blanks})


def _blank(parameter: Parameter) -> Any:
    if parameter.optional:
        return None
    return {
        "integer": 0,
        "double": 0.0,
        "boolean": False,
        "list": [],
        "mapping": {},
        "columns": {},
    }.get(parameter.kind, parameter.choices[0] if parameter.choices else "")


def _is_hidden(cls: type[Module], name: str, params: Mapping[str, Any]) -> bool:
    declared = {item.name: item for item in cls.parameters()}
    return any(
        params.get(other, declared[other].default) not in values
        for other, values in (declared[name].when or {}).items()
    )


def _unknown_range(cls: type[Module], name: str) -> Problem:
    sweepable = [item.label for item in cls.parameters() if item.sweep is not None]
    return Problem(
        UNKNOWN,
        f"“{cls.meta.title}” has no parameter “{name}” that can be swept.",
        f"Parameters with ranges: {', '.join(sweepable) or 'none'}.",
        param=name,
    )


def _problem(cls: type[Module], name: str, item: Any) -> Problem:
    declared = {parameter.name: parameter for parameter in cls.parameters()}
    parameter = declared.get(name)
    if parameter is None:
        if item["type"] == "extra_forbidden":
            return Problem(
                UNKNOWN,
                f"“{cls.meta.title}” has no parameter “{name}”.",
                f"Its parameters: {', '.join(declared) or 'none'}.",
                param=name,
            )
        return Problem(WRONG, _plain(item["msg"]), param=name or None)
    given = item["input"]
    if item["type"] == "missing" or given is None or (isinstance(given, str) and not given):
        return Problem(NEEDED, f"“{parameter.label}” must be set.", parameter.help, param=name)
    return _value_problem(parameter, item, given)


def _value_problem(parameter: Parameter, item: Any, value: Any) -> Problem:
    found = f"“{value}”" if isinstance(value, str) else " ".join(str(value).split())
    found = found if len(found) <= 80 else found[:79] + "…"
    if item["type"] == "value_error":
        sentence = f"“{parameter.label}”: {_plain(item['msg'])}."
    elif parameter.choices:
        choices = ", ".join(str(choice) for choice in parameter.choices)
        sentence = f"“{parameter.label}” must be one of {choices}; it is {found}."
    else:
        wanted = _WANTED[parameter.kind] + (f" {parameter.bounds}" if parameter.bounds else "")
        within = _within(item, found) or f"it is {found}"
        sentence = f"“{parameter.label}” must be {wanted}; {within}."
    return Problem(WRONG, sentence, parameter.help, param=parameter.name)


def _within(item: Any, found: str) -> str:
    """Return what is wrong inside a list, a mapping or a selection; empty for a plain value."""
    place = [
        f"item {part + 1}" if isinstance(part, int) else f"“{part}”"
        for part in item["loc"][1:]
        if part != "[key]"
    ]
    if not place:
        return ""
    where, kind = " in ".join(reversed(place)), item["type"]
    if kind == "extra_forbidden":
        return f"{where} has no meaning there"
    if kind == "literal_error":
        choices = item["ctx"]["expected"].replace("'", "")
        return f"{where} is {found}, and must be one of {choices}"
    wanted = next((text for start, text in _INNER.items() if kind.startswith(start)), "")
    return f"{where} is {found}" + (f", and must be {wanted}" if wanted else "")


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ").rstrip(".")
