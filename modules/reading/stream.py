"""A stream: the bytes of a delimited text as UTF-8, prepared for the parser while they are read."""

from __future__ import annotations

import codecs
import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

from modules.reading.dialect import AUTO, BLANKS, UNIT, Dialect
from modules.reading.encodings import explain_bytes, marked_encoding, suggestion
from modules.reading.faults import unreadable
from modules.reading.records import filled
from modules.reading.source import Source, reading

CHUNK = 1 << 20


class TextStream:
    """A file-like object that gives a source's text as UTF-8, one byte between two fields.

    It refuses NUL bytes and bytes that its encoding does not know, ends the last line, and counts
    quotes.
    """

    def __init__(self, source: Source, dialect: Dialect) -> None:
        self.source = source
        self.dialect = dialect
        self.taken = 0
        self.quotes = 0
        self.closed = False
        self._chunks = self._prepared()
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """Return at most ``size`` bytes, or nothing at the end; raises FileUnreadable."""
        data = self._rest or next(self._chunks, b"")
        while 0 <= len(data) < size and (more := next(self._chunks, b"")):
            data += more
        self._rest = data[size:] if size >= 0 else b""
        return data[:size] if size >= 0 else data

    def readable(self) -> bool:
        """Answer that it can be read."""
        return True

    def close(self) -> None:
        """Close the source."""
        self.closed = True
        self._chunks.close()

    def lines(self) -> Iterator[bytes]:
        """Yield the physical lines, their ends included."""
        return by_lines(self._chunks)

    def _prepared(self) -> Generator[bytes]:
        dialect = self.dialect
        chunks = self._skipped(self._decoded())
        if dialect.separator == BLANKS:
            chunks = (re.sub(rb"[ \t]+", b"\t", line.strip()) + b"\n" for line in by_lines(chunks))
            chunks = batched(chunks)
        elif dialect.replaced is not None:
            chunks = self._replaced(chunks, dialect.replaced.encode())
        quote = dialect.quote.encode()
        if dialect.fill or dialect.blank_rows:
            rows = filled(by_lines(chunks), dialect.delimiter, quote, blank=dialect.blank_rows)
            chunks = batched(rows)
        last = b""
        for chunk in chunks:
            if not chunk:
                continue
            if quote:
                self.quotes += chunk.count(quote)
            last = chunk
            yield chunk
        if last and not last.endswith((b"\n", b"\r")):
            yield b"\n"

    def _decoded(self) -> Iterator[bytes]:
        with reading(self.source.name), self.source.open() as file:
            first = file.read(CHUNK)
            encoding, mark = self.dialect.encoding, marked_encoding(first)
            if encoding == AUTO:
                encoding = mark.encoding if mark else "utf-8"
            if mark and codecs.lookup(encoding).name in mark.fits:
                first, encoding = first[mark.length :], mark.encoding
                self.taken += mark.length
            raw = self._raw(first, iter(lambda: file.read(CHUNK), b""))
            for chunk in self._recoded(raw, encoding):
                if b"\0" in chunk:
                    raise self._nul(chunk)
                yield chunk

    def _raw(self, first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
        self.taken += len(first)
        yield first
        for chunk in rest:
            self.taken += len(chunk)
            yield chunk

    def _recoded(self, chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(encoding)()
        kept = codecs.lookup(encoding).name == "utf-8"
        line, last = 1, b""
        try:
            for chunk in chunks:
                last = chunk
                text = decoder.decode(chunk)
                line += text.count("\n")
                yield chunk if kept else text.encode()
            yield b"" if kept else decoder.decode(b"", final=True).encode()
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            line += error.object[: error.start].count(b"\n")
            reason = explain_bytes(error.object[error.start], line, encoding)
            raise unreadable(
                self.source.name, reason, suggestion(last, encoding), "encoding"
            ) from error

    def _skipped(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        if not self.dialect.skip_lines:
            return chunks
        return batched(
            line for n, line in enumerate(by_lines(chunks)) if n >= self.dialect.skip_lines
        )

    def _replaced(self, chunks: Iterator[bytes], separator: bytes) -> Iterator[bytes]:
        for chunk in batched(by_lines(chunks)):
            if UNIT in chunk:
                reason = f"it holds the control character 0x1F and “{separator.decode()}”"
                raise unreadable(self.source.name, reason, "Choose a separator of one character.")
            yield chunk.replace(separator, UNIT)

    def _nul(self, chunk: bytes) -> Exception:
        line = 1
        with self.source.open() as file:
            for part in iter(lambda: file.read(CHUNK), b""):
                position = part.find(b"\0")
                line += part.count(b"\n", 0, position if position >= 0 else None)
                if position >= 0:
                    break
        advice = suggestion(chunk, "utf-8")
        return unreadable(self.source.name, f"line {line} holds a NUL byte", advice, "encoding")


@dataclass(frozen=True, slots=True)
class Sample:
    """The first bytes of a prepared text, cut after a line, and whether that is all of it."""

    content: bytes
    whole: bool


def sample(source: Source, dialect: Dialect, size: int) -> Sample:
    """Return the first bytes of a text, cut after a line; the first line is kept whole."""
    stream = TextStream(source, dialect)
    try:
        content = stream.read(size)
        if len(content) < size:
            return Sample(content, whole=True)
        end = max(content.rfind(b"\n"), content.rfind(b"\r"))
        while end < 0 and (more := stream.read(size)):
            content += more
            end = max(content.rfind(b"\n"), content.rfind(b"\r"))
        return Sample(content[: end + 1], whole=False)
    finally:
        stream.close()


def by_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a text that comes in chunks; a line may end in CR, LF or both."""
    rest = b""
    for chunk in chunks:
        lines = (rest + chunk).splitlines(keepends=True)
        rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        yield from lines
    if rest:
        yield rest


def batched(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines joined to chunks of about a megabyte."""
    waiting, size = list[bytes](), 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= CHUNK:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)
