"""Swatches: the colours that frames and notes can have."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.app.theme import theme
from studio.document.items import Frame, Note

_HUES = (8, 30, 95, 150, 190, 265, 320)
_SIDE = 28
_NAMES = ("Blue grey", "Yellow", "Red", "Orange", "Green", "Mint", "Cyan", "Violet", "Pink", "Grey")


def swatch_colours() -> tuple[str, ...]:
    """Return the colours: what frames and notes have first, and calm ones around the circle."""
    pale = tuple(QColor.fromHsl(hue, 150, 228).name() for hue in _HUES)
    return (Frame.colour, Note.colour, *pale, QColor.fromHsl(0, 0, 232).name())


class Swatches(QWidget):
    """A row of colours, one of them taken; Left and Right go along it."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Take its name for those who look for it."""
        super().__init__(parent)
        self._colours = swatch_colours()
        self._colour = ""
        self.setObjectName(name)
        self.setAccessibleName("Colour")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(_SIDE)
        theme().changed.connect(self.update)

    def show_colour(self, colour: str) -> None:
        """Show which colour is taken."""
        self._colour = colour
        place = self._place()
        self.setAccessibleDescription(_NAMES[place] if place >= 0 else colour)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(_SIDE * len(self._colours), _SIDE)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = int(event.position().x() // _SIDE)
        if place < len(self._colours):
            self._choose(place)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the next colour or the one before."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._choose((self._place() + step) % len(self._colours))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, colour in enumerate(self._colours):
            centre = QPointF(place * _SIDE + _SIDE / 2, _SIDE / 2)
            if place == self._place():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme().colour("focus" if self.hasFocus() else "accent"), 2))
                painter.drawEllipse(centre, 12, 12)
            painter.setPen(QPen(theme().colour("line_strong"), 1))
            painter.setBrush(QColor(colour))
            painter.drawEllipse(centre, 8.5, 8.5)
        painter.end()

    def _place(self) -> int:
        return self._colours.index(self._colour) if self._colour in self._colours else -1

    def _choose(self, place: int) -> None:
        self.show_colour(self._colours[place])
        self.chosen.emit(self._colour)
