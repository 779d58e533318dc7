"""Two columns of a table side by side: points, boxes by category, or counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from studio.engine.answers import Box, Boxes, CrossTab, Scatter
from studio.engine.look import figures
from studio.engine.look.cells import SECOND, cut
from studio.engine.look.opened import kept, name_of, table_of, value_of
from studio.engine.look.profile import PROFILE_BYTES, sampled
from studio.engine.look.rows import Rows, rows_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.engine.worker import Worker
    from studio.sdk.schema import Column

    Numbers = NDArray[np.float64]
    Codes = NDArray[np.int64]

MAX_POINTS = 10_000
MAX_CATEGORIES = 20


def answer(worker: Worker, job: Mapping[str, Any]) -> dict[str, Any]:
    """Return how two columns go together."""
    table = table_of(value_of(worker, job), job)
    schema = table.schema.without_origin()
    x, y = schema.column(job["x"]), schema.column(job["y"])
    name = name_of("compare", job, x.name, y.name, job["limit"], job["where"])

    def make() -> tuple[dict[str, Any], int]:
        found = rows_of(table, job)
        rows = sampled(found)
        sample = len(rows) if len(rows) < len(found) else None
        made = {**_compared(rows, x, y, min(max(job["limit"], 1), MAX_POINTS))}
        return {**made, "sampled_rows": sample}, PROFILE_BYTES * 4

    return {"x": x.name, "y": y.name, "x_type": x.type, "y_type": y.type, **kept.get(name, make)}


def _compared(rows: Rows, x: Column, y: Column, limit: int) -> dict[str, Any]:
    import numpy as np

    sides = [_Categories(rows, c) if _is_category(c) else _Axis(rows, c) for c in (x, y)]
    both = np.logical_and(sides[0].present, sides[1].present)
    found = {"rows": int(both.sum()), "missing": int(len(both) - both.sum())}
    match sides:
        case [_Axis() as first, _Axis() as second]:
            points = _scatter(first.values[both], second.values[both], limit)
            return {**found, "scatter": asdict(points)}
        case [_Categories() as first, _Categories() as second]:
            return {**found, "cross_tab": asdict(_cross_tab(first, second, both))}
        case [_Categories() as categories, _Axis() as axis]:
            return {**found, "boxes": asdict(_boxes(categories, axis, both))}
        case [_Axis() as axis, _Categories() as categories]:
            return {**found, "boxes": asdict(_boxes(categories, axis, both))}
        case _:
            raise AssertionError("a column is an axis or has categories")


def _is_category(column: Column) -> bool:
    return column.is_text or column.type == "boolean"


class _Axis:
    """A column of numbers, as they stand on an axis, and where there is one."""

    def __init__(self, rows: Rows, column: Column) -> None:
        import numpy as np
        import pyarrow as pa

        data = rows.column(column.name)
        whole = column.type != "double"
        self.column = column
        self.values: Numbers = (
            (data.cast(pa.int64()) if whole else data).fill_null(0).to_numpy().astype(np.float64)
        )
        if column.type in ("datetime", "timespan"):
            self.values = self.values / SECOND
        self.present = data.is_valid().to_numpy() & np.isfinite(self.values)


class _Categories:
    """A column of categories as numbers, the most frequent category first."""

    def __init__(self, rows: Rows, column: Column) -> None:
        import numpy as np
        import pyarrow as pa

        data = rows.column(column.name)
        if column.type == "boolean":
            data = data.cast(pa.string())
        if column.type != "category":
            data = data.dictionary_encode()
        data = data.unify_dictionaries()
        self.column = column
        self.present = data.is_valid().to_numpy()
        levels = data.chunk(0).dictionary.to_pylist() if data.num_chunks else []
        chunks = [chunk.indices.fill_null(0).to_numpy() for chunk in data.chunks]
        self._codes: Codes = np.concatenate(chunks) if chunks else np.empty(0, np.int64)
        self._levels = levels

    def ranked(self, rows: NDArray[np.bool_]) -> tuple[Codes, list[str], Codes]:
        """Return the ranks of some rows' categories, the categories by rank, and their counts."""
        import numpy as np

        codes = self._codes[rows]
        counts = np.bincount(codes, minlength=len(self._levels))
        order = np.argsort(-counts, kind="stable")
        order = order[counts[order] > 0]
        ranks = np.empty(len(self._levels), np.int64)
        ranks[order] = np.arange(len(order))
        return ranks[codes], [cut(self._levels[code]) for code in order], counts[order]


def _scatter(x: Numbers, y: Numbers, limit: int) -> Scatter:
    """Return evenly spaced points, and the line and correlation of all."""
    import numpy as np

    count = min(len(x), limit)
    places = (np.arange(count) * len(x)) // max(count, 1)
    points = tuple(zip(x[places].tolist(), y[places].tolist(), strict=True))
    if len(x) < 2:
        return Scatter(points)
    dx, dy = x - x.mean(), y - y.mean()
    xx, yy, xy = float(dx @ dx), float(dy @ dy), float(dx @ dy)
    if not (np.isfinite(xx) and np.isfinite(yy) and xx > 0):
        return Scatter(points)
    slope = xy / xx
    r = min(max(xy / (np.sqrt(xx) * np.sqrt(yy)), -1.0), 1.0) if yy > 0 else None
    return Scatter(
        points, slope, float(y.mean() - slope * x.mean()), None if r is None else float(r)
    )


def _boxes(categories: _Categories, axis: _Axis, both: NDArray[np.bool_]) -> Boxes:
    import numpy as np

    ranks, names, counts = categories.ranked(both)
    values = axis.values[both]
    order = np.argsort(ranks, kind="stable")
    ends = np.cumsum(counts)
    boxes: list[Box] = []
    # On an axis, times and spans are seconds already.
    drawn = replace(axis.column, type="double")
    for name, end, count in list(zip(names, ends, counts, strict=True))[:MAX_CATEGORIES]:
        part = values[order[end - count : end]]
        made = figures.box(figures.Values(drawn, part).ordered(), name)
        boxes += [] if made is None else [made]
    shown = len(boxes)
    return Boxes(
        categories.column.name,
        axis.column.name,
        tuple(boxes),
        len(names) - shown,
        int(counts[shown:].sum()),
    )


def _cross_tab(x: _Categories, y: _Categories, both: NDArray[np.bool_]) -> CrossTab:
    import numpy as np

    (x_ranks, x_names, _), (y_ranks, y_names, _) = x.ranked(both), y.ranked(both)
    x_size, y_size = min(len(x_names), MAX_CATEGORIES), min(len(y_names), MAX_CATEGORIES)
    x_rest, y_rest = len(x_names) - x_size, len(y_names) - y_size
    rows, width = x_size + bool(x_rest), y_size + bool(y_rest)
    places = np.minimum(x_ranks, x_size) * width + np.minimum(y_ranks, y_size)
    counts = np.bincount(places, minlength=rows * width).reshape(rows, width)
    return CrossTab(
        tuple(x_names[:x_size]),
        tuple(y_names[:y_size]),
        tuple(tuple(row) for row in counts.tolist()),
        x_rest,
        y_rest,
    )
