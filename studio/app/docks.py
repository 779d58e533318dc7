"""The docks around the canvas: which panels there are, where they begin, how they are found."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMenu, QWidget

from studio.app.panels.help_panel import HelpPanel
from studio.app.panels.jobs import JobsPanel
from studio.app.panels.log import LogPanel
from studio.app.panels.palette import PalettePanel
from studio.app.panels.problems import ProblemsPanel
from studio.app.panels.properties import PropertiesPanel
from studio.app.panels.results import ResultsPanel
from studio.app.panels.runs import RunsPanel

if TYPE_CHECKING:
    from studio.app.main_window import MainWindow
    from studio.app.session import Session

_LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
_BELOW = Qt.DockWidgetArea.BottomDockWidgetArea

_VERSION = 1
PALETTE_WIDTH, PROPERTIES_WIDTH, RESULTS_HEIGHT = 264, 336, 300


class Docks:
    """The panels of one window, each in a dock that can be moved, floated and hidden."""

    def __init__(self, window: MainWindow, session: Session) -> None:
        """Make the panels and put them where a new window has them."""
        self._window = window
        self._kept = QByteArray()
        self._is_put_away = False
        self.palette = PalettePanel(session)
        self.properties = PropertiesPanel(session)
        self.help = HelpPanel(session)
        self.results = ResultsPanel(session)
        self.problems = ProblemsPanel(session)
        self._docks = {
            "palette": self._dock("palette", "Modules", self.palette, _LEFT),
            "properties": self._dock("properties", "Properties", self.properties, _RIGHT),
            "help": self._dock("help", "Help", self.help, _RIGHT),
            "results": self._dock("results", "Results", self.results, _BELOW),
            "problems": self._dock("problems", "Problems", self.problems, _BELOW),
            "log": self._dock("log", "Log", LogPanel(session), _BELOW),
            "jobs": self._dock("jobs", "Jobs", JobsPanel(session), _BELOW),
            "runs": self._dock("runs", "Runs", RunsPanel(session), _BELOW),
        }
        self.problems.count_changed.connect(self._count_problems)
        session.output_requested.connect(lambda *_: self.show("results"))
        session.field_requested.connect(lambda *_: self.show("properties"))
        session.help_requested.connect(lambda *_: self.show("help"))
        session.log_requested.connect(lambda *_: self.show("log"))

    def arrange(self) -> None:
        """Put the docks where a new window has them."""
        window = self._window
        window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
        window.setCorner(Qt.Corner.BottomLeftCorner, _LEFT)
        for name, area in _PLACES.items():
            window.addDockWidget(area, self._docks[name])
            self._docks[name].setFloating(False)
            self._docks[name].show()
        window.tabifyDockWidget(self._docks["properties"], self._docks["help"])
        for first, second in itertools.pairwise(_TABS):
            window.tabifyDockWidget(self._docks[first], self._docks[second])
        self._docks["properties"].raise_()
        self._docks["results"].raise_()
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        sides = [self._docks["palette"], self._docks["properties"]]
        window.resizeDocks(sides, [PALETTE_WIDTH, PROPERTIES_WIDTH], horizontal)
        window.resizeDocks([self._docks["results"]], [RESULTS_HEIGHT], vertical)

    def show(self, name: str) -> None:
        """Bring a dock to the front."""
        if self._is_put_away:
            return
        dock = self._docks[name]
        dock.show()
        dock.raise_()

    def add_to_menu(self, menu: QMenu) -> None:
        """Add an entry for each dock, and one that puts them all back."""
        docks = menu.addMenu("Panels")
        for dock in self._docks.values():
            docks.addAction(dock.toggleViewAction())
        docks.addSeparator()
        docks.addAction("Put all back", self.arrange)

    def state(self) -> QByteArray:
        """Return where the docks stand, as the window keeps it."""
        return self._kept if self._is_put_away else self._window.saveState(_VERSION)

    def restore(self, state: QByteArray) -> None:
        """Put the docks where they stood."""
        self._kept = state
        if not self._is_put_away and not self._window.restoreState(state, _VERSION):
            self.arrange()

    def put_away(self, away: bool) -> None:
        """Hide all docks, or put them back where they stood: the start page needs none."""
        if away == self._is_put_away:
            return
        if away:
            self._kept = self._window.saveState(_VERSION)
        self._is_put_away = away
        for dock in self._docks.values():
            dock.setVisible(not away)
            dock.toggleViewAction().setEnabled(not away)
        if not away:
            self.restore(self._kept)

    def _dock(self, name: str, title: str, panel: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(panel)
        self._window.addDockWidget(area, dock)
        return dock

    def _count_problems(self, errors: int, warnings: int) -> None:
        count = errors + warnings
        self._docks["problems"].setWindowTitle(f"Problems ({count})" if count else "Problems")


_TABS = ("results", "problems", "log", "jobs", "runs")
_PLACES = {"palette": _LEFT, "properties": _RIGHT, "help": _RIGHT, **dict.fromkeys(_TABS, _BELOW)}
