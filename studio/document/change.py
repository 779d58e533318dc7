"""What an edit changed, so that views know what to draw again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from studio.document.experiment import ITEM_KINDS, Experiment
from studio.document.frozen import EMPTY, FrozenMap, same
from studio.document.items import Fragment, Item, Link

K = TypeVar("K")

META = ("name", "description", "seed", "parameters", "training")
LOGIC = frozenset({"module", "version", "params", "ranges", "bindings", "disabled"})
"""The fields of a node that results depend on."""


@dataclass(frozen=True)
class Change:
    """The difference between an experiment before an edit and after it.

    Attributes:
        nodes_added, nodes_removed, nodes_moved: Ids.
        nodes_changed: By id, the names of the fields that differ; ``position`` is not among them.
        links_added, links_removed: Links; one whose order changed is removed and added.
        groups, frames, notes: Ids of those that were added, removed or changed in any way.
        meta: Which of the experiment's own fields differ.
    """

    nodes_added: tuple[str, ...] = ()
    nodes_removed: tuple[str, ...] = ()
    nodes_changed: Mapping[str, frozenset[str]] = EMPTY
    nodes_moved: tuple[str, ...] = ()
    links_added: tuple[Link, ...] = ()
    links_removed: tuple[Link, ...] = ()
    groups: frozenset[str] = frozenset()
    frames: frozenset[str] = frozenset()
    notes: frozenset[str] = frozenset()
    meta: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return any(getattr(self, item.name) for item in fields(self))

    @property
    def touches_results(self) -> bool:
        """Whether anything changed that results or problems depend on."""
        nodes = self.nodes_added or self.nodes_removed or self.links_added or self.links_removed
        changed = any(names & LOGIC for names in self.nodes_changed.values())
        return bool(nodes) or changed or bool(self.meta & {"seed", "parameters"})

    @classmethod
    def between(cls, before: Experiment, after: Experiment) -> Change:
        """Return what differs between two states of one experiment."""
        return cls.of(Difference.between(before, after))

    @classmethod
    def of(cls, difference: Difference) -> Change:
        """Return a difference as views hear of it."""
        old, new = difference.old, difference.new
        was = {node.id: node for node in old.nodes}
        ids = {node.id for node in new.nodes}
        changed = {node.id: _differing(was[node.id], node) for node in new.nodes if node.id in was}
        return cls(
            nodes_added=tuple(node.id for node in new.nodes if node.id not in was),
            nodes_removed=tuple(id for id in was if id not in ids),
            nodes_changed=FrozenMap(
                {id: rest for id, names in changed.items() if (rest := names - {"position"})}
            ),
            nodes_moved=tuple(id for id, names in changed.items() if "position" in names),
            links_added=new.links,
            links_removed=old.links,
            groups=frozenset(item.id for item in (*old.groups, *new.groups)),
            frames=frozenset(item.id for item in (*old.frames, *new.frames)),
            notes=frozenset(item.id for item in (*old.notes, *new.notes)),
            meta=frozenset(difference.new_meta),
        )


@dataclass(frozen=True)
class Difference:
    """What two states of one experiment do not share: how it was, and how it is."""

    old: Fragment
    new: Fragment
    old_meta: Mapping[str, Any]
    new_meta: Mapping[str, Any]

    @classmethod
    def between(cls, before: Experiment, after: Experiment) -> Difference:
        """Compare two states; what they share by identity costs next to nothing."""
        old: dict[str, Any] = {}
        new: dict[str, Any] = {}
        for kind in ITEM_KINDS:
            old[kind], new[kind] = _compared(getattr(before, kind), getattr(after, kind))
        old["links"], new["links"] = _compared_links(before.links, after.links)
        names = [name for name in META if not same(getattr(before, name), getattr(after, name))]
        return cls(
            old=Fragment(**old),
            new=Fragment(**new),
            old_meta={name: getattr(before, name) for name in names},
            new_meta={name: getattr(after, name) for name in names},
        )


def _compared(
    before: Mapping[str, K], after: Mapping[str, K]
) -> tuple[tuple[K, ...], tuple[K, ...]]:
    """Return the values that are gone or were replaced, and those that are new or replace them."""
    if before is after:
        return (), ()
    old = {id: value for id, value in before.items() if id not in after}
    new = {id: value for id, value in after.items() if id not in before}
    for id, value in after.items():
        if id not in new and before[id] is not value and not same(before[id], value):
            old[id], new[id] = before[id], value
    return tuple(old.values()), tuple(new.values())


def _compared_links(
    old: tuple[Link, ...], new: tuple[Link, ...]
) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """Return the links that are gone and those that are new."""
    if old is new:
        return (), ()
    kept = set(map(id, old)) & set(map(id, new))
    gone = dict.fromkeys(link for link in old if id(link) not in kept)
    come = dict.fromkeys(link for link in new if id(link) not in kept)
    return (
        tuple(link for link in gone if link not in come),
        tuple(link for link in come if link not in gone),
    )


def _differing(before: Item, after: Item) -> frozenset[str]:
    return frozenset(
        item.name
        for item in fields(before)
        if not same(getattr(before, item.name), getattr(after, item.name))
    )
