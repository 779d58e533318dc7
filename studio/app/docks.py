"""The docks around the canvas: which panels there are, where they begin, how they are found."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QTabWidget, QWidget
from typing_extensions import override

from studio.app.dock_panels import TITLES, DockPanels
from studio.app.dock_title import DockTitle
from studio.app.session import Session

_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea

_VERSION = 1
PALETTE_WIDTH, PROPERTIES_WIDTH, RESULTS_HEIGHT = 264, 356, 300


_PLACES = (
    ("palette", Qt.DockWidgetArea.LeftDockWidgetArea, ()),
    ("properties", _RIGHT, ("help", "endpoints")),
    (
        "results",
        Qt.DockWidgetArea.BottomDockWidgetArea,
        ("problems", "log", "jobs", "runs", "service"),
    ),
)
"""The first dock of each area, and those that share its place as tabs."""


class Docks(QMainWindow):
    """The canvas area with its panels, each in a dock that can be moved, floated and hidden.

    A main window inside the main window: so the docks go when the start page comes.
    """

    def __init__(self, session: Session, documents: QWidget, panels: DockPanels) -> None:
        """Put the panels around the documents, where a new window has them."""
        super().__init__()
        self.setObjectName("docks")
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setCentralWidget(documents)
        # Without dragging in groups a tab cannot be dragged out of its bar.
        options = QMainWindow.DockOption
        self.setDockOptions(
            options.AnimatedDocks
            | options.AllowNestedDocks
            | options.AllowTabbedDocks
            | options.GroupedDragging
        )
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.palette_panel, self.results = panels.palette, panels.results
        self.service, self.endpoints = panels.service, panels.endpoints
        self._docks = {name: self._dock(name, panels[name]) for name in TITLES}
        self._wanted = ""
        self._is_arranged = False
        panels.problems.count_changed.connect(self._count_problems)
        session.output_requested.connect(lambda *_: self.bring("results"))
        session.field_requested.connect(lambda *_: self.bring("properties"))
        session.help_requested.connect(lambda *_: self.bring("help"))
        session.log_requested.connect(lambda *_: self.bring("log"))

    def arrange(self) -> None:
        """Put the docks where a new window has them."""
        for first, area, others in _PLACES:
            self.addDockWidget(area, self._docks[first])
            for other in others:
                self.tabifyDockWidget(self._docks[first], self._docks[other])
        for dock in self._docks.values():
            dock.setFloating(False)
            dock.show()
        self._docks["properties"].raise_()
        self._docks["results"].raise_()
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        sides = [self._docks["palette"], self._docks["properties"]]
        self.resizeDocks(sides, [PALETTE_WIDTH, PROPERTIES_WIDTH], horizontal)
        height = min(RESULTS_HEIGHT, round(0.45 * self.height()))
        self.resizeDocks([self._docks["results"]], [height], vertical)

    def bring(self, name: str) -> None:
        """Bring a dock to the front."""
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

    def places(self) -> str:
        """Return where the docks stand, as text."""
        if not self._is_arranged:
            return self._wanted
        return bytes(self.saveState(_VERSION).toBase64().data()).decode()

    def restore(self, places: str) -> None:
        """Put the docks where they stood, now or when they are shown for the first time."""
        self._wanted = places
        if self._is_arranged and places:
            self.restoreState(QByteArray.fromBase64(places.encode()), _VERSION)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_arranged:
            # Widths and heights can be given only to docks that are on the screen.
            self._is_arranged = True
            self.arrange()
            self.restore(self._wanted)

    def _dock(self, name: str, panel: QWidget) -> QDockWidget:
        dock = QDockWidget(TITLES[name], self)
        dock.setObjectName(name)
        dock.setWidget(panel)
        bar = DockTitle(dock)
        dock.setTitleBarWidget(bar)
        if name != "palette":
            # The tab says the title already; a dock that floats has no tab.
            nothing = QWidget(dock)
            nothing.setFixedHeight(0)
            entitle = partial(_entitle, dock, bar, nothing)
            dock.topLevelChanged.connect(entitle)
            entitle(False)
        return dock

    def _count_problems(self, errors: int, warnings: int) -> None:
        count = errors + warnings
        self._docks["problems"].setWindowTitle(f"Problems ({count})" if count else "Problems")


def _entitle(dock: QDockWidget, title: QWidget, nothing: QWidget, is_floating: bool) -> None:
    """Give a dock its title only while it floats."""
    dock.setTitleBarWidget(title if is_floating else nothing)
