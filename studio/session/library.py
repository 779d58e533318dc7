"""The library: datasets, models and transforms that were saved, as the palette shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio import paths
from studio.document.atomic import said
from studio.sdk.errors import StudioError
from studio.sdk.saved import ABOUT, ENDINGS, KINDS, SavedKind, folder_of, place_for, read_about


class SavedGone(StudioError):
    """Something saved is not there any more, or cannot be touched."""

    code = "saved_gone"
    sentence = "“{name}” cannot be changed: {reason}."
    hint = "Look at the folder {folder}."


@dataclass(frozen=True, slots=True)
class SavedItem:
    """Something that was saved.

    Attributes:
        made: When, in seconds since 1970.
        about: A line: rows and columns, or what made it; empty where that is not known.
        source: The experiment that it comes from; empty where that is not known.
    """

    kind: SavedKind
    name: str
    path: Path
    made: float
    about: str = ""
    source: str = ""
    bytes: int = 0

    @property
    def module(self) -> str:
        """The id of the module that brings it into an experiment."""
        return f"saved_{self.kind}"

    @property
    def params(self) -> Mapping[str, Any]:
        """The parameters of that module."""
        return {"path": str(self.path)}


class Library:
    """The saved things in a folder; by default the user's own."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = paths.saved() if folder is None else folder

    def items(self) -> tuple[SavedItem, ...]:
        """Return everything that is saved, by kind and name; what cannot be read is left out."""
        found = [item for kind in KINDS for item in self._of(kind)]
        return tuple(sorted(found, key=lambda item: (KINDS.index(item.kind), item.name.casefold())))

    def remove(self, item: SavedItem) -> None:
        """Remove it for good; raises SavedGone."""
        with _told(item, self.folder):
            item.path.unlink()
        with suppress(OSError):
            item.path.with_suffix(ABOUT).unlink()

    def rename(self, item: SavedItem, name: str) -> SavedItem:
        """Give it another name; raises SavedNameWrong, SavedNameTaken and SavedGone."""
        same = name.strip().casefold() == item.name.casefold()
        path = place_for(self.folder, item.kind, name, replace=same)
        path = path.with_name(name.strip() + ENDINGS[item.kind])
        with _told(item, self.folder):
            item.path.rename(path)
        with suppress(OSError):
            item.path.with_suffix(ABOUT).replace(path.with_suffix(ABOUT))
        renamed = self._item(item.kind, path)
        return item if renamed is None else renamed

    def _of(self, kind: SavedKind) -> Iterator[SavedItem]:
        folder = folder_of(self.folder, kind)
        with suppress(OSError):
            for path in folder.iterdir():
                if path.suffix == ENDINGS[kind] and not path.name.startswith("."):
                    item = self._item(kind, path)
                    if item is not None:
                        yield item

    def _item(self, kind: SavedKind, path: Path) -> SavedItem | None:
        try:
            found = path.stat()
        except OSError:
            return None
        about = read_about(path)
        if about is None:
            return SavedItem(kind, path.stem, path, found.st_mtime, bytes=found.st_size)
        return SavedItem(kind, path.stem, path, about.made, about.line, about.source, found.st_size)


@contextmanager
def _told(item: SavedItem, folder: Path) -> Iterator[None]:
    """Turn what the system says of a saved file into a sentence."""
    try:
        yield
    except OSError as error:
        raise SavedGone(name=item.name, reason=said(error), folder=folder) from error
