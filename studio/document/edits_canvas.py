"""Edits of what stands on the canvas: moving, removing, groups, frames and notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from studio.document.edit import Edit
from studio.document.edits_links import require_links
from studio.document.errors import DocumentInvalid, IdTaken, ItemMissing
from studio.document.experiment import Experiment
from studio.document.fields import Flag, Identifier, Position
from studio.document.frozen import FrozenMap
from studio.document.items import Frame, Group, Item, Link, Node, Note, numbers


@dataclass(frozen=True)
class Move(Edit):
    """Put nodes, groups, frames and notes somewhere else, by id."""

    phrase = "Move {positions}"

    positions: Mapping[Identifier, Position]

    def __post_init__(self) -> None:
        self._set(positions=FrozenMap({id: numbers(place) for id, place in self.positions.items()}))

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the items at their new places."""
        moved = [_at(experiment.item(id), place) for id, place in self.positions.items()]
        return experiment.with_items(item for item in moved if experiment.item(item.id) != item)


@dataclass(frozen=True)
class Remove(Edit):
    """Take nodes with their links, groups, frames, notes and further links off the canvas.

    What is in a removed group, and is not removed itself, moves to the group around it.
    """

    items: tuple[Identifier, ...] = ()
    links: tuple[Link, ...] = ()

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment without the items and links."""
        gone = frozenset(self.items)
        for id in gone:
            experiment.item(id)
        require_links(experiment, self.links)
        cut = set(self.links)
        links = tuple(
            link
            for link in experiment.links
            if link not in cut and link.source not in gone and link.target not in gone
        )
        members: list[Node | Group] = [*experiment.nodes.values(), *experiment.groups.values()]
        orphans = [
            _in_group(item, _surviving(experiment, item.group, gone))
            for item in members
            if item.group in gone and item.id not in gone
        ]
        if len(links) == len(experiment.links):
            links = experiment.links
        return experiment.with_items(orphans, gone, links=links)

    def label(self, experiment: Experiment) -> str:
        """Return “Remove …”."""
        only = experiment.nodes.get(self.items[0]) if len(self.items) == 1 else None
        if only is not None:
            return f"Remove “{only.shown_title}”"
        return f"Remove {len(self.items) + len(self.links)} things"


@dataclass(frozen=True)
class AddGroup(Edit):
    """Make a group of nodes and groups."""

    phrase = "Group {members}"

    group: Group
    members: tuple[Identifier, ...] = ()

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the group."""
        _require_free(experiment, self.group.id)
        _require_group(experiment, self.group.parent)
        with_group = experiment.with_items([self.group])
        return _moved_into(with_group, self.members, self.group.id)


@dataclass(frozen=True)
class MoveToGroup(Edit):
    """Move nodes and groups into a group, or out of all of them (None)."""

    phrase = "Move {items} to another group"

    items: tuple[Identifier, ...]
    group: Identifier | None = None

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the items in the group; raises DocumentInvalid."""
        _require_group(experiment, self.group)
        return _moved_into(experiment, self.items, self.group)


@dataclass(frozen=True)
class Collapse(Edit):
    """Fold a group into one box, or open it again."""

    phrase = "Fold or open {group}"

    group: Identifier
    collapsed: Flag = True

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the group folded or open."""
        _require_group(experiment, self.group)
        group = experiment.groups[self.group]
        if group.collapsed == self.collapsed:
            return experiment
        return experiment.with_items([replace(group, collapsed=self.collapsed)])


@dataclass(frozen=True)
class AddFrame(Edit):
    """Draw a frame behind the nodes."""

    phrase = "Add frame"

    frame: Frame

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the frame."""
        _require_free(experiment, self.frame.id)
        return experiment.with_items([self.frame])


@dataclass(frozen=True)
class SetFrame(Edit):
    """Change a frame's title, place, size or colour; the frame with the same id is replaced."""

    phrase = "Change frame"

    frame: Frame

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the frame as given."""
        return _replaced(experiment, self.frame, experiment.frames, "frame")


@dataclass(frozen=True)
class AddNote(Edit):
    """Put a note on the canvas."""

    phrase = "Add note"

    note: Note

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the note."""
        _require_free(experiment, self.note.id)
        return experiment.with_items([self.note])


@dataclass(frozen=True)
class SetNote(Edit):
    """Change a note's text, place, size or colour; the note with the same id is replaced."""

    phrase = "Change note"

    note: Note

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the note as given."""
        return _replaced(experiment, self.note, experiment.notes, "note")


def _at(item: Item, place: tuple[float, float]) -> Item:
    """Return an item at another place, of the same size."""
    if isinstance(item, Node | Group):
        return replace(item, position=place)
    return replace(item, rectangle=(*place, *item.rectangle[2:]))


def _in_group(item: Node | Group, group: str | None) -> Item:
    if isinstance(item, Node):
        return replace(item, group=group)
    return replace(item, parent=group)


def _surviving(experiment: Experiment, group: str | None, gone: frozenset[str]) -> str | None:
    """Return the nearest group around that stays."""
    while group is not None and group in gone:
        group = experiment.groups[group].parent
    return group


def _moved_into(experiment: Experiment, ids: Iterable[str], group: str | None) -> Experiment:
    moved = []
    for id in ids:
        item = experiment.item(id)
        if not isinstance(item, Node | Group):
            raise ItemMissing(kind="node or group", id=id)
        if item.group != group:
            moved.append(_in_group(item, group))
    inside = experiment.within(item.id for item in moved if isinstance(item, Group))
    if group is not None and group in inside:
        raise DocumentInvalid(where=f"Group “{group}”", reason="it would be inside itself")
    return experiment.with_items(moved)


def _replaced(
    experiment: Experiment, item: Frame | Note, items: Mapping[str, Item], kind: str
) -> Experiment:
    if item.id not in items:
        raise ItemMissing(kind=kind, id=item.id)
    return experiment if items[item.id] == item else experiment.with_items([item])


def _require_free(experiment: Experiment, id: str) -> None:
    if id in experiment:
        raise IdTaken(id=id)


def _require_group(experiment: Experiment, group: str | None) -> None:
    if group is not None and group not in experiment.groups:
        raise ItemMissing(kind="group", id=group)
