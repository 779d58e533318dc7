"""A splitter that stands its parts side by side in a wide place, and one above the other else."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget
from typing_extensions import override

_WIDE = 1.25
"""From this ratio of width to height on, a place is wide."""


class TurningSplit(QSplitter):
    """Turns with its own shape; the parts keep their shares."""

    def __init__(self, parts: Sequence[QWidget], shares: Sequence[int]) -> None:
        """Take the parts and their shares of the room."""
        super().__init__(Qt.Orientation.Horizontal)
        self.setChildrenCollapsible(False)
        self._shares = tuple(shares)
        for place, part in enumerate(parts):
            self.addWidget(part)
            self.setStretchFactor(place, shares[place])

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        is_wide = self.width() > _WIDE * self.height()
        wanted = Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        if wanted != self.orientation():
            self.setOrientation(wanted)
            room = self.width() if is_wide else self.height()
            self.setSizes([room * share // sum(self._shares) for share in self._shares])
        super().resizeEvent(event)
