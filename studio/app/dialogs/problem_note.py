"""A sentence in a dialog that says what could not be done."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.app.theme import SPACE
from studio.app.widgets.icon_label import IconLabel

_ICON = 18


class ProblemNote(QWidget):
    """An icon and a sentence that can be selected; hidden while nothing is wrong."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Begin with nothing wrong."""
        super().__init__(parent)
        self._text = QLabel()
        self._text.setObjectName(name)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        flags = Qt.TextInteractionFlag
        self._text.setTextInteractionFlags(
            flags.TextSelectableByMouse | flags.TextSelectableByKeyboard
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, SPACE, 0, SPACE)
        layout.setSpacing(2 * SPACE)
        icon = IconLabel("octagon-x", "bad", side=_ICON)
        layout.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence, or with an empty text nothing."""
        self._text.setText(sentence)
        self.setVisible(bool(sentence))
