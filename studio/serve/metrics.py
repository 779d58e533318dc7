"""Metrics of an endpoint, in Prometheus's text format."""

from __future__ import annotations

import sys
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (
    *(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0),
)
"""The bounds of the histogram of seconds."""

Labels = tuple[str, ...]


class Counter:
    """A number by labels that only grows."""

    kind = "counter"

    def __init__(self, name: str, about: str, labels: Labels) -> None:
        self.name = name
        self.about = about
        self.labels = labels
        self.values: dict[Labels, float] = {}

    def add(self, labels: Labels, amount: float = 1) -> None:
        """Add to the number with these labels."""
        self.values[labels] = self.values.get(labels, 0) + amount

    def lines(self) -> Iterator[str]:
        """Yield the lines of the text format."""
        yield from _head(self.name, self.about, self.kind)
        for labels, value in self.values.items():
            yield _line(self.name, zip(self.labels, labels, strict=True), value)


class Histogram:
    """How many seconds things took, by labels."""

    def __init__(self, name: str, about: str, labels: Labels) -> None:
        self.name = name
        self.about = about
        self.labels = labels
        self._counts: dict[Labels, list[int]] = {}
        self._sums: dict[Labels, float] = {}

    def observe(self, labels: Labels, seconds: float) -> None:
        """Count one thing."""
        counts = self._counts.get(labels)
        if counts is None:
            counts = self._counts[labels] = [0] * (len(BUCKETS) + 1)
            self._sums[labels] = 0.0
        counts[bisect_left(BUCKETS, seconds)] += 1
        self._sums[labels] += seconds

    def lines(self) -> Iterator[str]:
        """Yield the lines of the text format."""
        yield from _head(self.name, self.about, "histogram")
        for labels, counts in self._counts.items():
            pairs = list(zip(self.labels, labels, strict=True))
            total = 0
            for bound, count in zip((*map(str, BUCKETS), "+Inf"), counts, strict=True):
                total += count
                yield _line(f"{self.name}_bucket", [*pairs, ("le", bound)], total)
            yield _line(f"{self.name}_sum", pairs, self._sums[labels])
            yield _line(f"{self.name}_count", pairs, total)


class Metrics:
    """What an endpoint counts.

    Attributes:
        requests: Requests by path, status and version (“-” where none was asked).
        seconds: How long they took, by path.
        rows: Rows that were scored, by version.
        errors: Errors by code.
        shadow: What became of a shadow's answers: equal, different, failed or skipped, by version.
        shadow_values: Values that differed in a shadow's answers, by version and column.
        in_flight: Requests that are being answered.
    """

    def __init__(self) -> None:
        self.requests = Counter(
            "wireloom_requests_total", "Requests answered.", ("path", "status", "version")
        )
        self.seconds = Histogram(
            "wireloom_request_seconds", "Seconds from a request to its answer.", ("path",)
        )
        self.rows = Counter("wireloom_rows_total", "Rows scored.", ("version",))
        self.errors = Counter("wireloom_errors_total", "Errors answered.", ("code",))
        self.shadow = Counter(
            "wireloom_shadow_requests_total",
            "Requests that the candidate answered too, by how it compared.",
            ("version", "outcome"),
        )
        self.shadow_values = Counter(
            "wireloom_shadow_values_total",
            "Values that the candidate answered differently.",
            ("version", "column"),
        )
        self.in_flight = 0
        self._started = time.time()

    def text(self, versions: Iterable[Mapping[str, str]], *, ready: bool) -> bytes:
        """Return everything; ``versions`` are the labels of the packages that are loaded."""
        lines = [
            line
            for metric in (
                self.requests,
                self.seconds,
                self.rows,
                self.errors,
                self.shadow,
                self.shadow_values,
            )
            for line in metric.lines()
        ]
        lines += _head("wireloom_package_info", "The packages that are loaded.", "gauge")
        lines += [_line("wireloom_package_info", labels.items(), 1) for labels in versions]
        gauges = [
            ("wireloom_in_flight", "Requests that are being answered.", self.in_flight),
            ("wireloom_ready", "Whether requests are taken.", int(ready)),
            ("process_start_time_seconds", "When the process began.", self._started),
            *_memory(),
        ]
        for name, about, value in gauges:
            lines += (*_head(name, about, "gauge"), _line(name, (), value))
        name = "process_cpu_seconds_total"
        about = "Seconds of processor time that the process has used."
        lines += (*_head(name, about, "counter"), _line(name, (), time.process_time()))
        return ("\n".join(lines) + "\n").encode()


def _memory() -> list[tuple[str, str, float]]:
    """Return the memory of the process, where the system tells it."""
    if sys.platform != "linux":
        return []
    import resource

    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    size = pages * resource.getpagesize()
    return [("process_resident_memory_bytes", "Memory that the process holds.", size)]


def _head(name: str, about: str, kind: str) -> tuple[str, str]:
    return f"# HELP {name} {about}", f"# TYPE {name} {kind}"


def _line(name: str, labels: Iterable[tuple[str, str]], value: float) -> str:
    inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
    return f"{name}{{{inside}}} {value}" if inside else f"{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
