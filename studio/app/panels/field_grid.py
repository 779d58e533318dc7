"""Fields beside and below each other, as many in a row as there is room for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QWidget
from typing_extensions import override

from studio.app.theme import SPACE

FIELD_WIDTH = 140
"""A field is at least so wide, in pixels."""
_GAP = 3 * SPACE


class FieldGrid(QScrollArea):
    """Holds fields in order, headings between them on lines of their own."""

    def __init__(self, label: str) -> None:
        """Begin with none; ``label`` is what screen readers call them."""
        super().__init__()
        self.setAccessibleName(label)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._parts: list[QWidget] = []
        self._columns = 1
        self._row = self._column = 0
        self.clear()

    def clear(self) -> None:
        """Take everything out."""
        self._parts = []
        self._row = self._column = 0
        inside = QWidget()
        inside.setProperty("kind", "panel")
        self._layout = QGridLayout(inside)
        self._layout.setContentsMargins(_GAP, 2 * SPACE, _GAP, 2 * SPACE)
        self._layout.setHorizontalSpacing(_GAP)
        self._layout.setVerticalSpacing(2 * SPACE)
        self._layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setWidget(inside)

    def add_field(self, field: QWidget) -> None:
        """Put a field after the others."""
        self._parts.append(field)
        self._put(field)

    def add_heading(self, text: str) -> None:
        """Begin a new part."""
        heading = QLabel(text)
        heading.setProperty("role", "strong")
        heading.setWordWrap(True)
        self._parts.append(heading)
        self._put(heading)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = max(self.viewport().width() // (FIELD_WIDTH + _GAP), 1)
        if columns != self._columns:
            self._columns, self._row, self._column = columns, 0, 0
            for part in self._parts:
                self._put(part)
        for column in range(self._layout.columnCount()):
            self._layout.setColumnStretch(column, 1 if column < columns else 0)

    def _put(self, part: QWidget) -> None:
        is_heading = isinstance(part, QLabel)
        if self._column and (is_heading or self._column == self._columns):
            self._row, self._column = self._row + 1, 0
        span = self._columns if is_heading else 1
        self._layout.addWidget(part, self._row, self._column, 1, span)
        self._layout.setColumnStretch(self._column, 1)
        if is_heading:
            self._row += 1
        else:
            self._column += 1
