"""Rows of text: a batch and its answers as the bytes that are written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from studio.sdk.schema import unique_names
from studio.serve.batch.batch import Batch
from studio.serve.batch.cell_text import bytes_of, cells, json_values, quoted

if TYPE_CHECKING:
    import pyarrow as pa


class Rows(Protocol):
    """Turns a batch and its answers into the bytes that are written."""

    def header(self) -> bytes:
        """Return what comes before the first row."""

    def text(self, batch: Batch, answers: Sequence[pa.Array]) -> bytes:
        """Return the rows, each with its line end; at least one column is written."""


@dataclass(frozen=True)
class DelimitedRows:
    """Rows of a delimited file.

    Attributes:
        names: The columns that are carried, and those of the answers.
        separator, quote, decimal: How the file is written.
        line: The header of the file that was read, where its lines are carried as they are; then
            ``names`` are those of the answers.
    """

    names: tuple[str, ...]
    separator: str
    quote: str
    decimal: str
    line: bytes | None = None

    def header(self) -> bytes:
        """Return the line that names the columns."""
        import pyarrow as pa

        names = quoted(pa.array(self.names), self.separator, self.quote).to_pylist()
        first = [] if self.line is None else [self.line.decode()]
        return f"{self.separator.join([*first, *names])}\n".encode()

    def text(self, batch: Batch, answers: Sequence[pa.Array]) -> bytes:
        """Return the rows, each with its line end."""
        import pyarrow.compute as pc

        first = [] if batch.lines is None else [batch.lines]
        carried = [] if batch.carried is None else batch.carried.columns
        written = [
            cells(column, self.separator, self.quote, self.decimal)
            for column in (*carried, *answers)
        ]
        parts = [*first, *written]
        if len(parts) == 1:
            empty = pc.equal(pc.binary_length(parts[0]), 0)
            parts = [pc.if_else(empty, (self.quote or '"') * 2, parts[0])]  # a blank line is no row
        return _joined(parts, self.separator)


@dataclass(frozen=True)
class JsonRows:
    """Rows as JSON objects, one a line.

    Attributes:
        carried, answers: The names of the columns.
        renamed: What a line's own members are called where answers have their names; those of the
            answers that are not in here give way.
    """

    carried: tuple[str, ...]
    answers: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)

    def header(self) -> bytes:
        """Return nothing: a file of lines has no header."""
        return b""

    def text(self, batch: Batch, answers: Sequence[pa.Array]) -> bytes:
        """Return the rows, each with its line end."""
        if batch.lines is not None:
            return self._after_lines(batch.lines, answers)
        columns = [*([] if batch.carried is None else batch.carried.columns), *answers]
        names = (*self.carried, *self.answers)
        return _ended([*_members(names, columns, "{")], "}\n")

    def _after_lines(self, lines: pa.Array, answers: Sequence[pa.Array]) -> bytes:
        """Return the lines with the answers before their last brace."""
        import pyarrow as pa
        import pyarrow.compute as pc

        opened = pc.binary_slice(self._own(lines).cast(pa.binary()), 0, -1)
        opened = pc.ascii_rtrim_whitespace(opened.cast(pa.string()))
        empty = pc.equal(pc.ascii_ltrim_whitespace(opened), pa.scalar("{"))
        members = [*_members(self.answers, answers, "")]
        return _ended([opened, pc.if_else(empty, "", ","), *members], "}\n")

    def _own(self, lines: pa.Array) -> pa.Array:
        """Return lines without members that are called like answers: they have other names."""
        import pyarrow as pa
        import pyarrow.compute as pc

        found = bytes_of(lines)
        held = pa.repeat(False, len(lines))
        for name in self.answers:
            key = json.dumps(name, ensure_ascii=False)
            if key.encode() in found:
                held = pc.or_(held, pc.match_substring(lines, key))
        if not pc.any(held).as_py():
            return lines
        made = lines.to_pylist()
        for index in pc.indices_nonzero(held).to_pylist():
            row = self._kept(json.loads(made[index]))
            made[index] = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        return pa.array(made, pa.string())

    def _kept(self, row: dict[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for name, value in row.items():
            if name in self.renamed:
                # A line may have keys that the first lines of its file do not have.
                (free,) = unique_names([self.renamed[name]], row)
                kept[free] = value
            elif name not in self.answers:
                kept[name] = value
        return kept


def _members(
    names: Sequence[str], columns: Sequence[pa.Array], opening: str
) -> list[pa.Array | pa.Scalar]:
    import pyarrow as pa

    parts = []
    for number, (name, column) in enumerate(zip(names, columns, strict=True)):
        key = json.dumps(name, ensure_ascii=False)
        parts += [pa.scalar(f"{',' if number else opening}{key}:"), json_values(column)]
    return parts


def _joined(parts: Sequence[pa.Array], separator: str) -> bytes:
    """Return rows with a separator between their parts."""
    import pyarrow as pa

    between: list[pa.Array | pa.Scalar] = []
    for part in parts:
        between += [part, pa.scalar(separator)]
    return _ended(between[:-1], "\n")


def _ended(parts: Sequence[pa.Array | pa.Scalar], end: str) -> bytes:
    """Return the bytes of parts that stand one after the other, row by row, each row ended."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return bytes_of(pc.binary_join_element_wise(*parts, pa.scalar(end), ""))
