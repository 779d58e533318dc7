"""The commands that the command palette lists: actions of the menus, and whatever else is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QMenu
from typing_extensions import override

from studio.app import icons
from studio.app.panels.fuzzy import match
from studio.app.panels.palette_search import Spans

COMMAND = Qt.ItemDataRole.UserRole + 1
"""The role under which a row is given as a :class:`Found`."""

Extra = tuple[str, str, str, Callable[[], object]]
"""Title, detail, name of an icon, and what is done."""
_NOWHERE = QModelIndex()


@dataclass(frozen=True, eq=False)
class Command:
    """Something that can be done: what it is called, where it is found, its keys.

    Attributes:
        title: What is read.
        detail: The menu that it is in, or what an extra says of itself.
        keys: Its shortcut, key by key.
        icon: Its icon.
        is_enabled: Whether it can be done now.
        do: Does it.
    """

    title: str
    detail: str
    keys: tuple[str, ...]
    icon: QIcon
    is_enabled: bool
    do: Callable[[], object]


@dataclass(frozen=True)
class Found:
    """A command that fits what was typed, and the letters of its title that match."""

    command: Command
    spans: Spans = ()


def commands(actions: Iterable[QAction], extras: Iterable[Extra] = ()) -> list[Command]:
    """Return the commands of actions that have a text and no menu of their own, and the extras."""
    found = [
        Command(
            _plain(action.text()),
            _menu_path(action),
            keys_of(action.shortcut()),
            action.icon(),
            action.isEnabled(),
            action.trigger,
        )
        for action in actions
        if action.text() and not action.isSeparator() and action.menu() is None
    ]
    return found + [
        Command(title, detail, (), icons.icon(icon), True, do) for title, detail, icon, do in extras
    ]


def keys_of(shortcut: QKeySequence) -> tuple[str, ...]:
    """Return the keys of a shortcut as they are written on the keyboard."""
    text = shortcut.toString(QKeySequence.SequenceFormat.NativeText)
    first = text.partition(", ")[0]
    if not first:
        return ()
    parts = first.removesuffix("++").removesuffix("+").split("+")
    return tuple(part for part in parts if part) + (("+",) if first.endswith("+") else ())


class CommandList(QAbstractListModel):
    """The commands that fit what was typed, the best first."""

    def __init__(self) -> None:
        """Begin without commands."""
        super().__init__()
        self._commands: list[Command] = []
        self._found: list[Found] = []

    def set_commands(self, found: Sequence[Command]) -> None:
        """Take the commands, all of them shown."""
        self._commands = list(found)
        self.show_matches("")

    def show_matches(self, query: str) -> None:
        """Show what fits; what cannot be done now stands below what fits as well and can."""
        self.beginResetModel()
        ranked = []
        for place, command in enumerate(self._commands):
            matched = match(query, command.title)
            if matched is not None:
                score, spans = matched
                ranked.append(((-score, not command.is_enabled, place), Found(command, spans)))
        self._found = [found for _, found in sorted(ranked, key=lambda item: item[0])]
        self.endResetModel()

    def command(self, index: QModelIndex) -> Command:
        """Return the command at an index."""
        return self._found[index.row()].command

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._found)

    @override
    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        found = self._found[index.row()]
        if role == COMMAND:
            return found
        return found.command.title if role == Qt.ItemDataRole.DisplayRole else None


def _menu_path(action: QAction) -> str:
    """Return the menus that lead to an action, or an empty text."""
    for menu in action.associatedObjects():
        if isinstance(menu, QMenu) and menu.title():
            above = _menu_path(menu.menuAction())
            return f"{above} › {_plain(menu.title())}" if above else _plain(menu.title())
    return ""


def _plain(text: str) -> str:
    """Return a text without the marks of its access key."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")
