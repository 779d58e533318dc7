"""Pictures of the main states of the window: run with ``python -m tests.screenshots FOLDER``.

Every picture is of the real window over a real engine, off the screen, in the light and the dark
theme: the start page, an experiment that ran with the evaluation of its model, a table with
the statistics of a column, a tree of a model, the search at the cursor, the choice of columns,
problems, the comparison of runs, the command palette, the preferences, a predictive experiment
with what was done to make it, the export of a model package and its proof, an endpoint, and
retraining.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableView,
    QTabWidget,
    QWidget,
)

from studio.app.main import open_window
from studio.app.main_window import MainWindow
from studio.document.edits import SetDisabled, SetParams

WIDTH, HEIGHT = 1440, 900


class Photographer:
    """Brings a window into its states and takes the pictures."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window = window
        self.folder = folder

    def take(self, name: str) -> None:
        """Take a picture of the window with everything that lies over it."""
        self.wait(0.6)
        picture = QPixmap(self.window.size())
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.drawPixmap(0, 0, self.window.grab())
        for top in QApplication.topLevelWidgets():
            if top.isVisible() and top is not self.window and top.width() > 60:
                painter.drawPixmap(self._place(top), top.grab())
        painter.end()
        path = self.folder / f"{name}.png"
        picture.save(str(path))
        print(path)

    def wait(self, seconds: float) -> None:
        """Let the window work for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.01)

    def until(self, condition: Callable[[], object], seconds: float = 120) -> None:
        """Let the window work until something is so."""
        end = time.monotonic() + seconds
        while not condition():
            self.wait(0.05)
            if time.monotonic() > end:
                raise SystemExit("A state of the window did not come.")

    def run(self) -> None:
        """Run the experiment in front to its end."""
        draft = self.window.draft
        self.window.run()
        self.until(lambda: not draft.is_running)
        self.wait(1)

    def node(self, module: str) -> str:
        """Select the first node of a module."""
        draft = self.window.draft
        found = next(item.id for item in draft.experiment.nodes.values() if item.module == module)
        draft.select([found])
        self.wait(1.5)
        return found

    def _place(self, top: QWidget) -> QPoint:
        if top.isModal() or top.windowType() == Qt.WindowType.Dialog:
            return QPoint((WIDTH - top.width()) // 2, (HEIGHT - top.height()) // 3)
        return top.pos() - self.window.pos()


def photograph(camera: Photographer, theme: str) -> None:
    """Take all pictures in one theme."""
    window, session = camera.window, camera.window.session
    window.set_theme(theme)
    name = partial("{0}-{1}".format, theme)
    camera.take(name("start"))
    draft = session.open_template("breast-cancer-boosted-trees")
    camera.run()
    window.canvas.zoom_to_fit()
    camera.node("evaluate_model")
    camera.take(name("experiment"))
    data = camera.node("split_data")
    session.show_output(draft, data, "results_dataset1")
    camera.wait(2)
    table = next(view for view in window.findChildren(QTableView) if view.isVisible())
    header = table.horizontalHeader()
    assert isinstance(header, QHeaderView)
    at = QPoint(header.sectionViewportPosition(1) + 30, 20)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    camera.wait(2)
    camera.take(name("table"))
    camera.node("train_model")
    for tabs in window.docks.results.findChildren(QTabWidget, "model_tabs"):
        tabs.setCurrentIndex(tabs.count() - 1)
    camera.wait(2)
    camera.take(name("model"))
    window.canvas.open_search()
    camera.wait(0.3)
    camera.take(name("search"))
    QApplication.activePopupWidget().close() if QApplication.activePopupWidget() else None
    session.close(draft)
    draft = session.open_template("customer-churn")
    draft.apply(SetParams(camera.node("split_data"), {"fraction": 1.7}))
    draft.apply(SetDisabled((camera.node("two_class_boosted_decision_tree"),), True))
    camera.wait(1)
    camera.node("split_data")
    window.docks.bring("problems")
    camera.take(name("problems"))
    session.close(draft)
    draft = session.open_template("wine-decision-forest")
    for seed in (1, 2, 3):
        draft.apply(SetParams(camera.node("split_data"), {"seed": seed}))
        camera.run()
    window.docks.bring("runs")
    camera.take(name("runs"))
    window.show_commands()
    camera.take(name("commands"))
    window.commands.close()
    window.show_preferences()
    camera.take(name("preferences"))
    for dialog in QApplication.topLevelWidgets():
        if dialog.isModal():
            dialog.close()
    session.close(draft)
    photograph_service(camera, name)


def photograph_service(camera: Photographer, name: Callable[[str], str]) -> None:
    """Take the pictures of the way from an experiment to an endpoint."""
    window, session = camera.window, camera.window.session
    session.open_template("customer-churn")
    camera.run()
    window.services.set_up()
    camera.until(lambda: len(session.drafts) == 2, 600)
    camera.take(name("service"))
    window.services.export()
    dialog = next(top for top in QApplication.topLevelWidgets() if top.isModal())
    with tempfile.TemporaryDirectory() as folder:
        dialog.findChild(QLineEdit, "package_folder").setText(folder)
        camera.take(name("export"))
        dialog.findChild(QPushButton, "export").click()
        start = dialog.findChild(QPushButton, "start_endpoint")
        camera.until(start.isVisible, 900)
        camera.take(name("package"))
        start.click()
        (endpoint,) = session.endpoints.items
        camera.until(lambda: endpoint.state == "ready")
        camera.until(lambda: window.docks.endpoints.page is not None)
        for number in range(30):
            window.docks.endpoints.page.form.send()
            camera.wait(0.2 + number % 4 / 10)
        camera.take(name("endpoint"))
        endpoint.stop()
        camera.until(lambda: endpoint.state == "stopped")
        photograph_retraining(camera, name)
        for known in session.endpoints.items:
            session.endpoints.remove(known)
    for draft in list(session.drafts):
        session.close(draft)


def photograph_retraining(camera: Photographer, name: Callable[[str], str]) -> None:
    """Take the pictures of the next version of a package that the window knows."""
    camera.window.services.retrain()
    dialog = next(top for top in QApplication.topLevelWidgets() if top.isModal())
    camera.take(name("retrain"))
    dialog.findChild(QPushButton, "retrain").click()
    result = dialog.findChild(QWidget, "retrain_result")
    camera.until(result.isVisible, 900)
    camera.take(name("retrained"))
    dialog.reject()


def main() -> int:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["WIRELOOM_HOME"] = home
        application = QApplication([])
        window = open_window(application)
        window.resize(WIDTH, HEIGHT)
        window.show()
        camera = Photographer(window, folder)
        camera.until(lambda: window.session.bridge.engine is not None)
        for theme in ("light", "dark"):
            photograph(camera, theme)
        window.session.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
