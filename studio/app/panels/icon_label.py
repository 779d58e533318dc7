"""An icon that stands in a layout, in the theme's present colour."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.app import icons


class IconLabel(QWidget):
    """Draws an icon."""

    def __init__(
        self, name: str, token: str, side: int = 18, parent: QWidget | None = None
    ) -> None:
        """Take the icon's name, the token of its colour, and its side in pixels."""
        super().__init__(parent)
        self._name = name
        self._token = token
        self.setFixedSize(side, side)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.paint(painter, self._name, self.rect().toRectF(), self._token)
        painter.end()
