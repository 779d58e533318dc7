"""What the verbs print: tables of text for people, JSON for programs, sentences for problems."""

from __future__ import annotations

import json
import math
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class ReaderGone(Exception):
    """Whoever reads what is printed has closed the pipe."""


def say(text: str = "") -> None:
    """Print a line of what was asked for; raises ReaderGone."""
    try:
        sys.stdout.write(f"{text}\n")
    except BrokenPipeError:
        raise ReaderGone from None


def complain(text: str) -> None:
    """Print a line about a problem, or about what is going on."""
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")


def say_json(data: object) -> None:
    """Print data as JSON; what is not a number becomes null, what has no JSON form its text."""
    say(json.dumps(_finite(data), ensure_ascii=False, indent=2, default=str))


def say_line(data: object) -> None:
    """Print data as one line of JSON, at once: a program reads it as it comes."""
    say(json.dumps(data, ensure_ascii=False, default=str))
    sys.stdout.flush()


class Progress:
    """How far long work is: lines of JSON, or of text where there is something new to say."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._last = ""

    def show(self, share: float, text: str) -> None:
        """Show how far the work is, from 0 to 1, and what is being done."""
        if self._as_json:
            say_line({"progress": share, "text": text})
        elif text != self._last:
            complain(f"{text}…" if share < 1 else text)
        self._last = text


def say_table(
    rows: Iterable[Sequence[object]],
    heads: Sequence[str] = (),
    indent: str = "",
    width: int = 60,
) -> None:
    """Print rows in columns, none wider than ``width``; numbers stand at the right."""
    cells = [[cell_text(value, width) for value in row] for row in rows]
    numbers = [all(map(_is_number, column)) for column in zip(*cells, strict=True)] if cells else []
    if heads:
        cells.insert(0, list(heads))
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    numbers = numbers or [False] * len(widths)
    for row in cells:
        parts = [
            _padded(text, width, right)
            for text, width, right in zip(row, widths, numbers, strict=True)
        ]
        say((indent + "  ".join(parts)).rstrip())


def cell_text(value: object, width: int) -> str:
    """Return a value as a cell of a table shows it: one line, figures in six digits."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    text = " ".join(str(value).split())
    return text if len(text) <= width else text[: width - 1] + "…"


def size_text(size: int) -> str:
    """Return a number of bytes as a person reads it."""
    for unit, scale in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return f"{size} bytes"


def value_text(about: Mapping[str, Any]) -> str:
    """Return what a value is, from its description, in a few words."""
    kind = about.get("kind")
    if kind == "Table":
        columns = [column for column in about["schema"] if column.get("role") != "origin"]
        return f"{about['rows']:,} × {len(columns)} table"
    if kind == "Report":
        count = len(about["metrics"])
        return "report" if count == 0 else "1 figure" if count == 1 else f"{count} figures"
    return str(kind).lower()


def _finite(data: object) -> object:
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, Mapping):
        return {str(key): _finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(value) for value in data]
    return data


def _is_number(text: str) -> bool:
    try:
        float(text or "0")
    except ValueError:
        return False
    return True


def _width(text: str) -> int:
    """Return how many cells of a terminal a text takes: wide letters take two, accents none."""
    return sum(
        0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
