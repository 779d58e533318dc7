"""The figures of runs: what they are called, which matter most, which is better, how they read."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from studio.engine.history import RunSummary
from studio.session.figure_names import KNOWN, better, short_name

_SECOND = "_to_compare"
MAIN = 4
"""So many figures are shown of themselves."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that runs can have: of which node and port, and how the report names it."""

    node: str
    port: str
    name: str

    @property
    def label(self) -> str:
        """What people read."""
        plain = self.name.removesuffix(_SECOND)
        title = short_name(plain)
        return f"{title} (compared)" if plain != self.name else title

    @property
    def better(self) -> int:
        """1 where more is better, -1 where less is, 0 where that cannot be said."""
        return better(self.name.removesuffix(_SECOND))

    def of(self, run: RunSummary) -> float | None:
        """Return the figure of a run, or None where it has none."""
        return number(run.figures.get((self.node, self.port), {}).get(self.name))

    def best(self, values: Iterable[float | None]) -> float | None:
        """Return the best of some values; None where all are alike or that cannot be said."""
        there = [value for value in values if value is not None]
        if not self.better or len(set(there)) < 2:
            return None
        return max(there) if self.better > 0 else min(there)


def figures_of(runs: Iterable[RunSummary]) -> list[Figure]:
    """Return the figures that any of the runs has, those that matter most first."""
    found = {
        Figure(node, port, name)
        for run in runs
        for (node, port), figures in run.figures.items()
        for name, value in figures.items()
        if value is None or number(value) is not None
    }
    return sorted(found, key=_rank)


def number(value: Any) -> float | None:
    """Return a figure as a number, or None where it is none that can be compared."""
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def figure_text(value: float | None) -> str:
    """Return a figure as a person reads it, in about four digits."""
    if value is None:
        return "–"
    if abs(value) >= 10:
        digits = 0 if value.is_integer() else 1 if abs(value) >= 1000 else 2
        return f"{value:,.{digits}f}"
    return f"{value:.4f}" if abs(value) >= 0.001 or value == 0 else f"{value:.3g}"


def _rank(figure: Figure) -> tuple[int, bool, str, str, str]:
    plain = figure.name.removesuffix(_SECOND)
    known = list(KNOWN)
    place = known.index(plain) if plain in KNOWN else len(known)
    return (place, plain != figure.name, figure.node, figure.port, figure.name)
