"""Locks between processes: locked files, which the system frees when their process dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FAR = 1 << 30
"""Windows locks bytes, and nobody may read them then: this one is behind every file's end."""


def lock(handle: int, *, shared: bool = False, wait: bool = True) -> bool:
    """Lock an open file for this process; False when another has it and ``wait`` is false."""
    while True:
        try:
            _lock(handle, shared, wait)
        except BlockingIOError:
            return False
        except OSError:
            # Windows gives up after ten seconds, however long one is ready to wait.
            if not wait:
                return False
        else:
            return True


if sys.platform == "win32":

    def _lock(handle: int, _shared: bool, wait: bool) -> None:
        import msvcrt

        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)

else:

    def _lock(handle: int, shared: bool, wait: bool) -> None:
        import fcntl

        how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.flock(handle, how if wait else how | fcntl.LOCK_NB)


@contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold a lock file for a moment; ``shared`` holders exclude only those who are not."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        lock(handle, shared=shared)
        yield
    finally:
        os.close(handle)
