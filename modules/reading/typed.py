"""Text that a person typed as a table: CSV, TSV, ARFF or SVMLight."""

from __future__ import annotations

from typing import Literal

from modules.reading.arff import read_arff
from modules.reading.delimited import Options, read_delimited
from modules.reading.faults import TextUnreadable
from modules.reading.source import TextSource
from modules.reading.svmlight import read_svmlight
from studio.sdk import Context, FileUnreadable, Table

TypedFormat = Literal["CSV", "TSV", "ARFF", "SVMLight"]


def read_typed(text: str, written: TypedFormat, has_header: bool, ctx: Context) -> Table:
    """Return the table that a text holds, read whole; raises TextUnreadable."""
    if written == "ARFF":
        return read_arff(text)
    if written == "SVMLight":
        return read_svmlight(text)
    separator = "," if written == "CSV" else "\t"
    options = Options(has_header=has_header, separator=separator, blank_rows=True)
    source = TextSource(text.rstrip("\r\n").encode() + b"\n")
    try:
        return read_delimited(source, options, ctx).settled()
    except FileUnreadable as error:
        reason = error.fields["reason"]
        raise TextUnreadable(reason=reason, param="data") from error
