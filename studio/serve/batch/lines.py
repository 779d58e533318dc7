"""Lines: the rows of a text as they stand, and which of them hold bytes that are no text."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.serve.batch.batch import Refused
from studio.serve.batch.records import Piece

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

_BLANKS = " \t\r\n"
_LONGEST = 100_000


@dataclass(frozen=True, eq=False)
class Lines:
    """The rows of a piece of text.

    Attributes:
        texts: Those that can be read, without their line ends.
        numbers: Their numbers in the file, from 1; blank lines are not counted.
        refused: The others.
        count: How many rows there are.
        data: The bytes of those that can be read.
    """

    texts: pa.Array
    numbers: NDArray[np.int64]
    refused: tuple[Refused, ...]
    count: int
    data: bytes

    def without(self, bad: dict[int, str]) -> Lines:
        """Return the lines without some, by index, that are refused for a reason."""
        import numpy as np
        import pyarrow as pa

        if not bad:
            return self
        kept = np.ones(len(self.texts), dtype=bool)
        kept[list(bad)] = False
        more = [
            Refused(int(self.numbers[index]), "", reason, self.texts[index].as_py())
            for index, reason in bad.items()
        ]
        return Lines(
            self.texts.filter(pa.array(kept)),
            self.numbers[kept],
            tuple(sorted((*self.refused, *more))),
            self.count,
            self.data,
        )


def lines_of(
    piece: Piece, row: int, encoding: str, *, blank: bool = False, trim: bool = False
) -> Lines:
    """Return the rows of a piece; ``row`` of them come before it.

    ``blank`` tells that an empty line is a row, ``trim`` that blanks around a row are none of it.
    Rows with NUL bytes, and with bytes that are not of
    the encoding, are refused; so is a line whose quotes do not close.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if piece.broken:
        reason = "a quote that opens in it is never closed, or it is too long to be a row"
        return _all_refused(piece, row, reason)
    found = _array(piece, pa.binary())
    if b"\0" not in piece.data:
        try:
            whole = found.cast(pa.string())
        except pa.ArrowInvalid:
            return _sorted_out(piece, row, encoding, blank=blank, trim=trim)
        texts = pc.ascii_trim(whole, _BLANKS) if trim else pc.ascii_rtrim(whole, "\r\n")
        data = piece.data
        if not blank:
            full = pc.greater(pc.binary_length(texts), 0)
            texts = texts if pc.all(full).as_py() is not False else texts.filter(full)
        count = len(texts)
        return Lines(texts, row + 1 + np.arange(count, dtype=np.int64), (), count, data)
    return _sorted_out(piece, row, encoding, blank=blank, trim=trim)


def _array(piece: Piece, kept: pa.DataType) -> pa.Array:
    """Return the records, with their line ends, on the bytes where they lie."""
    import numpy as np
    import pyarrow as pa

    offsets = np.concatenate(([0], piece.ends)).astype(np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(piece.data)]
    return pa.Array.from_buffers(kept, len(piece.ends), buffers)


def _sorted_out(piece: Piece, row: int, encoding: str, *, blank: bool, trim: bool) -> Lines:
    import numpy as np
    import pyarrow as pa

    texts: list[str] = []
    numbers: list[int] = []
    refused: list[Refused] = []
    for whole in piece.texts():
        record = whole.strip(_BLANKS.encode()) if trim else whole
        if not record and not blank:
            continue
        row += 1
        try:
            text = record.decode("utf-8")
        except UnicodeDecodeError:
            refused.append(
                Refused(row, "", f"it holds bytes that are not {encoding}", shown(record))
            )
            continue
        if "\0" in text:
            refused.append(Refused(row, "", "it holds a NUL byte", shown(record)))
            continue
        texts.append(text)
        numbers.append(row)
    return Lines(
        pa.array(texts, pa.string()),
        np.array(numbers, dtype=np.int64),
        tuple(refused),
        len(texts) + len(refused),
        "".join(f"{text}\n" for text in texts).encode(),
    )


def _all_refused(piece: Piece, row: int, reason: str) -> Lines:
    import numpy as np
    import pyarrow as pa

    text = shown(piece.data.rstrip(b"\r\n"))
    refused = (Refused(row + 1, "", reason, text),)
    return Lines(pa.array([], pa.string()), np.array([], dtype=np.int64), refused, 1, b"")


def shown(record: bytes) -> str:
    """Return bytes as text, those that are none as their numbers; a very long text is cut."""
    head = record[:_LONGEST]
    with suppress(UnicodeError):
        head = head.decode("utf-8", "surrogatepass").encode("utf-8", "surrogateescape")
    text = head.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
    return text if len(record) <= _LONGEST else f"{text}…"
