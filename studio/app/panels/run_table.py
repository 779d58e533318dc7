"""The table in the Runs panel: a row for each run, its figures as columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, Qt
from typing_extensions import override

from studio.app.icons import icon
from studio.app.node_state import STATUS_ICON, STATUS_TEXT, STATUS_TOKEN, Status
from studio.app.panels.row_delegate import NOWHERE, Index
from studio.app.run_figures import Figure, figure_text, figures_of
from studio.app.theme import theme
from studio.app.times import duration, moment_head
from studio.engine.history import RunSummary

SORT_ROLE = Qt.ItemDataRole.UserRole + 1
FIXED = ("Started", "State", "Duration", "Nodes", "Seed")
_STATES: dict[str, Status] = {
    "finished": "finished", "failed": "failed", "cancelled": "cancelled", "running": "running",
    "interrupted": "cancelled",
}  # fmt: skip
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    order: Any


class RunTable(QAbstractTableModel):
    """All runs of an experiment."""

    def __init__(self, title: Callable[[str], str]) -> None:
        """Take the function that gives what a node is called."""
        super().__init__()
        self._title = title
        self._best: dict[Figure, float | None] = {}
        self.runs: Sequence[RunSummary] = ()
        self.figures: list[Figure] = []

    def show(self, runs: Sequence[RunSummary]) -> None:
        """Show other runs."""
        self.beginResetModel()
        self.runs = runs
        self.figures = figures_of(runs)
        self._best = {figure: figure.best(map(figure.of, runs)) for figure in self.figures}
        self.endResetModel()

    def head(self, column: int) -> str:
        """Return the head of a column; a figure that several nodes have names its node."""
        if column < len(FIXED):
            return FIXED[column]
        figure = self.figures[column - len(FIXED)]
        alike = [other for other in self.figures if other.name == figure.name]
        return f"{figure.label} · {self._title(figure.node)}" if len(alike) > 1 else figure.label

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.runs)

    @override
    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(FIXED) + len(self.figures)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self.head(section)
            if role == Qt.ItemDataRole.TextAlignmentRole:
                left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
                return left if section < 2 else _RIGHT
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run, column = self.runs[index.row()], index.column()
        if role == Qt.ItemDataRole.UserRole:
            return run
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(run, column).text
        if role == SORT_ROLE:
            return self._cell(run, column).order
        if role == Qt.ItemDataRole.TextAlignmentRole and column >= 2:
            return _RIGHT
        if role == Qt.ItemDataRole.DecorationRole and column == 1:
            status = _STATES.get(run.record.outcome, "unknown")
            return icon(STATUS_ICON[status], STATUS_TOKEN[status])
        if role == Qt.ItemDataRole.ToolTipRole and column == 3:
            return ", ".join(f"{count} {name}" for name, count in run.outcomes.items())
        if self._is_best(run, column):
            if role == Qt.ItemDataRole.ForegroundRole:
                return theme().colour("good")
            if role == Qt.ItemDataRole.FontRole:
                return theme().font("strong")
            if role == Qt.ItemDataRole.ToolTipRole:
                return "The best of these runs"
        return None

    def _is_best(self, run: RunSummary, column: int) -> bool:
        if column < len(FIXED):
            return False
        figure = self.figures[column - len(FIXED)]
        best = self._best[figure]
        return best is not None and figure.of(run) == best

    def _cell(self, run: RunSummary, column: int) -> _Cell:
        record = run.record
        match column:
            case 0:
                return _Cell(moment_head(record.started), record.started)
            case 1:
                text = outcome_text(record.outcome)
                return _Cell(text, text)
            case 2:
                runs = record.outcome in ("running", "interrupted")
                return _Cell("" if runs else duration(record.seconds), record.seconds)
            case 3:
                count = sum(run.outcomes.values())
                return _Cell(str(count), count)
            case 4:
                return _Cell(str(record.seed), record.seed)
        value = self.figures[column - len(FIXED)].of(run)
        return _Cell(figure_text(value), float("-inf") if value is None else value)


def outcome_text(outcome: str) -> str:
    """Return how a run ended, as people read it."""
    return (
        "Interrupted" if outcome == "interrupted" else STATUS_TEXT[_STATES.get(outcome, "unknown")]
    )
