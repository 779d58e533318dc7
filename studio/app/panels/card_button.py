"""A card that can be pressed: by mouse, by Enter, and found with the Tab and arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget
from typing_extensions import override

from studio.app.theme import theme


class CardButton(QAbstractButton):
    """The frame of a card; what is on it is drawn by subclasses."""

    def __init__(self, title: str, detail: str, parent: QWidget | None = None) -> None:
        """Make the card; title and detail are what it is called for screen readers."""
        super().__init__(parent)
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(detail)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme().changed.connect(self.update)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Enter too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def draw_frame(self, painter: QPainter, radius: float = 10) -> QRectF:
        """Draw the card itself, as it is focused or hovered; returns where it is."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        colour = theme().colour
        line = QPen(colour("line"), 1)
        if self.hasFocus():
            line = QPen(colour("accent"), 2)
        elif self.underMouse():
            line = QPen(colour("focus"), 1)
        painter.setPen(line)
        painter.setBrush(colour("sunken" if self.isDown() else "surface"))
        painter.drawRoundedRect(rect, radius, radius)
        return rect
