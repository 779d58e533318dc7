"""A database: an SQLite file of the workspace, set aside and begun anew when it is damaged."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from studio.document.atomic import said
from studio.engine.locks import locked

_Given = TypeVar("_Given")
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_CUT_SHORT = sqlite3.SQLITE_IOERR_SHORT_READ
_LOCK = "sqlite.lock"


class _TextDamaged(sqlite3.DatabaseError):
    """The pages are in order, and what is written on them cannot be read."""


class Database:
    """An SQLite file that several processes may write into.

    Damage shows when a page is read, at opening or at any later use: looking for it beforehand
    would mean reading the whole file. The file is then renamed, or without ``keep`` removed, and a
    new one begun; when another process did that, this one goes on with the new file.

    Args:
        path: The file.
        schema: The statements that make what is not there yet.
        keep: Whether a damaged file is worth keeping.
        anew: Called with the connection to a new file, and with the path of the damaged one where
            it was this process that renamed it.
    """

    def __init__(
        self,
        path: Path,
        schema: str,
        *,
        keep: bool = True,
        anew: Callable[[sqlite3.Connection, Path | None], None] | None = None,
    ) -> None:
        self._path = path
        self._schema = schema
        self._keep = keep
        self._anew = anew
        self._lock = path.with_name(_LOCK)
        self._guard = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._seen: tuple[int, int] | None = None
        self._closed = False
        self.do(lambda _: None)

    def do(self, work: Callable[[sqlite3.Connection], _Given]) -> _Given:
        """Return what ``work`` gives, carried out in one transaction; raises sqlite3.Error.

        It is carried out once more where the file turned out to be damaged.
        """
        with self._guard:
            if self._closed:
                raise sqlite3.ProgrammingError("the file is closed")
            try:
                return self._tried(work)
            except OSError as error:
                raise sqlite3.OperationalError(said(error)) from error

    def close(self) -> None:
        """Close the file."""
        with self._guard:
            self._closed = True
            self._disconnect()

    def _tried(self, work: Callable[[sqlite3.Connection], _Given]) -> _Given:
        try:
            return self._done(work)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            self._begin_anew()
        return self._done(work)

    def _done(self, work: Callable[[sqlite3.Connection], _Given]) -> _Given:
        with self._current() as connection:
            return work(connection)

    def _current(self) -> sqlite3.Connection:
        """Return the connection, to the new file where another process has begun one."""
        if self._connection is not None and _identity(self._path) == self._seen:
            return self._connection
        follows = self._connection is not None
        self._disconnect()
        with locked(self._lock, shared=True):
            connection = self._connect()
        if follows and self._anew is not None:
            with connection:
                self._anew(connection, None)
        return connection

    def _begin_anew(self) -> None:
        found = self._seen
        self._disconnect()
        with locked(self._lock):
            aside = self._set_aside() if _identity(self._path) == found else None
            connection = self._connect()
        if self._anew is not None:
            with connection:
                self._anew(connection, aside)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=5, check_same_thread=False)
        self._seen = _identity(self._path)
        connection.text_factory = _text
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.executescript(self._schema)
        except sqlite3.Error:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _set_aside(self) -> Path | None:
        """Rename or remove the file, and the files beside it that belong to it."""
        aside = self._path.with_name(f"{self._path.name}.damaged-{time.time_ns()}")
        for suffix in ("", "-wal", "-shm"):
            file = Path(f"{self._path}{suffix}")
            with suppress(FileNotFoundError):
                if self._keep:
                    file.rename(f"{aside}{suffix}")
                else:
                    file.unlink()
        return aside if self._keep else None


def read_json(text: object) -> Any:
    """Return the data that a column holds as JSON; what is none counts as damage to the file."""
    try:
        return json.loads(text if isinstance(text, str) else "")
    except json.JSONDecodeError as error:
        raise _TextDamaged(str(error)) from None


def system_error(error: sqlite3.Error, path: Path) -> OSError:
    """Return what is wrong with the file or its disk, as far as an SQLite error tells."""
    if isinstance(error.__cause__, OSError):
        return error.__cause__
    if _is_damage(error):
        return OSError(errno.EIO, "it is damaged", str(path))
    words = str(error)
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            number = errno.ENOSPC
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            number = _hindrance(path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            number, words = errno.EBUSY, "another program keeps it locked"
        case sqlite3.SQLITE_IOERR:
            number, words = errno.EIO, "the disk reports an error"
        case sqlite3.SQLITE_ERROR:
            number, words = 0, "it is not as this version of Wireloom makes it"
        case _:
            number = 0
    return OSError(number, words, str(path))


def _hindrance(path: Path) -> int:
    """Return why a file cannot be opened or written; looked at from outside.

    Opening it here and closing it would free the locks that SQLite has on it.
    """
    if not path.parent.is_dir():
        return errno.ENOENT
    if path.is_dir():
        return errno.EISDIR
    if sys.platform != "win32" and os.statvfs(path.parent).f_flag & os.ST_RDONLY:
        return errno.EROFS
    return errno.EACCES


def _is_damage(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in _DAMAGE or code == _CUT_SHORT or isinstance(error, _TextDamaged)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _TextDamaged(str(error)) from None
