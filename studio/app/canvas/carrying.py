"""What moves together: a thing, what is in it, and what a frame holds."""

from __future__ import annotations

from collections.abc import Iterable

from studio.app.canvas.boxes import FrameItem
from studio.app.canvas.drawing import Drawing
from studio.app.canvas.ends import place_of
from studio.document.experiment import Experiment


def carried(experiment: Experiment, drawing: Drawing, ids: Iterable[str]) -> frozenset[str]:
    """Return the ids of all that moves when some things are moved."""
    chosen = {id for id in ids if id in experiment}
    for id in list(chosen):
        frame = drawing.frames.get(id)
        if frame is not None:
            chosen |= held(drawing, frame)
    return frozenset(chosen | experiment.within(id for id in chosen if id in experiment.groups))


def held(drawing: Drawing, frame: FrameItem) -> set[str]:
    """Return the ids of what stands within a frame."""
    rect = frame.rect
    return {
        thing.id for thing in drawing.things() if thing is not frame and rect.contains(thing.rect)
    }


def groups_around(experiment: Experiment, id: str) -> set[str]:
    """Return the ids of the groups that a node or a group is in, however deep."""
    found: set[str] = set()
    item = experiment.nodes.get(id) or experiment.groups.get(id)
    while item is not None and item.group is not None:
        found.add(item.group)
        item = experiment.groups[item.group]
    return found


def places(experiment: Experiment, ids: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return where things stand in the document."""
    return {id: place_of(experiment.item(id)) for id in ids}
