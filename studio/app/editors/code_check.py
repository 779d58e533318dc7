"""A look at code that is never executed: does it read as Python, do the quotes of SQL close."""

from __future__ import annotations

import warnings
from typing import NamedTuple

_PAIRS = {")": "(", "]": "[", "}": "{"}


class Fault(NamedTuple):
    """Something wrong with code: the line and column, from 0, and a sentence."""

    line: int
    column: int
    sentence: str


def check(text: str, language: str | None) -> Fault | None:
    """Return the first thing that is wrong with code, or None."""
    if language == "python":
        return _check_python(text)
    return _check_sql(text) if language == "sql" else None


def _check_python(text: str) -> Fault | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "script", "exec", dont_inherit=True)
    except SyntaxError as error:
        line, column = max(0, (error.lineno or 1) - 1), max(0, (error.offset or 1) - 1)
        return Fault(line, column, f"Line {line + 1}: {error.msg}.")
    except (ValueError, RecursionError, MemoryError) as error:
        return Fault(0, 0, f"This cannot be read as Python: {error}.")
    return None


def _check_sql(text: str) -> Fault | None:
    """Look for quotes, brackets and comments that do not close."""
    open_brackets: list[tuple[str, int]] = []
    place = 0
    while place < len(text):
        sign = text[place]
        if sign in "'\"":
            end = text.find(sign, place + 1)
            if end < 0:
                return _at(text, place, f"the quote {sign} is not closed")
            place = end
        elif text.startswith("--", place):
            end = text.find("\n", place)
            place = len(text) if end < 0 else end
        elif text.startswith("/*", place):
            end = text.find("*/", place + 2)
            if end < 0:
                return _at(text, place, "the comment /* is not closed")
            place = end + 1
        elif sign in "([{":
            open_brackets.append((sign, place))
        elif sign in _PAIRS:
            if not open_brackets or open_brackets[-1][0] != _PAIRS[sign]:
                return _at(text, place, f"“{sign}” closes nothing")
            open_brackets.pop()
        place += 1
    if open_brackets:
        sign, place = open_brackets[-1]
        return _at(text, place, f"“{sign}” is not closed")
    return None


def _at(text: str, place: int, what: str) -> Fault:
    line = text.count("\n", 0, place)
    column = place - (text.rfind("\n", 0, place) + 1)
    return Fault(line, column, f"Line {line + 1}: {what}.")
