"""The profiles of a table's columns, asked for when their headers come on screen."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app.viewers.source import Source
from studio.engine import messages as say
from studio.engine.answers import ColumnProfile
from studio.engine.questions import Condition

CHUNK = 8
"""Columns that are asked for at once."""
WAIT_MS = 120
"""Headers must stand still for so long before they are asked about."""


class Profiles(QObject):
    """Holds a profile for each column that was in sight, of the rows that are shown."""

    arrived = Signal()

    def __init__(self, source: Source, parent: QObject) -> None:
        """Take the source; nothing is asked yet."""
        super().__init__(parent)
        self._source = source
        self._found: dict[str, ColumnProfile] = {}
        self._where: tuple[Condition, ...] = ()
        self._request = ""
        self._wanted: list[str] = []
        self._refused: set[str] = set()
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self._ask)

    def get(self, column: str) -> ColumnProfile | None:
        """Return what is known of a column."""
        return self._found.get(column)

    def want(self, columns: Iterable[str]) -> None:
        """Ask for those of the columns that are not known, a few at a time."""
        known = self._found.keys() | self._refused
        self._wanted = [column for column in columns if column not in known]
        if self._wanted and not self._request:
            self._timer.start()

    def show(self, where: tuple[Condition, ...]) -> None:
        """Describe only the rows that fulfil the conditions."""
        if where != self._where:
            self._where = where
            self._found.clear()
            self._refused.clear()
            self._source.forget(self._request)
            self._request = ""

    def _ask(self) -> None:
        columns = tuple(self._wanted[:CHUNK])
        if columns and not self._request:
            take = partial(self._take, columns)
            self._request = self._source.profile(take, columns, where=self._where, brief=True)

    def _take(self, asked: tuple[str, ...], answer: say.Profiled) -> None:
        self._request = ""
        self._found.update((profile.name, profile) for profile in answer.columns)
        self._refused.update(set(asked) - self._found.keys())
        self._wanted = [
            name for name in self._wanted if name not in self._found and name not in self._refused
        ]
        self.arrived.emit()
        self._ask()
