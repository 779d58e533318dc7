"""The bar that looks for a text in code."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget
from typing_extensions import override

from studio.app.editors.field_editor import outline
from studio.app.widgets.tool_button import tool_button


class FindBar(QWidget):
    """Return finds the next place, Shift+Return the one before, Escape closes."""

    def __init__(self, view: QPlainTextEdit, parent: QWidget | None = None) -> None:
        """Look in a view."""
        super().__init__(parent)
        self._view = view
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        self._line = QLineEdit(self)
        self._line.setObjectName("code_find")
        self._line.setAccessibleName("Find in the code")
        self._line.setPlaceholderText("Find")
        self._count = QLabel(self)
        self._count.setProperty("role", "caption")
        layout.addWidget(self._line, 1)
        layout.addWidget(self._count)
        for button in (
            tool_button("code_previous", "chevron-up", "Previous", lambda: self.look(back=True)),
            tool_button("code_next", "chevron-down", "Next", self.look),
            tool_button("code_close", "x", "Close", self.close_bar),
        ):
            button.setFixedSize(28, 28)
            layout.addWidget(button)
        self._line.textEdited.connect(self._typed)
        self.hide()

    def open_bar(self) -> None:
        """Show the bar with what is selected."""
        chosen = self._view.textCursor().selectedText()
        if chosen and "\u2029" not in chosen:
            self._line.setText(chosen)
        self.show()
        self._line.setFocus()
        self._line.selectAll()
        self._tell()

    def close_bar(self) -> None:
        """Hide the bar and go back to the code."""
        self.hide()
        self._view.setFocus()

    def look(self, back: bool = False) -> bool:
        """Go to the next place, from the end on to the beginning; returns whether there is one."""
        text = self._line.text()
        flags = QTextDocument.FindFlag.FindBackward if back else QTextDocument.FindFlag(0)
        if text and not self._view.find(text, flags):
            end = QTextCursor.MoveOperation.End if back else QTextCursor.MoveOperation.Start
            before = self._view.textCursor()
            self._view.moveCursor(end)
            if not self._view.find(text, flags):
                self._view.setTextCursor(before)
        self._tell()
        return bool(text) and self._view.textCursor().hasSelection()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Find, or close."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.look(back=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    def _typed(self) -> None:
        cursor = self._view.textCursor()
        cursor.setPosition(cursor.selectionStart())
        self._view.setTextCursor(cursor)
        self.look()

    def _tell(self) -> None:
        text = self._line.text().casefold()
        count = self._view.toPlainText().casefold().count(text) if text else 0
        self._count.setText(f"{count} found" if text else "")
        outline(self._line, bool(text) and not count)
