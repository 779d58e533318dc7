"""Copying parts of experiments as text, and fitting them into another experiment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from studio.document.experiment import Experiment
from studio.document.items import Fragment, Frame, Note
from studio.document.naming import FreshIds, FreshTitles

Box = TypeVar("Box", Frame, Note)


def fragment(experiment: Experiment, items: Iterable[str]) -> Fragment:
    """Return some nodes, groups with all that is in them, frames, notes, and links between."""
    chosen = set(items)
    for id in chosen:
        experiment.item(id)
    chosen |= experiment.within(id for id in chosen if id in experiment.groups)
    nodes = (node for id, node in experiment.nodes.items() if id in chosen)
    groups = (group for id, group in experiment.groups.items() if id in chosen)
    return Fragment(
        nodes=tuple(n if n.group in chosen else replace(n, group=None) for n in nodes),
        links=tuple(
            link for link in experiment.links if link.source in chosen and link.target in chosen
        ),
        groups=tuple(g if g.parent in chosen else replace(g, parent=None) for g in groups),
        frames=tuple(frame for id, frame in experiment.frames.items() if id in chosen),
        notes=tuple(note for id, note in experiment.notes.items() if id in chosen),
    )


def whole(experiment: Experiment) -> Fragment:
    """Return everything that is in an experiment."""
    return fragment(experiment, experiment.ids())


def as_experiment(part: Fragment) -> Experiment:
    """Return an experiment that holds a fragment and nothing else."""
    return Experiment(id="fragment").with_items(part.items, links=part.links)


def fitted(
    part: Fragment, experiment: Experiment, offset: tuple[float, float], group: str | None
) -> Fragment:
    """Return a fragment with ids and titles that are free in an experiment, moved by ``offset``."""
    ids, titles = FreshIds(experiment), FreshTitles(experiment)
    fresh = {item.id: ids.id_for(item.id) for item in part.items}
    around = group if group in experiment.groups else None
    return Fragment(
        nodes=tuple(
            replace(
                node,
                id=fresh[node.id],
                title=titles.title_for(node.title),
                group=fresh.get(node.group or "", around),
                position=_shifted(node.position, offset),
            )
            for node in part.nodes
        ),
        links=tuple(
            replace(link, source=fresh[link.source], target=fresh[link.target])
            for link in part.links
            if link.source in fresh and link.target in fresh
        ),
        groups=tuple(
            replace(
                item,
                id=fresh[item.id],
                parent=fresh.get(item.parent or "", around),
                position=_shifted(item.position, offset),
            )
            for item in part.groups
        ),
        frames=tuple(_copied(frame, fresh[frame.id], offset) for frame in part.frames),
        notes=tuple(_copied(note, fresh[note.id], offset) for note in part.notes),
    )


def _shifted(position: tuple[float, float], offset: tuple[float, float]) -> tuple[float, float]:
    return (position[0] + offset[0], position[1] + offset[1])


def _copied(item: Box, id: str, offset: tuple[float, float]) -> Box:
    x, y = _shifted(item.rectangle[:2], offset)
    return replace(item, id=id, rectangle=(x, y, *item.rectangle[2:]))
