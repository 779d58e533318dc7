"""Outputs: files of answers that grow batch by batch, and can be cut back and grown on."""

from __future__ import annotations

import gzip
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from studio.serve.batch.batch import Batch
from studio.serve.batch.options import Format
from studio.serve.batch.text_rows import Rows

if TYPE_CHECKING:
    import pyarrow as pa

_GROUP_ROWS = 131_072
_GROUP_BYTES = 32 << 20


class Output(Protocol):
    """A file of answers that grows."""

    def write(self, batch: Batch, answers: Sequence[pa.Array]) -> None:
        """Write a batch and its answers."""

    def save(self) -> int:
        """Make what was written last; return the size from which it can be gone on with."""

    def finish(self) -> None:
        """Complete the file."""

    def close(self) -> None:
        """Let go of the file, complete or not."""


class Grown:
    """A file that is appended to, from a size on; what is beyond that is cut off."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self._file: IO[bytes] = path.open("r+b" if size else "wb")
        self._file.truncate(size)
        self._file.seek(size)

    def append(self, data: bytes | memoryview) -> None:
        """Write at the end."""
        self._file.write(data)

    def save(self) -> int:
        """Make what was written last; return the file's size."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class TextOutput:
    """Answers as text: a delimited file, or JSON Lines; maybe packed, a member each batch."""

    def __init__(self, path: Path, size: int, rows: Rows, *, packed: bool) -> None:
        self._rows = rows
        self._packed = packed
        self._file = Grown(path, size)
        if not size:
            self._append(rows.header())

    def write(self, batch: Batch, answers: Sequence[pa.Array]) -> None:
        """Write a batch and its answers."""
        self._append(self._rows.text(batch, answers))

    def save(self) -> int:
        """Make what was written last; return the file's size."""
        return self._file.save()

    def finish(self) -> None:
        """Leave the file as it is: it is complete after every batch."""

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _append(self, data: bytes | memoryview) -> None:
        if data:
            self._file.append(gzip.compress(data, mtime=0) if self._packed else data)


class ColumnarOutput:
    """Answers as a Parquet or Arrow file.

    Such a file cannot be gone on with once its writer is gone. So beside it grows a plain list of
    the batches; whoever goes on begins with what is in there.
    """

    def __init__(self, path: Path, spool: Path, size: int, schema: pa.Schema, kept: Format) -> None:
        self._schema = schema
        self._path = path
        self._group: list[Any] = []
        self._writer = _writer(path, schema, kept)
        self._parquet = kept == "parquet"
        for batch in _spooled(spool, size, schema):
            self._add(batch)
        self._spool = Grown(spool, size)

    def write(self, batch: Batch, answers: Sequence[pa.Array]) -> None:
        """Write a batch and its answers."""
        import pyarrow as pa

        carried = [] if batch.carried is None else batch.carried.columns
        made = pa.RecordBatch.from_arrays([*carried, *answers], schema=self._schema)
        if made.num_rows:
            self._spool.append(memoryview(made.serialize()))
            self._add(made)

    def save(self) -> int:
        """Make what was written last; return the size of the list of batches."""
        return self._spool.save()

    def finish(self) -> None:
        """Complete the file."""
        self._write_group()
        self._writer.close()
        with self._path.open("r+b") as file:
            os.fsync(file.fileno())

    def close(self) -> None:
        """Let go of the file, complete or not."""
        self._spool.close()
        with suppress(OSError):
            self._writer.close()

    def _add(self, batch: pa.RecordBatch) -> None:
        if not self._parquet:
            self._writer.write_batch(batch)
            return
        self._group.append(batch)
        rows = sum(item.num_rows for item in self._group)
        size = sum(item.nbytes for item in self._group)
        if rows >= _GROUP_ROWS or size >= _GROUP_BYTES:
            self._write_group()

    def _write_group(self) -> None:
        import pyarrow as pa

        if self._group:
            table = pa.Table.from_batches(self._group, self._schema)
            self._writer.write_table(table, row_group_size=table.num_rows)
            self._group = []


def _writer(path: Path, schema: pa.Schema, kept: Format) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if kept == "parquet":
        return pq.ParquetWriter(path, schema)
    return pa.ipc.new_file(str(path), schema)


def _spooled(path: Path, size: int, schema: pa.Schema) -> Any:
    """Yield the batches in the first ``size`` bytes of a list of batches."""
    import pyarrow as pa

    if not size:
        return
    with pa.OSFile(str(path)) as file:
        while file.tell() < size:
            yield pa.ipc.read_record_batch(pa.ipc.read_message(file), schema)
