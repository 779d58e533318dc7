"""The search at the cursor: finds a module for the canvas, or for the end of a link."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.app.palette_entry import PaletteEntry
from studio.app.panels.entry_rows import EntryDelegate
from studio.app.panels.palette_model import PaletteModel
from studio.app.panels.palette_search import Hit
from studio.app.panels.palette_shelf import Shelf
from studio.app.panels.search_popup import SearchPopup
from studio.app.session import Session
from studio.sdk.module import Module

WIDTH = 360

Fits = Callable[[type[Module]], bool]


class ModuleSearch(SearchPopup):
    """A popup that offers what can be put on the canvas; ``chosen`` gives the entry."""

    chosen = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Make the popup; it is shown by :meth:`open_at`."""
        self._model = PaletteModel(session.registry)
        super().__init__(parent, "Search modules", WIDTH, self._model)
        self.setObjectName("module_search")
        self.field.setObjectName("module_search_field")
        self.list.setObjectName("module_search_list")
        self.set_rows(EntryDelegate(self.list))
        self._session = session
        self._shelf = Shelf.of(session)
        self._fitting: frozenset[str] | None = None
        self.field.textChanged.connect(self._fill)
        self.picked.connect(self._choose)

    def open_at(self, global_pos: QPoint, fits: Fits | None = None, caption: str = "") -> None:
        """Show the popup at a place of the screen.

        Only modules for which ``fits`` is true are offered; ``caption`` says what for.
        """
        self._fitting = None if fits is None else self._that_fit(fits)
        self.caption.setText(caption)
        self.caption.setVisible(bool(caption))
        if self.field.text():
            self.field.clear()
        else:
            self._fill()
        self.show_at(global_pos)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show the help page of the chosen module."""
        entry = self._model.entry(self.list.currentIndex())
        if event.key() == Qt.Key.Key_F1 and entry is not None:
            self.hide()
            self._session.help_requested.emit(entry.module)
        else:
            super().keyPressEvent(event)

    def _fill(self) -> None:
        query = self.field.text().strip()
        hits = self._shelf.index.search(query) if query else map(_plain, self._first())
        self._model.show_hits([hit for hit in hits if self._is_offered(hit.entry)])
        self.fit(self._advice(query))

    def _first(self) -> list[PaletteEntry]:
        """Return everything: what was used last, what is marked, the modules, then what is set.

        For the end of a link, what leads on stands before what only writes.
        """
        shelf = self._shelf
        rest = tuple(sorted(shelf.entries, key=lambda entry: bool(entry.params)))
        if self._fitting is not None:
            rest = tuple(sorted(rest, key=lambda entry: not entry.gives))
        return list({e.key: e for e in (*shelf.recent, *shelf.favourites, *rest)}.values())

    def _is_offered(self, entry: PaletteEntry) -> bool:
        return bool(entry.module) and (self._fitting is None or entry.module in self._fitting)

    def _that_fit(self, fits: Fits) -> frozenset[str]:
        """Return the ids of the modules that fit."""
        found = {entry.module for entry in self._shelf.entries}
        classes = {name: self._session.registry.get(name) for name in found}
        return frozenset(name for name, cls in classes.items() if cls is not None and fits(cls))

    def _advice(self, query: str) -> str:
        if not query:
            return "No module fits here."
        if self._fitting is not None and self._shelf.index.search(query):
            return f"What is called “{query}” does not fit here."
        near = self._shelf.index.suggestions(query)
        return f"Nothing is called “{query}”" + (f"; try {' or '.join(near)}." if near else ".")

    def _choose(self, index: QModelIndex) -> None:
        entry = self._model.entry(index)
        if entry is not None:
            self.chosen.emit(entry)


def _plain(entry: PaletteEntry) -> Hit:
    """Return an entry as if it had been searched for."""
    return Hit(entry, 0)
