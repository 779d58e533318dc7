"""Columns as numpy arrays, the form in which fitted things see a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from studio.sdk.schema import Column, TableSchema

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from studio.sdk.table import Table

    Array = NDArray[Any]
    Columns = Mapping[str, Array]
    """Column name -> array: float64 with NaN for what is missing, objects with None for text."""

MICROSECONDS = 1_000_000


def to_columns(
    batch: pa.RecordBatch, schema: TableSchema, names: Iterable[str] | None = None
) -> dict[str, Array]:
    """Return a batch's columns as arrays, one value a row.

    Numbers, booleans (0 and 1), datetimes (microseconds since 1970) and timespans (microseconds)
    become float64 with NaN where a value is missing; strings and categories become objects with
    None.
    """
    chosen = [schema.column(name) for name in (schema.names if names is None else names)]
    return {column.name: to_array(batch.column(column.name), column) for column in chosen}


def of_table(table: Table) -> dict[str, Array]:
    """Return the visible columns of a table, read whole; see :func:`to_columns`."""
    data = table.to_arrow()
    return {c.name: to_array(data.column(c.name), c) for c in table.schema.visible}


def to_array(array: pa.Array | pa.ChunkedArray, column: Column) -> Array:
    """Return one Arrow column as an array; see :func:`to_columns`."""
    import numpy as np
    import pyarrow as pa

    if column.is_text:
        if isinstance(array.type, pa.DictionaryType):
            array = array.cast(pa.string())
        return np.asarray(array.to_numpy(zero_copy_only=False), dtype=object)
    if column.type in ("datetime", "timespan"):
        array = array.cast(pa.int64())
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    values = array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.asarray(values, dtype=np.float64)


def all_missing(rows: int, column: Column) -> Array:
    """Return a column in which everything is missing."""
    import numpy as np

    return np.full(rows, None, dtype=object) if column.is_text else np.full(rows, np.nan)


def to_batch(columns: Columns, schema: TableSchema) -> pa.RecordBatch:
    """Return arrays as a batch in the schema's order; NaN and None become missing.

    Raises Misfit where a value does not fit the column's type (2.5 in an integer column, a new
    level).
    """
    import pyarrow as pa

    from studio.sdk.arrow import arrow_schema

    arrays = [to_arrow(columns[column.name], column) for column in schema.columns]
    return pa.RecordBatch.from_arrays(arrays, schema=arrow_schema(schema))


def to_arrow(values: Array, column: Column) -> pa.Array:
    """Return one array as the column is kept in a table."""
    import numpy as np
    import pyarrow as pa

    from studio.sdk.arrow import Misfit, fit_array

    if column.is_text:
        return fit_array(pa.array(values, pa.string(), from_pandas=True), column)
    numbers: NDArray[np.float64] = np.asarray(values, dtype=np.float64)
    missing = np.isnan(numbers)
    if column.type == "double":
        return pa.array(numbers, mask=missing)
    if column.type == "boolean":
        return pa.array(numbers > 0.5, mask=missing)
    whole = np.where(missing, 0.0, numbers)
    if not (
        np.isfinite(whole).all()
        and (np.abs(whole) < 2.0**63).all()
        and (whole == np.floor(whole)).all()
    ):
        raise Misfit(column.name)
    return fit_array(pa.array(whole.astype(np.int64), mask=missing), column)
