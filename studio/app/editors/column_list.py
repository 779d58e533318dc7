"""A list of columns as item views show it: names with the icons of their types."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QByteArray, QMimeData, QModelIndex, Qt, Signal
from PySide6.QtCore import QPersistentModelIndex as Persistent
from typing_extensions import override

from studio.app.column_types import type_icon
from studio.app.icons import icon
from studio.sdk.schema import Column, TableSchema

MIME = "application/x-wireloom-columns"
_NOWHERE = QModelIndex()
_Index = QModelIndex | Persistent


def column_words(column: Column) -> str:
    """Return what a column is, in a few words: its type and what it stands for."""
    role = "" if column.role == "feature" else f", {column.role}"
    return f"{column.type}{role}"


class ColumnList(QAbstractListModel):
    """Names in an order; one that is not in the schema is marked."""

    dropped = Signal(list, int)

    def __init__(self, parent: Any = None) -> None:
        """Begin with no names and no schema."""
        super().__init__(parent)
        self._names: list[str] = []
        self._schema: TableSchema | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in order."""
        return tuple(self._names)

    def set_names(self, names: Iterable[str], schema: TableSchema | None) -> None:
        """Show names, and what a schema knows of them."""
        self.beginResetModel()
        self._names, self._schema = list(names), schema
        self.endResetModel()

    def column(self, row: int) -> Column | None:
        """Return what is known of the name in a row."""
        return known(self._schema, self._names[row])

    @override
    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._names)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._names[index.row()]
        column = self.column(index.row())
        if role == Qt.ItemDataRole.DecorationRole:
            if column is not None:
                return icon(type_icon(column.type), "text_faint")
            return icon("circle-help" if self._schema is None else "triangle-alert", "warn")
        if role == Qt.ItemDataRole.ToolTipRole:
            if column is not None:
                return column_words(column)
            return None if self._schema is None else "No column of this name will arrive."
        return None

    @override
    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid():
            return flags | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsDropEnabled

    @override
    def mimeTypes(self) -> list[str]:
        return [MIME]

    @override
    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        rows = sorted(index.row() for index in indexes)
        mime = QMimeData()
        text = json.dumps([self._names[row] for row in rows])
        mime.setData(MIME, QByteArray(text.encode()))
        return mime

    @override
    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: _Index
    ) -> bool:
        """Tell of names that were dropped; who owns the list moves them."""
        if action == Qt.DropAction.IgnoreAction or not data.hasFormat(MIME):
            return False
        names = json.loads(bytes(data.data(MIME).data()))
        self.dropped.emit(names, len(self._names) if row < 0 else row)
        return False


def known(schema: TableSchema | None, name: str) -> Column | None:
    """Return the column of that name, or None where there is none."""
    return schema.column(name) if schema is not None and name in schema else None
