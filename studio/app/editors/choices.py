"""The editor of one of a few choices."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from studio.app.editors.choice_words import choice_text
from studio.app.editors.field_editor import MIXED, FieldEditor, QuietCombo, Shown
from studio.app.editors.segments import Segments
from studio.sdk.params import Parameter

_FEW = 3
_SHORT = 30


class ChoiceEditor(FieldEditor):
    """Segments for two or three short choices, otherwise a combo box."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        """Make the widget that fits the number and the length of the choices."""
        super().__init__(parameter, parent)
        texts = [choice_text(choice) for choice in parameter.choices]
        few = len(texts) <= _FEW and sum(map(len, texts)) <= _SHORT and not parameter.optional
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._segments = Segments(texts, self) if few else None
        self._combo = None if few else QuietCombo(self)
        if self._segments is not None:
            self._adopt(self._segments)
            self._segments.chosen.connect(self._chosen)
            layout.addWidget(self._segments)
        elif self._combo is not None:
            self._adopt(self._combo)
            self._combo.addItems(texts)
            self._combo.setMinimumContentsLength(8)
            self._combo.activated.connect(self._chosen)
            layout.addWidget(self._combo)

    @override
    def _draw(self, shown: Shown, fresh: bool) -> None:
        choices = self.parameter.choices
        index = choices.index(shown.value) if shown.value in choices else -1
        if self._segments is not None:
            self._segments.set_index(index)
        elif self._combo is not None:
            nothing = "" if shown.value is None else choice_text(shown.value)
            self._combo.setPlaceholderText(MIXED if shown.mixed else nothing)
            self._combo.setCurrentIndex(index)

    def _chosen(self, index: int) -> None:
        self.edited.emit(self.parameter.choices[index])
