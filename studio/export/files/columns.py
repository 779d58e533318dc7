"""The columns of a package, as its description lists them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from studio.export.files import markdown
from studio.export.files.training_text import counted
from studio.scoring.signature import Field, Signature, WebParameter
from studio.sdk.arrays import MICROSECONDS
from studio.sdk.schema import Column, ColumnType
from studio.sdk.text_style import PLAIN, DateOrder, TextStyle

_FEW = 12
"""As many levels as a cell can list."""
_KINDS: dict[ColumnType, str] = {
    "integer": "whole number",
    "double": "number",
    "boolean": "true or false",
    "string": "text",
    "category": "text from a list",
    "datetime": "time, ISO 8601",
    "timespan": "seconds",
}
_QUOTED = {"'": "with single quotes", "": "without quotes"}
_DATED: dict[DateOrder, str] = {
    "year_first": "",
    "day_first": "with the day first in dates",
    "month_first": "with the month first in dates",
}


def input_tables(signature: Signature) -> str:
    """Return the columns of each input, with what training saw of them."""
    heads = ("Column", "Type", "Must be there", "Seen in training", "Example")
    return _by_port(
        {
            name: markdown.table(heads, map(_input, fields))
            for name, fields in signature.inputs.items()
        }
    )


def output_tables(signature: Signature) -> str:
    """Return the columns of each output."""
    heads = ("Column", "Type", "Values")
    return _by_port(
        {
            name: markdown.table(heads, map(_output, columns))
            for name, columns in signature.outputs.items()
        }
    )


def parameter_table(parameters: tuple[WebParameter, ...]) -> str:
    """Return what a request may set besides; empty where there is nothing."""
    heads = ("Parameter", "Type", "Default", "What it does")
    return markdown.table(heads, map(_parameter, parameters))


def style_sentence(style: TextStyle) -> str:
    """Return how delimited text to score is written; empty where it is plain."""
    said = [
        f"in {style.encoding}" if style.encoding != PLAIN.encoding else "",
        _QUOTED.get(style.quote, ""),
        "with decimal commas" if style.decimal == "," else "",
        _DATED[style.dates],
        "" if style.header else "without a header (its columns are Col1, Col2, …)",
        f"after {counted(style.skip_lines, 'line')}" if style.skip_lines else "",
        "without the blanks around text" if style.trim else "",
    ]
    ways = ", ".join(way for way in said if way)
    if not ways:
        return ""
    return f" CSV is read as the file of the training was: {ways}. Options say what is otherwise."


def _by_port(tables: dict[str, str]) -> str:
    if len(tables) == 1:
        return next(iter(tables.values()))
    return "\n\n".join(f"**{markdown.name(port)}**\n\n{table}" for port, table in tables.items())


def _input(item: Field) -> tuple[str, ...]:
    return (
        markdown.name(item.name),
        _KINDS[item.type],
        "yes" if item.required else "no",
        _seen(item),
        "" if item.example is None else _plain(item.example),
    )


def _output(column: Column) -> tuple[str, ...]:
    levels = "" if column.levels is None else _listed(column.levels)
    return (markdown.name(column.name), _KINDS[column.type], levels)


def _parameter(item: WebParameter) -> tuple[str, ...]:
    default = "must be given" if item.required else _plain(item.default)
    kind = {"any": "any JSON", "string": "text", "integer": "whole number", "double": "number"}
    return (
        markdown.name(item.name),
        kind.get(item.type, "true or false"),
        default,
        markdown.text(item.help),
    )


def _seen(item: Field) -> str:
    if item.levels is not None:
        return _listed(item.levels)
    if item.low is None or item.high is None:
        return ""
    return f"{_bound(item.low, item.type)} to {_bound(item.high, item.type)}"


def _bound(value: float, kind: ColumnType) -> str:
    if kind == "datetime":
        return (datetime(1970, 1, 1) + timedelta(microseconds=value)).isoformat()
    if kind == "timespan":
        return f"{markdown.figure(value / MICROSECONDS)} s"
    if kind == "boolean":
        return str(value > 0).lower()
    return markdown.figure(value)


def _listed(levels: tuple[str, ...]) -> str:
    shown = [markdown.name(level) or "(empty)" for level in levels[:_FEW]]
    rest = [f"and {len(levels) - _FEW} more"] if len(levels) > _FEW else []
    return ", ".join([*shown, *rest])


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return markdown.name(value)
    return markdown.text(json.dumps(value, ensure_ascii=False))
