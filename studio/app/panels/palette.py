"""The palette: everything that can be put on the canvas, by group, and searched."""

from __future__ import annotations

from functools import partial
from html import escape

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.app.draft import Draft
from studio.app.palette_entry import PaletteEntry
from studio.app.panels.entry_menu import EntryMenu
from studio.app.panels.palette_model import FAVOURITES, RECENT, PaletteModel
from studio.app.panels.palette_shelf import Shelf
from studio.app.panels.palette_tree import PaletteTree
from studio.app.panels.search_field import SearchField
from studio.app.session import Session
from studio.sdk.errors import StudioError

RECENT_SHOWN = 5
_OPEN = "palette_open"
_OPEN_AT_FIRST = [
    FAVOURITES,
    RECENT,
    "Saved Datasets",
    "Data Input and Output",
    "Data Transformation",
    "Machine Learning",
]


class PalettePanel(QWidget):
    """The palette of a session; ``chosen`` says which entry the person wants on the canvas."""

    chosen = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Show what there is, and keep it true."""
        super().__init__(parent)
        self.setObjectName("palette")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Palette of modules")
        self._session = session
        self._shelf = Shelf.of(session)
        self._open = set(session.remembered.get(_OPEN, _OPEN_AT_FIRST))
        self._model = PaletteModel(session.registry)
        self.field = SearchField("Search modules", self)
        self.field.setObjectName("palette_search")
        self.tree = PaletteTree(self._model, self)
        self.tree.setObjectName("palette_tree")
        self.tree.setAccessibleName("Modules")
        self._nothing = _nothing_label(self)
        self._notice = QFrame(self)
        self._notice_text = QLabel(self._notice)
        self._begin = QPushButton("New experiment", self._notice)
        self._lay_out()
        self._connect()
        self._follow(session.current)
        self._fill()

    def focus_search(self) -> None:
        """Put the cursor into the search field, everything in it selected."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    # What is shown.

    def _lay_out(self) -> None:
        top = QVBoxLayout()
        top.setContentsMargins(12, 12, 12, 8)
        top.addWidget(self.field)
        self._notice.setObjectName("palette_notice")
        self._notice.setProperty("kind", "banner")
        self._notice_text.setWordWrap(True)
        self._notice_text.setProperty("role", "soft")
        self._begin.setProperty("kind", "link")
        self._begin.setObjectName("palette_new")
        notice = QVBoxLayout(self._notice)
        notice.setContentsMargins(12, 8, 12, 8)
        notice.setSpacing(4)
        notice.addWidget(self._notice_text)
        row = QHBoxLayout()
        row.setContentsMargins(-5, 0, 0, 0)
        row.addWidget(self._begin)
        row.addStretch(1)
        notice.addLayout(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._nothing)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self._notice)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._fill)
        self.field.moved_down.connect(self._enter_tree)
        self.field.returnPressed.connect(self._choose_first)
        self.tree.chosen.connect(self._choose)
        self.tree.star_clicked.connect(self._turn_star)
        self.tree.help_asked.connect(self._help)
        self.tree.menu_asked.connect(self._show_menu)
        self.tree.typed.connect(self._search_for)
        self.tree.left_upwards.connect(self.focus_search)
        self.tree.expanded.connect(partial(self._remember_open, True))
        self.tree.collapsed.connect(partial(self._remember_open, False))
        self._nothing.linkActivated.connect(self.field.setText)
        self._begin.clicked.connect(self._session.new)
        self._model.renamed.connect(self._rename)
        self._shelf.changed.connect(self._fill)
        self._shelf.marks_changed.connect(self._fill)
        self._session.current_changed.connect(self._follow)

    def _fill(self) -> None:
        """Show the tree, or what the search finds; what was chosen keeps its place."""
        query = self.field.text().strip()
        key, height = self._chosen_key(), self.tree.visualRect(self.tree.currentIndex()).top()
        shelf = self._shelf
        if query:
            hits = shelf.index.search(query)
            self._model.show_hits(hits, shelf.favourites)
            self.tree.setCurrentIndex(self._model.index(0, 0))
            self._say_nothing(query if not hits else "")
            return
        self._say_nothing("")
        recent = shelf.recent[:RECENT_SHOWN]
        self._model.show_tree(shelf.entries, shelf.favourites, recent)
        for index, row in self._model.groups():
            if row.path in self._open:
                self.tree.setExpanded(index, True)
        index = self._model.find(key)
        if index.isValid() and not self.tree.visualRect(index).isEmpty():
            self.tree.setCurrentIndex(index)
            bar = self.tree.verticalScrollBar()
            bar.setValue(bar.value() + self.tree.visualRect(index).top() - height)

    def _chosen_key(self) -> str:
        entry = self._model.entry(self.tree.currentIndex())
        return "" if entry is None else entry.key

    def _say_nothing(self, query: str) -> None:
        """Say that nothing is called so, and what is called nearly so."""
        self._nothing.setVisible(bool(query))
        self.tree.setVisible(not query)
        if not query:
            return
        near = [
            f'<a href="{escape(word, quote=True)}">{escape(word)}</a>'
            for word in self._shelf.index.suggestions(query)
        ]
        advice = f"; try {' or '.join(near)}." if near else "."
        self._nothing.setText(f"Nothing is called “{escape(query)}”{advice}")

    def _follow(self, draft: Draft | None) -> None:
        """Say why nothing can be added, where nothing can."""
        reason = _refusal(draft)
        self._model.can_add = not reason
        self.tree.rows.is_dimmed = bool(reason)
        self._notice.setVisible(bool(reason))
        self._notice_text.setText(reason)
        self._begin.setVisible(draft is None)
        self.tree.viewport().update()

    def _remember_open(self, is_open: bool, index: QModelIndex) -> None:
        path = self._model.row(index).path
        if path and is_open != (path in self._open):
            (self._open.add if is_open else self._open.discard)(path)
            self._session.remembered.set(_OPEN, sorted(self._open))

    # What the person does.

    def _enter_tree(self) -> None:
        self.tree.setFocus(Qt.FocusReason.TabFocusReason)
        if not self.tree.currentIndex().isValid():
            self.tree.setCurrentIndex(self._model.index(0, 0))

    def _search_for(self, text: str) -> None:
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.setText(text)

    def _choose_first(self) -> None:
        if self.field.text().strip():
            self._choose(self._model.index(0, 0))

    def _choose(self, index: QModelIndex) -> None:
        entry = self._model.entry(index)
        if entry is not None:
            self._add(entry)

    def _add(self, entry: PaletteEntry) -> None:
        """Ask for an entry on the canvas, or say why that cannot be."""
        reason = _refusal(self._session.current)
        if reason or not entry.module:
            self._session.say("warning", reason or entry.problem)
            return
        if entry.problem:
            self._session.say("warning", entry.problem)
        self.chosen.emit(entry)

    def _turn_star(self, index: QModelIndex) -> None:
        entry = self._model.entry(index)
        if entry is not None:
            self._shelf.set_favourite(entry, not self._shelf.is_favourite(entry))

    def _help(self, index: QModelIndex) -> None:
        entry = self._model.entry(index)
        if entry is not None and entry.module:
            self._session.help_requested.emit(entry.module)

    def _show_menu(self, index: QModelIndex, at: QPoint) -> None:
        entry = self._model.entry(index)
        if entry is None or not entry.module:
            return
        menu = EntryMenu(entry, self._shelf.is_favourite(entry), self._model.can_add, self)
        menu.add.triggered.connect(partial(self._add, entry))
        menu.help.triggered.connect(partial(self._help, index))
        menu.favourite.triggered.connect(partial(self._turn_star, index))
        menu.rename.triggered.connect(partial(self.tree.edit, index))
        menu.remove.triggered.connect(partial(self._ask_to_remove, entry))
        menu.popup(at)

    def _rename(self, entry: PaletteEntry, name: str) -> None:
        item, library = entry.saved, self._session.library
        if item is not None:
            self._session.bridge.work(lambda: library.rename(item, name), self._library_done)

    def _ask_to_remove(self, entry: PaletteEntry) -> None:
        box = QMessageBox(self)
        box.setObjectName("palette_remove")
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("Remove")
        box.setText(f"Remove “{entry.title}” for good?")
        box.setInformativeText("Experiments that use it will not run any more.")
        remove = box.addButton("Remove", QMessageBox.ButtonRole.AcceptRole)
        remove.setProperty("kind", "danger")
        remove.style().polish(remove)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.accepted.connect(partial(self._remove, entry))
        box.open()

    def _remove(self, entry: PaletteEntry) -> None:
        item, library = entry.saved, self._session.library
        if item is not None:
            self._session.bridge.work(lambda: library.remove(item), self._library_done)

    def _library_done(self, result: object) -> None:
        if isinstance(result, StudioError):
            self._session.say("error", result.in_full)
        self._session.library_changed.emit()


def _refusal(draft: Draft | None) -> str:
    """Return why nothing can be added to a draft, or an empty text."""
    if draft is None:
        return "Open an experiment to add modules to it."
    if draft.read_only and draft.record is not None:
        return "This is an earlier run, which can only be looked at."
    if draft.read_only:
        return "This experiment is open in another window and can only be looked at here."
    return ""


def _nothing_label(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setObjectName("palette_nothing")
    label.setWordWrap(True)
    label.setProperty("role", "soft")
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.LinksAccessibleByMouse
        | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
    )
    label.setContentsMargins(16, 8, 16, 16)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label
