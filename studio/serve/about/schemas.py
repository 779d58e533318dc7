"""JSON schemas of what an endpoint takes and gives, made from a package's signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studio.scoring.signature import Field, Signature, WebParameter
from studio.sdk.schema import Column, ColumnType
from studio.serve.answers import INFINITY
from studio.serve.asking.azure import TYPES
from studio.serve.cells import INTEGERS
from studio.serve.times import ISO, LONGEST_SPAN, write_time

Schema = dict[str, Any]

_LARGEST = 1.7976931348623157e308
_MOST_LEVELS = 50
_TYPES: dict[ColumnType, Schema] = {
    "integer": {"type": ["integer", "null"], "minimum": -INTEGERS, "maximum": INTEGERS - 1},
    "double": {"type": ["number", "null"], "minimum": -_LARGEST, "maximum": _LARGEST},
    "boolean": {"type": ["boolean", "null"]},
    "string": {"type": ["string", "null"]},
    "category": {"type": ["string", "null"]},
    "datetime": {"type": ["string", "null"], "pattern": f"^{ISO}$"},
    "timespan": {"type": ["number", "null"], "minimum": -LONGEST_SPAN, "maximum": LONGEST_SPAN},
}
_PARAMETERS: Mapping[str, Schema] = {
    "integer": {"type": "integer", "minimum": -INTEGERS, "maximum": INTEGERS - 1},
    "double": {"type": "number", "minimum": -_LARGEST, "maximum": _LARGEST},
    "boolean": {"type": "boolean"},
    "string": {"type": "string"},
}
_INFINITE = {"enum": [INFINITY, f"-{INFINITY}"], "description": "A number without end."}


def closed(properties: Mapping[str, Any], required: Sequence[str] | None = None) -> Schema:
    """Return the schema of an object with these keys and no others."""
    needed = list(properties) if required is None else list(required)
    schema: Schema = {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }
    return schema | ({"required": needed} if needed else {})


def listed(items: Schema, **more: Any) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items, **more}


def cell(field: Field) -> Schema:
    """Return the schema of a value of an input's column."""
    schema = dict(_TYPES[field.type])
    words = seen(field)
    if field.type == "timespan":
        words = f"In seconds. {words}".strip()
    if words:
        schema["description"] = words
    if field.example is not None:
        schema["examples"] = [field.example]
    return schema


def seen(field: Field) -> str:
    """Return what training saw of a column, as a sentence; nothing where it is not known."""
    if field.levels:
        shown = ", ".join(f"“{level}”" for level in field.levels[:_MOST_LEVELS])
        rest = len(field.levels) - _MOST_LEVELS
        return f"Training saw {shown}{f' and {rest} more' if rest > 0 else ''}."
    range_ = bounds(field)
    return f"Training saw {range_}." if range_ else ""


def bounds(field: Field) -> str:
    """Return the range that training saw of a column; nothing where it is not known."""
    if field.low is None or field.high is None:
        return ""
    return f"{_bound(field, field.low)} to {_bound(field, field.high)}"


def _bound(field: Field, value: float) -> str:
    if field.type == "datetime":
        return write_time(value)
    if field.type == "timespan":
        return f"{value / 1e6:g}"
    return f"{value:.0f}" if field.type == "integer" else f"{value:g}"


def answered(column: Column, echo: Field | None) -> Schema:
    """Return the schema of a value of an output's column; ``echo`` is the column it passes on."""
    if echo is not None:
        return dict(_TYPES[echo.type])
    schema = {key: value for key, value in _TYPES[column.type].items() if key == "type"}
    if column.type in ("double", "timespan"):
        return {"anyOf": [schema, _INFINITE]}
    return schema


def record(fields: Sequence[Field]) -> Schema:
    """Return the schema of a record of an input."""
    required = [field.name for field in fields if field.required]
    return closed({field.name: cell(field) for field in fields}, required)


def answer_record(signature: Signature, output: str) -> Schema:
    """Return the schema of a record of an output."""
    echoes = signature.echoes.get(output, {})
    properties = {}
    for column in signature.outputs[output]:
        source = echoes.get(column.name)
        echo = None
        if source is not None:
            echo = next(f for f in signature.inputs[source[0]] if f.name == source[1])
        properties[column.name] = answered(column, echo)
    return closed(properties)


def rows(names: Sequence[str]) -> Schema:
    """Return the schema of rows as lists, in the order of their columns."""
    return listed(listed({}, maxItems=len(names)))


def names(columns: Sequence[str]) -> Schema:
    """Return the schema of a list of names of columns."""
    return listed({"enum": list(columns)}, uniqueItems=True)


def parameters(known: Sequence[WebParameter]) -> Schema:
    """Return the schema of the web service parameters."""
    properties = {}
    for item in known:
        schema = dict(_PARAMETERS.get(item.type, {}))
        if item.help:
            schema["description"] = item.help
        if not item.required:
            schema["default"] = item.default
        properties[item.name] = schema
    return closed(properties, [item.name for item in known if item.required])


def data_table(columns: Sequence[Column]) -> Schema:
    """Return the schema of a table as Azure answers it."""
    value = closed(
        {
            "ColumnNames": {"const": [column.name for column in columns]},
            "ColumnTypes": {"const": [TYPES[column.type] for column in columns]},
            "Values": listed(listed({"type": ["string", "null"]})),
        }
    )
    return closed({"type": {"const": "DataTable"}, "value": value})


def example(fields: Sequence[Field]) -> dict[str, Any]:
    """Return a record made of what training saw."""
    return {field.name: field.example for field in fields}
