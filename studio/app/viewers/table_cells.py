"""How the cells of a table are drawn."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from studio.app.theme import theme
from studio.app.viewers.index import Index
from studio.app.viewers.row_numbers import ROW_HEIGHT
from studio.app.viewers.table_model import TableModel

_MARGIN = 10


class TableCells(QStyledItemDelegate):
    """Draws a cell: its text, a soft word where it is missing, dots until it comes."""

    def __init__(self, model: TableModel, parent: QObject) -> None:
        """Take the model that has the cells."""
        super().__init__(parent)
        self._table = model
        self._take_look()
        theme().changed.connect(self._take_look)

    def _take_look(self) -> None:
        look = theme()
        self._font, self._small = look.font(), look.font("caption")
        self._metrics = QFontMetrics(self._font)
        self._text, self._faint = look.colour("text"), look.colour("text_faint")
        self._line, self._selection = look.colour("line"), look.colour("selection")
        self._focus = look.colour("focus")
        self._dots = look.colour("line_strong")

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        row, column = index.row(), index.column()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._selection)
        painter.setPen(self._line)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        self._paint_text(painter, rect.adjusted(_MARGIN, 0, -_MARGIN, 0), row, column)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(self._focus)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _paint_text(self, painter: QPainter, inner: QRect, row: int, column: int) -> None:
        text = self._table.text(row, column)
        if text is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._dots)
            for place in range(3):
                painter.drawEllipse(inner.left() + place * 8, inner.center().y() - 1, 3, 3)
            return
        side = Qt.AlignmentFlag.AlignVCenter | (
            Qt.AlignmentFlag.AlignRight
            if self._table.is_right(column)
            else Qt.AlignmentFlag.AlignLeft
        )
        if not text and self._table.value(row, column) is None:
            painter.setFont(self._small)
            painter.setPen(self._faint)
            painter.drawText(inner, side, "missing")
            return
        if len(text) * 4 > inner.width():
            text = text[:400].replace("\n", " ")
            text = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.setFont(self._font)
        painter.setPen(self._text)
        painter.drawText(inner, side, text)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        text = self._table.text(index.row(), index.column()) or ""
        return QSize(self._metrics.horizontalAdvance(text[:80]) + 2 * _MARGIN + 2, ROW_HEIGHT)
