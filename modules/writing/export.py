"""A table written into a file of the format that was asked for."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from modules.reading.dialect import separator_named
from modules.reading.faults import FormatUnknown, NotWritten
from modules.reading.source import ENDINGS, Format
from modules.writing.atomic import replacing
from modules.writing.columnar import write_arrow, write_parquet
from modules.writing.delimited import Form, write_delimited
from modules.writing.rows import write_excel, write_json_lines
from studio.sdk import Context, Table


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked to be written, and how."""

    path: str
    file_format: Format | Literal["auto"]
    overwrite: bool
    header: bool
    separator: str
    missing: str
    encoding: str


def export(table: Table, request: Request, ctx: Context) -> None:
    """Write the visible columns into the file, whole or not at all; raises NotWritten."""
    path = ctx.path(request.path)
    wanted = request.file_format
    if wanted == "auto":
        wanted = _format_of(request.path, path)
    if path.exists() and not request.overwrite:
        advice = "Name another file, or allow it to be replaced."
        raise NotWritten(
            path=request.path, reason="it exists already", advice=advice, param="write_mode"
        )
    with replacing(request.path, path) as temporary:
        _write(table, wanted, temporary, request, ctx)


def _format_of(name: str, path: Path) -> Format:
    ending = path.suffix.lower().lstrip(".")
    if ending not in ENDINGS:
        raise FormatUnknown(path=name, known=sorted(ENDINGS), param="file_format")
    return ENDINGS[ending]


def _write(table: Table, wanted: Format, path: Path, request: Request, ctx: Context) -> None:
    if wanted == "parquet":
        write_parquet(table, path, ctx)
    elif wanted == "arrow":
        write_arrow(table, path, ctx)
    elif wanted == "json_lines":
        write_json_lines(table, path, ctx)
    elif wanted == "excel":
        write_excel(table, path, request.path, request.header, ctx)
    else:
        separator = separator_named(request.separator)
        if separator == "auto":
            separator = "\t" if wanted == "tsv" else ","
        encoding = codecs.lookup(request.encoding).name
        form = Form(separator, request.header, request.missing, encoding)
        write_delimited(table, path, request.path, form, ctx)
