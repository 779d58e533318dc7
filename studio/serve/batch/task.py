"""A task: one file to score, what is read from it and what is written of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from studio.sdk.schema import Column
from studio.sdk.text_style import PLAIN, TextStyle
from studio.serve.batch.columnar import Columnar, require_text
from studio.serve.batch.delimited import Delimited
from studio.serve.batch.formats import Kind
from studio.serve.batch.json_lines import JsonLines
from studio.serve.batch.layout import Layout, arrow_fields, layout_of
from studio.serve.batch.matching import Demand
from studio.serve.batch.options import BatchOptions
from studio.serve.batch.outputs import ColumnarOutput, Output, TextOutput
from studio.serve.batch.places import Places
from studio.serve.batch.reader import Carrying, How, Reader
from studio.serve.batch.text_rows import DelimitedRows, JsonRows, Rows

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Task:
    """One file to score.

    Attributes:
        source, target: The file, and the file of its answers.
        read_as, written_as: What is in them.
        demand: What the package asks for.
        answers: The columns that it answers.
        options: How files are read, scored and written.
    """

    source: Path
    target: Path
    read_as: Kind
    written_as: Kind
    demand: Demand
    answers: tuple[Column, ...]
    options: BatchOptions

    def open(self) -> Sheet:
        """Open the file; raises a StudioError where it cannot be scored or written so."""
        reader = self._reader()
        try:
            layout = layout_of(reader.matching, self.answers, self.options)
            how = self._how(reader, layout)
            carrying = Carrying(how, layout.places, layout.names, layout.renamed)
            if self.written_as.is_text and how == "typed":
                require_text(reader.carried(carrying), self.source.name)
        except BaseException:
            reader.close()
            raise
        return Sheet(self, reader, carrying)

    def _reader(self) -> Reader:
        if self.read_as.format == "csv":
            return Delimited(self.source, self.read_as, self.options, self.demand)
        if self.read_as.format == "json_lines":
            return JsonLines(self.source, self.read_as, self._style.encoding, self.demand)
        return Columnar(self.source, self.read_as, self.demand)

    def _how(self, reader: Reader, layout: Layout) -> How:
        if self.options.columns != "append":
            return "nothing"
        if isinstance(reader, JsonLines) and self.written_as.format == "json_lines":
            return "lines" if self.options.extra == "keep" else "typed"
        if not layout.places:
            return "nothing"
        if isinstance(reader, Delimited) and self.written_as.format == "csv":
            same = reader.separator == self.separator(reader)
            return "lines" if layout.whole and same else "text"
        return "typed"

    @property
    def _style(self) -> TextStyle:
        """How text that is not delimited is read, and delimited text is written from it."""
        return self.options.style(PLAIN)

    def separator(self, reader: Reader) -> str:
        """Return the separator of the file of answers."""
        read = reader.separator if isinstance(reader, Delimited) else None
        return self.written_as.separator or read or self.options.delimiter or ","

    def style(self, reader: Reader) -> TextStyle:
        """Return how a delimited file of answers is written: as the one that was read, if it is."""
        return reader.style if isinstance(reader, Delimited) else self._style


@dataclass(frozen=True)
class Sheet:
    """An open file, and how it is carried into the file of answers."""

    task: Task
    reader: Reader
    carrying: Carrying

    def close(self) -> None:
        """Close the file that is read."""
        self.reader.close()

    def output(self, places: Places, size: int) -> Output:
        """Return the file of answers, gone on with from a size; raises OSError."""
        written = self.task.written_as
        if written.is_text:
            return TextOutput(places.partial, size, self._rows(), packed=written.packed)
        carried = self.reader.carried(self.carrying) if self.carrying.places else ()
        schema = self._schema(list(carried))
        return ColumnarOutput(places.partial, places.spool, size, schema, written.format)

    def _schema(self, carried: list[pa.Field]) -> pa.Schema:
        import pyarrow as pa

        return pa.schema([*carried, *arrow_fields(self.task.answers)])

    def _rows(self) -> Rows:
        answers = tuple(column.name for column in self.task.answers)
        if self.task.written_as.format == "json_lines":
            return JsonRows(self.carrying.names, answers, self.carrying.renamed)
        as_lines = self.carrying.how == "lines" and isinstance(self.reader, Delimited)
        line = self.reader.header if as_lines and isinstance(self.reader, Delimited) else None
        names = answers if as_lines else (*self.carrying.names, *answers)
        style = self.task.style(self.reader)
        separator = self.task.separator(self.reader)
        return DelimitedRows(names, separator, style.quote, style.decimal, line)
