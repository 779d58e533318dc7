"""A table of counts as a heat map: confusion matrices and cross-tabs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QObject,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from studio.app.figures import count, share
from studio.app.theme import theme
from studio.app.viewers.index import ROOT, Index

CELL = QSize(84, 40)


class HeatModel(QAbstractTableModel):
    """Counts by row and column, with the names of both."""

    def __init__(
        self,
        rows: Sequence[str],
        columns: Sequence[str],
        counts: Sequence[Sequence[int]],
        parent: QObject,
    ) -> None:
        """Take ``counts[row][column]``."""
        super().__init__(parent)
        self.rows, self.columns = tuple(rows), tuple(columns)
        self.counts = [list(line) for line in counts]
        self.sums = [sum(line) for line in self.counts]

    def set_counts(self, counts: Sequence[Sequence[int]]) -> None:
        """Take other counts of the same rows and columns."""
        self.counts = [list(line) for line in counts]
        self.sums = [sum(line) for line in self.counts]
        last = self.index(len(self.rows) - 1, len(self.columns) - 1)
        self.dataChanged.emit(self.index(0, 0), last)

    @override
    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    @override
    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        number = self.counts[index.row()][index.column()]
        part = share(number, self.sums[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{part} ({number:,})"
        if role == Qt.ItemDataRole.ToolTipRole:
            row, column = self.rows[index.row()], self.columns[index.column()]
            return f"{row} × {column}: {count(number, 'row')}, {part} of {row}"
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        return (self.columns if orientation == Qt.Orientation.Horizontal else self.rows)[section]


class _HeatCells(QStyledItemDelegate):
    """Draws a cell on a ground that is the deeper, the larger its share of the row is."""

    def __init__(self, model: HeatModel, frames_diagonal: bool, parent: QObject) -> None:
        super().__init__(parent)
        self._heat, self._frames = model, frames_diagonal

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = theme()
        rect: QRect = option.rect
        number = self._heat.counts[index.row()][index.column()]
        part = number / (self._heat.sums[index.row()] or 1)
        ground = look.colour("surface")
        painter.fillRect(rect, ground)
        heat = look.colour("accent")
        heat.setAlphaF(0.06 + 0.74 * part if number else 0.0)
        inner = rect.adjusted(1, 1, -1, -1)
        painter.fillRect(inner, heat)
        if self._frames and index.row() == index.column():
            painter.setPen(look.colour("accent_strong"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(inner.adjusted(0, 0, -1, -1))
        painter.setPen(look.colour("text_on_accent" if part > 0.55 else "text"))
        painter.setFont(look.font("strong" if part > 0.55 else "body"))
        upper = QRect(inner.left(), inner.top() + 3, inner.width(), 18)
        painter.drawText(
            upper, Qt.AlignmentFlag.AlignCenter, share(number, self._heat.sums[index.row()])
        )
        painter.setFont(look.font("caption"))
        painter.setOpacity(0.8)
        lower = QRect(inner.left(), inner.top() + 20, inner.width(), 14)
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, f"{number:,}")
        painter.setOpacity(1.0)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return CELL


class HeatTable(QTableView):
    """Shows counts by two kinds of categories, with shares of each row."""

    def __init__(
        self,
        name: str,
        rows: Sequence[str],
        columns: Sequence[str],
        counts: Sequence[Sequence[int]],
        *,
        frames_diagonal: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Take ``counts[row][column]``; the diagonal is framed where rows and columns are alike."""
        super().__init__(parent)
        self.heat = model = HeatModel(rows, columns, counts, self)
        self.setModel(model)
        self.setObjectName("heat_table")
        self.setAccessibleName(name)
        self.setItemDelegate(_HeatCells(model, frames_diagonal, self))
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across.setDefaultSectionSize(self._cell_width(columns))
        across.setTextElideMode(Qt.TextElideMode.ElideRight)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(CELL.height())
        down.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        down.setMaximumWidth(160)
        self.setWordWrap(False)
        self.setSizeAdjustPolicy(QAbstractItemView.SizeAdjustPolicy.AdjustToContents)
        theme().changed.connect(self.viewport().update)

    def whole_size(self) -> QSize:
        """Return the size at which nothing needs to be scrolled."""
        self.ensurePolished()
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.ensurePolished()
        down.ensurePolished()
        width = min(down.sizeHint().width(), down.maximumWidth()) + across.length() + 2
        return QSize(width, across.sizeHint().height() + down.length() + 2)

    def _cell_width(self, columns: Sequence[str]) -> int:
        widest = max((self.fontMetrics().horizontalAdvance(name) for name in columns), default=0)
        return max(CELL.width(), min(widest + 24, 140))
