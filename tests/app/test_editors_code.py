"""The code editor: keys, colours, completion, finding, and what it says of faults."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QApplication,
    QCompleter,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.app.editors.code import CodeBox, CodeEditor
from studio.app.editors.code_check import check
from studio.app.editors.code_highlight import Highlighter
from studio.app.editors.code_view import CodeView
from studio.app.editors.code_words import words
from studio.app.editors.field_editor import Shown, Surroundings
from studio.app.theme import install, theme
from studio.sdk.params import Parameter
from studio.sdk.schema import Column, TableSchema

CARS = TableSchema((Column("price", "double"), Column("engine-size", "integer")))
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def editor(qtbot: QtBot) -> CodeEditor:
    parameter = Parameter("script", "Script", "text", str, "", False, language="python")
    made = CodeEditor(parameter)
    qtbot.addWidget(made)
    made.set_surroundings(Surroundings(title="Script", ports={"dataset1": CARS}))
    made.show_value(Shown(""), fresh=True)
    made.show()
    return made


def view(editor: CodeEditor) -> QPlainTextEdit:
    found = editor.findChild(QPlainTextEdit, "param_script")
    assert isinstance(found, QPlainTextEdit)
    return found


def offered(editor: CodeEditor) -> list[str]:
    completer = view(editor).findChild(QCompleter)
    assert completer is not None
    popup = completer.popup()
    model = completer.completionModel()
    is_open = popup is not None and popup.isVisible()
    return [model.index(row, 0).data() for row in range(model.rowCount())] if is_open else []


def test_return_keeps_the_indent_and_deepens_it_after_a_colon(
    editor: CodeEditor, qtbot: QtBot
) -> None:
    code = view(editor)
    for text in ("def f(x):", "return x", ""):
        qtbot.keyClicks(code, text)
        qtbot.keyClick(code, Qt.Key.Key_Escape)
        qtbot.keyClick(code, Qt.Key.Key_Return)
    qtbot.keyClicks(code, "y")
    assert code.toPlainText() == "def f(x):\n    return x\n\ny"


def test_tab_shifts_lines_and_a_key_comments_them(editor: CodeEditor, qtbot: QtBot) -> None:
    code = view(editor)
    code.setPlainText("a = 1\n\nb = 2")
    code.selectAll()
    qtbot.keyClick(code, Qt.Key.Key_Tab)
    assert code.toPlainText() == "    a = 1\n\n    b = 2"
    qtbot.keyClick(code, Qt.Key.Key_Slash, CONTROL)
    assert code.toPlainText() == "    # a = 1\n\n    # b = 2"
    qtbot.keyClick(code, Qt.Key.Key_Slash, CONTROL)
    qtbot.keyClick(code, Qt.Key.Key_Backtab)
    assert code.toPlainText() == "a = 1\n\nb = 2"


def test_columns_inputs_and_keywords_are_offered(editor: CodeEditor, qtbot: QtBot) -> None:
    code = view(editor)
    qtbot.keyClicks(code, "p")
    assert offered(editor) == []
    qtbot.keyClicks(code, "r")
    assert offered(editor)[0] == "price"
    assert "print" in offered(editor)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert code.toPlainText() == "price"
    qtbot.keyClicks(code, " ")
    qtbot.keyClick(code, Qt.Key.Key_D)
    qtbot.keyClick(code, Qt.Key.Key_Space, CONTROL)
    assert "dataset1" in offered(editor)
    qtbot.keyClick(code, Qt.Key.Key_Escape)


def test_enter_takes_no_word_that_may_not_be_meant(editor: CodeEditor, qtbot: QtBot) -> None:
    code = view(editor)
    for text in ("import time", "x = price"):
        qtbot.keyClicks(code, text)
        popup = QApplication.activePopupWidget()
        qtbot.keyClick(code if popup is None else popup, Qt.Key.Key_Return)
    assert code.toPlainText() == "import time\nx = price\n"
    qtbot.keyClicks(code, "timeo")
    assert offered(editor) == ["TimeoutError"]
    popup = QApplication.activePopupWidget()
    assert popup is not None
    qtbot.keyClick(popup, Qt.Key.Key_Tab)
    assert code.toPlainText().endswith("\nTimeoutError")


def test_sql_gets_names_in_quotes_where_it_needs_them() -> None:
    put = dict(words("", "sql", {"t1": CARS, "t2": None}))
    assert put["engine-size"] == '"engine-size"'
    assert put["price"] == "price"
    assert {"t1", "t2", "SELECT"} <= set(put)


def test_a_fault_is_said_when_the_focus_leaves_and_goes_when_it_is_mended(
    editor: CodeEditor, qtbot: QtBot
) -> None:
    code = view(editor)
    fault = editor.findChild(QLabel, "code_fault")
    assert fault is not None
    code.setFocus()
    qtbot.keyClicks(code, "x = (1,")
    assert not fault.isVisible()
    code.clearFocus()
    assert fault.text() == "Line 1: '(' was never closed."
    assert any(s.format.underlineColor() == theme().colour("bad") for s in code.extraSelections())  # type: ignore[attr-defined]
    qtbot.keyClicks(code, ")")
    assert not fault.isVisible()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("SELECT 'a''b', \"c)\" FROM t1 -- it's (fine", ""),
        ("SELECT /* ' ( */ 1", ""),
        ("SELECT (1", "Line 1: “(” is not closed."),
        ("SELECT 1\n)", "Line 2: “)” closes nothing."),
        ("SELECT 'a", "Line 1: the quote ' is not closed."),
        ("SELECT /* a", "Line 1: the comment /* is not closed."),
    ],
)
def test_sql_is_looked_at_lightly(text: str, sentence: str) -> None:
    fault = check(text, "sql")
    assert ("" if fault is None else fault.sentence) == sentence


def test_python_is_read_and_never_run() -> None:
    assert check("raise SystemExit", "python") is None
    assert check("assert (1, 'always')", "python") is None
    fault = check("x = 1\nreturn x", "python")
    assert fault is not None
    assert fault.line == 1
    assert check("x = '\0'", "python") is not None


def test_colours_follow_strings_over_lines_and_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    box = CodeBox("python")
    qtbot.addWidget(box)
    colours = Highlighter(box.view.document(), "python")
    box.view.setPlainText('x = """é𝄞\nimport y\n"""\nimport z')

    def colour(line: int, column: int) -> str:
        block = box.view.document().findBlockByNumber(line)
        for part in block.layout().formats():
            if part.start <= column < part.start + part.length:
                return str(part.format.foreground().color().name())
        return ""

    assert colour(1, 0) == theme().tokens.good
    assert colour(3, 0) == theme().tokens.accent
    install(qapp, "dark")
    assert colour(3, 0) == theme().tokens.accent
    install(qapp, "light")
    assert colours.document() is box.view.document()


def test_find_goes_round(editor: CodeEditor, qtbot: QtBot) -> None:
    code = view(editor)
    code.setPlainText("one two\none")
    qtbot.keyClick(code, Qt.Key.Key_F, CONTROL)
    bar = editor.findChild(QLineEdit, "code_find")
    assert bar is not None
    assert bar.isVisible()
    qtbot.keyClicks(bar, "one")
    places = []
    for _ in range(3):
        places.append(code.textCursor().selectionStart())
        qtbot.keyClick(bar, Qt.Key.Key_Return)
    assert places == [0, 8, 0]
    qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert not bar.isVisible()


def test_brackets_at_the_cursor_are_marked(editor: CodeEditor, qtbot: QtBot) -> None:
    code = view(editor)
    code.setPlainText("f([1, 2])")
    cursor = code.textCursor()
    cursor.setPosition(2)
    code.setTextCursor(cursor)
    marked = {s.cursor.selectedText() for s in code.extraSelections()}  # type: ignore[attr-defined]
    assert {"(", ")"} <= marked


def test_the_large_window_has_the_same_text(editor: CodeEditor, qtbot: QtBot) -> None:
    said: list[object] = []
    editor.edited.connect(said.append)
    assert editor.head_button is not None
    qtbot.mouseClick(editor.head_button, Qt.MouseButton.LeftButton)
    dialog = editor.findChild(QDialog, "code_dialog")
    assert dialog is not None
    assert not dialog.isModal()
    large = dialog.findChild(QPlainTextEdit, "code_large")
    assert large is not None
    qtbot.keyClicks(large, "x = 1")
    assert view(editor).toPlainText() == "x = 1"
    assert said[-1] == "x = 1"
    editor.show_value(Shown("other"), fresh=True)
    qtbot.waitUntil(lambda: editor.findChild(QDialog, "code_dialog") is None)
    view(editor).moveCursor(QTextCursor.MoveOperation.End)
    assert view(editor).toPlainText() == "other"


def test_escape_and_then_tab_goes_on_to_the_next_field(qtbot: QtBot) -> None:
    window, after = QWidget(), QLineEdit()
    code = CodeView("python")
    column = QVBoxLayout(window)
    column.addWidget(code)
    column.addWidget(after)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    code.setFocus()
    qtbot.keyClick(code, Qt.Key.Key_Tab)
    assert code.toPlainText() == "    "
    assert code.hasFocus()
    qtbot.keyClick(code, Qt.Key.Key_Escape)
    qtbot.keyClick(code, Qt.Key.Key_Tab)
    assert after.hasFocus()
    assert code.toPlainText() == "    "
    code.setFocus()
    qtbot.keyClick(code, Qt.Key.Key_Escape)
    qtbot.keyClicks(code, "x")
    qtbot.keyClick(code, Qt.Key.Key_Tab)
    assert code.hasFocus()
