"""Closing asks before it stops a run."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from studio.app.main_window import MainWindow
from studio.app.session import Session
from studio.document.edits import AddNode
from studio.document.items import Node
from tests.app.window_hands import SECONDS, WindowHands

_SLOW = "import time\ndef azureml_main(a, b):\n    time.sleep(60)\n"


def test_a_run_is_stopped_only_when_one_says_so(
    window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    hands = WindowHands(window, qtbot)
    draft = session.new()
    draft.apply(
        AddNode(Node("slow", "execute_python_script", title="Slow", params={"script": _SLOW}))
    )
    hands.press("tool_run")
    qtbot.waitUntil(lambda: draft.state("slow").status == "running", timeout=SECONDS)
    window.files.close_current()
    hands.find("running_dialog", QDialog)
    hands.press("keep")
    assert draft.is_running
    assert session.drafts == (draft,)
    window.files.close_current()
    hands.press("stop")
    hands.press("discard")
    assert session.drafts == ()
