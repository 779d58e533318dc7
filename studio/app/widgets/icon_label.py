"""An icon that stands in a layout."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.app.icons import paint


class IconLabel(QWidget):
    """Draws an icon in the theme's present colour; the mouse goes through it."""

    def __init__(
        self, name: str, token: str, parent: QWidget | None = None, *, side: int = 14
    ) -> None:
        """Take the icon's name, the token of its colour, and its side in pixels."""
        super().__init__(parent)
        self._name, self._token = name, token
        self.setFixedSize(side, side)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_icon(self, name: str, token: str) -> None:
        """Show another icon."""
        self._name, self._token = name, token
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint(painter, self._name, self.rect().toRectF(), self._token)
        painter.end()
