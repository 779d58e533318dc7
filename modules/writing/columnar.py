"""Parquet and Arrow files from a table, in batches; roles and levels are kept in the metadata."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from studio.sdk import Context, Table
from studio.sdk.arrow import arrow_schema


def write_parquet(table: Table, path: Path, ctx: Context) -> None:
    """Write the visible columns into a Parquet file, compressed with zstd."""
    schema = arrow_schema(table.schema.without_origin())
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _visible(table, schema, ctx):
            writer.write_batch(batch)


def write_arrow(table: Table, path: Path, ctx: Context) -> None:
    """Write the visible columns into an Arrow file (Feather), compressed with LZ4."""
    schema = arrow_schema(table.schema.without_origin())
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with (
        pa.OSFile(str(path), "wb") as sink,
        pa.ipc.new_file(sink, schema, options=options) as writer,
    ):
        for batch in _visible(table, schema, ctx):
            writer.write_batch(batch)


def _visible(table: Table, schema: pa.Schema, ctx: Context) -> Iterator[pa.RecordBatch]:
    for batch in table.batches():
        ctx.check()
        arrays = [batch.column(name) for name in schema.names]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)
