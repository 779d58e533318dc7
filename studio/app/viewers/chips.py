"""Names as small rounded chips that go on in the next line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.app.theme import theme
from studio.app.viewers.flow import Flow
from studio.app.viewers.labels import label

MOST = 60
_WIDEST = 240


class Chip(QWidget):
    """One name on a soft ground."""

    def __init__(self, text: str) -> None:
        """Take the name."""
        super().__init__()
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip(text)
        theme().changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(min(_WIDEST, self.fontMetrics().horizontalAdvance(self._text) + 20), 24)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(look.colour("line"))
        painter.setBrush(look.colour("sunken"))
        painter.drawRoundedRect(frame, 6, 6)
        painter.setPen(look.colour("text"))
        text = self.fontMetrics().elidedText(
            self._text, Qt.TextElideMode.ElideRight, self.width() - 18
        )
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, text)


class Chips(QWidget):
    """Several names; beyond a number only how many more there are."""

    def __init__(self, names: Sequence[str], in_all: int | None = None) -> None:
        """Take the names, and how many there are in all."""
        super().__init__()
        self.setObjectName("chips")
        layout = Flow(self, spacing=6)
        for name in names[:MOST]:
            layout.addWidget(Chip(name))
        more = (in_all or len(names)) - min(MOST, len(names))
        if more > 0:
            layout.addWidget(label(f"and {more:,} more", "caption"))
