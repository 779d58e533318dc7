"""Where the nodes of a predictive experiment stand: as in training, new ones beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Literal

from studio.document.edits import Move
from studio.document.experiment import Experiment
from studio.document.items import Frame
from studio.document.layout import COLUMN, MARGIN, NODE, ROW, TITLE, arranged, is_placed

Place = tuple[float, float]
_GAP = 20.0


@dataclass(frozen=True)
class New:
    """A node that has no place yet: it feeds one that has, or comes after it.

    ``wanted`` is where it is to stand if that is free.
    """

    id: str
    near: str
    side: Literal["before", "after"]
    wanted: Place | None = None


def placed(experiment: Experiment, new: Iterable[New]) -> Experiment:
    """Return an experiment with its new nodes beside the ones that they belong to.

    Where there is no room between a node and those after it, these move down. What nobody had
    placed is arranged.
    """
    waiting = {item.id: item for item in new}
    there = experiment.with_items(drop=waiting)
    if not is_placed(there) and len(there.nodes) > 1:
        return Move(arranged(experiment)).changed(experiment)
    positions = {id: node.position for id, node in there.nodes.items()}
    for item in waiting.values():
        if item.side == "after" and item.wanted is None:
            _make_room(experiment, item, positions)
        positions[item.id] = _free(item, positions)
    return Move(positions).changed(experiment)


def framed(before: Experiment, after: Experiment) -> Iterator[Frame]:
    """Yield the frames of an experiment around those of their nodes that are still there."""
    for frame in before.frames.values():
        left, top, width, height = frame.rectangle
        held = [
            after.nodes[id].position
            for id, node in before.nodes.items()
            if id in after.nodes
            and left <= node.position[0] <= left + width - NODE[0]
            and top <= node.position[1] <= top + height - NODE[1]
        ]
        if held:
            xs, ys = [x for x, _ in held], [y for _, y in held]
            x, y = min(xs) - MARGIN, min(ys) - MARGIN - TITLE
            size = (max(xs) + NODE[0] + MARGIN - x, max(ys) + NODE[1] + MARGIN - y)
            yield replace(frame, rectangle=(x, y, *size))


def _make_room(experiment: Experiment, item: New, positions: dict[str, Place]) -> None:
    """Move down what stands after a node until another fits between."""
    top = positions[item.near][1]
    targets = [positions[id][1] for id in experiment.targets(item.id) if id in positions]
    missing = top + 2 * ROW - min((y for y in targets if y > top), default=top + 2 * ROW)
    if missing > 0:
        for id, (x, y) in positions.items():
            if y > top:
                positions[id] = (x, y + missing)


def _free(item: New, positions: dict[str, Place]) -> Place:
    """Return the first place beside a node that no other overlaps."""
    x, y = positions[item.near]
    taken = positions.values()
    wanted = () if item.wanted is None else (item.wanted,)
    places = chain(wanted, _below(x, y) if item.side == "after" else _above(x, y))
    return next(place for place in places if not any(_overlap(place, other) for other in taken))


def _below(x: float, y: float) -> Iterator[Place]:
    for row in count(1):
        yield from ((x + side * COLUMN, y + row * ROW) for side in (0, 1, -1, 2, -2))


def _above(x: float, y: float) -> Iterator[Place]:
    for column in count(1):
        sides = chain.from_iterable((-step, step) for step in range(1, column + 1))
        yield from ((x + side * COLUMN, y - ROW) for side in sides)
        yield from ((x + side * COLUMN, y) for side in (-column, column))


def _overlap(one: Place, other: Place) -> bool:
    wide, high = NODE[0] + _GAP, NODE[1] + _GAP
    return abs(one[0] - other[0]) < wide and abs(one[1] - other[1]) < high
