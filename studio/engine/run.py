"""One run under way: its plan, its state and its events."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.document.experiment import Experiment
from studio.engine import messages as say
from studio.engine import state
from studio.engine.errors import OutOfMemory, ResultLost, WorkerDied, WorkerNotStarted, size_text
from studio.engine.faults import problem_of, speaks_of_memory
from studio.engine.history import NodeRecord
from studio.engine.planner import Planner, Preparation
from studio.engine.runner import Handle, Job, Report, Runner
from studio.engine.store import Entry
from studio.sdk.errors import Problem

NEAR = 0.85
"""A process that died with this share of its budget in use died of it."""


@dataclass(frozen=True, slots=True)
class Share:
    """What each node of a run may use."""

    threads: int
    memory: int


class ActiveRun:
    """Carries a run's state machine out: starts jobs, takes their reports in, says what happens."""

    def __init__(
        self,
        command: say.Run,
        experiment: Experiment,
        found: Preparation,
        share: Share,
        planner: Planner,
        emit: Callable[[say.RunEvent], None],
    ) -> None:
        self.id = command.run
        self.experiment = experiment
        self.found = found
        self.records: list[NodeRecord] = []
        self.used: list[str] = []
        self.bytes = 0
        self._base = Path(command.base)
        self._fresh = frozenset(command.fresh)
        self._share = share
        self._planner = planner
        self._emit = emit
        self._started = time.monotonic()
        self._handles: dict[str, Handle] = {}
        self._nodes: dict[int, str] = {}
        self.state = state.RunState(found.tasks(command.targets))

    @property
    def seconds(self) -> float:
        """The time since it began."""
        return time.monotonic() - self._started

    def owns(self, job: int) -> bool:
        """Whether a job is one of this run's."""
        return job in self._nodes

    def handle(self, stimulus: state.Stimulus, runner: Runner) -> state.End | None:
        """Give the state machine a stimulus and do what it says; return the end, if it is."""
        end = None
        waiting = deque(self.state.handle(stimulus))
        while waiting:
            instruction = waiting.popleft()
            match instruction:
                case state.Queue(node):
                    self._emit(say.NodeQueued(self.id, node))
                case state.Start(node):
                    if not self._start(node, runner):
                        waiting.extend(self.state.handle(state.Failed(node)))
                case state.Reuse(node):
                    self._reuse(node)
                case state.Refuse(node):
                    problem = self.found.steps[node].problem
                    if problem is not None:
                        self._fail(node, problem)
                case state.Skip(node, because):
                    self._emit(say.NodeSkipped(self.id, node, because))
                    self._record(node, "skipped")
                case state.Interrupt(node):
                    self._handles[node].ask()
                case state.SayCancelled(node):
                    self._emit(say.NodeCancelled(self.id, node))
                    self._record(node, "cancelled")
                case state.GiveUp(node):
                    title = self.found.steps[node].title
                    self._fail(node, ResultLost(title=title).to_problem())
                case state.End():
                    end = instruction
        return end

    def take(self, report: Report) -> state.Stimulus | None:
        """Take in what a job says; return what it means for the state."""
        node = self._nodes[report.job]
        data = report.data
        match report.kind:
            case "started":
                key = self.found.ready[node].print.key
                self._emit(say.NodeStarted(self.id, node, key, self.found.why.get(node, ())))
            case "progress":
                self._emit(say.NodeProgress(self.id, node, data["fraction"], data["text"]))
            case "log":
                self._emit(say.NodeLogged(self.id, node, data["text"], data["code"]))
            case "done":
                return self._done(node, report.job, data)
            case "died":
                return self._died(node, report.job, data)
        return None

    def _start(self, node: str, runner: Runner) -> bool:
        """Give a node to the runner; a system without room for a process fails the node."""
        item = self.found.ready[node]
        cls = item.step.cls
        ports = () if cls is None else cls.inputs()
        writes = cls is not None and cls.meta.world == "writes"
        spec = {
            "title": item.step.title,
            "module": item.print.parts["module"],
            "params": item.step.params,
            "ranges": item.step.ranges,
            "inputs": item.inputs,
            "many": [port.name for port in ports if port.many],
            "seed": item.seed,
            "threads": self._share.threads,
            "memory": self._share.memory,
            "key": item.print.key,
            "parts": item.print.parts,
            "base": str(self._base),
            "marks": item.marks,
            "fresh": node in self._fresh or node in self.found.stored or writes,
        }
        job = Job("run", spec, item.trusted, item.own, item.code.newest)
        try:
            handle = runner.start(job)
        except OSError as error:
            title = item.step.title
            problem, unexpected = problem_of(error, title, self._share.memory)
            if unexpected:
                problem = WorkerNotStarted(title=title, reason=error.strerror).to_problem()
            self._fail(node, problem)
            return False
        self._handles[node] = handle
        self._nodes[handle.number] = node
        return True

    def _reuse(self, node: str) -> None:
        key = self.found.ready[node].print.key
        entry = self.found.stored.get(node) or self._planner.store.find(key)
        if entry is None:
            entry = Entry(key, "", {}, 0.0)
        warnings = tuple(say.problem_from(item) for item in entry.warnings)
        self.used.append(key)
        self._emit(say.NodeReused(self.id, node, key, entry.seconds, entry.outputs, warnings))
        self._record(node, "reused", entry.seconds, entry.outputs)

    def _done(self, node: str, job: int, data: Mapping[str, Any]) -> state.Stimulus:
        del self._handles[node], self._nodes[job]
        match data["outcome"]:
            case "finished":
                warnings = tuple(say.problem_from(item) for item in data["warnings"])
                seconds, outputs = data["seconds"], data["outputs"]
                self.bytes += data["bytes"]
                self._planner.fetched(self.found.ready[node])
                self._record(node, "finished", seconds, outputs)
                self._emit(
                    say.NodeFinished(
                        self.id, node, data["key"], seconds, data["memory"], outputs, warnings
                    )
                )
                return state.Finished(node)
            case "lost":
                ready = self.found.ready
                sources = self.found.steps[node].sources
                lost = next(n for n in sources if ready[n].print.key == data["key"])
                return state.Lost(node, lost)
            case "cancelled":
                return state.Stopped(node)
        problem = say.problem_from(data["problem"])
        self._fail(node, problem, data.get("details", ""), data.get("seconds", 0.0))
        return state.Failed(node)

    def _died(self, node: str, job: int, data: Mapping[str, Any]) -> state.Stimulus:
        """Say why a node's process is gone: asked to, out of memory, or killed."""
        del self._handles[node], self._nodes[job]
        if data["asked"]:
            return state.Stopped(node)
        title = self.found.steps[node].title
        budget = self._share.memory
        if not data["ready"]:
            error: Any = WorkerNotStarted(title=title, reason=_ending(data["status"]))
        elif data["memory"] >= NEAR * budget or speaks_of_memory(data["output"]):
            error = OutOfMemory(title=title, budget=size_text(budget))
        else:
            error = WorkerDied(title=title, reason=_ending(data["status"]))
        self._fail(node, error.to_problem(), data["output"])
        return state.Failed(node)

    def _fail(self, node: str, problem: Problem, details: str = "", seconds: float = 0.0) -> None:
        self._emit(say.NodeFailed(self.id, node, problem, details, seconds))
        self._record(node, "failed", seconds, problem=problem.sentence)

    def _record(
        self,
        node: str,
        outcome: str,
        seconds: float = 0.0,
        outputs: Mapping[str, Any] | None = None,
        problem: str = "",
    ) -> None:
        step = self.found.steps[node]
        ready = self.found.ready.get(node)
        metrics = {
            port: about["metrics"]
            for port, about in (outputs or {}).items()
            if about.get("kind") == "Report" and about.get("metrics")
        }
        key = "" if ready is None else ready.print.key
        params = {} if ready is None else ready.print.parts["params"]
        module = "" if step.cls is None else step.cls.meta.id
        record = NodeRecord(node, module, outcome, seconds, key, params, metrics, problem)
        self.records.append(record)


def _ending(status: int | None) -> str:
    if status is None:
        return "it is gone"
    return f"signal {-status}" if status < 0 else f"exit code {status}"
