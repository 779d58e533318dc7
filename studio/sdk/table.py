"""A table: a handle on rows and columns, not the rows themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from studio.sdk.ahead import ahead
from studio.sdk.arrow import (
    Misfit,
    arrow_schema,
    fit_array,
    fit_batch,
    natural_schema,
    stored_schema,
    with_levels,
)
from studio.sdk.errors import ModuleError
from studio.sdk.schema import ORIGIN, Column, TableSchema

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from studio.sdk.lazy import Lazy

BATCH_ROWS = 65_536


class MixedColumn(ModuleError):
    """A pandas column holds values of several kinds."""

    code = "column_mixed"
    sentence = "Column “{column}” mixes values of different kinds: {reason}."
    hint = "Make them all text, or all numbers."


class ValueBeyond(ModuleError):
    """A value is outside what a column's type can hold."""

    code = "value_beyond"
    sentence = "Column “{column}” has a value that is too large for the type {type}."
    hint = "Turn the column into doubles or text first."


class Table:
    """A handle on a table: its schema, and batches that can be read again and again.

    Made by :meth:`from_pandas`, :meth:`from_arrow`, :meth:`from_batches`, :meth:`from_lazy` or by
    the methods that choose rows or columns. Nothing is read before it is asked for.
    """

    def __init__(
        self,
        schema: TableSchema,
        batches: Callable[[], Iterable[pa.RecordBatch]],
        *,
        whole: pa.Table | None = None,
        relax: Callable[[str], Table] | None = None,
    ) -> None:
        self.schema = schema
        self._batches = batches
        self._whole = whole
        self._relax = relax

    # Reading

    @property
    def rows(self) -> int:
        """The number of rows; a result that has not been kept yet is read once to count them."""
        if self._whole is not None:
            return int(self._whole.num_rows)
        return sum(batch.num_rows for batch in self.batches())

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Return the rows, in order and with the origin, in batches of at most 65,536 rows."""
        for batch in self._batches():
            for start in range(0, batch.num_rows, BATCH_ROWS):
                yield batch.slice(start, BATCH_ROWS)

    def to_arrow(self, *, origin: bool = False) -> pa.Table:
        """Return the table as an Arrow table; a kept table is mapped, not copied."""

        whole = self._whole
        if whole is None:
            settled = self.settled()
            whole = settled._whole
        if whole is None:
            raise AssertionError("a settled table is whole")
        keep = [c.name for c in self.schema.columns if origin or c.role != "origin"]
        chosen: pa.Table = whole.select(keep)
        return chosen

    def to_pandas(self) -> pd.DataFrame:
        """Return the visible columns as a data frame with pandas' default types.

        Integers with missing values become doubles, categories become pandas categories; the index
        counts the rows from 0.
        """
        frame: pd.DataFrame = self.to_arrow().replace_schema_metadata(None).to_pandas()
        return frame

    def lazy(self, prefix: str = "c") -> Lazy:
        """Return the table as a lazy frame (narwhals over DuckDB) with generated column names."""
        from studio.sdk.lazy import scan

        return scan(self, prefix)

    def settled(self) -> Table:
        """Return the same table held in memory, every value read and fitted."""
        import pyarrow as pa

        if self._whole is not None:
            return self
        try:
            data = pa.Table.from_batches(list(self.batches()), arrow_schema(self.schema))
        except Misfit as misfit:
            return self.relaxed(misfit).settled()
        return Table(self.schema, data.to_batches, whole=data)

    def relaxed(self, misfit: Misfit) -> Table:
        """Return the table with the misfitting column as it came; raises the misfit otherwise."""
        if self._relax is None:
            raise misfit
        return self._relax(misfit.column)

    # Making

    @classmethod
    def from_batches(
        cls, schema: TableSchema, batches: Callable[[], Iterable[pa.RecordBatch]]
    ) -> Table:
        """Return a table that is read by calling ``batches``; each batch is fitted to ``schema``.

        The arrays of a batch come in the schema's order; their names do not matter.
        """
        target = arrow_schema(schema)

        def fitted() -> Iterator[pa.RecordBatch]:
            for batch in batches():
                yield fit_batch(batch, schema, target)

        return cls(schema, fitted)

    @classmethod
    def from_arrow(cls, data: pa.Table, schema: TableSchema | None = None) -> Table:
        """Return a table on Arrow data; without ``schema`` each type is ours for Arrow's.

        Raises ColumnUnsupported for lists, structs and bytes, ValueBeyond for a number or a time
        out of range, and Misfit where a value does not fit the ``schema`` given.
        """
        import pyarrow as pa

        if schema is None:
            schema = stored_schema(data.schema)
        is_given = schema is not None
        if schema is None:
            schema = with_levels(natural_schema(data.schema), data)
        target = arrow_schema(schema)
        arrays = []
        for column, chunks in zip(schema.columns, data.columns, strict=True):
            try:
                fitted = [fit_array(chunk, column) for chunk in chunks.chunks]
            except Misfit:
                if is_given:
                    raise
                raise ValueBeyond(column=column.name, type=column.type) from None
            arrays.append(pa.chunked_array(fitted, type=target.field(column.name).type))
        whole = pa.Table.from_arrays(arrays, schema=target)
        return cls(schema, whole.to_batches, whole=whole)

    @classmethod
    def mapped(cls, data: pa.Table) -> Table:
        """Return a table on an Arrow file of ours that is already as a table is kept."""
        schema = stored_schema(data.schema)
        if schema is None:
            raise ValueError("the file was not written by the studio")
        return cls(schema, data.to_batches, whole=data)

    @classmethod
    def from_pandas(cls, frame: pd.DataFrame, like: TableSchema | None = None) -> Table:
        """Return a table on a data frame; the index is left out, names become unique strings.

        ``like`` gives roles, levels and whole-number types back to columns of the same names.
        Raises MixedColumn and ColumnUnsupported.
        """
        from studio.sdk.pandas_frame import to_arrow

        table = cls.from_arrow(to_arrow(frame))
        return table if like is None else table.shaped(like)

    @classmethod
    def from_lazy(cls, lazy: Lazy) -> Table:
        """Return a table that is read by running the lazy frame; see :mod:`studio.sdk.lazy`."""
        return lazy.table()

    @classmethod
    def concat(cls, schema: TableSchema, parts: Sequence[Table]) -> Table:
        """Return the rows of several tables one after another, fitted to ``schema`` by position."""
        return cls.from_batches(schema, lambda: (b for part in parts for b in part.batches()))

    # Choosing

    def select(self, names: Iterable[str]) -> Table:
        """Return these columns in this order (and the hidden origin); raises ColumnMissing."""
        schema = self.schema.select(names)
        wanted = [column.name for column in schema.columns]
        return self._derived(schema, lambda batch: batch.select(wanted))

    def filter(self, mask: NDArray[np.bool_]) -> Table:
        """Return the rows where ``mask`` (one boolean a row) is true, in order."""
        import pyarrow as pa

        def chosen() -> Iterator[pa.RecordBatch]:
            start = 0
            for batch in self.batches():
                part = mask[start : start + batch.num_rows]
                start += batch.num_rows
                if part.any():
                    yield batch if part.all() else batch.filter(pa.array(part))

        return Table(self.schema, chosen, relax=None)

    def take(self, indices: NDArray[np.int64]) -> Table:
        """Return the rows of these numbers, in the order given; they may repeat."""
        data = self.settled().to_arrow(origin=True).take(indices)
        return Table(self.schema, data.to_batches, whole=data)

    def head(self, rows: int) -> Table:
        """Return the first rows."""

        def first() -> Iterator[pa.RecordBatch]:
            left = rows
            for batch in self.batches():
                if left <= 0:
                    return
                yield batch.slice(0, left)
                left -= batch.num_rows

        return Table(self.schema, first)

    def rename(self, mapping: Mapping[str, str]) -> Table:
        """Return the table with columns renamed."""
        schema = self.schema.rename(mapping)
        names = [column.name for column in schema.columns]
        return self._derived(schema, lambda batch: batch.rename_columns(names))

    def with_schema(self, schema: TableSchema) -> Table:
        """Return the table under another schema of the same columns: roles, levels, types.

        Values that do not fit raise :class:`~studio.sdk.arrow.Misfit` when they are read.
        """
        if schema == self.schema:
            return self
        return Table.from_batches(schema, self._batches)

    def shaped(self, like: TableSchema) -> Table:
        """Return the table with roles, levels and types of ``like``'s columns of the same names.

        Where a column's values do not fit the type that ``like`` says, it stays as it is.
        """
        from studio.sdk.settle import restored

        return restored(self, like)

    def with_origin(self) -> Table:
        """Return the table with the hidden origin: each row's number, from 0."""
        import numpy as np
        import pyarrow as pa

        bare = self if not self.schema.has_origin else self.select_visible()
        schema = TableSchema((*bare.schema.columns, Column(ORIGIN, "integer", "origin")))
        target = arrow_schema(schema)

        def numbered() -> Iterator[pa.RecordBatch]:
            start = 0
            for batch in bare.batches():
                numbers = pa.array(np.arange(start, start + batch.num_rows, dtype=np.int64))
                start += batch.num_rows
                yield pa.RecordBatch.from_arrays([*batch.columns, numbers], schema=target)

        return Table(schema, numbered, relax=_relaxing(bare, Table.with_origin))

    def select_visible(self) -> Table:
        """Return the table without its hidden origin."""
        schema = self.schema.without_origin()
        return self._derived(schema, lambda batch: batch.select(list(schema.names)))

    def map_batches(
        self, schema: TableSchema, change: Callable[[pa.RecordBatch], pa.RecordBatch]
    ) -> Table:
        """Return the table whose batches are ``change`` of this one's, fitted to ``schema``."""
        return Table.from_batches(schema, lambda: (change(batch) for batch in self.batches()))

    def write(self, path: Path) -> Table:
        """Write the rows into a new Arrow IPC file, uncompressed; return what was written.

        A column whose values do not fit the type that was hoped for is written as it came.
        """
        import pyarrow as pa

        target = arrow_schema(self.schema)
        try:
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, target) as writer:
                for batch in ahead(self.batches()):
                    writer.write_batch(batch)
        except Misfit as misfit:
            return self.relaxed(misfit).write(path)
        return self

    def _derived(
        self, schema: TableSchema, change: Callable[[pa.RecordBatch], pa.RecordBatch]
    ) -> Table:
        """Return a table made by a change that keeps every value: columns left out or renamed."""
        target = arrow_schema(schema)

        def changed() -> Iterator[pa.RecordBatch]:
            for batch in self._batches():
                yield change(batch).replace_schema_metadata(target.metadata)

        def relax(column: str) -> Table:
            return self.relaxed(Misfit(column))._derived(schema, change)

        whole = None
        if self._whole is not None:
            import pyarrow as pa

            batches = list(changed())
            whole = pa.Table.from_batches(batches, target)
        return Table(schema, changed, whole=whole, relax=relax)


def _relaxing(table: Table, change: Callable[[Table], Table]) -> Callable[[str], Table]:
    """Return how a table derived by ``change`` is made again when a column does not fit."""
    return lambda column: change(table.relaxed(Misfit(column)))


def empty(schema: TableSchema) -> Table:
    """Return a table without rows."""
    data = arrow_schema(schema).empty_table()
    return Table(schema, data.to_batches, whole=data)
