"""The command palette in the whole window: it leads to the nodes of the experiment in front."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.app.main_window import MainWindow
from studio.document.edits import AddNode
from studio.document.items import Node
from tests.app.window_hands import WindowHands


def test_the_command_palette_goes_to_a_node(window: MainWindow, qtbot: QtBot) -> None:
    hands = WindowHands(window, qtbot)
    draft = window.session.new()
    draft.apply(AddNode(Node("data", "sample_dataset", title="Cars")))
    draft.apply(AddNode(Node("far", "split_data", position=(4000.0, 3000.0))))
    visible = window.canvas.viewport.rect()
    assert not visible.contains(window.canvas.node_rect("far"))
    window.show_commands()
    field = hands.find("command_palette_field")
    QTest.keyClicks(field, "go to split")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert draft.selection == {"far"}
    assert visible.contains(window.canvas.node_rect("far"))
