"""A legend: the name of each series beside its colour; one can be chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget
from typing_extensions import override

from studio.app.theme import theme
from studio.app.viewers.charts import shade
from studio.app.viewers.flow import Flow


class LegendKey(QAbstractButton):
    """A line in a colour, and the name that it stands for."""

    def __init__(self, text: str, place: int, *, chooses: bool) -> None:
        """Take the name and the place of the series among the colours."""
        super().__init__()
        self._place = place
        self.setText(text)
        self.setObjectName(f"legend_{place}")
        self.setAccessibleName(text)
        self.setCheckable(chooses)
        self.setEnabled(chooses)
        if chooses:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme().changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 48, 28)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent_soft"))
            painter.drawRoundedRect(frame, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(look.colour("focus"))
            painter.drawRoundedRect(frame, 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade(self._place))
        painter.drawRoundedRect(QRectF(10, self.height() / 2 - 2, 18, 4), 2, 2)
        pale = self.isCheckable() and not self.isChecked()
        painter.setPen(look.colour("text_soft" if pale else "text"))
        painter.setFont(look.font("body"))
        text = QRectF(36, 0, self.width() - 36, self.height())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.text())


class Legend(QWidget):
    """The names of series; ``chosen`` where one can be brought to the front."""

    chosen = Signal(int)

    def __init__(self, names: Sequence[str], *, chooses: bool = False) -> None:
        """Take the names in the order of their colours."""
        super().__init__()
        self.setObjectName("legend")
        layout = Flow(self, spacing=4)
        self._group = QButtonGroup(self)
        for place, name in enumerate(names):
            key = LegendKey(name, place, chooses=chooses)
            self._group.addButton(key, place)
            layout.addWidget(key)
        if chooses and names:
            self._group.button(0).setChecked(True)
            self._group.idClicked.connect(self.chosen)
