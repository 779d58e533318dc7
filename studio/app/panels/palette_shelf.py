"""The shelf: everything that can be put on the canvas, what is marked and what was used last."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.app.draft import Draft
from studio.app.palette_entry import PaletteEntry, entries, key_of
from studio.app.panels.palette_search import PaletteIndex
from studio.app.session import Session
from studio.document.change import Change
from studio.sdk.errors import StudioError

if TYPE_CHECKING:
    from studio.session.library import SavedItem


class Shelf(QObject):
    """The entries of a session's palette; all that offer modules share it.

    ``changed`` says that there are other entries, ``marks_changed`` that others are favourites or
    were used last.
    """

    changed = Signal()
    marks_changed = Signal()

    @classmethod
    def of(cls, session: Session) -> Shelf:
        """Return the shelf of a session."""
        found = session.findChild(cls)
        return cls(session) if found is None else found

    def __init__(self, session: Session) -> None:
        """Begin with the modules; the library is read elsewhere, then ``changed`` says so."""
        super().__init__(session)
        self._session = session
        self._draft: Draft | None = None
        self._take_entries(())
        session.current_changed.connect(self._follow)
        session.library_changed.connect(self._read_library)
        self._follow(session.current)
        self._read_library()

    @property
    def entries(self) -> tuple[PaletteEntry, ...]:
        """Everything, in the order of the palette."""
        return self._entries

    @cached_property
    def index(self) -> PaletteIndex:
        """The entries, ready to be searched."""
        return PaletteIndex(self._entries)

    @property
    def favourites(self) -> list[PaletteEntry]:
        """What the person marked, in the order of marking."""
        return self._known(self._session.remembered.favourites)

    @property
    def recent(self) -> list[PaletteEntry]:
        """What was put on a canvas last, the latest first."""
        return self._known(self._session.remembered.recent_modules)

    def is_favourite(self, entry: PaletteEntry) -> bool:
        """Whether the person marked an entry."""
        return entry.key in self._session.remembered.favourites

    def set_favourite(self, entry: PaletteEntry, marked: bool) -> None:
        """Mark an entry as a favourite, or no longer."""
        self._session.remembered.set_favourite(entry.key, marked)
        self.marks_changed.emit()

    def _known(self, keys: list[str]) -> list[PaletteEntry]:
        return [self._by_key[key] for key in keys if key in self._by_key]

    def _take_entries(self, saved: tuple[SavedItem, ...]) -> None:
        self._entries = tuple(entries(self._session.registry, saved))
        self._by_key = {entry.key: entry for entry in self._entries if entry.module}
        self.__dict__.pop("index", None)

    def _read_library(self) -> None:
        self._session.bridge.work(lambda: self._session.library.items(), self._take_library)

    def _take_library(self, found: tuple[SavedItem, ...] | StudioError) -> None:
        if isinstance(found, StudioError):
            self._session.say("error", found.in_full)
            return
        self._take_entries(found)
        self.changed.emit()

    def _follow(self, draft: Draft | None) -> None:
        """Listen to the draft in front, so that what is put on its canvas counts as used."""
        if self._draft is not None:
            self._draft.changed.disconnect(self._draft_changed)
        self._draft = draft
        if draft is not None:
            draft.changed.connect(self._draft_changed)

    def _draft_changed(self, change: Change) -> None:
        if self._draft is None or len(change.nodes_added) != 1:
            return
        node = self._draft.experiment.nodes.get(change.nodes_added[0])
        if node is None:
            return
        key = key_of(node.module, node.params)
        self._session.remembered.module_used(key if key in self._by_key else node.module)
        self.marks_changed.emit()
