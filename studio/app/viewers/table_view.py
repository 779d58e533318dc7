"""The grid of a table: cells, row numbers and header, with the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget
from typing_extensions import override

from studio.app.theme import theme
from studio.app.viewers.profiles import Profiles
from studio.app.viewers.row_numbers import ROW_HEIGHT, RowNumbers
from studio.app.viewers.table_cells import TableCells
from studio.app.viewers.table_header import TableHeader
from studio.app.viewers.table_model import TableModel

WIDEST = 320
"""Pixels that a column is wide at most before somebody drags it."""


class TableView(QTableView):
    """Shows a table and tells which part of it is in sight."""

    copy_wanted = Signal(bool)
    menu_wanted = Signal(int, object)

    def __init__(self, model: TableModel, profiles: Profiles, parent: QWidget) -> None:
        """Take the model and the profiles of its columns."""
        super().__init__(parent)
        self._table, self._profiles = model, profiles
        self._is_fitted = False
        self.setObjectName("table_view")
        self.setAccessibleName("Rows")
        self.header = TableHeader(model, profiles, self)
        self.setHorizontalHeader(self.header)
        self.numbers = RowNumbers(self)
        self.setVerticalHeader(self.numbers)
        self.setItemDelegate(TableCells(model, self))
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setModel(model)
        self.numbers.make_room(model.rows_in_all)
        self.header.sectionResized.connect(self.look)
        self.horizontalScrollBar().valueChanged.connect(self.look)
        self.verticalScrollBar().valueChanged.connect(self.look)
        model.counted.connect(self._counted)
        model.dataChanged.connect(self._fit_columns)
        theme().changed.connect(self.viewport().update)

    def look(self) -> None:
        """Ask for what is in sight."""
        height, width = self.viewport().height(), self.viewport().width()
        if not self.isVisible() or not self._table.columns:
            return
        first = max(0, self.rowAt(0))
        bottom = self.rowAt(height - 1)
        last = max(first, self._table.rowCount() - 1 if bottom < 0 else bottom)
        left = max(0, self.columnAt(0))
        edge = self.columnAt(width - 1)
        right = len(self._table.columns) - 1 if edge < 0 else edge
        last = min(last, first + height // ROW_HEIGHT + 2)
        self._table.pages.look_at(first, last, left, right)
        self._want_profiles(left, right)

    def show_column(self, column: int) -> None:
        """Bring a column into sight."""
        row = max(0, self.rowAt(0))
        self.setColumnHidden(column, False)
        self.scrollTo(self._table.index(row, column), QAbstractItemView.ScrollHint.EnsureVisible)

    def show_row(self, row: int) -> None:
        """Bring a row into sight and make it the current one."""
        row = max(0, min(row, self._table.rowCount() - 1))
        column = max(0, self.currentIndex().column())
        index = self._table.index(row, column)
        chosen = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(
            index, chosen | QItemSelectionModel.SelectionFlag.Rows
        )
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit(False)
        elif event.key() == Qt.Key.Key_Menu:
            spot = self.visualRect(self.currentIndex()).center()
            self.menu_wanted.emit(self.currentIndex().column(), self.viewport().mapToGlobal(spot))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.header.column_chosen.emit(self.currentIndex().column())
        else:
            super().keyPressEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(self.columnAt(event.pos().x()), event.globalPos())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.look()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()

    def _counted(self) -> None:
        self.numbers.make_room(self._table.rows_in_all)
        self.viewport().update()

    def _fit_columns(self, first: QModelIndex, last: QModelIndex) -> None:
        """Make columns as wide as their first cells need, once."""
        if self._is_fitted:
            return
        self._is_fitted = True
        metrics = self.fontMetrics()
        rows = range(first.row(), min(last.row() + 1, first.row() + 24))
        for column in range(min(len(self._table.columns), 200)):
            name = metrics.horizontalAdvance(self._table.columns[column]) + 66
            cells = [self._table.text(row, column) or "" for row in rows]
            width = max([name, *(metrics.horizontalAdvance(text[:60]) + 24 for text in cells)])
            self.setColumnWidth(column, max(104, min(width, WIDEST)))

    def _want_profiles(self, left: int, right: int) -> None:
        shown = (c for c in range(left, right + 1) if not self.isColumnHidden(c))
        if not self.header.is_compact:
            self._profiles.want([self._table.columns[column] for column in shown])
