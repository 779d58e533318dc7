"""Encodings: what a byte order mark says, and which encoding would fit bytes that are not UTF-8."""

from __future__ import annotations

import codecs
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A byte order mark: its length, the encoding it stands for, and codec names that it fits."""

    length: int
    encoding: str
    fits: tuple[str, ...]


_MARKS: tuple[tuple[bytes, Mark], ...] = (
    (codecs.BOM_UTF8, Mark(3, "utf-8", ("utf-8", "utf-8-sig"))),
    (codecs.BOM_UTF32_LE, Mark(4, "utf-32-le", ("utf-32", "utf-32-le"))),
    (codecs.BOM_UTF32_BE, Mark(4, "utf-32-be", ("utf-32", "utf-32-be"))),
    (codecs.BOM_UTF16_LE, Mark(2, "utf-16-le", ("utf-16", "utf-16-le"))),
    (codecs.BOM_UTF16_BE, Mark(2, "utf-16-be", ("utf-16", "utf-16-be"))),
)
_MANY_NULS = 0.2
_MANY_FOREIGN = 0.25


def marked_encoding(head: bytes) -> Mark | None:
    """Return the byte order mark that a text begins with, or None."""
    return next((mark for start, mark in _MARKS if head.startswith(start)), None)


def explain_bytes(byte: int, line: int, encoding: str) -> str:
    """Return the reason that names a byte which an encoding does not know."""
    shown = "UTF-8" if codecs.lookup(encoding).name == "utf-8" else encoding
    return f"the byte 0x{byte:02X} in line {line} is not {shown}"


def suggestion(content: bytes, tried: str) -> str:
    """Return the advice to try the encoding that fits these bytes best."""
    guess = guessed(content)
    if guess is None or codecs.lookup(guess) == codecs.lookup(tried):
        return "Choose the encoding that the file was written with."
    return f"Choose another encoding; {guess} would fit."


def guessed(content: bytes) -> str | None:
    """Return the encoding that fits bytes which are not UTF-8, or None where they are no text."""
    if content.count(0) > _MANY_NULS * len(content):
        return "utf-16-le" if content[1::2].count(0) > content[::2].count(0) else "utf-16-be"
    if 0 in content:
        return None
    for encoding, first, last in (
        ("shift_jis", "\u3041", "\u30fe"),
        ("euc_jp", "\u3041", "\u30fe"),
    ):
        text = _decoded(content, encoding)
        if text is not None and _share(text, first, last) > 0.2:
            return encoding
    for encoding, first, last in (("gb18030", "\u4e00", "\u9fff"), ("cp1251", "\u0410", "\u044f")):
        text = _decoded(content, encoding)
        if text is not None and _share(text, first, last) > 0.8:
            return encoding
    return "cp1252" if _decoded(content, "cp1252") is not None else "latin-1"


def _decoded(content: bytes, encoding: str) -> str | None:
    """Return the text, its last character maybe cut off, or None when it is in no such encoding."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(content)
    except UnicodeDecodeError:
        return None


def _share(text: str, first: str, last: str) -> float:
    """Return the share of a text's letters beyond ASCII that lie in a range.

    Where such letters are few among all, the text is written in Latin letters, and the share is 0.
    """
    letters = [letter for letter in text if letter.isalpha()]
    foreign = [letter for letter in letters if letter > "\x7f"]
    if len(foreign) < _MANY_FOREIGN * len(letters) or not foreign:
        return 0.0
    return sum(first <= letter <= last for letter in foreign) / len(foreign)
