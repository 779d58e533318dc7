"""The dialog that lists all keyboard shortcuts, by menu, with a search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from studio.app.dialogs.dialog import Dialog
from studio.app.theme import theme
from studio.app.widgets.search_line import SearchLine

SIZE = (560, 620)
OTHER = "Other"


class ShortcutsDialog(Dialog):
    """A table of what can be done with which keys."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        """List the actions that have a shortcut."""
        super().__init__("shortcuts_dialog", "Keyboard shortcuts", "", parent)
        self._rows: dict[str, list[QTreeWidgetItem]] = {}
        self._search = SearchLine("shortcut_search", "Find an action or a key")
        self._search.textChanged.connect(self._narrow)
        self.add(self._search)
        self._tree = QTreeWidget()
        self._tree.setObjectName("shortcut_list")
        self._tree.setAccessibleName("Shortcuts")
        self._tree.setColumnCount(2)
        self._tree.setHeaderHidden(True)
        self._tree.setIndentation(12)
        self._tree.setRootIsDecorated(False)
        self._tree.setItemsExpandable(False)
        self._tree.setUniformRowHeights(True)
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._tree.header().setStretchLastSection(False)
        self._tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._fill(actions)
        self.add(self._tree, 1)
        self.button("close", "Close", self.reject, "primary")
        self.finish()
        self.resize(*SIZE)
        self._search.setFocus()

    def _fill(self, actions: Iterable[QAction]) -> None:
        groups: dict[str, QTreeWidgetItem] = {}
        for action in actions:
            keys = [_native(key) for key in action.shortcuts()]
            if not keys:
                continue
            name = _menu_of(action)
            if name not in groups:
                groups[name] = QTreeWidgetItem([name])
                groups[name].setFont(0, theme().font("strong"))
                self._tree.addTopLevelItem(groups[name])
                groups[name].setFirstColumnSpanned(True)
            item = QTreeWidgetItem([_plain(action.text()), "   ".join(keys)])
            item.setFont(1, theme().font("mono"))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            groups[name].addChild(item)
            self._rows.setdefault(name, []).append(item)
        self._tree.expandAll()

    def _narrow(self, text: str) -> None:
        """Show the rows in which every word is found."""
        words = text.casefold().split()
        for place in range(self._tree.topLevelItemCount()):
            group = self._tree.topLevelItem(place)
            if group is None:
                continue
            shown = False
            for row in self._rows[group.text(0)]:
                said = f"{group.text(0)} {row.text(0)} {row.text(1)}".casefold()
                fits = all(word in said for word in words)
                row.setHidden(not fits)
                shown = shown or fits
            group.setHidden(not shown)


def _menu_of(action: QAction) -> str:
    """Return the title of the menu that an action stands in."""
    menus = [item for item in action.associatedObjects() if isinstance(item, QMenu)]
    return next((_plain(menu.title()) for menu in menus if menu.title()), OTHER)


def _native(key: QKeySequence) -> str:
    return key.toString(QKeySequence.SequenceFormat.NativeText)


def _plain(text: str) -> str:
    return text.replace("&", "").rstrip("…")
