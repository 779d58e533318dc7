"""The limits of a worker: its memory, its threads, and its life, which ends with its owner's."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

STACK = 8 << 20
"""What the system sets aside for a thread's stack."""
WATCH_EVERY = 0.1
SWOLLEN = 0.1
"""The share of a node's memory that may still be taken when it begins."""
_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def die_with_parent() -> None:
    """Have the system kill this process when its parent dies, where the system can (Linux)."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class MemoryLimit:
    """Caps what this process may allocate beyond what it had when it began.

    ``exceeded`` is called from a thread where the system has no such cap (macOS, Windows) and the
    process uses too much; it must end the process.
    """

    def __init__(self, exceeded: Callable[[], None], *, watched: bool = False) -> None:
        self._exceeded = exceeded
        self._baseline = data_size()
        self._allowed = 0
        self._watched = watched or sys.platform != "linux"
        self._watching = False

    def set(self, budget: int, threads: int) -> None:
        """Allow ``budget`` bytes and the stacks of so many threads."""
        allowed = self._baseline + budget + STACK * threads
        if allowed == self._allowed:
            return
        self._allowed = allowed
        if not self._watched and sys.platform != "win32":
            import resource

            hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
            limit = allowed if hard == resource.RLIM_INFINITY else min(allowed, hard)
            resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
        elif not self._watching:
            self._watching = True
            threading.Thread(target=self._watch, name="memory", daemon=True).start()

    @property
    def is_swollen(self) -> bool:
        """Whether what earlier nodes left behind takes a share of the budget from the next one."""
        budget = self._allowed - self._baseline
        return budget > 0 and data_size() - self._baseline > budget * SWOLLEN

    def _watch(self) -> None:
        pause = threading.Event()
        while data_size() <= self._allowed:
            pause.wait(WATCH_EVERY)
        self._exceeded()


def data_size() -> int:
    """Return the memory of this process that is its own, in bytes (not files it has mapped)."""
    if sys.platform == "linux":
        size = _status("VmData:")
    elif sys.platform == "win32":
        size = _windows_memory()[1]
    else:
        size = peak()
    return size


def peak() -> int:
    """Return the largest resident memory of this process so far (since :func:`forget_peak`)."""
    if sys.platform == "linux":
        size = _status("VmHWM:")
    elif sys.platform == "win32":
        size = _windows_memory()[0]
    else:
        import resource

        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size


def forget_peak() -> None:
    """Begin to measure the peak anew, where the system can (Linux)."""
    if sys.platform == "linux":
        with suppress(OSError):
            _CLEAR.write_bytes(b"5")


def _status(field: str) -> int:
    for line in _STATUS.read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    return 0


if sys.platform == "win32":

    class _Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS_EX of the Windows API."""

        _fields_ = (
            ("size", ctypes.c_ulong),
            ("faults", ctypes.c_ulong),
            ("peak", ctypes.c_size_t),
            *((f"other{number}", ctypes.c_size_t) for number in range(6)),
            ("peak_pagefile", ctypes.c_size_t),
            ("private", ctypes.c_size_t),
        )

    def _windows_memory() -> tuple[int, int]:
        """Return the peak working set and the private bytes of this process."""
        counters = _Counters()
        handle = ctypes.c_void_p(ctypes.windll.kernel32.GetCurrentProcess())
        size = ctypes.sizeof(counters)
        ctypes.windll.psapi.GetProcessMemoryInfo(handle, ctypes.byref(counters), size)
        return int(counters.peak), int(counters.private)

    def _machine_memory() -> int:
        kilobytes = ctypes.c_ulonglong()
        ctypes.windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes))
        return kilobytes.value * 1024

else:

    def _machine_memory() -> int:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@cache
def thread_pools() -> Any:
    """Return what sets the threads of the libraries that are loaded when it is first called."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


class ThreadLimit:
    """The number of threads of the libraries in this process."""

    def __init__(self) -> None:
        self._threads = 0

    def set(self, threads: int) -> None:
        """Give BLAS, OpenMP and Arrow so many threads."""
        if threads == self._threads:
            return
        import pyarrow as pa

        self._threads = threads
        thread_pools().limit(limits=threads)
        pa.set_cpu_count(threads)


def machine_memory() -> int:
    """Return the bytes of memory that there are: the machine's, or its control group's."""
    total = _machine_memory()
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):
            total = min(total, int(Path("/sys/fs/cgroup", name).read_text(encoding="ascii")))
    return total
