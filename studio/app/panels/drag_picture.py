"""What an entry looks like while it is dragged: the node that it will be."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPixmap

from studio.app import icons
from studio.app.palette_entry import PaletteEntry
from studio.app.theme import theme

_HEIGHT = 40
_LEAST = 132
_MOST = 220
_PAD = 12.0
_ICON = 18.0


def drag_picture(entry: PaletteEntry, scale: float = 1.0) -> QPixmap:
    """Return the picture of an entry, at a device scale."""
    font = theme().font("strong")
    room = QFontMetricsF(font).horizontalAdvance(entry.title) + 2 * _PAD + _ICON + 10
    width = round(min(max(room, _LEAST), _MOST))
    picture = QPixmap(QSize(width, _HEIGHT) * scale)
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = theme().colour
    painter.setPen(QPen(colour(entry.token), 1.5))
    painter.setBrush(colour("raised"))
    painter.drawRoundedRect(QRectF(1, 1, width - 2, _HEIGHT - 2), 8, 8)
    icons.paint(painter, entry.icon, QRectF(_PAD, 11, _ICON, _ICON), entry.token)
    left = _PAD + _ICON + 8
    painter.setFont(font)
    painter.setPen(colour("text"))
    title = QFontMetricsF(font).elidedText(
        entry.title, Qt.TextElideMode.ElideRight, width - left - _PAD
    )
    painter.drawText(
        QRectF(left, 0, width - left, _HEIGHT), int(Qt.AlignmentFlag.AlignVCenter), title
    )
    painter.end()
    return picture
