"""Time and memory of whole programs: each runs as its own process, its children counted with it."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Sample:
    """One run of a program: seconds by the wall, peak memory in bytes, and what it said."""

    seconds: float
    memory: int
    said: dict[str, float] = field(default_factory=dict)


def run(code: str, *arguments: str, **env: str) -> Sample:
    """Run Python code as a program of its own; its last line, when it is JSON, is what it said."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **env}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], env=environment, stdout=subprocess.PIPE, text=True
    )
    watch = _Watch(process.pid)
    printed, _ = process.communicate()
    seconds = time.perf_counter() - began
    peak = watch.stop()
    if process.returncode:
        raise RuntimeError(f"the program ended with {process.returncode}")
    last = printed.strip().splitlines()[-1] if printed.strip() else ""
    return Sample(seconds, peak, json.loads(last) if last.startswith("{") else {})


def alternate(rounds: int, *programs: Callable[[], Sample]) -> list[list[Sample]]:
    """Run programs in turn, so that the machine's moods fall on all of them alike."""
    samples: list[list[Sample]] = [[] for _ in programs]
    for _ in range(rounds):
        for kept, program in zip(samples, programs, strict=True):
            kept.append(program())
    return samples


def median(samples: Sequence[Sample], said: str | None = None) -> float:
    """Return the median of the seconds, or of a figure that the programs said."""
    return statistics.median(s.seconds if said is None else s.said[said] for s in samples)


def spread(samples: Sequence[Sample], said: str | None = None) -> str:
    """Return the smallest and the largest of the seconds as text."""
    values = [s.seconds if said is None else s.said[said] for s in samples]
    return f"{min(values):.2f}-{max(values):.2f}"


def megabytes(samples: Sequence[Sample]) -> float:
    """Return the largest peak memory in MB (10^6 bytes)."""
    return max(sample.memory for sample in samples) / 1e6


class _Watch:
    """Looks at the memory of a process and its children, shared pages counted once."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """End the watch and return the peak in bytes."""
        self._done.set()
        self._thread.join()
        return self._peak

    def _look(self) -> None:
        while not self._done.wait(SAMPLE_SECONDS):
            self._peak = max(self._peak, self._now())

    def _now(self) -> int:
        total = 0
        try:
            family = [self._process, *self._process.children(recursive=True)]
        except psutil.Error:
            return 0
        for process in family:
            try:
                total += process.memory_full_info().pss
            except (psutil.Error, AttributeError):
                continue
        return total
