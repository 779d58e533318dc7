"""Columns by name: those that will arrive at the left, those that are selected at the right."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, QSortFilterProxyModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.app.editors.column_list import ColumnList, known
from studio.app.editors.selection_words import split_names
from studio.app.figures import count
from studio.app.widgets.search_line import SearchLine
from studio.app.widgets.tool_button import tool_button
from studio.sdk.schema import Column, TableSchema
from studio.sdk.selection import TYPE_GROUPS, ColumnSelection, Rule


class _Filter(QSortFilterProxyModel):
    """Lets through the columns of a type whose names contain a text."""

    def __init__(self, model: ColumnList) -> None:
        super().__init__(model)
        self._model = model
        self._text = ""
        self._types: tuple[str, ...] = ()
        self.setSourceModel(model)

    def look_for(self, text: str, types: tuple[str, ...]) -> None:
        """Take another text and other types; no types are all."""
        self._text, self._types = text.casefold(), types
        self.invalidate()

    @override
    def filterAcceptsRow(self, row: int, parent: object) -> bool:
        column = self._model.column(row)
        fits = not self._types or (column is not None and column.type in self._types)
        return fits and self._text in self._model.names[row].casefold()


class _Names(QListView):
    """A list of names; Return and a double click move what is selected to the other side."""

    def __init__(self, name: str, label: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(14, 14))
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(True)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setFrameShape(QListView.Shape.NoFrame)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Activate with Return, or move about."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class ColumnsByName(QWidget):
    """Two lists with buttons between them, and a line to search and to type names."""

    def __init__(self, schema: TableSchema | None, parent: QWidget | None = None) -> None:
        """Show the columns of a schema, where it is known."""
        super().__init__(parent)
        self._schema = schema
        self.is_changed = False
        self._left, self._right = ColumnList(self), ColumnList(self)
        self._filter = _Filter(self._left)
        hint = "Search, or type names separated by commas"
        self._search = SearchLine("columns_search", hint, self)
        self._type = QComboBox(self)
        self._type.setObjectName("columns_type")
        self._type.setAccessibleName("Type of the columns")
        self._type.addItem("All types", ())
        for name, types in TYPE_GROUPS.items():
            self._type.addItem(name.capitalize(), types)
        self._available = _Names("columns_available", "Available columns", self)
        self._available.setModel(self._filter)
        self._selected = _Names("columns_selected", "Selected columns", self)
        self._selected.setModel(self._right)
        self._keep = QCheckBox("Keep the order of this list", self)
        self._keep.setObjectName("columns_keep")
        self._left_count, self._right_count = QLabel(self), QLabel(self)
        self._arrange()
        self.setFocusProxy(self._search)
        self._search.textChanged.connect(self._look)
        self._search.returnPressed.connect(self._enter)
        self._type.activated.connect(self._look)
        self._available.activated.connect(self.take_selected)
        self._selected.activated.connect(self.give_selected)
        self._left.dropped.connect(lambda names, _: self._give(names))
        self._right.dropped.connect(self._put)
        self._keep.clicked.connect(self._touch)

    def show_names(self, names: Iterable[str], keep_order: bool) -> None:
        """Show which names are selected."""
        self._set(list(names))
        self._keep.setChecked(keep_order)
        self.is_changed = False

    def selection(self) -> ColumnSelection:
        """Return the selection of just these names."""
        names = self._right.names
        rules = (Rule(by="name", values=names),) if names else ()
        return ColumnSelection(rules=rules, keep_order=self._keep.isChecked())

    def take_selected(self) -> None:
        """Move what is selected at the left to the right."""
        rows = sorted(index.row() for index in self._available.selectedIndexes())
        self._add([str(self._filter.index(row, 0).data()) for row in rows])

    def take_all(self) -> None:
        """Move all that is shown at the left to the right."""
        count = self._filter.rowCount()
        self._add([str(self._filter.index(row, 0).data()) for row in range(count)])

    def give_selected(self) -> None:
        """Move what is selected at the right back."""
        self._give([str(index.data()) for index in self._selected.selectedIndexes()])

    def give_all(self) -> None:
        """Move everything back."""
        self._give(self._right.names)

    def _arrange(self) -> None:
        grid = QHBoxLayout(self)
        grid.setContentsMargins(16, 16, 16, 8)
        grid.setSpacing(12)
        left, middle, right = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        for column, stretch in ((left, 1), (middle, 0), (right, 1)):
            column.setSpacing(8)
            grid.addLayout(column, stretch)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._search, 1)
        head.addWidget(self._type)
        left.addLayout(head)
        left.addWidget(_framed(self._available, self), 1)
        left.addWidget(self._left_count)
        middle.addStretch(1)
        for name, picture, tip, call in (
            ("take", "chevron-right", "Select", self.take_selected),
            ("give", "chevron-left", "Take out", self.give_selected),
            ("take_all", "chevrons-right", "Select all that are shown", self.take_all),
            ("give_all", "chevrons-left", "Take all out", self.give_all),
        ):
            middle.addWidget(tool_button(f"columns_{name}", picture, tip, call, self))
        middle.addStretch(1)
        title = QLabel("Selected", self)
        title.setProperty("role", "strong")
        title.setFixedHeight(self._search.sizeHint().height())
        right.addWidget(title)
        right.addWidget(_framed(self._selected, self), 1)
        foot = QHBoxLayout()
        foot.addWidget(self._right_count)
        foot.addStretch(1)
        foot.addWidget(self._keep)
        right.addLayout(foot)
        for label in (self._left_count, self._right_count):
            label.setProperty("role", "soft")
        self._left_count.setObjectName("columns_available_count")
        self._right_count.setObjectName("columns_selected_count")

    def _look(self) -> None:
        self._filter.look_for(self._search.text().strip(), self._type.currentData() or ())
        self._count()

    def _enter(self) -> None:
        """Take the typed names; a part of a name takes the first column that it finds."""
        text = self._search.text().strip()
        names = split_names(text)
        if len(names) == 1 and known(self._schema, names[0]) is None and self._filter.rowCount():
            names = [str(self._filter.index(0, 0).data())]
        if names:
            self._add(names)
            self._search.clear()

    def _add(self, names: Iterable[str]) -> None:
        self._put(list(names), len(self._right.names))

    def _put(self, names: list[str], row: int) -> None:
        """Put names among the selected ones; those that are there already move."""
        old = self._right.names
        before = [name for name in old[:row] if name not in names]
        after = [name for name in old[row:] if name not in names]
        self._set([*before, *dict.fromkeys(names), *after])
        self._touch()

    def _give(self, names: Iterable[str]) -> None:
        gone = set(names)
        if gone:
            self._set([name for name in self._right.names if name not in gone])
            self._touch()

    def _touch(self) -> None:
        self.is_changed = True

    def _set(self, names: list[str]) -> None:
        taken = set(names)
        schema = self._schema
        rest: tuple[Column, ...] = () if schema is None else schema.visible
        self._right.set_names(names, schema)
        self._left.set_names([c.name for c in rest if c.name not in taken], schema)
        self._count()

    def _count(self) -> None:
        shown, there = self._filter.rowCount(), len(self._left.names)
        some = count(there, "column") if shown == there else f"{shown} of {count(there, 'column')}"
        self._left_count.setText(some)
        self._right_count.setText(f"{count(len(self._right.names), 'column')} selected")


def _framed(view: QListView, parent: QWidget) -> QWidget:
    frame = QFrame(parent)
    frame.setProperty("kind", "card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(4, 4, 4, 4)
    layout.addWidget(view)
    return frame
