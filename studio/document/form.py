"""The form of an experiment as data: what it does in one section, where things stand in another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from studio.document.errors import DocumentInvalid
from studio.document.experiment import Experiment
from studio.document.fields import Count, Identifier, PortName, Position, Seed, Text, read
from studio.document.frozen import FrozenMap, same, thaw
from studio.document.graph import cycles
from studio.document.items import (
    NO_TRAINING,
    Entered,
    ExperimentParameter,
    Frame,
    Group,
    Item,
    Link,
    Node,
    Note,
    Training,
)

FORMAT = 2
"""The newest format; migrations.py brings older ones up to it.

Format 2 brought where a predictive experiment comes from. A document that has nothing of the kind
is still written in format 1, so that a studio which knows no other can read it.
"""

Entries = dict[str, dict[str, Any]]
AnyItem = TypeVar("AnyItem", bound=Item)


@dataclass(frozen=True)
class Logic(Entered):
    """The section that says what the experiment does."""

    id: Identifier
    name: Text = ""
    description: Text = ""
    seed: Seed = 0
    parameters: list[dict[str, Any]] = field(default_factory=list)
    nodes: Entries = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    groups: Entries = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout(Entered):
    """The section that says where things stand."""

    nodes: dict[str, Position] = field(default_factory=dict)
    groups: Entries = field(default_factory=dict)
    frames: Entries = field(default_factory=dict)
    notes: Entries = field(default_factory=dict)


@dataclass(frozen=True)
class Form(Entered):
    """A whole document."""

    format: Count
    experiment: dict[str, Any]
    layout: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PortOfNode(Entered):
    """One end of a link."""

    node: Identifier
    port: PortName


def to_dict(experiment: Experiment) -> dict[str, Any]:
    """Return an experiment as JSON-able data; fields that have their default are left out."""
    logic = {
        "id": experiment.id,
        "name": experiment.name,
        "description": experiment.description,
        "seed": experiment.seed,
        "parameters": [_entries(parameter) for parameter in experiment.parameters],
        "nodes": _section(experiment.nodes, leave_out=("id", "position")),
        "links": _link_entries(experiment.links),
        "groups": _section(experiment.groups, leave_out=("id", "position", "collapsed")),
    }
    layout = {
        "nodes": {id: list(node.position) for id, node in experiment.nodes.items()},
        "groups": _section(experiment.groups, leave_out=("id", "title", "comment", "parent")),
        "frames": _section(experiment.frames, leave_out=("id",)),
        "notes": _section(experiment.notes, leave_out=("id",)),
    }
    if experiment.training == NO_TRAINING:
        return {"format": 1, "experiment": logic, "layout": layout}
    logic["training"] = _entries(experiment.training)
    return {"format": FORMAT, "experiment": logic, "layout": layout}


def from_dict(data: object) -> Experiment:
    """Return the experiment that data describes; raises DocumentInvalid, whatever the data is."""
    form = read(Form, data, "The document")
    if not 1 <= form.format <= FORMAT:
        raise DocumentInvalid(where="The document", reason=f"“format” must be 1 to {FORMAT}")
    logic = read(Logic, form.experiment, "Section “experiment”")
    layout = read(Layout, form.layout, "Section “layout”")
    positions = {id: {"position": position} for id, position in layout.nodes.items()}
    experiment = Experiment(
        id=logic.id,
        name=logic.name,
        description=logic.description,
        seed=logic.seed,
        parameters=tuple(_parameter(entry, n) for n, entry in enumerate(logic.parameters, 1)),
        nodes=_items(Node, "Node", logic.nodes, positions),
        links=tuple(_links(logic.links)),
        groups=_items(Group, "Group", logic.groups, layout.groups),
        frames=_items(Frame, "Frame", layout.frames, {}),
        notes=_items(Note, "Note", layout.notes, {}),
        training=read(Training, logic.training, "Section “training”"),
    )
    require_sound(experiment)
    return experiment


def require_sound(experiment: Experiment) -> None:
    """Raise DocumentInvalid where the parts of an experiment do not fit together."""
    _require_unique(experiment)
    for link in experiment.links:
        for node in (link.source, link.target):
            if node not in experiment.nodes:
                raise DocumentInvalid(where=f"Link “{link}”", reason=f"there is no node “{node}”")
    members: list[Node | Group] = [*experiment.nodes.values(), *experiment.groups.values()]
    for item in members:
        if item.group is not None and item.group not in experiment.groups:
            where = f"{type(item).__name__} “{item.id}”"
            raise DocumentInvalid(where=where, reason=f"there is no group “{item.group}”")
    parents = {
        id: [group.parent] if group.parent else [] for id, group in experiment.groups.items()
    }
    circles = cycles(parents, parents.__getitem__)
    if circles:
        raise DocumentInvalid(where=f"Group “{circles[0][0]}”", reason="it is inside itself")


def _require_unique(experiment: Experiment) -> None:
    names = [parameter.name for parameter in experiment.parameters]
    kinds = (experiment.nodes, experiment.groups, experiment.frames, experiment.notes)
    ids = [id for items in kinds for id in items]
    for what, found in (("parameters", names), ("things", ids)):
        twice, times = next(iter(Counter(found).most_common(1)), ("", 0))
        if times > 1:
            reason = f"two {what} are called “{twice}”"
            raise DocumentInvalid(where="Section “experiment”", reason=reason)


def _section(items: Mapping[str, Item], leave_out: tuple[str, ...]) -> Entries:
    return {id: _entries(item, leave_out) for id, item in items.items()}


def _entries(
    value: Item | ExperimentParameter | Training, leave_out: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return the fields of a value that differ from their defaults."""
    found = {}
    for item in fields(value):
        content = getattr(value, item.name)
        if item.name not in leave_out and not same(content, item.default):
            found[item.name] = thaw(content)
    return found


def _link_entries(links: Iterable[Link]) -> dict[str, list[str]]:
    """Return the outputs that each input is linked to, in order."""
    found: dict[str, list[str]] = {}
    for link in links:
        found.setdefault(link.end, []).append(link.start)
    return found


def _parameter(entry: dict[str, Any], number: int) -> ExperimentParameter:
    name = entry.get("name")
    where = f"Parameter “{name}”" if isinstance(name, str) else f"Parameter {number}"
    return read(ExperimentParameter, entry, f"Experiment: {where}")


def _items(
    cls: type[AnyItem], kind: str, logic: Entries, layout: Mapping[str, Mapping[str, Any]]
) -> FrozenMap[AnyItem]:
    """Read a section, each item with its geometry; geometry without an item is passed over."""
    found = {}
    for id, entry in logic.items():
        place = layout.get(id, {})
        both = sorted(set(entry) & {"id", *place})
        if both:
            reason = f"“{both[0]}” does not belong here"
            raise DocumentInvalid(where=f"{kind} “{id}”", reason=reason)
        found[id] = read(cls, {**entry, **place, "id": id}, f"{kind} “{id}”")
    return FrozenMap(found)


def _links(entries: Mapping[str, list[str]]) -> Iterable[Link]:
    for end, starts in entries.items():
        target = _port(end, f"Links into “{end}”")
        for order, start in enumerate(starts):
            source = _port(start, f"Link “{start} → {end}”")
            yield Link(source.node, source.port, target.node, target.port, order)


def _port(text: str, where: str) -> PortOfNode:
    node, dot, port = text.partition(".")
    if not dot:
        raise DocumentInvalid(where=where, reason=f"“{text}” must be a node, a dot and a port")
    return read(PortOfNode, {"node": node, "port": port}, where)
