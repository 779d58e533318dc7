"""The mark of Wireloom: threads that come together in one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.app.theme import theme

_SIDE = 44
_THREADS = ((13.0, "table"), (22.0, "learner"), (31.0, "transform"))
_KNOT = QPointF(33, 22)


class WordMark(QWidget):
    """Draws the mark, in the colours of what travels on links."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the mark."""
        super().__init__(parent)
        self.setFixedSize(_SIDE, _SIDE)
        theme().changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = theme().colour
        painter.setPen(QPen(colour("line"), 1))
        painter.setBrush(colour("surface"))
        painter.drawRoundedRect(QRectF(0.5, 0.5, _SIDE - 1, _SIDE - 1), 12, 12)
        for height, token in _THREADS:
            begin = QPointF(11, height)
            path = QPainterPath(begin)
            path.cubicTo(begin + QPointF(11, 0), _KNOT - QPointF(11, 0), _KNOT)
            painter.setPen(
                QPen(colour(token), 2.25, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            )
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path)
            _dot(painter, begin, 3.25, token)
        _dot(painter, _KNOT, 4.5, "accent")


def _dot(painter: QPainter, at: QPointF, radius: float, token: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().colour(token))
    painter.drawEllipse(at, radius, radius)
