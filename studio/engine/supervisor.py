"""The supervisor: one thread that takes commands, feeds the runner and sends events."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Pipe, wait
from pathlib import Path
from typing import Any

from studio.document.atomic import said
from studio.document.experiment import Experiment
from studio.engine import messages as say
from studio.engine import state
from studio.engine.database import system_error
from studio.engine.desk import Asked, Desk
from studio.engine.errors import EngineClosed, HistoryNotWritten
from studio.engine.faults import problem_of
from studio.engine.fingerprint import LIBRARIES, library_version
from studio.engine.history import History, RunRecord
from studio.engine.planner import Planner, Preparation
from studio.engine.pool import LocalRunner
from studio.engine.run import ActiveRun, Share
from studio.sdk.errors import Cancelled, Problem

RECORD_EVERY = 0.5
"""Seconds between writes of a run's progress into the history."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the engine may use: processes, bytes and threads a node, cores in all."""

    workers: int
    memory: int
    cores: int
    threads: int | None = None

    def share(self, width: int) -> Share:
        """Return what each node of a run gets when ``width`` of its nodes can run at once."""
        side_by_side = max(1, min(self.workers, width))
        return Share(self.threads or max(1, self.cores // side_by_side), self.memory)


@dataclass(slots=True)
class _Planning:
    command: say.Run
    cancelled: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class _Planned:
    command: say.Run
    experiment: Experiment | None
    found: Preparation | None
    problem: Problem | None = None


class Supervisor:
    """Runs in a thread from :meth:`start` until Stop; holds no data and no libraries."""

    def __init__(
        self,
        planner: Planner,
        runner: LocalRunner,
        history: History,
        limits: Limits,
        owner: str,
        emit: Callable[[say.Event], None],
    ) -> None:
        self._planner = planner
        self._runner = runner
        self._history = history
        self._limits = limits
        self._owner = owner
        self._emit = emit
        self._inbox: deque[say.Command | _Planned | Asked] = deque()
        self._desk = Desk(planner, history.last_keys, limits.memory, emit, self.put)
        self._woken, self._wakes = Pipe(duplex=False)
        self._guard = threading.Lock()
        self._planning: dict[str, _Planning] = {}
        self._runs: dict[str, ActiveRun] = {}
        self._problems: dict[str, list[Problem]] = {}
        self._recorded = 0.0
        self._stopping = False
        self._tidying: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._serve, name="supervisor", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def put(self, message: say.Command | _Planned | Asked) -> None:
        """Hand in a command, from any thread; raises EngineClosed."""
        if not self._thread.is_alive():
            raise EngineClosed
        self._inbox.append(message)
        with self._guard, suppress(OSError):
            self._wakes.send_bytes(b"!")

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def join(self) -> None:
        """Wait for the thread to end, after Stop."""
        self._thread.join()

    def _serve(self) -> None:
        try:
            while not (self._stopping and self._idle()):
                self._turn()
        except Exception as error:
            problem = problem_of(error, "Wireloom", 0)[0]
            for run in [*self._planning, *self._runs]:
                self._emit(say.RunFinished(run, "failed", 0.0, (problem,)))
            raise
        finally:
            self._runner.close()
            for thread in self._tidying:
                thread.join()
            with self._guard:
                self._wakes.close()
            self._woken.close()

    def _idle(self) -> bool:
        return not self._runs and not self._planning and self._desk.idle

    def _turn(self) -> None:
        """Wait for something to happen and deal with it."""
        ready = wait([self._woken, *self._runner.connections()], self._runner.patience())
        if self._woken in ready:
            self._woken.recv_bytes()
            while self._inbox:
                self._obey(self._inbox.popleft())
        for report in self._runner.collect(ready):
            if self._desk.owns(report.job):
                self._desk.take(report)
            for run in list(self._runs.values()):
                if run.owns(report.job):
                    stimulus = run.take(report)
                    if stimulus is not None:
                        self._tell(run, stimulus)
        self._fill()
        self._desk.fill(self._runner)
        self._record_progress()

    def _obey(self, message: say.Command | _Planned | Asked) -> None:
        match message:
            case say.Run():
                self._plan(message)
            case _Planned():
                self._begin(message)
            case say.Cancel():
                self._cancel(message)
            case say.Forget():
                self._desk.forget(message.request)
            case Asked():
                self._desk.take_prepared(message)
            case say.Stop():
                self._stopping = True
                self._desk.close()
                for run in [*self._planning, *self._runs]:
                    self._cancel(say.Cancel(run))
            case _:
                self._desk.ask(message)

    def _cancel(self, command: say.Cancel) -> None:
        if command.run in self._planning and command.node is None:
            self._planning[command.run].cancelled.set()
        elif command.run in self._runs:
            self._tell(self._runs[command.run], state.CancelAsked(command.node))

    def _plan(self, command: say.Run) -> None:
        """Plan in a thread of its own: hashing a large file must not hold up anything."""
        planning = _Planning(command)
        self._planning[command.run] = planning
        target = threading.Thread(
            target=self._prepare, args=(planning,), name=f"plan {command.run}", daemon=True
        )
        target.start()

    def _prepare(self, planning: _Planning) -> None:
        command = planning.command
        experiment = None
        try:
            experiment = Experiment.from_dict(dict(command.experiment))
            found = self._planner.prepare(
                experiment,
                Path(command.base),
                command.targets,
                command.fresh,
                self._history.last_keys(experiment.id),
                planning.cancelled.is_set,
            )
        except Cancelled:
            planned = _Planned(command, experiment, None)
        except Exception as error:
            title = "" if experiment is None else experiment.name
            planned = _Planned(command, experiment, None, problem_of(error, title, 0)[0])
        else:
            planned = _Planned(command, experiment, found)
        self.put(planned)

    def _begin(self, planned: _Planned) -> None:
        command = planned.command
        cancelled = self._planning.pop(command.run).cancelled.is_set()
        if planned.experiment is None or planned.found is None:
            problems = () if planned.problem is None else (planned.problem,)
            outcome: say.Outcome = "failed" if problems else "cancelled"
            self._emit(say.RunFinished(command.run, outcome, 0.0, problems))
            return
        found = planned.found
        share = self._limits.share(width(found))
        run = ActiveRun(command, planned.experiment, found, share, self._planner, self._emit)
        self._runs[run.id] = run
        self._write(run, lambda: self._history.begin(_record(command, run), self._owner))
        self._emit(say.RunStarted(run.id, tuple(found.steps), share.threads, share.memory))
        self._tell(run, state.Begin())
        if cancelled and run.id in self._runs:
            self._tell(run, state.CancelAsked())

    def _fill(self) -> None:
        for run in list(self._runs.values()):
            room = self._runner.room()
            if room > 0:
                self._tell(run, state.Slots(room))

    def _tell(self, run: ActiveRun, stimulus: state.Stimulus) -> None:
        end = run.handle(stimulus, self._runner)
        if end is not None:
            self._end(run, end)

    def _end(self, run: ActiveRun, end: state.End) -> None:
        del self._runs[run.id]
        self._flush(run)
        self._write(run, lambda: self._history.end(run.id, end.outcome, run.seconds))
        self._planner.release(run.found.keys)
        self._tidy(run)
        problems = tuple(self._problems.pop(run.id, ()))
        self._emit(say.RunFinished(run.id, end.outcome, run.seconds, problems))

    def _tidy(self, run: ActiveRun) -> None:
        """Note which results were used, and make room for the new ones, in a thread."""

        def tidy() -> None:
            self._planner.store.touch(run.used)
            if run.bytes:
                self._planner.store.make_room(run.bytes)

        self._tidying = [thread for thread in self._tidying if thread.is_alive()]
        self._tidying.append(threading.Thread(target=tidy, name="tidy", daemon=True))
        self._tidying[-1].start()

    def _record_progress(self) -> None:
        now = time.monotonic()
        if now - self._recorded >= RECORD_EVERY:
            self._recorded = now
            for run in self._runs.values():
                self._flush(run)

    def _flush(self, run: ActiveRun) -> None:
        records, run.records = run.records, []
        self._write(run, lambda: self._history.add(run.id, run.experiment.id, records))

    def _write(self, run: ActiveRun, write: Callable[[], None]) -> None:
        """Write into the history; a run that cannot be written says so at its end."""
        try:
            write()
        except sqlite3.Error as error:
            known = self._problems.setdefault(run.id, [])
            if not known:
                reason = said(system_error(error, self._history.path))
                known.append(HistoryNotWritten(reason=reason).to_problem())


def width(found: Preparation) -> int:
    """Return how many of the nodes that must run can do so at once, taking each at its earliest."""
    depth: dict[str, int] = {}
    at_depth: dict[int, int] = {}
    for node, step in found.steps.items():
        if node in found.ready and node not in found.stored:
            depth[node] = 1 + max((depth.get(source, 0) for source in step.sources), default=0)
            at_depth[depth[node]] = at_depth.get(depth[node], 0) + 1
    return max(at_depth.values(), default=1)


def _record(command: say.Run, run: ActiveRun) -> RunRecord:
    document: Mapping[str, Any] = json.loads(json.dumps(command.experiment, default=dict))
    experiment = run.experiment
    versions = {name: library_version(name) for name in LIBRARIES}
    return RunRecord(
        run.id, time.time(), 0.0, "running", experiment.id, experiment.name, experiment.seed,
        document, versions,
    )  # fmt: skip
