"""Cells of a request: JSON values as arrays, column by column, or the first that does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.scoring.signature import Field
from studio.sdk.schema import ColumnType
from studio.serve.errors import ValueUnfit
from studio.serve.times import LONGEST_SPAN, read_time

if TYPE_CHECKING:
    from studio.sdk.arrays import Array, Columns

Cells = Sequence[Any]
"""A column's values as JSON has them, one a row."""

INTEGERS = 2**63

WANTED: dict[ColumnType, str] = {
    "integer": "a whole number of at most 64 bits",
    "double": "a number that a double can hold",
    "boolean": "true or false",
    "string": "text",
    "category": "text",
    "datetime": "a date and time as ISO 8601 text such as “2024-05-01T13:30:00”",
    "timespan": "a number of seconds",
}
_INFINITE = float("inf")
_NONE = type(None)
_NUMBERS = frozenset({float, int, _NONE})
_INTEGERS = frozenset({int, _NONE})
_TRUTHS: frozenset[type] = frozenset({bool, _NONE})
_TEXTS: frozenset[type] = frozenset({str, _NONE})


class _Unfit(Exception):
    """A value does not fit its column; which one is found by looking at each."""


class Converter:
    """Brings the JSON values of an input's columns into arrays.

    Columns of one type are looked at together, and all numbers become one array: for a single row
    the calls cost more than the cells.
    """

    def __init__(self, fields: Sequence[Field], input_name: str) -> None:
        self._fields = tuple(fields)
        self._input = input_name
        numbers = [(t, [f.name for f in fields if f.type == t]) for t in _NUMERIC]
        self._numbers = [(t, names) for t, names in numbers if names]
        self._texts = [field.name for field in fields if field.type in ("string", "category")]
        self._order = [*(name for _, names in self._numbers for name in names), *self._texts]

    def to_columns(self, table: Mapping[str, Cells]) -> Columns:
        """Return the columns as arrays; raises ValueUnfit at the first value that misfits.

        ``table`` has every field's values, equally many. null becomes NaN or None; times become
        microseconds.
        """
        rows = len(table[self._order[0]])
        numbers: list[Any] = []
        arrays: list[Array] = []
        try:
            for type_, names in self._numbers:
                numbers += _PREPARE[type_](_flat(table, names))
            if numbers:
                arrays += [*np.array(numbers, dtype=np.float64).reshape(-1, rows)]
            if self._texts:
                texts = _text(_flat(table, self._texts))
                arrays += [*np.array(texts, dtype=object).reshape(-1, rows)]
        except (_Unfit, OverflowError):
            raise self._misfit(table) from None
        return dict(zip(self._order, arrays, strict=True))

    def _misfit(self, table: Mapping[str, Cells]) -> ValueUnfit:
        """Return what is wrong with the first value that does not fit its column."""
        for field in self._fields:
            for index, value in enumerate(table[field.name]):
                if not _fits(value, field.type):
                    return ValueUnfit(
                        input=self._input,
                        column=field.name,
                        row=index + 1,
                        found=found(value),
                        wanted=WANTED[field.type],
                    )
        raise AssertionError("every value fits by itself")


def _flat(table: Mapping[str, Cells], names: Sequence[str]) -> list[Any]:
    """Return the values of some columns, one column after another."""
    return [*chain.from_iterable([table[name] for name in names])]


def to_column(values: Cells, field: Field, input_name: str) -> Array:
    """Return one column as an array; raises ValueUnfit."""
    return Converter((field,), input_name).to_columns({field.name: values})[field.name]


def _fits(value: object, type_: ColumnType) -> bool:
    try:
        prepared = _PREPARE[type_]([value])
        if type_ in _NUMERIC:
            np.array(prepared, dtype=np.float64)
    except (_Unfit, OverflowError):
        return False
    return True


def found(value: object) -> str:
    """Return what a JSON value is, as a sentence says it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text “{value if len(value) <= 60 else value[:60] + '…'}”"
    if isinstance(value, float):
        return f"the number {value!r}" if abs(value) < _INFINITE else "a number without end"
    if isinstance(value, int):
        large = not -INTEGERS <= value < INTEGERS
        return "a whole number beyond 64 bits" if large else f"the number {value}"
    return "a list" if isinstance(value, list) else "an object"


def _double(values: list[Any]) -> list[Any]:
    if not _NUMBERS.issuperset(map(type, values)) or _INFINITE in values or -_INFINITE in values:
        raise _Unfit
    return values


def _integer(values: list[Any]) -> list[Any]:
    if not _INTEGERS.issuperset(map(type, values)):
        values = [_whole(value) for value in values]
    whole = [value for value in values if value is not None] if None in values else values
    if whole and (min(whole) < -INTEGERS or max(whole) >= INTEGERS):
        raise _Unfit
    return values


def _whole(value: object) -> int | None:
    """Return a whole number that may be written as 3.0; NaN is missing."""
    if value is None or value != value:
        return None
    if type(value) is int or (type(value) is float and value.is_integer()):
        return int(value)
    raise _Unfit


def _boolean(values: list[Any]) -> list[Any]:
    return _of(values, _TRUTHS)


def _text(values: list[Any]) -> list[Any]:
    return _of(values, _TEXTS)


def _of(values: list[Any], types: frozenset[type]) -> list[Any]:
    """Return values of certain types, with None for NaN, which some clients write for null."""
    if types.issuperset(map(type, values)):
        return values
    kept = [None if value != value else value for value in values]
    if not types.issuperset(map(type, kept)):
        raise _Unfit
    return kept


def _datetime(values: list[Any]) -> list[Any]:
    try:
        return [None if text is None else read_time(text) for text in _text(values)]
    except ValueError:
        raise _Unfit from None


def _timespan(values: list[Any]) -> list[Any]:
    return [_span(seconds) for seconds in _double(values)]


def _span(seconds: float | None) -> float | None:
    if seconds is None or seconds != seconds:
        return None
    if abs(seconds) > LONGEST_SPAN:
        raise _Unfit
    return float(round(seconds * 1e6))


_PREPARE: dict[ColumnType, Callable[[list[Any]], list[Any]]] = {
    "integer": _integer,
    "double": _double,
    "boolean": _boolean,
    "string": _text,
    "category": _text,
    "datetime": _datetime,
    "timespan": _timespan,
}
_NUMERIC: tuple[ColumnType, ...] = ("double", "integer", "boolean", "datetime", "timespan")
