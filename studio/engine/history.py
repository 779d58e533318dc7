"""The history: every run and how its nodes ended, in SQLite, whatever happens to the process."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, started REAL, seconds REAL, outcome TEXT, owner TEXT,
    experiment TEXT, name TEXT, seed INTEGER, document TEXT, versions TEXT
);
CREATE INDEX IF NOT EXISTS runs_by_time ON runs (started);
CREATE TABLE IF NOT EXISTS nodes (
    run TEXT, node TEXT, module TEXT, outcome TEXT, seconds REAL, key TEXT,
    params TEXT, metrics TEXT, problem TEXT, PRIMARY KEY (run, node)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS latest (
    experiment TEXT, node TEXT, key TEXT, PRIMARY KEY (experiment, node)
) WITHOUT ROWID;
"""
RUNNING = "running"
INTERRUPTED = "interrupted"
_WITH_RESULT = ("finished", "reused")


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """How one node of a run ended."""

    node: str
    module: str
    outcome: str
    seconds: float
    key: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run: what was run, when, how it ended and what came out.

    Attributes:
        started: Seconds since 1970.
        outcome: "finished", "failed", "cancelled", "running", or "interrupted" (its process died).
        document: The experiment as it was run, as data.
        versions: Library -> version.
        nodes: What happened to each node; empty in lists.
    """

    id: str
    started: float
    seconds: float
    outcome: str
    experiment: str
    name: str
    seed: int
    document: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    nodes: tuple[NodeRecord, ...] = ()

    @property
    def metrics(self) -> dict[str, dict[str, Any]]:
        """The figures of all reports, by ``node.port``."""
        return {
            f"{item.node}.{port}": dict(figures)
            for item in self.nodes
            for port, figures in item.metrics.items()
        }


class History:
    """All runs of a workspace; several processes may write into it.

    A damaged file is renamed aside when it is opened; ``damaged`` is then its new path.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        self.damaged: Path | None = None
        try:
            self._connection = self._open()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self._set_aside()
            self._connection = self._open()

    def begin(self, run: RunRecord, owner: str) -> None:
        """Record that a run begins; raises sqlite3.Error when it cannot be written."""
        row = (
            run.id, run.started, 0.0, RUNNING, owner, run.experiment, run.name, run.seed,
            json.dumps(run.document, separators=(",", ":")), json.dumps(run.versions),
        )  # fmt: skip
        with self._guard, self._connection as connection:
            connection.execute("REPLACE INTO runs VALUES (?,?,?,?,?,?,?,?,?,?)", row)

    def add(self, run: str, experiment: str, nodes: Sequence[NodeRecord]) -> None:
        """Record how nodes ended; raises sqlite3.Error when it cannot be written."""
        rows = [
            (
                run, item.node, item.module, item.outcome, item.seconds, item.key,
                json.dumps(dict(item.params)), json.dumps(dict(item.metrics)), item.problem,
            )
            for item in nodes
        ]  # fmt: skip
        latest = [
            (experiment, item.node, item.key) for item in nodes if item.outcome in _WITH_RESULT
        ]
        if rows:
            with self._guard, self._connection as connection:
                connection.executemany("REPLACE INTO nodes VALUES (?,?,?,?,?,?,?,?,?)", rows)
                connection.executemany("REPLACE INTO latest VALUES (?,?,?)", latest)

    def end(self, run: str, outcome: str, seconds: float) -> None:
        """Record how a run ended; raises sqlite3.Error when it cannot be written."""
        with self._guard, self._connection as connection:
            connection.execute(
                "UPDATE runs SET outcome = ?, seconds = ? WHERE id = ?", (outcome, seconds, run)
            )

    def interrupt(self, living: Iterable[str]) -> None:
        """Note that runs whose process is not among the living owners were interrupted."""
        owners = tuple(living)
        marks = ",".join("?" * len(owners))
        with self._guard, self._connection as connection:
            connection.execute(
                f"UPDATE runs SET outcome = ? WHERE outcome = ? AND owner NOT IN ({marks})",
                (INTERRUPTED, RUNNING, *owners),
            )

    def owners(self) -> list[str]:
        """Return the owners of the runs that are said to be running."""
        query = "SELECT DISTINCT owner FROM runs WHERE outcome = ?"
        with self._guard:
            return [owner for (owner,) in self._connection.execute(query, (RUNNING,))]

    def list(self, limit: int = 100, experiment: str | None = None) -> list[RunRecord]:
        """Return the latest runs, the newest first, without documents and nodes."""
        query = "SELECT id, started, seconds, outcome, experiment, name, seed FROM runs"
        given: tuple[Any, ...] = ()
        if experiment is not None:
            query, given = query + " WHERE experiment = ?", (experiment,)
        with self._guard:
            rows = self._connection.execute(
                f"{query} ORDER BY started DESC LIMIT ?", (*given, limit)
            )
            return [RunRecord(*row) for row in rows]

    def get(self, run: str) -> RunRecord | None:
        """Return a run with its document and nodes, or None."""
        query = (
            "SELECT id, started, seconds, outcome, experiment, name, seed, document, versions"
            " FROM runs WHERE id = ?"
        )
        with self._guard:
            row = self._connection.execute(query, (run,)).fetchone()
            nodes = self._connection.execute(
                "SELECT node, module, outcome, seconds, key, params, metrics, problem"
                " FROM nodes WHERE run = ?",
                (run,),
            ).fetchall()
        if row is None:
            return None
        *simple, document, versions = row
        records = tuple(
            NodeRecord(node, module, outcome, seconds, key, json.loads(p), json.loads(m), problem)
            for node, module, outcome, seconds, key, p, m, problem in nodes
        )
        return replace(
            RunRecord(*simple),
            document=json.loads(document),
            versions=json.loads(versions),
            nodes=records,
        )

    def last_keys(self, experiment: str) -> dict[str, str]:
        """Return, for each node of an experiment, the key of its latest result."""
        query = "SELECT node, key FROM latest WHERE experiment = ?"
        with self._guard:
            return dict(self._connection.execute(query, (experiment,)))

    def close(self) -> None:
        """Close the file."""
        with self._guard:
            self._connection.close()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=5, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.executescript(_SCHEMA)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _set_aside(self) -> None:
        self.damaged = self._path.with_name(f"{self._path.name}.damaged-{time.time_ns()}")
        self._path.rename(self.damaged)
        for suffix in ("-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)
