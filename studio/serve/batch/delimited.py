"""Delimited text (CSV and its kin) in batches, with what is wrong in its rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from studio.sdk.text_style import nameless
from studio.serve.batch.batch import Batch
from studio.serve.batch.errors import SourceUnreadable
from studio.serve.batch.fields import FieldReader, Found
from studio.serve.batch.formats import Kind
from studio.serve.batch.lines import lines_of
from studio.serve.batch.matching import Demand
from studio.serve.batch.options import SEPARATORS, BatchOptions
from studio.serve.batch.reader import Carrying, first_reasons
from studio.serve.batch.records import BLOCK, LINES, Marks, Piece, pieces, split
from studio.serve.batch.stream import TextStream

if TYPE_CHECKING:
    import pyarrow as pa

_CANDIDATES = tuple(mark for name, mark in SEPARATORS.items() if name != "space")


class Delimited:
    """A delimited text; its first line that is not blank is the header, where it has one.

    Attributes:
        style: How it is written.
        separator: What is between two fields.
        header: The line that names the columns; made up where the text has none.
    """

    rows: int | None = None

    def __init__(self, path: Path, kind: Kind, options: BatchOptions, demand: Demand) -> None:
        self.path = path
        self.demand = demand
        self.style = options.style(demand.text)
        self._packed = kind.packed
        self._stream = self._opened(0)
        try:
            above = self._above(self._stream)
            if above:
                self._stream.close()
                self._stream = self._opened(above)
            self._head = self._stream.read(BLOCK)
            candidates = self._candidates(options, kind)
            self.separator, self.header, start = self._header(candidates)
            self._start = above + start
            if self.separator == self.style.decimal:
                # That mark is the training's, and cannot be this file's.
                self.style = replace(self.style, decimal=".")
            self.matching = demand.match(path.name, self._names(self.header, self.separator))
        except BaseException:
            self.close()
            raise
        self._fields: FieldReader | None = None

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

        types = dict.fromkeys(carrying.places, pa.string())
        for place, field in self.matching.fields.items():
            if place in types and carrying.how == "typed" and not field.column.is_text:
                types[place] = arrow_type(field.column)
        named = zip(carrying.names, carrying.places, strict=True)
        return pa.schema([(name, types[place]) for name, place in named])

    def batches(self, carrying: Carrying, position: int, row: int) -> Generator[Batch]:
        """Yield the rows from a position on; see :class:`studio.serve.batch.reader.Reader`."""
        self._stream.close()
        self._stream = self._opened(position or self._start)
        for piece in pieces(self._stream, self._marks):
            batch = self._batch(piece, carrying, row)
            row += batch.read
            if batch.read:
                yield batch

    def _batch(self, piece: Piece, carrying: Carrying, row: int) -> Batch:
        blank = len(self.matching.names) == 1
        lines = lines_of(piece, row, self.style.encoding, blank=blank)
        found = self._reader(carrying).read(lines.data)
        lines = lines.without(found.ragged)
        texts = lines.texts
        batch = Batch(
            lines.numbers,
            found.values,
            lambda index: str(texts[index].as_py()),
            texts if carrying.how == "lines" else None,
            self._carried(carrying, found),
            lines.refused,
            lines.count,
            piece.position,
        )
        return batch.without(first_reasons(found.reasons))

    def _reader(self, carrying: Carrying) -> FieldReader:
        """Return what splits the rows; it remembers which columns are written oddly."""
        if self._fields is None:
            extra = [place for place in carrying.places if place not in self.matching.fields]
            texts = {"text": carrying.places, "typed": extra}.get(carrying.how, ())
            self._fields = FieldReader(
                len(self.matching.names),
                self._marks,
                self.matching.fields,
                self.demand.marks,
                self.style,
                texts,
                wide=carrying.how == "text",
            )
        return self._fields

    def _carried(self, carrying: Carrying, found: Found) -> pa.RecordBatch | None:
        import pyarrow as pa

        if carrying.how not in ("text", "typed"):
            return None
        schema = self.carried(carrying)
        arrays = []
        for place, kept in zip(carrying.places, schema.types, strict=True):
            if place in found.texts:
                arrays.append(found.texts[place])
            else:
                arrays.append(found.values[self.matching.fields[place].name].cast(kept))
        return pa.RecordBatch.from_arrays(arrays, schema=schema) if arrays else None

    def _opened(self, position: int) -> TextStream:
        encoding = self.style.encoding
        return TextStream(self.path, encoding, packed=self._packed, position=position)

    @cached_property
    def _marks(self) -> Marks:
        return Marks(self.separator.encode(), self.style.quote.encode())

    def _candidates(self, options: BatchOptions, kind: Kind) -> list[str]:
        """Return what may separate the fields: what was chosen, or what the file's name says."""
        chosen = options.delimiter or kind.separator
        if chosen:
            return [chosen]
        usual = self.style.separator
        first = [usual] if len(usual) == 1 and usual.isascii() else []
        without = (self.style.quote, "," if options.decimal == "," else "")
        return [mark for mark in dict.fromkeys((*first, *_CANDIDATES)) if mark not in without]

    def _above(self, stream: TextStream) -> int:
        """Return where the lines end that stand above the first row."""
        left, position = self.style.skip_lines, 0
        while left and (block := stream.read(BLOCK)):
            ends = split(block, LINES, ended=len(block) < BLOCK)
            if left <= len(ends):
                return position + int(ends[left - 1])
            left -= len(ends)
            position += len(block)
        return position

    def _header(self, candidates: Sequence[str]) -> tuple[str, bytes, int]:
        """Return the separator, the header's text, and where the rows begin.

        Where the separator is not known, it is the one under which the first line has most of the
        columns that are asked for.
        """
        asked = {field.name for field in self.demand.fields}
        best: tuple[int, str, bytes, int] | None = None
        for separator in candidates:
            header, start = self._named(separator)
            found = len(asked.intersection(self._names(header, separator)))
            if best is None or found > best[0]:
                best = found, separator, header, start
        if best is None or not best[2]:
            first = "must name the columns" if self.style.header else "must be a row"
            above = self.style.skip_lines
            where = f" below line {above:,}" if above else ""
            self._refuse(f"it is empty{where}", f"Its first line {first}.")
        if b"\0" in best[2]:
            self._refuse("its first line holds NUL bytes", "If it is UTF-16, name that encoding.")
        return best[1:]

    def _named(self, separator: str) -> tuple[bytes, int]:
        """Return the line that names the columns, and where the rows begin."""
        first, start, end = self._first(separator)
        if self.style.header or not first:
            return first, end
        names = nameless(len(self._names(first, separator)))
        return separator.join(names).encode(), start

    def _first(self, separator: str) -> tuple[bytes, int, int]:
        """Return the first record that is not blank, and where it begins and ends."""
        marks = Marks(separator.encode(), self.style.quote.encode())
        start = 0
        for end in split(self._head, marks, ended=len(self._head) < BLOCK).tolist():
            text = self._head[start:end].rstrip(b"\r\n")
            if text.strip():
                return text, start, end
            start = end
        if self._head.strip():
            self._refuse("its first row does not end", "Look at the quotes, or name the separator.")
        return b"", start, start

    def _names(self, header: bytes, separator: str) -> list[str]:
        try:
            text = header.decode("utf-8")
        except UnicodeDecodeError:
            reason = f"its header is not {self.style.encoding}"
            self._refuse(reason, "Name the encoding that it was written in.")
        quoted = bool(self.style.quote)
        fields = csv.reader(
            io.StringIO(text, newline=""),
            delimiter=separator,
            quotechar=self.style.quote or None,
            quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        )
        return [name.strip() for name in next(fields, [])]

    def _refuse(self, reason: str, advice: str) -> NoReturn:
        raise SourceUnreadable(name=self.path.name, reason=reason, advice=advice)
