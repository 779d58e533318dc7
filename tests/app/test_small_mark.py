"""From far away, too, a status can be told without its colour."""

from __future__ import annotations

import itertools

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from studio.app.canvas.small_mark import SHAPES, SIZE
from studio.app.node_state import STATUS_TEXT

FAR = 8
"""Pixels of a mark at the scale from which on titles are written, or hardly fewer."""


def drawn(qapp: QApplication, status: str) -> list[int]:
    """Return the grey values of a mark of few pixels."""
    image = QImage(FAR, FAR, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(FAR / SIZE, FAR / SIZE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.GlobalColor.white)
    painter.drawPolygon(SHAPES[status])
    painter.end()
    return [image.pixelColor(x, y).red() for y in range(FAR) for x in range(FAR)]


def test_no_two_statuses_have_one_shape(qapp: QApplication) -> None:
    assert set(SHAPES) == set(STATUS_TEXT) - {"unknown", "ready", "disabled"}
    pictures = {status: drawn(qapp, status) for status in SHAPES}
    for (one, first), (two, second) in itertools.combinations(pictures.items(), 2):
        other = sum(abs(a - b) > 128 for a, b in zip(first, second, strict=True))
        assert other >= FAR, (one, two)
