"""What is remembered about files, so that nothing unchanged is read twice."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.engine.database import Database, read_json

_SCHEMA = """
CREATE TABLE IF NOT EXISTS remembered (
    kind TEXT, name TEXT, mark TEXT, value TEXT, PRIMARY KEY (kind, name)
) WITHOUT ROWID;
"""
_WRITE = "REPLACE INTO remembered VALUES (?, ?, ?, ?)"
SETTLED_NS = 1_000_000_000
"""A file that changed less than a second ago may change again within one tick of its clock."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells that a file is the one that was seen: size, time and number."""

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Mark:
        """Return a file's mark; raises OSError."""
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns, found.st_ino)

    @property
    def text(self) -> str:
        """The mark as one line."""
        return f"{self.size} {self.mtime_ns} {self.inode}"

    @property
    def settled(self) -> bool:
        """Whether the file is old enough for its time to tell of the next change."""
        return time.time_ns() - self.mtime_ns > SETTLED_NS


class Memory:
    """Values remembered between runs under a kind and a name; losing them costs only time.

    A damaged file is removed and made anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._known: dict[tuple[str, str], tuple[str, Any]] = {}
        self._new: dict[tuple[str, str], tuple[str, Any]] = {}
        self._do(self._load)

    def get(self, kind: str, name: str, mark: str) -> Any | None:
        """Return what is remembered of a name, or None when its mark is another one now."""
        with self._guard:
            found = self._known.get((kind, name))
        return found[1] if found is not None and found[0] == mark else None

    def put(self, kind: str, name: str, mark: str, value: Any) -> None:
        """Remember a JSON-able value; :meth:`flush` writes it down."""
        with self._guard:
            self._known[kind, name] = self._new[kind, name] = (mark, value)

    def of_file(self, kind: str, path: Path, read: Callable[[Path], Any]) -> tuple[Any, Mark]:
        """Return what ``read`` says of a file, remembered while it is the same; raises OSError."""
        mark = Mark.of(path)
        value = self.get(kind, str(path), mark.text)
        if value is None:
            value = read(path)
            if mark.settled and Mark.of(path) == mark:
                self.put(kind, str(path), mark.text, value)
        return value, mark

    def flush(self) -> None:
        """Write down what is new, in one transaction; on a full disk it is forgotten."""
        with self._guard:
            rows = [(*name, mark, json.dumps(value)) for name, (mark, value) in self._new.items()]
            self._new.clear()
        if rows:
            self._do(lambda connection: connection.executemany(_WRITE, rows))

    def _load(self, connection: sqlite3.Connection) -> None:
        found = connection.execute("SELECT kind, name, mark, value FROM remembered")
        self._known = {(kind, name): (mark, read_json(value)) for kind, name, mark, value in found}

    def _do(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Read or write; where that cannot be done, there is less to remember."""
        with (
            suppress(sqlite3.Error),
            closing(Database(self._path, _SCHEMA, keep=False)) as database,
        ):
            database.do(work)
