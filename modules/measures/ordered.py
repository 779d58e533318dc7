"""A column's values in ascending order, however many they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.sdk import Context, Table
from studio.sdk.arrays import to_array

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_BYTES = 64
"""What sorting one value in memory may take, with what is computed beside it."""
_BATCH = 1 << 18


def ascending(table: Table, name: str, ctx: Context) -> Iterator[Numbers]:
    """Yield the values of a column that are not missing in ascending order, in batches.

    A column that does not fit well into memory is sorted out of core.
    """
    import numpy as np

    column = table.schema.column(name)
    alone = table.select([name]).select_visible()
    if table.rows * _BYTES < ctx.memory:
        parts = [to_array(batch.column(0), column) for batch in alone.batches()]
        values = np.concatenate([np.empty(0), *parts])
        values.sort()
        for start in range(0, len(values) - int(np.isnan(values).sum()), _BATCH):
            part = values[start : start + _BATCH]
            yield part[~np.isnan(part)]
        return
    lazy = alone.lazy()
    ordered = lazy.filter(~lazy.col(name).is_null())
    for batch in ordered.with_frame(ordered.frame.sort(lazy.names[name])).table().batches():
        ctx.check()
        yield to_array(batch.column(0), column)


def at(batches: Iterator[Numbers], positions: list[int]) -> list[float]:
    """Return the values at ascending positions of an ordered column."""
    found: list[float] = []
    start = 0
    for batch in batches:
        while len(found) < len(positions) and positions[len(found)] < start + len(batch):
            found.append(float(batch[positions[len(found)] - start]))
        start += len(batch)
    return found


def median(table: Table, name: str, ctx: Context) -> float | None:
    """Return the median of a column, halfway between the middle two; None without values."""
    count = sum(batch.num_rows - batch.column(name).null_count for batch in table.batches())
    if not count:
        return None
    low, high = at(ascending(table, name, ctx), [(count - 1) // 2, count // 2])
    return (low + high) / 2


def most_frequent(table: Table, name: str) -> float | str | None:
    """Return the most frequent value of a column, of equally frequent ones the first in order.

    Numbers, dates (as microseconds) and spans (the same) in their order, text in that of its
    characters; None without values.
    """
    import narwhals as nw

    column = table.schema.column(name)
    lazy = table.select([name]).select_visible().lazy()
    value = lazy.col(name).cast(nw.String) if column.is_text else lazy.col(name)
    counted = (
        lazy.frame.select(value=value)
        .filter(~nw.col("value").is_null())
        .group_by("value")
        .agg(count=nw.len())
        .sort("count", "value", descending=[True, False])
        .head(1)
    )
    found = counted.select("value").to_native().to_arrow_table().column(0)
    if column.type in ("datetime", "timespan"):
        found = found.cast("int64")
    return found[0].as_py() if len(found) else None
