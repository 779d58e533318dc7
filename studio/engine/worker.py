"""A worker: a process that does one job at a time for its owner and says how it goes."""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import signal
import sys
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from studio.engine import limits
from studio.engine.errors import OutOfMemory, size_text
from studio.engine.store import Store
from studio.registry.discovery import Registry, open_registry


@dataclass(frozen=True, slots=True)
class Settings:
    """What a worker is told once.

    Attributes:
        store: The store's folder.
        owner: The lease of the process that it works for.
        scratch: An empty folder of its own.
        output: The file that takes what is printed past Python.
        modules: The folder of the user's own modules, or None for the usual one.
        watched: Whether to watch the memory rather than have the system cap it.
    """

    store: str
    owner: str
    scratch: str
    output: str
    modules: str | None = None
    watched: bool = False


class Wire:
    """The worker's end of the pipe: one JSON object a message, from any thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._guard = threading.Lock()

    def send(self, kind: str, **fields: Any) -> None:
        """Send a message; when nobody is there to read it, the process ends."""
        data = json.dumps({"kind": kind, **fields}, separators=(",", ":"), default=str)
        try:
            with self._guard:
                self._connection.send_bytes(data.encode("utf-8", "surrogatepass"))
        except OSError:
            os._exit(0)

    def receive(self) -> dict[str, Any]:
        """Wait for a message; when the owner is gone, the process ends."""
        try:
            data: dict[str, Any] = json.loads(self._connection.recv_bytes())
        except (EOFError, OSError):
            os._exit(0)
        return data


class Worker:
    """What a worker has at hand: its wire, the store, the registry and its limits."""

    def __init__(self, connection: Connection) -> None:
        self.wire = Wire(connection)
        self._jobs: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._job = 0
        self._stop_asked: set[int] = set()
        self._title = ""
        self._budget = 0
        self.threads = limits.ThreadLimit()
        told = self.wire.receive()
        self.settings = Settings(**told["settings"])
        _print_into(Path(self.settings.output))
        self.memory = limits.MemoryLimit(self._over_budget, watched=self.settings.watched)
        self.store = Store(Path(self.settings.store))
        self.scratch = Path(self.settings.scratch)

    @property
    def registry(self) -> Registry:
        """All modules; opened when first asked for."""
        folder = self.settings.modules
        return open_registry(None if folder is None else Path(folder))

    def serve(self) -> None:
        """Do jobs until told to stop or the owner is gone."""
        threading.Thread(target=self._listen, name="listener", daemon=True).start()
        self.wire.send("ready", pid=os.getpid())
        while (job := self._jobs.get())["do"] != "stop":
            self._do(job)

    def asked_to_stop(self) -> bool:
        """Whether the current job is to stop."""
        return self._job in self._stop_asked

    def limit(self, job: dict[str, Any]) -> None:
        """Set the limits that a job comes with."""
        self._title, self._budget = job["title"], job["memory"]
        self.threads.set(job["threads"])
        self.memory.set(job["memory"], job["threads"])

    def _do(self, job: dict[str, Any]) -> None:
        from studio.engine import describe, look_job, node_job

        self._job = job["job"]
        what = {"run": node_job.run, "describe": describe.run}.get(job["do"], look_job.run)
        self.wire.send("started", job=self._job)
        answer = what(self, job)
        self.wire.send("done", job=self._job, **answer)

    def _listen(self) -> None:
        while True:
            message = self.wire.receive()
            if message["do"] == "cancel":
                self._stop_asked.add(message["job"])
            else:
                self._jobs.put(message)

    def _over_budget(self) -> None:
        problem = OutOfMemory(title=self._title, budget=size_text(self._budget)).to_problem()
        failed = {"outcome": "failed", "problem": problem.to_dict(), "retire": True}
        self.wire.send("done", job=self._job, **failed)
        os._exit(1)


def _print_into(path: Path) -> None:
    """Let everything that this process prints go into a file, a crash's last words too."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    sys.stdout.flush()
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    os.close(handle)
    faulthandler.enable(all_threads=False)


def serve(connection: Connection) -> None:
    """Be a worker at this end of a pipe."""
    limits.die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Worker(connection).serve()


def main() -> None:
    """Serve the pipe whose number is the first argument, with the libraries imported."""
    from studio.engine.preload import preload

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    number = int(sys.argv[1])
    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection

        connection: Any = PipeConnection(number)
    else:
        connection = Connection(number)
    preload()
    gc.freeze()
    serve(connection)


if __name__ == "__main__":
    main()
