"""The command palette finds actions by a few letters and does the chosen one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from studio.app.panels.command_list import COMMAND, Command, keys_of
from studio.app.panels.command_palette import CommandPalette
from studio.app.panels.fuzzy import match


class Window(QMainWindow):
    """A window with a few actions; ``done`` is what was done."""

    def __init__(self) -> None:
        """Make menus and the palette."""
        super().__init__()
        self.done: list[str] = []
        edit = self.menuBar().addMenu("&Edit")
        align = edit.addMenu("Align")
        self.found = [
            self._action(edit, "&Undo", "Ctrl+Z"),
            self._action(align, "Align left", ""),
            self._action(edit, "Auto layout", "Ctrl+Shift+L"),
            self._action(edit, "Zoom in", "Ctrl++"),
        ]
        self.palette_ = CommandPalette(self)

    def _action(self, menu: QMenu, text: str, keys: str) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda: self.done.append(text))
        menu.addAction(action)
        return action


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    """The window, shown."""
    made = Window()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def _shown(palette: CommandPalette) -> list[Command]:
    model = palette.list.model()
    return [model.index(row, 0).data(COMMAND).command for row in range(model.rowCount())]


def test_a_few_letters_find_an_action_and_enter_does_it(window: Window, qtbot: QtBot) -> None:
    palette = window.palette_
    palette.open_with(window.found)
    qtbot.keyClicks(palette.field, "aulo")
    assert [command.title for command in _shown(palette)] == ["Auto layout"]
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.done == ["Auto layout"]
    assert not palette.isVisible()


def test_it_shows_menus_and_keys(window: Window) -> None:
    window.palette_.open_with(window.found)
    shown = {command.title: command for command in _shown(window.palette_)}
    assert shown["Undo"].detail == "Edit"
    assert shown["Align left"].detail == "Edit › Align"
    assert shown["Undo"].keys == ("Ctrl", "Z")


def test_an_action_that_cannot_be_done_is_shown_and_not_done(window: Window, qtbot: QtBot) -> None:
    window.found[0].setEnabled(False)
    palette = window.palette_
    palette.open_with(window.found)
    assert _shown(palette)[-1].title == "Undo"
    qtbot.keyClicks(palette.field, "undo")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.done == []
    assert palette.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_extras_are_found_too(window: Window, qtbot: QtBot) -> None:
    palette = window.palette_
    palette.open_with(
        window.found, [("Split Data", "Node", "split", lambda: window.done.append("shown"))]
    )
    qtbot.keyClicks(palette.field, "spd")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.done == ["shown"]


def test_it_begins_anew_and_says_when_nothing_is_called_so(window: Window, qtbot: QtBot) -> None:
    palette = window.palette_
    palette.open_with(window.found)
    qtbot.keyClicks(palette.field, "qqq")
    assert palette.nothing.text() == "No action is called “qqq”."
    palette.hide()
    palette.open_with(window.found)
    assert palette.field.text() == ""
    assert len(_shown(palette)) == len(window.found)


def test_letters_count_more_at_the_begin_of_words_and_in_a_row() -> None:
    def score(query: str, text: str) -> int:
        found = match(query, text)
        assert found is not None
        return found[0]

    assert score("za", "Zoom actual") > score("za", "Organizations")
    assert score("la", "Auto layout") > score("la", "Relabel")
    assert score("zoom", "Zoom in") > score("zoom", "Size of one mark")
    assert score("run", "Run") > score("run", "Run history")
    assert match("nur", "Run") is None
    found = match("zi", "Zoom in")
    assert found is not None
    assert found[1] == ((0, 1), (5, 1))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Ctrl+Shift+P", ("Ctrl", "Shift", "P")),
        ("Ctrl++", ("Ctrl", "+")),
        ("F5", ("F5",)),
        ("", ()),
    ],
)
def test_keys_are_told_one_by_one(text: str, keys: tuple[str, ...]) -> None:
    assert keys_of(QKeySequence(text)) == keys
