"""Where things stand when nobody has placed them: in layers, each node after what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from studio.document.edits_canvas import Move
from studio.document.experiment import Experiment
from studio.document.items import Frame, Link, Note
from studio.document.layers import layered

Direction = Literal["right", "down"]
Place = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, width and height."""
Offsets = Callable[[Link], tuple[float, float]]

NODE = (220.0, 56.0)
"""The width and height of a node, in scene units."""
COLUMN = 260.0
"""The distance from one column of nodes to the next, in scene units."""
ROW = 130.0
"""The distance from one node to the next below it, in scene units."""
MARGIN = 20.0
"""The room around what is in an open group or a frame."""
TITLE = 30.0
"""The height of the title of an open group or a frame."""

_GRID = 10.0
_NEAR = 400.0
_GAP = 20.0


@dataclass(frozen=True)
class Arrangement:
    """New places: of nodes, groups and notes by id, and frames around what they held."""

    positions: dict[str, Place]
    frames: tuple[Frame, ...] = ()


def arranged(experiment: Experiment, direction: Direction = "down") -> dict[str, Place]:
    """Return a position for every node, in layers to the right or downwards.

    A node stands one layer after the last of those it needs; one that needs nothing, just before
    the first that takes something from it.
    """
    positions = arrangement(experiment, direction).positions
    return {id: positions[id] for id in experiment.nodes}


def arrangement(
    experiment: Experiment,
    direction: Direction = "down",
    only: Iterable[str] | None = None,
    offsets: Offsets = lambda _: (0.0, 0.0),
) -> Arrangement:
    """Return new places for everything, or for the nodes and groups ``only``.

    ``offsets`` says where a link begins and ends, as distances from the middles of its nodes to the
    right, so that links downwards can be straight.

    What is in an open group stays together; a folded group is one box. Notes stay beside the node
    they were nearest to where that place is free, frames go around the nodes that they held. The
    upper left corner stays where it was.
    """
    chosen = None if only is None else frozenset(only)
    layout = _Layout(experiment, direction, chosen, offsets)
    positions = layout.positions()
    if not positions:
        return Arrangement({})
    new = Move(positions).changed(experiment)
    frames = _frames(experiment, new)
    if only is None:
        positions.update(_notes(experiment, new))
    return Arrangement(positions, frames)


def is_placed(experiment: Experiment) -> bool:
    """Whether anybody has said where the nodes stand."""
    return any(node.position != (0.0, 0.0) for node in experiment.nodes.values())


class _Layout:
    """The boxes of one experiment, group by group."""

    def __init__(
        self,
        experiment: Experiment,
        direction: Direction,
        only: frozenset[str] | None,
        offsets: Offsets,
    ) -> None:
        self._experiment = experiment
        self._offsets = offsets
        self._down = direction == "down"
        self._only = only

    def positions(self) -> dict[str, Place]:
        """Return the new place of every node and group that is to be placed."""
        experiment = self._experiment
        if self._only is None:
            units = [id for id in (*experiment.nodes, *experiment.groups) if not self._parent(id)]
            return self._placed(units)
        chosen = {id for id in self._only if id in experiment.nodes or id in experiment.groups}
        inside = {
            id
            for group in chosen
            if group in experiment.groups
            for id in experiment.within([group])
            if id != group
        }
        found: dict[str, Place] = {}
        by_parent: dict[str | None, list[str]] = {}
        for id in sorted(chosen - inside):
            by_parent.setdefault(self._parent(id), []).append(id)
        for units in by_parent.values():
            found |= self._placed(units)
        return found

    def _placed(self, units: list[str]) -> dict[str, Place]:
        """Return the places of some units and of all in them; their upper left corner stays."""
        if not units:
            return {}
        boxes, inner = self._level(units)
        before = [self._experiment.item(id) for unit in units for id in self._shown(unit)]
        corners = [getattr(item, "position", (0.0, 0.0)) for item in before]
        left, top = min(x for x, _ in corners), min(y for _, y in corners)
        found = self._spread(boxes, inner)
        shown = [found[id] for unit in units for id in self._shown(unit)]
        x, y = left - min(at[0] for at in shown), top - min(at[1] for at in shown)
        return {id: (at[0] + x, at[1] + y) for id, at in found.items()}

    def _level(self, units: list[str]) -> tuple[dict[str, Box], dict[str, dict[str, Place]]]:
        """Return the boxes of units that stand beside one another, and what is in each of them."""
        inner: dict[str, dict[str, Place]] = {}
        sizes: dict[str, Place] = {}
        for unit in units:
            sizes[unit], inner[unit] = self._unit(unit)
        holder = {id: unit for unit in units for id in (*self._experiment.within([unit]), unit)}
        edges = [
            (holder[link.source], holder[link.target], *self._ends(link, holder))
            for link in self._experiment.links
            if link.source in holder and link.target in holder
        ]
        gaps = (COLUMN - NODE[0], ROW - NODE[1])
        along, across = (1, 0) if self._down else (0, 1)
        middles = layered(
            {unit: (size[along], size[across]) for unit, size in sizes.items()},
            edges,
            gaps[along],
            gaps[across],
        )
        boxes: dict[str, Box] = {}
        for unit, middle in middles.items():
            x, y = middle[::-1] if self._down else middle
            width, height = sizes[unit]
            corner = (_on_grid(x - width / 2), _on_grid(y - height / 2))
            boxes[unit] = (*corner, width, height)
        return boxes, inner

    def _ends(self, link: Link, holder: Mapping[str, str]) -> tuple[float, float]:
        """Return where across its boxes a link is fixed; at a group, in the middle."""
        start, stop = self._offsets(link) if self._down else (0.0, 0.0)
        own = (holder[link.source] == link.source, holder[link.target] == link.target)
        return (start if own[0] else 0.0, stop if own[1] else 0.0)

    def _unit(self, unit: str) -> tuple[Place, dict[str, Place]]:
        """Return the size of a unit, and where things stand in it, from its upper left corner."""
        group = self._experiment.groups.get(unit)
        members = self._experiment.members(unit) if group is not None else ()
        if group is None or group.collapsed:
            old = self._experiment.item(unit)
            x, y = getattr(old, "position", (0.0, 0.0))
            hidden = self._experiment.within([unit]) if group is not None else ()
            inside = {
                id: (place[0] - x, place[1] - y)
                for id in hidden
                if (place := getattr(self._experiment.item(id), "position", None)) is not None
            }
            return NODE, inside
        if not members:
            return (NODE[0] + 2 * MARGIN, NODE[1] + 2 * MARGIN + TITLE), {
                unit: (MARGIN, MARGIN + TITLE)
            }
        boxes, inner = self._level(list(members))
        spread = self._spread(boxes, inner)
        left, top = min(box[0] for box in boxes.values()), min(box[1] for box in boxes.values())
        right = max(box[0] + box[2] for box in boxes.values())
        bottom = max(box[1] + box[3] for box in boxes.values())
        x, y = MARGIN - left, MARGIN + TITLE - top
        inside = {id: (at[0] + x, at[1] + y) for id, at in spread.items()}
        size = (right - left + 2 * MARGIN, bottom - top + 2 * MARGIN + TITLE)
        inside[unit] = (_on_grid((size[0] - NODE[0]) / 2), _on_grid((size[1] - NODE[1]) / 2))
        return size, inside

    def _spread(
        self, boxes: Mapping[str, Box], inner: Mapping[str, Mapping[str, Place]]
    ) -> dict[str, Place]:
        """Return the places of units and of all that is in them."""
        found: dict[str, Place] = {}
        for unit, box in boxes.items():
            found[unit] = (box[0], box[1])
            found |= {id: (box[0] + at[0], box[1] + at[1]) for id, at in inner[unit].items()}
        return found

    def _shown(self, unit: str) -> list[str]:
        """Return the nodes and folded groups that show of a unit; an empty group itself."""
        group = self._experiment.groups.get(unit)
        if group is None or group.collapsed:
            return [unit]
        shown = [id for member in self._experiment.members(unit) for id in self._shown(member)]
        return shown or [unit]

    def _parent(self, id: str) -> str | None:
        item = self._experiment.nodes.get(id) or self._experiment.groups.get(id)
        group = None if item is None else item.group
        return group if group in self._experiment.groups else None


def _frames(old: Experiment, new: Experiment) -> tuple[Frame, ...]:
    """Return the frames that held nodes, around those nodes where they stand now."""
    found = []
    for frame in old.frames.values():
        held = [_box(new, id) for id in old.nodes if _holds(frame.rectangle, _box(old, id))]
        if held:
            rectangle = _around(held)
            if rectangle != frame.rectangle:
                found.append(replace(frame, rectangle=rectangle))
    return tuple(found)


def _notes(old: Experiment, new: Experiment) -> dict[str, Place]:
    """Return the places of notes: beside the same node, or where that is taken, to the left."""
    taken = [_box(new, id) for id in new.nodes]
    if not taken:
        return {}
    left, down = min(box[0] for box in taken), min(box[1] for box in taken)
    found: dict[str, Place] = {}
    for note in sorted(old.notes.values(), key=lambda note: (note.rectangle[1], note.id)):
        place = _beside(note, old, new)
        box = None if place is None else (*place, *note.rectangle[2:])
        if place is None or box is None or any(_overlap(box, other) for other in taken):
            place = (left - note.rectangle[2] - 2 * _GAP, down)
            box = (*place, *note.rectangle[2:])
            down += note.rectangle[3] + _GAP
        taken.append(box)
        found[note.id] = place
    return found


def _beside(note: Note, old: Experiment, new: Experiment) -> Place | None:
    """Return where a note stands beside the node it was nearest to, or None if none was near."""
    x, y = _middle(note.rectangle)
    far = {
        id: abs(x - middle[0]) + abs(y - middle[1])
        for id in old.nodes
        if (middle := _middle(_box(old, id)))
    }
    nearest = min(far, key=lambda id: (far[id], id), default=None)
    if nearest is None or far[nearest] > _NEAR:
        return None
    was, now = old.nodes[nearest].position, new.nodes[nearest].position
    return (note.rectangle[0] + now[0] - was[0], note.rectangle[1] + now[1] - was[1])


def _box(experiment: Experiment, node: str) -> Box:
    return (*experiment.nodes[node].position, *NODE)


def _middle(box: Box) -> Place:
    return (box[0] + box[2] / 2, box[1] + box[3] / 2)


def _holds(outer: Box, inner: Box) -> bool:
    right, bottom = outer[0] + outer[2], outer[1] + outer[3]
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and inner[0] + inner[2] <= right
        and inner[1] + inner[3] <= bottom
    )


def _overlap(one: Box, other: Box) -> bool:
    return (
        one[0] < other[0] + other[2] + _GAP
        and other[0] < one[0] + one[2] + _GAP
        and one[1] < other[1] + other[3] + _GAP
        and other[1] < one[1] + one[3] + _GAP
    )


def _around(boxes: list[Box]) -> Box:
    left, top = min(box[0] for box in boxes) - MARGIN, min(box[1] for box in boxes) - MARGIN - TITLE
    right = max(box[0] + box[2] for box in boxes) + MARGIN
    bottom = max(box[1] + box[3] for box in boxes) + MARGIN
    return (left, top, right - left, bottom - top)


def _on_grid(value: float) -> float:
    return round(value / _GRID) * _GRID
