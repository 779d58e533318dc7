"""Delimited text (CSV, TSV and their kin) as a table, read in blocks, whatever its size."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pyarrow as pa
import pyarrow.csv as pc

from modules.reading.dialect import AUTO, Dialect, find_separator, separator_named
from modules.reading.faults import unreadable
from modules.reading.kinds import Style
from modules.reading.records import records, unclosed
from modules.reading.source import Source, disguise, reading, spoken
from modules.reading.stream import CHUNK, TextStream, sample
from modules.reading.widening import TextPlan, plan
from studio.sdk import Column, ColumnType, Context, Table, TableSchema, unique_names
from studio.sdk.ahead import ahead
from studio.sdk.text_style import nameless

Ragged = Literal["error", "skip", "fill"]

SAMPLE_BYTES = 2 << 20
BLOCK_BYTES = 2 << 20
_GROWTH = 8
_STRADDLING = "straddling object"
_SUSPECTS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}


@dataclass(frozen=True)
class Options:
    """What a person said of a delimited text."""

    has_header: bool = True
    separator: str = AUTO
    encoding: str = AUTO
    quote: str = '"'
    skip_lines: int = 0
    ragged: Ragged = "error"
    blank_rows: bool = False
    column_types: Mapping[str, ColumnType] = field(default_factory=dict)
    style: Style = field(default_factory=Style)


def read_delimited(source: Source, options: Options, ctx: Context) -> Table:
    """Return the table of a delimited text; raises FileUnreadable, now or when it is read."""
    return text_plan(source, options, ctx).table()


def text_columns(source: Source, options: Options, ctx: Context) -> TableSchema:
    """Return the columns as the first rows show them; a chosen category has no levels yet."""
    chosen = options.column_types
    # To find levels, the whole text would be read.
    types = {n: "string" if t == "category" else t for n, t in chosen.items()}
    known = text_plan(source, replace(options, column_types=types), ctx).schema
    return known.replace(*(Column(n, t) for n, t in chosen.items() if t == "category"))


def text_plan(source: Source, options: Options, ctx: Context) -> TextPlan:
    """Return how the text is read: its separator, its names and the kinds of its columns."""
    text = _Text(source, _dialect(source, options), options, ctx)
    first = text.first_rows()
    if options.has_header:
        header = [(column[0].as_py() or "").strip() for column in first]
        first = [column[1:] for column in first]
    else:
        header = nameless(len(first))
    names = unique_names(text.restored(name) for name in header)
    for old, new in zip(header, names, strict=True):
        if old and old != new and text.restored(old) != new:
            ctx.log(f"There is more than one column “{old}”: one of them is called “{new}”.")
    if len(names) == 1:
        _doubt_separator(source, names[0], ctx)
    if text.whole and not len(first[0]):
        ctx.warn("no_rows", f"“{source.name}” has a header and no rows.")
    style = replace(options.style, separator=text.dialect.replaced)
    text.width = len(names)
    return plan(names, first, options.column_types, style, text.batches, ctx)


def _doubt_separator(source: Source, name: str, ctx: Context) -> None:
    """Warn of a single column whose name holds what looks like separators."""
    counts = {mark: name.count(sign) for mark, sign in _SUSPECTS.items() if sign in name}
    for mark, count in counts.items():
        ctx.warn(
            "one_column",
            f"“{source.name}” gives a single column, and its name holds {count} × {mark}: "
            "look at the separator.",
        )


def _dialect(source: Source, options: Options) -> Dialect:
    """Return the dialect, its separator found in the first records where none was chosen."""
    with reading(source.name), source.open() as file:
        found = disguise(file.read(16))
    if found is not None:
        raise unreadable(source.name, f"it is {found}, not text", "Choose the right file format.")
    dialect = Dialect(
        ",",
        options.quote,
        options.encoding,
        options.skip_lines,
        fill=False,
        blank_rows=options.blank_rows,
    )
    separator = separator_named(options.separator)
    if separator == AUTO:
        head = sample(source, dialect, CHUNK // 8)
        separator = find_separator(head.content.decode("utf-8", "replace"), options.quote)
    return replace(dialect, separator=separator, fill=options.ragged == "fill")


@dataclass
class _Bad:
    """The first record with another number of fields than the header, and how many there are."""

    ragged: Ragged
    count: int = 0
    found: int = 0
    expected: int = 0
    number: int | None = None

    def __call__(self, row: pc.InvalidRow) -> str:
        """Answer the parser what to do with such a record."""
        if not self.count:
            self.found, self.expected = row.actual_columns, row.expected_columns
            self.number = row.number
        self.count += 1
        return "skip" if self.ragged == "skip" else "error"


class _Text:
    """A delimited text that can be read in batches of text columns, again and again."""

    def __init__(self, source: Source, dialect: Dialect, options: Options, ctx: Context) -> None:
        self.source = source
        self.dialect = dialect
        self.options = options
        self.ctx = ctx
        self.width = 0
        self.whole = False

    def restored(self, text: str) -> str:
        """Return text with the separators that were replaced put back."""
        replaced = self.dialect.replaced
        return text if replaced is None else text.replace("\x1f", replaced)

    def first_rows(self) -> Sequence[pa.Array]:
        """Return the first records, the header among them, as columns of text."""
        head = sample(self.source, self.dialect, SAMPLE_BYTES)
        self.whole = head.whole
        if not head.content.strip():
            raise unreadable(self.source.name, "it holds no text", "It must have rows.")
        try:
            first = self._parsed(head.content)
        except pa.ArrowInvalid as error:
            raise self._explained(error, _Bad("error")) from error
        if not head.whole and first.num_rows > 2:
            first = first.slice(0, first.num_rows - 1)
        return [column.combine_chunks() for column in first.columns]

    def _parsed(self, content: bytes) -> pa.Table:
        block = pc.ReadOptions(block_size=len(content) + 1, autogenerate_column_names=True)
        names = pc.open_csv(
            pa.BufferReader(content), block, self._parse_options(_Bad("skip"))
        ).schema.names
        self.width = len(names)
        return pc.open_csv(
            pa.BufferReader(content),
            pc.ReadOptions(block_size=len(content) + 1, column_names=names, use_threads=False),
            self._parse_options(_Bad("skip")),
            _as_text(names),
        ).read_all()

    def batches(self) -> Iterator[Sequence[pa.Array]]:
        """Yield the rows after the header as columns of text; raises FileUnreadable."""
        done, block = 0, BLOCK_BYTES
        while True:
            try:
                for columns in ahead(self._blocks(block, done)):
                    done += len(columns[0])
                    yield columns
                return
            except _TooLong as error:
                block *= _GROWTH
                if block > max(self.ctx.memory // 8, BLOCK_BYTES * _GROWTH):
                    raise self._long_row() from error

    def _blocks(self, block: int, done: int) -> Iterator[Sequence[pa.Array]]:
        """Yield the rows that come after the first ``done`` ones, read in blocks of that size."""
        stream = TextStream(self.source, self.dialect)
        bad = _Bad(self.options.ragged)
        left_out = done + (1 if self.options.has_header else 0)
        try:
            reader = self._open(stream, block, bad)
            for batch in reader:
                self.ctx.progress(stream.taken / max(self.source.size, stream.taken))
                rows = batch.slice(min(left_out, batch.num_rows))
                left_out = max(left_out - batch.num_rows, 0)
                if rows.num_rows:
                    yield rows.columns
            if stream.quotes % 2:
                self._require_closed()
        except pa.ArrowInvalid as error:
            raise self._explained(error, bad) from error
        finally:
            stream.close()
        if bad.count:
            self._tell_skipped(bad)

    def _open(self, stream: TextStream, block: int, bad: Callable[[Any], str]) -> Any:
        names = [str(number) for number in range(self.width)]
        return pc.open_csv(
            stream,
            pc.ReadOptions(block_size=block, column_names=names, use_threads=False),
            self._parse_options(bad),
            _as_text(names),
        )

    def _parse_options(self, bad: Callable[[Any], str]) -> pc.ParseOptions:
        return pc.ParseOptions(
            delimiter=self.dialect.delimiter.decode(),
            quote_char=self.dialect.quote or False,
            newlines_in_values=bool(self.dialect.quote),
            ignore_empty_lines=self.width != 1,
            invalid_row_handler=bad,
        )

    def _tell_skipped(self, bad: _Bad) -> None:
        rows = "1 row was" if bad.count == 1 else f"{bad.count:,} rows were"
        self.ctx.warn(
            "rows_skipped",
            f"{rows} left out of “{self.source.name}”: "
            f"line {self._line(bad.number)} has {_fields(bad.found)}, not {bad.expected}.",
        )

    def _explained(self, error: pa.ArrowInvalid, bad: _Bad) -> Exception:
        """Return the error that says what is wrong with the text and in which line."""
        name, said = self.source.name, str(error)
        if self.dialect.quote and (line := self._unclosed()):
            return self._quote_error(line)
        if _STRADDLING in said:
            return _TooLong()
        if bad.count and bad.ragged != "skip":
            line = self._line(bad.number)
            header = "the header" if self.options.has_header else "the first row"
            advice = "Mend the line, choose another separator, or skip or fill such rows."
            reason = f"line {line} has {_fields(bad.found)}, {header} has {bad.expected}"
            return unreadable(name, reason, advice, "ragged_rows")
        return unreadable(name, spoken(error), "Look at the separator and the quotes.")

    def _line(self, record: int | None) -> int:
        """Return the physical line on which a record (from 1, blank lines not counted) begins."""
        stream = TextStream(self.source, self.dialect)
        try:
            found = records(stream.lines(), self.dialect.delimiter, self.dialect.quote.encode())
            filled = (item for item in found if self.width == 1 or item.text.strip(b"\r\n"))
            chosen = next(itertools.islice(filled, (record or 1) - 1, None), None)
        finally:
            stream.close()
        return (chosen.line if chosen else 1) + self.dialect.skip_lines

    def _unclosed(self) -> int | None:
        stream = TextStream(self.source, self.dialect)
        try:
            delimiter, quote = self.dialect.delimiter, self.dialect.quote.encode()
            return unclosed(stream.lines(), delimiter, quote)
        finally:
            stream.close()

    def _require_closed(self) -> None:
        line = self._unclosed()
        if line is not None:
            raise self._quote_error(line)

    def _quote_error(self, line: int) -> Exception:
        line += self.dialect.skip_lines
        reason = f"a quote that opens in line {line} is never closed"
        advice = "Close it in the file, or choose no quotes."
        return unreadable(self.source.name, reason, advice, "quote")

    def _long_row(self) -> Exception:
        reason = "a row is longer than the memory allows"
        return unreadable(self.source.name, reason, "Look at the quotes and the line ends.")


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"


class _TooLong(Exception):
    """A record does not fit the block that is read at a time."""


def _as_text(names: Sequence[str]) -> pc.ConvertOptions:
    """Return the options under which every field is text, and an unquoted empty one missing."""
    return pc.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        check_utf8=False,
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        null_values=[""],
    )
