"""Formats: what a file's name says of what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studio.serve.batch.errors import FormatUnknown
from studio.serve.batch.options import Format

ENDINGS: dict[str, Format] = {
    "csv": "csv",
    "tsv": "csv",
    "txt": "csv",
    "jsonl": "json_lines",
    "ndjson": "json_lines",
    "parquet": "parquet",
    "pq": "parquet",
    "arrow": "arrow",
    "feather": "arrow",
    "ipc": "arrow",
    "arrows": "arrow",
}
"""A file's ending -> its format; text may end in .gz besides."""

WRITTEN: dict[Format, str] = {
    "csv": "csv",
    "json_lines": "jsonl",
    "parquet": "parquet",
    "arrow": "arrow",
}
"""A format -> the ending that a file of it gets."""

KNOWN = (*(f".{ending}" for ending in ENDINGS), ".csv.gz", ".jsonl.gz")
_PACKED = ".gz"


@dataclass(frozen=True, slots=True)
class Kind:
    """What is in a file: its format, whether it is packed, and a separator that its name tells."""

    format: Format
    packed: bool = False
    separator: str | None = None

    @property
    def is_text(self) -> bool:
        """Whether the file has a row a line."""
        return self.format in ("csv", "json_lines")


def kind_of(path: Path, chosen: Format | None = None) -> Kind:
    """Return what is in a file of that name; raises FormatUnknown."""
    found = _told(path)
    if chosen is None:
        if found is None:
            raise FormatUnknown(name=path.name, known=KNOWN)
        return found
    packed = path.suffix.lower() == _PACKED and chosen in ("csv", "json_lines")
    same = found is not None and found.format == chosen
    return Kind(chosen, packed, found.separator if same and found is not None else None)


def is_table(path: Path) -> bool:
    """Whether a file's name says that there is a table in it."""
    return _told(path) is not None


def renamed(path: Path, chosen: Format | None) -> Path:
    """Return the path of a file's answers in a chosen format; its own path where none is."""
    told = _told(path)
    if chosen is None or (told is not None and told.format == chosen):
        return path
    plain = path.with_suffix("") if told is not None and told.packed else path
    return plain.with_suffix(f".{WRITTEN[chosen]}")


def _told(path: Path) -> Kind | None:
    packed = path.suffix.lower() == _PACKED
    inner = path.with_suffix("") if packed else path
    ending = inner.suffix.lower().lstrip(".")
    found = ENDINGS.get(ending)
    if found is None or (packed and found not in ("csv", "json_lines")):
        return None
    return Kind(found, packed, "\t" if ending == "tsv" else None)
