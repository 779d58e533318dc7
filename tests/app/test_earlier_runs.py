"""What is known of earlier runs: of a file that was just opened, and of a run that is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from studio.app.panels.properties import PropertiesPanel
from studio.app.session import Session
from studio.engine.history import RunRecord, RunSummary
from tests.app.looking import SECONDS, build, run


@pytest.fixture
def file(session: Session, tmp_path: Path, qtbot: QtBot) -> Path:
    """An experiment that was run, saved and closed."""
    draft = session.new()
    build(draft, [("data", "sample_dataset", {}), ("split", "split_data", {})],
          [("data.dataset", "split.dataset")])  # fmt: skip
    run(draft, qtbot)
    path = tmp_path / "iris.experiment"
    assert session.save(draft, path)
    session.close(draft)
    return path


def test_the_last_run_of_a_file_opened_at_the_start_is_known(
    session: Session, file: Path, qtbot: QtBot
) -> None:
    session.stop()
    again = Session(session.workspace)
    panel = PropertiesPanel(again)
    qtbot.addWidget(panel)
    panel.show()
    assert again.open(file) is not None
    last = panel.findChild(QLabel, "fact_last_run")
    assert last.text() == "Never"
    again.start()
    qtbot.waitUntil(lambda: last.text().startswith("Finished"), timeout=SECONDS)
    again.stop()


def test_an_earlier_run_shows_how_its_own_nodes_ended(
    session: Session, file: Path, qtbot: QtBot
) -> None:
    draft = session.open(file)
    assert draft is not None
    draft.run((), ("split",))
    qtbot.waitUntil(lambda: not draft.is_running, timeout=SECONDS)
    found: list[RunSummary] = []
    session.bridge.history_of(draft.experiment.id, found.extend)
    qtbot.waitUntil(lambda: bool(found), timeout=SECONDS)
    records: list[RunRecord | None] = []
    session.bridge.record_of(found[0].record.id, records.append)
    qtbot.waitUntil(lambda: bool(records), timeout=SECONDS)
    assert records[0] is not None
    earlier = session.open_run(records[0])
    assert earlier is not None
    states = {id: earlier.state(id).status for id in earlier.experiment.nodes}
    assert states == {"data": "reused", "split": "finished"}
