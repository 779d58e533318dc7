"""The states of a run's nodes: an event goes in, instructions come out, and nothing else."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

NodeState = Literal[
    "incomplete", "ready", "stale", "disabled", "queued", "running",
    "finished", "reused", "failed", "cancelled", "skipped",
]  # fmt: skip

LOSSES_ALLOWED = 2
"""How often one node's result may turn out damaged in one run before its readers fail."""

_RESULT: frozenset[NodeState] = frozenset({"finished", "reused"})
_NO_RESULT: frozenset[NodeState] = frozenset(
    {"incomplete", "disabled", "failed", "cancelled", "skipped"}
)


@dataclass(frozen=True, slots=True)
class Task:
    """A node as the state machine sees it.

    Attributes:
        node: Its id.
        inputs: The nodes whose results it reads.
        key: Its cache key; empty when it has none.
        stored: Whether the store has its result and it may be used.
        wanted: Whether the run is asked for this node itself, not only for what it feeds.
        incomplete: Whether it cannot run as it stands.
        disabled: Whether it is left out, with what follows.
    """

    node: str
    inputs: tuple[str, ...] = ()
    key: str = ""
    stored: bool = False
    wanted: bool = True
    incomplete: bool = False
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Begin:
    """The run begins."""


@dataclass(frozen=True, slots=True)
class Slots:
    """So many workers are free now."""

    free: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The node's result is in the store."""

    node: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The node has no result."""

    node: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The node stopped because it was asked to, or was killed for it."""

    node: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The node could not read a result that the store was thought to have."""

    node: str
    source: str


@dataclass(frozen=True, slots=True)
class CancelAsked:
    """The person wants one node, or with None the run, to stop."""

    node: str | None = None


Stimulus = Begin | Slots | Finished | Failed | Stopped | Lost | CancelAsked


@dataclass(frozen=True, slots=True)
class Queue:
    """Say that the node waits for a worker."""

    node: str


@dataclass(frozen=True, slots=True)
class Start:
    """Give the node to a worker."""

    node: str


@dataclass(frozen=True, slots=True)
class Reuse:
    """Say that the node's result is in the store."""

    node: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Say what is wrong with a node that is incomplete."""

    node: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Say that the node is left out: disabled, or because of a node before it."""

    node: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Ask the node's worker to stop, and kill it if it does not."""

    node: str


@dataclass(frozen=True, slots=True)
class SayCancelled:
    """Say that the node was cancelled."""

    node: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Say that the node fails because the result of ``source`` is lost again and again."""

    node: str
    source: str


@dataclass(frozen=True, slots=True)
class End:
    """The run is over."""

    outcome: Literal["finished", "failed", "cancelled"]


Instruction = Queue | Start | Reuse | Refuse | Skip | Interrupt | SayCancelled | GiveUp | End


class RunState:
    """What every node of one run is doing.

    ``tasks`` come with sources before their readers. All that happens is a :class:`Stimulus` given
    to :meth:`handle`; all that is to be done is in the list it returns.
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        self.tasks = {task.node: task for task in tasks}
        self.states: dict[str, NodeState] = dict.fromkeys(self.tasks, "stale")
        self.ended = False
        self._readers: dict[str, list[str]] = defaultdict(list)
        self._same_key: dict[str, list[str]] = defaultdict(list)
        self._queue: list[str] = []
        self._required: set[str] = set()
        self._open: set[str] = set()
        self._interrupted: set[str] = set()
        self._losses: dict[str, int] = defaultdict(int)
        self._causes: dict[str, str] = {}
        self._cancelled = False
        self._order = {node: place for place, node in enumerate(self.tasks)}
        for task in self.tasks.values():
            for source in dict.fromkeys(task.inputs):
                self._readers[source].append(task.node)
            if task.key:
                self._same_key[task.key].append(task.node)

    def handle(self, stimulus: Stimulus) -> list[Instruction]:
        """Take in what happened and return what is to be done, in order."""
        if self.ended:
            return []
        out: list[Instruction] = []
        match stimulus:
            case Begin():
                self._begin(out)
            case Slots(free):
                self._fill(free, out)
            case Finished(node):
                self._finished(node, out)
            case Failed(node):
                self._without_result(node, "failed", out)
            case Stopped(node):
                self._stopped(node, out)
            case Lost(node, source):
                self._lost(node, source, out)
            case CancelAsked(node):
                self._cancel(node, out)
        if not self._open:
            self.ended = True
            out.append(End(self._outcome()))
        return out

    def _begin(self, out: list[Instruction]) -> None:
        for task in self.tasks.values():
            self._settle(task, out)
        for task in reversed(self.tasks.values()):
            needed = task.wanted or any(n in self._required for n in self._readers[task.node])
            if self.states[task.node] == "stale" and needed:
                self._required.add(task.node)
                self._open.add(task.node)
        for node in self.tasks:
            self._advance(node, out)

    def _settle(self, task: Task, out: list[Instruction]) -> None:
        """Decide what needs no worker: disabled, incomplete, what follows, stored results."""
        node = task.node
        blocked = next((n for n in task.inputs if self.states[n] in _NO_RESULT), None)
        if task.disabled:
            self.states[node] = "disabled"
            out.append(Skip(node))
        elif task.stored:
            self.states[node] = "reused"
            out.append(Reuse(node))
        elif task.incomplete:
            self.states[node] = "incomplete"
            out.append(Refuse(node))
        elif blocked is not None:
            self.states[node] = "skipped"
            self._causes[node] = self._causes.get(blocked, blocked)
            out.append(Skip(node, self._causes[node]))

    def _close(self, node: str, state: NodeState) -> None:
        """Give a node its last state (it can be opened again only by a loss)."""
        self.states[node] = state
        self._open.discard(node)
        if node in self._queue:
            self._queue.remove(node)

    def _advance(self, node: str, out: list[Instruction]) -> None:
        """Queue a node that has its inputs, unless an equal node runs and does it for both."""
        if node not in self._open or self.states[node] not in ("stale", "ready"):
            return
        task = self.tasks[node]
        if not all(self.states[source] in _RESULT for source in task.inputs):
            return
        equals = {self.states[other] for other in self._same_key[task.key] if other != node}
        if "finished" in equals and node not in self._losses:
            self._close(node, "reused")
            out.append(Reuse(node))
            self._offer(self._readers[node], out)
        elif equals & {"queued", "running"}:
            self.states[node] = "ready"
        else:
            self.states[node] = "queued"
            insort(self._queue, node, key=self._order.__getitem__)
            out.append(Queue(node))

    def _offer(self, nodes: Iterable[str], out: list[Instruction]) -> None:
        for node in nodes:
            self._advance(node, out)

    def _fill(self, free: int, out: list[Instruction]) -> None:
        for node in self._queue[:free]:
            self.states[node] = "running"
            out.append(Start(node))
        del self._queue[:free]

    def _finished(self, node: str, out: list[Instruction]) -> None:
        if self.states[node] == "running":
            self._close(node, "finished")
            self._offer(self._readers[node], out)
            self._offer(self._same_key[self.tasks[node].key], out)

    def _without_result(self, node: str, state: NodeState, out: list[Instruction]) -> None:
        """Take in that a node has no result: what follows is skipped, its equals have a turn."""
        if node not in self._open:
            return
        self._close(node, state)
        reached = [node]
        for source in reached:
            for reader in self._readers[source]:
                if reader in self._open and self.states[reader] != "running":
                    self._close(reader, "skipped")
                    out.append(Skip(reader, node))
                    reached.append(reader)
        for one in reached:
            self._offer(self._same_key[self.tasks[one].key], out)

    def _stopped(self, node: str, out: list[Instruction]) -> None:
        if self.states[node] == "running":
            out.append(SayCancelled(node))
            self._without_result(node, "cancelled", out)

    def _lost(self, node: str, source: str, out: list[Instruction]) -> None:
        """Send a node back to wait, and have the result that it missed made again."""
        if node in self._interrupted:
            self._stopped(node, out)
        elif self.states[source] in _NO_RESULT:
            out.append(Skip(node, source))
            self._without_result(node, "skipped", out)
        elif self._losses[source] >= LOSSES_ALLOWED:
            out.append(GiveUp(node, source))
            self._without_result(node, "failed", out)
        else:
            self.states[node] = "stale"
            if self.states[source] in _RESULT:
                self._losses[source] += 1
                self.states[source] = "stale"
            self._require(source, out)
            self._advance(node, out)

    def _require(self, node: str, out: list[Instruction]) -> None:
        self._required.add(node)
        self._open.add(node)
        for source in self.tasks[node].inputs:
            if self.states[source] == "stale" and source not in self._open:
                self._require(source, out)
        self._advance(node, out)

    def _cancel(self, node: str | None, out: list[Instruction]) -> None:
        self._cancelled = self._cancelled or node is None
        for one in list(self.tasks) if node is None else [node]:
            if one not in self._open:
                continue
            if self.states[one] == "running":
                self._interrupted.add(one)
                out.append(Interrupt(one))
            else:
                out.append(SayCancelled(one))
                if node is None:
                    self._close(one, "cancelled")
                else:
                    self._without_result(one, "cancelled", out)

    def _outcome(self) -> Literal["finished", "failed", "cancelled"]:
        states = set(self.states.values())
        if self._cancelled or "cancelled" in states:
            return "cancelled"
        return "failed" if states & {"failed", "incomplete"} else "finished"
