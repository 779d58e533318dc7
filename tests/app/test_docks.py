"""The panels' docks: they float, close and come back."""

from __future__ import annotations

from PySide6.QtWidgets import QDockWidget, QToolButton
from pytestqt.qtbot import QtBot

from studio.app.main_window import MainWindow
from studio.app.session import Session
from tests.app.window_hands import WindowHands


def test_a_dock_floats_closes_and_comes_back(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    hands = WindowHands(window, qtbot)
    session.new()
    dock = hands.find("palette", QDockWidget)
    assert isinstance(dock, QDockWidget)
    button = hands.find("float_palette", QToolButton)
    assert min(button.width(), button.height()) >= 24
    hands.click(button)
    assert dock.isFloating()
    hands.press("float_palette")
    assert not dock.isFloating()
    hands.press("close_palette")
    assert not dock.isVisible()
    window.docks.arrange()
    assert dock.isVisible()


def test_a_dock_with_a_tab_has_a_title_only_while_it_floats(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    hands = WindowHands(window, qtbot)
    session.new()
    dock = hands.find("results", QDockWidget)
    assert isinstance(dock, QDockWidget)
    assert dock.titleBarWidget().height() == 0
    dock.setFloating(True)
    hands.press("float_results")
    assert not dock.isFloating()
    assert dock.titleBarWidget().height() == 0
    qtbot.waitUntil(lambda: not dock.visibleRegion().isEmpty())
