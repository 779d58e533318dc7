"""The Python API: experiments built and run from a script, as people do it on the canvas."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio.api.handles import (
    ExperimentRefused,
    ForeignNode,
    GivenTwice,
    KindMismatch,
    Node,
    NotAnInput,
    NotANode,
    Output,
    TooManyInputs,
    ValueRefused,
)
from studio.document import edits, layout, storage
from studio.document import experiment as document
from studio.document.errors import DocumentInvalid
from studio.document.items import Link
from studio.document.naming import new_node
from studio.engine.engine import Engine
from studio.registry.discovery import open_registry
from studio.sdk.errors import Problem
from studio.sdk.module import Module, Port
from studio.sdk.params import Parameter
from studio.sdk.schema import TableSchema
from studio.session import engines, lookup
from studio.session.file_paths import absolute, moved_paths, new_document
from studio.session.run_result import Run, RunCancelled, RunFailed
from studio.session.values import not_storable, plain, wrong_values

Place = Node | Output | str
"""A node, one of its outputs, or a node's id or unique title."""


class Experiment:
    """An experiment: modules as nodes, wired by their ports, run as a whole or in part.

    Relative paths start from the folder that the experiment was opened from or saved in, and before
    that from the current one.
    """

    def __init__(self, name: str = "", seed: int = 0, description: str = "") -> None:
        self._registry = open_registry()
        self._path: Path | None = None
        facts = edits.SetExperiment(name=name, seed=seed, description=description)
        try:
            made = facts.changed(document.Experiment())
            self._document = document.Experiment.from_dict(made.to_dict())
        except DocumentInvalid as error:
            raise ExperimentRefused(reason=error.fields["reason"]) from None

    # What it is

    @property
    def name(self) -> str:
        """The experiment's name."""
        return self._document.name

    @property
    def seed(self) -> int:
        """The number that every random choice of its nodes comes from."""
        return self._document.seed

    @property
    def path(self) -> Path | None:
        """The file it was opened from or saved in."""
        return self._path

    @property
    def base(self) -> Path:
        """The folder that relative paths start from."""
        return self._path.parent if self._path is not None else Path.cwd()

    @property
    def nodes(self) -> list[Node]:
        """Handles of all nodes, each after what it needs where there is no circle."""
        order = self._document.nodes if self._document.cycles() else self._document.topological()
        return [Node(self, id) for id in order]

    @property
    def document(self) -> document.Experiment:
        """The experiment as the frozen value that files hold and the engine runs."""
        return self._document

    def module_of(self, node: str) -> type[Module]:
        """Return the class of a node's module; raises NameUnknown where it is not installed."""
        return lookup.find_module(self._registry, self._document.node(node).module)

    def __getitem__(self, name: str) -> Node:
        """Return a handle of a node by its id or unique title; raises NameUnknown."""
        return Node(self, lookup.find_node(self._document, name))

    def __repr__(self) -> str:
        return f"<Experiment {self.name!r}: {len(self._document.nodes)} nodes>"

    def to_dict(self) -> dict[str, Any]:
        """Return the experiment as JSON-able data, of the form that files have."""
        return self._document.to_dict()

    # Building it

    def add(self, module_id: str, /, *inputs: object, **params_or_ports: object) -> Node:
        """Add a node and return its handle.

        Positional arguments are wired to the inputs in their order; a node stands for its first
        output, ``node["port"]`` for another, a list for several links of one input. Keyword
        arguments are parameters, or inputs by name. Raises StudioError, naming what is near, for a
        module, parameter or port that is not there, a value that cannot be, and a link that does
        not fit.
        """
        cls = lookup.find_module(self._registry, module_id)
        before = self._document
        node = new_node(before, cls)
        self._apply(edits.AddNode(node))
        try:
            self.set(node.id, **self._by_name(cls, inputs, params_or_ports))
        except BaseException:
            self._document = before
            raise
        return Node(self, node.id)

    def set(self, node: Place, /, **params_or_ports: object) -> None:
        """Set parameters of a node and link its inputs, by name: all of them, or none."""
        id = self._id(node)
        cls = self.module_of(id)
        params: dict[str, Any] = {}
        links: list[edits.Edit] = []
        for name, value in params_or_ports.items():
            found = self._declared(cls, name)
            if isinstance(found, Port):
                links += self._links(id, found, value)
            elif isinstance(value, Node | Output):
                raise NotAnInput(title=cls.meta.title, name=name)
            else:
                params[name] = plain(found, value)
        wrong = not_storable(cls, params)
        wrong = wrong or wrong_values(cls, {**self._document.params_of(id), **params})
        if wrong:
            raise ValueRefused(title=self._document.nodes[id].shown_title, reason=" ".join(wrong))
        self._apply(edits.Batch((edits.SetParams(id, params), *links)))

    def reset(self, node: Place, *names: str) -> None:
        """Set parameters of a node back to the module's defaults: those named, or all."""
        id = self._id(node)
        unset = names or tuple(self._document.nodes[id].params)
        self._apply(edits.SetParams(id, {}, unset))

    def remove(self, *nodes: Place) -> None:
        """Take nodes away, with their links."""
        self._apply(edits.Remove(tuple(self._id(node) for node in nodes)))

    def rename(self, node: Place, title: str) -> None:
        """Give a node another title."""
        self._apply(edits.Rename(self._id(node), title))

    def comment(self, node: Place, text: str) -> None:
        """Write a comment on a node."""
        self._apply(edits.SetComment(self._id(node), text))

    def disable(self, *nodes: Place, disabled: bool = True) -> None:
        """Switch nodes off, or on again."""
        self._apply(edits.SetDisabled(tuple(self._id(node) for node in nodes), disabled))

    def arrange(self) -> None:
        """Place all nodes in columns, left to right."""
        self._apply(edits.Move(layout.arranged(self._document)))

    def copy(self, name: str | None = None) -> Experiment:
        """Return an experiment of its own with the same content and the same base."""
        twin = Experiment.__new__(Experiment)
        twin._registry, twin._path = self._registry, self._path
        twin._document = replace(self._document, id=document.new_id())
        if name is not None:
            twin._apply(edits.SetExperiment(name=name))
        return twin

    # Looking at it

    def check(self, workspace: str | os.PathLike[str] | None = None) -> list[tuple[str, Problem]]:
        """Return what is wrong without a run: ids of nodes (empty for the whole) and problems."""
        return engines.check(self._engine(workspace), self._document, self.base)

    def schema(
        self, place: Place, workspace: str | os.PathLike[str] | None = None
    ) -> TableSchema | None:
        """Return the columns that a table output will have, as far as known before a run."""
        described = self._engine(workspace).describe(self._document, self.base)
        schemas = described.schemas.get(self._id(place), {})
        port = place.port if isinstance(place, Output) else next(iter(schemas), "")
        found = schemas.get(port)
        return None if found is None else TableSchema.from_dict(found)

    # Running it

    def run(
        self,
        workspace: str | os.PathLike[str] | None = None,
        targets: Place | Iterable[Place] = (),
        *,
        fresh: Place | Iterable[Place] = (),
        progress: bool | None = None,
    ) -> Run:
        """Run the experiment, or what ``targets`` need, and wait; results are kept and reused.

        Args:
            workspace: The folder of results and history; by default the one of the settings.
            targets: The nodes whose results are wanted; all where none is named.
            fresh: Nodes to run again although their results are kept.
            progress: Whether to show how far the run is; by default on a terminal only.

        Raises RunFailed, whose ``run`` has the results that there are, and RunCancelled.
        """
        run = engines.run(
            self._engine(workspace),
            self._document,
            self.base,
            targets=self._ids(targets),
            fresh=self._ids(fresh),
            progress=progress,
        )
        if run.finished == "failed":
            raise RunFailed(run)
        if run.finished == "cancelled":
            raise RunCancelled(run)
        return run

    # Keeping it

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the experiment to a file, whole or not at all, and return its path.

        Paths of files inside the document's folder become relative to it; others keep pointing to
        the same files. Nodes that nobody has placed are arranged. Raises SaveFailed.
        """
        target = absolute(new_document(Path(path)))
        moved = moved_paths(self._document, self._registry, self.base, target.parent)
        content = edits.Batch(tuple(moved)).changed(self._document)
        if not layout.is_placed(content):
            content = edits.Move(layout.arranged(content)).changed(content)
        storage.save(content, target)
        self._document, self._path = content, target
        return target

    # Inside

    def _apply(self, edit: edits.Edit) -> None:
        self._document = edit.changed(self._document)

    def _engine(self, workspace: str | os.PathLike[str] | None) -> Engine:
        return engines.shared_engine(None if workspace is None else Path(workspace))

    def _id(self, place: Place) -> str:
        owner = place.node if isinstance(place, Output) else place
        if isinstance(owner, Node):
            if owner.owner is not self:
                raise ForeignNode(node=owner.id)
            return self._document.node(owner.id).id
        return lookup.find_node(self._document, owner)

    def _ids(self, places: Place | Iterable[Place]) -> tuple[str, ...]:
        if isinstance(places, Node | Output | str):
            return (self._id(places),)
        return tuple(self._id(place) for place in places)

    def _declared(self, cls: type[Module], name: str) -> Parameter | Port:
        declared: dict[str, Parameter | Port] = {item.name: item for item in cls.parameters()}
        declared.update({port.name: port for port in cls.inputs()})
        if name not in declared:
            raise lookup.unknown(f"“{cls.meta.title}” has", "parameter or input", name, declared)
        return declared[name]

    def _by_name(
        self, cls: type[Module], inputs: tuple[object, ...], named: Mapping[str, object]
    ) -> dict[str, object]:
        """Return positional inputs under their ports' names, with the named arguments."""
        ports = cls.inputs()
        if len(inputs) > len(ports):
            raise TooManyInputs(title=cls.meta.title, given=len(inputs), count=len(ports))
        found: dict[str, object] = dict(zip((port.name for port in ports), inputs, strict=False))
        twice = sorted(set(found) & set(named))
        if twice:
            raise GivenTwice(title=cls.meta.title, name=twice[0])
        return {**found, **named}

    def _links(self, target: str, port: Port, value: object) -> list[edits.Edit]:
        """Return the edits that link an input to what was given for it, in order."""
        old = [link for link in self._document.links_into(target) if link.target_port == port.name]
        starts = list(value) if port.many and isinstance(value, list | tuple) else [value]
        title = self._document.nodes[target].shown_title
        links: list[edits.Edit] = [edits.Disconnect(tuple(old))] if old else []
        for start in starts if value is not None else ():
            output = self._output(start, title, port)
            source = self._id(output)
            if output.kind != port.kind:
                raise KindMismatch(
                    title=title,
                    wanted=port.kind,
                    port=port.name,
                    output=output.port,
                    source=output.node.title,
                    found=output.kind,
                )
            link = Link(source, output.port, target, port.name)
            links.append(edits.Connect(link, many=port.many))
        return links

    def _output(self, start: object, title: str, port: Port) -> Output:
        if isinstance(start, Node):
            return start.first
        if isinstance(start, Output):
            return start
        raise NotANode(title=title, name=port.name, found=start)


@dataclass(frozen=True, slots=True)
class ModuleInfo:
    """What there is to know of a module: its names, its place in the palette, what it does."""

    id: str
    title: str
    group: str
    summary: str
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    parameters: tuple[Parameter, ...]
    help: str


def modules() -> list[ModuleInfo]:
    """Return all modules there are, by group and title."""
    return [
        ModuleInfo(
            id=cls.meta.id,
            title=cls.meta.title,
            group=cls.meta.group,
            summary=cls.help().partition("\n")[0],
            inputs=cls.inputs(),
            outputs=cls.outputs(),
            parameters=cls.parameters(),
            help=cls.help(),
        )
        for cls in open_registry().modules()
    ]


def open_experiment(path: str | os.PathLike[str]) -> Experiment:
    """Open an experiment from its file; runs no code. Raises DocumentUnreadable."""
    file = absolute(Path(path))
    opened = Experiment()
    opened._document = storage.load(file, opened._registry).experiment
    opened._path = file
    return opened
