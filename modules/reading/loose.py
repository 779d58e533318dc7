"""Rows of Python values (from spreadsheets and JSON) as a table: spooled, typed by their kinds."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from modules.reading.kinds import Kind, Style, infer
from modules.reading.widening import TextColumn, TextPlan, plan
from studio.sdk import ColumnType, Context, Table, unique_names

ROWS = 20_000
_MOST_DIGITS = 18

Kinds = set[Kind]


@dataclass
class Spool:
    """Takes rows of values and keeps them as text in files of the scratch folder.

    A value's kind is remembered by column, so that ``1`` and ``"1"`` stay apart: a column is typed
    by what its values were, not by how their text looks.
    """

    folder: Path
    ctx: Context
    names: list[str] = field(default_factory=list)
    kinds: list[Kinds] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    rows: int = 0
    _columns: list[list[str | None]] = field(default_factory=list)
    _waiting: int = 0

    def column(self, name: str) -> int:
        """Return the number of a new column; rows before it have nothing there."""
        self.names.append(name)
        self.kinds.append(set())
        self._columns.append([None] * self._waiting)
        return len(self.names) - 1

    def add(self, values: Iterable[tuple[int, object]]) -> None:
        """Add one row: pairs of a column's number and its value."""
        for number, value in values:
            kind, text = _text(value)
            if text is not None:
                self.kinds[number].add(kind)
                self._columns[number].append(text)
        self._waiting += 1
        self.rows += 1
        for texts in self._columns:
            if len(texts) < self._waiting:
                texts.append(None)
        if self._waiting >= ROWS:
            self._flush()

    def plan(self, chosen: Mapping[str, ColumnType], style: Style) -> TextPlan:
        """Return how the spooled text becomes a table."""
        self._flush()
        names = unique_names(self.names)
        first = next(self._batches(), [pa.array([], pa.string()) for _ in names])
        made = plan(names, first, chosen, style, self._batches, self.ctx)
        columns = tuple(
            column if column.chosen else self._typed(column, kinds, texts, style)
            for column, kinds, texts in zip(made.columns, self.kinds, first, strict=True)
        )
        return TextPlan(columns, style, self._batches, self.ctx)

    def table(self, chosen: Mapping[str, ColumnType], style: Style) -> Table:
        """Return the table of all rows."""
        return self.plan(chosen, style).table()

    def _typed(
        self, column: TextColumn, kinds: Kinds, sample: pa.Array, style: Style
    ) -> TextColumn:
        """Return a column with the kind that its values had; text may still be dates and times."""
        if kinds == {"integer", "double"}:
            kinds = {"double"}
        if len(kinds) == 1:
            kind = next(iter(kinds))
            if kind == "string":
                found = infer(sample, style)
                kind = found if found in ("datetime", "zoned", "timespan") else "string"
            return TextColumn(column.name, kind)
        if kinds:
            mixed = " and ".join(sorted(kinds))
            self.ctx.log(f"Column “{column.name}” mixes {mixed}; it is read as string.")
        return TextColumn(column.name, "string" if kinds else "unknown")

    def _flush(self) -> None:
        if not self._waiting:
            return
        path = self.folder / f"rows{len(self.files)}.arrow"
        arrays = [pa.array(texts, pa.string()) for texts in self._columns]
        batch = pa.RecordBatch.from_arrays(arrays, [str(n) for n in range(len(arrays))])
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
            writer.write_batch(batch)
        self.files.append(path)
        self._columns = [[] for _ in self.names]
        self._waiting = 0

    def _batches(self) -> Iterator[Sequence[pa.Array]]:
        for path in self.files:
            with pa.OSFile(str(path), "rb") as stream:
                batch = pa.ipc.open_file(stream).get_batch(0)
            absent = len(self.names) - batch.num_columns
            empty = pa.nulls(batch.num_rows, pa.string())
            yield [*batch.columns, *(empty for _ in range(absent))]


def _text(value: object) -> tuple[Kind, str | None]:
    """Return what kind a value is of, and its text; nothing and NaN are missing."""
    if value is None:
        return "unknown", None
    if isinstance(value, str):
        return "string", value
    if isinstance(value, bool):
        return "boolean", "true" if value else "false"
    if isinstance(value, int):
        text = str(value)
        return ("integer" if len(text.lstrip("-")) <= _MOST_DIGITS else "string"), text
    if isinstance(value, float):
        return "double", None if value != value else repr(value)
    if isinstance(value, dt.datetime | dt.date):
        return "datetime", value.isoformat()
    if isinstance(value, dt.time):
        return "timespan", value.isoformat()
    if isinstance(value, dt.timedelta):
        return "timespan", span(value)
    return "string", json.dumps(value, ensure_ascii=False)


def span(value: dt.timedelta) -> str:
    """Return a span of time as text, such as ``-1.02:03:04.500000``: days, hours and so on."""
    total = abs(value)
    hours, rest = divmod(total.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    text = f"{hours:02}:{minutes:02}:{seconds:02}"
    text = f"{total.days}.{text}" if total.days else text
    text += f".{total.microseconds:06}" if total.microseconds else ""
    return f"-{text}" if value < dt.timedelta(0) else text
