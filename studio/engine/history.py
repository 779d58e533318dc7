"""The history: every run and how its nodes ended, in SQLite, whatever happens to the process."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studio.engine.database import Database, read_json

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
_BEGIN = "REPLACE INTO runs VALUES (?,?,?,?,?,?,?,?,?,?)"
_WITH_RESULT = ("finished", "reused")
_LOG = logging.getLogger(__name__)


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


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run in a list, with what is compared among runs.

    Attributes:
        record: The run, without document and nodes.
        outcomes: How many of its nodes ended in each way.
        figures: The figures of its reports, by node and port.
    """

    record: RunRecord
    outcomes: Mapping[str, int] = field(default_factory=dict)
    figures: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)


class History:
    """All runs of a workspace; several processes may write into it.

    A file that turns out to be damaged, now or later, is renamed aside, which is logged, and a new
    one begun; ``damaged`` is then its new path.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damaged: Path | None = None
        self._under_way: dict[str, tuple[Any, ...]] = {}
        self._database = Database(path, _SCHEMA, anew=self._begin_anew)

    def begin(self, run: RunRecord, owner: str) -> None:
        """Record that a run begins; raises sqlite3.Error when it cannot be written."""
        row = (
            run.id, run.started, 0.0, RUNNING, owner, run.experiment, run.name, run.seed,
            json.dumps(run.document, separators=(",", ":")), json.dumps(run.versions),
        )  # fmt: skip
        self._under_way[run.id] = row
        self._database.do(lambda connection: connection.execute(_BEGIN, row))

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

        def write(connection: sqlite3.Connection) -> None:
            connection.executemany("REPLACE INTO nodes VALUES (?,?,?,?,?,?,?,?,?)", rows)
            connection.executemany("REPLACE INTO latest VALUES (?,?,?)", latest)

        if rows:
            self._database.do(write)

    def end(self, run: str, outcome: str, seconds: float) -> None:
        """Record how a run ended; raises sqlite3.Error when it cannot be written."""
        query = "UPDATE runs SET outcome = ?, seconds = ? WHERE id = ?"
        try:
            self._database.do(lambda connection: connection.execute(query, (outcome, seconds, run)))
        finally:
            self._under_way.pop(run, None)

    def interrupt(self, living: Iterable[str]) -> None:
        """Note that runs whose process is not among the living owners were interrupted."""
        owners = tuple(living)
        marks = ",".join("?" * len(owners))
        query = f"UPDATE runs SET outcome = ? WHERE outcome = ? AND owner NOT IN ({marks})"
        given = (INTERRUPTED, RUNNING, *owners)
        self._database.do(lambda connection: connection.execute(query, given))

    def owners(self) -> list[str]:
        """Return the owners of the runs that are said to be running."""
        query = "SELECT DISTINCT owner FROM runs WHERE outcome = ?"
        return [owner for (owner,) in self._rows(query, RUNNING)]

    def list(self, limit: int = 100, experiment: str | None = None) -> list[RunRecord]:
        """Return the latest runs, the newest first, without documents and nodes."""
        query = "SELECT id, started, seconds, outcome, experiment, name, seed FROM runs"
        given: tuple[Any, ...] = ()
        if experiment is not None:
            query, given = query + " WHERE experiment = ?", (experiment,)
        rows = self._rows(f"{query} ORDER BY started DESC LIMIT ?", *given, limit)
        return [RunRecord(*row) for row in rows]

    def summaries(self, experiment: str, limit: int = 200) -> Sequence[RunSummary]:
        """Return the latest runs of an experiment with their figures, the newest first."""
        records = self.list(limit, experiment)
        outcomes: dict[str, dict[str, int]] = {record.id: {} for record in records}
        figures: dict[str, dict[tuple[str, str], Any]] = {record.id: {} for record in records}
        latest = "SELECT id FROM runs WHERE experiment = ? ORDER BY started DESC LIMIT ?"
        given = (experiment, limit)
        counted = f"SELECT run, outcome, COUNT(*) FROM nodes WHERE run IN ({latest})"
        for run, outcome, count in self._rows(f"{counted} GROUP BY run, outcome", *given):
            outcomes.setdefault(run, {})[outcome] = count
        query = (
            f"SELECT run, node, metrics FROM nodes WHERE run IN ({latest}) AND metrics != '{{}}'"
        )
        for run, node, text in self._rows(query, *given):
            for port, found in read_json(text).items():
                figures.setdefault(run, {})[node, port] = found
        return [RunSummary(item, outcomes[item.id], figures[item.id]) for item in records]

    def get(self, run: str) -> RunRecord | None:
        """Return a run with its document and nodes, or None."""
        return self._database.do(lambda connection: _read(connection, run))

    def last_keys(self, experiment: str) -> dict[str, str]:
        """Return, for each node of an experiment, the key of its latest result.

        Nothing where the file cannot be read: a run can go on without knowing.
        """
        try:
            return dict(self._rows("SELECT node, key FROM latest WHERE experiment = ?", experiment))
        except sqlite3.Error:
            return {}

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _rows(self, query: str, *given: Any) -> Sequence[Any]:
        return self._database.do(lambda connection: connection.execute(query, given).fetchall())

    def _begin_anew(self, connection: sqlite3.Connection, damaged: Path | None) -> None:
        """Go on in a new file with the runs that are under way, and say what became of the old."""
        if damaged is not None:
            self.damaged = damaged
            _LOG.warning(
                "The history of runs was damaged; a new one is begun, without the earlier runs."
                " The damaged file is kept as “%s”.",
                damaged,
            )
        connection.executemany(_BEGIN, list(self._under_way.values()))


def _read(connection: sqlite3.Connection, run: str) -> RunRecord | None:
    row = connection.execute(
        "SELECT id, started, seconds, outcome, experiment, name, seed, document, versions"
        " FROM runs WHERE id = ?",
        (run,),
    ).fetchone()
    if row is None:
        return None
    nodes = connection.execute(
        "SELECT node, module, outcome, seconds, key, params, metrics, problem"
        " FROM nodes WHERE run = ?",
        (run,),
    )
    records = tuple(
        NodeRecord(node, module, outcome, seconds, key, read_json(p), read_json(m), problem)
        for node, module, outcome, seconds, key, p, m, problem in nodes
    )
    *simple, document, versions = row
    return replace(
        RunRecord(*simple),
        document=read_json(document),
        versions=read_json(versions),
        nodes=records,
    )
