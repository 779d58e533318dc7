"""What is seen of an experiment when it is opened."""

from __future__ import annotations

import shutil

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from studio import paths
from studio.app.canvas.metrics import DETAILS_FROM
from studio.app.main_window import MainWindow
from studio.app.session import Session
from studio.document.recovery import left_behind
from tests.app.canvas_hands import put


def _sees(window: MainWindow) -> bool:
    """Whether the drawing is seen from its upper end, in the middle, at a size that can be read."""
    viewer, rect = window.canvas.viewer, window.canvas.drawing.rect()
    seen = viewer.seen()
    is_there = seen.top() < rect.top() and seen.left() < rect.left() and seen.right() > rect.right()
    return is_there and DETAILS_FROM <= round(viewer.scale_now, 3) <= 1.0


def test_the_first_experiment_is_seen_and_can_be_read(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    assert session.open_template("customer-churn") is not None
    qtbot.waitUntil(lambda: _sees(window))
    qtbot.wait(1)
    assert _sees(window)


def test_it_stays_so_in_another_room_until_one_looks_elsewhere(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    assert session.open_template("customer-churn") is not None
    qtbot.waitUntil(lambda: _sees(window))
    room = window.canvas.viewport.width()
    window.resize(window.width() - 200, window.height() - 200)
    qtbot.waitUntil(lambda: window.canvas.viewport.width() < room and _sees(window))
    window.canvas.zoom_in()
    scale = window.canvas.viewer.scale_now
    room = window.canvas.viewport.width()
    window.resize(window.width() + 300, window.height())
    qtbot.waitUntil(lambda: window.canvas.viewport.width() > room)
    assert window.canvas.viewer.scale_now == scale


def test_an_edited_drawing_is_left_where_it_is(canvas, draft) -> None:
    node = put(canvas, "sample_dataset", -300, 0)
    before = canvas.node_rect(node)
    canvas.resize(700, 600)
    assert canvas.node_rect(node) == before


def test_an_empty_canvas_says_how_to_begin(canvas, draft) -> None:
    begin = canvas.findChild(QLabel, "canvas_begin")
    assert begin.isVisible()
    off = begin.geometry().center() - canvas.viewport.rect().center()
    assert off.manhattanLength() <= 2
    put(canvas, "sample_dataset", 0, 0)
    assert not begin.isVisible()
    draft.undo()
    assert begin.isVisible()


def test_what_was_recovered_is_seen(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    lost = session.new()
    for number in range(3):
        put(window.canvas, "sample_dataset", 3000, 200 * number)
    assert lost.document is not None
    lost.document.flush()
    shutil.copytree(paths.journals(), paths.journals().with_name("left"))
    session.close(lost)
    (recovery,) = left_behind(paths.journals().with_name("left"))
    assert session.recover(recovery) is not None
    assert _sees(window)
