"""How worker processes come to be: forked by the nursery, or started each on its own."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import IO, Protocol

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST_WAIT = 3600.0


@dataclass(frozen=True, slots=True)
class Exit:
    """How a process ended: its status (negative for a signal) and its largest memory in bytes."""

    status: int | None
    memory: int = 0


class Process(Protocol):
    """A worker process as its owner sees it."""

    @property
    def connection(self) -> Connection:
        """The owner's end of the pipe to it."""

    def kill(self) -> None:
        """End it now, with every process that it started."""

    def wait(self, timeout: float) -> Exit | None:
        """Return how it ended, or None when it has not within ``timeout`` seconds."""


class Launcher(Protocol):
    """Starts worker processes; used by one thread."""

    def launch(self) -> Process:
        """Start a process that serves its end of a pipe; raises OSError."""

    def renew(self) -> None:
        """Start what is launched from now on with the code as it is on disk now."""

    @property
    def since(self) -> int:
        """When the code of new processes was read, in nanoseconds; 0 when that is not yet."""

    def log(self) -> str:
        """Return the end of what went wrong while starting."""

    def close(self) -> None:
        """End everything that was launched."""


def environment() -> dict[str, str]:
    """Return the environment of our processes."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    path = [str(_ROOT), *filter(None, [env.get("PYTHONPATH")])]
    # Threads that wait must not spin: two busy nodes share the cores. And the nursery must have one
    # thread when it forks; workers raise the number by threadpoolctl.
    return {
        **env,
        "PYTHONPATH": os.pathsep.join(path),
        "OMP_WAIT_POLICY": "passive",
        # Arrow's allocator otherwise takes a whole GiB at once, which counts against RLIMIT_DATA.
        "MIMALLOC_ARENA_EAGER_COMMIT": "0",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def command(name: str, *arguments: str) -> list[str]:
    """Return the command line of one of our processes; the current folder is never importable."""
    return [sys.executable, "-P", "-m", f"studio.engine.{name}", *arguments]


class _Nursery:
    """One nursery process, and what it said of its children."""

    def __init__(self, log: Path) -> None:
        self.since = time.time_ns()
        self.living: set[int] = set()
        self._exits: dict[int, Exit] = {}
        self._text = b""
        self._control, theirs = socket.socketpair()
        with ExitStack() as failed, theirs, log.open("wb") as output:
            failed.callback(self._control.close)
            number = theirs.fileno()
            self._process = _start(command("nursery", str(number)), number, output)
            failed.pop_all()

    def launch(self, number: int) -> Connection:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                text = json.dumps({"launch": number}).encode() + b"\n"
                socket.send_fds(self._control, [text], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        self.living.add(number)
        return Connection(ours.detach())

    def kill(self, number: int) -> None:
        with suppress(OSError):
            self._control.sendall(json.dumps({"kill": number}).encode() + b"\n")

    def wait(self, number: int, timeout: float) -> Exit | None:
        until = time.monotonic() + timeout
        while number not in self._exits:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._control], [], [], left)[0]:
                return None
            if not self._read():
                return Exit(None)
        self.living.discard(number)
        return self._exits[number]

    def _read(self) -> bool:
        try:
            block = self._control.recv(65536)
        except OSError:
            block = b""
        *lines, self._text = (self._text + block).split(b"\n")
        for line in lines:
            said = json.loads(line)
            self._exits[said["exit"]] = Exit(said["status"], said["memory"])
        return bool(block)

    def close(self) -> None:
        self._control.close()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_LONGEST_WAIT)


class _Forked:
    def __init__(self, nursery: _Nursery, number: int) -> None:
        self.connection = nursery.launch(number)
        self._nursery = nursery
        self._number = number

    def kill(self) -> None:
        self._nursery.kill(self._number)

    def wait(self, timeout: float) -> Exit | None:
        return self._nursery.wait(self._number, timeout)


class ForkLauncher:
    """Workers forked by a nursery that has the libraries imported: a fresh one takes tens of ms."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "nursery.log"
        self._nursery: _Nursery | None = None
        self._older: list[_Nursery] = []
        self._count = 0

    @property
    def since(self) -> int:
        """When the nursery was started; 0 when it is not running."""
        return 0 if self._nursery is None else self._nursery.since

    def launch(self) -> Process:
        """Return a process forked by the nursery, which is started, again if need be."""
        self._count += 1
        self._close_unused()
        try:
            return _Forked(self._running(), self._count)
        except OSError:
            self.renew()
            return _Forked(self._running(), self._count)

    def renew(self) -> None:
        """Use a new nursery from now on; the old one goes when its last worker has."""
        if self._nursery is not None:
            self._older.append(self._nursery)
            self._nursery = None

    def log(self) -> str:
        """Return the end of what the nursery wrote."""
        with suppress(OSError):
            return self._log.read_text(encoding="utf-8", errors="replace")[-4000:]
        return ""

    def close(self) -> None:
        """End the nursery and with it every worker."""
        self.renew()
        for nursery in self._older:
            nursery.close()
        self._older.clear()

    def _running(self) -> _Nursery:
        if self._nursery is None:
            self._nursery = _Nursery(self._log)
        return self._nursery

    def _close_unused(self) -> None:
        for nursery in [one for one in self._older if not one.living]:
            nursery.close()
            self._older.remove(nursery)


class _Spawned:
    def __init__(self, log: Path) -> None:
        self.connection, theirs = Pipe()
        number = theirs.fileno()
        with ExitStack() as failed, theirs, log.open("ab") as output:
            failed.callback(self.connection.close)
            self._process = _start(command("worker", str(number)), number, output)
            failed.pop_all()

    def kill(self) -> None:
        if sys.platform == "win32":
            self._process.kill()
        else:
            # The worker leads a session, so the group is it and what it started.
            with suppress(OSError):
                if self._process.poll() is None:
                    os.killpg(self._process.pid, signal.SIGKILL)

    def wait(self, timeout: float) -> Exit | None:
        try:
            return Exit(self._process.wait(timeout))
        except subprocess.TimeoutExpired:
            return None


def _start(arguments: list[str], handle: int, output: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a process that is given one open handle of ours; raises OSError."""
    if sys.platform == "win32":
        os.set_handle_inheritable(handle, True)
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment(),
            startupinfo=subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]}),
        )
    else:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment(),
            pass_fds=[handle],
            start_new_session=True,
        )
    return process


class SpawnLauncher:
    """Workers started one by one, each importing for itself: for Windows and frozen programs."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "workers.log"
        self._processes: list[_Spawned] = []

    @property
    def since(self) -> int:
        """Always now: every process reads the code for itself."""
        return time.time_ns()

    def launch(self) -> Process:
        """Return a new process."""
        self._processes = [one for one in self._processes if one.wait(0) is None]
        process = _Spawned(self._log)
        self._processes.append(process)
        return process

    def renew(self) -> None:
        """Do nothing: every process reads the code for itself."""

    def log(self) -> str:
        """Return the end of what the processes wrote before they had a log of their own."""
        with suppress(OSError):
            return self._log.read_text(encoding="utf-8", errors="replace")[-4000:]
        return ""

    def close(self) -> None:
        """End every process."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait(_LONGEST_WAIT)
        self._processes.clear()


def default_launcher(folder: Path, start: str | None = None) -> Launcher:
    """Return the launcher for this system, or the one named "fork" or "spawn"."""
    forks = hasattr(os, "fork") and not getattr(sys, "frozen", False)
    chosen = start or ("fork" if forks else "spawn")
    return ForkLauncher(folder) if chosen == "fork" else SpawnLauncher(folder)
