"""What fills the window: the tabs of the open experiments, and below, one of them or the start."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from studio.app.draft import Draft
from studio.app.icons import icon
from studio.app.pairs import is_predictive
from studio.app.panels.pair_switch import PairSwitch
from studio.app.panels.start_page import StartPage
from studio.app.session import Session

if TYPE_CHECKING:
    from studio.app.canvas.canvas import Canvas
    from studio.app.dock_panels import DockPanels
    from studio.app.docks import Docks


class DocumentArea(QWidget):
    """Shows the session's drafts as tabs, and the start page where none is in front.

    Attributes:
        stack: The canvases; what is in it has the shortcuts of the canvas.

    The canvases and the panels around them are made when they are first needed: the start page
    should not wait for them.
    """

    close_requested = Signal(object)
    side_requested = Signal(int)
    docks_made = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Follow a session."""
        super().__init__(parent)
        self.setObjectName("documents")
        self._session = session
        self._canvases: dict[Draft, Canvas] = {}
        self.start_page = StartPage(session)
        self.stack = QStackedWidget()
        self.stack.setObjectName("canvases")
        self._docks: Docks | None = None
        self._pages = QStackedWidget()
        self._pages.addWidget(self.start_page)
        self._tabs = self._made_tabs()
        row = QFrame()
        row.setProperty("kind", "toolbar")
        across = QHBoxLayout(row)
        across.setContentsMargins(4, 0, 4, 0)
        across.addWidget(self._tabs)
        across.addStretch(1)
        self.pair = PairSwitch(session)
        self.pair.chosen.connect(self.side_requested)
        across.addWidget(self.pair)
        # So that the tabs stay where they are when the switch comes and goes.
        row.setMinimumHeight(self.pair.sizeHint().height())
        self._row = row
        down = QVBoxLayout(self)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(0)
        down.addWidget(row)
        down.addWidget(self._pages, 1)
        session.drafts_changed.connect(self._follow_drafts)
        session.current_changed.connect(self._show)
        self._follow_drafts()

    @property
    def canvas(self) -> Canvas | None:
        """The canvas in front, or None where the start page is."""
        current = self._session.current
        return None if current is None else self._canvases.get(current)

    @property
    def canvases(self) -> list[Canvas]:
        """The canvases of all drafts."""
        return list(self._canvases.values())

    @property
    def docks(self) -> Docks:
        """The canvases with the panels around them."""
        if self._docks is None:
            from studio.app.docks import Docks

            self._docks = Docks(self._session, self.stack, self._dock_panels)
            self._pages.addWidget(self._docks)
            self.docks_made.emit(self._docks)
        return self._docks

    def step(self, by: int) -> None:
        """Go on to another tab, round and round."""
        self._tabs.setCurrentIndex((self._tabs.currentIndex() + by) % self._tabs.count())

    def prepare(self) -> Iterator[None]:
        """Make the docks before they are needed, a little a step."""
        yield from self._dock_panels.make()
        docks = self.docks
        yield
        docks.ensurePolished()

    @cached_property
    def _dock_panels(self) -> DockPanels:
        from studio.app.dock_panels import DockPanels

        return DockPanels(self._session)

    @property
    def made_docks(self) -> Docks | None:
        """The docks, where they have been needed."""
        return self._docks

    def _made_tabs(self) -> QTabBar:
        tabs = QTabBar()
        tabs.setObjectName("document_tabs")
        tabs.setAccessibleName("Open experiments")
        tabs.setTabsClosable(True)
        tabs.setMovable(False)
        tabs.setExpanding(False)
        tabs.setElideMode(Qt.TextElideMode.ElideRight)
        tabs.setIconSize(QSize(14, 14))
        tabs.addTab(icon("house"), "Start")
        tabs.setTabButton(0, QTabBar.ButtonPosition.RightSide, None)
        tabs.currentChanged.connect(self._tab_chosen)
        tabs.tabCloseRequested.connect(self._close_asked)
        return tabs

    def _follow_drafts(self) -> None:
        """Make canvases and tabs of drafts that are new, and drop those of drafts that are gone."""
        drafts = self._session.drafts
        for draft in [draft for draft in self._canvases if draft not in drafts]:
            canvas = self._canvases.pop(draft)
            self.stack.removeWidget(canvas)
            canvas.close()
            canvas.deleteLater()
        self._tabs.blockSignals(True)
        while self._tabs.count() > len(drafts) + 1:
            self._tabs.removeTab(self._tabs.count() - 1)
        while self._tabs.count() < len(drafts) + 1:
            self._tabs.addTab("")
        self._tabs.blockSignals(False)
        for draft in drafts:
            if draft not in self._canvases:
                from studio.app.canvas.canvas import Canvas
                from studio.app.panels.module_search import ModuleSearch

                self._canvases[draft] = canvas = Canvas(self._session, draft, ModuleSearch)
                self.stack.addWidget(canvas)
                draft.title_changed.connect(partial(self._entitle, draft))
                draft.run_changed.connect(partial(self._entitle, draft))
            self._entitle(draft)
        self._row.setVisible(bool(drafts))
        self._show(self._session.current)

    def _entitle(self, draft: Draft) -> None:
        if draft not in self._session.drafts:
            return
        place = self._session.drafts.index(draft) + 1
        mark = "• " if draft.is_modified else ""
        self._tabs.setTabText(place, f"{mark}{draft.title}".replace("&", "&&"))
        path = "Never saved" if draft.path is None else str(draft.path)
        self._tabs.setTabToolTip(place, "To be looked at only" if draft.read_only else path)
        kind = "cloud" if is_predictive(draft) else "workflow"
        name = "lock" if draft.read_only else "loader-circle" if draft.is_running else kind
        self._tabs.setTabIcon(place, icon(name, "accent" if draft.is_running else "text_soft"))

    def _show(self, draft: Draft | None) -> None:
        if draft is not None and draft not in self._canvases:
            return
        if draft is not None:
            self.stack.setCurrentWidget(self._canvases[draft])
        self._pages.setCurrentWidget(self.start_page if draft is None else self.docks)
        self._tabs.blockSignals(True)
        self._tabs.setCurrentIndex(0 if draft is None else self._session.drafts.index(draft) + 1)
        self._tabs.blockSignals(False)
        if draft is not None:
            self._canvases[draft].setFocus()

    def _tab_chosen(self, place: int) -> None:
        self._session.set_current(self._session.drafts[place - 1] if place > 0 else None)

    def _close_asked(self, place: int) -> None:
        if place > 0:
            self.close_requested.emit(self._session.drafts[place - 1])
