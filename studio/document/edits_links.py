"""Edits of links: drawing them, taking them away, putting a node into one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from studio.document.edit import Edit
from studio.document.errors import ItemMissing, LinkRefused
from studio.document.experiment import Experiment
from studio.document.fields import Count, Flag, Identifier, PortName
from studio.document.items import Link


@dataclass(frozen=True)
class Connect(Edit):
    """Draw a link; on an input that takes one link only, it takes the place of the old one.

    For an input that takes several (``many``), the link comes at ``place`` among them, or last;
    one that is there already is moved. ``order`` of the link itself is not looked at.
    """

    phrase = "Link {link}"

    link: Link
    many: Flag = False
    place: Count | None = None

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the link; raises LinkRefused where it would close a circle."""
        require_possible(experiment, self.link)
        return linked(experiment, self.link, self.many, self.place)


@dataclass(frozen=True)
class Disconnect(Edit):
    """Take links away."""

    phrase = "Remove {links}"

    links: tuple[Link, ...]

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment without the links."""
        require_links(experiment, self.links)
        return unlinked(experiment, self.links)


@dataclass(frozen=True)
class InsertOnLink(Edit):
    """Put a node that is on the canvas into a link: one half ends at it, the other begins at it."""

    phrase = "Insert {node} into a link"

    link: Link
    node: Identifier
    input: PortName
    output: PortName

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with two links in the place of one."""
        require_links(experiment, [self.link])
        first = replace(self.link, target=self.node, target_port=self.input)
        second = replace(self.link, source=self.node, source_port=self.output)
        opened = unlinked(experiment, [self.link])
        require_possible(opened, first)
        half = linked(opened, first, many=False, place=None)
        require_possible(half, second)
        return linked(half, second, many=True, place=self.link.order)


def require_possible(experiment: Experiment, link: Link) -> None:
    """Raise ItemMissing where an end is not there, LinkRefused where a circle would close."""
    source, target = experiment.node(link.source), experiment.node(link.target)
    names = {"source": source.shown_title, "target": target.shown_title}
    if source.id == target.id:
        raise LinkRefused(reason="a node cannot be its own input", **names)
    if experiment.links_from(target.id) and target.id in experiment.upstream([source.id]):
        raise LinkRefused(reason="the nodes would wait for one another in a circle", **names)


def require_links(experiment: Experiment, links: Iterable[Link]) -> None:
    """Raise ItemMissing where a link is not in the experiment."""
    for link in links:
        if link not in experiment.links_into(link.target):
            raise ItemMissing(kind="link", id=link)


def linked(experiment: Experiment, link: Link, many: bool, place: int | None) -> Experiment:
    """Return the experiment with a link drawn."""
    there = [old for old in experiment.links_into(link.target) if old.end == link.end]
    others = [old for old in there if old.ends != link.ends] if many else []
    at = len(others) if place is None else min(place, len(others))
    new = [*others[:at], link, *others[at:]]
    wanted = [Link(*item.ends, order) for order, item in enumerate(new)]
    if wanted == there:
        return experiment
    keep = {item: item for item in there}
    rest = tuple(old for old in experiment.links if old.end != link.end)
    return replace(experiment, links=rest + tuple(keep.get(item, item) for item in wanted))


def unlinked(experiment: Experiment, links: Iterable[Link]) -> Experiment:
    """Return the experiment without some links."""
    gone = set(links)
    kept = tuple(link for link in experiment.links if link not in gone)
    return experiment if len(kept) == len(experiment.links) else replace(experiment, links=kept)
