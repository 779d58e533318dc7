"""A run and what came of it: how each node ended, and the values at its ports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from studio.engine import messages
from studio.sdk.errors import Problem, StudioError
from studio.sdk.schema import TableSchema
from studio.session.lookup import find_node, unknown

if TYPE_CHECKING:
    from studio.document.experiment import Experiment
    from studio.engine.engine import Engine
    from studio.sdk.data import Value


class RunFailed(StudioError):
    """A run that failed; ``run`` has the results there are, ``problems`` all that went wrong."""

    code = "run_failed"
    sentence = "{reason}{rest}"

    def __init__(self, run: Run) -> None:
        self.run = run
        self.problems = run.problems
        said = [f"“{run.title(node)}”: {problem.in_full}" for node, problem in run.problems if node]
        said += [problem.in_full for node, problem in run.problems if not node]
        others = len(said) - 1
        rest = f" ({others} more {'problem' if others == 1 else 'problems'})" if others > 0 else ""
        super().__init__(reason=_Uncut(said[0] if said else "The run failed."), rest=rest)


class RunCancelled(StudioError):
    """A run that was stopped before its end."""

    code = "run_cancelled"
    sentence = "The run was cancelled."

    def __init__(self, run: Run) -> None:
        self.run = run
        super().__init__()


class NoResult(StudioError):
    """A value was asked for that the run does not have."""

    code = "no_result"
    sentence = "“{title}” has no result{port}: {reason}."


@dataclass(frozen=True)
class _Uncut:
    """Text that an error's sentence shows whole, however long."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass
class NodeOutcome:
    """What the events of a run said of one node.

    Attributes:
        node: Its id.
        title: What a person calls it.
        outcome: finished, reused, failed, cancelled, skipped; "waiting" or "running" before that.
        key: The key of its result in the store.
        seconds: The time it took; of a reused node, the time it once took.
        memory: The largest memory of its process, in bytes.
        outputs: A description of each output, by port.
        warnings: What was surprising in its data.
        logs: The lines that it wrote.
        problem: Why it has no result.
        details: Of an unexpected error, the lines for a report.
        why: What changed since its last result, where it ran.
    """

    node: str
    title: str
    outcome: str = "waiting"
    key: str = ""
    seconds: float = 0.0
    memory: int = 0
    outputs: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    logs: list[str] = field(default_factory=list)
    problem: Problem | None = None
    details: str = ""
    why: tuple[str, ...] = ()

    @property
    def has_result(self) -> bool:
        """Whether the node's outputs are in the store."""
        return self.outcome in ("finished", "reused")

    def take(self, event: messages.NodeEvent) -> None:
        """Learn what an event says."""
        if isinstance(event, messages.NodeStarted):
            self.outcome, self.key, self.why = "running", event.key, event.why
        elif isinstance(event, messages.NodeReused | messages.NodeFinished):
            reused = isinstance(event, messages.NodeReused)
            self.outcome = "reused" if reused else "finished"
            self.key, self.seconds = event.key, event.seconds
            self.outputs, self.warnings = event.outputs, event.warnings
            self.memory = 0 if isinstance(event, messages.NodeReused) else event.memory
        elif isinstance(event, messages.NodeFailed):
            self.outcome, self.problem = "failed", event.problem
            self.details, self.seconds = event.details, event.seconds
        elif isinstance(event, messages.NodeCancelled):
            self.outcome = "cancelled"
        elif isinstance(event, messages.NodeSkipped):
            self.outcome = "skipped"
        elif isinstance(event, messages.NodeLogged) and not event.code:
            self.logs.append(event.text)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as JSON-able data."""
        return {
            "node": self.node,
            "title": self.title,
            "outcome": self.outcome,
            "seconds": self.seconds,
            "memory": self.memory,
            "outputs": dict(self.outputs),
            "warnings": [warning.to_dict() for warning in self.warnings],
            "log": list(self.logs),
            "problem": self.problem.to_dict() if self.problem else None,
            "why": list(self.why),
        }


class NodeResult:
    """What a node gave: ``result[port]`` is the value at a port; the first answers for the node.

    What the first output's value has can be asked of the result itself: ``to_pandas()`` of a table,
    ``metrics`` of a report.
    """

    def __init__(self, record: NodeOutcome, engine: Engine) -> None:
        self._record = record
        self._engine = engine

    @property
    def outcome(self) -> str:
        """How the node ended: finished, reused, failed, cancelled or skipped."""
        return self._record.outcome

    @property
    def ports(self) -> tuple[str, ...]:
        """The names of the outputs that there are values of."""
        return tuple(self._record.outputs)

    @property
    def value(self) -> Value:
        """The value at the first output; raises NoResult."""
        if not self._record.has_result:
            raise self._missing("", _reason(self._record))
        if not self.ports:
            raise self._missing("", "the module has no output")
        return self[self.ports[0]]

    def __getitem__(self, port: str) -> Value:
        """Return the value at a port; raises NoResult, or NameUnknown for a port it has not."""
        if not self._record.has_result:
            raise self._missing(f" at “{port}”", _reason(self._record))
        if port not in self.ports:
            raise unknown(f"“{self._record.title}” has", "output", port, self.ports)
        return self._engine.result(self._record.key, port)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.value, name)

    def __repr__(self) -> str:
        return f"<{self._record.title}: {self.outcome}, {', '.join(self.ports) or 'no outputs'}>"

    def _missing(self, port: str, reason: str) -> NoResult:
        return NoResult(title=self._record.title, port=port, reason=reason)


class Run:
    """One execution of an experiment: how each node ended, and what came out of it.

    Nodes are named by their handle, their id, or a title that only one node has.
    """

    def __init__(self, id: str, experiment: Experiment, engine: Engine) -> None:
        self.id = id
        self.seconds = 0.0
        self.finished: str | None = None
        self._experiment = experiment
        self._engine = engine
        self._of_run: tuple[Problem, ...] = ()
        self.records: dict[str, NodeOutcome] = {}

    def take(self, event: messages.RunEvent) -> None:
        """Learn what an event of the run says."""
        if isinstance(event, messages.RunStarted):
            for node in event.nodes:
                self._record(node)
        elif isinstance(event, messages.RunFinished):
            self.finished, self.seconds = event.outcome, event.seconds
            self._of_run = event.problems
        else:
            self._record(event.node).take(event)

    def __getitem__(self, place: object) -> Any:
        """Return a node's result, or for ``node["port"]`` the value at that port."""
        port = getattr(place, "port", None)
        result = NodeResult(self.record(place), self._engine)
        return result if port is None else result[port]

    def __iter__(self) -> Iterator[str]:
        return iter(self.records)

    def record(self, place: object) -> NodeOutcome:
        """Return what is known of a node; raises NameUnknown, and NoResult for one left out."""
        node = self._id(place)
        if node not in self.records:
            raise NoResult(title=self.title(node), port="", reason="it was not part of this run")
        return self.records[node]

    def outcome(self, node: object) -> str:
        """Return how a node ended: finished, reused, failed, cancelled or skipped."""
        return self.record(node).outcome

    @property
    def outcomes(self) -> dict[str, str]:
        """How every node of the run ended, by id."""
        return {node: record.outcome for node, record in self.records.items()}

    def schema(self, place: object) -> TableSchema:
        """Return the columns of a table output, the first one unless a port is named."""
        record = self.record(place)
        port = getattr(place, "port", None)
        tables = [
            name for name, about in record.outputs.items()
            if about.get("kind") == "Table" and port in (None, name)
        ]  # fmt: skip
        if not tables:
            raise NoResult(
                title=record.title,
                port=f" at “{port}”" if port else "",
                reason="there is no table" if record.outputs else _reason(record),
            )
        return TableSchema.from_dict(record.outputs[tables[0]]["schema"])

    def log(self, node: object) -> list[str]:
        """Return the lines that a node wrote, also when its result was reused."""
        record = self.record(node)
        return record.logs if record.outcome != "reused" else self._kept_log(record.key)

    @property
    def warnings(self) -> list[tuple[str, Problem]]:
        """What was surprising in the data: ids of nodes, and what was said."""
        return [(r.node, warning) for r in self.records.values() for warning in r.warnings]

    @property
    def problems(self) -> list[tuple[str, Problem]]:
        """What went wrong: ids of nodes (empty for the run as a whole), and what was said."""
        failed = [(r.node, r.problem) for r in self.records.values() if r.problem is not None]
        return failed + [("", problem) for problem in self._of_run]

    def title(self, node: str) -> str:
        """Return what a person calls a node."""
        found = self._experiment.nodes.get(node)
        return found.shown_title if found is not None else node

    def to_dict(self) -> dict[str, Any]:
        """Return the run as JSON-able data, its values described and not included."""
        return {
            "run": self.id,
            "experiment": self._experiment.name,
            "outcome": self.finished,
            "seconds": self.seconds,
            "nodes": {node: record.to_dict() for node, record in self.records.items()},
            "problems": [problem.to_dict() for problem in self._of_run],
        }

    def __repr__(self) -> str:
        outcomes = list(self.outcomes.values())
        counts = [f"{outcomes.count(name)} {name}" for name in dict.fromkeys(outcomes)]
        nodes = ", ".join(counts) or "no nodes"
        return f"<Run {self.finished or 'running'}: {nodes} in {self.seconds:.2f} s>"

    def _record(self, node: str) -> NodeOutcome:
        return self.records.setdefault(node, NodeOutcome(node, self.title(node)))

    def _kept_log(self, key: str) -> list[str]:
        entry = self._engine.store.find(key)
        return list(entry.logs) if entry is not None else []

    def _id(self, place: object) -> str:
        owner = getattr(place, "node", place)
        return find_node(self._experiment, str(getattr(owner, "id", owner)))


def _reason(record: NodeOutcome) -> str:
    if record.problem is not None:
        return record.problem.sentence.rstrip(".")
    return f"it was {record.outcome}" if record.outcome != "waiting" else "it has not run"
