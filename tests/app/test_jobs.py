"""The Jobs panel shows what runs, and stops it."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QRadioButton, QToolButton
from pytestqt.qtbot import QtBot

from studio.app.dialogs.clean_store import CleanStoreDialog
from studio.app.draft import Draft
from studio.app.panels.engine_facts import EngineFacts
from studio.app.panels.jobs import JobsPanel
from studio.app.session import Session
from studio.document.edits import AddNode
from studio.document.items import Node

SECONDS = 60_000
SLOW = "import time\ndef azureml_main(a=None, b=None):\n    time.sleep(60)\n"


def shown(session: Session, qtbot: QtBot) -> JobsPanel:
    panel = JobsPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_a_run_is_shown_and_can_be_cancelled(session: Session, draft: Draft, qtbot: QtBot) -> None:
    panel = shown(session, qtbot)
    draft.apply(AddNode(Node("slow", "execute_python_script", params={"script": SLOW})))
    draft.run()
    (card,) = panel.cards
    assert any(timer.isActive() for timer in panel.findChildren(QTimer) if timer.interval() == 1000)
    qtbot.waitUntil(lambda: card.running_nodes == ["slow"], timeout=SECONDS)
    stop = card.findChild(QPushButton, "cancel_run")
    bar = card.findChild(QProgressBar, "job_progress")
    assert stop is not None
    assert bar is not None
    assert bar.isVisible()
    stop.click()
    qtbot.waitUntil(lambda: not draft.is_running, timeout=SECONDS)
    outcome = card.findChild(QLabel, "job_outcome")
    assert outcome is not None
    qtbot.waitUntil(lambda: outcome.text() == "Cancelled", timeout=SECONDS)
    assert card.running_nodes == []
    assert not bar.isVisible()
    assert not any(t.isActive() for t in panel.findChildren(QTimer) if t.interval() == 1000)
    session.close(draft)
    assert panel.cards == []


def test_one_node_can_be_cancelled(session: Session, draft: Draft, qtbot: QtBot) -> None:
    panel = shown(session, qtbot)
    draft.apply(AddNode(Node("slow", "execute_python_script", params={"script": SLOW})))
    draft.apply(AddNode(Node("data", "sample_dataset")))
    draft.run()
    (card,) = panel.cards
    qtbot.waitUntil(lambda: "slow" in card.running_nodes, timeout=SECONDS)
    stop = card.findChild(QToolButton, "cancel_slow")
    assert stop is not None
    stop.click()
    qtbot.waitUntil(lambda: not draft.is_running, timeout=SECONDS)
    assert draft.state("slow").status == "cancelled"
    assert draft.state("data").has_result


def test_the_store_can_be_emptied(session: Session, draft: Draft, qtbot: QtBot) -> None:
    panel = shown(session, qtbot)
    draft.apply(AddNode(Node("data", "sample_dataset")))
    described_after: list[object] = []
    draft.described.connect(
        lambda: described_after.append(draft.last_run and draft.last_run.outcome)
    )
    draft.run()
    store = panel.findChild(QLabel, "store_text")
    clean = panel.findChild(QPushButton, "clean_store")
    assert store is not None
    assert clean is not None
    qtbot.waitUntil(lambda: store.text().startswith("1 result in the store"), timeout=SECONDS)
    # What is being described is held in the store.
    qtbot.waitUntil(lambda: "finished" in described_after, timeout=SECONDS)
    clean.click()
    dialog = panel.window().findChild(CleanStoreDialog)
    assert dialog is not None
    some = dialog.findChild(QRadioButton, "clean_some")
    done = dialog.findChild(QPushButton, "clean")
    assert some is not None
    assert done is not None
    assert done.isEnabled()
    with qtbot.waitSignal(session.said, timeout=SECONDS) as said:
        done.click()
    assert said.args is not None
    assert "freed" in said.args[1]
    qtbot.waitUntil(lambda: store.text().startswith("0 results"), timeout=SECONDS)
    qtbot.waitUntil(lambda: draft.state("data").status == "ready", timeout=SECONDS)
    assert not draft.state("data").has_result


def test_an_answer_for_a_panel_that_is_gone_is_dropped(session: Session, qtbot: QtBot) -> None:
    panel = shown(session, qtbot)
    qtbot.waitUntil(lambda: session.bridge.engine is not None, timeout=SECONDS)
    facts = panel.findChild(EngineFacts)
    assert facts is not None
    facts.refresh()
    shiboken6.delete(panel)
    answered: list[object] = []
    session.bridge.work(lambda: "later", answered.append)
    qtbot.waitUntil(lambda: answered == ["later"], timeout=SECONDS)
