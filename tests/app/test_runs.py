"""The Runs panel lists earlier runs; they can be opened, restored and compared."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView, QTableWidget, QToolButton
from pytestqt.qtbot import QtBot

from studio.app.dialogs.compare_runs import CompareRunsDialog
from studio.app.draft import Draft
from studio.app.panels.runs import RunsPanel
from studio.app.run_differences import settings_that_differ
from studio.app.run_figures import Figure, figure_text, figures_of
from studio.app.session import Session
from studio.document.edits import AddNode, SetExperiment, SetParams
from studio.document.experiment import Experiment
from studio.document.items import Node
from studio.engine.history import NodeRecord, RunRecord, RunSummary

SECONDS = 60_000


def recorded(session: Session, draft: Draft, run: str, started: float, r2: float) -> None:
    """Write a run of the draft as it stands into the history."""
    engine = session.bridge.engine
    assert engine is not None
    experiment = draft.experiment
    document = experiment.to_dict()
    record = RunRecord(run, started, 0, "running", experiment.id, "Name", experiment.seed, document)
    engine.history.begin(record, "me")
    figures = {"report": {"coefficient_of_determination": r2, "mean_absolute_error": 1 - r2}}
    judged = NodeRecord("data", "sample_dataset", "finished", 1.0, "k", {}, figures)
    engine.history.add(run, experiment.id, [judged])
    engine.history.end(run, "finished", 1.5)


@pytest.fixture
def panel(session: Session, draft: Draft, qtbot: QtBot) -> RunsPanel:
    """A panel that shows three runs, with two seeds and two settings."""
    made = RunsPanel(session)
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.show()
    qtbot.waitUntil(lambda: session.bridge.engine is not None, timeout=SECONDS)
    draft.apply(AddNode(Node("data", "sample_dataset", title="Data")))
    draft.apply(AddNode(Node("split", "split_data", title="Split")))
    recorded(session, draft, "first", 1000.0, 0.5)
    draft.apply(SetParams("split", {"fraction": 0.75}))
    recorded(session, draft, "second", 2000.0, 0.75)
    draft.apply(SetExperiment(seed=7))
    recorded(session, draft, "third", 3000.0, 0.25)
    made.refresh()
    qtbot.waitUntil(lambda: len(made.runs) == 3, timeout=SECONDS)
    return made


def table(panel: RunsPanel) -> QTableView:
    found = panel.findChild(QTableView, "run_table")
    assert found is not None
    return found


def press(panel: RunsPanel, name: str) -> None:
    button = panel.findChild(QToolButton, name)
    assert button is not None
    assert button.isEnabled()
    button.click()


def ids(panel: RunsPanel) -> list[str]:
    return [run.record.id for run in panel.runs]


def test_runs_stand_with_their_figures_and_are_sorted(panel: RunsPanel) -> None:
    view, model = table(panel), table(panel).model()
    heads = [
        model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())
    ]
    assert heads == ["Started", "State", "Duration", "Nodes", "Seed", "R²", "MAE"]
    assert [model.index(0, column).data() for column in range(1, 7)] == [
        "Finished", "1.5 s", "1", "7", "0.2500", "0.7500",
    ]  # fmt: skip
    assert ids(panel) == ["third", "second", "first"]
    view.sortByColumn(5, Qt.SortOrder.DescendingOrder)
    assert ids(panel) == ["second", "first", "third"]
    assert model.index(0, 5).data(Qt.ItemDataRole.ToolTipRole) == "The best of these runs"
    assert model.index(1, 5).data(Qt.ItemDataRole.ToolTipRole) is None


def test_a_run_is_opened_and_so_is_the_one_before(
    session: Session, panel: RunsPanel, qtbot: QtBot
) -> None:
    table(panel).selectRow(1)
    with qtbot.waitSignal(session.current_changed, timeout=SECONDS):
        press(panel, "open_run")
    opened = session.current
    assert opened is not None
    assert opened.read_only
    assert opened.record is not None
    assert opened.record.id == "second"
    assert opened.experiment.nodes["split"].params["fraction"] == 0.75
    qtbot.waitUntil(lambda: len(panel.runs) == 3, timeout=SECONDS)
    with qtbot.waitSignal(session.current_changed, timeout=SECONDS):
        press(panel, "prior_run")
    assert session.current is not None
    assert session.current.record is not None
    assert session.current.record.id == "first"


def test_a_run_is_restored_as_a_new_draft(
    session: Session, draft: Draft, panel: RunsPanel, qtbot: QtBot
) -> None:
    table(panel).selectRow(2)
    with qtbot.waitSignal(session.current_changed, timeout=SECONDS):
        press(panel, "restore_run")
    restored = session.current
    assert restored is not None
    assert restored is not draft
    assert not restored.read_only
    assert restored.is_modified
    assert "fraction" not in restored.experiment.nodes["split"].params
    assert restored.experiment.seed == 0


def test_runs_are_compared(panel: RunsPanel, qtbot: QtBot) -> None:
    table(panel).selectAll()
    press(panel, "compare_runs")
    qtbot.waitUntil(lambda: bool(panel.findChildren(CompareRunsDialog)), timeout=SECONDS)
    (dialog,) = panel.findChildren(CompareRunsDialog)
    settings = dialog.findChild(QTableWidget, "settings_table")
    figures = dialog.findChild(QTableWidget, "figures_table")
    assert settings is not None
    assert figures is not None
    assert rows(settings) == [
        ["Experiment", "Seed", "7", "0", "0"],
        ["Split", "Fraction of rows in the first output dataset", "0.75", "0.75", "0.5"],
    ]
    assert rows(figures) == [
        ["Data", "R²", "0.2500", "0.7500", "0.5000"],
        ["", "MAE", "0.7500", "0.2500", "0.5000"],
    ]
    better = figures.item(0, 3)
    assert better is not None
    assert better.toolTip() == "The better one"


def rows(found: QTableWidget) -> list[list[str]]:
    items = [
        [found.item(row, column) for column in range(found.columnCount())]
        for row in range(found.rowCount())
    ]
    return [[item.text() if item else "" for item in row] for row in items]


def test_a_run_that_ends_is_added(session: Session, draft: Draft, qtbot: QtBot) -> None:
    panel = RunsPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    assert not table(panel).isVisible()
    draft.apply(AddNode(Node("data", "sample_dataset")))
    draft.run()
    qtbot.waitUntil(
        lambda: [run.record.outcome for run in panel.runs] == ["finished"], timeout=SECONDS
    )
    assert table(panel).isVisible()


def test_nodes_that_are_not_in_all_runs_are_named(session: Session) -> None:
    one = Experiment(nodes={"a": Node("a", "gone_module", title="A", params={"x": [1, 2]})})
    two = dataclasses.replace(one, nodes={"b": Node("b", "split_data")})
    records = [RunRecord("r", 0, 0, "finished", "e", "", 0, e.to_dict()) for e in (one, two)]
    found = [
        (line.node, line.label, line.texts)
        for line in settings_that_differ(records, session.registry)
    ]
    assert found == [
        ("A", "Node", ("there", "not there")),
        ("Split Data", "Node", ("not there", "there")),
    ]


def test_figures_are_named_ranked_and_written() -> None:
    metrics = {"auc_to_compare": 0.5, "odd_thing": 3, "auc": 0.9, "broken": "text"}
    run = RunSummary(RunRecord("r", 0, 0, "finished", "e", "", 0), figures={("n", "p"): metrics})
    assert [figure.label for figure in figures_of([run])] == ["AUC", "AUC (compared)", "Odd thing"]
    assert Figure("n", "p", "mean_absolute_error").best([2.0, None, 1.0]) == 1.0
    assert Figure("n", "p", "odd_thing").best([2.0, 1.0]) is None
    values = [None, 0.0, 0.98438, 2 / 3e5, 45.0, 43.41621, 1234.56, -12345678.0]
    assert [figure_text(value) for value in values] == [
        "–", "0.0000", "0.9844", "6.67e-06", "45", "43.42", "1,234.6", "-12,345,678",
    ]  # fmt: skip
