"""The Problems panel: what is wrong with the experiment in front, and the way to each place."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton, QWidget

from studio.app.draft import Draft
from studio.app.panels.empty_note import EmptyNote
from studio.app.panels.panel_bar import PanelBar
from studio.app.panels.panel_pages import PanelPages, panel_list
from studio.app.panels.problem_list import ProblemDelegate, ProblemModel
from studio.app.panels.problem_rows import ProblemRow, as_text, problem_rows, with_headings
from studio.app.session import Session
from studio.sdk.errors import Problem

SOON_MS = 40
_NONE = ("No problems", "What is wrong with the experiment is said here, before and after a run.")
_HIDDEN = ("Nothing of this kind", "Turn errors or warnings on again to see the others.")


class ProblemsPanel(QWidget):
    """Lists problems by node; a click, or Enter, goes to the node and its field.

    ``count_changed`` gives the numbers of errors and of warnings.
    """

    count_changed = Signal(int, int)

    def __init__(self, session: Session) -> None:
        """Follow the draft in front."""
        super().__init__()
        self.setObjectName("problems_panel")
        self.setProperty("kind", "panel")
        self._session = session
        self._draft: Draft | None = None
        self._of_run: dict[str, tuple[Problem, ...]] = {}
        self._rows: list[ProblemRow] = []
        self._model = ProblemModel()
        self._timer = QTimer(self, singleShot=True, interval=SOON_MS)
        self._timer.timeout.connect(self._look)
        self._build()
        session.current_changed.connect(self._follow)
        self._follow(session.current)
        self._show()

    @property
    def rows(self) -> list[ProblemRow]:
        """All problems, whatever is filtered out."""
        return self._rows

    def copy(self) -> None:
        """Copy what is shown as text."""
        QGuiApplication.clipboard().setText(as_text(self._model.rows))

    def _build(self) -> None:
        bar = PanelBar()
        self._errors = self._filter(bar, "show_errors", "octagon-x", "Show errors", "bad")
        self._warnings = self._filter(
            bar, "show_warnings", "triangle-alert", "Show warnings", "warn"
        )
        bar.space()
        self._copy = bar.button("copy_problems", "copy", "Copy the list as text", self.copy)
        self._list = panel_list("problem_list", "Problems", self._model, self.copy)
        self._list.setItemDelegate(ProblemDelegate(self._list))
        self._list.clicked.connect(self._go_to)
        self._list.activated.connect(self._go_to)
        note = EmptyNote("circle-check", *_NONE, token="good")
        self._pages = PanelPages(self, bar, self._list, note)

    def _filter(self, bar: PanelBar, name: str, icon: str, tip: str, token: str) -> QToolButton:
        button = bar.button(name, icon, tip, text="0", token=token)
        button.setCheckable(True)
        button.setChecked(True)
        button.toggled.connect(self._show)
        return button

    def _follow(self, draft: Draft | None) -> None:
        """Show the problems of another draft."""
        if self._draft is not None:
            self._draft.problems_changed.disconnect(self._look_soon)
            self._draft.changed.disconnect(self._look_soon)
            self._draft.states_changed.disconnect(self._states_changed)
        self._draft = draft
        self._of_run = {}
        if draft is not None:
            draft.problems_changed.connect(self._look_soon)
            draft.changed.connect(self._look_soon)
            draft.states_changed.connect(self._states_changed)
            self._read_states(draft, draft.experiment.nodes)
        self._look()

    def _states_changed(self, nodes: frozenset[str]) -> None:
        if self._draft is not None and self._read_states(self._draft, nodes):
            self._look_soon()

    def _read_states(self, draft: Draft, nodes: Any) -> bool:
        """Take what running said of some nodes; returns whether it is something new."""
        differs = False
        for node in nodes:
            state = draft.state(node)
            found = state.warnings
            if state.status == "failed":
                unknown = Problem("failed", state.sentence)
                found = (draft.failure_of(node) or unknown, *found)
            if found != self._of_run.get(node, ()):
                differs = True
                self._of_run[node] = found
        return differs

    def _look_soon(self, *_: Any) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _look(self) -> None:
        draft = self._draft
        rows: list[ProblemRow] = []
        if draft is not None:
            there = {node: p for node, p in self._of_run.items() if node in draft.experiment.nodes}
            whole = () if draft.last_run is None else draft.last_run.problems
            rows = problem_rows(draft, {"": whole, **there})
        if rows == self._rows:
            return
        self._rows = rows
        count = {"error": 0, "warning": 0}
        for row in rows:
            if row.problem is not None:
                count[row.problem.severity] += 1
        self._errors.setText(str(count["error"]))
        self._warnings.setText(str(count["warning"]))
        self._show()
        self.count_changed.emit(count["error"], count["warning"])

    def _show(self, *_: Any) -> None:
        shown = {
            severity
            for severity, button in (("error", self._errors), ("warning", self._warnings))
            if button.isChecked()
        }
        rows = [row for row in self._rows if row.problem and row.problem.severity in shown]
        self._model.show(with_headings(rows))
        self._copy.setEnabled(bool(rows))
        self._pages.note.say(*(_HIDDEN if self._rows else _NONE))
        self._pages.show_view(bool(rows))

    def _go_to(self, index: QModelIndex) -> None:
        row: ProblemRow = index.data(Qt.ItemDataRole.UserRole)
        draft = self._draft
        if draft is None or row.problem is None or not row.node:
            return
        draft.select([row.node])
        self._session.field_requested.emit(draft, row.node, row.problem.param or "")
