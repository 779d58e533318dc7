"""The store: which jobs there are and how they are, in SQLite, whatever happens to the process."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from studio.serve.jobs.errors import JobsTooMany, JobsUnusable, JobUnknown, KeyTaken
from studio.serve.jobs.job import Job, Progress, State

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
    state TEXT NOT NULL DEFAULT 'NotStarted', created REAL NOT NULL, started REAL, ended REAL,
    source TEXT NOT NULL, target TEXT NOT NULL, options TEXT NOT NULL,
    package TEXT NOT NULL DEFAULT '', version TEXT NOT NULL DEFAULT '',
    rows INTEGER NOT NULL DEFAULT 0, total INTEGER, share REAL NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0, speed REAL NOT NULL DEFAULT 0,
    problem TEXT, stopping INTEGER NOT NULL DEFAULT 0, key TEXT UNIQUE, digest TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, number);
"""
_ENDED = "state IN ('Finished', 'Failed', 'Cancelled')"
_PATIENCE = 30.0


class Submitted(NamedTuple):
    """What is known of a job when it is submitted.

    Attributes:
        id: Its name.
        source, target: The names of its files.
        options: How the file is read, scored and written.
        key: The idempotency key, where one came.
        digest: What tells what was submitted from other things.
    """

    id: str
    source: str
    target: str
    options: Mapping[str, Any]
    key: str | None
    digest: str


class JobStore:
    """Which jobs there are and how they are; used by several threads and processes at once."""

    def __init__(self, folder: Path) -> None:
        """Open the store in a folder, which is made where it is not there; raises JobsUnusable."""
        self._lock = Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._connection = _connected(folder / "jobs.sqlite")
        except (OSError, sqlite3.Error) as error:
            raise JobsUnusable(folder=folder, reason=str(error)) from error

    def close(self) -> None:
        """Close the store."""
        with self._lock:
            self._connection.close()

    def add(self, job: Submitted, most: int) -> tuple[Job, bool]:
        """Return a job that waits now, and whether it is new.

        It is an earlier one where the same was submitted with the same key. Raises KeyTaken where
        something else was, and JobsTooMany where ``most`` jobs wait already.
        """
        with self._changing() as connection:
            if job.key is not None:
                known = connection.execute("SELECT * FROM jobs WHERE key = ?", [job.key]).fetchone()
                if known is not None and known["digest"] != job.digest:
                    raise KeyTaken(key=job.key)
                if known is not None:
                    return _job(known), False
            waiting = connection.execute("SELECT count(*) FROM jobs WHERE state = 'NotStarted'")
            (count,) = waiting.fetchone()
            if count >= most:
                raise JobsTooMany(waiting=count)
            options = json.dumps(dict(job.options))
            connection.execute(
                "INSERT INTO jobs (id, created, source, target, options, key, digest) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [job.id, time.time(), job.source, job.target, options, job.key, job.digest],
            )
            return _found(connection, job.id), True

    def get(self, id_: str) -> Job:
        """Return a job; raises JobUnknown."""
        with self._changing() as connection:
            return _found(connection, id_)

    def knows(self, id_: str) -> bool:
        """Whether there is a job of that name."""
        with self._changing() as connection:
            found = connection.execute("SELECT 1 FROM jobs WHERE id = ?", [id_])
            return found.fetchone() is not None

    def newest(self, most: int, before: int | None = None) -> list[Job]:
        """Return the last jobs, the newest first; those with smaller numbers than ``before``."""
        with self._changing() as connection:
            rows = connection.execute(
                "SELECT * FROM jobs WHERE ? IS NULL OR number < ? ORDER BY number DESC LIMIT ?",
                [before, before, most],
            )
            return [_job(row) for row in rows]

    def take(self, package: str, version: str) -> Job | None:
        """Return the job that has waited longest, running now; None where none waits."""
        with self._changing() as connection:
            row = connection.execute(
                "SELECT id FROM jobs WHERE state = 'NotStarted' ORDER BY number LIMIT 1"
            ).fetchone()
            if row is None:
                return None
            connection.execute(
                "UPDATE jobs SET state = 'Running', started = coalesce(started, ?), package = ?, "
                "version = ? WHERE id = ?",
                [time.time(), package, version, row["id"]],
            )
            return _found(connection, row["id"])

    def give_back(self) -> None:
        """Let jobs wait again that run nowhere: whoever ran them is gone, or is being stopped."""
        with self._changing() as connection:
            connection.execute("UPDATE jobs SET state = 'NotStarted' WHERE state = 'Running'")

    def advance(self, id_: str, progress: Progress) -> None:
        """Write down how far a job is."""
        with self._changing() as connection:
            connection.execute(
                "UPDATE jobs SET rows = ?, total = ?, share = ?, refused = ?, speed = ? "
                "WHERE id = ?",
                [*_progress(progress), id_],
            )

    def end(
        self, id_: str, state: State, progress: Progress, problem: Mapping[str, Any] | None = None
    ) -> None:
        """Write down what became of a job."""
        told = None if problem is None else json.dumps(dict(problem))
        with self._changing() as connection:
            connection.execute(
                "UPDATE jobs SET state = ?, ended = ?, problem = ?, rows = ?, total = ?, "
                "share = ?, refused = ?, speed = ? WHERE id = ?",
                [state, time.time(), told, *_progress(progress), id_],
            )

    def cancel(self, id_: str) -> Job:
        """Return a job that waits no more, or will be stopped; one that has ended is unchanged.

        Raises JobUnknown.
        """
        with self._changing() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'Cancelled', ended = ? "
                "WHERE id = ? AND state = 'NotStarted'",
                [time.time(), id_],
            )
            connection.execute(
                "UPDATE jobs SET stopping = 1 WHERE id = ? AND state = 'Running'", [id_]
            )
            return _found(connection, id_)

    def remove(self, id_: str) -> None:
        """Forget a job."""
        with self._changing() as connection:
            connection.execute("DELETE FROM jobs WHERE id = ?", [id_])

    def outdated(self, kept: int, seconds: float) -> list[str]:
        """Return the jobs that ended more than so many seconds, or more than ``kept`` jobs, ago."""
        with self._changing() as connection:
            rows = connection.execute(
                f"SELECT id FROM jobs WHERE {_ENDED} AND ended < ? UNION "
                f"SELECT id FROM (SELECT id FROM jobs WHERE {_ENDED} "
                "ORDER BY ended DESC, number DESC LIMIT -1 OFFSET ?)",
                [time.time() - seconds, kept],
            )
            return [row["id"] for row in rows]

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """Hold the store for one transaction."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(_SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _found(connection: sqlite3.Connection, id_: str) -> Job:
    row = connection.execute("SELECT * FROM jobs WHERE id = ?", [id_]).fetchone()
    if row is None:
        raise JobUnknown(id=id_)
    return _job(row)


def _progress(progress: Progress) -> list[Any]:
    return [
        progress.rows,
        progress.total,
        progress.share,
        progress.refused,
        progress.rows_per_second,
    ]


def _job(row: sqlite3.Row) -> Job:
    progress = Progress(row["rows"], row["total"], row["share"], row["refused"], row["speed"])
    return Job(
        row["id"],
        row["number"],
        row["state"],
        row["created"],
        row["source"],
        row["target"],
        json.loads(row["options"]),
        row["started"],
        row["ended"],
        row["package"],
        row["version"],
        progress,
        None if row["problem"] is None else json.loads(row["problem"]),
        bool(row["stopping"]),
    )
