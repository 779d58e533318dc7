"""Where a thing that is dragged comes to rest: on the grid, or in line with others."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF

from studio.app.canvas.metrics import GRID

REACH = 6.0
"""From how many pixels away a line of others is caught."""


class Snapping:
    """The lines of the things that stay, and the place that they and the grid give."""

    def __init__(self, others: Iterable[QRectF], on_grid: bool) -> None:
        self._on_grid = on_grid
        rects = list(others)
        self._across = (
            sorted(((x, r) for r in rects for x in _across(r)), key=_first) if on_grid else []
        )
        self._down = (
            sorted(((y, r) for r in rects for y in _down(r)), key=_first) if on_grid else []
        )
        self._xs = [x for x, _ in self._across]
        self._ys = [y for y, _ in self._down]

    def rest(self, rect: QRectF, scale: float) -> tuple[QPointF, list[QLineF]]:
        """Return how far a dragged rectangle moves to come to rest, and the lines to show."""
        if not self._on_grid:
            return QPointF(), []
        reach = REACH / scale
        x, at_x = _nearest(_across(rect), self._xs, reach)
        y, at_y = _nearest(_down(rect), self._ys, reach)
        if at_x is None:
            x = round(rect.x() / GRID) * GRID - rect.x()
        if at_y is None:
            y = round(rect.y() / GRID) * GRID - rect.y()
        there = rect.translated(x, y)
        lines = []
        if at_x is not None:
            value, other = self._across[at_x]
            both = there.united(other)
            lines.append(QLineF(value, both.top(), value, both.bottom()))
        if at_y is not None:
            value, other = self._down[at_y]
            both = there.united(other)
            lines.append(QLineF(both.left(), value, both.right(), value))
        return QPointF(x, y), lines


def _across(rect: QRectF) -> tuple[float, float, float]:
    return rect.left(), rect.center().x(), rect.right()


def _down(rect: QRectF) -> tuple[float, float, float]:
    return rect.top(), rect.center().y(), rect.bottom()


def _nearest(
    values: Iterable[float], sorted_lines: list[float], reach: float
) -> tuple[float, int | None]:
    """Return how far the nearest line is from the nearest value, and its number; None if none."""
    best, found = 0.0, None
    least = reach
    for value in values:
        place = bisect_left(sorted_lines, value)
        for number in (place - 1, place):
            if 0 <= number < len(sorted_lines) and abs(sorted_lines[number] - value) < least:
                least = abs(sorted_lines[number] - value)
                best, found = sorted_lines[number] - value, number
    return best, found


def _first(pair: tuple[float, QRectF]) -> float:
    return pair[0]
