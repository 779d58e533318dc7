"""Statistics and pictures of a table's columns, one column after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from studio.engine.answers import ColumnProfile
from studio.engine.look import figures
from studio.engine.look.opened import kept, name_of, table_of, value_of
from studio.engine.look.rows import Rows, rows_of
from studio.sdk.errors import Cancelled

if TYPE_CHECKING:
    from studio.engine.worker import Worker
    from studio.sdk.schema import Column

EXACT_ROWS = 10_000_000
"""So many rows are looked at one and all: a column of them takes 80 MB while it is looked at."""
SAMPLE_ROWS = 1_000_000
"""So many evenly spaced ones of a larger table are looked at."""
PROFILE_BYTES = 20_000
"""What a kept profile counts for: about what it takes with its outliers."""

_KINDS = {
    "integer": "Numeric",
    "double": "Numeric",
    "boolean": "Boolean",
    "string": "String",
    "category": "Categorical",
    "datetime": "Date and Time",
    "timespan": "Time Span",
}


def answer(worker: Worker, job: Mapping[str, Any]) -> dict[str, Any]:
    """Return the profiles of some columns of a table."""
    table = table_of(value_of(worker, job), job)
    schema = table.schema.without_origin()
    names = schema.names if job["columns"] is None else job["columns"]
    found = rows_of(table, job)
    rows = sampled(found)
    profiles = []
    for name in names:
        if worker.asked_to_stop():
            raise Cancelled
        profiles.append(_remembered(rows, schema.column(name), job))
    return {
        "total": len(found),
        "columns": profiles,
        "sampled_rows": len(rows) if len(rows) < len(found) else None,
    }


def sampled(rows: Rows) -> Rows:
    """Return the rows that figures are worked out from."""
    return rows if len(rows) <= EXACT_ROWS else rows.spaced(SAMPLE_ROWS)


def feature_type(column: Column) -> str:
    """Return what people call a column: "Numeric Feature", "String Label"."""
    return f"{_KINDS[column.type]} {column.role.capitalize()}"


def _remembered(rows: Rows, column: Column, job: Mapping[str, Any]) -> dict[str, Any]:
    options = [job[item] for item in ("where", "bins", "log_x", "brief")]
    name = name_of("profile", job, column.name, *options)
    return kept.get(name, lambda: (asdict(_profile(rows, column, job)), PROFILE_BYTES))


def _profile(rows: Rows, column: Column, job: Mapping[str, Any]) -> ColumnProfile:
    data = rows.column(column.name)
    if column.is_text or column.type == "boolean":
        tops, unique = figures.frequencies(data, column, job["bins"])
        return ColumnProfile(
            **_head(column),
            rows=len(data),
            missing=data.null_count,
            unique=unique,
            frequencies=tops,
        )
    values = figures.values_of(data, column)
    if job["brief"]:
        return ColumnProfile(
            **_head(column),
            rows=len(data),
            missing=data.null_count,
            unique=None,
            infinite=values.infinite,
            histogram=figures.histogram(values, job["bins"], log=job["log_x"]),
            **_reach(values),
        )
    return _numbers(values.ordered(), len(data), data.null_count, job)


def _numbers(
    values: figures.Values, rows: int, missing: int, job: Mapping[str, Any]
) -> ColumnProfile:
    """Return what can be said of numbers, times or spans in order."""
    import numpy as np

    array, column = values.array, values.column
    count = len(array)
    known: dict[str, Any] = {}
    if count:
        known = {
            "mean": values.shown(figures.mean(array)),
            "median": values.shown(_median(array)),
        }
    spread = figures.deviation(array) if count > 1 else None
    if spread is not None:
        known["standard_deviation"] = spread * values.scale
    return ColumnProfile(
        **_head(column),
        rows=rows,
        missing=missing,
        unique=int(np.count_nonzero(array[1:] != array[:-1])) + 1 if count else 0,
        infinite=values.infinite,
        histogram=figures.histogram(values, job["bins"], log=job["log_x"]),
        box=figures.box(values, column.name),
        **_reach(values),
        **known,
    )


def _reach(values: figures.Values) -> dict[str, Any]:
    """Return the least and the greatest value; nothing where there is none."""
    array = values.array
    if not len(array):
        return {}
    low, high = (array[0], array[-1]) if values.is_sorted else (array.min(), array.max())
    return {"minimum": values.shown(low), "maximum": values.shown(high)}


def _median(array: Any) -> Any:
    """Return the value in the middle, to the digit where there is one."""
    middle = len(array) // 2
    return array[middle] if len(array) % 2 else figures.quantile(array, 0.5)


def _head(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": column.type,
        "role": column.role,
        "feature_type": feature_type(column),
    }
