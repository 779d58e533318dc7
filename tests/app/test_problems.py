"""The Problems panel says what is wrong and leads to the place."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView, QToolButton
from pytestqt.qtbot import QtBot

from studio.app.draft import Draft
from studio.app.panels.problems import ProblemsPanel
from studio.app.session import Session
from studio.document.edits import AddNode, Batch, Remove
from studio.document.items import Node

SECONDS = 60_000
FAILS = "def azureml_main(a=None, b=None):\n    raise KeyError('price')\n"


def shown(session: Session, qtbot: QtBot) -> tuple[ProblemsPanel, QListView]:
    panel = ProblemsPanel(session)
    qtbot.addWidget(panel)
    panel.resize(900, 300)
    panel.show()
    found = panel.findChild(QListView, "problem_list")
    assert found is not None
    return panel, found


def texts(view: QListView) -> list[str]:
    model = view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def click(view: QListView, text: str) -> None:
    row = next(row for row, line in enumerate(texts(view)) if text in line)
    place = view.visualRect(view.model().index(row, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(80, place.y()))


def test_a_click_leads_to_the_node(session: Session, draft: Draft, qtbot: QtBot) -> None:
    panel, view = shown(session, qtbot)
    assert not view.isVisible()
    with qtbot.waitSignal(panel.count_changed, timeout=SECONDS) as counted:
        draft.apply(AddNode(Node("score", "score_model", title="Score")))
    assert counted.args == [2, 0]
    assert texts(view)[0] == "Score"
    with qtbot.waitSignal(session.field_requested) as asked:
        click(view, "“Dataset”")
    assert asked.args == [draft, "score", ""]
    assert draft.selection == {"score"}
    draft.apply(Remove(("score",)))
    qtbot.waitUntil(lambda: not view.isVisible(), timeout=SECONDS)


def test_enter_leads_to_the_field(session: Session, draft: Draft, qtbot: QtBot) -> None:
    _, view = shown(session, qtbot)
    draft.apply(AddNode(Node("split", "split_data", title="Split", params={"fraction": 7})))
    qtbot.waitUntil(lambda: view.model().rowCount() > 0, timeout=SECONDS)
    row = next(row for row, line in enumerate(texts(view)) if "Fraction" in line)
    view.setCurrentIndex(view.model().index(row, 0))
    with qtbot.waitSignal(session.field_requested) as asked:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert asked.args == [draft, "split", "fraction"]


def test_what_failed_while_running_is_there(session: Session, draft: Draft, qtbot: QtBot) -> None:
    panel, view = shown(session, qtbot)
    draft.apply(AddNode(Node("script", "execute_python_script", params={"script": FAILS})))
    draft.run()
    qtbot.waitUntil(lambda: any("KeyError" in line for line in texts(view)), timeout=SECONDS)
    with qtbot.waitSignal(session.field_requested) as asked:
        click(view, "KeyError")
    assert asked.args == [draft, "script", "script"]
    copied = panel.findChild(QToolButton, "copy_problems")
    assert copied is not None
    copied.click()
    assert "error: The script failed" in QGuiApplication.clipboard().text()


def test_thousands_of_problems_are_fluid_and_can_be_filtered(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    panel, view = shown(session, qtbot)
    nodes = [AddNode(Node(f"n{number}", "score_model")) for number in range(2500)]
    draft.apply(Batch(tuple(nodes)))
    qtbot.waitUntil(lambda: len(panel.rows) == 5000, timeout=SECONDS)
    assert view.model().rowCount() == 7500
    errors = panel.findChild(QToolButton, "show_errors")
    assert errors is not None
    assert errors.text() == "5000"
    errors.click()
    errors.click()
    assert view.model().rowCount() == 7500
    errors.click()
    assert not view.isVisible()
