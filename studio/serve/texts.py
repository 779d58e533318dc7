"""Cells as text, as delimited files have them: text into arrays, and arrays into text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from studio.scoring.signature import Field
from studio.sdk.schema import Column, ColumnType
from studio.serve.cells import INTEGERS, found
from studio.serve.errors import ValueUnfit
from studio.serve.times import LONGEST_SPAN, read_span, read_written_time, write_span, write_time

if TYPE_CHECKING:
    from studio.sdk.arrays import Array

MISSING = frozenset(
    ("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "-nan", "NULL", "null", "None", "none", "<NA>")
)
"""What stands for a missing value where text is not what is wanted; Import Data reads it so too."""

WANTED: dict[ColumnType, str] = {
    "integer": "a whole number of at most 64 bits",
    "double": "a number that a double can hold",
    "boolean": "true or false",
    "string": "text",
    "category": "text",
    "datetime": "a date and time such as 2024-05-01 13:30:00",
    "timespan": "a span of time such as 1.02:03:04, or a number of seconds",
}
_TRUTHS = dict.fromkeys(("true", "t", "yes", "y", "1"), 1.0) | dict.fromkeys(
    ("false", "f", "no", "n", "0"), 0.0
)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_PLAIN = {"double": re.compile(r"[-+.eE0-9]*"), "integer": re.compile(r"[-+0-9]*")}
_INTEGER = re.compile(r"([+-]?\d{1,30})(\.0*)?", re.ASCII)


def read_column(
    texts: Sequence[str | None], field: Field, input_name: str, marks: Collection[str] = ("",)
) -> Array:
    """Return a column of text as an array; raises ValueUnfit at the first that does not fit.

    None is missing. ``marks`` are missing too; beside them, in columns that are no text, whatever
    :data:`MISSING` lists. Numbers, times and truth values are read without the blanks around them;
    a time with a zone becomes UTC. Numbers without end are refused.
    """
    if field.type in ("string", "category"):
        return np.array([None if text in marks else text for text in texts], dtype=object)
    plain = _plain_numbers(texts, field.type, marks)
    if plain is not None:
        return np.array(plain, dtype=np.float64)
    read = _READ[field.type]
    values = np.empty(len(texts), dtype=np.float64)
    for index, text in enumerate(texts):
        try:
            values[index] = _read(text, read, marks)
        except ValueError:
            raise ValueUnfit(
                input=input_name,
                column=field.name,
                row=index + 1,
                found=found(text),
                wanted=WANTED[field.type],
            ) from None
    return values


def _plain_numbers(
    texts: Sequence[str | None], type_: ColumnType, marks: Collection[str]
) -> list[float] | None:
    """Return the values of a column of plain numbers; None where each has to be looked at."""
    if type_ not in ("double", "integer") or not set(texts).isdisjoint({None, *marks}):
        return None
    if _PLAIN[type_].fullmatch("".join(map(str, texts))) is None:
        return None
    try:
        values = [float(str(text)) for text in texts]
    except ValueError:
        return None
    limit = np.inf if type_ == "double" else float(INTEGERS)
    return values if all(-limit < value < limit for value in values) else None


def _read(text: str | None, read: Callable[[str], float], marks: Collection[str]) -> float:
    if text is None or text in marks:
        return np.nan
    text = text.strip()
    return np.nan if text in marks or text in MISSING else read(text)


def _double(text: str) -> float:
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(text)
    value = float(text)
    if value in (np.inf, -np.inf):
        raise ValueError(text)
    return value


def _integer(text: str) -> float:
    value = whole_number(text)
    if not -INTEGERS <= value < INTEGERS:
        raise ValueError(text)
    return float(value)


def whole_number(text: str) -> int:
    """Return the whole number that a text is, in every digit; raises ValueError."""
    matched = _INTEGER.fullmatch(text.strip())
    if matched is None:
        raise ValueError(text)
    return int(matched[1])


def _boolean(text: str) -> float:
    value = _TRUTHS.get(text.lower())
    if value is None:
        raise ValueError(text)
    return value


def _timespan(text: str) -> float:
    if ":" in text:
        return read_span(text)
    seconds = _double(text)
    if abs(seconds) > LONGEST_SPAN:
        raise ValueError(text)
    return float(round(seconds * 1e6))


_READ: dict[ColumnType, Callable[[str], float]] = {
    "integer": _integer,
    "double": _double,
    "boolean": _boolean,
    "datetime": read_written_time,
    "timespan": _timespan,
}


def write_column(values: Array, column: Column) -> list[str | None]:
    """Return an array as text, None for what is missing, as Export Data writes it.

    Doubles have the fewest digits that read back the same, and a point or an exponent; numbers
    without end are inf and -inf.
    """
    if column.type in ("string", "category"):
        return list(values.tolist())
    write = _WRITE[column.type]
    return [None if value != value else write(value) for value in values.tolist()]


def _write_integer(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


_WRITE: dict[ColumnType, Callable[[float], str]] = {
    "integer": _write_integer,
    "double": repr,
    "boolean": lambda value: "true" if value else "false",
    "datetime": lambda value: write_time(value, " "),
    "timespan": write_span,
}
