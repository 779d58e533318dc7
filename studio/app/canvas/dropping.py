"""What can be dropped on the canvas: modules of the palette, and files with data."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

from studio.app.palette_entry import MIME, PaletteEntry, dragged

IMPORT = "import_data"
"""The module that reads a file."""
_ENDINGS = (
    ".csv", ".tsv", ".txt", ".csv.gz", ".parquet", ".pq", ".arrow", ".feather", ".json", ".jsonl",
    ".xlsx", ".xls",
)  # fmt: skip


def entries(mime: QMimeData) -> list[PaletteEntry]:
    """Return what a drop adds; nothing where it is none of the canvas' business."""
    if mime.hasFormat(MIME):
        entry = dragged(mime)
        return [] if entry is None else [entry]
    return [_import_of(Path(file)) for file in _files(mime)]


def is_wanted(mime: QMimeData) -> bool:
    """Whether something that is dragged can be dropped here."""
    return mime.hasFormat(MIME) or bool(_files(mime))


def _files(mime: QMimeData) -> list[str]:
    paths = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
    return [path for path in paths if path.lower().endswith(_ENDINGS)]


def _import_of(file: Path) -> PaletteEntry:
    """Return the entry that imports a file."""
    return PaletteEntry(IMPORT, file.name, "", params={"path": str(file)})
