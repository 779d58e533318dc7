"""Keys of the window: those that go from tab to tab, and those that a field keeps for itself."""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from studio.app.actions import ACTIONS
from studio.app.canvas.hits import Hit
from studio.app.canvas.menus import menu_for
from studio.app.main_window import MainWindow
from studio.app.session import Session
from tests.app.canvas_hands import CONTROL, SHIFT, put


def test_ctrl_tab_goes_round_the_tabs(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    first, second = session.new(), session.new()
    window.activateWindow()
    assert session.current is second
    QTest.keyClick(window.canvas.viewer, Qt.Key.Key_Tab, CONTROL)
    assert session.current is None
    QTest.keyClick(window, Qt.Key.Key_Tab, CONTROL)
    assert session.current is first
    QTest.keyClick(window.canvas.viewer, Qt.Key.Key_Tab, CONTROL)
    assert session.current is second
    QTest.keyClick(window.canvas.viewer, Qt.Key.Key_Backtab, CONTROL | SHIFT)
    assert session.current is first


def test_ctrl_enter_ends_a_note_and_runs_nothing(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    draft = session.new()
    put(window.canvas, "sample_dataset", 0, 0)
    window.canvas.add_note(QPointF(200, 200))
    field = window.canvas.inline.field
    assert field is not None
    QTest.keyClicks(field, "Look here")
    with qtbot.assertNotEmitted(draft.run_changed):
        QTest.keyClick(field, Qt.Key.Key_Return, CONTROL)
    assert window.canvas.inline.field is None
    assert [note.text for note in draft.experiment.notes.values()] == ["Look here"]


def test_the_keys_that_context_menus_show_are_those_of_the_window(canvas, draft) -> None:
    known = {key for action in ACTIONS for key in action.keys}
    node = put(canvas, "sample_dataset", 0, 0)
    draft.select([node])
    canvas.group_selection()
    canvas.inline.close(take=True)
    shown = set()
    for id in (None, node, *draft.experiment.groups):
        thing = None if id is None else canvas.drawing.thing(id)
        menu = menu_for(canvas, Hit(thing=thing, part="inside" if id else ""), QPointF())
        assert isinstance(menu, QMenu)
        shown |= {text.split("\t")[1] for a in menu.actions() if "\t" in (text := a.text())}
        menu.deleteLater()
    assert len(shown) > 12
    assert {re.sub("Delete", "Del", key) for key in shown} <= known
