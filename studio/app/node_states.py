"""The states of all nodes of one experiment, from what runs and descriptions say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from studio.app.node_state import NodeState, Status
from studio.document.change import LOGIC, Change
from studio.document.experiment import Experiment
from studio.engine import messages as say
from studio.sdk.errors import Problem
from studio.sdk.schema import TableSchema

if TYPE_CHECKING:
    from studio.engine.history import RunRecord

Schemas = Mapping[str, TableSchema | None]
_UNDER_WAY = ("queued", "running")
_WITH_RESULT = ("finished", "reused")
_WITHOUT_RESULT = ("failed", "cancelled", "skipped")


@dataclass(slots=True)
class NodeStates:
    """Keeps, by node, how it ended last, and what is known of it as it stands now."""

    _last: dict[str, NodeState] = field(default_factory=dict)
    _attempts: dict[str, str] = field(default_factory=dict)
    _keys: dict[str, str | None] = field(default_factory=dict)
    _stored: set[str] = field(default_factory=set)
    _abouts: dict[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    _schemas: dict[str, Schemas] = field(default_factory=dict)
    _waiting: set[str] = field(default_factory=set)
    _failures: dict[str, Problem] = field(default_factory=dict)
    _ran: Experiment | None = None
    _touched: tuple[Experiment | None, frozenset[str]] = (None, frozenset())

    def state(self, experiment: Experiment, node: str, problems: Iterable[Problem]) -> NodeState:
        """Return the state of a node as it stands now."""
        last = self._last.get(node, NodeState())
        if last.status in _UNDER_WAY:
            return last
        found = experiment.nodes.get(node)
        if found is None:
            return NodeState()
        wrong = [problem for problem in problems if problem.severity == "error"]
        if found.disabled:
            return NodeState("disabled", "The node is disabled: runs pass it by.")
        if wrong:
            sentence = "\n".join(problem.sentence for problem in wrong)
            return replace(self._result(node, last), status="incomplete", sentence=sentence)
        if last.status in _WITHOUT_RESULT and node not in self._touched_since(experiment):
            settled = last
        else:
            settled = self._settled(node, last)
        if node in self._waiting and settled.status not in _WITH_RESULT:
            return replace(settled, status="queued", sentence="Waits for what comes before it.")
        return settled

    def failure(self, experiment: Experiment, node: str) -> Problem | None:
        """Return what a node failed of in the last run, until something it stands on changes."""
        last = self._last.get(node, NodeState())
        if last.status != "failed" or node in self._touched_since(experiment):
            return None
        return self._failures.get(node)

    def begin(self, experiment: Experiment) -> None:
        """Take in the experiment as it is run."""
        self._ran, self._touched = experiment, (None, frozenset())

    def schemas(self, node: str) -> Schemas:
        """Return what is known of the columns at each Table output of a node."""
        return self._schemas.get(node, {})

    def unseen_keys(self) -> tuple[str, ...]:
        """Return the keys of stored results of which nothing is known yet."""
        keys = (self._keys.get(node) for node in self._stored)
        return tuple(key for key in keys if key is not None and key not in self._abouts)

    def take_described(self, answer: say.Described) -> None:
        """Take in what the engine says of the experiment as it stands now."""
        self._keys = dict(answer.keys)
        self._stored = set(answer.stored)
        self._schemas = {
            node: {
                port: None if data is None else TableSchema.from_dict(data)
                for port, data in ports.items()
            }
            for node, ports in answer.schemas.items()
        }

    def take_abouts(self, found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        """Take in what is known of stored results, by key."""
        self._abouts.update(found)

    def take_event(self, event: say.RunEvent) -> tuple[str, ...]:
        """Take in an event of a run and return the nodes that it is about."""
        if isinstance(event, say.RunStarted):
            self._waiting = set(event.nodes)
            return event.nodes
        if isinstance(event, say.RunFinished | say.NodeLogged):
            return ()
        node = event.node
        self._waiting.discard(node)
        last = self._last.get(node, NodeState())
        match event:
            case say.NodeQueued():
                self._last[node] = replace(last, status="queued", sentence="Waits for a worker.")
            case say.NodeStarted(key=key):
                self._attempts[node] = key
                self._last[node] = replace(last, status="running", sentence="", fraction=None)
            case say.NodeProgress(fraction=fraction, text=text):
                self._last[node] = replace(last, status="running", fraction=fraction, progress=text)
            case say.NodeFinished() | say.NodeReused():
                self._take_result(node, event)
            case say.NodeFailed(problem=problem, seconds=seconds):
                self._failures[node] = problem
                self._last[node] = NodeState("failed", problem.in_full, seconds=seconds)
            case say.NodeCancelled():
                self._last[node] = NodeState("cancelled", "Stopped before it had a result.")
            case say.NodeSkipped(because=because):
                sentence = "Left out: a node before it has no result." if because else ""
                self._last[node] = NodeState("skipped", sentence)
        return (node,)

    def take_record(self, record: RunRecord) -> None:
        """Take in how the nodes of an earlier run ended."""
        for item in record.nodes:
            if item.key and item.outcome == "finished":
                self.take_event(say.NodeFinished(record.id, item.node, item.key, item.seconds, 0))
            elif item.key and item.outcome == "reused":
                self.take_event(say.NodeReused(record.id, item.node, item.key, item.seconds))
            elif item.outcome == "failed":
                problem = Problem("failed", item.problem or "The node failed.")
                self.take_event(say.NodeFailed(record.id, item.node, problem))

    def end(self) -> list[str]:
        """Let no node be under way any longer: the run is over. Returns those that were."""
        nodes = [node for node, state in self._last.items() if state.status in _UNDER_WAY]
        for node in nodes:
            self._last[node] = NodeState("cancelled", "Stopped before it had a result.")
        waited, self._waiting = self._waiting, set()
        return [*nodes, *waited]

    def doubt_results(self) -> None:
        """Count no result as there until the experiment is described again."""
        self._stored.clear()
        for node in [id for id, last in self._last.items() if last.has_result]:
            del self._last[node]
            del self._attempts[node]

    def forget(self, nodes: Iterable[str]) -> None:
        """Forget nodes that are no longer there."""
        for node in nodes:
            self._last.pop(node, None)
            self._attempts.pop(node, None)
            self._keys.pop(node, None)
            self._failures.pop(node, None)
            self._stored.discard(node)
            self._waiting.discard(node)

    def _touched_since(self, experiment: Experiment) -> frozenset[str]:
        """Return the nodes that stand on something that changed since the run.

        Keys cannot tell: a file that cannot be read has another one each time.
        """
        if self._touched[0] is not experiment:
            ran = self._ran
            if ran is None or (ran.seed, ran.parameters) != (
                experiment.seed,
                experiment.parameters,
            ):
                touched = frozenset(experiment.nodes)
            else:
                change = Change.between(ran, experiment)
                ends = (*change.links_added, *change.links_removed)
                logic = (id for id, names in change.nodes_changed.items() if names & LOGIC)
                changed = {*change.nodes_added, *logic, *(link.target for link in ends)}
                touched = experiment.downstream(changed & experiment.nodes.keys())
            self._touched = (experiment, touched)
        return self._touched[1]

    def _take_result(self, node: str, event: say.NodeFinished | say.NodeReused) -> None:
        status: Status = "finished" if isinstance(event, say.NodeFinished) else "reused"
        self._attempts[node] = event.key
        self._abouts[event.key] = event.outputs
        self._last[node] = NodeState(
            status,
            seconds=event.seconds,
            key=event.key,
            outputs=event.outputs,
            warnings=event.warnings,
        )
        if self._keys.get(node) == event.key:
            self._stored.add(node)

    def _settled(self, node: str, last: NodeState) -> NodeState:
        """Return the state of a node without errors that is not under way."""
        key = self._keys.get(node)
        if key is None or self._attempts.get(node) == key:
            return last if last.status != "unknown" else replace(last, status="ready")
        if node in self._stored:
            outputs = self._abouts.get(key, {})
            return NodeState("finished", "The result is in the store.", key=key, outputs=outputs)
        if node not in self._attempts:
            return NodeState("ready", "It has not run yet.")
        sentence = "It, or something before it, changed since it ran."
        return replace(self._result(node, last), status="stale", sentence=sentence)

    def _result(self, node: str, last: NodeState) -> NodeState:
        """Return the result that there is to look at: the present one, else the last one."""
        key = self._keys.get(node)
        if key is not None and node in self._stored:
            return NodeState(key=key, outputs=self._abouts.get(key, {}))
        return NodeState(key=last.key, outputs=last.outputs, seconds=last.seconds)
