"""What a panel shows while it has nothing to show: an icon, a line, and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from studio.app.icons import icon
from studio.app.theme import SPACE, theme

_ICON = 32


class EmptyNote(QWidget):
    """A calm note in the middle of an empty panel."""

    def __init__(self, name: str, title: str, hint: str = "", token: str = "text_faint") -> None:
        """Show an icon by its name and in the colour of a token, a title and a hint below."""
        super().__init__()
        self._icon = icon(name, token)
        self._picture = QLabel()
        self._title = QLabel(title)
        self._hint = QLabel(hint)
        self._title.setProperty("role", "strong")
        self._hint.setProperty("role", "soft")
        self._hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6 * SPACE, 4 * SPACE, 6 * SPACE, 4 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addStretch(1)
        for label in (self._picture, self._title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addStretch(1)
        self.say(title, hint)
        theme().changed.connect(self._draw)
        self._draw()

    def say(self, title: str, hint: str = "") -> None:
        """Show another title and hint."""
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(f"{title}. {hint}".strip())

    def _draw(self) -> None:
        self._picture.setPixmap(self._icon.pixmap(_ICON, _ICON))
