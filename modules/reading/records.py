"""Where the records of a delimited text begin and how many fields each has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the physical line (from 1) that it begins on, its lines, and whether it ends."""

    line: int
    text: bytes
    closed: bool = True


def records(lines: Iterable[bytes], separator: bytes, quote: bytes) -> Iterator[Record]:
    """Yield the records of a text, blank lines included; the last one may never close its quote."""
    start, parts = 0, list[bytes]()
    for number, line in enumerate(lines, start=1):
        if not parts:
            start = number
        parts.append(line)
        if not quote or (quote not in line and len(parts) == 1):
            inside = False
        else:
            inside = _ends_inside(line, separator, quote, inside=len(parts) > 1)
        if not inside:
            yield Record(start, b"".join(parts))
            parts = []
    if parts:
        yield Record(start, b"".join(parts), closed=False)


def _ends_inside(line: bytes, separator: bytes, quote: bytes, *, inside: bool) -> bool:
    """Whether a line ends inside quotes, given how it began."""
    position, at_start = 0, not inside
    line = line.rstrip(b"\r\n")
    while position < len(line):
        if inside:
            position = line.find(quote, position)
            if position < 0:
                return True
            if line.startswith(quote, position + 1):
                position += 2
                continue
            inside, at_start = False, False
            position += 1
        elif at_start and line.startswith(quote, position):
            inside, at_start = True, False
            position += 1
        else:
            position = line.find(separator, position)
            if position < 0:
                return False
            position, at_start = position + len(separator), True
    return inside


def filled(
    lines: Iterable[bytes], separator: bytes, quote: bytes, *, blank: bool
) -> Iterator[bytes]:
    """Yield the records with as many fields as the first has, short ones filled with empty fields.

    Blank lines are left out, or made records of empty fields when ``blank`` says so.
    """
    width = 0
    for record in records(lines, separator, quote):
        text = record.text.rstrip(b"\r\n")
        if not text and not (blank and width):
            continue
        found = fields(text, separator, quote)
        width = width or found
        short = width - found if record.closed else 0
        yield text + separator * short + b"\n"


def fields(record: bytes, separator: bytes, quote: bytes) -> int:
    """Return how many fields a record has."""
    if not quote or quote not in record:
        return record.count(separator) + 1
    count, position = 1, 0
    while position <= len(record):
        position = _field_end(record, position, separator, quote)
        if position < 0:
            return count
        count, position = count + 1, position + len(separator)
    return count


def _field_end(record: bytes, start: int, separator: bytes, quote: bytes) -> int:
    """Return where the separator after the field that begins at ``start`` is, or -1."""
    position = start
    if record.startswith(quote, start):
        position = start + 1
        while (position := record.find(quote, position)) >= 0:
            if not record.startswith(quote, position + 1):
                break
            position += 2
        if position < 0:
            return -1
    return record.find(separator, position)


def unclosed(lines: Iterable[bytes], separator: bytes, quote: bytes) -> int | None:
    """Return the line of the record whose quote is never closed, or None."""
    last = None
    for record in records(lines, separator, quote):
        last = record
    return None if last is None or last.closed else last.line
