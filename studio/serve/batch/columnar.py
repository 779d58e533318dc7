"""Columnar files (Parquet, Arrow IPC, Feather) in batches."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from studio.serve.batch.batch import Batch
from studio.serve.batch.cell_text import shown
from studio.serve.batch.column_values import fitting, spoken
from studio.serve.batch.errors import ColumnTwice, ColumnUnfit, SourceUnreadable, said
from studio.serve.batch.formats import Kind
from studio.serve.batch.matching import Demand
from studio.serve.batch.reader import Carrying, first_reasons

if TYPE_CHECKING:
    import pyarrow as pa

_MOST_ROWS = 32_768
_MOST_BYTES = 4 << 20


class Stored(Protocol):
    """A columnar file as it lies: its schema, and its rows in parts that are read one by one."""

    @property
    def schema(self) -> pa.Schema:
        """The columns."""

    @property
    def rows(self) -> int | None:
        """How many rows there are, where the file tells."""

    def parts(self, names: list[str], skipped: int) -> Iterable[tuple[int, pa.RecordBatch]]:
        """Yield rows of some columns, each part after the number of rows before it.

        Parts that end before the first ``skipped`` rows do may be left out.
        """

    def close(self) -> None:
        """Close the file."""


class Columnar:
    """A columnar file; a position in it is a number of rows."""

    def __init__(self, path: Path, kind: Kind, demand: Demand) -> None:
        self.path = path
        with opening(path.name, kind):
            self._stored = open_stored(path, kind)
        try:
            self.rows = self._stored.rows
            schema = self._stored.schema
            for name in schema.names:
                if schema.names.count(name) > 1:
                    raise ColumnTwice(name=path.name, column=name)
            self.matching = demand.match(path.name, schema.names)
            self._fits = {
                item.name: fitting(item, schema.field(place).type, path.name)
                for place, item in self.matching.fields.items()
            }
        except BaseException:
            self.close()
            raise
        self._kind = kind
        self._done = 0

    @property
    def share(self) -> float:
        """How much of the file was read, from 0 to 1."""
        return self._done / self.rows if self.rows else 0.0

    def close(self) -> None:
        """Close the file."""
        self._stored.close()

    def carried(self, carrying: Carrying) -> pa.Schema:
        """Return the columns that are carried, those of dictionaries as what these hold."""
        import pyarrow as pa

        fields = []
        for name, place in zip(carrying.names, carrying.places, strict=True):
            found = self._stored.schema.field(place).type
            inner = found.value_type if pa.types.is_dictionary(found) else found
            fields.append(pa.field(name, inner))
        return pa.schema(fields)

    def batches(self, carrying: Carrying, position: int, row: int) -> Generator[Batch]:
        """Yield the rows from a position on; see :class:`studio.serve.batch.reader.Reader`."""
        del row
        names = self.matching.names
        wanted = sorted({*self.matching.fields, *carrying.places})
        for start, part in self._parts([names[place] for place in wanted], position):
            if start >= position:
                self._done = start + part.num_rows
                yield self._batch(part, carrying, start)

    def _parts(self, names: list[str], skipped: int) -> Iterator[tuple[int, pa.RecordBatch]]:
        with opening(self.path.name, self._kind):
            yield from self._stored.parts(names, skipped)

    def _batch(self, part: pa.RecordBatch, carrying: Carrying, row: int) -> Batch:
        import numpy as np
        import pyarrow as pa

        values, reasons = {}, {}
        for name, fit in self._fits.items():
            values[name], reasons[name] = fit(part.column(name))
        carried = None
        if carrying.places:
            schema = self.carried(carrying)
            found = [part.column(self.matching.names[place]) for place in carrying.places]
            plain = [
                array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
                for array in found
            ]
            carried = pa.RecordBatch.from_arrays(plain, schema=schema)
        batch = Batch(
            row + 1 + np.arange(part.num_rows, dtype=np.int64),
            values,
            lambda index: _shown(part, index),
            None,
            carried,
            (),
            part.num_rows,
            row + part.num_rows,
        )
        return batch.without(first_reasons(reasons))


def _shown(part: pa.RecordBatch, index: int) -> str:
    """Return a row as JSON."""
    row = {name: shown(part.column(name), index) for name in part.schema.names}
    return json.dumps(row, ensure_ascii=False, default=str)


def open_stored(path: Path, kind: Kind) -> Stored:
    """Return a columnar file; raises what Arrow says of a damaged one."""
    if kind.format == "parquet":
        return _Parquet(path)
    return _Arrow(path)


class _Parquet:
    """A Parquet file: parts are pieces of row groups."""

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as pq

        self._file = pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)
        self.schema = self._file.schema_arrow
        self.rows = self._file.metadata.num_rows

    def parts(self, names: list[str], skipped: int) -> Iterator[tuple[int, Any]]:
        """Yield the pieces of each row group that does not end before ``skipped``."""
        start = 0
        for number in range(self._file.num_row_groups):
            group = self._file.metadata.row_group(number)
            if start + group.num_rows > skipped:
                size = _size(group.num_rows, group.total_byte_size)
                for part in self._file.iter_batches(
                    batch_size=size, row_groups=[number], columns=names, use_threads=False
                ):
                    for piece in _slices(part, size):
                        yield start, piece
                        start += piece.num_rows
            else:
                start += group.num_rows

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class _Arrow:
    """An Arrow IPC file or stream: parts are pieces of its batches."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa

        self._map = pa.memory_map(str(path))
        self.rows: int | None = None
        try:
            self._file = pa.ipc.open_file(self._map)
            self.rows = self._file.count_rows()
        except pa.ArrowInvalid:
            self._map.seek(0)
            self._file = pa.ipc.open_stream(self._map)
        self.schema = self._file.schema

    def parts(self, names: list[str], skipped: int) -> Iterator[tuple[int, Any]]:
        """Yield the pieces of each batch."""
        start = 0
        for batch in self._batches():
            if start + batch.num_rows > skipped:
                chosen = batch.select(names)
                for piece in _slices(chosen, _size(chosen.num_rows, chosen.nbytes)):
                    yield start, piece
                    start += piece.num_rows
            else:
                start += batch.num_rows

    def _batches(self) -> Iterator[Any]:
        if self.rows is None:
            yield from self._file
            return
        for number in range(self._file.num_record_batches):
            yield self._file.get_batch(number)

    def close(self) -> None:
        """Close the file."""
        self._map.close()


def _size(rows: int, size: int) -> int:
    """Return how many rows go into a part, given the bytes of so many rows."""
    each = max(size // max(rows, 1), 1)
    return max(1, min(_MOST_ROWS, _MOST_BYTES // each))


def _slices(batch: pa.RecordBatch, size: int) -> Iterator[Any]:
    for start in range(0, batch.num_rows, size):
        yield batch.slice(start, size)


@contextmanager
def opening(name: str, kind: Kind) -> Iterator[None]:
    """Turn what Arrow complains of into sentences."""
    import pyarrow as pa

    what = "Parquet" if kind.format == "parquet" else "Arrow"
    try:
        yield
    except (pa.ArrowException, ValueError, KeyError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise SourceUnreadable(name=name, reason=said(error), advice="") from error
        lines = str(error).strip().splitlines() or ["it is damaged"]
        told = lines[0].rstrip(". ")
        raise SourceUnreadable(
            name=name,
            reason=f"it is no {what} file, or damaged ({told[:1].lower()}{told[1:]})",
            advice="Get the file again, or name its format.",
        ) from error


def require_text(schema: pa.Schema, name: str) -> None:
    """Raise ColumnUnfit for a column whose values cannot be written as text."""
    import pyarrow.types as pt

    silent = (pt.is_nested, pt.is_binary, pt.is_large_binary, pt.is_fixed_size_binary)
    for field in schema:
        if any(is_one(field.type) for is_one in silent):
            raise ColumnUnfit(
                column=field.name,
                name=name,
                found=spoken(field.type),
                wanted="they cannot be written as text",
                advice="Leave such columns out by dropping what the package does not ask for.",
            )
