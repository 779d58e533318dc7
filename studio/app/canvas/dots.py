"""The dots behind the canvas: drawn once for a zoom, and shifted while the canvas is panned."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPen, QPixmap, QTransform

from studio.app.canvas.ink import ink
from studio.app.canvas.metrics import DOTS

_LEAST = 14.0
"""Dots that would be nearer to each other than this, in pixels, are thinned out."""


class Dots:
    """A picture of dots that is a little larger than the viewport."""

    def __init__(self) -> None:
        """Draw nothing yet."""
        self._picture = QPixmap()
        self._drawn_for: tuple[object, ...] = ()

    def paint(self, painter: QPainter, rect: QRectF, size: QSize, view: QTransform) -> None:
        """Fill ``rect`` of the scene; ``size`` is the viewport's and ``view`` what it shows."""
        colours = ink()
        painter.fillRect(rect, colours.brush("canvas"))
        step = DOTS * view.m11()
        while step < _LEAST:
            step *= 2
        scale = painter.device().devicePixelRatio()
        pen = QPen(colours.pen("grid", 2.0))
        wanted = (size, step, scale, pen.color().rgb())
        if wanted != self._drawn_for:
            self._draw(size, step, scale, pen)
            self._drawn_for = wanted
        painter.save()
        painter.setClipRect(rect)
        painter.resetTransform()
        at = QPointF(view.dx() % step - step, view.dy() % step - step)
        painter.drawPixmap(at, self._picture)
        painter.restore()

    def _draw(self, size: QSize, step: float, scale: float, pen: QPen) -> None:
        across, down = math.ceil(size.width() / step) + 2, math.ceil(size.height() / step) + 2
        self._picture = QPixmap(QSize(math.ceil(across * step), math.ceil(down * step)) * scale)
        self._picture.setDevicePixelRatio(scale)
        self._picture.fill(ink().brush("canvas").color())
        painter = QPainter(self._picture)
        painter.setPen(pen)
        painter.drawPoints(
            [QPointF(x * step, y * step) for x in range(across) for y in range(down)]
        )
        painter.end()
