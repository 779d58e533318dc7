"""What the palette shows: a tree of groups and entries, or what a search found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from studio.app.palette_entry import FAILED, MIME, PaletteEntry
from studio.app.panels.entry_tip import tip
from studio.app.panels.palette_search import Hit
from studio.registry.discovery import Registry

ROW = Qt.ItemDataRole.UserRole + 1
"""The role under which a row is given as a :class:`Row`."""
FAVOURITES = "Favourites"
RECENT = "Recently used"

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@dataclass(eq=False)
class Row:
    """One row: a group, or an entry of one, or what a search found.

    Attributes:
        title: What is read.
        icon: The name of its icon.
        path: The group's place, for groups; by it the panel remembers which are open.
        entry: The entry, or None for a group.
        hit: How a search found it, or None.
        is_favourite: Whether the person marked it.
        parent: The row that it is in.
        place: Its number among the rows there.
        depth: How deep it stands in the tree.
        number: Its number among all rows of the model.
    """

    title: str
    icon: str
    path: str = ""
    entry: PaletteEntry | None = None
    hit: Hit | None = None
    is_favourite: bool = False
    parent: Row | None = None
    place: int = 0
    depth: int = -1
    number: int = -1
    rows: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> Row:
        """Put a row at the end of this one's; returns it."""
        row.parent, row.place, row.depth = self, len(self.rows), self.depth + 1
        self.rows.append(row)
        return row

    def below(self) -> Iterator[Row]:
        """Yield the rows in this one, however deep, each after the one it is in."""
        for row in self.rows:
            yield row
            yield from row.below()

    @property
    def count(self) -> int:
        """How many entries are in it."""
        return sum(row.entry is not None for row in self.below())


class PaletteModel(QAbstractItemModel):
    """Rows for a tree or a list; ``show_tree`` and ``show_hits`` say which.

    ``renamed`` says that a saved thing was given another name, with its entry and the name.

    Attributes:
        can_add: Whether entries can be dragged to a canvas now.
    """

    renamed = Signal(object, str)

    def __init__(self, registry: Registry) -> None:
        """Begin without rows."""
        super().__init__()
        self._registry = registry
        self._root = Row("", "")
        self._rows: list[Row] = []
        self.can_add = True

    def show_tree(
        self,
        entries: Iterable[PaletteEntry],
        favourites: Sequence[PaletteEntry] = (),
        recent: Sequence[PaletteEntry] = (),
    ) -> None:
        """Show all entries by group, below those that are marked and those that were used last."""
        marked = {entry.key for entry in favourites}
        root = Row("", "")
        groups: dict[str, Row] = {}
        for title, icon, some in ((FAVOURITES, "star", favourites), (RECENT, "history", recent)):
            if some:
                section = root.add(Row(title, icon, title))
                for entry in some:
                    section.add(_row(entry, marked))
        for entry in entries:
            self._group(root, groups, entry.group).add(_row(entry, marked))
        self._show(root)

    def show_hits(self, hits: Iterable[Hit], favourites: Sequence[PaletteEntry] = ()) -> None:
        """Show what a search found, one below the other."""
        marked = {entry.key for entry in favourites}
        root = Row("", "")
        for hit in hits:
            row = root.add(_row(hit.entry, marked))
            row.hit = hit
        self._show(root)

    def row(self, index: Index) -> Row:
        """Return the row at an index."""
        return self._rows[index.internalId()] if index.isValid() else self._root

    def entry(self, index: Index) -> PaletteEntry | None:
        """Return the entry at an index, or None for a group."""
        return self.row(index).entry

    def groups(self) -> list[tuple[QModelIndex, Row]]:
        """Return the groups, each after the one it is in."""
        return [(self._index(row), row) for row in self._rows if row.entry is None]

    def find(self, key: str) -> QModelIndex:
        """Return the index of the entry of that key in its own group, or one that is not valid."""
        for row in reversed(self._rows):
            if row.entry is not None and row.entry.module and row.entry.key == key:
                return self._index(row)
        return QModelIndex()

    @override
    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        rows = self.row(parent).rows
        if column != 0 or not 0 <= row < len(rows):
            return QModelIndex()
        return self._index(rows[row])

    @override
    def parent(self, index: Index = _NOWHERE) -> QModelIndex:  # type: ignore[override]
        above = self.row(index).parent
        if above is None or above is self._root:
            return QModelIndex()
        return self._index(above)

    @override
    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return len(self.row(parent).rows)

    @override
    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 1

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if role == ROW:
            return row
        roles = Qt.ItemDataRole
        if role in (roles.DisplayRole, roles.EditRole, roles.AccessibleTextRole):
            return row.title
        if row.entry is not None and role == roles.ToolTipRole:
            return tip(self._registry, row.entry)
        if row.entry is not None and role == roles.AccessibleDescriptionRole:
            return row.entry.problem or row.entry.description
        return None

    @override
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for another name of a saved thing."""
        entry, name = self.entry(index), str(value).strip()
        if entry is None or not name or name == entry.title:
            return False
        self.renamed.emit(entry, name)
        return True

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        entry = self.row(index).entry if index.isValid() else None
        if entry is not None and entry.module and self.can_add:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        if entry is not None and entry.saved is not None:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    @override
    def mimeTypes(self) -> list[str]:
        return [MIME]

    @override
    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        entry = next((e for index in indexes if (e := self.entry(index)) is not None), None)
        return QMimeData() if entry is None else entry.mime_data()

    def _group(self, root: Row, groups: dict[str, Row], path: str) -> Row:
        """Return the row of a group, made with those above it where it is not there yet."""
        if path not in groups:
            above, _, title = path.rpartition("/")
            parent = self._group(root, groups, above) if above else root
            group = self._registry.palette.groups.get(path)
            icon = "triangle-alert" if path == FAILED else "box"
            icon = group.icon if group is not None and group.icon else icon
            groups[path] = parent.add(Row(title, icon, path))
        return groups[path]

    def _index(self, row: Row) -> QModelIndex:
        return self.createIndex(row.place, 0, row.number)

    def _show(self, root: Row) -> None:
        self.beginResetModel()
        self._root = root
        self._rows = list(root.below())
        for number, row in enumerate(self._rows):
            row.number = number
        self.endResetModel()


def _row(entry: PaletteEntry, marked: set[str]) -> Row:
    return Row(entry.title, entry.icon, entry=entry, is_favourite=entry.key in marked)
