"""The Results panel: what came out of the selected node, and what arrived at it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.app.draft import Draft
from studio.app.node_state import NodeState
from studio.app.panels.results_chip_row import ChipRow
from studio.app.panels.results_chips import PortChips
from studio.app.panels.results_follow import Follow
from studio.app.panels.results_pane import ResultsPane
from studio.app.panels.results_shown import Spot, shape_text
from studio.app.panels.results_states import StatePage
from studio.app.panels.results_window import PinnedResult, ResultWindow
from studio.app.session import Session
from studio.app.viewers.labels import column, label
from studio.app.viewers.source import Result
from studio.app.viewers.viewer import Viewer
from studio.app.widgets.cut_label import CutLabel
from studio.app.widgets.tool_button import tool_button

_KEEPS_RESULT = ("stale", "incomplete", "disabled", "running", "queued")
"""States in which the last result is still shown, under a banner."""
_SAVED = ("Table", "Model", "Transform")
_WIDEST_TITLE = 240
"""Pixels of a title beside the ports."""


class ResultsPanel(QWidget):
    """Follows the selection of the current draft."""

    def __init__(self, session: Session) -> None:
        """Take the session whose current draft is followed."""
        super().__init__()
        self._session = session
        self._result: Result | None = None
        self._pinned: PinnedResult | None = None
        self.setObjectName("results_panel")
        self.setAccessibleName("Results")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.follow = Follow(session, self)
        self.chips = PortChips()
        self.pane = ResultsPane(session)
        self.state_page = StatePage()
        self._build()
        # In a turn of its own: what else follows a selection is drawn first, and a run says much.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._redraw)
        self.follow.changed.connect(self._soon.start)
        self.chips.chosen.connect(self.follow.choose)
        self.state_page.run_wanted.connect(self._run)
        self.state_page.field_wanted.connect(self._show_field)
        self.state_page.log_wanted.connect(self._show_log)
        self.state_page.report_copied.connect(self._say_copied)
        session.drafts_changed.connect(self.pane.forget_closed)
        self._redraw()

    @property
    def viewer(self) -> Viewer | None:
        """The viewer of the result in front, or None where there is none."""
        return self.pane.viewer if self._pages.currentWidget() is self._results else None

    @property
    def is_waiting(self) -> bool:
        """Whether it has yet to follow what happened."""
        return self._soon.isActive()

    def pin(self) -> None:
        """Keep the result in front beside those that follow."""
        if self._result is None:
            return
        self.unpin()
        self._pinned = PinnedResult(self._session, self.follow.draft, self._result)
        self._pinned.closed.connect(self.unpin)
        self._split.addWidget(self._pinned)
        half = self._split.width() // 2
        self._split.setSizes([half, half])

    def unpin(self) -> None:
        """Close the pinned result."""
        if self._pinned is not None:
            self._pinned.viewer.release()
            self._pinned.hide()
            self._pinned.deleteLater()
            self._pinned = None

    def open_window(self) -> None:
        """Show the result in front in a window of its own."""
        if self._result is not None:
            window = ResultWindow(self._session, self.follow.draft, self._result, self.window())
            window.show()
            window.activateWindow()

    def _build(self) -> None:
        self._title = CutLabel("results_node", "strong")
        self._title.setMaximumWidth(_WIDEST_TITLE)
        self._buttons = (
            tool_button("save_output", "save", "Save this result…", self._save),
            tool_button("pin_result", "pin", "Keep this result beside the next ones", self.pin),
            tool_button("open_in_window", "external-link", "Open in a window", self.open_window),
        )
        bar = QFrame()
        bar.setProperty("kind", "toolbar")
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 5, 8, 5)
        line.setSpacing(8)
        line.addWidget(self._title)
        line.addWidget(ChipRow(self.chips), 1)
        for button in self._buttons:
            line.addWidget(button)
        self._results = column(self._make_banner(), self.pane, spacing=0)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.state_page)
        self._pages.addWidget(self._results)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._pages)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self._split, 1)
        self._bar = bar

    def _make_banner(self) -> QFrame:
        self._banner = QFrame()
        self._banner.setObjectName("results_banner")
        self._banner.setProperty("kind", "banner")
        self._banner_text = label("", "body")
        self._banner_text.setObjectName("results_banner_text")
        self._banner_run = QPushButton("Run to here")
        self._banner_run.setObjectName("banner_run")
        self._banner_run.clicked.connect(self._run)
        self._banner_progress = QProgressBar()
        self._banner_progress.setFixedWidth(160)
        line = QHBoxLayout(self._banner)
        line.setContentsMargins(12, 5, 8, 5)
        line.setSpacing(12)
        line.addWidget(self._banner_text, 1)
        line.addWidget(self._banner_progress)
        line.addWidget(self._banner_run)
        return self._banner

    def _redraw(self) -> None:
        draft, spot = self.follow.draft, self.follow.spot
        node = None if draft is None else draft.experiment.nodes.get(self.follow.node)
        self._bar.setVisible(node is not None)
        if draft is None or node is None:
            self._show_none("Nothing is selected", "Select a node to see what came out of it.")
            return
        self._title.say(node.title)
        shapes = [(item, _shape(draft, item)) for item in self.follow.spots]
        self.chips.show_spots(shapes, spot)
        if spot is None:
            self._show_none("Nothing comes out here", "This node has no outputs.")
            return
        self._show_spot(draft, spot)

    def _show_spot(self, draft: Draft, spot: Spot) -> None:
        state, result = draft.state(spot.source), spot.result(draft)
        self._set_result(result)
        if result is not None:
            self.pane.show_result(draft, result)
            self._show_banner(draft, state)
            self._pages.setCurrentWidget(self._results)
            return
        if state.key is not None:
            self.state_page.say("Reading…", "", "clock-3")
        else:
            self.state_page.show_state(draft, spot.source, state)
        self._pages.setCurrentWidget(self.state_page)

    def _show_banner(self, draft: Draft, state: NodeState) -> None:
        self._banner.setVisible(state.status in _KEEPS_RESULT)
        is_running = state.status in ("running", "queued")
        texts = {
            "stale": "Changed since it ran. This is the last result.",
            "incomplete": f"{state.sentence} This is the last result.",
            "disabled": "The node is disabled. This is the last result.",
            "running": f"Running. {state.progress or 'This is the last result.'}",
            "queued": "Waiting to run. This is the last result.",
        }
        self._banner_text.setText(texts.get(state.status, ""))
        self._banner_run.setVisible(state.status == "stale" and draft.record is None)
        self._banner_run.setEnabled(not draft.is_running)
        self._banner_progress.setVisible(is_running)
        if is_running:
            known = state.fraction is not None
            self._banner_progress.setRange(0, 1000 if known else 0)
            self._banner_progress.setValue(round(1000 * (state.fraction or 0.0)))

    def _show_none(self, title: str, sentence: str) -> None:
        self._set_result(None)
        self.state_page.say(title, sentence)
        self._pages.setCurrentWidget(self.state_page)

    def _set_result(self, result: Result | None) -> None:
        self._result = result
        save, *others = self._buttons
        for button in others:
            button.setEnabled(result is not None)
        save.setEnabled(result is not None and result.kind in _SAVED)

    def _run(self) -> None:
        draft, spot = self.follow.draft, self.follow.spot
        if draft is not None and spot is not None:
            draft.run((spot.source,))

    def _save(self) -> None:
        draft, spot = self.follow.draft, self.follow.spot
        if draft is not None and spot is not None:
            self._session.save_output(draft, spot.source, spot.source_port)

    def _show_field(self) -> None:
        draft, spot = self.follow.draft, self.follow.spot
        if draft is not None and spot is not None:
            found = draft.problems_of(spot.source)
            param = next((problem.param for problem in found if problem.param), "") or ""
            self._session.field_requested.emit(draft, spot.source, param)

    def _show_log(self) -> None:
        draft, spot = self.follow.draft, self.follow.spot
        if draft is not None and spot is not None:
            self._session.log_requested.emit(draft, spot.source)

    def _say_copied(self) -> None:
        self._session.say("info", "The report is on the clipboard.")


def _shape(draft: Draft, spot: Spot) -> str:
    result = spot.result(draft)
    return "" if result is None else shape_text(result.about)
