"""A source: bytes that can be opened again and again, from a file (maybe packed) or from a text."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, Protocol, cast

from modules.reading.faults import FormatUnknown, unreadable

Format = Literal["csv", "tsv", "parquet", "arrow", "json_lines", "excel"]

ENDINGS: dict[str, Format] = {
    "csv": "csv",
    "txt": "csv",
    "data": "csv",
    "dat": "csv",
    "tsv": "tsv",
    "tab": "tsv",
    "parquet": "parquet",
    "pq": "parquet",
    "arrow": "arrow",
    "feather": "arrow",
    "ipc": "arrow",
    "arrows": "arrow",
    "jsonl": "json_lines",
    "ndjson": "json_lines",
    "json": "json_lines",
    "xlsx": "excel",
    "xlsm": "excel",
}
"""A file's ending -> the format that it is taken for."""

PACKED = ("gz", "bz2", "xz", "zip")

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"PK\x03\x04", "a zip or Excel file"),
    (_OLD_EXCEL, "an Excel file of the old kind (.xls)"),
    (b"\x1f\x8b", "a gzip file"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)


class Source(Protocol):
    """Bytes that can be opened again and again."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def size(self) -> int:
        """How many bytes it has where it lies."""

    def open(self) -> BinaryIO:
        """Return a new stream from the first byte; raises FileUnreadable."""


@dataclass(frozen=True, slots=True)
class TextSource:
    """A text that a person typed, as UTF-8 bytes."""

    content: bytes
    name: str = "data"

    @property
    def size(self) -> int:
        """How many bytes the text has."""
        return len(self.content)

    def open(self) -> BinaryIO:
        """Return a new stream on the text."""
        return io.BytesIO(self.content)


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file, unpacked on the way when its name says that it is packed."""

    name: str
    path: Path
    packing: str = ""

    @property
    def size(self) -> int:
        """How many bytes the file has on disk."""
        return self.path.stat().st_size

    def open(self) -> BinaryIO:
        """Return a new stream of the file's unpacked bytes; raises FileUnreadable."""
        with reading(self.name):
            if self.packing == "zip":
                return self._open_zip()
            if self.packing == "gz":
                return cast("BinaryIO", gzip.open(self.path))
            if self.packing == "bz2":
                return cast("BinaryIO", bz2.open(self.path))
            if self.packing == "xz":
                return cast("BinaryIO", lzma.open(self.path))
            return self.path.open("rb")

    def _open_zip(self) -> BinaryIO:
        archive = zipfile.ZipFile(self.path)
        names = [item.filename for item in archive.infolist() if not item.is_dir()]
        if len(names) != 1:
            archive.close()
            found = ", ".join(names[:5]) + ("…" if len(names) > 5 else "") or "nothing"
            advice = "Unpack the archive, and read one of its files."
            raise unreadable(self.name, f"the archive must hold one file; it holds {found}", advice)
        try:
            return cast("BinaryIO", archive.open(names[0]))
        except RuntimeError as error:
            raise unreadable(self.name, "the archive is locked with a password") from error


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn what the system and the unpackers complain of into sentences."""
    try:
        yield
    except PermissionError as error:
        advice = "Give yourself the right to read it, or choose another file."
        raise unreadable(name, "permission is denied", advice) from error
    except (EOFError, zipfile.BadZipFile, gzip.BadGzipFile, lzma.LZMAError, zlib.error) as error:
        advice = "Get the file again; it may have been cut short on its way."
        raise unreadable(name, f"the archive is damaged ({spoken(error)})", advice) from error
    except OSError as error:
        raise unreadable(name, spoken(error)) from error


def spoken(error: BaseException) -> str:
    """Return what an exception says, in one line without a full stop, its first letter small."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    line = (said.strip().splitlines() or [type(error).__name__])[0].rstrip(". ")
    return line[:1].lower() + line[1:] if line[1:2].islower() else line


def find(name: str, base: Path) -> FileSource:
    """Return the file that a person named; raises FileUnreadable when it cannot be opened."""
    if "://" in name:
        advice = "Download the file, and choose it where it lies."
        raise unreadable(name, "it is an address on the web, not a file", advice)
    path = base / Path(name).expanduser()
    with reading(name):
        if "\0" in name or not path.exists():
            advice = f"Relative paths are looked for in {base}."
            raise unreadable(name, "it does not exist", advice)
        if path.is_dir():
            raise unreadable(name, "it is a folder", "Choose one file in it.")
        if not path.is_file():
            raise unreadable(name, "it is not an ordinary file", "Choose a file.")
        with path.open("rb") as file:
            if not file.read(1):
                raise unreadable(name, "it is empty", "Choose a file that has rows.")
    ending = path.suffix.lower().lstrip(".")
    return FileSource(name, path, ending if ending in PACKED else "")


def format_of(source: FileSource) -> Format:
    """Return the format that a file's name tells, or its first bytes; raises FormatUnknown."""
    path = source.path.with_suffix("") if source.packing else source.path
    ending = path.suffix.lower().lstrip(".")
    if ending in ENDINGS:
        return ENDINGS[ending]
    if source.packing == "zip" and not ending:
        return "csv"
    if ending == "xls":
        advice = "Open it in a spreadsheet program and save it as .xlsx."
        raise unreadable(source.name, "it is an Excel file of the old kind (.xls)", advice)
    raise FormatUnknown(path=source.name, known=sorted(ENDINGS), param="file_format")


def disguise(head: bytes) -> str | None:
    """Return what a file that should be text is in truth, by its first bytes, or None."""
    return next((what for mark, what in _SIGNATURES if head.startswith(mark)), None)
