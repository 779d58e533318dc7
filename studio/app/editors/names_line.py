"""A line for names of columns, separated by commas, that completes the name being typed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QLineEdit, QWidget

from studio.app.editors.column_list import ColumnList
from studio.app.editors.selection_words import join_names, split_names
from studio.sdk.schema import TableSchema


class NamesLine(QLineEdit):
    """Offers columns whose names contain what stands after the last comma."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the line; it knows no columns yet."""
        super().__init__(parent)
        self._list = ColumnList(self)
        self._completes = True
        self._completer = QCompleter(self._list, self)
        self._completer.setWidget(self)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.activated.connect(self._insert)
        self.textEdited.connect(self._offer)

    def set_schema(self, schema: TableSchema | None) -> None:
        """Take the columns that are offered."""
        self._list.set_names(() if schema is None else schema.names, schema)

    def set_completes(self, completes: bool) -> None:
        """Take whether columns are offered at all."""
        self._completes = completes

    def _offer(self, text: str) -> None:
        part = text.rpartition(",")[2].strip()
        popup = self._popup()
        if not self._completes or not part or part in self._list.names:
            popup.hide()
            return
        self._completer.setCompletionPrefix(part)
        if self._completer.completionCount():
            self._completer.complete()
        else:
            popup.hide()

    def _popup(self) -> QAbstractItemView:
        popup = self._completer.popup()
        assert popup is not None
        return popup

    def _insert(self, name: str) -> None:
        before = split_names(self.text().rpartition(",")[0])
        self.setText(join_names([*before, name]))
        self.textEdited.emit(self.text())
