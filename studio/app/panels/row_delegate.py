"""The rows of the panels' lists: one line high, drawn from the theme's colours."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from studio.app.theme import RADIUS, SPACE, theme

ROW = 28
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
"""The parent of the rows of a list."""


class RowDelegate(QStyledItemDelegate):
    """Draws the ground of a row; a subclass draws what stands on it."""

    height = ROW

    def paint_row(self, painter: QPainter, rect: QRect, value: Any) -> None:
        """Draw the content of a row; ``value`` is what the model has for ``UserRole``."""
        raise NotImplementedError

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        state = option.state
        rect: QRect = option.rect
        painter.save()
        token = ""
        if state & QStyle.StateFlag.State_Selected:
            token = "selection"
        elif state & QStyle.StateFlag.State_MouseOver:
            token = "sunken"
        if token:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour(token))
            painter.drawRoundedRect(rect.adjusted(SPACE, 1, -SPACE, -1), RADIUS, RADIUS)
        inner = rect.adjusted(3 * SPACE, 0, -3 * SPACE, 0)
        self.paint_row(painter, inner, index.data(Qt.ItemDataRole.UserRole))
        painter.restore()

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self.height)


def draw_text(
    painter: QPainter,
    rect: QRect,
    text: str,
    token: str = "text",
    font: QFont | None = None,
    *,
    right: bool = False,
) -> int:
    """Draw a line of text, cut with “…” where it is too long; return the width it took."""
    font = font or theme().font("body")
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(rect.width(), 0))
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.setFont(font)
    painter.setPen(theme().colour(token))
    painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, shown)
    return metrics.horizontalAdvance(shown)
