"""What an edit changed, so that views know what to draw again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from studio.document.experiment import Experiment
from studio.document.frozen import EMPTY, FrozenMap, same
from studio.document.items import Item, Link

K = TypeVar("K")

META = ("name", "description", "seed", "parameters")
_LOGIC = frozenset({"module", "version", "params", "ranges", "bindings", "disabled"})


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
        changed = any(names & _LOGIC for names in self.nodes_changed.values())
        return bool(nodes) or changed or bool(self.meta & {"seed", "parameters"})

    @classmethod
    def between(cls, before: Experiment, after: Experiment) -> Change:
        """Return what differs between two states of one experiment."""
        removed, put = compared(before.nodes, after.nodes)
        old = {node.id: before.nodes[node.id] for node in put if node.id in before.nodes}
        differing = {node.id: _differing(old[node.id], node) for node in put if node.id in old}
        dropped_links, new_links = compared_links(before, after)
        return cls(
            nodes_added=tuple(node.id for node in put if node.id not in old),
            nodes_removed=removed,
            nodes_changed=FrozenMap(
                {
                    id: names - {"position"}
                    for id, names in differing.items()
                    if names - {"position"}
                }
            ),
            nodes_moved=tuple(id for id, names in differing.items() if "position" in names),
            links_added=new_links,
            links_removed=dropped_links,
            groups=_touched(before.groups, after.groups),
            frames=_touched(before.frames, after.frames),
            notes=_touched(before.notes, after.notes),
            meta=frozenset(
                name for name in META if not same(getattr(before, name), getattr(after, name))
            ),
        )


def compared(
    before: Mapping[str, K], after: Mapping[str, K]
) -> tuple[tuple[str, ...], tuple[K, ...]]:
    """Return the ids that are gone, and the values that are new or differ."""
    if before is after:
        return (), ()
    gone = tuple(id for id in before if id not in after)
    put = tuple(value for id, value in after.items() if not same(before.get(id), value))
    return gone, put


def compared_links(
    before: Experiment, after: Experiment
) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """Return the links that are gone and those that are new."""
    old, new = before.links, after.links
    if old is new:
        return (), ()
    kept = {id(link) for link in old} & {id(link) for link in new}
    old_rest = {link: None for link in old if id(link) not in kept}
    new_rest = {link: None for link in new if id(link) not in kept}
    return (
        tuple(link for link in old_rest if link not in new_rest),
        tuple(link for link in new_rest if link not in old_rest),
    )


def _touched(before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    gone, put = compared(before, after)
    return frozenset(gone) | {item.id for item in put}


def _differing(before: Item, after: Item) -> frozenset[str]:
    return frozenset(
        item.name
        for item in fields(before)
        if not same(getattr(before, item.name), getattr(after, item.name))
    )
