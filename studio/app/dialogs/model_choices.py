"""The choice of the model that answers requests, where an experiment has several."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QButtonGroup, QLabel, QRadioButton, QVBoxLayout, QWidget

from studio.app.serving.report import ModelChoice
from studio.app.theme import SPACE

_INSET = 6 * SPACE


class ModelChoices(QWidget):
    """A radio button for each model, with what tells it from the others below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with no models."""
        super().__init__(parent)
        self.setObjectName("model_choices")
        self._buttons = QButtonGroup(self)
        self._choices: Sequence[ModelChoice] = ()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, SPACE, 0, SPACE)
        self._layout.setSpacing(SPACE)

    @property
    def node(self) -> str:
        """The node of the model that is chosen; empty where none is."""
        place = self._buttons.checkedId()
        return self._choices[place].node if 0 <= place < len(self._choices) else ""

    def show_choices(self, choices: Sequence[ModelChoice]) -> None:
        """Offer some models, the first one chosen."""
        self._choices = choices
        for place, choice in enumerate(choices):
            button = QRadioButton(choice.title)
            button.setObjectName(f"model_{place}")
            button.setAccessibleDescription(choice.detail)
            self._buttons.addButton(button, place)
            self._layout.addWidget(button)
            detail = QLabel(choice.detail)
            detail.setProperty("role", "soft")
            detail.setWordWrap(True)
            detail.setContentsMargins(_INSET, 0, 0, SPACE)
            detail.setVisible(bool(choice.detail))
            self._layout.addWidget(detail)
        first = self._buttons.button(0)
        if first is not None:
            first.setChecked(True)
            self.setFocusProxy(first)
