"""What can be said of a column in one line of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studio.sdk.schema import Column
from studio.sdk.table import Table

if TYPE_CHECKING:
    import pyarrow as pa


def column_facts(table: Table, column: Column) -> dict[str, Any]:
    """Return a column's name, type and role, how much is missing, and figures of what is there.

    Numbers have min, max, mean and std (of the sample, n - 1), times min and max, the others the
    value that is most frequent (the first of several).
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    facts: dict[str, Any] = {"name": column.name, "type": column.type, "role": column.role}
    data = table.to_arrow().column(column.name)
    if pa.types.is_dictionary(data.type):
        data = data.cast(data.type.value_type)
    there = data.drop_null()
    facts["missing"] = data.null_count
    facts["distinct"] = pc.count_distinct(there).as_py()
    if len(there) == 0:
        return facts
    if column.type in ("integer", "double"):
        facts |= _range(there)
        facts["mean"] = pc.mean(there).as_py()
        facts["std"] = pc.stddev(there, ddof=1).as_py() if len(there) > 1 else None
    elif column.type in ("datetime", "timespan"):
        facts |= _range(there)
    else:
        counts = pc.value_counts(there)
        facts["top"] = counts[
            pc.index(counts.field("counts"), pc.max(counts.field("counts"))).as_py()
        ]["values"].as_py()
    return facts


def _range(data: pa.ChunkedArray) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    # Arrow orders spans of time only as the whole numbers that they are kept as.
    numbers = data.cast(pa.int64()) if pa.types.is_duration(data.type) else data
    ends = pc.min_max(numbers)
    return {name: ends[name].cast(data.type).as_py() for name in ("min", "max")}
