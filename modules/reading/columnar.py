"""Parquet and Arrow files as tables, read in batches, whatever their size."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from modules.reading.faults import ValueUnfit, unreadable
from modules.reading.source import FileSource, reading, spoken
from studio.sdk import ORIGIN, Column, ColumnMissing, ColumnType, Context, Table, TableSchema
from studio.sdk.arrow import (
    Misfit,
    arrow_schema,
    fit_array,
    natural_schema,
    stored_schema,
)
from studio.sdk.table import BATCH_ROWS

Batches = Callable[[], Iterator[pa.RecordBatch]]

_WIDER: dict[ColumnType, ColumnType] = {"integer": "double", "double": "string"}


def read_parquet(source: FileSource, types: Mapping[str, ColumnType], ctx: Context) -> Table:
    """Return the table of a Parquet file; raises FileUnreadable, now or while it is read."""
    with _opened(source, "Parquet"), source.open() as stream, pq.ParquetFile(stream) as file:
        schema, rows = file.schema_arrow, file.metadata.num_rows

    def batches() -> Iterator[pa.RecordBatch]:
        with _opened(source, "Parquet"), source.open() as stream, pq.ParquetFile(stream) as file:
            done = 0
            for batch in file.iter_batches(BATCH_ROWS):
                batch.validate(full=True)
                done += batch.num_rows
                ctx.progress(done / max(rows, 1))
                yield batch

    return _table(source, schema, batches, types)


def read_arrow(source: FileSource, types: Mapping[str, ColumnType], ctx: Context) -> Table:
    """Return the table of an Arrow file or stream; raises FileUnreadable, now or when read."""
    with _opened(source, "Arrow"), _arrow_batches(source) as (schema, _):
        pass

    def batches() -> Iterator[pa.RecordBatch]:
        with _opened(source, "Arrow"), _arrow_batches(source) as (_, found):
            for batch in found:
                ctx.check()
                batch.validate(full=True)
                yield batch

    return _table(source, schema, batches, types)


def parquet_columns(source: FileSource) -> TableSchema:
    """Return the columns of a Parquet file without reading rows; categories have no levels yet."""
    with _opened(source, "Parquet"), source.open() as stream, pq.ParquetFile(stream) as file:
        return _columns(source, file.schema_arrow)


def arrow_columns(source: FileSource) -> TableSchema:
    """Return the columns of an Arrow file without reading rows; raises FileUnreadable."""
    with _opened(source, "Arrow"), _arrow_batches(source) as (schema, _):
        return _columns(source, schema)


def _columns(source: FileSource, schema: pa.Schema) -> TableSchema:
    ours = _stored(source, schema)
    return (natural_schema(schema) if ours is None else ours).without_origin()


@contextmanager
def _opened(source: FileSource, kind: str) -> Iterator[None]:
    """Turn what Arrow complains of into a sentence."""
    try:
        with reading(source.name):
            yield
    except (
        pa.ArrowInvalid,
        pa.ArrowNotImplementedError,
        pa.ArrowKeyError,
        json.JSONDecodeError,
    ) as error:
        reason = f"it is not a whole {kind} file ({spoken(error)})"
        raise unreadable(source.name, reason, "Get the file again, or write it anew.") from error


@contextmanager
def _arrow_batches(source: FileSource) -> Iterator[tuple[pa.Schema, Iterable[pa.RecordBatch]]]:
    with source.open() as stream:
        is_file = stream.read(6) == b"ARROW1"
        stream.seek(0)
        if is_file:
            file = pa.ipc.open_file(stream)
            numbers = range(file.num_record_batches)
            yield file.schema, (file.get_batch(number) for number in numbers)
        else:
            batches = pa.ipc.open_stream(stream)
            yield batches.schema, batches


@dataclass(frozen=True)
class _Columnar:
    """Batches of typed columns under the studio's schema, widened where a value does not fit."""

    schema: TableSchema
    chosen: frozenset[str]
    batches: Batches

    def table(self) -> Table:
        return Table(self.schema, self._fitted, relax=self._relaxed)

    def _fitted(self) -> Iterator[pa.RecordBatch]:
        target = arrow_schema(self.schema)
        row = 0
        for batch in self.batches():
            arrays = [
                self._array(array, column, row)
                for array, column in zip(batch.columns, self.schema.columns, strict=True)
            ]
            row += batch.num_rows
            yield pa.RecordBatch.from_arrays(arrays, schema=target)

    def _array(self, array: pa.Array, column: Column, row: int) -> pa.Array:
        try:
            return fit_array(array, column)
        except Misfit:
            if column.name in self.chosen or column.type not in _WIDER:
                raise _unfit(array, column, row) from None
            raise

    def _relaxed(self, name: str) -> Table:
        column = self.schema.column(name)
        wider = replace(column, type=_WIDER[column.type])
        return replace(self, schema=self.schema.replace(wider)).table()


def _table(
    source: FileSource, schema: pa.Schema, batches: Batches, types: Mapping[str, ColumnType]
) -> Table:
    """Return the table of a file's batches; one that the studio wrote keeps roles and levels."""
    ours = _stored(source, schema)
    known = ours if ours is not None else natural_schema(schema)
    if ours is None:
        known = _with_levels(known, batches)
    for name, kind in types.items():
        if name not in known:
            raise ColumnMissing(column=name, available=known.names, param="column_types")
        known = known.replace(Column(name, kind, known.column(name).role))
    known = _with_levels(known, batches, only=frozenset(types))
    made = _Columnar(known, frozenset(types), batches).table()
    return made.select_visible() if ORIGIN in known else made


def _stored(source: FileSource, schema: pa.Schema) -> TableSchema | None:
    """Return the schema that the studio wrote into the file, where it fits the file's columns."""
    with _opened(source, "readable"):
        try:
            ours = stored_schema(schema)
        except (KeyError, TypeError, ValueError):
            return None
    names = [] if ours is None else [column.name for column in ours.columns]
    return ours if names == schema.names else None


def _with_levels(
    schema: TableSchema, batches: Batches, only: frozenset[str] | None = None
) -> TableSchema:
    """Return the schema with levels for the categories without any, by one reading more."""
    numbers = {
        number: dict[str, None]()
        for number, column in enumerate(schema.columns)
        if column.type == "category"
        and column.levels is None
        and (only is None or column.name in only)
    }
    if not numbers:
        return schema
    for batch in batches():
        for number, levels in numbers.items():
            levels.update(dict.fromkeys(_levels(batch.column(number))))
    columns = list(schema.columns)
    for number, levels in numbers.items():
        columns[number] = replace(columns[number], levels=tuple(levels))
    return TableSchema(tuple(columns))


def _levels(array: pa.Array) -> list[str]:
    """Return the levels of one batch: a dictionary's own in order, else the texts, sorted."""
    if pa.types.is_dictionary(array.type):
        return [
            level for level in array.dictionary.cast(pa.string()).to_pylist() if level is not None
        ]
    return sorted(pc.drop_null(pc.unique(array.cast(pa.string()))).to_pylist())


def _unfit(array: pa.Array, column: Column, row: int) -> ValueUnfit:
    """Return the error that names the first value of a batch which does not fit."""
    for index in range(len(array)):
        try:
            fit_array(array[index : index + 1], column)
        except Misfit:
            return ValueUnfit(
                column=column.name,
                type=column.type,
                row=f"{row + index + 1:,}",
                value=str(array[index]),
                param="column_types",
            )
    raise AssertionError("a batch that does not fit has a value that does not")
