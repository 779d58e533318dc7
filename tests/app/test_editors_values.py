"""Editors of numbers, lists and mappings by themselves, and the builder of ranges."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QToolButton
from pytestqt.qtbot import QtBot

from studio.app.editors.field_editor import FieldEditor, Shown
from studio.app.editors.making import make_editor
from studio.app.editors.numbers import number_text, read_number
from studio.app.editors.value_lists import build_range, read_values, values_text
from studio.sdk.params import Parameter


def made(qtbot: QtBot, kind: Any, annotation: Any, default: Any) -> tuple[FieldEditor, list[Any]]:
    """Return a new editor, shown with its default, and the list of what it says."""
    editor = make_editor(Parameter("x", "X", kind, annotation, default, False))
    qtbot.addWidget(editor)
    said: list[Any] = []
    editor.edited.connect(said.append)
    editor.refused.connect(lambda text: said.append(f"refused {text}") if text else None)
    editor.emptied.connect(lambda: said.append("emptied"))
    editor.show_value(Shown(default), fresh=True)
    editor.show()
    return editor, said


def lines(editor: FieldEditor) -> list[QLineEdit]:
    return [line for line in editor.findChildren(QLineEdit) if line.isVisible()]


@pytest.mark.parametrize(
    ("text", "whole", "value"),
    [
        ("12", True, 12), ("-3", True, -3), ("1.0", True, None), ("1e3", True, None),
        ("1e-3", False, 0.001), (".5", False, 0.5), ("5.", False, 5.0), ("0,5", False, None),
        ("inf", False, None), ("nan", False, None), ("1e999", False, None), ("", False, None),
    ],
)  # fmt: skip
def test_numbers_are_read_the_same_everywhere(text: str, whole: bool, value: object) -> None:
    found = read_number(text, whole)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5"), (1e-07, "1e-7"), (1e9, "1e9"), (200, "200"), (1.0, "1"), (1 / 3, repr(1 / 3))],
)
def test_numbers_are_written_short_and_exact(value: float, text: str) -> None:
    assert number_text(value) == text
    assert float(text) == value


def test_a_list_has_a_row_for_each_item_and_one_more(qtbot: QtBot) -> None:
    editor, said = made(qtbot, "list", list[str], [])
    qtbot.keyClicks(lines(editor)[0], "?")
    assert said[-1] == ["?"]
    qtbot.keyClick(lines(editor)[0], Qt.Key.Key_Return)
    assert lines(editor)[1].hasFocus() or QApplication.focusWidget() is None
    qtbot.keyClicks(lines(editor)[1], "NA")
    assert said[-1] == ["?", "NA"]
    assert len(lines(editor)) == 3
    remove = next(b for b in editor.findChildren(QToolButton) if b.isVisible())
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert said[-1] == ["NA"]
    editor.show_value(Shown(["a", "b"], True))
    assert [line.text() for line in lines(editor)] == ["a", "b", ""]


def test_lines_that_are_pasted_become_rows(qtbot: QtBot) -> None:
    editor, said = made(qtbot, "list", tuple[float, ...], [])
    QApplication.clipboard().setText("0.5\n0.3\n0.2\n")
    qtbot.keyClick(lines(editor)[0], Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert said[-1] == [0.5, 0.3, 0.2]


def test_an_item_of_another_type_is_refused(qtbot: QtBot) -> None:
    editor, said = made(qtbot, "list", list[float], [])
    qtbot.keyClicks(lines(editor)[0], "0.5")
    qtbot.keyClicks(lines(editor)[1], "x")
    assert said[-1] == "refused x"
    assert [0.5] in said
    editor.set_wrong(True)
    assert [bool(line.property("wrong")) for line in lines(editor)] == [False, True, False]


def test_a_mapping_takes_each_name_once(qtbot: QtBot) -> None:
    kinds = Literal["integer", "double"]
    editor, said = made(qtbot, "mapping", dict[str, kinds], {})
    qtbot.keyClicks(lines(editor)[0], "price")
    assert said[-1] == {"price": "integer"}
    combos = [box for box in editor.findChildren(QComboBox) if box.isVisible()]
    qtbot.keyClick(combos[0], Qt.Key.Key_Down)
    assert said[-1] == {"price": "double"}
    qtbot.keyClicks(lines(editor)[1], "price")
    assert said[-1] == "refused price"


def test_what_has_no_editor_of_its_own_is_written_as_json(qtbot: QtBot) -> None:
    editor, said = made(qtbot, "list", list[tuple[int, str]], [])
    box = editor.findChild(QPlainTextEdit)
    assert box is not None
    box.selectAll()
    qtbot.keyClicks(box, '[[1, "a"]]')
    assert said[-1] == [[1, "a"]]
    qtbot.keyClicks(box, "]")
    assert said[-1] == 'refused [[1, "a"]]]'


def test_an_empty_text_is_a_value_where_the_default_is_another(qtbot: QtBot) -> None:
    editor, said = made(qtbot, "string", str, "auto")
    line = lines(editor)[0]
    assert (line.text(), line.placeholderText()) == ("", "auto")
    qtbot.keyClicks(line, ";")
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    assert said == [";", ""]
    editor.show_value(Shown("", True))
    assert line.placeholderText() == "Empty text"


@pytest.mark.parametrize(
    ("arguments", "values"),
    [
        ({"low": 0.0, "high": 1.0, "count": 5}, [0.0, 0.25, 0.5, 0.75, 1.0]),
        ({"low": 0.001, "high": 1.0, "count": 4, "log": True}, [0.001, 0.01, 0.1, 1.0]),
        ({"low": 1, "high": 3, "count": 9, "whole": True}, [1, 2, 3]),
        ({"low": 2, "high": 128, "count": 4, "log": True, "whole": True}, [2, 8, 32, 128]),
        ({"low": 5, "high": 9, "count": 1, "whole": True}, [5]),
    ],
)
def test_ranges_are_built(arguments: dict[str, Any], values: list[Any]) -> None:
    assert build_range(**arguments) == values


def test_values_of_a_range_are_read_by_the_kind_of_the_parameter() -> None:
    number = Parameter("x", "X", "integer", int, 1, False)
    choice = Parameter("x", "X", "choice", str, "a_b", False, choices=("a_b", "c"))
    switch = Parameter("x", "X", "boolean", bool, True, False)
    assert read_values("1, 2,\n3", number) == [1, 2, 3]
    assert read_values("1, 2.5", number) == "2.5"
    assert read_values("a b, c", choice) == ["a_b", "c"]
    assert read_values("yes, no", switch) == [True, False]
    assert values_text([True, 0.5, "a"]) == "yes, 0.5, a"
