"""A flash that leads the eye to a field."""

from __future__ import annotations

from PySide6.QtCore import Property as QtProperty
from PySide6.QtCore import QPropertyAnimation, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QWidget
from typing_extensions import override

from studio.app.theme import RADIUS, theme

_FLASH_MS = 900


class _Flash(QWidget):
    """A veil in the accent's soft colour that fades."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._strength = 0.0
        self.setObjectName("flash")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(over.rect())

    def _get_strength(self) -> float:
        return self._strength

    def _set_strength(self, strength: float) -> None:
        self._strength = strength
        self.update()

    strength = QtProperty(float, _get_strength, _set_strength)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(self._strength * 0.35)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("focus"))
        painter.drawRoundedRect(self.rect(), RADIUS, RADIUS)
        painter.end()


def flash(widget: QWidget) -> None:
    """Scroll a widget into view and let it flash once."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    if above is not None:
        above.ensureWidgetVisible(widget, 0, 24)
    veil = _Flash(widget)
    veil.show()
    fade = QPropertyAnimation(veil, b"strength", veil)
    fade.setDuration(_FLASH_MS)
    fade.setStartValue(1.0)
    fade.setEndValue(0.0)
    fade.finished.connect(veil.deleteLater)
    fade.start()
