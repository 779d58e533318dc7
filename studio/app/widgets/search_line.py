"""A field that finds."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from studio.app.icons import icon


class SearchLine(QLineEdit):
    """A line with a magnifier and a way to empty it; its hint is its name for screen readers."""

    def __init__(self, name: str, hint: str, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setClearButtonEnabled(True)
        self.addAction(icon("search", "text_faint"), QLineEdit.ActionPosition.LeadingPosition)
