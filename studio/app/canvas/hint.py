"""A line of help over the lower edge of the canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

from studio.app.canvas.ink import ink

_ABOVE = 20


class Hint(QLabel):
    """Says what the keys do in the middle of something; empty, it is not there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("canvas_hint")
        self.setAccessibleName("Help for what you are doing")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setContentsMargins(16, 8, 16, 8)
        self.hide()

    def show_text(self, text: str) -> None:
        """Show a line, or nothing."""
        self.setText(text)
        self.setVisible(bool(text))
        self.adjustSize()
        self.place()
        self.raise_()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(ink().pen("line_strong"))
        painter.setBrush(ink().brush("raised"))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
        painter.end()
        super().paintEvent(event)

    def place(self) -> None:
        """Stand in the middle over the lower edge."""
        x = (self._over.width() - self.width()) // 2
        self.move(max(0, x), self._over.height() - self.height() - _ABOVE)
