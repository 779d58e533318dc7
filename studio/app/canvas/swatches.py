"""The colours that a person can give frames and notes; they are kept in the document."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from studio.app.canvas.ink import ink
from studio.document.items import Frame, Note

_SIDE = 16

SWATCHES = (
    ("Blue", Frame("blue").colour),
    ("Yellow", Note("yellow").colour),
    *(
        (name, QColor.fromHsl(hue, 120, 228).name())
        for name, hue in (("Green", 145), ("Red", 5), ("Purple", 265), ("Orange", 28))
    ),
    ("Grey", QColor.fromHsl(0, 0, 230).name()),
)
"""Names and colours, pale ones, since things stand on them."""


def swatch_icon(colour: str) -> QIcon:
    """Return a spot of a colour."""
    picture = QPixmap(_SIDE, _SIDE)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(ink().pen("line_strong"))
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(QRectF(1.5, 1.5, _SIDE - 3, _SIDE - 3), 4, 4)
    painter.end()
    return QIcon(picture)
