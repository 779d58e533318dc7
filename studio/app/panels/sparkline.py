"""A small line of numbers over time, without axes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.app.theme import theme

_SIZE = QSize(180, 28)
_PAD = 2.0


class Sparkline(QWidget):
    """Draws the numbers from left to right, the latest at the right edge; zero is the floor."""

    def __init__(self, name: str, label: str, places: int) -> None:
        """Make a line with room for so many numbers."""
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setToolTip(label)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.numbers: Sequence[float] = ()
        self._places = max(places, 2)
        theme().changed.connect(self.update)

    def show_numbers(self, numbers: Sequence[float]) -> None:
        """Show other numbers; of too many the last ones."""
        self.numbers = numbers[-self._places :]
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return _SIZE

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(_PAD, _PAD, -_PAD, -_PAD)
        painter.setPen(QPen(theme().colour("line_strong"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        points = self._points(box)
        if len(points) > 1:
            ground = QPolygonF(points)
            ground.append(QPointF(points[-1].x(), box.bottom()))
            ground.append(QPointF(points[0].x(), box.bottom()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour("accent_soft"))
            painter.drawPolygon(ground)
            painter.setPen(QPen(theme().colour("accent"), 1.5))
            painter.drawPolyline(QPolygonF(points))
        painter.end()

    def _points(self, box: QRectF) -> list[QPointF]:
        highest = max(self.numbers, default=0.0) or 1.0
        step = box.width() / (self._places - 1)
        start = box.right() - step * (len(self.numbers) - 1)
        return [
            QPointF(start + step * place, box.bottom() - box.height() * number / highest)
            for place, number in enumerate(self.numbers)
        ]
