"""Every template, opened from the start page: it runs, and what came out of every port is shown."""

from __future__ import annotations

import logging

import pytest
from PySide6.QtWidgets import QLabel, QTableView
from pytestqt.qtbot import QtBot

from studio.app.main_window import MainWindow
from studio.session.templates import templates
from tests.app.window_hands import SECONDS, WindowHands


@pytest.mark.slow
@pytest.mark.parametrize("name", [template.name for template in templates()])
def test_a_template_opens_runs_and_shows_every_port(
    name: str, window: MainWindow, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    hands = WindowHands(window, qtbot)
    said: list[str] = []
    window.session.said.connect(lambda severity, sentence: said.append(sentence))
    hands.press(f"template_{name}")
    draft = window.draft
    assert not draft.is_modified
    hands.run()
    assert draft.last_run is not None
    assert draft.last_run.outcome == "finished"
    assert not draft.problems
    panel = window.docks.results
    for node in draft.experiment.nodes:
        hands.select(node)
        for port in draft.module(node).outputs():
            window.session.show_output(draft, node, port.name)
            qtbot.waitUntil(
                lambda: not panel.is_waiting and shows_something(panel.viewer), timeout=SECONDS
            )
            assert not panel.viewer.findChildren(QLabel, "viewer_problem"), (node, port.name)
    assert said == []
    assert [record.getMessage() for record in caplog.records] == []


def shows_something(viewer: object) -> bool:
    """Whether a viewer shows cells of a table, or text about what is none."""
    if viewer is None or not viewer.isVisible():
        return False
    for table in viewer.findChildren(QTableView):
        model = table.model()
        if table.isVisible() and model is not None and model.rowCount() > 0:
            return model.index(0, 0).data() not in (None, "", "…")
    return any(label.isVisible() and label.text() for label in viewer.findChildren(QLabel))
