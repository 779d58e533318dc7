"""A small table that is all there: what models and transforms have to say in rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView
from typing_extensions import override

from studio.app.figures import cell, decimals_of, full
from studio.app.viewers.index import ROOT, Index
from studio.app.widgets.names import name_of

MOST_HEIGHT = 360
ROW_HEIGHT = 28


class GridModel(QAbstractTableModel):
    """Rows of values with the names of their columns."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[Any]], parent: QObject):
        """Take the names and the rows."""
        super().__init__(parent)
        self.columns, self.rows = tuple(columns), [tuple(row) for row in rows]
        values = [[row[place] for row in self.rows] for place in range(len(self.columns))]
        self._decimals = [decimals_of(items[:200]) for items in values]
        self._right = [
            any(isinstance(v, int | float) and not isinstance(v, bool) for v in items)
            for items in values
        ]

    @override
    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    @override
    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        value, column = self.rows[index.row()][index.column()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            if isinstance(value, bool):
                return "Yes" if value else "No"
            return "–" if value is None else cell(value, self._decimals[column])
        if role == Qt.ItemDataRole.ToolTipRole:
            return full(value)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(column)
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(section)
        return self.columns[section] if role == Qt.ItemDataRole.DisplayRole else None

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(self.columns):
            return
        self.layoutAboutToBeChanged.emit()
        known = [row for row in self.rows if row[column] is not None]
        rest = [row for row in self.rows if row[column] is None]
        is_number = self._right[column]
        known.sort(
            key=lambda row: (row[column] if is_number else 0, str(row[column])),
            reverse=order == Qt.SortOrder.DescendingOrder,
        )
        self.rows = known + rest
        self.layoutChanged.emit()

    def _side(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if self._right[column] else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class Grid(QTableView):
    """Shows a small table; a click on a name sorts."""

    def __init__(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Take the names of the columns and the rows."""
        super().__init__()
        self.table = GridModel(columns, rows, self)
        self.setModel(self.table)
        self.setObjectName(f"grid_{name_of(name)}")
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setStyleSheet("QTableView::item { padding: 0 8px; }")
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        header.setMaximumSectionSize(360)
        self.resizeColumnsToContents()
        for place in range(len(columns)):
            self.setColumnWidth(place, self.columnWidth(place) + 24)
        header.setStretchLastSection(False)
        height = len(rows) * ROW_HEIGHT + header.sizeHint().height() + 14
        self.setFixedHeight(min(height, MOST_HEIGHT))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not event.matches(QKeySequence.StandardKey.Copy):
            super().keyPressEvent(event)
            return
        lines = sorted({index.row() for index in self.selectionModel().selectedIndexes()})
        rows = ["\t".join(full(value) for value in self.table.rows[line]) for line in lines]
        QGuiApplication.clipboard().setText("\n".join(["\t".join(self.table.columns), *rows]))
