"""The numbers of a table's rows."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget
from typing_extensions import override

from studio.app.theme import theme

ROW_HEIGHT = 28
_MARGIN = 10


class RowNumbers(QHeaderView):
    """Draws the number of each row, as wide as the last one needs; a click selects the row."""

    def __init__(self, parent: QWidget) -> None:
        """Begin with room for few rows."""
        super().__init__(Qt.Orientation.Vertical, parent)
        self._width = 0
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setDefaultSectionSize(ROW_HEIGHT)
        self.setSectionsClickable(True)
        self.make_room(0)

    def make_room(self, rows: int) -> None:
        """Be wide enough for so many rows."""
        widest = "0" * max(3, len(f"{rows:,}"))
        metrics = QFontMetrics(theme().font("caption"))
        self._width = metrics.horizontalAdvance(widest) + 2 * _MARGIN
        self.setFixedWidth(self._width)

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._width, ROW_HEIGHT)

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        look = theme()
        painter.fillRect(rect, look.colour("surface"))
        painter.setPen(look.colour("line"))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(look.colour("text_faint"))
        painter.setFont(look.font("caption"))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(0, 0, -_MARGIN, 0), side, f"{logicalIndex + 1:,}")
