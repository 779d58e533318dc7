"""Handles of nodes and of their outputs, as a script passes them around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from studio.document.experiment import Experiment
from studio.sdk.errors import StudioError
from studio.sdk.module import Module, PortKind
from studio.session.lookup import find_port


class NotANode(StudioError):
    """Something that is no node was given for an input."""

    code = "not_a_node"
    sentence = "“{title}” needs a node at its input “{name}”, and was given {found}."

    def __init__(self, *, title: str, name: str, found: object) -> None:
        super().__init__(title=title, name=name, found=_in_few_words(found))


class NotAnInput(StudioError):
    """A node was given for a parameter."""

    code = "not_an_input"
    sentence = "“{name}” is a parameter of “{title}”, not an input; a node cannot be its value."


class GivenTwice(StudioError):
    """An input was given both by its place and by its name."""

    code = "input_given_twice"
    sentence = "The input “{name}” of “{title}” is given twice."


class TooManyInputs(StudioError):
    """More inputs were given than the module has."""

    def __init__(self, *, title: str, count: int, given: int) -> None:
        inputs = "no inputs" if count == 0 else "1 input" if count == 1 else f"{count} inputs"
        super().__init__(title=title, inputs=inputs, given=given)

    code = "too_many_inputs"
    sentence = "“{title}” has {inputs}, and was given {given}."


class KindMismatch(StudioError):
    """An output does not fit an input."""

    code = "kind_mismatch"
    sentence = "“{title}” takes a {wanted} at “{port}”; “{output}” of “{source}” is a {found}."


class ValueRefused(StudioError):
    """A parameter cannot have the value that was given."""

    code = "value_refused"
    sentence = "“{title}”: {reason}"


class ExperimentRefused(StudioError):
    """An experiment cannot have the name, the seed or the description that was given."""

    code = "experiment_refused"
    sentence = "The experiment cannot be made: {reason}."


class ForeignNode(StudioError):
    """A handle of another experiment's node was given."""

    code = "foreign_node"
    sentence = "“{node}” is a node of another experiment."


class NoOutput(StudioError):
    """A node without outputs was given for an input."""

    code = "no_output"
    sentence = "“{title}” has no output that could be linked."


class Owner(Protocol):
    """What a handle needs of its experiment."""

    @property
    def document(self) -> Experiment:
        """The experiment as it is now."""

    def module_of(self, node: str) -> type[Module]:
        """Return the class of a node's module; raises NameUnknown where it is not installed."""


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """A handle of a node, which stands for its first output; ``node["port"]`` is another."""

    owner: Owner
    id: str

    @property
    def title(self) -> str:
        """What stands on the node."""
        return self.owner.document.node(self.id).shown_title

    @property
    def module(self) -> type[Module]:
        """The class of its module."""
        return self.owner.module_of(self.id)

    @property
    def params(self) -> dict[str, object]:
        """The values that are set; what is absent has the module's default."""
        return self.owner.document.params_of(self.id)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of its outputs."""
        return tuple(port.name for port in self.module.outputs())

    @property
    def first(self) -> Output:
        """Its first output; raises NoOutput."""
        if not self.outputs:
            raise NoOutput(title=self.title)
        return self[self.outputs[0]]

    def __getitem__(self, port: str) -> Output:
        """Return an output by name; raises NameUnknown."""
        found = find_port(self.title, self.module.outputs(), port)
        return Output(self, found.name, found.kind)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self.owner is other.owner and self.id == other.id

    def __hash__(self) -> int:
        return hash((id(self.owner), self.id))

    def __repr__(self) -> str:
        return f"<Node {self.id!r}>"


@dataclass(frozen=True, slots=True)
class Output:
    """One output of a node."""

    node: Node
    port: str
    kind: PortKind

    def __repr__(self) -> str:
        return f"<Output {self.node.id}.{self.port}: {self.kind}>"


def _in_few_words(value: object) -> str:
    """Return what was given as a sentence shows it: a short plain value itself, else its type."""
    text = repr(value) if isinstance(value, str | int | float | None) else ""
    return text if 0 < len(text) <= 40 else f"a {type(value).__name__}"
