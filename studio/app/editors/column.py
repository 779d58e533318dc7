"""The editor of one column's name: a combo box to search in, which takes any name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QWidget
from typing_extensions import override

from studio.app.editors.column_list import ColumnList, known
from studio.app.editors.field_editor import MIXED, FieldEditor, QuietCombo, Shown
from studio.sdk.params import Parameter


class ColumnEditor(FieldEditor):
    """The name of one of the columns that will arrive; another name is kept and marked."""

    is_typed = True

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        """Make the combo box."""
        super().__init__(parameter, parent)
        self._list = ColumnList(self)
        self._combo = QuietCombo(self)
        self._combo.setEditable(True)
        self._combo.setInsertPolicy(QuietCombo.InsertPolicy.NoInsert)
        self._combo.setModel(self._list)
        self._combo.setMinimumContentsLength(8)
        line = self._combo.lineEdit()
        assert line is not None
        self._line = line
        completer = QCompleter(self._list, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.activated.connect(self._picked)
        self._combo.setCompleter(completer)
        self._adopt(self._combo)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._combo)
        self._combo.textActivated.connect(self._picked)
        self._line.textEdited.connect(self._typed)
        self._line.installEventFilter(self)

    @override
    def remark(self) -> str:
        """Say that no column of the name will arrive."""
        name, schema = self._line.text(), self.surroundings.schema
        if not name or schema is None or known(schema, name) is not None:
            return ""
        return f"No column “{name}” will arrive."

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say that typing ended when the focus leaves."""
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)

    @override
    def _draw(self, shown: Shown, fresh: bool) -> None:
        text = "" if shown.value is None or not shown.is_set else str(shown.value)
        if self._line.text() != text:
            self._line.setText(text)
        self._line.setPlaceholderText(self._placeholder(shown))

    def _placeholder(self, shown: Shown) -> str:
        if shown.mixed:
            return MIXED
        if self.parameter.default:
            return str(self.parameter.default)
        return "None" if self.parameter.optional else "Choose a column"

    @override
    def _take_surroundings(self) -> None:
        schema = self.surroundings.schema
        text = self._line.text()
        self._list.set_names(() if schema is None else schema.names, schema)
        self._combo.setCurrentIndex(-1)
        self._line.setText(text)
        self._combo.setToolTip(self.surroundings.why if schema is None else "")

    def _typed(self, text: str) -> None:
        if text:
            self.edited.emit(text)
        else:
            self.emptied.emit()

    def _picked(self, text: str) -> None:
        self._line.setText(text)
        self._typed(text)
        self.left.emit()
