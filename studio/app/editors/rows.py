"""Rows of small fields: one for each item, and an empty one at the end that takes the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.app.editors.choice_words import choice_text
from studio.app.editors.field_editor import QuietCombo
from studio.app.widgets.tool_button import tool_button

Cells = tuple[str, ...]


class RowLine(QLineEdit):
    """A cell; several lines that are pasted into it become several rows."""

    pasted = Signal(list)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Paste several lines as rows, or type."""
        if event.matches(QKeySequence.StandardKey.Paste):
            lines = QApplication.clipboard().text().strip().splitlines()
            if len(lines) > 1:
                self.pasted.emit(lines)
                return
        super().keyPressEvent(event)


class Rows(QWidget):
    """A small table that is always one row longer than what it holds."""

    changed = Signal()
    left = Signal()

    def __init__(
        self,
        heads: Sequence[str],
        choices: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        """Take what each cell of a row is for, and the choices of the last one, if it has any."""
        super().__init__(parent)
        self._heads = tuple(heads)
        self._choices = tuple(choices)
        self._rows: list[_Row] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._add(("",) * len(self._heads))
        self.setFocusProxy(self._rows[0].cells[0])

    def values(self) -> list[Cells]:
        """Return the rows; those that are quite empty are left out."""
        return [row.texts() for row in self._rows if not row.is_blank()]

    def show_values(self, values: Sequence[Cells]) -> None:
        """Show rows; widgets that are there are used again."""
        if list(values) == self.values():
            return
        while len(self._rows) > len(values) + 1:
            self._drop(self._rows[-1])
        while len(self._rows) < len(values) + 1:
            self._add(("",) * len(self._heads))
        for row, cells in zip(self._rows, [*values, ("",) * len(self._heads)], strict=True):
            row.show_texts(cells)

    def lines(self) -> list[QLineEdit]:
        """Return the first cell of each row."""
        return [row.cells[0] for row in self._rows if isinstance(row.cells[0], QLineEdit)]

    def set_names(self, name: str, label: str) -> None:
        """Name the cells for those who look for them."""
        self._name, self._label = name, label
        self._rename()

    _name = ""
    _label = ""

    def _rename(self) -> None:
        for number, row in enumerate(self._rows):
            for head, cell in zip(self._heads, row.cells, strict=True):
                cell.setAccessibleName(f"{self._label}, {head} {number + 1}".strip(", "))
                cell.setObjectName(f"{self._name}_{number}_{head}".strip("_"))

    def _add(self, texts: Cells) -> None:
        row = _Row(self, self._heads, self._choices)
        row.show_texts(texts)
        if self._rows:
            QWidget.setTabOrder(self._rows[-1].last_stop, row.cells[0])
        self._rows.append(row)
        self._layout.addWidget(row)
        row.show()
        self._rename()

    def _drop(self, row: _Row) -> None:
        place = self._rows.index(row)
        if row.isAncestorOf(self.focusWidget() or self):
            near = self._rows[place + 1] if place + 1 < len(self._rows) else self._rows[place - 1]
            near.cells[0].setFocus()
        self._rows.remove(row)
        self._layout.removeWidget(row)
        row.setParent(None)
        row.deleteLater()
        self.setFocusProxy(self._rows[0].cells[0])
        self._rename()

    def row_changed(self) -> None:
        """React to a cell that was changed: there is an empty row at the end again."""
        if not self._rows[-1].is_blank():
            self._add(("",) * len(self._heads))
        self.changed.emit()

    def remove_row(self, row: _Row) -> None:
        """Take a row away, if it is not the empty one at the end."""
        if row is not self._rows[-1]:
            self._drop(row)
            self.changed.emit()
            self.left.emit()

    def next_row(self, row: _Row) -> None:
        """Go to the row after one."""
        place = self._rows.index(row)
        self._rows[min(place + 1, len(self._rows) - 1)].cells[0].setFocus()

    def paste(self, row: _Row, lines: list[str]) -> None:
        """Put lines in from a row on."""
        place = self._rows.index(row)
        width = len(self._heads)
        new = [tuple((line.split("\t") + [""] * width)[:width]) for line in lines]
        old = [each.texts() for each in self._rows]
        after = old[place + (0 if row.is_blank() else 1) :]
        before = old[: place + (0 if row.is_blank() else 1)]
        self.show_values([cells for cells in [*before, *new, *after] if any(cells)])
        self.changed.emit()
        self.left.emit()


class _Row(QWidget):
    """One row: its cells, and a button that takes it away."""

    def __init__(self, rows: Rows, heads: Sequence[str], choices: Sequence[str]) -> None:
        super().__init__(rows)
        self._rows = rows
        self._choices = choices
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.cells: list[QLineEdit | QComboBox] = []
        for number, head in enumerate(heads):
            is_choice = bool(choices) and number == len(heads) - 1
            cell = self._combo() if is_choice else self._line(head)
            self.cells.append(cell)
            layout.addWidget(cell, 1)
        self._button = tool_button(
            "remove_row", "x", "Remove this row", lambda: rows.remove_row(self), self
        )
        self._button.setFixedSize(26, 30)
        policy = self._button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._button.setSizePolicy(policy)
        layout.addWidget(self._button)

    @property
    def last_stop(self) -> QWidget:
        """The last of its widgets that Tab stops at."""
        return self._button

    def texts(self) -> Cells:
        """Return what is in the cells."""
        return tuple(
            cell.text() if isinstance(cell, QLineEdit) else (cell.currentData() or "")
            for cell in self.cells
        )

    def is_blank(self) -> bool:
        """Whether nothing was typed into it."""
        return not any(cell.text() for cell in self.cells if isinstance(cell, QLineEdit))

    def show_texts(self, texts: Cells) -> None:
        """Show texts in the cells."""
        for cell, text in zip(self.cells, texts, strict=True):
            if isinstance(cell, QLineEdit):
                if cell.text() != text:
                    cell.setText(text)
            else:
                cell.setCurrentIndex(max(0, cell.findData(text)))
        self._button.setVisible(not self.is_blank())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go on with Return, and say when the focus leaves a cell."""
        if event.type() == QEvent.Type.FocusOut:
            self._rows.left.emit()
        elif (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            self._rows.next_row(self)
            return True
        return super().eventFilter(watched, event)

    def _line(self, head: str) -> RowLine:
        line = RowLine(self)
        line.setPlaceholderText(head.capitalize())
        line.textEdited.connect(self._changed)
        line.pasted.connect(lambda lines: self._rows.paste(self, lines))
        line.installEventFilter(self)
        return line

    def _combo(self) -> QComboBox:
        combo = QuietCombo(self)
        for choice in self._choices:
            combo.addItem(choice_text(choice), choice)
        combo.activated.connect(self._changed)
        return combo

    def _changed(self) -> None:
        self._button.setVisible(not self.is_blank())
        self._rows.row_changed()
