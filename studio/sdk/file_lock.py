"""A lock on a file: one process holds it, and it is free again when that process is gone."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

_PAUSE = 0.002


class FileLock:
    """An exclusive lock that is held until it is released or the process ends."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor

    @classmethod
    def acquire(cls, path: Path, mode: int = 0o600, patience: float = 0.0) -> FileLock | None:
        """Return the lock, or None when another holder has it; raises OSError.

        The file is made, with permissions ``mode``, where it does not exist. A lock that is held
        is tried again for ``patience`` seconds.
        """
        end = time.monotonic() + patience
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, mode)
            free = _locked(descriptor)
            if free and _is_still(path, descriptor):
                return cls(path, descriptor)
            os.close(descriptor)
            if not free:
                if time.monotonic() >= end:
                    return None
                time.sleep(_PAUSE)

    def forget(self) -> None:
        """Give the lock back and leave its file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def release(self) -> None:
        """Give the lock back and remove its file."""
        if self._descriptor is None:
            return
        if sys.platform == "win32":
            self.forget()  # a file that is open cannot be removed there
        with suppress(OSError):
            self.path.unlink()
        self.forget()


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the locked file is the one at the path; its last holder may have removed it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _locked(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _locked(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # a file system without locks: nobody can hold one
        return True
