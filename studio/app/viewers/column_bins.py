"""The box that says how many bars or values a picture of a column has."""

from __future__ import annotations

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QSpinBox
from typing_extensions import override

from studio.app.theme import SPACE

DEFAULT_BINS, MOST_BINS = 10, 200
"""Bars of a picture in the pane: of more than the most, each would be thinner than a pixel."""


class BinsBox(QSpinBox):
    """A whole number; one that is larger than the largest becomes it when editing ends."""

    def __init__(self) -> None:
        """Start with the usual number of bars."""
        super().__init__()
        self.setObjectName("bins")
        self.setAccessibleName("Bins")
        self.setRange(1, MOST_BINS)
        self.setToolTip(f"From 1 to {MOST_BINS}.")
        # The style sheet's padding does not reach the text of a spin box.
        self.lineEdit().setTextMargins(2 * SPACE + 1, 0, 0, 0)
        self.lineEdit().setMaxLength(9)
        self.setValue(DEFAULT_BINS)
        self.setKeyboardTracking(False)

    @override
    def validate(self, input: str, pos: int) -> tuple[QValidator.State, str, int]:
        if self._is_too_large(input):
            return QValidator.State.Intermediate, input, pos
        return super().validate(input, pos)

    @override
    def fixup(self, str: str) -> str:
        return f"{self.maximum()}" if self._is_too_large(str) else super().fixup(str)

    def _is_too_large(self, text: str) -> bool:
        return text.isdecimal() and int(text) > self.maximum()
