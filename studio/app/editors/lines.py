"""The editor of a text of one line."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from studio.app.editors.field_editor import MIXED, FieldEditor, Shown
from studio.sdk.params import Parameter


class LineEditor(FieldEditor):
    """A text of one line; nothing typed yet shows the default as the placeholder."""

    is_typed = True

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        """Make the line."""
        super().__init__(parameter, parent)
        self.line = self._make_line()
        self._adopt(self.line)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(4)
        self.row.addWidget(self.line, 1)
        self.line.textEdited.connect(self._typed)
        self.line.editingFinished.connect(self.left)

    def _make_line(self) -> QLineEdit:
        return QLineEdit(self)

    @override
    def _draw(self, shown: Shown, fresh: bool) -> None:
        default = self.parameter.default
        if shown.mixed:
            placeholder = MIXED
        elif shown.is_set and shown.value == "" and default:
            placeholder = "Empty text"
        else:
            placeholder = "" if default is None else str(default)
        self.line.setPlaceholderText(placeholder)
        text = str(shown.value) if shown.is_set and shown.value is not None else ""
        if self.line.text() != text:
            self.line.setText(text)

    def _typed(self, text: str) -> None:
        if text or self.parameter.default:
            self.edited.emit(text)
        else:
            self.emptied.emit()
