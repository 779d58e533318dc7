"""The messages between the engine and everyone else: frozen, and plain data on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter

from studio.engine.answers import Answer as Answer
from studio.engine.answers import Box as Box
from studio.engine.answers import Boxes as Boxes
from studio.engine.answers import ColumnProfile as ColumnProfile
from studio.engine.answers import Compared as Compared
from studio.engine.answers import CrossTab as CrossTab
from studio.engine.answers import Described as Described
from studio.engine.answers import Frequencies as Frequencies
from studio.engine.answers import Histogram as Histogram
from studio.engine.answers import Previewed as Previewed
from studio.engine.answers import Profiled as Profiled
from studio.engine.answers import Scatter as Scatter
from studio.engine.answers import Snapshotted as Snapshotted
from studio.engine.answers import Tree as Tree
from studio.engine.answers import TreeNode as TreeNode
from studio.engine.answers import TreesShown as TreesShown
from studio.engine.questions import Compare as Compare
from studio.engine.questions import Condition as Condition
from studio.engine.questions import Describe as Describe
from studio.engine.questions import Forget as Forget
from studio.engine.questions import Look as Look
from studio.engine.questions import Preview as Preview
from studio.engine.questions import Profile as Profile
from studio.engine.questions import Question as Question
from studio.engine.questions import Snapshot as Snapshot
from studio.engine.questions import Sort as Sort
from studio.engine.questions import Trees as Trees
from studio.sdk.errors import Problem

Outcome = Literal["finished", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Run:
    """Run an experiment: all of it, or what the targets need.

    Attributes:
        run: The id of the run, chosen by who asks; unique.
        experiment: The experiment as ``Experiment.to_dict`` gives it.
        base: The folder that relative paths of files start from.
        targets: Ids of the nodes wanted; empty for all.
        fresh: Ids of the nodes to run although the store has their results.
    """

    run: str
    experiment: Mapping[str, Any]
    base: str
    targets: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop a run, or one node of it."""

    run: str
    node: str | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop the engine: all runs are cancelled and all processes end."""


Command = Run | Cancel | Question | Forget | Stop


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run is planned and begins; ``nodes`` are those it is about, sources first."""

    run: str
    nodes: tuple[str, ...]
    threads: int
    memory: int


@dataclass(frozen=True, slots=True)
class NodeQueued:
    """A node has its inputs and waits for a worker."""

    run: str
    node: str


@dataclass(frozen=True, slots=True)
class NodeReused:
    """A node's result was in the store; ``seconds`` is what it once took."""

    run: str
    node: str
    key: str
    seconds: float
    outputs: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeStarted:
    """A worker runs the node; ``why`` names what changed since the node's last result."""

    run: str
    node: str
    key: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeProgress:
    """How far a node is, from 0 to 1."""

    run: str
    node: str
    fraction: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class NodeLogged:
    """A line that a node wrote; a warning has a code."""

    run: str
    node: str
    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class NodeFinished:
    """A node ran and its results are in the store.

    Attributes:
        seconds: The time it took, results kept.
        memory: The largest memory of its process meanwhile, in bytes; 0 where it is not known.
        outputs: A description of each output, by port.
    """

    run: str
    node: str
    key: str
    seconds: float
    memory: int
    outputs: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeFailed:
    """A node did not get to a result; ``details`` are for a report about a bug of ours."""

    run: str
    node: str
    problem: Problem
    details: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class NodeCancelled:
    """A node was stopped, or was never begun, because the person asked for it."""

    run: str
    node: str


@dataclass(frozen=True, slots=True)
class NodeSkipped:
    """A node was left out: it is disabled, or ``because`` (a node before it) has no result."""

    run: str
    node: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The last event of a run; ``problems`` are those of the run as a whole."""

    run: str
    outcome: Outcome
    seconds: float
    problems: tuple[Problem, ...] = ()


NodeEvent = (
    NodeQueued
    | NodeReused
    | NodeStarted
    | NodeProgress
    | NodeLogged
    | NodeFinished
    | NodeFailed
    | NodeCancelled
    | NodeSkipped
)
RunEvent = RunStarted | NodeEvent | RunFinished
Event = RunEvent | Answer
Message = Command | Event

_TYPES: dict[str, type[Any]] = {
    cls.__name__: cls
    for cls in (
        Run,
        Cancel,
        Describe,
        Preview,
        Profile,
        Compare,
        Trees,
        Snapshot,
        Forget,
        Stop,
        RunStarted,
        NodeQueued,
        NodeReused,
        NodeStarted,
        NodeProgress,
        NodeLogged,
        NodeFinished,
        NodeFailed,
        NodeCancelled,
        NodeSkipped,
        RunFinished,
        Described,
        Previewed,
        Profiled,
        Compared,
        TreesShown,
        Snapshotted,
    )
}


def to_dict(message: Message) -> dict[str, Any]:
    """Return a message as JSON-able data; ``message`` names its type."""
    data = {item.name: _plain(getattr(message, item.name)) for item in fields(message)}
    return {"message": type(message).__name__, **data}


def from_dict(data: Mapping[str, Any]) -> Message:
    """Read what :func:`to_dict` wrote; raises ValueError (pydantic's) when it is not a message."""
    rest = {name: value for name, value in data.items() if name != "message"}
    name = str(data.get("message"))
    if name not in _TYPES:
        raise ValueError(f"there is no message “{name}”")
    message: Message = _reader(name).validate_python(rest)
    return message


def answer_from(kind: type[Any], data: Mapping[str, Any]) -> Answer:
    """Return the answer of a kind that a worker sent as data."""
    answer: Answer = _reader(kind.__name__).validate_python(data)
    return answer


def problem_from(data: Mapping[str, Any]) -> Problem:
    """Return the problem that a worker sent as data."""
    return Problem.from_dict(dict(data))


@cache
def _reader(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_TYPES[name])


def _plain(value: Any) -> Any:
    if isinstance(value, Problem):
        return value.to_dict()
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value
