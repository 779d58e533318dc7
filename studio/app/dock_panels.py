"""The panels that stand in the docks, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from PySide6.QtWidgets import QWidget

from studio.app.panels.endpoints import EndpointsPanel
from studio.app.panels.help_panel import HelpPanel
from studio.app.panels.jobs import JobsPanel
from studio.app.panels.log import LogPanel
from studio.app.panels.palette import PalettePanel
from studio.app.panels.problems import ProblemsPanel
from studio.app.panels.properties import PropertiesPanel
from studio.app.panels.results import ResultsPanel
from studio.app.panels.runs import RunsPanel
from studio.app.panels.service import ServicePanel
from studio.app.session import Session

TITLES = {
    "palette": "Modules",
    "properties": "Properties",
    "help": "Help",
    "results": "Results",
    "problems": "Problems",
    "log": "Log",
    "jobs": "Jobs",
    "runs": "Runs",
    "service": "Web service",
    "endpoints": "Endpoints",
}
"""What each panel is called on the screen, in the order of the menu."""


class DockPanels:
    """The panels of one window; making all of them at once would hold it up for a moment."""

    def __init__(self, session: Session) -> None:
        """Take the session that they follow."""
        self._session = session

    def __getitem__(self, name: str) -> QWidget:
        """Return the panel of a name of :data:`TITLES`."""
        panel: QWidget = getattr(self, name)
        return panel

    def make(self) -> Iterator[None]:
        """Make a panel a step."""
        for name in TITLES:
            self[name]
            yield

    @cached_property
    def palette(self) -> PalettePanel:
        """The modules, to be dragged."""
        return PalettePanel(self._session)

    @cached_property
    def properties(self) -> PropertiesPanel:
        """The parameters of what is selected."""
        return PropertiesPanel(self._session)

    @cached_property
    def help(self) -> HelpPanel:
        """The help page of a module."""
        return HelpPanel(self._session)

    @cached_property
    def results(self) -> ResultsPanel:
        """What came out of a port."""
        return ResultsPanel(self._session)

    @cached_property
    def problems(self) -> ProblemsPanel:
        """What is wrong before a run."""
        return ProblemsPanel(self._session)

    @cached_property
    def log(self) -> LogPanel:
        """What the nodes of a run wrote."""
        return LogPanel(self._session)

    @cached_property
    def jobs(self) -> JobsPanel:
        """The runs that are on."""
        return JobsPanel(self._session)

    @cached_property
    def runs(self) -> RunsPanel:
        """The earlier runs of the experiment."""
        return RunsPanel(self._session)

    @cached_property
    def service(self) -> ServicePanel:
        """The web service that the experiment becomes."""
        return ServicePanel(self._session)

    @cached_property
    def endpoints(self) -> EndpointsPanel:
        """The packages that answer requests."""
        return EndpointsPanel(self._session)
