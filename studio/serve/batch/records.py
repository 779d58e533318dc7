"""Records: where the rows of a text begin and end, found a block at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ends = NDArray[np.int64]

BLOCK = 2 << 20
"""So many bytes are read at a time."""
LONGEST = 32 << 20
"""A row of more bytes is taken for one whose quote is never closed."""
_GROWTH = 4
_LF, _CR = 10, 13


class Bytes(Protocol):
    """A text that is read on from where it is."""

    position: int

    def read(self, size: int) -> bytes:
        """Return ``size`` bytes; fewer only at the end."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What separates fields and rows.

    Attributes:
        separator: The byte between two fields.
        quote: The byte around fields; empty where there is none.
        returns: Whether a carriage return alone ends a row too.
    """

    separator: bytes = b","
    quote: bytes = b'"'
    returns: bool = True


LINES = Marks(quote=b"", returns=False)
"""A row a line, whatever is in it."""


class Piece(NamedTuple):
    """Whole records that were read together.

    Attributes:
        data: Their text.
        ends: Where each of them ends in it, its line end included.
        position: Where the text goes on after them.
        broken: Whether it is one line whose quote is not closed, or that is too long to be a row.
    """

    data: bytes
    ends: Ends
    position: int
    broken: bool = False

    def texts(self) -> list[bytes]:
        """Return the records, without their line ends."""
        starts = [0, *self.ends[:-1].tolist()]
        return [
            self.data[start:end].rstrip(b"\r\n")
            for start, end in zip(starts, self.ends.tolist(), strict=True)
        ]


def pieces(
    stream: Bytes, marks: Marks, block: int = BLOCK, longest: int = LONGEST
) -> Iterator[Piece]:
    """Yield the records of a text in blocks.

    What is in a block follows from where it begins and from nothing else, so that a text that is
    read on later comes in the same blocks.
    """
    import numpy as np

    data, size = b"", block
    while True:
        start = stream.position - len(data)
        data += stream.read(max(size - len(data), 0))
        window = data[:size]
        ended = len(window) < size
        if not window:
            return
        ends = split(window, marks, ended=ended)
        broken = not len(ends) and (ended or size >= longest)
        if broken:
            ends = np.array([_first_line(window, marks)], dtype=np.int64)
        if not len(ends):
            size *= _GROWTH
            continue
        cut = int(ends[-1])
        yield Piece(window[:cut], ends, start + cut, broken)
        data, size = data[cut:], block


def split(data: bytes, marks: Marks, *, ended: bool) -> Ends:
    """Return where each whole record of a text that begins with one ends.

    ``ended`` tells that nothing comes after the text: then its last record needs no line end.
    """
    import numpy as np

    view = np.frombuffer(data, dtype=np.uint8)
    breaks = view == _LF
    if marks.returns and b"\r" in data:
        followed = np.append(view[1:] == _LF, not ended)
        breaks |= (view == _CR) & ~followed
    ends = np.flatnonzero(breaks) + 1
    unclosed = False
    if marks.quote and marks.quote in data:
        ends, unclosed = _outside(data, view, ends, marks)
    whole = ended and not unclosed and (ends[-1] if len(ends) else 0) < len(data)
    return np.append(ends, len(data)) if whole else ends


def _outside(data: bytes, view: NDArray[np.uint8], ends: Ends, marks: Marks) -> tuple[Ends, bool]:
    """Return the ends that are not within quotes, and whether the text ends within some."""
    import numpy as np

    quotes = np.flatnonzero(view == marks.quote[0])
    if _alternate(view, quotes, marks):
        before = np.searchsorted(quotes, ends)
        return ends[before % 2 == 0], len(quotes) % 2 == 1
    spans = _quoted(data, marks)
    if not spans:
        return ends, False
    starts = np.array([start for start, _ in spans], dtype=np.int64)
    stops = np.array([stop for _, stop in spans], dtype=np.int64)
    within = np.searchsorted(starts, ends - 1, side="right") - 1
    inside = (within >= 0) & (ends - 1 < stops[np.maximum(within, 0)])
    open_end = spans[-1][1] == len(data) and not _closes(data, spans[-1], marks.quote)
    return ends[~inside], open_end


def _alternate(view: NDArray[np.uint8], quotes: Ends, marks: Marks) -> bool:
    """Whether every other quote opens a field: what stands before it begins one, or doubles it."""
    import numpy as np

    opening = quotes[::2]
    opening = opening[1:] if len(opening) and opening[0] == 0 else opening
    if not len(opening):
        return True
    begins = np.isin(view[opening - 1], [marks.separator[0], _LF, _CR, marks.quote[0]])
    return bool(begins.all())


def _quoted(data: bytes, marks: Marks) -> list[tuple[int, int]]:
    """Return the spans of the fields that are in quotes, the quotes included."""
    quote, separator = re.escape(marks.quote), re.escape(marks.separator)
    field = rb"(?:(?<=[%b\r\n])|\A)%b(?:[^%b]|%b%b)*(?:%b|\Z)" % (separator, *([quote] * 5))
    return [match.span() for match in re.finditer(field, data)]


def _closes(data: bytes, span: tuple[int, int], quote: bytes) -> bool:
    inner = data[span[0] + 1 : span[1]]
    return (len(inner) - len(inner.rstrip(quote))) % 2 == 1


def _first_line(data: bytes, marks: Marks) -> int:
    """Return where the first line of a text ends."""
    found = data.find(b"\n") + 1
    if marks.returns and 0 <= (back := data.find(b"\r")) < (found or len(data)):
        found = back + 2 if data[back + 1 : back + 2] == b"\n" else back + 1
    return found or len(data)
