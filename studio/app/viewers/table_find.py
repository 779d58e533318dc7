"""One field that goes to a row by its number, or to a column by its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QWidget

from studio.app.widgets.search_line import SearchLine


class TableFind(SearchLine):
    """Takes a row number or a column name."""

    row_wanted = Signal(int)
    column_wanted = Signal(str)

    def __init__(self, columns: Sequence[str], parent: QWidget) -> None:
        """Take the names of the columns."""
        super().__init__("table_find", "Go to row or column", parent)
        self._columns = tuple(columns)
        self.setToolTip("A row number or a column's name (Ctrl+G)")
        self.setFixedWidth(200)
        completer = QCompleter(QStringListModel(list(self._columns), self), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(self.column_wanted)
        self.setCompleter(completer)
        self.returnPressed.connect(self._go)

    def begin(self) -> None:
        """Take the keyboard."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def _go(self) -> None:
        text = self.text().strip()
        if text in self._columns:
            self.column_wanted.emit(text)
            return
        digits = text.replace(",", "").replace(" ", "")
        if digits.isdecimal() and int(digits) > 0:
            self.row_wanted.emit(int(digits) - 1)
            return
        found = next((name for name in self._columns if text.lower() in name.lower()), None)
        if text and found is not None:
            self.column_wanted.emit(found)
