"""Excel workbooks as tables: one sheet, read row by row."""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from xml.etree.ElementTree import ParseError

from modules.reading.faults import unreadable
from modules.reading.loose import Spool
from modules.reading.source import FileSource, reading, spoken
from studio.sdk import ColumnType, Context, Table, ValueWrong

_ERRORS = ("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!")
_DAMAGE = (zipfile.BadZipFile, KeyError, ParseError, ValueError, IndexError, TypeError, EOFError)


def read_excel(
    source: FileSource,
    sheet: str,
    has_header: bool,
    missing: Sequence[str],
    types: dict[str, ColumnType],
    ctx: Context,
) -> Table:
    """Return the table of a sheet, by name or number (from 1); the first one when none is named."""
    from modules.reading.kinds import Style

    spool = Spool(ctx.scratch, ctx)
    marks = {*missing, *_ERRORS}
    with _workbook(source) as book:
        rows = _rows(_sheet(book, sheet).iter_rows(values_only=True))
        if has_header:
            for value in next(rows, ()):
                spool.column("" if value is None else _name(value))
        for count, row in enumerate(rows):
            if not count % 1000:
                ctx.check()
            while len(spool.names) < len(row):
                spool.column("" if has_header else f"Col{len(spool.names) + 1}")
            spool.add((n, None if value in marks else value) for n, value in enumerate(row))
    if not spool.names:
        raise unreadable(
            source.name, "the sheet is empty", "Choose a sheet that has rows.", "sheet"
        )
    if not spool.rows:
        ctx.warn("no_rows", f"The sheet of “{source.name}” has a header and no rows.")
    return spool.table(types, Style())


@contextmanager
def _workbook(source: FileSource) -> Iterator[Any]:
    """Open a workbook for reading its values; damage becomes a sentence."""
    import openpyxl

    with reading(source.name), warnings.catch_warnings(), source.open() as stream:
        warnings.simplefilter("ignore", UserWarning)
        try:
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            yield book
            book.close()
        except _DAMAGE as error:
            reason = f"it is not a whole Excel file ({spoken(error)})"
            advice = "Open it in a spreadsheet program and save it as .xlsx."
            raise unreadable(source.name, reason, advice) from error


def _sheet(book: Any, sheet: str) -> Any:
    names = [found.title for found in book.worksheets]
    if sheet in names:
        return book[sheet]
    if not sheet:
        return book.worksheets[0]
    if sheet.isdigit() and 1 <= int(sheet) <= len(names):
        return book.worksheets[int(sheet) - 1]
    advice = f"It has: {', '.join(names)}."
    raise ValueWrong(reason=f"The workbook has no sheet “{sheet}”.", advice=advice, param="sheet")


def _rows(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows without empty cells at their ends; empty rows where a filled one follows."""
    empty = 0
    for row in rows:
        width = len(row)
        while width and row[width - 1] is None:
            width -= 1
        if not width:
            empty += 1
            continue
        yield from ((),) * empty
        empty = 0
        yield row[:width]


def _name(value: Any) -> str:
    """Return a header's cell as a name; a date without a time keeps its date."""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value).strip()
