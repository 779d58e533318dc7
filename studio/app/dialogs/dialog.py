"""The form that all dialogs have: a title, a sentence, a body, and buttons at the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.app.theme import SPACE


class Dialog(QDialog):
    """A dialog over the window, which goes on; it is deleted when it is closed."""

    def __init__(self, name: str, title: str, sentence: str, parent: QWidget | None) -> None:
        """Begin with a title and, below it, a sentence where there is one."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(6 * SPACE, 5 * SPACE, 6 * SPACE, 5 * SPACE)
        self._layout.setSpacing(3 * SPACE)
        heading = QLabel(title)
        heading.setProperty("role", "title")
        heading.setWordWrap(True)
        self._layout.addWidget(heading)
        self.sentence = QLabel(sentence)
        self.sentence.setProperty("role", "soft")
        self.sentence.setWordWrap(True)
        self.sentence.setVisible(bool(sentence))
        self._layout.addWidget(self.sentence)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(2 * SPACE)
        self._has_stretch = False

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Put a widget into the body."""
        self._layout.addWidget(widget, stretch)

    def button(
        self,
        name: str,
        text: str,
        call: Callable[[], object],
        kind: str = "",
        *,
        left: bool = False,
    ) -> QPushButton:
        """Add a button to the foot: at the right, or where ``left`` says so, before those."""
        if not left and not self._has_stretch:
            self._buttons.addStretch(1)
            self._has_stretch = True
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: call())
        if kind:
            button.setProperty("kind", kind)
        if kind == "primary":
            button.setDefault(True)
        self._buttons.addWidget(button)
        return button

    def fit(self) -> None:
        """Be as high as what is shown now."""
        self._layout.activate()
        self.resize(self.width(), self._layout.totalHeightForWidth(self.width()))

    def finish(self, width: int = 0) -> None:
        """Put the buttons below the body; the dialog is as wide as ``width`` at least."""
        self._layout.addSpacing(SPACE)
        self._layout.addLayout(self._buttons)
        if width:
            self.setMinimumWidth(width)
            self.resize(width, self._layout.totalHeightForWidth(width))
