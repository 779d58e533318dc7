"""The model of a table on screen: as many rows as there are, cells as far as they have come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    Qt,
    Signal,
)
from typing_extensions import override

from studio.app.figures import cell, decimals_of, full
from studio.app.viewers.index import ROOT, Index
from studio.app.viewers.pages import COLUMNS, PENDING, ROWS, Pages
from studio.app.viewers.source import Source
from studio.sdk.errors import Problem

MOST_ROWS = 70_000_000
"""Rows that Qt's coordinates have room for; those beyond are reached by sorting and filters."""
_SAMPLE = 64
_MIDNIGHT = " 00:00:00"
_RIGHT = ("integer", "double")


class TableModel(QAbstractTableModel):
    """Rows and columns for a view; what is not there yet is a placeholder."""

    counted = Signal()
    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(
        self,
        source: Source,
        columns: Sequence[str],
        types: Mapping[str, str],
        rows: int,
        parent: QObject,
    ) -> None:
        """Take what is known of the table; ``types`` are those of the schema, as far as known."""
        super().__init__(parent)
        self.columns = tuple(columns)
        self.types = dict(types)
        self.pages = Pages(source, self.columns, self)
        self.total = rows
        self.rows_in_all = rows
        self._decimals = [0] * len(self.columns)
        self._dates = {c for c, name in enumerate(columns) if self.types.get(name) == "datetime"}
        self._right = [self.types.get(name) in _RIGHT for name in self.columns]
        self.pages.arrived.connect(self._arrived)
        self.pages.counted.connect(self._count)
        self.pages.failed.connect(self._fail)
        self.pages.busy_changed.connect(self.busy_changed)

    def value(self, row: int, column: int) -> Any:
        """Return the value of a cell, or PENDING."""
        return self.pages.cell(row, column)

    def text(self, row: int, column: int) -> str | None:
        """Return what a cell shows: empty where missing, None where it has not come yet."""
        value = self.pages.cell(row, column)
        if value is PENDING:
            return None
        if column in self._dates and isinstance(value, str):
            return value.removesuffix(_MIDNIGHT)
        return cell(value, self._decimals[column])

    def is_right(self, column: int) -> bool:
        """Whether the cells of a column stand at the right: numbers do."""
        return self._right[column]

    @override
    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else min(self.total, MOST_ROWS)

    @override
    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = (
                Qt.AlignmentFlag.AlignRight if self._right[column] else Qt.AlignmentFlag.AlignLeft
            )
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if orientation == Qt.Orientation.Vertical:
            return f"{section + 1:,}" if role == Qt.ItemDataRole.DisplayRole else None
        return self.columns[section] if 0 <= section < len(self.columns) else None

    def _tip(self, row: int, column: int) -> str | None:
        value = self.pages.cell(row, column)
        if value is PENDING:
            return None
        return "Missing" if value is None else full(value)

    def _arrived(self, first: int, last: int, left: int, right: int) -> None:
        page = (first // ROWS, left // COLUMNS)
        for column in range(left, right + 1):
            kind = self.types.get(self.columns[column])
            if column in self._dates:
                self._look_at_dates(page, column)
            if kind in (None, "double"):
                values = self.pages.column_values(page, column)[:_SAMPLE]
                self._decimals[column] = max(self._decimals[column], decimals_of(values))
                self._right[column] = kind is not None or any(
                    isinstance(value, int | float) and not isinstance(value, bool)
                    for value in values
                )
        end = min(last, self.rowCount() - 1)
        if first <= end:
            self.dataChanged.emit(self.index(first, left), self.index(end, right))

    def _look_at_dates(self, page: tuple[int, int], column: int) -> None:
        """Show times of day from now on in a column of dates that has one that is not midnight."""
        values = self.pages.column_values(page, column)
        if any(value is not None and not str(value).endswith(_MIDNIGHT) for value in values):
            self._dates.discard(column)

    def _count(self, total: int, rows_in_all: int) -> None:
        """Take how many rows there are; only the difference is added or taken away."""
        have, want = self.rowCount(), min(total, MOST_ROWS)
        is_new = (total, rows_in_all) != (self.total, self.rows_in_all)
        if want > have:
            self.beginInsertRows(QModelIndex(), have, want - 1)
            self.total = total
            self.endInsertRows()
        elif want < have:
            self.beginRemoveRows(QModelIndex(), want, have - 1)
            self.total = total
            self.endRemoveRows()
        self.total, self.rows_in_all = total, rows_in_all
        if is_new:
            self.counted.emit()

    def _fail(self, problem: Problem) -> None:
        self.failed.emit(problem)
