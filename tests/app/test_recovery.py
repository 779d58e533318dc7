"""Unsaved work that a crash left is offered, and nothing is lost unless a person says so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton
from pytestqt.qtbot import QtBot

from studio.app.dialogs.recovery import RecoveryDialog
from studio.app.session import Session
from studio.document.experiment import Experiment
from studio.document.recovery import left_behind
from studio.document.storage import save

_DIES = """
import os, sys
from pathlib import Path
from studio.document.edits import AddNode
from studio.document.experiment import Experiment
from studio.document.items import Node
from studio.document.open_document import OpenDocument
from studio.registry.discovery import open_registry
path = sys.argv[1]
lost = Experiment(name="Lost")
document = OpenDocument.open(Path(path), open_registry()) if path else OpenDocument(lost)
document.editor.apply(AddNode(Node(sys.argv[2], "sample_dataset")))
document.flush()
os.kill(os.getpid(), 9)
"""


def crash(path: Path | None, node: str) -> None:
    """Let a window add a node and die."""
    name = "" if path is None else str(path)
    done = subprocess.run([sys.executable, "-c", _DIES, name, node], env=os.environ, check=False)
    assert done.returncode == -9


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A saved experiment."""
    path = tmp_path / "cars.experiment"
    save(Experiment(name="Cars"), path)
    return path


def opened(session: Session, qtbot: QtBot) -> RecoveryDialog:
    dialog = RecoveryDialog(session, session.left_behind())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog


def press(dialog: RecoveryDialog, name: str, place: int = 0) -> None:
    cards = [card for card in dialog.findChildren(QFrame, "recovery") if not card.isHidden()]
    button = cards[place].findChild(QPushButton, name)
    assert button is not None
    button.click()


def test_a_file_is_restored_as_unsaved_changes(session: Session, file: Path, qtbot: QtBot) -> None:
    crash(file, "data")
    dialog = opened(session, qtbot)
    assert [recovery.path for recovery in dialog.left] == [file]
    press(dialog, "restore")
    assert not dialog.isVisible()
    draft = session.current
    assert draft is not None
    assert draft.path == file
    assert draft.is_modified
    assert list(draft.experiment.nodes) == ["data"]


def test_what_was_never_saved_survives_a_second_crash(session: Session, qtbot: QtBot) -> None:
    crash(None, "data")
    dialog = opened(session, qtbot)
    press(dialog, "restore")
    draft = session.current
    assert draft is not None
    assert list(draft.experiment.nodes) == ["data"]
    (journal,) = (Path(os.environ["WIRELOOM_HOME"]) / "journals").glob("*.journal")
    assert b'"data"' in journal.read_bytes()


def test_taking_one_of_two_leaves_the_other(session: Session, file: Path, qtbot: QtBot) -> None:
    crash(file, "first")
    crash(file, "second")
    dialog = opened(session, qtbot)
    press(dialog, "restore", 0)
    assert dialog.isVisible()
    draft = session.current
    assert draft is not None
    assert list(draft.experiment.nodes) == ["second"]
    (other,) = dialog.left
    assert list(other.experiment.nodes) == ["first"]
    assert other.file.is_file()
    press(dialog, "discard")
    assert other.file.is_file()
    press(dialog, "discard")
    assert not other.file.exists()
    assert not dialog.isVisible()


def test_a_file_that_is_gone_is_restored_without_one(
    session: Session, file: Path, qtbot: QtBot
) -> None:
    crash(file, "data")
    file.unlink()
    dialog = opened(session, qtbot)
    press(dialog, "restore")
    draft = session.current
    assert draft is not None
    assert draft.path is None
    assert list(draft.experiment.nodes) == ["data"]
    session.close(draft)
    assert left_behind() == []


def test_later_keeps_everything(session: Session, file: Path, qtbot: QtBot) -> None:
    crash(file, "data")
    crash(None, "data")
    dialog = opened(session, qtbot)
    later = dialog.findChild(QPushButton, "later")
    assert later is not None
    later.click()
    assert len(left_behind()) == 2
    dialog = opened(session, qtbot)
    press(dialog, "discard")
    press(dialog, "discard")
    assert len(left_behind()) == 1
