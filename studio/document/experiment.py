"""The experiment: a drawing of nodes and links, as one frozen value."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import Any

from studio.document import graph
from studio.document.errors import ItemMissing
from studio.document.frozen import EMPTY, FrozenMap, thaw
from studio.document.items import (
    NO_TRAINING,
    ExperimentParameter,
    Frame,
    Group,
    Item,
    Link,
    Node,
    Note,
    Training,
)

ITEM_KINDS = ("nodes", "groups", "frames", "notes")
_KIND_OF = dict(zip((Node, Group, Frame, Note), ITEM_KINDS, strict=True))


def new_id() -> str:
    """Return an id that no other document has."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Experiment:
    """What a document holds: nodes, links, groups, frames, notes, a seed and parameters.

    A predictive experiment also says which training experiment it was made of. Nodes, groups,
    frames and notes are kept by id; ids are unique across all four. Links are kept in a fixed
    order: by the input they end at, and there by ``order``, which counts from 0.
    """

    id: str = field(default_factory=new_id)
    name: str = ""
    description: str = ""
    seed: int = 0
    parameters: tuple[ExperimentParameter, ...] = ()
    nodes: Mapping[str, Node] = EMPTY
    links: tuple[Link, ...] = ()
    groups: Mapping[str, Group] = EMPTY
    frames: Mapping[str, Frame] = EMPTY
    notes: Mapping[str, Note] = EMPTY
    training: Training = NO_TRAINING

    def __post_init__(self) -> None:
        for kind in ITEM_KINDS:
            items = getattr(self, kind)
            if not isinstance(items, FrozenMap):
                object.__setattr__(self, kind, FrozenMap(items))
        object.__setattr__(self, "parameters", tuple(self.parameters))
        if not isinstance(self.links, _Ordered):
            object.__setattr__(self, "links", _ordered(self.links))

    def to_dict(self) -> dict[str, Any]:
        """Return the experiment as JSON-able data, of the form that files have."""
        from studio.document.form import to_dict

        return to_dict(self)

    @classmethod
    def from_dict(cls, data: object) -> Experiment:
        """Read what :meth:`to_dict` wrote; raises DocumentInvalid, whatever the data is."""
        from studio.document.form import from_dict

        return from_dict(data)

    def node(self, id: str) -> Node:
        """Return a node; raises ItemMissing."""
        if id not in self.nodes:
            raise ItemMissing(kind="node", id=id)
        return self.nodes[id]

    def item(self, id: str) -> Item:
        """Return a node, group, frame or note; raises ItemMissing."""
        for kind in ITEM_KINDS:
            items: Mapping[str, Item] = getattr(self, kind)
            if id in items:
                return items[id]
        raise ItemMissing(kind="item", id=id)

    def with_items(
        self, put: Iterable[Item] = (), drop: Iterable[str] = (), **fields: Any
    ) -> Experiment:
        """Return a copy in which items are set or gone, and other fields as given."""
        new: dict[str, dict[str, Item]] = {kind: {} for kind in ITEM_KINDS}
        for item in put:
            new[_KIND_OF[type(item)]][item.id] = item
        gone = frozenset(drop)
        for kind, items in new.items():
            old: FrozenMap[Item] = getattr(self, kind)
            if items or any(id in old for id in gone):
                fields[kind] = old.with_items(items, gone)
        return replace(self, **fields) if fields else self

    def __contains__(self, id: object) -> bool:
        return any(id in getattr(self, kind) for kind in ITEM_KINDS)

    def ids(self) -> set[str]:
        """Return the ids of all nodes, groups, frames and notes."""
        return {id for kind in ITEM_KINDS for id in getattr(self, kind)}

    def links_into(self, node: str) -> tuple[Link, ...]:
        """Return the links that end at a node, by input and in order."""
        return self._into.get(node, ())

    def links_from(self, node: str) -> tuple[Link, ...]:
        """Return the links that begin at a node."""
        return self._out_of.get(node, ())

    def sources(self, node: str) -> list[str]:
        """Return the nodes that a node takes its inputs from."""
        return list(dict.fromkeys(link.source for link in self.links_into(node)))

    def targets(self, node: str) -> list[str]:
        """Return the nodes that take an input from a node."""
        return list(dict.fromkeys(link.target for link in self.links_from(node)))

    def upstream(self, ids: Iterable[str]) -> frozenset[str]:
        """Return the nodes that ``ids`` need, and ``ids`` themselves."""
        return graph.reached(ids, self.sources)

    def downstream(self, ids: Iterable[str]) -> frozenset[str]:
        """Return the nodes that need ``ids``, and ``ids`` themselves."""
        return graph.reached(ids, self.targets)

    def topological(self) -> list[str]:
        """Return all nodes, each after what it needs, ties by id; raises CycleFound."""
        return graph.topological(self.nodes, self.sources, self.targets)

    def cycles(self) -> list[list[str]]:
        """Return the sets of nodes that wait for one another, each sorted by id."""
        return graph.cycles(self.nodes, self.sources)

    def members(self, group: str) -> tuple[str, ...]:
        """Return the nodes and groups directly in a group."""
        return self._members.get(group, ())

    def within(self, groups: Iterable[str]) -> frozenset[str]:
        """Return the nodes and groups in some groups, however deep, and those groups themselves."""
        return graph.reached(groups, self.members)

    def parameter_values(self, given: Mapping[str, Any] = EMPTY) -> dict[str, Any]:
        """Return the values of the experiment's parameters that have one."""
        values = {item.name: item.default for item in self.parameters if item.default is not None}
        return {**values, **{key: given[key] for key in given}}

    def params_of(self, node: str, given: Mapping[str, Any] = EMPTY) -> dict[str, Any]:
        """Return a node's parameters as JSON-able data, bound ones with the value bound to.

        ``given`` are values for the experiment's parameters that stand over their defaults.
        """
        found = self.node(node)
        values = self.parameter_values(given)
        bound = {field: values[name] for field, name in found.bindings.items() if name in values}
        params: dict[str, Any] = thaw({**found.params, **bound})
        return params

    @cached_property
    def _into(self) -> dict[str, tuple[Link, ...]]:
        return {node: tuple(links) for node, links in groupby(self.links, lambda link: link.target)}

    @cached_property
    def _out_of(self) -> dict[str, tuple[Link, ...]]:
        found: dict[str, list[Link]] = {}
        for link in self.links:
            found.setdefault(link.source, []).append(link)
        return {node: tuple(links) for node, links in found.items()}

    @cached_property
    def _members(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        items: list[Node | Group] = [*self.nodes.values(), *self.groups.values()]
        for item in items:
            if item.group is not None:
                found.setdefault(item.group, []).append(item.id)
        return {group: tuple(ids) for group, ids in found.items()}


class _Ordered(tuple[Link, ...]):
    """Links that are in their fixed order already, so that copies need not sort them again."""

    __slots__ = ()


def _ordered(links: Iterable[Link]) -> tuple[Link, ...]:
    """Return links in their fixed order, those of one input counted from 0."""
    by_input = sorted(
        links,
        key=lambda link: (
            link.target,
            link.target_port,
            link.order,
            link.source,
            link.source_port,
        ),
    )
    ordered: list[Link] = []
    for link in by_input:
        last = ordered[-1] if ordered else None
        follows = last is not None and last.end == link.end
        order = last.order + 1 if last is not None and follows else 0
        ordered.append(link if link.order == order else Link(*link.ends, order))
    return _Ordered(ordered)
