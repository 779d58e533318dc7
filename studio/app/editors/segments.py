"""The segmented control: a few choices side by side, one of them taken."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.app.theme import RADIUS, theme

_HEIGHT = 30


class Segments(QWidget):
    """Draws its choices in one rounded bar; Left and Right go from one to the next."""

    chosen = Signal(int)

    def __init__(self, texts: Sequence[str], parent: QWidget | None = None) -> None:
        """Take what stands on the segments."""
        super().__init__(parent)
        self._texts = tuple(texts)
        self._index = -1
        self._hovered = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    @property
    def index(self) -> int:
        """Which segment is taken; -1 where none is."""
        return self._index

    def set_index(self, index: int) -> None:
        """Show which segment is taken, without telling."""
        self._index = index
        self.setAccessibleDescription(self._texts[index] if index >= 0 else "")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        widest = max(
            (self.fontMetrics().horizontalAdvance(text) for text in self._texts), default=0
        )
        return QSize((widest + 24) * len(self._texts), _HEIGHT)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(60 * len(self._texts), _HEIGHT)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next or the previous segment."""
        step = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1,
            Qt.Key.Key_Space: 1,
        }.get(Qt.Key(event.key()))  # fmt: skip
        if step is None:
            super().keyPressEvent(event)
        else:
            self._choose((max(self._index, -1) + step) % len(self._texts))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._at(event.position()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._at(event.position()))

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look, bar = theme(), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wrong = bool(self.property("wrong"))
        edge = "bad" if wrong else "focus" if self.hasFocus() else "line"
        painter.setPen(QPen(look.colour(edge), 1))
        painter.setBrush(look.colour("bad_soft" if wrong else "sunken"))
        painter.drawRoundedRect(bar, RADIUS, RADIUS)
        for index, text in enumerate(self._texts):
            self._paint_segment(painter, index, text)
        painter.end()

    def _paint_segment(self, painter: QPainter, index: int, text: str) -> None:
        look, rect = theme(), self._rect(index)
        taken = index == self._index
        if taken:
            painter.setPen(QPen(look.colour("line_strong"), 1))
            painter.setBrush(look.colour("raised"))
            painter.drawRoundedRect(rect.adjusted(2.5, 2.5, -2.5, -2.5), RADIUS - 2, RADIUS - 2)
        token = "text" if taken or index == self._hovered else "text_soft"
        painter.setPen(look.colour(token if self.isEnabled() else "text_faint"))
        painter.setFont(look.font("strong" if taken else "body"))
        room = int(rect.width()) - 8
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, shown)

    def _rect(self, index: int) -> QRectF:
        width = self.width() / max(1, len(self._texts))
        return QRectF(index * width, 0, width, self.height())

    def _at(self, point: QPointF) -> int:
        index = int(point.x() * len(self._texts) / max(1, self.width()))
        return min(max(index, 0), len(self._texts) - 1)

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.update()

    def _choose(self, index: int) -> None:
        if index != self._index:
            self.set_index(index)
            self.chosen.emit(index)
