"""Putting things in order: in line, at equal distances, or all of them anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from PySide6.QtCore import QRectF

from studio.app.canvas.carrying import carried, places
from studio.app.canvas.drawing import Drawing, Thing
from studio.app.canvas.ends import source_end, target_end
from studio.app.canvas.wishes import Wishes
from studio.app.draft import Draft
from studio.document.edits import Batch, Edit, Move, SetFrame
from studio.document.items import Link
from studio.document.layout import Direction, arrangement

Side = Literal["left", "centre", "right", "top", "middle", "bottom"]
Axis = Literal["horizontal", "vertical"]

_LINES: dict[Side, Callable[[QRectF], float]] = {
    "left": lambda rect: rect.left(),
    "centre": lambda rect: rect.center().x(),
    "right": lambda rect: rect.right(),
    "top": lambda rect: rect.top(),
    "middle": lambda rect: rect.center().y(),
    "bottom": lambda rect: rect.bottom(),
}
_ACROSS = ("left", "centre", "right")


class Arranging:
    """Moves several things at once; each is one step of Undo."""

    def __init__(self, draft: Draft, drawing: Drawing, wishes: Wishes) -> None:
        self._draft = draft
        self._drawing = drawing
        self._wishes = wishes

    def align(self, side: Side) -> None:
        """Put what is selected in line with the outermost of it, or with its middle."""
        chosen = self._chosen()
        if len(chosen) < 2:
            return
        line = _LINES[side]
        if side in ("left", "top"):
            to = min(line(thing.rect) for thing in chosen)
        elif side in ("right", "bottom"):
            to = max(line(thing.rect) for thing in chosen)
        else:
            around = self._drawing.rect(chosen)
            to = line(around)
        by = {thing: round(to - line(thing.rect), 3) for thing in chosen}
        self._shift({t: (d, 0.0) if side in _ACROSS else (0.0, d) for t, d in by.items()}, "Align")

    def distribute(self, axis: Axis) -> None:
        """Put what is selected at equal distances between the outermost of it."""
        across = axis == "horizontal"
        chosen = sorted(self._chosen(), key=lambda t: (_start(t.rect, across), t.id))
        if len(chosen) < 3:
            return
        first, last = chosen[0].rect, chosen[-1].rect
        room = _start(last, across) + _length(last, across) - _start(first, across)
        gap = (room - sum(_length(thing.rect, across) for thing in chosen)) / (len(chosen) - 1)
        at = _start(first, across)
        shifts = {}
        for thing in chosen:
            by = round(at - _start(thing.rect, across), 3)
            shifts[thing] = (by, 0.0) if across else (0.0, by)
            at += _length(thing.rect, across) + gap
        self._shift(shifts, "Distribute")

    def auto_layout(self, direction: Direction) -> None:
        """Place everything anew, or what is selected where that is more than one thing."""
        experiment = self._draft.experiment
        chosen = self._draft.selection
        only = chosen if len([id for id in chosen if id in experiment.nodes]) > 1 else None
        found = arrangement(experiment, direction, only, self._offsets)
        edits: list[Edit] = [Move(found.positions)] if found.positions else []
        edits += [SetFrame(frame) for frame in found.frames]
        if edits:
            self._wishes.apply(Batch(tuple(edits), "Lay out"))

    def _offsets(self, link: Link) -> tuple[float, float]:
        """Return how far right of the middles of its cards a link begins and ends."""
        ports = (self._drawing.port(source_end(link)), self._drawing.port(target_end(link)))
        start, stop = (0.0 if p is None else p.at.x() - p.card.body.center().x() for p in ports)
        return (start, stop)

    def nudge(self, ids: Iterable[str], x: float, y: float) -> None:
        """Move some things, with what goes with them, by a little."""
        self._shift({t: (x, y) for id in ids if (t := self._drawing.thing(id)) is not None}, "Move")

    def _chosen(self) -> list[Thing]:
        things = (self._drawing.thing(id) for id in sorted(self._draft.selection))
        return [thing for thing in things if thing is not None and thing.isVisible()]

    def _shift(self, shifts: dict[Thing, tuple[float, float]], text: str) -> None:
        experiment = self._draft.experiment
        positions = {}
        for thing, (x, y) in shifts.items():
            for id, at in places(
                experiment, carried(experiment, self._drawing, [thing.id])
            ).items():
                positions[id] = (at[0] + x, at[1] + y)
        if positions:
            self._wishes.apply(Batch((Move(positions),), text))


def _start(rect: QRectF, across: bool) -> float:
    return rect.left() if across else rect.top()


def _length(rect: QRectF, across: bool) -> float:
    return rect.width() if across else rect.height()
