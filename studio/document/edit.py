"""The edit: one change of an experiment that knows its inverse."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from studio.document.change import META, Change, Difference
from studio.document.experiment import Experiment
from studio.document.fields import Identifier, Seed, Text
from studio.document.frozen import thaw
from studio.document.items import Entered, ExperimentParameter, Fragment, Link, Node, Training


@dataclass(frozen=True)
class Edit(Entered, ABC):
    """A change of an experiment; a frozen dataclass that says only what it changes."""

    kind: ClassVar[str]
    phrase: ClassVar[str]
    """What Undo calls it; fields of the edit stand in braces."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    @abstractmethod
    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment after the edit; raises StudioError where it cannot be done."""

    def label(self, experiment: Experiment) -> str:
        """Return what the edit does, as Undo names it; ``experiment`` is the state before."""
        named = {item.name: _shown(getattr(self, item.name), experiment) for item in fields(self)}
        return self.phrase.format_map(named)

    def apply(self, experiment: Experiment) -> tuple[Experiment, Edit, Change]:
        """Return the experiment after the edit, the edit that takes it back, and what changed."""
        after = self.changed(experiment)
        found = Difference.between(experiment, after)
        return after, _patch(found.new, found.old, found.old_meta), Change.of(found)

    @property
    def field_typed_into(self) -> tuple[str, str] | None:
        """The node and the field that the edit types into; such edits become one step of Undo."""
        return None

    def to_dict(self) -> dict[str, Any]:
        """Return the edit as JSON-able data."""
        return {"edit": self.kind, **_plain_fields(self)}


@dataclass(frozen=True)
class Patch(Edit):
    """Put and drop exactly these things: the inverse of any edit."""

    phrase = "Restore"

    put: Fragment = field(default_factory=Fragment)
    drop: tuple[Identifier, ...] = ()
    drop_links: tuple[Link, ...] = ()
    name: Text | None = None
    description: Text | None = None
    seed: Seed | None = None
    parameters: tuple[ExperimentParameter, ...] | None = None
    training: Training | None = None

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with everything put and dropped."""
        new = {name: getattr(self, name) for name in META if getattr(self, name) is not None}
        if self.put.links or self.drop_links:
            gone = set(self.drop_links)
            kept = tuple(link for link in experiment.links if link not in gone)
            new["links"] = kept + self.put.links
        return experiment.with_items(self.put.items, self.drop, **new)


def difference(before: Experiment, after: Experiment) -> Patch:
    """Return the edit that leads from one state of an experiment to another."""
    found = Difference.between(before, after)
    return _patch(found.old, found.new, found.new_meta)


def _patch(old: Fragment, new: Fragment, meta: Mapping[str, Any]) -> Patch:
    kept = {item.id for item in new.items}
    drop = tuple(item.id for item in old.items if item.id not in kept)
    return Patch(put=new, drop=drop, drop_links=old.links, **meta)


def _shown(value: object, experiment: Experiment) -> str:
    """Return a field of an edit as Undo names it: titles for ids, a number for several things."""
    if isinstance(value, Link):
        return f"{_shown(value.source, experiment)} to {_shown(value.target, experiment)}"
    if isinstance(value, tuple | Mapping):
        return _shown(next(iter(value)), experiment) if len(value) == 1 else f"{len(value)} things"
    if isinstance(value, Node):
        return f"“{value.shown_title}”"
    item = experiment.item(value) if isinstance(value, str) and value in experiment else None
    title = item.shown_title if isinstance(item, Node) else getattr(item, "title", "a note")
    return f"“{title or 'without title'}”" if item is not None else f"“{value}”"


def _plain_fields(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass that differ from their defaults, as JSON-able data."""
    found = {item.name: getattr(value, item.name) for item in fields(value)}
    return {
        item.name: _plain(found[item.name])
        for item in fields(value)
        if found[item.name] is not item.default
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Edit):
        return value.to_dict()
    if isinstance(value, Entered):
        return _plain_fields(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return thaw(value)
