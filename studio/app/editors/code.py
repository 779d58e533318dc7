"""The editor of code: a box in the panel, and a large window when there is more to write."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLabel, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from studio.app.editors.code_check import Fault, check
from studio.app.editors.code_find import FindBar
from studio.app.editors.code_highlight import Highlighter
from studio.app.editors.code_view import CodeView
from studio.app.editors.field_editor import MIXED, FieldEditor, Shown, Surroundings
from studio.app.widgets.tool_button import tool_button
from studio.sdk.params import Parameter

_LINES = 14


class CodeBox(QWidget):
    """A view of code with the bar that finds and the line that says what is wrong."""

    left = Signal()

    def __init__(self, language: str | None, parent: QWidget | None = None) -> None:
        """Make the box for a language."""
        super().__init__(parent)
        self.language = language
        self.view = CodeView(language, self)
        self._find = FindBar(self.view, self)
        self._fault = QLabel(self)
        self._fault.setProperty("role", "error")
        self._fault.setObjectName("code_fault")
        self._fault.setWordWrap(True)
        self._fault.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._find)
        layout.addWidget(self._fault)
        self.view.find_requested.connect(self._find.open_bar)
        self.view.left.connect(self._leave)
        self.setFocusProxy(self.view)

    def check(self) -> None:
        """Look whether the code reads as its language, and say what does not."""
        self.show_fault(check(self.view.toPlainText(), self.language))

    def show_fault(self, fault: Fault | None) -> None:
        """Show what is wrong, or nothing."""
        self.view.show_fault(fault)
        self._fault.setText("" if fault is None else fault.sentence)
        self._fault.setVisible(fault is not None)

    def _leave(self) -> None:
        self.check()
        self.left.emit()


class CodeEditor(FieldEditor):
    """Code of some lines. What does not read as the language is said when the focus leaves."""

    is_typed = True

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        """Make the box."""
        super().__init__(parameter, parent)
        self._box = CodeBox(parameter.language, self)
        view = self._box.view
        self._adopt(view)
        view.setFixedHeight(view.fontMetrics().lineSpacing() * _LINES + 24)
        self._highlighter = Highlighter(view.document(), parameter.language or "text")
        self._large: QDialog | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._box)
        self.head_button = self._expand_button()
        view.textChanged.connect(self._typed)
        self._box.left.connect(self.left)

    @override
    def set_read_only(self, read_only: bool) -> None:
        """Let the code be read, and copied, only."""
        self._box.view.setReadOnly(read_only)

    @override
    def _draw(self, shown: Shown, fresh: bool) -> None:
        view = self._box.view
        view.setPlaceholderText(MIXED if shown.mixed else "")
        text = "" if shown.value is None else str(shown.value)
        if fresh and self._large is not None:
            self._large.close()
        if view.toPlainText() != text:
            view.blockSignals(True)
            view.setPlainText(text)
            view.blockSignals(False)
        if fresh:
            self._box.check()

    @override
    def _take_surroundings(self) -> None:
        self._box.view.set_ports(self.surroundings.ports)

    def _typed(self) -> None:
        text = self._box.view.toPlainText()
        if self.shown is None or text != self.shown.value:
            self._box.show_fault(None)
            self.edited.emit(text)

    def _expand_button(self) -> QToolButton:
        name = f"expand_{self.parameter.name}"
        return tool_button(name, "maximize-2", "Open in a large window", self._expand, self)

    def _expand(self) -> None:
        """Open a large window on the same text."""
        if self._large is None:
            self._large = _large(self, self._box.view, self.surroundings)
            self._large.finished.connect(self._shrink)
        self._large.show()
        self._large.activateWindow()

    def _shrink(self) -> None:
        self._large = None
        self._box.check()
        self.left.emit()


def _large(editor: CodeEditor, view: CodeView, around: Surroundings) -> QDialog:
    """Make a window with a second view of the same document."""
    dialog = QDialog(editor, Qt.WindowType.Window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setObjectName("code_dialog")
    dialog.setWindowTitle(f"{editor.parameter.label} · {around.title}")
    box = CodeBox(editor.parameter.language, dialog)
    box.view.setDocument(view.document())
    box.view.setReadOnly(view.isReadOnly())
    box.view.setObjectName("code_large")
    box.view.setAccessibleName(editor.parameter.label)
    box.view.set_ports(around.ports)
    box.left.connect(editor.left)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(16, 16, 16, 16)
    layout.addWidget(box)
    dialog.resize(900, 640)
    box.setFocus()
    return dialog
