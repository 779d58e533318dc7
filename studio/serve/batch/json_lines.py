"""JSON Lines (one object a line) in batches."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.serve import json_text
from studio.serve.batch.batch import Batch
from studio.serve.batch.errors import SourceUnreadable
from studio.serve.batch.formats import Kind
from studio.serve.batch.json_values import careful_columns, quick_columns
from studio.serve.batch.lines import Lines, lines_of
from studio.serve.batch.matching import Demand
from studio.serve.batch.reader import Carrying, first_reasons
from studio.serve.batch.records import BLOCK, LINES, Piece, pieces, split
from studio.serve.batch.stream import TextStream
from studio.serve.errors import RequestWrong

if TYPE_CHECKING:
    import pyarrow as pa

_LOOKED_AT = 1000


class JsonLines:
    """A text with one JSON object a line.

    Its columns are the keys of the first thousand lines. A line without a column that must be there
    is refused, as a request is; an optional one that a line does not have is missing there.
    """

    rows: int | None = None

    def __init__(self, path: Path, kind: Kind, encoding: str, demand: Demand) -> None:
        self.path = path
        self._encoding = encoding
        self._packed = kind.packed
        self._demand = demand
        self._stream = self._opened(0)
        try:
            self.matching = demand.match(path.name, self._keys())
        except BaseException:
            self.close()
            raise

    @property
    def share(self) -> float:
        """How much of the file was read, from 0 to 1."""
        return self._stream.share

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def carried(self, carrying: Carrying) -> pa.Schema:
        """Return the columns that are carried: those of the package typed, the others as text."""
        import pyarrow as pa

        from studio.sdk.arrow import arrow_type

        fields = []
        for name, place in zip(carrying.names, carrying.places, strict=True):
            item = self.matching.fields.get(place)
            text = item is None or item.column.is_text
            fields.append((name, pa.string() if text or item is None else arrow_type(item.column)))
        return pa.schema(fields)

    def batches(self, carrying: Carrying, position: int, row: int) -> Generator[Batch]:
        """Yield the rows from a position on; see :class:`studio.serve.batch.reader.Reader`."""
        self._stream.close()
        self._stream = self._opened(position)
        for piece in pieces(self._stream, LINES):
            batch = self._batch(piece, carrying, row)
            row += batch.read
            if batch.read:
                yield batch

    def _opened(self, position: int) -> TextStream:
        return TextStream(self.path, self._encoding, packed=self._packed, position=position)

    def _keys(self) -> list[str]:
        """Return the keys of the first lines; those that are asked for where there is no line."""
        head = self._stream.read(BLOCK)
        if head.lstrip().startswith(b"["):
            raise SourceUnreadable(
                name=self.path.name,
                reason="it is a list",
                advice="Write one object a line, without commas between them.",
            )
        ends = split(head, LINES, ended=len(head) < BLOCK)[:_LOOKED_AT]
        keys: dict[str, None] = {}
        start = 0
        for end in ends.tolist():
            keys |= dict.fromkeys(_object(head[start:end]))
            start = end
        if not head.strip():
            return [item.name for item in self._demand.fields]
        return list(keys)

    def _batch(self, piece: Piece, carrying: Carrying, row: int) -> Batch:
        lines = lines_of(piece, row, self._encoding, trim=True)
        extra = [
            self.matching.names[place]
            for place in carrying.places
            if carrying.how == "typed" and place not in self.matching.fields
        ]
        fields = tuple(self.matching.fields.values())
        values = None if extra else quick_columns(lines, fields)
        bad: dict[int, tuple[str, str]] = {}
        texts: dict[str, pa.Array] = {}
        if values is None:
            lines, objects = _objects(lines)
            values, reasons = careful_columns(objects, fields)
            bad = first_reasons(reasons) | self._absences(lines, objects)
            texts = {name: _as_text(objects, name) for name in extra}
        found = lines.texts
        carried = self._carried(carrying, values | texts) if carrying.how == "typed" else None
        batch = Batch(
            lines.numbers,
            values,
            lambda index: str(found[index].as_py()),
            found if carrying.how == "lines" else None,
            carried,
            lines.refused,
            lines.count,
            piece.position,
        )
        return batch.without(bad)

    def _absences(self, lines: Lines, objects: list[dict[str, Any]]) -> dict[int, tuple[str, str]]:
        """Return, by line, the first column that must be there and is not, and the reason."""
        needed = frozenset(self._demand.needed)
        bad: dict[int, tuple[str, str]] = {}
        for index, item in enumerate(objects):
            if not needed <= item.keys():
                found = self._demand.absence(item, int(lines.numbers[index]))
                if found is not None:
                    bad[index] = found
        return bad

    def _carried(self, carrying: Carrying, columns: dict[str, pa.Array]) -> pa.RecordBatch:
        import pyarrow as pa

        arrays = [columns[self.matching.names[place]] for place in carrying.places]
        return pa.RecordBatch.from_arrays(arrays, schema=self.carried(carrying))


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json_text.read(line) if line.strip() else {}
    except RequestWrong:
        return {}
    return value if isinstance(value, dict) else {}


def _objects(lines: Lines) -> tuple[Lines, list[dict[str, Any]]]:
    """Return the lines that hold an object, and the objects."""
    objects: list[dict[str, Any]] = []
    bad: dict[int, str] = {}
    for index, line in enumerate(lines.texts.to_pylist()):
        try:
            value = json_text.read(line.encode())
        except RequestWrong as error:
            bad[index] = error.message.rstrip(".")
            continue
        if isinstance(value, dict):
            objects.append(value)
        else:
            bad[index] = "it is not an object, in braces"
    return lines.without(bad), objects


def _as_text(objects: list[dict[str, Any]], name: str) -> pa.Array:
    import pyarrow as pa

    values = (item.get(name) for item in objects)
    texts = [
        v if v is None or isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values
    ]
    return pa.array(texts, pa.string())
