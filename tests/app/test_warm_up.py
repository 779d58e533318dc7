"""What is imported in the background: all of it, and nothing of Qt's in another thread."""

from __future__ import annotations

from tests.app.window_program import told_by

PROGRAM = """
import json, os, sys, threading, time
from PySide6.QtWidgets import QApplication
from studio.app.main import open_window

elsewhere, here = [], []

class Watch:
    def find_spec(self, name, path=None, target=None):
        is_here = threading.current_thread() is threading.main_thread()
        (here if is_here else elsewhere).append(name)

sys.meta_path.insert(0, Watch())
application = QApplication([])
window = open_window(application)
window.show()
end = time.monotonic() + 120
while "pyqtgraph.widgets.VerticalLabel" not in sys.modules:
    application.processEvents()
    assert time.monotonic() < end
    time.sleep(0.002)
docks = window.documents.made_docks
print(json.dumps({"elsewhere": elsewhere, "here": here, "docks": docks is not None}), flush=True)
window.session.stop()
os._exit(0)
"""
OF_QT = ("PySide6", "shiboken6", "NodeGraphQt", "pyqtgraph", "studio.app")


def test_what_knows_qt_is_imported_on_the_windows_own_thread() -> None:
    """A class of Qt's that another thread makes while the window draws can end the process."""
    said = told_by(PROGRAM)
    assert [name for name in said["elsewhere"] if name.startswith(OF_QT)] == []
    assert "studio.export.predictive" in said["elsewhere"]
    assert {"NodeGraphQt", "pyqtgraph", "studio.app.docks"} <= set(said["here"])
    assert said["docks"]
