"""The window's process stays light: no library of the modules is ever imported in it."""

from __future__ import annotations

from tests.app.window_program import told_by

HEAVY = {"pandas", "sklearn", "scipy", "duckdb", "lightgbm", "matplotlib", "pyarrow"}
PROGRAM = """
import json, os, sys, time
from PySide6.QtWidgets import QApplication, QTableView, QWidget
from studio.app.main import open_window

application = QApplication([])
window = open_window(application)
window.show()

def wait(condition):
    end = time.monotonic() + 120
    while not condition():
        application.processEvents()
        assert time.monotonic() < end
        time.sleep(0.005)

def is_filled(viewer):
    if viewer is None or not viewer.isVisible():
        return False
    tables = [table for table in viewer.findChildren(QTableView) if table.isVisible()]
    models = [table.model() for table in tables if table.model() is not None]
    return all(model.index(0, 0).data() not in (None, "", "…") for model in models)

def loaded():
    return sorted({name.partition(".")[0] for name in sys.modules})

states = {}
wait(lambda: window.session.bridge.engine is not None)
states["after the start"] = loaded()
draft = window.session.open_template("breast-cancer-boosted-trees")
window.run()
wait(lambda: not draft.is_running)
assert draft.last_run.outcome == "finished", draft.log()
states["after a run"] = loaded()
results = window.docks.results
for node in draft.experiment.nodes:
    for port in draft.module(node).outputs():
        window.session.show_output(draft, node, port.name)
        wait(lambda: not results.is_waiting and is_filled(results.viewer))
states["after its results were looked at"] = loaded()
print(json.dumps(states), flush=True)
window.session.stop()
os._exit(0)
"""


def test_the_window_imports_no_library_of_the_modules() -> None:
    states: dict[str, list[str]] = told_by(PROGRAM)
    found = {when: sorted(HEAVY & set(names)) for when, names in states.items()}
    assert found == {when: [] for when in states}
    assert "PySide6" in states["after the start"]
