"""A predictive experiment while it is being put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from studio.document.frozen import EMPTY
from studio.document.items import Link, Node
from studio.document.naming import FreshIds
from studio.engine.plan import Wire
from studio.export.predictive.flow import Facts, Flow
from studio.export.predictive.places import New
from studio.export.predictive.report import Action, Entry, Frozen, Saved, Trouble
from studio.registry import shapes
from studio.sdk.module import Module
from studio.sdk.saved import SavedKind, name_like

_KINDS: Mapping[str, SavedKind] = {"Table": "dataset", "Model": "model", "Transform": "transform"}


@dataclass
class Builder:
    """The nodes and links of a predictive experiment, and what is said of them.

    Attributes:
        model: The output of the training experiment that gives the model that answers.
        where: For an output of the training experiment that a request passes, the output of the
            predictive one that has its rows.
        new: The nodes that have no place of their own yet.
        taken: The nodes of the training experiment of which the report has a line.
    """

    flow: Flow
    facts: Facts
    model: Wire
    nodes: dict[str, Node] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    where: dict[Wire, Wire] = field(default_factory=dict)
    new: list[New] = field(default_factory=list)
    saved: dict[Wire, Saved] = field(default_factory=dict)
    frozen: list[Frozen] = field(default_factory=list)
    report: list[Entry] = field(default_factory=list)
    problems: list[Trouble] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ids = FreshIds(self.flow.experiment)

    def tell(self, action: Action, node: str, what: str, why: str = "") -> None:
        """Add a line to the report; ``{}`` in it stands for the node's title."""
        titled = self.nodes[node].title if node not in self.flow.steps else self.flow.title(node)
        self.report.append(Entry(action, node, what.replace("{}", f"“{titled}”"), why))

    def keep(self, node: str) -> None:
        """Take a node over as it is, without its links."""
        self.nodes[node] = self.flow.experiment.nodes[node]

    def keep_with_sources(self, node: str) -> None:
        """Take a node over with everything that it needs."""
        for each in sorted(self.flow.ancestors(node) - self.nodes.keys()):
            self.keep(each)
            for port, place, wire in self.flow.wires(each):
                self.link(self.where.get(wire, wire), each, port.name, place)

    def put(self, id: str, cls: type[Module], title: str) -> None:
        """Put another module in the place of a node of the training experiment."""
        old = self.flow.experiment.nodes[id]
        self.nodes[id] = Node(
            id=id,
            module=cls.meta.id,
            version=cls.meta.version,
            title=title,
            comment=old.comment,
            group=old.group,
            position=old.position,
        )

    def add(
        self,
        stem: str,
        cls: type[Module],
        title: str,
        near: str,
        side: Literal["before", "after"],
        params: Mapping[str, Any] = EMPTY,
    ) -> str:
        """Add a node that the training experiment does not have, beside one that is there."""
        id = self._ids.id_for(stem)
        self.nodes[id] = Node(
            id=id,
            module=cls.meta.id,
            version=cls.meta.version,
            params=params,
            title=title,
            group=self.nodes[near].group,
        )
        self.new.append(New(id, near, side))
        return id

    def link(self, wire: Wire, node: str, port: str, place: int = 0) -> None:
        """Draw a link."""
        self.links.append(Link(*wire, node, port, place))

    def bring(self, wire: Wire, near: str) -> Wire:
        """Return the output that brings a value of the training run, saved for good.

        A model takes the place of the node that trained it, where that is free.
        """
        kind = self.facts.about(wire)["kind"]
        cls = shapes.bringer(self.flow.registry, kind)
        port = cls.outputs()[0].name
        if wire in self.saved:
            return self.saved[wire].into, port
        title = "Trained model" if wire == self.model else self.flow.title(wire[0])
        into = wire[0]
        if kind == "Model" and into not in self.nodes:
            self.put(into, cls, title)
        else:
            into = self.add(f"{wire[0]}-{kind.lower()}", cls, title, near, "before")
        param = cls.parameters()[0].name
        self.saved[wire] = Saved(*wire, _KINDS[kind], self._name(wire), into, param)
        return into, port

    def _name(self, wire: Wire) -> str:
        """Return a name to save a value under, that nothing else of the conversion has."""
        what = "trained model" if wire == self.model else self.flow.title(wire[0])
        name = name_like(self.flow.experiment.name, f" [{name_like(what)[:40]}]")
        taken = {saved.name.casefold() for saved in self.saved.values()}
        number = 2
        while name.casefold() in taken:
            name = name_like(self.flow.experiment.name, f" [{name_like(what)[:40]} {number}]")
            number += 1
        return name
