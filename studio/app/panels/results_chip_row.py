"""The chips of a node's ports in one line, and how those are reached for which there is no room."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget
from typing_extensions import override

from studio.app.panels.results_chips import HEIGHT, PortChips
from studio.app.widgets.tool_button import tool_button

_STEP = 0.75
"""The part of the line by which an arrow moves it."""


class ChipRow(QWidget):
    """Where not all chips have room, arrows and the wheel move them; the chosen one is seen."""

    def __init__(self, chips: PortChips) -> None:
        """Take the chips."""
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self._chips = chips
        self._area = _Line(chips)
        self._back = tool_button("chips_back", "chevron-left", "Earlier ports", self._go_back)
        self._on = tool_button("chips_on", "chevron-right", "More ports", self._go_on)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self._back, self._area, self._on):
            layout.addWidget(widget)
        # In a turn of its own: what comes and goes while a line is laid out gets no room in it.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._follow)
        bar = self._area.horizontalScrollBar()
        bar.rangeChanged.connect(self._soon.start)
        bar.valueChanged.connect(self._refresh)
        chips.marked.connect(self._soon.start)
        self._refresh()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._soon.start()

    def _follow(self) -> None:
        """Let the chosen chip be seen."""
        self._refresh()
        chip = self._chips.chosen_chip
        if chip is not None:
            self._area.ensureWidgetVisible(chip, HEIGHT, 0)

    def _refresh(self) -> None:
        bar = self._area.horizontalScrollBar()
        has_more = self._chips.sizeHint().width() > self.width()
        for button, is_there in (
            (self._back, bar.value() > bar.minimum()),
            (self._on, bar.value() < bar.maximum()),
        ):
            button.setVisible(has_more)
            button.setEnabled(is_there)

    def _go_back(self) -> None:
        self._area.move_by(-_STEP * self._area.width())

    def _go_on(self) -> None:
        self._area.move_by(_STEP * self._area.width())


class _Line(QScrollArea):
    """What is seen of the chips."""

    def __init__(self, chips: PortChips) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFixedHeight(HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(chips)
        self.viewport().setAutoFillBackground(False)
        chips.setAutoFillBackground(False)

    def move_by(self, pixels: float) -> None:
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() + round(pixels))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        self.move_by(-(delta.x() or delta.y()) / 2)
        event.accept()
