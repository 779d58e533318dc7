"""The rows of a panel's list, for Qt: each with its text, its tip, and itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, Qt
from typing_extensions import override

from studio.app.panels.row_delegate import NOWHERE, Index

Row = TypeVar("Row")


class RowModel(QAbstractListModel, Generic[Row]):
    """The rows that are shown; a subclass says them in words."""

    def __init__(self) -> None:
        """Begin with no rows."""
        super().__init__()
        self.rows: Sequence[Row] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def text(self, row: Row) -> str:
        """Return what a row says."""
        raise NotImplementedError

    def tip(self, row: Row) -> str | None:
        """Return what is shown while the mouse is over a row."""
        raise NotImplementedError

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.text(row)
        return self.tip(row) if role == Qt.ItemDataRole.ToolTipRole else None
