"""Kinds of text: by which pattern the text of a column is numbers, dates or just text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from studio.sdk import ColumnType
from studio.sdk.text_style import DateOrder, Decimal

Kind = Literal[
    "unknown", "integer", "double", "boolean", "datetime", "zoned", "timespan", "string", "category"
]
"""What the text of a column stands for; ``unknown`` while no value was seen, ``zoned`` for times
with a zone, which become UTC."""

MISSING = (
    "",
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "NaN",
    "nan",
    "-nan",
    "NULL",
    "null",
    "None",
    "none",
    "<NA>",
)
"""Marks that mean “missing” among numbers, dates and booleans, where they cannot be values."""

_TIME = r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?"
_ZONE = r" ?(Z|[+-]\d{2}(:?\d{2})?)"
_DATES: dict[DateOrder, str] = {
    "year_first": r"\d{4}([-/])\d{1,2}[-/]\d{1,2}",
    "day_first": r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}",
    "month_first": r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}",
}
_INTEGER = r"^[+-]?(0|[1-9]\d{0,17})$"
_NUMBER = r"^[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|(?i:inf|infinity))$"
_TIMESPAN = r"^-?(\d+(\.| days? ))?\d{1,4}:\d{2}:\d{2}(\.\d{1,6})?$"
_BOOLEAN = r"^(?i:true|false)$"
_CHOSEN: dict[Kind, str] = {
    "integer": r"^[+-]?\d+(\.0*)?$",
    "boolean": r"^(?i:true|false|t|f|yes|no|y|n|1|0)$",
}
"""What is accepted beyond the cautious patterns when a person chose the type."""

LONGEST_EXACT = 15
"""Digits of a whole number that a double certainly keeps."""

TYPES: dict[Kind, ColumnType] = {
    "unknown": "string",
    "integer": "integer",
    "double": "double",
    "boolean": "boolean",
    "datetime": "datetime",
    "zoned": "datetime",
    "timespan": "timespan",
    "string": "string",
    "category": "category",
}


@dataclass(frozen=True, slots=True)
class Style:
    """How values are written: decimal mark, order of dates, marks of missing values, blanks."""

    decimal: Decimal = "."
    dates: DateOrder = "year_first"
    missing: tuple[str, ...] = ()
    trim: bool = False
    separator: str | None = None


def pattern(kind: Kind, style: Style, *, chosen: bool = False) -> str:
    """Return the regular expression that a cleaned text of this kind fits."""
    date = _DATES[style.dates]
    if chosen and kind in _CHOSEN:
        return _CHOSEN[kind]
    if chosen and kind == "datetime" and style.dates == "year_first":
        date = rf"({date}|\d{{4}}-\d{{2}}|\d{{8}})"
    return {
        "integer": _INTEGER,
        "double": _NUMBER,
        "boolean": _BOOLEAN,
        "datetime": rf"^{date}([ T]{_TIME})?$",
        "zoned": rf"^{date}[ T]{_TIME}{_ZONE}$",
        "timespan": _TIMESPAN,
    }.get(kind, "")


def cleaned(text: pa.Array, style: Style, *, marks: bool = True) -> pa.Array:
    """Return text without blanks around it, and marks of missing values as missing."""
    trimmed = pc.utf8_trim_whitespace(text)
    known = (*style.missing, *(MISSING if marks else ()))
    if known:
        trimmed = without(trimmed, known)
    return trimmed


def without(text: pa.Array, marks: tuple[str, ...]) -> pa.Array:
    """Return text with the values that are one of the marks made missing."""
    found = pc.is_in(text, value_set=pa.array(marks, pa.string()))
    if not pc.any(found).as_py():
        return text
    return pc.if_else(found, pa.scalar(None, pa.string()), text)


def pointed(text: pa.Array, style: Style) -> pa.Array:
    """Return numbers with a decimal point in the place of the person's decimal mark."""
    return (
        text if style.decimal == "." else pc.replace_substring(text, ",", ".", max_replacements=1)
    )


def infer(text: pa.Array, style: Style) -> Kind:
    """Return the narrowest kind that every value fits, without losing a digit of any."""
    values = pc.drop_null(pc.unique(cleaned(text, style)))
    if not len(values):
        return "unknown"
    first = values[:1]
    if _fits(pointed(first, style), _NUMBER):
        return _numbers(pointed(values, style))
    for kind in ("boolean", "datetime", "zoned", "timespan"):
        rule = pattern(kind, style)
        if _fits(first, rule) and _fits(values, rule):
            return kind
    return "string"


def joined(one: Kind, other: Kind) -> Kind:
    """Return the narrowest kind that holds the values of both."""
    if one == other or other == "unknown":
        return one
    if one == "unknown":
        return other
    return "double" if {one, other} == {"integer", "double"} else "string"


def _numbers(values: pa.Array) -> Kind:
    """Return the kind of a column that begins with a number.

    Among whole numbers, leading zeros make it text (a postal code is no number); so do whole
    numbers with more digits than the column could keep.
    """
    if _fits(values, _INTEGER):
        return "integer"
    if not _fits(values, _NUMBER):
        return "string"
    whole = values.filter(pc.match_substring_regex(values, r"^[+-]?\d+$"))
    if len(whole) == len(values):
        return "string"
    longest = pc.max(pc.utf8_length(whole)).as_py() or 0
    return "string" if longest > LONGEST_EXACT else "double"


def _fits(values: pa.Array, rule: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, rule)).as_py())
