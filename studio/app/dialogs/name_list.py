"""A short list of names, each with a soft line beside it, in a card."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from studio.app.theme import SPACE

ROWS = 8
"""With more rows than this the list scrolls."""
_ROW = 7 * SPACE


class NameList(QFrame):
    """Rows of a name and what is to be said of it."""

    def __init__(self, name: str, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """Show rows; ``title`` is what screen readers call the list."""
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setProperty("kind", "card")
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        grid.setHorizontalSpacing(4 * SPACE)
        grid.setColumnStretch(1, 1)
        for row, (first, second) in enumerate(rows):
            side = QLabel(second)
            side.setProperty("role", "soft")
            side.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(QLabel(first), row, 0)
            grid.addWidget(side, row, 1)
            grid.setRowMinimumHeight(row, 5 * SPACE)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(scroll)
        self.setFixedHeight(min(len(rows), ROWS) * _ROW + 5 * SPACE)
