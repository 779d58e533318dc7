"""Rows of Python values under a schema, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from studio.sdk import Table, TableSchema
from studio.sdk.arrow import arrow_schema


def table(schema: TableSchema, rows: Sequence[tuple[Any, ...]]) -> Table:
    """Return the rows as a table; a category's values come as text."""
    columns = list(zip(*rows, strict=True))
    arrays = []
    for column, values, kept in zip(schema.columns, columns, arrow_schema(schema), strict=True):
        arrays.append(pa.array(values, pa.string() if column.type == "category" else kept.type))
    return Table.from_arrow(pa.Table.from_arrays(arrays, names=list(schema.names)), schema)
