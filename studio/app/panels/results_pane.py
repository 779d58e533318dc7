"""A pane of the Results panel: the viewers that were looked at lately, one of them in front."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtWidgets import QStackedWidget

from studio.app.draft import Draft
from studio.app.session import Session
from studio.app.viewers.kinds import open_viewer
from studio.app.viewers.source import Result
from studio.app.viewers.viewer import Viewer

KEPT = 6
"""Viewers that stay open behind, so that their scroll, order and filters are found again."""


class ResultsPane(QStackedWidget):
    """Holds a viewer for each of the last results; what is closed is given up."""

    def __init__(self, session: Session) -> None:
        """Begin empty."""
        super().__init__()
        self.setObjectName("results_pane")
        self._session = session
        self._viewers: OrderedDict[tuple[str, str], Viewer] = OrderedDict()

    @property
    def viewer(self) -> Viewer | None:
        """The viewer in front."""
        shown = self.currentWidget()
        return shown if isinstance(shown, Viewer) else None

    def show_result(self, draft: Draft | None, result: Result) -> None:
        """Bring the viewer of a result to the front."""
        place = (result.key, result.port)
        viewer = self._viewers.get(place)
        if viewer is None:
            viewer = open_viewer(self._session, draft, result)
            self._viewers[place] = viewer
            self.addWidget(viewer)
        self._viewers.move_to_end(place)
        self.setCurrentWidget(viewer)
        while len(self._viewers) > KEPT:
            self._close(next(iter(self._viewers)))

    def forget_closed(self) -> None:
        """Close the viewers of drafts that are no longer open."""
        for place, viewer in list(self._viewers.items()):
            if viewer.draft not in self._session.drafts:
                self._close(place)

    def release(self) -> None:
        """Close all viewers."""
        for place in list(self._viewers):
            self._close(place)

    def _close(self, place: tuple[str, str]) -> None:
        viewer = self._viewers.pop(place)
        viewer.release()
        self.removeWidget(viewer)
        viewer.deleteLater()
