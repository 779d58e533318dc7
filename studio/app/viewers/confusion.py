"""A confusion matrix with its titles: actual classes down, predicted ones across."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget
from typing_extensions import override

from studio.app.theme import theme
from studio.app.viewers.heat_table import HeatTable
from studio.app.viewers.labels import label
from studio.app.viewers.pictures import PictureButton

MOST_HEIGHT, MOST_WIDTH = 560, 720


class UprightLabel(QWidget):
    """A text that is read from below."""

    def __init__(self, text: str) -> None:
        """Take the text."""
        super().__init__()
        self._text = text
        self.setAccessibleName(text)
        theme().changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(18, 60)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme().font("caption"))
        painter.setPen(theme().colour("text_soft"))
        painter.translate(QPointF(0, self.height()))
        painter.rotate(-90)
        place = QRectF(0, 0, self.height(), self.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._text)


class Confusion(QWidget):
    """Counts of actual against predicted classes, with row percentages."""

    def __init__(
        self,
        classes: Sequence[str],
        counts: Sequence[Sequence[int]],
        say: Callable[[str, str], None],
        name: str = "Confusion matrix",
    ) -> None:
        """Take ``counts[actual][predicted]``."""
        super().__init__()
        self.setObjectName("confusion")
        self.setAccessibleName(name)
        self.table = HeatTable(name, classes, classes, counts, frames_diagonal=True)
        title = label("Predicted class", "caption")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        grid.addWidget(title, 0, 1, Qt.AlignmentFlag.AlignHCenter)
        grid.addWidget(PictureButton(self, say), 0, 2)
        grid.addWidget(UprightLabel("Actual class"), 1, 0)
        grid.addWidget(self.table, 1, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(2, 1)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        size = self.table.whole_size()
        self.table.setFixedHeight(min(size.height(), MOST_HEIGHT))
        self.table.setMaximumWidth(size.width())
        self.table.setMinimumWidth(min(size.width(), MOST_WIDTH))
        self.setMaximumWidth(size.width() + 64)
