"""The Runs panel: the history of the experiment in front."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QItemSelection, QModelIndex, QSize, QSortFilterProxyModel, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QTableView,
    QWidget,
)

from studio.app.dialogs.compare_runs import CompareRunsDialog
from studio.app.draft import Draft
from studio.app.node_titles import node_title
from studio.app.panels.empty_note import EmptyNote
from studio.app.panels.panel_bar import PanelBar
from studio.app.panels.panel_pages import PanelPages
from studio.app.panels.run_table import FIXED, SORT_ROLE, RunTable
from studio.app.run_figures import MAIN
from studio.app.session import Session
from studio.app.theme import SPACE
from studio.document.experiment import Experiment
from studio.engine import messages as say
from studio.engine.history import RunRecord, RunSummary
from studio.sdk.errors import StudioError

ROW = 30
_NONE = (
    "No runs yet",
    "Each run is kept here with its settings and figures, to be opened and compared.",
)
_WIDTHS = (36, 28, 22, 18, 16)
_WIDTH = 24


class RunsPanel(QWidget):
    """Lists earlier runs with their figures; they can be opened, compared and gone on from."""

    def __init__(self, session: Session) -> None:
        """Follow the draft in front."""
        super().__init__()
        self.setObjectName("runs_panel")
        self.setProperty("kind", "panel")
        self._session = session
        self._draft: Draft | None = None
        self._hidden: set[str] | None = None
        self._table = RunTable(self._title)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._table)
        self._sorted.setSortRole(SORT_ROLE)
        self._build()
        session.current_changed.connect(self._follow)
        session.bridge.happened.connect(self._take)
        session.bridge.ready.connect(self.refresh)
        self._follow(session.current)

    @property
    def runs(self) -> list[RunSummary]:
        """The runs that are listed, as they are sorted."""
        rows = range(self._sorted.rowCount())
        return [self._sorted.index(row, 0).data(Qt.ItemDataRole.UserRole) for row in rows]

    @property
    def selected(self) -> list[RunSummary]:
        """The runs that are selected, from the top."""
        rows = sorted(self._view.selectionModel().selectedRows(), key=QModelIndex.row)
        return [row.data(Qt.ItemDataRole.UserRole) for row in rows]

    def refresh(self) -> None:
        """Read the history again, elsewhere."""
        draft = self._draft
        if draft is not None:
            found = partial(self._show, draft)
            self._session.bridge.history_of(draft.experiment.id, found)

    def open_selected(self) -> None:
        """Open the selected runs to be looked at."""
        for run in self.selected:
            self._session.bridge.record_of(run.record.id, self._open)

    def restore_selected(self) -> None:
        """Open the experiment of the selected run as a draft of its own."""
        for run in self.selected[:1]:
            self._session.bridge.record_of(run.record.id, self._restore)

    def open_prior(self) -> None:
        """Open the latest run, or where a run is in front, the one before it."""
        runs = sorted(self._table.runs, key=lambda run: -run.record.started)
        ended = [run.record for run in runs if run.record.outcome != "running"]
        shown = None if self._draft is None else self._draft.record
        if shown is not None:
            ended = [record for record in ended if record.started < shown.started]
        if ended:
            self._session.bridge.record_of(ended[0].id, self._open)
        else:
            self._session.say("info", "There is no run before this one.")

    def compare_selected(self) -> None:
        """Show what differs between the selected runs."""
        engine, chosen = self._session.bridge.engine, self.selected
        if engine is not None and len(chosen) > 1:
            ids = [run.record.id for run in chosen]
            self._session.bridge.work(
                lambda: [engine.history.get(id) for id in ids], partial(self._compare, chosen)
            )

    def _made_bar(self) -> PanelBar:
        bar = PanelBar()
        self._open_button = bar.button(
            "open_run", "eye", "Open the run to look at it", self.open_selected, text="Open"
        )
        self._restore_button = bar.button(
            "restore_run", "rotate-ccw", "Restore as a new draft", self.restore_selected,
            text="Restore as a new draft",
        )  # fmt: skip
        self._compare_button = bar.button(
            "compare_runs", "git-compare", "Compare the selected runs", self.compare_selected,
            text="Compare",
        )  # fmt: skip
        bar.space()
        self._prior = bar.button(
            "prior_run",
            "history",
            "Open the run before this one",
            self.open_prior,
            text="Prior run",
        )
        self._columns = bar.button(
            "run_columns", "columns-3", "Choose which figures are shown", self._choose_columns
        )
        return bar

    def _build(self) -> None:
        self._view = QTableView()
        self._view.setObjectName("run_table")
        self._view.setAccessibleName("Runs of this experiment")
        self._view.setModel(self._sorted)
        self._view.setShowGrid(False)
        self._view.setProperty("kind", "rows")
        self._view.setIconSize(QSize(16, 16))
        self._view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._view.setSortingEnabled(True)
        self._view.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self._view.setTabKeyNavigation(False)
        self._view.setWordWrap(False)
        self._view.verticalHeader().hide()
        self._view.verticalHeader().setDefaultSectionSize(ROW)
        head = self._view.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        note = EmptyNote("history", *_NONE)
        self._pages = PanelPages(self, self._made_bar(), self._view, note, space=0)
        self._view.activated.connect(lambda _: self.open_selected())
        self._view.selectionModel().selectionChanged.connect(self._selection_changed)

    def _follow(self, draft: Draft | None) -> None:
        self._draft = draft
        self._show_runs([])
        self.refresh()

    def _take(self, event: say.RunEvent) -> None:
        """Read the history again when a run of this experiment begins or ends."""
        run = None if self._draft is None else self._draft.last_run
        if isinstance(event, say.RunStarted | say.RunFinished) and run and run.id == event.run:
            self.refresh()

    def _show(self, draft: Draft, runs: list[RunSummary]) -> None:
        if draft is self._draft:
            self._show_runs(runs)

    def _show_runs(self, runs: list[RunSummary]) -> None:
        chosen = {run.record.id for run in self.selected}
        self._table.show(runs)
        for column, width in enumerate(_WIDTHS):
            self._view.setColumnWidth(column, width * SPACE)
        head = self._view.horizontalHeader()
        for column in range(len(FIXED), self._table.columnCount()):
            wanted = head.sectionSizeHint(column) + 2 * SPACE
            self._view.setColumnWidth(column, max(wanted, _WIDTH * SPACE))
        self._hide_columns()
        select = self._view.selectionModel()
        flags = select.SelectionFlag.Select | select.SelectionFlag.Rows
        for row, run in enumerate(self.runs):
            if run.record.id in chosen:
                index = self._sorted.index(row, 0)
                select.select(QItemSelection(index, index), flags)
        self._pages.show_view(bool(runs))
        self._selection_changed()

    def _hide_columns(self) -> None:
        """Show the main figures, or those that were chosen."""
        names = [figure.name for figure in self._table.figures]
        hidden = set(names[MAIN:]) if self._hidden is None else self._hidden
        for place, name in enumerate(names):
            self._view.setColumnHidden(len(FIXED) + place, name in hidden)

    def _choose_columns(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("run_columns_menu")
        menu.aboutToHide.connect(menu.deleteLater)
        for place in range(len(self._table.figures)):
            column = len(FIXED) + place
            action = menu.addAction(self._table.head(column))
            action.setCheckable(True)
            action.setChecked(not self._view.isColumnHidden(column))
            action.toggled.connect(partial(self._show_column, column))
        menu.popup(self._columns.mapToGlobal(self._columns.rect().bottomLeft()))

    def _show_column(self, column: int, shown: bool) -> None:
        self._view.setColumnHidden(column, not shown)
        figures = enumerate(self._table.figures)
        is_hidden = self._view.isColumnHidden
        self._hidden = {figure.name for at, figure in figures if is_hidden(len(FIXED) + at)}

    def _selection_changed(self, *_: Any) -> None:
        count = len(self._view.selectionModel().selectedRows())
        self._open_button.setEnabled(count > 0)
        self._restore_button.setEnabled(count == 1)
        self._compare_button.setEnabled(count > 1)
        self._prior.setEnabled(bool(self._table.runs))
        self._columns.setEnabled(bool(self._table.figures))

    def _open(self, record: RunRecord | None) -> None:
        if record is not None:
            self._session.open_run(record)

    def _restore(self, record: RunRecord | None) -> None:
        if record is None:
            return
        try:
            experiment = Experiment.from_dict(dict(record.document))
        except StudioError as error:
            self._session.say("error", error.in_full)
            return
        self._session.open_copy(experiment)

    def _compare(self, chosen: list[RunSummary], records: Any) -> None:
        if isinstance(records, StudioError):
            self._session.say("error", records.message)
        elif all(records):
            registry = self._session.registry
            CompareRunsDialog(chosen, records, registry, self._title, self.window()).open()

    def _title(self, node: str) -> str:
        return node if self._draft is None else node_title(self._draft, node)
