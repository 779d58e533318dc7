"""The field that one searches in: with a magnifying glass, and the arrow keys for its results."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from studio.app import icons


class SearchField(QLineEdit):
    """A line of text; Down goes to the results, Escape empties it."""

    moved_down = Signal()

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        """Begin empty; the placeholder is its name for screen readers too."""
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        position = QLineEdit.ActionPosition
        self.addAction(icons.icon("search", "text_faint"), position.LeadingPosition)
        self._empty = QAction(icons.icon("x", "text_faint"), "Empty the field", self)
        self._empty.triggered.connect(self.clear)
        self.addAction(self._empty, position.TrailingPosition)
        self._empty.setVisible(False)
        self.textChanged.connect(self._text_changed)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go down to the results, or empty the field."""
        if event.key() == Qt.Key.Key_Down:
            self.moved_down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def _text_changed(self, text: str) -> None:
        self._empty.setVisible(bool(text))
