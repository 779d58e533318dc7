"""The local runner: a pool of worker processes, kept warm, killed and replaced one by one."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import uuid4

from studio.engine.launcher import Exit, Launcher, Process
from studio.engine.runner import Desk, Handle, Job, Report
from studio.engine.worker import Settings

GRACE = 0.3
"""Seconds between asking a job to stop and killing its process."""
REAPING = 5.0
"""Seconds that a process which closed its pipe or was killed may take to be gone."""
TRIES = 3
"""Processes that a job may be given to before it has begun in one."""
_TAIL = 4000


class _Worker:
    """A worker process as the pool sees it."""

    def __init__(self, process: Process, folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.job: _Running | None = None
        self.used = False
        self.ready = False
        self.kill_at: float | None = None

    def send(self, **message: Any) -> None:
        """Send a message; a process that is gone is found out when its pipe is read."""
        try:
            self.process.connection.send_bytes(json.dumps(message, separators=(",", ":")).encode())
        except OSError:
            return

    def tail(self) -> str:
        """Return the last words that the process printed."""
        try:
            lines = (self.folder / "output.txt").read_text("utf-8", "replace").splitlines()
        except OSError:
            return ""
        # Of a crash, Python also lists two hundred libraries.
        return "\n".join(x for x in lines if not x.startswith("Extension modules:"))[-_TAIL:]


class _Running:
    """A job under way in the pool."""

    def __init__(self, number: int, job: Job, worker: _Worker) -> None:
        self.number = number
        self.job = job
        self.worker = worker
        self.asked = False
        self.begun = False
        self.ended = False
        self.tries = 1

    def ask(self) -> None:
        """Ask it to stop, and kill it when it has not after a moment."""
        if not self.ended and not self.asked:
            self.asked = True
            self.worker.send(do="cancel", job=self.number)
            self.worker.kill_at = time.monotonic() + GRACE

    def kill(self) -> None:
        """End it now."""
        if not self.ended:
            self.asked = True
            self.worker.process.kill()

    def wait(self, timeout: float) -> bool:
        """Whether its process has ended, or ends within so many seconds."""
        return self.ended or self.worker.process.wait(timeout) is not None


class LocalRunner:
    """Runs jobs in processes of this machine: nodes in ``size`` of them, and one at each desk."""

    def __init__(
        self, launcher: Launcher, size: int, folder: Path, settings: Mapping[str, Any]
    ) -> None:
        self._launcher = launcher
        self._size = size
        self._folder = folder
        self._settings = dict(settings)
        self._workers: list[_Worker] = []
        self._desks: dict[Desk, _Worker] = {}
        self._count = 0
        self._renewed_for = 0

    def warm(self) -> None:
        """Start the processes before they are needed."""
        while len(self._workers) < self._size:
            self._workers.append(self._new())

    def room(self) -> int:
        """Return how many more nodes can run now."""
        return self._size - sum(worker.job is not None for worker in self._workers)

    def start(self, job: Job) -> Handle:
        """Give a job to an idle process, or a new one; code that is not ours gets a new one."""
        if job.own:
            self._renew(job.newest)
        self._count += 1
        running = _Running(self._count, job, self._fitting(job))
        self._hand_over(running)
        return running

    def desk_is_free(self, desk: Desk) -> bool:
        """Whether a question can be asked at a desk now."""
        return desk not in self._desks or self._desks[desk].job is None

    def connections(self) -> Sequence[Connection]:
        """Return the pipes of all processes."""
        return [worker.process.connection for worker in self._all()]

    def collect(self, ready: Sequence[object]) -> list[Report]:
        """Return the reports that have come, and kill what has had its time."""
        now = time.monotonic()
        for worker in self._all():
            if worker.kill_at is not None and worker.kill_at <= now:
                worker.kill_at = None
                worker.process.kill()
        reports: list[Report] = []
        for worker in self._all():
            if worker.process.connection in ready:
                self._read(worker, reports)
        return reports

    def patience(self) -> float | None:
        """Return the seconds until a process must be killed; None when nothing is due."""
        due = [worker.kill_at for worker in self._all() if worker.kill_at is not None]
        return max(min(due) - time.monotonic(), 0.0) if due else None

    def close(self) -> None:
        """End every job and process."""
        for worker in self._all():
            worker.process.kill()
            worker.process.connection.close()
        self._workers.clear()
        self._desks.clear()
        self._launcher.close()

    def _all(self) -> list[_Worker]:
        return [*self._workers, *self._desks.values()]

    def _renew(self, newest: int) -> None:
        """Have new processes when code is newer than what the idle ones imported."""
        since = self._launcher.since
        if since and since < newest and newest > self._renewed_for:
            self._renewed_for = newest
            self._launcher.renew()
            for worker in self._all():
                if worker.job is None:
                    self._retire(worker)
                else:
                    worker.job.worker.used = True

    def _fitting(self, job: Job) -> _Worker:
        return self._idle(job) if job.desk is None else self._at_desk(job.desk, job)

    def _hand_over(self, running: _Running) -> None:
        worker, job = running.worker, running.job
        worker.job, worker.used = running, True
        worker.kill_at = None if job.seconds is None else time.monotonic() + job.seconds
        worker.send(do=job.do, job=running.number, **job.spec)

    def _idle(self, job: Job) -> _Worker:
        idle = [worker for worker in self._workers if worker.job is None]
        fitting = idle if job.own else [worker for worker in idle if not worker.used]
        if fitting:
            # One that was used is warm; a fresh one is kept for code that needs it.
            return max(fitting, key=lambda worker: worker.used)
        if idle and len(self._workers) >= self._size:
            self._retire(idle[0])
        worker = self._new()
        self._workers.append(worker)
        return worker

    def _at_desk(self, desk: Desk, job: Job) -> _Worker:
        if desk in self._desks and self._desks[desk].used and not job.own:
            self._retire(self._desks[desk])
        if desk not in self._desks:
            self._desks[desk] = self._new()
        return self._desks[desk]

    def _new(self) -> _Worker:
        folder = self._folder / uuid4().hex[:12]
        (folder / "scratch").mkdir(parents=True, mode=0o700)
        worker = _Worker(self._launcher.launch(), folder)
        told = {"scratch": str(folder / "scratch"), "output": str(folder / "output.txt")}
        worker.send(settings=asdict(Settings(**{**self._settings, **told})))
        return worker

    def _retire(self, worker: _Worker) -> None:
        """Let a process go; it ends by itself."""
        worker.send(do="stop")
        worker.process.connection.close()
        self._forget(worker)

    def _forget(self, worker: _Worker) -> None:
        if worker in self._workers:
            self._workers.remove(worker)
        self._desks = {desk: one for desk, one in self._desks.items() if one is not worker}

    def _read(self, worker: _Worker, reports: list[Report]) -> None:
        connection = worker.process.connection
        try:
            while connection.poll():
                message = json.loads(connection.recv_bytes())
                kind = message.pop("kind")
                if kind == "ready":
                    worker.ready = True
                    continue
                if worker.job is None or message.pop("job") != worker.job.number:
                    continue
                worker.job.begun |= kind == "started"
                reports.append(Report(worker.job.number, kind, message))
                if kind == "done":
                    self._done(worker, worker.job, bool(message.get("retire")))
                    return
        except (EOFError, OSError):
            self._died(worker, reports)

    def _done(self, worker: _Worker, running: _Running, retire: bool) -> None:
        running.ended = True
        worker.job, worker.kill_at = None, None
        stale = self._launcher.since < self._renewed_for
        if retire or stale or not running.job.trusted or not running.job.own:
            self._retire(worker)

    def _died(self, worker: _Worker, reports: list[Report]) -> None:
        end = worker.process.wait(REAPING)
        if end is None:
            worker.process.kill()
            end = worker.process.wait(REAPING) or Exit(None)
        worker.process.connection.close()
        self._forget(worker)
        running = worker.job
        if running is None or self._begun_again(running):
            return
        running.ended = True
        said = {
            "status": end.status,
            "memory": end.memory,
            "asked": running.asked,
            "ready": worker.ready,
            "output": worker.tail() if worker.ready else self._launcher.log(),
        }
        reports.append(Report(running.number, "died", said))

    def _begun_again(self, running: _Running) -> bool:
        """Give a job that never began to another process.

        The one that got it was killed while it was idle, say, or while it started.
        """
        if running.begun or running.asked or running.tries >= TRIES:
            return False
        running.tries += 1
        try:
            running.worker = self._fitting(running.job)
        except OSError:
            return False
        self._hand_over(running)
        return True
