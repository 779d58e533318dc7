"""One run in the Jobs panel: how far it is, the nodes that run now, and how to stop them."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.app.draft import Draft
from studio.app.figures import count
from studio.app.icons import icon
from studio.app.node_state import STATUS_ICON, STATUS_TEXT, STATUS_TOKEN, Status
from studio.app.node_titles import node_title
from studio.app.run_log import ENDINGS
from studio.app.theme import SPACE, theme
from studio.app.times import duration
from studio.app.widgets.tool_button import tool_button
from studio.engine import messages as say

SOON_MS = 50
_ICON = 16
_PARTS = 1000
"""A progress bar counts to this."""


class JobCard(QFrame):
    """Shows the last run of a draft."""

    def __init__(self, draft: Draft) -> None:
        """Follow a draft."""
        super().__init__()
        self.setObjectName("job_card")
        self.setProperty("kind", "card")
        self.draft = draft
        self._nodes: dict[str, _NodeRow] = {}
        self._status: Status = "unknown"
        self._timer = QTimer(self, singleShot=True, interval=SOON_MS)
        self._timer.timeout.connect(self.update_now)
        self._build()
        for node in draft.experiment.nodes:
            if draft.state(node).status == "running":
                self._begin(node)
        draft.happened.connect(self._take)
        draft.run_changed.connect(self._update_soon)
        draft.title_changed.connect(self._update_soon)
        draft.states_changed.connect(self._update_soon)
        theme().changed.connect(self._draw_status)
        self.update_now()

    @property
    def running_nodes(self) -> list[str]:
        """The ids of the nodes that run now."""
        return list(self._nodes)

    def update_now(self) -> None:
        """Show how far the run is."""
        run = self.draft.last_run
        if run is None:
            return
        for node in [node for node in self._nodes if not self.draft.is_running]:
            self._end(node)
        self._title.setText(self.draft.title)
        seconds = run.seconds if run.outcome else max(time.time() - run.started, 0)
        passed = duration(seconds) if run.outcome else _passed(seconds)
        self._facts.setText(f"{run.done} of {count(run.total, 'node')}  ·  {passed}")
        self._bar.setValue(round(_PARTS * run.done / run.total) if run.total else 0)
        self._bar.setVisible(run.outcome is None)
        self._cancel.setVisible(run.outcome is None)
        self._outcome.setVisible(run.outcome is not None)
        self._status = run.outcome or "running"
        self._outcome.setText(STATUS_TEXT[self._status])
        self._draw_status()
        for node, row in self._nodes.items():
            row.show_state(self.draft, node)

    def _build(self) -> None:
        self._picture = QLabel()
        self._title = QLabel()
        self._title.setProperty("role", "strong")
        self._facts = QLabel()
        self._facts.setProperty("role", "soft")
        self._facts.setObjectName("job_facts")
        self._outcome = QLabel()
        self._outcome.setObjectName("job_outcome")
        self._cancel = QPushButton("Cancel run")
        self._cancel.setObjectName("cancel_run")
        self._cancel.setAccessibleName("Cancel the run")
        self._cancel.clicked.connect(lambda: self.draft.cancel())
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        for widget in (self._picture, self._title, self._facts):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self._outcome)
        head.addWidget(self._cancel)
        self._bar = QProgressBar()
        self._bar.setObjectName("job_progress")
        self._bar.setAccessibleName("Progress of the run")
        self._bar.setRange(0, _PARTS)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(SPACE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addLayout(head)
        layout.addWidget(self._bar)
        layout.addLayout(self._rows)

    def _take(self, event: say.RunEvent) -> None:
        if isinstance(event, say.NodeStarted):
            self._begin(event.node)
        elif isinstance(event, ENDINGS):
            self._end(event.node)
        self._update_soon()

    def _begin(self, node: str) -> None:
        if node not in self._nodes:
            self._nodes[node] = row = _NodeRow(self.draft, node)
            self._rows.addWidget(row)

    def _end(self, node: str) -> None:
        row = self._nodes.pop(node, None)
        if row is not None:
            row.hide()
            row.deleteLater()

    def _update_soon(self, *_: object) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _draw_status(self) -> None:
        found = icon(STATUS_ICON[self._status] or "play", STATUS_TOKEN[self._status])
        self._picture.setPixmap(found.pixmap(_ICON, _ICON))


class _NodeRow(QWidget):
    """A node that runs: its title, how far it is, and a button that stops it."""

    def __init__(self, draft: Draft, node: str) -> None:
        super().__init__()
        self.setObjectName(f"job_node_{node}")
        self._title = QLabel()
        self._text = QLabel()
        self._text.setProperty("role", "soft")
        self._bar = QProgressBar()
        self._bar.setFixedWidth(40 * SPACE)
        self._stop = tool_button(f"cancel_{node}", "x", "Cancel", lambda: draft.cancel(node))
        layout = QGridLayout(self)
        layout.setContentsMargins(6 * SPACE, 0, 0, 0)
        layout.setHorizontalSpacing(3 * SPACE)
        layout.addWidget(self._title, 0, 0)
        layout.addWidget(self._bar, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._text, 0, 2)
        layout.addWidget(self._stop, 0, 3)
        layout.setColumnMinimumWidth(0, 56 * SPACE)
        layout.setColumnStretch(2, 1)
        self.show_state(draft, node)

    def show_state(self, draft: Draft, node: str) -> None:
        """Show how far the node is; a bar without an end where it does not say."""
        state = draft.state(node)
        title = node_title(draft, node)
        self._title.setText(title)
        self._stop.setToolTip(f"Cancel “{title}”")
        self._stop.setAccessibleName(f"Cancel “{title}”")
        self._bar.setAccessibleName(f"Progress of “{title}”")
        known = state.fraction is not None
        self._bar.setVisible(known)
        self._bar.setRange(0, _PARTS)
        self._bar.setValue(round(_PARTS * (state.fraction or 0)))
        share = f"{state.fraction:.0%}" if state.fraction is not None else "Running"
        self._text.setText("  ·  ".join(filter(None, (share, state.progress))))


def _passed(seconds: float) -> str:
    """Return a time that still grows, in whole seconds."""
    return f"{seconds:.0f} s" if seconds < 60 else duration(seconds)
