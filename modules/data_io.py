"""Modules that read tables from files and write them into files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import field_validator

from studio.sdk import (
    Column,
    ColumnType,
    Context,
    Effect,
    FilePath,
    Meta,
    Module,
    StudioError,
    Table,
    TableSchema,
    out,
    param,
)
from studio.sdk.text_style import PLAIN, DateOrder, TextStyle

GROUP = "Data Input and Output"

_TEXT = {"file_format": ("auto", "csv", "tsv")}
_ENCODED = {"file_format": ("auto", "csv", "tsv", "json_lines")}
_HEADED = {"file_format": ("auto", "csv", "tsv", "excel")}
_SHEETS = {"file_format": ("auto", "excel")}

SMALL_FILE = 200_000
"""Bytes of a workbook or of JSON that may be read whole to find its columns before a run."""

FileFormat = Literal["auto", "csv", "tsv", "parquet", "arrow", "json_lines", "excel"]


class ImportData(Module):
    """Read a table from a file.

    The format is taken from the file's ending, or chosen: delimited text (CSV, TSV and their kin),
    Parquet, Arrow (Feather), JSON lines and Excel. Delimited text and JSON may be packed as gz,
    bz2, xz or a zip of one file. A file that is larger than memory passes: it is read in batches.

    **Delimited text.** The separator is found by itself (comma, semicolon, tab or pipe; runs of
    blanks where all fields are numbers), or is any text you write; `tab`, `space` and `whitespace`
    (any run of blanks) have names. Text is UTF-8, or what its byte order mark says; for any other
    encoding, write its name. Without a header row, columns are Col1, Col2 and so on. Columns
    without a name get one; a name that comes again becomes `Name (1)`. Blank lines are left out
    where there is more than one column.

    **Types** are found so that every value fits: from the first rows, and where a later value does
    not fit, that column is widened (whole number to number to text) and the log names the row and
    the value. Numbers with leading zeros, such as postal codes, and numbers with more digits than
    can be kept stay text. Dates are recognised when they begin with the year (2024-01-31, with or
    without a time); say so when the day or the month comes first. Times with a zone become UTC.
    Spans such as 1.02:03:04 are recognised too. Column types that you choose override all of this;
    a value that does not fit them stops the run and is named.

    **Missing values.** An empty field is missing. Marks that you add, such as `?`, are missing in
    every column. `NA`, `N/A`, `NaN`, `NULL` and `None` are missing among numbers, dates and
    booleans; in a column of text they stay text. An empty text in quotes stays an empty text. In
    JSON, null and a key that is not there are missing; in Excel, empty cells and errors such as
    `#N/A`.

    **Rows of the wrong length** stop the run, and the line is named; or they are left out and
    counted in a warning; or short ones are filled with missing values.

    A Parquet or Arrow file that Export Data wrote gives back roles and levels as they were.
    """

    meta = Meta(
        "import_data",
        "Import Data",
        GROUP,
        world="file",
        libraries=("pyarrow", "openpyxl"),
        search=("Reader", "read", "load", "open", "csv", "tsv", "excel", "parquet", "json", "file"),
    )

    path: FilePath = param(
        ...,
        "File",
        help="The file to read; a relative path is looked for beside the experiment.",
    )
    file_format: FileFormat = param(
        "auto", "File format", help="Taken from the file's ending, or chosen here."
    )
    has_header: bool = param(
        True,
        "First row is a header",
        when=_HEADED,
        help="Otherwise columns are Col1, Col2, ….",
    )
    separator: str = param(
        "auto",
        "Separator",
        when=_TEXT,
        help="auto, comma, semicolon, tab, pipe, space, whitespace, or any other text.",
        shows={"values": ("auto", "tab")},
    )
    encoding: str = param(
        "auto",
        "Encoding",
        when=_ENCODED,
        help="auto (UTF-8, or by the byte order mark), or a name such as cp1252 or shift_jis.",
        shows={"values": ("auto", "cp1252")},
    )
    missing_values: list[str] = param(
        [],
        "Marks of missing values",
        when=_HEADED,
        help="Texts that stand for a missing value in every column, such as ?",
        shows={"values": ([], ["?"])},
    )
    column_types: dict[str, ColumnType] = param(
        {},
        "Column types",
        help="Types of columns, by name, where the ones found are not wanted.",
        shows={"values": ({}, {"id": "string"})},
    )
    ragged_rows: Literal["error", "skip", "fill"] = param(
        "error",
        "Rows of the wrong length",
        when=_TEXT,
        help="Stop, leave such rows out, or fill short ones with missing values.",
    )
    quote: Literal["double", "single", "none"] = param(
        "double",
        "Quotes",
        when=_TEXT,
        help="The character around fields that hold separators.",
    )
    decimal: Literal["point", "comma"] = param(
        "point", "Decimal mark", when=_TEXT, advanced=True, help="How 2½ is written: 2.5 or 2,5."
    )
    dates: DateOrder = param(
        "year_first",
        "Order of dates",
        when=_TEXT,
        advanced=True,
        help="2024-01-31, 31.01.2024 or 01/31/2024.",
    )
    trim: bool = param(
        False,
        "Take blanks off text",
        when=_TEXT,
        advanced=True,
        help="Blanks around numbers never matter.",
    )
    skip_lines: int = param(
        0,
        "Lines to skip",
        ge=0,
        le=1_000_000,
        when=_TEXT,
        advanced=True,
        help="Lines above the header.",
    )
    sheet: str = param(
        "",
        "Sheet",
        when=_SHEETS,
        help="Name or number of the sheet; the first one when empty.",
    )

    @field_validator("separator")
    @classmethod
    def _separator_fits(cls, value: str) -> str:
        if not 1 <= len(value) <= 10 or set(value) & set("\r\n\"'\0\x1f"):
            raise ValueError("write 1 to 10 characters without quotes or line ends")
        return value

    @field_validator("encoding")
    @classmethod
    def _encoding_is_known(cls, value: str) -> str:
        if value != "auto" and not _is_encoding(value):
            raise ValueError(f"“{value}” is not the name of an encoding")
        return value

    def effect(self) -> Effect:
        """Answer that the rows are new."""
        return Effect("new", "all")

    def missing_marks(self) -> tuple[str, ...]:
        """Return the texts that stand for a missing value besides the empty one."""
        return tuple(self.missing_values)

    def text_style(self) -> TextStyle:
        """Return how the file is written where it is delimited text."""
        if self.file_format not in _TEXT["file_format"]:
            return PLAIN
        from modules.reading.dialect import AUTO, separator_named

        return TextStyle(
            separator="" if self.separator == AUTO else separator_named(self.separator),
            encoding="utf-8" if self.encoding == AUTO else self.encoding,
            quote={"double": '"', "single": "'", "none": ""}[self.quote],
            decimal="." if self.decimal == "point" else ",",
            dates=self.dates,
            header=self.has_header,
            skip_lines=self.skip_lines,
            trim=self.trim,
        )

    def output_schema(self, ctx: Context) -> TableSchema | None:
        """Return the columns as the beginning of the file shows them; None where it does not."""
        from modules.reading.source import find, format_of

        try:
            source = find(self.path, ctx.base)
            chosen = format_of(source) if self.file_format == "auto" else self.file_format
            return self._columns(source, chosen, ctx)
        except StudioError:
            return None  # a run says what is wrong with the file

    def run(self, ctx: Context) -> Annotated[Table, out("dataset", "Dataset")]:
        """Return the file's table; most of it is read when the table is kept."""
        from modules.reading.source import find, format_of

        source = find(self.path, ctx.base)
        chosen = format_of(source) if self.file_format == "auto" else self.file_format
        readers: dict[str, Callable[[], Table]] = {
            "csv": lambda: self._delimited(source, "auto", ctx),
            "tsv": lambda: self._delimited(source, "tab", ctx),
            "parquet": lambda: _columnar().read_parquet(source, self.column_types, ctx),
            "arrow": lambda: _columnar().read_arrow(source, self.column_types, ctx),
            "json_lines": lambda: self._json_lines(source, ctx),
            "excel": lambda: self._excel(source, ctx),
        }
        return readers[chosen]().with_origin()

    def _columns(self, source: Any, chosen: str, ctx: Context) -> TableSchema | None:
        if chosen in ("csv", "tsv"):
            from modules.reading.delimited import text_columns

            return text_columns(source, self._options("auto" if chosen == "csv" else "tab"), ctx)
        if chosen in ("parquet", "arrow"):
            columnar = _columnar()
            read = columnar.parquet_columns if chosen == "parquet" else columnar.arrow_columns
            known: TableSchema = read(source)
            types = {name: kind for name, kind in self.column_types.items() if name in known}
            return known.replace(*(Column(n, t, known.column(n).role) for n, t in types.items()))
        if source.size > SMALL_FILE:
            return None
        reader = self._excel if chosen == "excel" else self._json_lines
        return reader(source, ctx).schema

    def _delimited(self, source: Any, separator: str, ctx: Context) -> Table:
        from modules.reading.delimited import read_delimited

        return read_delimited(source, self._options(separator), ctx)

    def _options(self, separator: str) -> Any:
        from modules.reading.delimited import Options
        from modules.reading.kinds import Style

        said = self.text_style()
        return Options(
            has_header=said.header,
            separator=separator if self.separator == "auto" else self.separator,
            encoding=self.encoding,
            quote=said.quote,
            skip_lines=said.skip_lines,
            ragged=self.ragged_rows,
            column_types=self.column_types,
            style=Style(said.decimal, said.dates, tuple(self.missing_values), said.trim),
        )

    def _json_lines(self, source: Any, ctx: Context) -> Table:
        from modules.reading.json_lines import read_json_lines

        return read_json_lines(source, self.encoding, self.column_types, ctx)

    def _excel(self, source: Any, ctx: Context) -> Table:
        from modules.reading.spreadsheet import read_excel

        return read_excel(
            source, self.sheet, self.has_header, self.missing_values, self.column_types, ctx
        )


class ExportData(Module):
    """Write a dataset into a file.

    The format is taken from the file's ending, or chosen: CSV, TSV, Parquet, Arrow (Feather), JSON
    lines or Excel. The file is written whole or not at all: a full disk or a stop leaves the old
    file as it was. A table that is larger than memory passes, except into Excel, whose sheets hold
    at most 1,048,576 rows.

    **CSV and TSV** quote a text only where it would be read otherwise, and write numbers with all
    their digits, times as 2024-01-31 12:00:00 and spans as 1.02:03:04. **Parquet and Arrow** keep
    types, roles and levels. **JSON lines** and **Excel** have no infinite numbers: JSON gets null
    and a warning, Excel the text inf. In Excel a text that begins with `=` stays text.

    Missing values become empty fields (or the mark that you write), null in JSON, empty cells in
    Excel. The node runs again only when something before it changed, or when its file is gone or
    was changed.
    """

    meta = Meta(
        "export_data",
        "Export Data",
        GROUP,
        world="writes",
        libraries=("pyarrow", "openpyxl"),
        search=("Writer", "write", "save", "csv", "tsv", "excel", "parquet", "json", "file"),
    )

    path: FilePath = param(
        ...,
        "File",
        help="The file to write; a relative path is taken from the experiment's folder.",
    )
    file_format: FileFormat = param(
        "auto",
        "File format",
        help="Taken from the file's ending, or chosen here.",
    )
    write_mode: Literal["overwrite", "error"] = param(
        "overwrite",
        "When the file exists",
        help="Replace it, or stop.",
    )
    has_header: bool = param(
        True,
        "Write a header row",
        when=_HEADED,
        help="The first row has the names of the columns.",
    )
    separator: str = param(
        "auto",
        "Separator",
        when=_TEXT,
        help="auto (comma, or tab in TSV), semicolon, tab, pipe, space, or one other character.",
    )
    missing_value: str = param(
        "",
        "Mark of missing values",
        when=_TEXT,
        help="What is written where a value is missing; nothing by default.",
    )
    encoding: str = param(
        "utf-8",
        "Encoding",
        when=_TEXT,
        advanced=True,
        help="utf-8, utf-8-sig (for Excel), cp1252 and so on.",
    )

    @field_validator("separator")
    @classmethod
    def _separator_fits(cls, value: str) -> str:
        from modules.reading.dialect import separator_named

        if value != "auto" and (
            len(separator_named(value)) != 1 or value in ('"', "'", "\r", "\n", "\0", ".", "-")
        ):
            raise ValueError("write one character that is no quote, point or dash")
        return value

    @field_validator("encoding")
    @classmethod
    def _encoding_is_known(cls, value: str) -> str:
        if not _is_encoding(value):
            raise ValueError(f"“{value}” is not the name of an encoding")
        return value

    def run(self, dataset: Annotated[Table, "Dataset to write"], ctx: Context) -> None:
        """Write the file; raises NotWritten."""
        from modules.writing.export import Request, export

        export(
            dataset,
            Request(
                self.path,
                self.file_format,
                overwrite=self.write_mode == "overwrite",
                header=self.has_header,
                separator=self.separator,
                missing=self.missing_value,
                encoding=self.encoding,
            ),
            ctx,
        )


def _columnar() -> Any:
    from modules.reading import columnar

    return columnar


def _is_encoding(name: str) -> bool:
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return False
    return True
