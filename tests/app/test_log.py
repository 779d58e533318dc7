"""The Log panel shows what a run said, narrowed down as the person likes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLineEdit, QListView, QToolButton
from pytestqt.qtbot import QtBot

from studio.app.draft import Draft
from studio.app.panels.log import LogPanel
from studio.app.panels.log_list import LogModel
from studio.app.run_log import LINES_KEPT, LogLine
from studio.app.session import Session
from studio.document.edits import AddNode
from studio.document.items import Node
from studio.engine import messages as say
from studio.sdk.errors import Problem

SECONDS = 60_000
SCRIPT = (
    "import pandas as pd\n"
    "def azureml_main(a=None, b=None):\n"
    "    print('first')\n    print('second')\n    return pd.DataFrame({'x': [1]}),\n"
)


def texts(panel: LogPanel) -> list[str]:
    view = panel.findChild(QListView, "log_list")
    assert view is not None
    model = view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_a_run_is_told_line_by_line(
    session: Session, draft: Draft, qtbot: QtBot, tmp_path: Path
) -> None:
    panel = LogPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    draft.apply(AddNode(Node("one", "execute_python_script", params={"script": SCRIPT})))
    draft.apply(AddNode(Node("two", "sample_dataset", title="Sample")))
    draft.run()
    qtbot.waitUntil(lambda: "The run finished" in "".join(texts(panel)[-1:]), timeout=SECONDS)
    assert {"first", "second"} <= set(texts(panel))
    session.log_requested.emit(draft, "two")
    chip = panel.findChild(QToolButton, "log_node")
    assert chip is not None
    assert chip.isVisible()
    assert chip.text() == "Sample"
    assert "first" not in texts(panel)
    chip.click()
    search = panel.findChild(QLineEdit, "log_search")
    assert search is not None
    search.setText("FIRST")
    assert texts(panel) == ["first"]
    panel.copy()
    assert QGuiApplication.clipboard().text().endswith("Execute Python Script\tfirst\n")
    with qtbot.waitSignal(session.said, timeout=SECONDS):
        panel.save(str(tmp_path / "log.txt"))
    assert (tmp_path / "log.txt").read_text().endswith("\tfirst\n")
    with qtbot.waitSignal(session.said, timeout=SECONDS) as said:
        panel.save(str(tmp_path / "nowhere" / "log.txt"))
    assert said.args is not None
    assert said.args[0] == "error"


def test_levels_and_the_report_of_a_failure(session: Session, draft: Draft, qtbot: QtBot) -> None:
    panel = LogPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    draft.apply(AddNode(Node("n", "sample_dataset", title="Sample")))
    draft.run()
    qtbot.waitUntil(lambda: not draft.is_running, timeout=SECONDS)
    assert draft.last_run is not None
    failed = say.NodeFailed(draft.last_run.id, "n", Problem("bug", "It broke."), "the traceback")
    session.bridge.happened.emit(failed)
    qtbot.waitUntil(lambda: "It broke." in texts(panel), timeout=SECONDS)
    level = panel.findChild(QComboBox, "log_level")
    report = panel.findChild(QToolButton, "copy_report")
    assert level is not None
    assert report is not None
    level.setCurrentIndex(2)
    assert texts(panel) == ["It broke."]
    report.click()
    assert QGuiApplication.clipboard().text() == "Sample\nthe traceback"


def test_the_view_follows_unless_it_was_scrolled_up(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    panel = LogPanel(session)
    qtbot.addWidget(panel)
    panel.resize(600, 200)
    panel.show()
    view = panel.findChild(QListView, "log_list")
    assert view is not None

    def log(count: int) -> None:
        before = view.model().rowCount()
        for number in range(count):
            draft.logged.emit(LogLine(0.0, "", f"line {number}"))
        qtbot.waitUntil(lambda: view.model().rowCount() == before + count)

    bar = view.verticalScrollBar()
    log(100)
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    bar.setValue(10)
    log(100)
    assert bar.value() == 10


def test_the_oldest_of_very_many_lines_go(qtbot: QtBot) -> None:
    model = LogModel(lambda node: node)
    model.add(LogLine(0.0, "n", str(number)) for number in range(LINES_KEPT))
    assert model.rowCount() == LINES_KEPT
    model.add([LogLine(0.0, "n", "one\ntwo")])
    assert model.rowCount() == LINES_KEPT * 9 // 10
    last = model.index(model.rowCount() - 1, 0)
    assert last.data() == "two"
