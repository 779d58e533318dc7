"""The nursery: a process of one thread that has the libraries imported and forks workers."""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import socket
import sys
import traceback
import warnings
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from studio.engine.preload import preload


class Nursery:
    """Forks workers, kills them, and says how they ended, until its owner is gone."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._pids: dict[int, int] = {}
        self._handles: list[int] = []
        self._text = b""
        self._woken, self._wakes = socket.socketpair()
        self._woken.setblocking(False)
        self._wakes.setblocking(False)

    def serve(self) -> None:
        """Do what is asked until the owner's end is closed; then every worker is killed."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakes.fileno(), warn_on_full_buffer=False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            owned = True
            while owned:
                for key, _ in selector.select():
                    if key.fileobj is self._control:
                        owned = self._read()
                    else:
                        self._reap()
        for pid in self._pids.values():
            _kill(pid)

    def _read(self) -> bool:
        try:
            block, handles, _, _ = socket.recv_fds(self._control, 65536, 64)
        except ConnectionError:
            return False
        self._handles.extend(handles)
        *lines, self._text = (self._text + block).split(b"\n")
        for line in lines:
            self._obey(json.loads(line))
        return bool(block)

    def _obey(self, asked: dict[str, int]) -> None:
        if "launch" in asked:
            self._fork(asked["launch"], self._handles.pop(0))
        elif asked.get("kill") in self._pids:
            _kill(self._pids[asked["kill"]])

    def _fork(self, number: int, handle: int) -> None:
        try:
            with warnings.catch_warnings():
                # Python 3.12 warns when libraries have threads; those that were preloaded are idle.
                warnings.simplefilter("ignore", DeprecationWarning)
                pid = os.fork()
        except OSError:
            os.close(handle)
            self._say(number, None, 0)
            return
        if pid == 0:
            self._become_worker(handle)
        os.close(handle)
        self._pids[number] = pid

    def _become_worker(self, handle: int) -> None:
        """Serve as a worker in the forked child, and end."""
        status = 0
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for end in (self._control, self._woken, self._wakes):
                end.close()
            os.setsid()
            from studio.engine.worker import serve

            serve(Connection(handle))
        except BaseException:
            status = 1
            traceback.print_exc()
        finally:
            os._exit(status)

    def _reap(self) -> None:
        with suppress(BlockingIOError):
            self._woken.recv(4096)
        for number, pid in list(self._pids.items()):
            found, status, usage = os.wait4(pid, os.WNOHANG)
            if found:
                del self._pids[number]
                scale = 1 if sys.platform == "darwin" else 1024
                self._say(number, os.waitstatus_to_exitcode(status), usage.ru_maxrss * scale)

    def _say(self, number: int, status: int | None, memory: int) -> None:
        said: dict[str, Any] = {"exit": number, "status": status, "memory": memory}
        with suppress(OSError):
            self._control.sendall(json.dumps(said).encode() + b"\n")


def _kill(pid: int) -> None:
    """Kill a worker and what it started; before it leads a group of its own, it alone."""
    for kill in (os.killpg, os.kill):
        with suppress(OSError):
            kill(pid, signal.SIGKILL)


def main() -> None:
    """Serve the socket whose number is the first argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[1]))
    preload()
    gc.collect()
    gc.freeze()
    Nursery(control).serve()


if __name__ == "__main__":
    main()
