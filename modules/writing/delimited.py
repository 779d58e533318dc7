"""Delimited text from a table, in batches: quoted where it must be, exact in every digit."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from modules.reading.faults import NotWritten
from modules.writing.text import as_text
from studio.sdk import Context, Table

_STRUCTURE = r"[\"\r\n]"


@dataclass(frozen=True, slots=True)
class Form:
    """How the text is written: separator, header, mark of what is missing, encoding."""

    separator: str = ","
    header: bool = True
    missing: str = ""
    encoding: str = "utf-8"


def write_delimited(table: Table, path: Path, name: str, form: Form, ctx: Context) -> None:
    """Write the visible columns into a new file, one line a row; raises NotWritten."""
    columns = table.schema.visible
    write = _Encoder(name, form.encoding)
    with path.open("wb") as file:
        if form.header:
            header = [pa.array([column.name]) for column in columns]
            file.write(write.lines(_lines([_quoted(n, form) for n in header], form)))
        for batch in table.batches():
            ctx.check()
            texts = []
            for column in columns:
                text = as_text(batch.column(column.name), column)
                if column.is_text:
                    text = _quoted(text, form)
                texts.append(pc.fill_null(text, form.missing))
            if texts and batch.num_rows:
                for part in _parts(_lines(texts, form)):
                    file.write(write.lines(part))


def _lines(texts: list[pa.Array], form: Form) -> pa.Array:
    return pc.binary_join_element_wise(
        pc.binary_join_element_wise(*texts, form.separator), pa.scalar("\n"), ""
    )


def _parts(lines: pa.Array) -> Iterator[pa.Array]:
    """Yield the lines in slices that one text may hold."""
    for start in range(0, len(lines), 8192):
        yield lines[start : start + 8192]


class _Encoder:
    """Turns lines into bytes of one encoding, a byte order mark before the first ones only."""

    def __init__(self, name: str, encoding: str) -> None:
        self._name = name
        self._encoding = encoding
        self._encoder = codecs.getincrementalencoder(encoding)()

    def lines(self, lines: pa.Array) -> bytes:
        """Return the lines as bytes; raises NotWritten for a letter without an encoding."""
        text = b"".join(line.as_buffer() for line in lines)
        if self._encoding == "utf-8":
            return text
        try:
            return self._encoder.encode(text.decode())
        except UnicodeEncodeError as error:
            reason = f"“{error.object[error.start]}” cannot be written in {self._encoding}"
            advice = "Choose utf-8 as the encoding."
            raise NotWritten(
                path=self._name, reason=reason, advice=advice, param="encoding"
            ) from error


def _quoted(text: pa.Array, form: Form) -> pa.Array:
    """Return text with quotes around what would be read otherwise: separators, empty text."""
    rule = rf"{_STRUCTURE}|{re.escape(form.separator)}|^\s|\s$|^$"
    needs = pc.match_substring_regex(text, rule)
    if form.missing:
        needs = pc.or_(needs, pc.equal(text, form.missing))
    if not pc.any(needs).as_py():
        return text
    doubled = pc.replace_substring(text, '"', '""')
    quoted = pc.binary_join_element_wise(pa.scalar('"'), doubled, pa.scalar('"'), "")
    return pc.if_else(needs, quoted, text)
