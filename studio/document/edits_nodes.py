"""Edits of single nodes: adding them, setting them, naming them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from studio.document.edit import Edit
from studio.document.errors import IdTaken, ItemMissing
from studio.document.experiment import Experiment
from studio.document.fields import Count, Flag, Identifier, ModuleId, Params, Text
from studio.document.frozen import EMPTY, FrozenMap, freeze_map, same
from studio.document.items import Frame, Group, Node


@dataclass(frozen=True)
class AddNode(Edit):
    """Put a node on the canvas."""

    phrase = "Add {node}"

    node: Node

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the node; raises IdTaken."""
        if self.node.id in experiment:
            raise IdTaken(id=self.node.id)
        if self.node.group is not None and self.node.group not in experiment.groups:
            raise ItemMissing(kind="group", id=self.node.group)
        return experiment.with_items([self.node])


@dataclass(frozen=True)
class SetFields(Edit):
    """Set some entries of one of a node's mappings, and take others out."""

    node: Identifier
    values: Params = EMPTY
    unset: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        self._set(values=freeze_map(self.values), unset=tuple(self.unset))

    def _merge(self, old: Mapping[str, Any]) -> FrozenMap[Any]:
        """Return the mapping after the edit; the same one when nothing changes."""
        kept = {key: value for key, value in old.items() if key not in self.unset}
        new = FrozenMap({**kept, **self.values})
        return old if isinstance(old, FrozenMap) and same(old, new) else new

    def label(self, experiment: Experiment) -> str:
        """Return “Set … of …”."""
        names = ", ".join(f"“{name}”" for name in (*self.values, *self.unset))
        return f"Set {names} of “{experiment.node(self.node).shown_title}”"


@dataclass(frozen=True)
class SetParams(SetFields):
    """Set parameters of a node; those in ``unset`` go back to the module's default."""

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the parameters set."""
        node = experiment.node(self.node)
        return _with(experiment, node, params=self._merge(node.params))

    @property
    def field_typed_into(self) -> tuple[str, str] | None:
        """The node and the parameter, where the edit sets just one."""
        one = len(self.values) == 1 and not self.unset
        return (self.node, next(iter(self.values))) if one else None


@dataclass(frozen=True)
class SetRanges(SetFields):
    """Set the values that a tuner tries for parameters of a node."""

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the ranges set."""
        node = experiment.node(self.node)
        return _with(experiment, node, ranges=self._merge(node.ranges))


@dataclass(frozen=True)
class SetBindings(SetFields):
    """Bind parameters of a node to parameters of the experiment, by name."""

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the bindings set."""
        node = experiment.node(self.node)
        return _with(experiment, node, bindings=self._merge(node.bindings))


@dataclass(frozen=True)
class SetModule(Edit):
    """Make a node another module, or the same in another version; links and place stay."""

    phrase = "Change {node} into {module}"

    node: Identifier
    module: ModuleId
    version: Count
    params: Params = EMPTY

    def __post_init__(self) -> None:
        self._set(params=freeze_map(self.params))

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the other module."""
        node = experiment.node(self.node)
        return _with(experiment, node, module=self.module, version=self.version, params=self.params)


@dataclass(frozen=True)
class Rename(Edit):
    """Give a node, a group or a frame another title."""

    phrase = "Rename to {title}"

    item: Identifier
    title: Text

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the new title."""
        item = experiment.item(self.item)
        if not isinstance(item, Node | Group | Frame):
            raise ItemMissing(kind="node, group or frame", id=self.item)
        if item.title == self.title:
            return experiment
        return experiment.with_items([replace(item, title=self.title)])


@dataclass(frozen=True)
class SetComment(Edit):
    """Write a comment on a node or a group."""

    phrase = "Comment {item}"

    item: Identifier
    comment: Text

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the comment."""
        item = experiment.item(self.item)
        if not isinstance(item, Node | Group):
            raise ItemMissing(kind="node or group", id=self.item)
        if item.comment == self.comment:
            return experiment
        return experiment.with_items([replace(item, comment=self.comment)])


@dataclass(frozen=True)
class SetDisabled(Edit):
    """Switch nodes off, or on again."""

    phrase = "Switch {nodes} on or off"

    nodes: tuple[Identifier, ...]
    disabled: Flag = True

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the nodes switched."""
        nodes = [experiment.node(id) for id in self.nodes]
        return experiment.with_items(
            replace(node, disabled=self.disabled)
            for node in nodes
            if node.disabled != self.disabled
        )


def _with(experiment: Experiment, node: Node, **fields: Any) -> Experiment:
    """Return the experiment with a node's fields set; the same one when nothing changes."""
    if all(same(getattr(node, name), value) for name, value in fields.items()):
        return experiment
    return experiment.with_items([replace(node, **fields)])
