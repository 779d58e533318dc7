"""Answers: arrays as the values that JSON has."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import TYPE_CHECKING, Any

from studio.sdk.schema import Column, ColumnType
from studio.serve.times import write_time

if TYPE_CHECKING:
    from studio.sdk.arrays import Array

INFINITY = "Infinity"
"""How an answer says a number without end, which JSON has no number for; the other is -Infinity."""


def to_values(array: Array, column: Column) -> list[Any]:
    """Return an output column as JSON values: None for what is missing.

    Whole numbers are integers, times ISO 8601 text without a zone, spans of time seconds. A double
    that is infinite is the text “Infinity” or “-Infinity”, so that nobody takes it for missing.
    """
    return WRITE[column.type](array.tolist())


def _texts(values: list[Any]) -> list[Any]:
    return values


def _doubles(values: list[float]) -> list[Any]:
    return values if all(map(isfinite, values)) else [_double(value) for value in values]


def _double(value: float) -> float | str | None:
    if value != value:
        return None
    if isfinite(value):
        return value
    return INFINITY if value > 0 else f"-{INFINITY}"


def _integers(values: list[float]) -> list[Any]:
    if all(map(float.is_integer, values)):
        return list(map(int, values))
    return [int(value) if value.is_integer() else _double(value) for value in values]


def _truths(values: list[float]) -> list[Any]:
    return [None if value != value else value > 0.5 for value in values]


def _times(values: list[float]) -> list[Any]:
    return [None if value != value else write_time(value) for value in values]


def _spans(values: list[float]) -> list[Any]:
    return _doubles([value / 1e6 for value in values])


WRITE: dict[ColumnType, Callable[[list[Any]], list[Any]]] = {
    "string": _texts,
    "category": _texts,
    "double": _doubles,
    "integer": _integers,
    "boolean": _truths,
    "datetime": _times,
    "timespan": _spans,
}
"""What makes JSON values of the values that an array of a type has."""
