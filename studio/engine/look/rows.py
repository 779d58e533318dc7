"""Which rows of a table are looked at, in which order, and getting some of them quickly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.engine.look.conditions import fulfilled
from studio.engine.look.opened import MAX_KEPT, kept, name_of

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from studio.sdk.schema import Column
    from studio.sdk.table import Table

    Numbers = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table; ``numbers`` is None where it is all of them as they are stored."""

    table: Table
    numbers: Numbers | None = None

    def __len__(self) -> int:
        return self.table.rows if self.numbers is None else len(self.numbers)

    def part(self, columns: list[str], offset: int, limit: int) -> pa.Table:
        """Return some rows that follow on each other."""
        data = self.table.to_arrow().select(columns)
        if self.numbers is None:
            return data.slice(offset, limit)
        return taken(data, self.numbers[offset : offset + limit])

    def spaced(self, count: int) -> Rows:
        """Return so many rows, evenly spaced: always the same ones; all where there are fewer."""
        import numpy as np

        if len(self) <= count:
            return self
        places = (np.arange(count) * len(self)) // count
        return Rows(self.table, places if self.numbers is None else self.numbers[places])

    def column(self, name: str) -> pa.ChunkedArray:
        """Return the values of one column; those of all rows are not copied."""
        data = self.table.to_arrow().select([name])
        if self.numbers is None:
            return data.column(0)
        return taken(data, self.numbers).column(0)


def rows_of(table: Table, job: Mapping[str, Any]) -> Rows:
    """Return the rows that a question is about, found once and kept; raises a StudioError."""
    where, sort = list(job["where"]), list(job.get("sort", ()))
    if not where and not sort:
        return Rows(table)
    name = name_of("rows", job, where, sort)

    def make() -> tuple[Numbers, int]:
        numbers: Numbers | None = fulfilled(table, where) if where else None
        if sort:
            numbers = _sorted(table, sort, numbers)
        small = _small(numbers, table.rows)
        return small, small.nbytes

    return Rows(table, kept.get(name, make, min(MAX_KEPT, job["memory"] // 4)))


def taken(data: pa.Table, numbers: Numbers) -> pa.Table:
    """Return the rows of these numbers, batch by batch: Arrow would join all text first."""
    import numpy as np
    import pyarrow as pa

    if not data.num_columns or not data.num_rows or not len(numbers):
        return data.slice(0, 0)
    batches = data.to_batches()
    starts = np.concatenate([[0], np.cumsum([batch.num_rows for batch in batches])])
    of = np.searchsorted(starts, numbers, side="right") - 1
    order = np.argsort(of, kind="stable")
    pieces = [
        batches[of[group[0]]].take(pa.array(numbers[group] - starts[of[group[0]]]))
        for group in np.split(order, np.flatnonzero(np.diff(of[order])) + 1)
    ]
    found = pa.Table.from_batches(pieces)
    is_in_order = bool((np.diff(order) > 0).all())
    return found if is_in_order else found.take(pa.array(np.argsort(order)))


def _sorted(table: Table, sort: list[Mapping[str, Any]], numbers: Numbers | None) -> Numbers:
    """Return the numbers ordered by the columns, the first counting most."""
    import numpy as np

    order: Numbers = np.arange(table.rows) if numbers is None else numbers
    for item in reversed(sort):
        column = table.schema.column(item["column"])
        values, missing = _keys(table.to_arrow().column(column.name), column)
        here = values[order]
        if item["descending"]:
            # Equal values stay in order, which a reversed result would not keep.
            here = -here if here.dtype.kind == "f" else ~here
        is_missing = missing[order]
        by_value = np.argsort(here, kind="stable")
        by_value = by_value[~is_missing[by_value]]
        order = order[np.concatenate([by_value, np.flatnonzero(is_missing)])]
    return order


def _keys(data: pa.ChunkedArray, column: Column) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return a column as numbers that are ordered as its values are, and where it has none."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    missing = pc.is_null(data).to_numpy()
    if column.is_text:
        if column.type == "string":
            data = data.dictionary_encode()
        data = data.unify_dictionaries()
        words = data.chunk(0).dictionary if data.num_chunks else pa.array([], pa.string())
        ranks = np.empty(len(words) + 1, np.int32)
        ranks[pc.sort_indices(words).to_numpy()] = np.arange(len(words))
        codes = [chunk.indices.fill_null(len(words)).to_numpy() for chunk in data.chunks]
        return ranks[np.concatenate(codes)] if codes else np.empty(0, np.int32), missing
    if column.type == "double":
        return data.fill_null(0.0).to_numpy(), missing
    whole = data.cast(pa.int8() if column.type == "boolean" else pa.int64())
    return whole.fill_null(0).to_numpy(), missing


def _small(numbers: Numbers | None, rows: int) -> Numbers:
    """Return row numbers in half the memory where they fit."""
    import numpy as np

    if numbers is None:
        return np.arange(rows)
    return numbers.astype(np.uint32) if rows < 2**32 else numbers
