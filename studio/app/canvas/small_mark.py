"""How a node stands, as a shape that can be told from the others when it is a few pixels large."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF

from studio.app.node_state import Status

SIZE = 24.0

_POINTS: Mapping[Status, tuple[tuple[int, int], ...]] = {
    # Tick, frame, cross, warning sign, play, hourglass, diamond, slash, bar.
    "finished": ((0, 13), (5, 8), (9, 12), (19, 2), (24, 7), (9, 22)),
    "reused": (
        (0, 0), (24, 0), (24, 24), (0, 24), (0, 0), (6, 6), (6, 18), (18, 18), (18, 6), (6, 6),
    ),
    "failed": (
        (0, 5), (5, 0), (12, 7), (19, 0), (24, 5), (17, 12),
        (24, 19), (19, 24), (12, 17), (5, 24), (0, 19), (7, 12),
    ),
    "incomplete": ((12, 0), (24, 24), (0, 24)),
    "running": ((3, 0), (24, 12), (3, 24)),
    "queued": ((0, 0), (24, 0), (0, 24), (24, 24)),
    "stale": ((12, 0), (24, 12), (12, 24), (0, 12)),
    "cancelled": ((0, 16), (16, 0), (24, 0), (24, 8), (8, 24), (0, 24)),
    "skipped": ((0, 9), (24, 9), (24, 15), (0, 15)),
}  # fmt: skip
SHAPES: Mapping[Status, QPolygonF] = {
    status: QPolygonF([QPointF(x, y) for x, y in points]) for status, points in _POINTS.items()
}
"""The shape of each status that is marked, in a square of SIZE."""
