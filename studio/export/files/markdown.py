"""Markdown: text that stays what it is, tables, and blocks of code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_MARKED = re.compile(r"[\\`*\[\]<|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
"""What begins something wherever it stands; an underscore within a word begins nothing."""
_FIRST = re.compile(r"[+-](?=\s|$)|#{1,6}(?=\s|$)|>|[=-]+$|(?<=\d)[.)](?=\s|$)")
"""What begins something where a line begins."""
_NUMBER = re.compile(r"\d*")


def text(value: str) -> str:
    """Return text as a line of Markdown that shows it as it is."""
    line = " ".join(value.split())
    visible = "".join(sign if sign.isprintable() else "\ufffd" for sign in line)
    marked = _MARKED.sub(lambda sign: "\\" + sign[0], visible)
    number = _NUMBER.match(marked)
    start = number.end() if number else 0
    return f"{marked[:start]}\\{marked[start:]}" if _FIRST.match(marked, start) else marked


def name(value: str) -> str:
    """Return a name as a line of Markdown; its line breaks and tabs can be seen."""
    return text(value.replace("\n", "↵").replace("\t", "⇥"))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; heads and cells are Markdown already. Empty where there are no rows."""
    lines = [_row(cells) for cells in rows]
    if not lines:
        return ""
    return "\n".join([_row(heads), _row(["---"] * len(heads)), *lines])


def code(content: str, language: str) -> str:
    """Return a block of code, fenced by more backticks than it has in a row."""
    longest = max((len(run) for run in re.findall("`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{content.rstrip()}\n{fence}"


def figure(value: float | None) -> str:
    """Return a number as people read it: whole ones with thousands apart, others to six digits."""
    if value is None:
        return "–"
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:.6g}"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
