"""The figures of an endpoint: how often it is called, how quickly it answers, what it refuses."""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

REQUESTS = "wireloom_requests_total"
SECONDS = "wireloom_request_seconds"
WINDOW_SECONDS = 10.0
"""Calls a second are those of so many last seconds."""
KEPT = 90
"""So many readings are kept: what the small chart shows."""
_LINE = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? +([^ ]+)(?: +\d+)?")
_LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"')
_HOUSEKEEPING = ("/health", "/metrics", "/openapi", "/docs", "/favicon")


@dataclass(frozen=True)
class Reading:
    """What an endpoint had counted at a moment.

    Attributes:
        at: The moment, in seconds of a clock that only goes forward.
        calls: Requests for answers.
        errors: Those of them that were refused or failed.
        buckets: How many took at most so many seconds.
    """

    at: float
    calls: float = 0.0
    errors: float = 0.0
    buckets: Mapping[float, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """How an endpoint does.

    Attributes:
        rate: Calls a second lately.
        calls, errors: Since it started.
        middle, slow: The seconds that half of the calls, and 95 of 100, took at most; lately, or
            since it started where none came lately. None where there was no call.
        course: Calls a second from reading to reading, the latest last.
    """

    rate: float = 0.0
    calls: int = 0
    errors: int = 0
    middle: float | None = None
    slow: float | None = None
    course: tuple[float, ...] = ()


class Readings:
    """The last readings of an endpoint, and the figures that follow from them."""

    def __init__(self) -> None:
        self._kept: deque[Reading] = deque(maxlen=KEPT)

    def add(self, reading: Reading) -> None:
        """Take a reading."""
        self._kept.append(reading)

    def clear(self) -> None:
        """Forget all: the endpoint counts anew."""
        self._kept.clear()

    def figures(self) -> Figures:
        """Return the figures as they are now."""
        if not self._kept:
            return Figures()
        last = self._kept[-1]
        recent = [item for item in self._kept if last.at - item.at <= WINDOW_SECONDS]
        first = recent[0]
        lately = _minus(last.buckets, first.buckets)
        buckets = lately if max(lately.values(), default=0.0) > 0 else last.buckets
        return Figures(
            rate=_rate(first, last),
            calls=round(last.calls),
            errors=round(last.errors),
            middle=quantile(buckets, 0.5),
            slow=quantile(buckets, 0.95),
            course=tuple(_rate(one, other) for one, other in pairwise(self._kept)),
        )


def read_metrics(text: str, at: float) -> Reading:
    """Return what a page of Prometheus' text format says of requests for answers."""
    calls = errors = 0.0
    buckets: dict[float, float] = {}
    for name, labels, value in _samples(text):
        if any(labels.get("path", "").startswith(path) for path in _HOUSEKEEPING):
            continue
        if name == REQUESTS and labels.get("path") != "/":
            calls += value
            errors += value if labels.get("status", "")[:1] in ("4", "5") else 0.0
        elif name == f"{SECONDS}_bucket" and labels.get("path") != "/":
            edge = _number(labels.get("le", ""))
            buckets[edge] = buckets.get(edge, 0.0) + value
    return Reading(at, calls, errors, dict(sorted(buckets.items())))


def quantile(buckets: Mapping[float, float], share: float) -> float | None:
    """Return the value that a share of what was counted lies below, as Prometheus computes it.

    Within a bucket the values count as evenly spread; above the last edge that edge is returned.
    None where nothing was counted.
    """
    edges = sorted(buckets)
    total = buckets[edges[-1]] if edges else 0.0
    if total <= 0:
        return None
    wanted, below, low = share * total, 0.0, 0.0
    for edge in edges:
        if buckets[edge] >= wanted:
            if math.isinf(edge):
                return low
            inside = buckets[edge] - below
            return low + (edge - low) * (wanted - below) / inside if inside else edge
        below, low = buckets[edge], edge
    return low


def _rate(first: Reading, last: Reading) -> float:
    return max(last.calls - first.calls, 0.0) / (last.at - first.at) if last.at > first.at else 0.0


def _minus(new: Mapping[float, float], old: Mapping[float, float]) -> dict[float, float]:
    return {edge: max(count - old.get(edge, 0.0), 0.0) for edge, count in new.items()}


def _samples(text: str) -> Iterable[tuple[str, dict[str, str], float]]:
    for line in text.splitlines():
        matched = None if line.startswith("#") else _LINE.fullmatch(line.strip())
        if matched is not None:
            value = _number(matched[3])
            if not math.isnan(value):
                yield matched[1], dict(_LABEL.findall(matched[2] or "")), value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
