"""The editor of a yes or no."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget
from typing_extensions import override

from studio.app.editors.field_editor import FieldEditor, Shown
from studio.sdk.params import Parameter


class SwitchEditor(FieldEditor):
    """A check box with the parameter's label beside it."""

    has_label = True

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        """Make the check box."""
        super().__init__(parameter, parent)
        self._box = QCheckBox(parameter.label, self)
        self._adopt(self._box)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._box)
        self._box.clicked.connect(self._clicked)

    @override
    def _draw(self, shown: Shown, fresh: bool) -> None:
        self._box.setTristate(shown.mixed)
        state = Qt.CheckState.Checked if shown.value is True else Qt.CheckState.Unchecked
        self._box.setCheckState(Qt.CheckState.PartiallyChecked if shown.mixed else state)

    def _clicked(self) -> None:
        self._box.setTristate(False)
        self.edited.emit(self._box.checkState() != Qt.CheckState.Unchecked)
