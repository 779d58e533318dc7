"""JSON lines and Excel workbooks from a table, row by row."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from modules.reading.faults import NotWritten
from modules.writing.text import as_text
from studio.sdk import Column, Context, Table

_MOST_ROWS = 1_048_576
_MOST_COLUMNS = 16_384
_LONGEST_TEXT = 32_767
_SHEET = "Sheet1"


def write_json_lines(table: Table, path: Path, ctx: Context) -> None:
    """Write one JSON object a row, in UTF-8; what is missing or infinite is null."""
    names = table.schema.names
    infinite = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for rows in _rows(table, ctx, times_as_text=True):
            lines = []
            for row in rows:
                infinite += sum(isinstance(v, float) and math.isinf(v) for v in row)
                found = (None if isinstance(v, float) and math.isinf(v) else v for v in row)
                lines.append(json.dumps(dict(zip(names, found, strict=True)), ensure_ascii=False))
            file.write("".join(f"{line}\n" for line in lines))
    if infinite:
        ctx.warn(
            "infinite_values", f"JSON has no infinite numbers: {infinite:,} are written as null."
        )


def write_excel(table: Table, path: Path, name: str, header: bool, ctx: Context) -> None:
    """Write one sheet; raises NotWritten for what a sheet cannot hold. Text is never a formula."""
    import openpyxl

    _require_size(table, name, header)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_SHEET)
    columns = table.schema.visible
    try:
        if header:
            sheet.append([_cell(sheet, column, name, column.name, 0) for column in columns])
        number = 0
        for rows in _rows(table, ctx, times_as_text=False):
            for row in rows:
                number += 1
                cells = zip(columns, row, strict=True)
                sheet.append([_cell(sheet, c, name, value, number) for c, value in cells])
    finally:
        sheet.close()
    book.save(path)


def _rows(
    table: Table, ctx: Context, *, times_as_text: bool
) -> Iterator[Iterator[tuple[Any, ...]]]:
    """Yield the rows of each batch as tuples of Python values; times as text where asked for."""
    for batch in table.batches():
        ctx.check()
        columns = []
        for column in table.schema.visible:
            array = batch.column(column.name)
            timed = column.type in ("datetime", "timespan")
            columns.append(
                (as_text(array, column) if times_as_text and timed else array).to_pylist()
            )
        yield zip(*columns, strict=True)


def _require_size(table: Table, name: str, header: bool) -> None:
    rows, columns = table.rows + header, len(table.schema)
    if rows > _MOST_ROWS or columns > _MOST_COLUMNS:
        found = f"{rows:,} rows" if rows > _MOST_ROWS else f"{columns:,} columns"
        most = f"{_MOST_ROWS:,} rows and {_MOST_COLUMNS:,} columns"
        reason = f"a sheet holds at most {most}, and there are {found}"
        advice = "Choose CSV or Parquet, or export a part."
        raise NotWritten(path=name, reason=reason, advice=advice, param="file_format")


def _cell(sheet: Any, column: Column, name: str, value: Any, row: int) -> Any:
    """Return the cell for a value; text is marked as text, so that ``=1+1`` stays what it is."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, float) and math.isinf(value):
        value = "inf" if value > 0 else "-inf"
    if isinstance(value, dt.datetime) and value.year < 1900:
        value = value.isoformat(sep=" ")
    if not isinstance(value, str):
        return value
    trouble = ""
    if len(value) > _LONGEST_TEXT:
        trouble = f"is longer than the {_LONGEST_TEXT:,} characters that a cell holds"
    elif ILLEGAL_CHARACTERS_RE.search(value):
        trouble = "holds a control character that a cell cannot hold"
    if trouble:
        where = f"the text of column “{column.name}” in row {row:,} {trouble}"
        advice = "Choose CSV or Parquet, or change the text."
        raise NotWritten(path=name, reason=where, advice=advice, param="file_format")
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell
