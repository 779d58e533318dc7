"""Data frames and columns: what pandas holds, as scoring takes it, and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.scoring.signature import Field
from studio.sdk.arrays import MICROSECONDS, all_missing
from studio.sdk.errors import ColumnMissing, StudioError
from studio.sdk.schema import Column, ColumnType

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from studio.sdk.arrays import Array, Columns

_KINDS: dict[ColumnType, str] = {
    "integer": "a whole number",
    "double": "a number",
    "boolean": "true or false",
    "string": "text",
    "category": "text",
    "datetime": "a time without a zone",
    "timespan": "a span of time or a number of seconds",
}


class CellUnfit(StudioError):
    """A value of a data frame is not of its column's type."""

    code = "cell_unfit"
    sentence = "Column “{column}” holds {value} in row {row}; it takes {kind}."
    hint = "Change the column's values, or make them missing."


def columns_of(frame: pd.DataFrame, fields: Iterable[Field]) -> dict[str, Array]:
    """Return a data frame's columns as scoring takes them; other columns are left out.

    See :meth:`Scorer.score`. Raises ColumnMissing for a column that must be there, and CellUnfit
    with ``column`` and ``row``, which counts from 1.
    """
    columns: dict[str, Array] = {}
    for field in fields:
        if field.name in frame.columns:
            columns[field.name] = _array(frame[field.name], field)
        elif field.required:
            raise ColumnMissing(column=field.name, available=[str(name) for name in frame.columns])
        else:
            columns[field.name] = all_missing(len(frame), field.column)
    return columns


def frame_of(columns: Columns, schema: Iterable[Column]) -> dict[str, Any]:
    """Return columns as pandas holds them by default, in the schema's order.

    Whole numbers with missing values are doubles, and truth values with missing ones objects; spans
    of time are seconds.
    """
    return {column.name: _values(columns[column.name], column.type) for column in schema}


def _array(series: pd.Series[Any], field: Field) -> Array:
    if field.column.is_text:
        return _texts(series, field)
    kind = series.dtype.kind if isinstance(series.dtype, np.dtype) else ""
    if field.type == "datetime" and kind == "M":
        return _microseconds(series.to_numpy().astype("datetime64[us]"))
    if field.type == "timespan" and kind == "m":
        return _microseconds(series.to_numpy().astype("timedelta64[us]"))
    if kind not in ("i", "u", "f") or field.type == "datetime":
        return _one_by_one(series, field)
    values = series.to_numpy(dtype=np.float64)
    _check(values, series, field)
    return np.rint(values * MICROSECONDS) if field.type == "timespan" else values


def _check(values: NDArray[np.float64], series: pd.Series[Any], field: Field) -> None:
    """Raise CellUnfit for a number that the column's type does not have."""
    wrong = np.zeros(len(values), dtype=bool)
    if field.type == "integer":
        wrong = np.isfinite(values) & (values != np.floor(values))
    if field.type == "boolean":
        wrong = ~np.isnan(values) & (values != 0) & (values != 1)
    for row in np.flatnonzero(wrong)[:1]:
        raise _unfit(field, int(row), series.iloc[row])


def _one_by_one(series: pd.Series[Any], field: Field) -> Array:
    """Return values that pandas keeps as objects, or in a type of its own."""
    values = np.full(len(series), np.nan)
    there = series.notna().to_numpy()
    for row in np.flatnonzero(there):
        number = _number(series.iloc[row], field.type)
        if number is None:
            raise _unfit(field, int(row), series.iloc[row])
        values[row] = number
    _check(values, series, field)
    return values


def _number(value: Any, kind: ColumnType) -> float | None:
    """Return a value as the number that stands for it; None where it is of another type."""
    if kind == "datetime":
        return _time(value)
    if kind == "timespan" and isinstance(value, timedelta):
        return float(value // timedelta(microseconds=1))
    if isinstance(value, bool | np.bool_):
        return float(value) if kind == "boolean" else None
    if not isinstance(value, Real | Decimal):
        return None
    return float(np.rint(float(value) * MICROSECONDS)) if kind == "timespan" else float(value)


def _time(value: Any) -> float | None:
    """Return a time in microseconds since 1970; None for what is none, or has a zone."""
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if isinstance(value, datetime) and value.tzinfo is None:
            return float((value - datetime(1970, 1, 1)) // timedelta(microseconds=1))
        if isinstance(value, date) and not isinstance(value, datetime):
            return float((value - date(1970, 1, 1)) // timedelta(microseconds=1))
    except ValueError:
        return None
    return None


def _texts(series: pd.Series[Any], field: Field) -> Array:
    values = np.empty(len(series), dtype=object)
    values[:] = None
    there = series.notna().to_numpy()
    values[there] = series.to_numpy(dtype=object)[there]
    for row in np.flatnonzero(there):
        if not isinstance(values[row], str):
            raise _unfit(field, int(row), values[row])
    return values


def _microseconds(values: NDArray[Any]) -> NDArray[np.float64]:
    numbers = values.astype(np.int64).astype(np.float64)
    numbers[np.isnat(values)] = np.nan
    return numbers


def _values(values: Array, kind: ColumnType) -> Array:
    if kind in ("string", "category", "double"):
        return values
    if kind == "timespan":
        return values / MICROSECONDS
    there = ~np.isnan(values)
    if kind == "datetime":
        times = np.full(len(values), np.datetime64("NaT"), dtype="datetime64[us]")
        times[there] = values[there].astype(np.int64).astype("datetime64[us]")
        return times
    if kind == "integer":
        return values.astype(np.int64) if there.all() else values
    if there.all():
        return values > 0.5
    truths = np.full(len(values), None)
    truths[there] = values[there] > 0.5
    return truths


def _unfit(field: Field, row: int, value: Any) -> CellUnfit:
    return CellUnfit(column=field.name, row=row + 1, value=_shown(value), kind=_KINDS[field.type])


def _shown(value: Any) -> str:
    return f"“{value}”" if isinstance(value, str) else str(value)
