"""A predictive experiment made anew after retraining, with the person's own changes kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from studio.document.experiment import Experiment
from studio.document.frozen import FrozenMap, same, thaw
from studio.document.items import ExperimentParameter, Link, Node
from studio.document.naming import FreshIds
from studio.export.predictive.feeds import Feeds, feeds_of, merged_feeds
from studio.export.predictive.places import New, placed
from studio.export.predictive.report import Entry, Prediction

T = TypeVar("T")


def made_of(predictive: Experiment) -> Experiment:
    """Return a predictive experiment as it was made, without what the person has changed since."""
    made = thaw(predictive.training.made)
    return Experiment.from_dict({"format": 1, "experiment": {"id": predictive.id, **made}})


def updated(mine: Experiment, base: Experiment, new: Prediction) -> Prediction:
    """Return a new conversion with what the person changed in the predictive experiment.

    Args:
        mine: The predictive experiment as it is now.
        base: The same as it was made; see :func:`made_of`.
        new: The conversion of the training experiment as it is now.

    The report gets a line for each change of the person's: whether it was kept or is lost.
    """
    mine = _apart(mine, base, new.experiment)
    merge = _Merge(mine, base, new)
    experiment = merge.experiment()
    return replace(new, experiment=experiment, report=(*new.report, *merge.report))


def _apart(mine: Experiment, base: Experiment, new: Experiment) -> Experiment:
    """Return the person's experiment, nodes of theirs renamed whose ids the new one needs."""
    ids = FreshIds(mine.with_items(new.nodes.values()))
    clash = {id: ids.id_for(id) for id in mine.nodes if id in new.nodes and id not in base.nodes}
    if not clash:
        return mine
    links = tuple(
        replace(
            link,
            source=clash.get(link.source, link.source),
            target=clash.get(link.target, link.target),
        )
        for link in mine.links
    )
    renamed = [replace(mine.nodes[old], id=name) for old, name in clash.items()]
    return mine.with_items(renamed, clash, links=links)


@dataclass
class _Merge:
    """Three states of one experiment becoming one: the person's, the common origin, the new."""

    mine: Experiment
    base: Experiment
    new: Prediction
    report: list[Entry] = field(default_factory=list)

    def experiment(self) -> Experiment:
        """Return the merged experiment."""
        new = self.new.experiment
        nodes = {node.id: node for node in self._nodes()}
        links = self._links(nodes)
        groups = {**new.groups, **self.mine.groups}
        nodes = {id: _grouped(node, groups) for id, node in nodes.items()}
        whole = Experiment(
            id=self.mine.id,
            name=_one(self.mine.name, self.base.name, new.name),
            description=_one(self.mine.description, self.base.description, new.description),
            seed=_one(self.mine.seed, self.base.seed, new.seed),
            parameters=tuple(self._parameters(nodes)),
            nodes=nodes,
            links=links,
            groups=groups,
            frames=self.mine.frames,
            notes=self.mine.notes,
            training=new.training,
        )
        self._tell_of_passed_by(whole)
        return placed(whole, list(self._arriving(whole)))

    def _nodes(self) -> Iterator[Node]:
        """Yield the nodes that there are afterwards."""
        new = self.new.experiment.nodes
        for id in dict.fromkeys((*new, *self.mine.nodes)):
            mine, base, made = self.mine.nodes.get(id), self.base.nodes.get(id), new.get(id)
            if mine is not None and base is None:
                self._tell("yours", mine, "{} stays: you added it.")
                yield mine
            elif made is not None and base is None:
                yield made
            elif made is not None and mine is None:
                self._tell("yours", made, "{} stays away: you removed it.")
            elif made is not None and mine is not None and base is not None:
                yield self._node(mine, base, made)
            elif mine is not None and base is not None and _differs(mine, base):
                why = "Training has no such step any more."
                self._tell("lost", mine, "{} is gone, and what you changed of it.", why)

    def _node(self, mine: Node, base: Node, made: Node) -> Node:
        """Return a node that all three have, each field as the one has it who changed it."""
        if not _differs(mine, base):
            return replace(made, position=mine.position, group=mine.group)
        if made.module != base.module == mine.module:
            why = "Training has another step in its place."
            self._tell("lost", mine, "What you changed of {} is gone.", why)
            return replace(made, position=mine.position, group=mine.group)
        self._tell("yours", mine, "What you changed of {} stays.")
        if mine.module != base.module:
            return mine
        return replace(
            mine,
            version=_one(mine.version, base.version, made.version),
            params=_by_name(mine.params, base.params, made.params),
            ranges=_by_name(mine.ranges, base.ranges, made.ranges),
            bindings=_by_name(mine.bindings, base.bindings, made.bindings),
            title=_one(mine.title, base.title, made.title),
            comment=_one(mine.comment, base.comment, made.comment),
            disabled=_one(mine.disabled, base.disabled, made.disabled),
        )

    def _links(self, nodes: Mapping[str, Node]) -> tuple[Link, ...]:
        """Return the links that there are afterwards."""
        mine, base = feeds_of(self.mine), feeds_of(self.base)
        feeds: Feeds = merged_feeds(mine, base, feeds_of(self.new.experiment), nodes)
        found = tuple(
            Link(*wire, node, port, place)
            for (node, port), wires in feeds.items()
            for place, wire in enumerate(wires)
        )
        for (node, port), wires in mine.items():
            if node in nodes and node in self.base.nodes and wires != base.get((node, port), ()):
                self._told_of_link(nodes[node], feeds.get((node, port), ()) == wires)
        if Experiment(nodes=nodes, links=found).cycles():
            self.report.append(Entry("lost", "", "The links that you drew are gone.", _CIRCLE))
            return tuple(x for x in self.new.experiment.links if {x.source, x.target} <= set(nodes))
        return found

    def _told_of_link(self, node: Node, is_kept: bool) -> None:
        if is_kept:
            self._tell("yours", node, "What you linked to {} stays.")
        else:
            why = "Training has other steps before it now."
            self._tell("yours", node, "What you linked to {} was fitted in again.", why)

    def _tell_of_passed_by(self, whole: Experiment) -> None:
        """Say which steps of training the person's links lead past, and did not before."""
        new = self.new.experiment
        ends = [id for id in new.nodes if not new.targets(id)]
        on_path = new.upstream(ends) & whole.nodes.keys()
        passed_by = on_path - whole.upstream(id for id in ends if id in whole.nodes)
        was = self.mine.nodes.keys() - self.mine.upstream(i for i in ends if i in self.mine.nodes)
        for id in sorted(passed_by - was):
            why = "Link it by hand where it belongs."
            self._tell("lost", whole.nodes[id], "The links that you drew lead past {}.", why)

    def _parameters(self, nodes: Mapping[str, Node]) -> Iterator[ExperimentParameter]:
        """Yield the experiment's parameters: the new ones as the person set them, and theirs."""
        mine, base, new = (
            {item.name: item for item in one.parameters}
            for one in (self.mine, self.base, self.new.experiment)
        )
        bound = {name for node in nodes.values() for name in node.bindings.values()}
        for name in dict.fromkeys((*new, *mine)):
            if name in new and name in mine:
                yield _one(mine[name], base.get(name, new[name]), new[name])
            elif name in new and (name not in base or name in bound):
                yield new[name]
            elif name in mine and (name not in base or name in bound):
                yield mine[name]

    def _arriving(self, whole: Experiment) -> Iterator[New]:
        """Yield the nodes that the person's experiment did not have, beside those they feed."""
        for id in whole.nodes:
            if id not in self.mine.nodes:
                wanted = self.new.experiment.nodes[id].position
                near = [*whole.targets(id), *whole.sources(id)]
                known = [node for node in near if node in self.mine.nodes]
                yield New(id, (known or list(self.mine.nodes) or [id])[0], "before", wanted)

    def _tell(self, action: Any, node: Node, what: str, why: str = "") -> None:
        text = what.replace("{}", f"“{node.shown_title}”")
        self.report.append(Entry(action, node.id, text, why))


_CIRCLE = "With the steps that training has now, they would lead in a circle."


def _one(mine: T, base: T, new: T) -> T:
    """Return the person's value where they changed it, else the new one."""
    return new if same(mine, base) else mine


def _differs(mine: Node, base: Node) -> bool:
    """Whether the person changed a node; where it stands does not count."""
    return replace(mine, position=base.position, group=base.group) != base


def _by_name(
    mine: Mapping[str, Any], base: Mapping[str, Any], new: Mapping[str, Any]
) -> FrozenMap[Any]:
    """Return values by name, each the person's where they changed it."""
    absent = object()
    found = {}
    for name in dict.fromkeys((*new, *mine)):
        value = _one(*(one.get(name, absent) for one in (mine, base, new)))
        if value is not absent:
            found[name] = value
    return FrozenMap(found)


def _grouped(node: Node, groups: Mapping[str, Any]) -> Node:
    return node if node.group is None or node.group in groups else replace(node, group=None)
