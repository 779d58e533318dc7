"""A card of one or two lines: an icon, a title, a detail below it, and a word at its right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.app import icons
from studio.app.panels.card_button import CardButton
from studio.app.panels.marked_text import draw_marked
from studio.app.theme import theme

HEIGHT = 52
_ICON = 20.0
_PAD = 12.0


class LineCard(CardButton):
    """A compact card: a recent file or a sample dataset."""

    def __init__(
        self,
        title: str,
        detail: str,
        icon: str,
        token: str,
        side: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Make the card; ``side`` stands at its right, and ``token`` is the icon's colour."""
        super().__init__(title, detail, parent)
        self.detail = detail
        self.side = side
        self._icon = icon
        self._token = token
        self.setFixedHeight(HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        frame = self.draw_frame(painter, 8)
        colour, caption = theme().colour, theme().font("caption")
        icon = QRectF(frame.left() + _PAD, frame.center().y() - _ICON / 2, _ICON, _ICON)
        icons.paint(painter, self._icon, icon, self._token)
        right = frame.right() - _PAD
        if self.side:
            width = QFontMetricsF(caption).horizontalAdvance(self.side)
            painter.setFont(caption)
            painter.setPen(colour("text_faint"))
            place = QRectF(right - width, frame.top() + 9, width, 16)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), self.side)
            right = place.left() - 8
        left = icon.right() + 12
        above = QRectF(left, frame.top() + 7, right - left, 20)
        draw_marked(painter, above, self.text(), theme().font(), colour("text"))
        below = QRectF(left, frame.top() + 27, frame.right() - _PAD - left, 16)
        draw_marked(painter, below, self.detail, caption, colour("text_faint"))
