"""The engine: one object that takes commands and gives events, over a workspace folder."""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from studio.document.experiment import Experiment
from studio.engine import messages as say
from studio.engine.database import system_error
from studio.engine.errors import EngineClosed, WorkspaceUnusable
from studio.engine.history import History
from studio.engine.launcher import default_launcher
from studio.engine.leases import Lease, running
from studio.engine.limits import machine_memory
from studio.engine.memory import Memory
from studio.engine.planner import Planner
from studio.engine.pool import LocalRunner
from studio.engine.store import DEFAULT_BUDGET, Store
from studio.engine.supervisor import Limits, Supervisor
from studio.registry.discovery import Registry, open_registry

if TYPE_CHECKING:
    from studio.sdk.data import Value

MEMORY_SHARE = 0.7
"""The share of the machine's memory that all workers together may use."""
RUNS_REMEMBERED = 20


@dataclass(slots=True)
class _Log:
    """The events of one run, for any number of readers."""

    events: list[say.RunEvent] = field(default_factory=list)
    finished: bool = False


class Engine:
    """Runs experiments in worker processes, keeping results and history in a workspace folder.

    Raises WorkspaceUnusable when that folder cannot be written.

    Args:
        workspace: The folder of the store and the history; made when it is not there.
        registry: The modules that exist; by default all that are installed.
        modules: The folder of the user's own modules, where it is not the usual one.
        workers: How many nodes may run at once; by default one a core, at most eight.
        memory: Bytes that one node may use; by default its share of most of the machine.
        threads: Threads that one node may use; by default the cores divided among the nodes that
            can run at once.
        budget: Bytes that the store may keep.
        start: "fork" or "spawn"; by default what suits the system.
    """

    def __init__(
        self,
        workspace: Path,
        *,
        registry: Registry | None = None,
        modules: Path | None = None,
        workers: int | None = None,
        memory: int | None = None,
        threads: int | None = None,
        budget: int = DEFAULT_BUDGET,
        start: Literal["fork", "spawn"] | None = None,
    ) -> None:
        self.workspace = workspace = Path(workspace).absolute()
        try:
            workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.store = Store(workspace / "store", budget)
            self.store.clear_leftovers()
            self.history = History(workspace / "history.sqlite")
            self.memory = Memory(workspace / "memory.sqlite")
            self._lease = self.store.lease()
            folder = self.store.processes(self._lease.name)
            self._interrupt_dead_runs()
        except OSError as error:
            raise WorkspaceUnusable(workspace, error) from error
        except sqlite3.Error as error:
            history = workspace / "history.sqlite"
            raise WorkspaceUnusable(workspace, system_error(error, history)) from error
        self._changed = threading.Condition()
        self._logs: dict[str, _Log] = {}
        self._answers: dict[str, say.Answer | None] = {}
        self._held: list[str] = []
        self._listeners: list[Callable[[say.Event], None]] = []
        cores = os.cpu_count() or 1
        size = workers or min(cores, 8)
        memory = memory or int(machine_memory() * MEMORY_SHARE / size)
        self.limits = limits = Limits(size, memory, cores, threads)
        planner = Planner(registry or open_registry(modules), self.store, self.memory, self._lease)
        settings = {
            "store": str(workspace / "store"),
            "owner": self._lease.name,
            "modules": None if modules is None else str(Path(modules).absolute()),
        }
        runner = LocalRunner(default_launcher(folder, start), size, folder, settings)
        self._supervisor = Supervisor(
            planner, runner, self.history, limits, self._lease.name, self._take
        )
        self._supervisor.start()
        self._finalizer = weakref.finalize(self, _close, self._supervisor, self.store, self._lease)

    def send(self, command: say.Command) -> None:
        """Hand in a command; what comes of it are events."""
        if isinstance(command, say.Run):
            with self._changed:
                self._logs[command.run] = _Log()
                self._forget_old_runs()
        self._supervisor.put(command)

    def events(self, run: str) -> Iterator[say.RunEvent]:
        """Yield the events of a run from its first, waiting for them, up to RunFinished.

        Raises KeyError for a run that is not known.
        """
        log = self._logs[run]
        place = 0
        while True:
            with self._changed:
                while place == len(log.events):
                    # With a limit, so that Ctrl-C is heard on every system.
                    self._changed.wait(1)
                fresh = log.events[place:]
            place += len(fresh)
            yield from fresh
            if isinstance(fresh[-1], say.RunFinished):
                return

    def listen(self, listener: Callable[[say.Event], None]) -> Callable[[], None]:
        """Call ``listener`` with every event from now on; return what ends it.

        It is called in the supervisor's thread: it must be quick and raise nothing.
        """
        with self._changed:
            self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def run(
        self,
        experiment: Experiment | Mapping[str, Any],
        base: Path | str = ".",
        targets: Iterable[str] = (),
        fresh: Iterable[str] = (),
    ) -> Iterator[say.RunEvent]:
        """Run an experiment and yield its events; a reader that stops reading cancels the run."""
        data = experiment.to_dict() if isinstance(experiment, Experiment) else experiment
        run = uuid4().hex
        folder = str(Path(base).absolute())
        self.send(say.Run(run, data, folder, tuple(targets), tuple(fresh)))
        finished = False
        try:
            for event in self.events(run):
                finished = isinstance(event, say.RunFinished)
                yield event
        finally:
            if not finished:
                self.send(say.Cancel(run))

    def describe(
        self, experiment: Experiment | Mapping[str, Any], base: Path | str = "."
    ) -> say.Described:
        """Return the columns at every port and the problems that only module code finds."""
        data = experiment.to_dict() if isinstance(experiment, Experiment) else experiment
        answer = self.ask(say.Describe(uuid4().hex, data, str(Path(base).absolute())))
        if not isinstance(answer, say.Described):
            raise TypeError("the engine answered another question")
        return answer

    def preview(
        self,
        key: str,
        port: str,
        offset: int = 0,
        limit: int = 100,
        columns: Iterable[str] | None = None,
        table: str | None = None,
        sort: Iterable[say.Sort] = (),
        where: Iterable[say.Condition] = (),
    ) -> say.Previewed:
        """Return rows of a stored table, or what another value has to say; see Preview."""
        chosen = None if columns is None else tuple(columns)
        command = say.Preview(
            uuid4().hex, key, port, offset, limit, chosen, table, tuple(sort), tuple(where)
        )
        answer = self.ask(command)
        if not isinstance(answer, say.Previewed):
            raise TypeError("the engine answered another question")
        return answer

    def ask(self, question: say.Question) -> say.Answer:
        """Return the answer to a question, waiting for it; raises EngineClosed."""
        with self._changed:
            self._answers[question.request] = None
        self.send(question)
        with self._changed:
            while (answer := self._answers[question.request]) is None:
                if not self._supervisor.alive:
                    raise EngineClosed
                self._changed.wait(1)
            del self._answers[question.request]
        return answer

    def about(self, key: str) -> Mapping[str, Mapping[str, Any]]:
        """Return what is known of each output of a stored result, by port; empty where it is gone.

        It is what NodeFinished says: kind, and of a table rows and schema. Nothing is opened.
        """
        entry = self.store.find(key)
        return {} if entry is None else entry.outputs

    def hold(self, keys: Iterable[str]) -> None:
        """Keep results from being evicted while they are shown; :meth:`release` lets them go."""
        self.store.hold(self._lease, keys)

    def release(self, keys: Iterable[str]) -> None:
        """Take back a :meth:`hold`."""
        self._lease.release(keys)

    def result(self, key: str, port: str) -> Value:
        """Return a stored value, its tables mapped, and hold it; raises ResultGone."""
        self.store.hold(self._lease, [key])
        self._held.append(key)
        return self.store.load(key, port)

    def let_go(self) -> None:
        """Let the store evict what :meth:`result` gave; values that are mapped stay readable."""
        held, self._held = self._held, []
        self._lease.release(held)

    def close(self) -> None:
        """Cancel all runs and end all processes."""
        self._finalizer()
        self.history.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _take(self, event: say.Event) -> None:
        """Take an event from the supervisor's thread."""
        with self._changed:
            if isinstance(event, say.Answer):
                if event.request in self._answers:
                    self._answers[event.request] = event
            elif event.run in self._logs:
                log = self._logs[event.run]
                log.events.append(event)
                log.finished = isinstance(event, say.RunFinished)
            self._changed.notify_all()
            listeners = list(self._listeners)
        for listener in listeners:
            listener(event)

    def _forget_old_runs(self) -> None:
        old = [run for run, log in self._logs.items() if log.finished]
        for run in old[: max(len(self._logs) - RUNS_REMEMBERED, 0)]:
            del self._logs[run]

    def _interrupt_dead_runs(self) -> None:
        owners = self.history.owners()
        self.history.interrupt(name for name in owners if running(self.store.leases, name))


def _close(supervisor: Supervisor, store: Store, lease: Lease) -> None:
    with suppress(EngineClosed):
        supervisor.put(say.Stop())
    supervisor.join()
    store.forget_drafts(lease.name)
    lease.close()
