"""A dialect: how a delimited text is written, and how its separator is found."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

AUTO = "auto"
BLANKS = "whitespace"
"""Stands for any run of blanks and tabs."""
UNIT = b"\x1f"
"""Takes the place of separators that are not one ASCII character."""

NAMED = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "\\t": "\t",
    "pipe": "|",
    "space": " ",
}
_CANDIDATES = (",", ";", "\t", "|")
_RECORDS = 200
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|\?|NA|nan", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited text is written.

    Attributes:
        separator: The text between two fields, or :data:`BLANKS`.
        quote: The character around fields that hold separators; empty for none.
        encoding: A codec's name, or :data:`AUTO` for UTF-8 and what a byte order mark says.
        skip_lines: How many physical lines come before the first record.
        fill: Whether records with too few fields are filled up.
        blank_rows: Whether a blank line is a record of missing values.
    """

    separator: str = ","
    quote: str = '"'
    encoding: str = AUTO
    skip_lines: int = 0
    fill: bool = False
    blank_rows: bool = False

    @property
    def delimiter(self) -> bytes:
        """The one byte between two fields after the text was prepared."""
        if self.separator == BLANKS:
            return b"\t"
        plain = self.separator.encode()
        return plain if len(plain) == 1 else UNIT

    @property
    def replaced(self) -> str | None:
        """The separator that was replaced by :data:`UNIT`, or None."""
        return self.separator if self.delimiter == UNIT else None


def separator_named(name: str) -> str:
    """Return the separator that a person wrote: a name such as ``tab``, or the text itself."""
    return NAMED.get(name, name)


def find_separator(text: str, quote: str) -> str:
    """Return the separator under which the most records have the same number of fields, above one.

    Blanks are taken only where every field is a number; a text without any separator has one
    column.
    """
    best, best_score = ",", (0.0, 0)
    for candidate in _CANDIDATES:
        score = _agreement(len(row) for row in _rows(text, candidate, quote))
        if score > best_score:
            best, best_score = candidate, score
    if best_score[0] < 1.0 and _is_blank_table(text):
        return BLANKS
    return best if best_score[0] > 0 else ","


def _rows(text: str, separator: str, quote: str) -> list[list[str]]:
    """Return the first records as Python's own reader splits them; of a broken text, some."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(
        lines,
        delimiter=separator,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) >= _RECORDS:
                break
    except csv.Error:
        return rows
    return rows


def _agreement(widths: Iterable[int]) -> tuple[float, int]:
    """Return the share of records that have the most frequent width above one, and that width."""
    counted = Counter(widths)
    wide = [(count, width) for width, count in counted.items() if width > 1]
    if not wide:
        return 0.0, 0
    count, width = max(wide)
    return count / counted.total(), width


def _is_blank_table(text: str) -> bool:
    lines = [line.split() for line in text.splitlines()[:_RECORDS] if line.strip()]
    widths = {len(line) for line in lines}
    body = lines[1:] or lines
    return (
        len(widths) == 1
        and max(widths) > 1
        and all(_NUMBER.fullmatch(field) for line in body for field in line)
    )
