"""A column's values turned into another type, or a sentence on the first that cannot be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from studio.sdk import Column, ColumnType, ModuleError

if TYPE_CHECKING:
    import pyarrow as pa

WANTED: dict[ColumnType, str] = {
    "integer": "a whole number",
    "double": "a number",
    "boolean": "yes or no",
    "string": "text",
    "datetime": "a date and time",
    "timespan": "a span of time",
    "category": "text",
}
SAME_VALUE: frozenset[tuple[ColumnType, ColumnType]] = frozenset(
    {
        ("string", "category"),
        ("category", "string"),
        ("integer", "double"),
        ("boolean", "integer"),
        ("boolean", "double"),
    }
)
"""Conversions, from and to, that leave a value what it is where columns are arrays."""
_TRUE = ("true", "t", "yes", "y", "1")
_FALSE = ("false", "f", "no", "n", "0")
_NUMBERS: tuple[ColumnType, ...] = ("integer", "double", "boolean")
_TEXT: tuple[ColumnType, ...] = ("string", "category")
_SOURCES: dict[ColumnType, tuple[ColumnType, ...]] = {
    "integer": (*_NUMBERS, *_TEXT),
    "double": (*_NUMBERS, *_TEXT),
    "boolean": (*_NUMBERS, *_TEXT),
    "datetime": ("datetime", *_TEXT),
    "timespan": ("timespan", "integer", "double", *_TEXT),
}


class ValueUnreadable(ModuleError):
    """A value does not read as the type that is wanted."""

    code = "value_unreadable"
    sentence = "“{value}” in column “{column}” does not read as {wanted}."
    hint = "Choose another type, or clean the column first."


class NoConversion(ModuleError):
    """There is no way from one type to another."""

    code = "no_conversion"
    sentence = "Column “{column}” is of type {found}, which does not become {wanted}."
    hint = "Choose another type."


def converts(column: Column, to: ColumnType) -> bool:
    """Whether values of a column's type can become another type at all."""
    return column.type in _SOURCES.get(to, (column.type,)) or to in _TEXT


def cast(array: pa.Array, column: Column, to: ColumnType) -> pa.Array:
    """Return a column's array as another type; raises ValueUnreadable and NoConversion.

    Text is read without the blanks around it, and empty text becomes missing. Numbers become true
    unless they are 0, and spans of time by their seconds; a number with a fraction is not a whole
    number.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not converts(column, to):
        raise NoConversion(column=column.name, found=column.type, wanted=WANTED[to])
    if isinstance(array.type, pa.DictionaryType):
        array = array.cast(pa.string())
    if to in _TEXT:
        return _as_text(array, column)
    if column.is_text:
        text = pc.utf8_trim_whitespace(array)
        text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
        return _read(text, column, to)
    if column.type == to:
        return array
    if to == "boolean":
        return pc.not_equal(array, pa.scalar(0, array.type))
    if to == "timespan":
        micros = pc.round(pc.multiply(array.cast(pa.float64()), 1e6)).cast(pa.int64())
        return micros.cast(pa.duration("us"))
    if to == "integer" and column.type == "double":
        return _attempt(array, column, to, lambda part: part.cast(pa.int64()))
    return array.cast({"integer": pa.int64(), "double": pa.float64()}[to])


def _as_text(array: pa.Array, column: Column) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.type == "timespan":
        return pa.array([None if v is None else str(v) for v in array.to_pylist()], pa.string())
    text = array.cast(pa.string())
    return pc.replace_substring_regex(text, r"\.0+$", "") if column.type == "datetime" else text


def _read(text: pa.Array, column: Column, to: ColumnType) -> pa.Array:
    import pyarrow as pa

    readers: dict[ColumnType, Callable[[pa.Array], pa.Array]] = {
        "integer": lambda part: _whole(part),
        "double": lambda part: part.cast(pa.float64()),
        "boolean": _yes_or_no,
        "datetime": _dates,
        "timespan": _spans,
    }
    return _attempt(text, column, to, readers[to])


def _attempt(
    array: pa.Array, column: Column, to: ColumnType, read: Callable[[pa.Array], pa.Array]
) -> pa.Array:
    """Read an array, or say which value was the first that could not be read."""
    try:
        return read(array)
    except (ValueError, OverflowError):
        value = _first_bad(array, read)
        raise ValueUnreadable(value=value, column=column.name, wanted=WANTED[to]) from None


def _first_bad(array: pa.Array, read: Callable[[pa.Array], pa.Array]) -> Any:
    """Find the first value that cannot be read, halving the array that holds it."""
    while len(array) > 1:
        half = array.slice(0, len(array) // 2)
        try:
            read(half)
            array = array.slice(len(array) // 2)
        except (ValueError, OverflowError):
            array = half
    return array[0].as_py()


def _whole(text: pa.Array) -> pa.Array:
    import pyarrow as pa

    try:
        return text.cast(pa.int64())
    except pa.ArrowInvalid:
        return text.cast(pa.float64()).cast(pa.int64())


def _yes_or_no(text: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    lower = pc.utf8_lower(text)
    true = pc.is_in(lower, value_set=pa.array(_TRUE))
    known = pc.or_(true, pc.is_in(lower, value_set=pa.array(_FALSE)))
    if not pc.all(pc.or_(known, pc.is_null(text)), min_count=0).as_py():
        raise ValueError("neither yes nor no")
    return pc.if_else(pc.is_null(text), pa.scalar(None, pa.bool_()), true)


def _dates(text: pa.Array) -> pa.Array:
    import pandas as pd
    import pyarrow as pa

    values = pd.Series(text.to_pylist(), dtype=object)
    try:
        read = pd.to_datetime(values, format="ISO8601", utc=True)
    except ValueError:
        read = pd.to_datetime(values, format="mixed", utc=True)
    return pa.array(read.dt.tz_localize(None), pa.timestamp("us"), from_pandas=True)


def _spans(text: pa.Array) -> pa.Array:
    import pandas as pd
    import pyarrow as pa

    read = pd.to_timedelta(pd.Series(text.to_pylist(), dtype=object))
    return pa.array(read, pa.duration("us"), from_pandas=True)
