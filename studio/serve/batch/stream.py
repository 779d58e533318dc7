"""A text as UTF-8 bytes: unpacked, decoded, and read on from any position."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from studio.serve.batch.errors import SourceUnreadable, said

_CHUNK = 1 << 20
_MARK = codecs.BOM_UTF8
_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_DISGUISES = {
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"PK\x03\x04": "a zip or Excel file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "an SQLite database",
}


class TextStream:
    """A file's text as UTF-8 bytes, without a byte order mark.

    Bytes that the encoding does not know come out as bytes that are not UTF-8, so that whoever
    splits the text into rows can tell which row they are in. A byte order mark goes before UTF-8.
    Raises SourceUnreadable.

    Attributes:
        position: How many bytes of the text were given out, those skipped among them.
    """

    def __init__(self, path: Path, encoding: str, *, packed: bool, position: int = 0) -> None:
        self.name = path.name
        self.position = 0
        self._encoding = codecs.lookup(encoding).name
        self._decoder: codecs.IncrementalDecoder | None = None
        self._waiting = b""
        self._ended = False
        with reading(self.name):
            self._raw = path.open("rb")
            self._size = path.stat().st_size
            try:
                self._open(packed, position)
            except BaseException:
                self._raw.close()
                raise

    def read(self, size: int) -> bytes:
        """Return ``size`` bytes; fewer only at the end."""
        parts, wanted = [self._waiting], size - len(self._waiting)
        with reading(self.name):
            while wanted > 0 and not self._ended:
                parts.append(self._decoded())
                wanted -= len(parts[-1])
        found = b"".join(parts)
        self._waiting = found[size:]
        self.position += min(size, len(found))
        return found[:size]

    @property
    def share(self) -> float:
        """How much of the file was read, from 0 to 1."""
        return min(self._raw.tell() / self._size, 1.0) if self._size else 1.0

    def close(self) -> None:
        """Close the file."""
        self._raw.close()

    def _open(self, packed: bool, position: int) -> None:
        plain = self._encoding in ("utf-8", "utf-8-sig")
        self._file: IO[bytes] = self._raw
        if packed:
            self._file = cast("IO[bytes]", gzip.GzipFile(fileobj=self._raw))
        head = self._file.read(16)
        self._refuse_disguise(head)
        self._file.seek(0)
        marked = next((name for mark, name in _WIDE.items() if head.startswith(mark)), None)
        if plain and marked is not None:
            self._encoding, plain = marked, False
        if plain:
            start = len(_MARK) if head.startswith(_MARK) else 0
            self._file.seek(start + position)
            self.position = position
            return
        self._decoder = codecs.getincrementaldecoder(self._encoding)("surrogateescape")
        first = self._decoded()
        self._waiting = first.removeprefix(_MARK)
        while self.position < position and self.read(min(_CHUNK, position - self.position)):
            pass

    def _decoded(self) -> bytes:
        """Return some more of the text; at the end, what was still open in it."""
        chunk = self._file.read(_CHUNK)
        self._ended = not chunk
        if self._decoder is None:
            return chunk
        text = self._decoder.decode(chunk, final=self._ended)
        return text.encode("utf-8", "surrogatepass")

    def _refuse_disguise(self, head: bytes) -> None:
        for mark, what in _DISGUISES.items():
            if head.startswith(mark):
                advice = "Let its name end in what it is, or name its format."
                reason = f"it is {what}, not text"
                raise SourceUnreadable(name=self.name, reason=reason, advice=advice)


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn what the system, the unpacker and the decoder complain of into sentences."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        advice = "Get the file again; it may have been cut short on its way."
        reason = "it is packed, and damaged"
        raise SourceUnreadable(name=name, reason=reason, advice=advice) from error
    except UnicodeDecodeError as error:
        advice = "Name the encoding that the file was written in."
        reason = f"it holds bytes that are not {error.encoding}"
        raise SourceUnreadable(name=name, reason=reason, advice=advice) from error
    except OSError as error:
        raise SourceUnreadable(name=name, reason=said(error), advice="") from error
