"""All edits, several at once, and how they are read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, InstanceOf

from studio.document.edit import Edit, Patch, difference
from studio.document.edits_canvas import (
    AddFrame,
    AddGroup,
    AddNote,
    Collapse,
    Move,
    MoveToGroup,
    Remove,
    SetFrame,
    SetNote,
)
from studio.document.edits_links import Connect, Disconnect, InsertOnLink
from studio.document.edits_nodes import (
    AddNode,
    Rename,
    SetBindings,
    SetComment,
    SetDisabled,
    SetModule,
    SetParams,
    SetRanges,
)
from studio.document.errors import DocumentInvalid
from studio.document.experiment import Experiment
from studio.document.fields import Identifier, Position, Seed, Text, read
from studio.document.items import ExperimentParameter, Fragment, Training
from studio.document.paste import fitted

__all__ = [
    "AddFrame", "AddGroup", "AddNode", "AddNote", "Batch", "Collapse", "Connect", "Disconnect",
    "Edit", "InsertOnLink", "Move", "MoveToGroup", "Paste", "Patch", "Remove", "Rename",
    "SetBindings", "SetComment", "SetDisabled", "SetExperiment", "SetFrame", "SetModule", "SetNote",
    "SetParams", "SetRanges", "difference", "read_edit",
]  # fmt: skip


@dataclass(frozen=True)
class SetExperiment(Edit):
    """Set the experiment's own fields; what is None stays."""

    phrase = "Set the experiment's properties"

    name: Text | None = None
    description: Text | None = None
    seed: Seed | None = None
    parameters: tuple[ExperimentParameter, ...] | None = None
    training: Training | None = None

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the fields set; raises DocumentInvalid."""
        names = [parameter.name for parameter in self.parameters or ()]
        if len(set(names)) < len(names):
            raise DocumentInvalid(where="Parameters", reason="two have the same name")
        patch = Patch(
            name=self.name,
            description=self.description,
            seed=self.seed,
            parameters=self.parameters,
            training=self.training,
        )
        return patch.changed(experiment)


@dataclass(frozen=True)
class Paste(Edit):
    """Put a part of an experiment in, with fresh ids and with titles that are not taken."""

    phrase = "Paste"

    fragment: Fragment
    offset: Position = (0.0, 0.0)
    group: Identifier | None = None

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment with the part in it."""
        put = fitted(self.fragment, experiment, self.offset, self.group)
        return Patch(put=put).changed(experiment)


def read_edit(data: object) -> Edit:
    """Return the edit that :meth:`Edit.to_dict` wrote; raises DocumentInvalid."""
    kind = data.get("edit") if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(kind, str) or kind not in _KINDS:
        raise DocumentInvalid(where="An edit", reason="it is of no known kind")
    fields = {key: value for key, value in data.items() if key != "edit"}
    edit: Edit = read(_KINDS[kind], fields, f"Edit “{kind}”")
    return edit


@dataclass(frozen=True)
class Batch(Edit):
    """Several edits as one step."""

    edits: tuple[Annotated[InstanceOf[Edit], BeforeValidator(read_edit)], ...]
    text: Text = ""

    def changed(self, experiment: Experiment) -> Experiment:
        """Return the experiment after all of the edits; none is done where one cannot be."""
        for edit in self.edits:
            experiment = edit.changed(experiment)
        return experiment

    def label(self, experiment: Experiment) -> str:
        """Return the given text, or the first edit's."""
        return self.text or (self.edits[0].label(experiment) if self.edits else "")


_KINDS: dict[str, type[Any]] = {
    cls.kind: cls
    for cls in (
        AddFrame, AddGroup, AddNode, AddNote, Batch, Collapse, Connect, Disconnect, InsertOnLink,
        Move, MoveToGroup, Paste, Patch, Remove, Rename, SetBindings, SetComment, SetDisabled,
        SetExperiment, SetFrame, SetModule, SetNote, SetParams, SetRanges,
    )
}  # fmt: skip
