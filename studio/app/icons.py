"""Icons: Lucide's drawings in the colours of the theme, sharp at any scale."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from typing_extensions import override

from studio import paths
from studio.app.theme import theme

FALLBACK = "box"


def icon(name: str, token: str = "text_soft") -> QIcon:
    """Return an icon that is drawn in the theme's present colour of a token."""
    return QIcon(_Engine(name, token))


def pixmap(name: str, size: int, token: str = "text_soft", scale: float = 1.0) -> QPixmap:
    """Return an icon as a picture of ``size`` logical pixels at a device scale."""
    picture = QPixmap(QSize(size, size) * scale)
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint(painter, name, QRectF(0, 0, size, size), token)
    painter.end()
    return picture


def paint(painter: QPainter, name: str, rect: QRectF, colour: str | QColor) -> None:
    """Draw an icon into a rectangle, in a colour or the colour of a token."""
    shade = theme().colour(colour) if isinstance(colour, str) else colour
    _renderer(name, shade.name()).render(painter, rect)


class _Engine(QIconEngine):
    """Draws an icon whenever it is asked to, so that a new theme shows at once."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name = name
        self._token = token

    @override
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        token = "text_faint" if mode == QIcon.Mode.Disabled else self._token
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        painter.save()
        if mode == QIcon.Mode.Disabled:
            painter.setOpacity(0.55)
        paint(painter, self._name, square, token)
        painter.restore()

    @override
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        if size.isEmpty():
            return QPixmap()
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return picture

    @override
    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._token)


@cache
def _drawing(name: str) -> str:
    folder = paths.resources() / "icons"
    file = folder / f"{name}.svg"
    return (file if file.is_file() else folder / f"{FALLBACK}.svg").read_text(encoding="utf-8")


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour).encode()))
