"""Leases: which results a living process needs, said in a file that it keeps locked."""

from __future__ import annotations

import os
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from studio.engine.locks import lock

SUFFIX = ".lease"


class Lease:
    """The keys that this process holds; freed by the system when it dies."""

    def __init__(self, folder: Path) -> None:
        self.name = f"{os.getpid()}-{uuid4().hex[:8]}"
        self.path = folder / (self.name + SUFFIX)
        self._counts: Counter[str] = Counter()
        self._guard = threading.Lock()
        self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        lock(self._handle)

    def hold(self, keys: Iterable[str]) -> None:
        """Count these keys as needed once more."""
        with self._guard:
            before = len(self._counts)
            self._counts.update(keys)
            if len(self._counts) != before:
                self._write()

    def release(self, keys: Iterable[str]) -> None:
        """Count these keys as needed once less."""
        with self._guard:
            before = len(self._counts)
            self._counts.subtract(keys)
            self._counts = +self._counts
            if len(self._counts) != before and self._handle >= 0:
                # On a full disk the file may go on naming too many.
                with suppress(OSError):
                    self._write()

    def close(self) -> None:
        """Give everything back."""
        with self._guard:
            if self._handle >= 0:
                os.close(self._handle)
                self._handle = -1
                self.path.unlink(missing_ok=True)

    def _write(self) -> None:
        text = "\n".join(self._counts).encode()
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.write(self._handle, text)
        os.ftruncate(self._handle, len(text))


def alive(folder: Path, name: str) -> bool:
    """Whether the process that made the lease of this name still runs."""
    try:
        handle = os.open(folder / (name + SUFFIX), os.O_RDWR)
    except OSError:
        return False
    try:
        return not lock(handle, wait=False)
    finally:
        os.close(handle)


def running(folder: Path, name: str) -> bool:
    """Whether the process that made the lease runs, or its lock alone tells so on this system.

    A process killed while it starts another leaves its lock to that one until that one has begun.
    """
    return alive(folder, name) and (sys.platform == "win32" or _exists(int(name.split("-")[0])))


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def held(folder: Path) -> set[str]:
    """Return the keys that living processes hold; leases of dead ones are removed."""
    keys: set[str] = set()
    for path in folder.glob("*" + SUFFIX):
        if alive(folder, path.stem):
            keys.update(path.read_text(encoding="utf-8").split())
        else:
            path.unlink(missing_ok=True)
    return keys
