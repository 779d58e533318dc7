"""The Jobs panel: the runs of all open experiments, and the engine that does them."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from studio.app.draft import Draft
from studio.app.panels.empty_note import EmptyNote
from studio.app.panels.engine_facts import EngineFacts
from studio.app.panels.job_card import JobCard
from studio.app.session import Session
from studio.app.theme import SPACE
from studio.app.widgets.separator import separator
from studio.engine import messages as say

TICK_MS = 1000


class JobsPanel(QWidget):
    """Shows each experiment that runs, or ran just now, with what it takes to stop it."""

    def __init__(self, session: Session) -> None:
        """Follow all drafts."""
        super().__init__()
        self.setObjectName("jobs_panel")
        self.setProperty("kind", "panel")
        self._session = session
        self._followed: set[Draft] = set()
        self._cards: dict[Draft, JobCard] = {}
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._count_time)
        self._build()
        session.drafts_changed.connect(self._follow)
        session.bridge.happened.connect(self._take)
        self._follow()

    @property
    def cards(self) -> list[JobCard]:
        """The cards that are shown, the latest run first."""
        return list(self._cards.values())

    def _build(self) -> None:
        self._list = QVBoxLayout()
        self._list.setSpacing(2 * SPACE)
        self._list.addStretch(1)
        inside = QWidget()
        inside.setProperty("kind", "panel")
        inside.setLayout(self._list)
        self._list.setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName("Runs of open experiments")
        scroll.setWidget(inside)
        self._pages = QStackedLayout()
        hint = "A run stands here from its beginning, with a way to stop it."
        self._pages.addWidget(EmptyNote("play", "Nothing runs", hint))
        self._pages.addWidget(scroll)
        self._facts = EngineFacts(self._session)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._pages, 1)
        layout.addWidget(separator())
        layout.addWidget(self._facts)

    def _follow(self) -> None:
        drafts = set(self._session.drafts)
        for draft in drafts - self._followed:
            draft.run_changed.connect(self._run_changed)
        for draft in self._followed - drafts:
            card = self._cards.pop(draft, None)
            if card is not None:
                self._list.removeWidget(card)
                card.hide()
                card.deleteLater()
        self._followed = drafts
        self._run_changed()

    def _run_changed(self) -> None:
        for draft in self._followed:
            if draft not in self._cards and draft.last_run is not None:
                self._cards = {draft: JobCard(draft), **self._cards}
                self._list.insertWidget(0, self._cards[draft])
        self._pages.setCurrentIndex(1 if self._cards else 0)
        runs = any(draft.is_running for draft in self._followed)
        if runs != self._tick.isActive():
            self._tick.start() if runs else self._tick.stop()

    def _take(self, event: say.RunEvent) -> None:
        if isinstance(event, say.RunFinished) and self.isVisible():
            self._facts.refresh()

    def _count_time(self) -> None:
        for card in self._cards.values():
            if card.draft.is_running:
                card.update_now()
