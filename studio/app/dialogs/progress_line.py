"""A line that says what is being done, over a bar that says how far it is."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from studio.app.theme import SPACE

_PARTS = 1000


class ProgressLine(QWidget):
    """Shows work that goes on."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Begin with nothing said, and a bar without an end."""
        super().__init__(parent)
        self.setObjectName(name)
        self._text = QLabel()
        self._text.setObjectName(f"{name}_text")
        self._text.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setObjectName(f"{name}_bar")
        self._bar.setAccessibleName("Progress")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE, 0, SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self._text)
        layout.addWidget(self._bar)
        self.show_progress("")

    def show_progress(self, text: str, fraction: float | None = None) -> None:
        """Say what is being done; without a fraction, that nobody knows how far it is."""
        self._text.setText(text)
        self._bar.setRange(0, 0 if fraction is None else _PARTS)
        self._bar.setValue(round(_PARTS * (fraction or 0.0)))
        self._bar.setAccessibleDescription(text)
