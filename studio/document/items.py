"""What an experiment is made of: nodes, links, groups, frames, notes and parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

from pydantic import ConfigDict

from studio.document.fields import (
    Colour,
    Count,
    Flag,
    Identifier,
    Json,
    ModuleId,
    Params,
    PortName,
    Position,
    Rectangle,
    Text,
)
from studio.document.frozen import EMPTY, freeze, freeze_map, same

ParameterType = Literal["integer", "double", "boolean", "string", "any"]
PARAMETER_TYPES: tuple[ParameterType, ...] = get_args(ParameterType)


class Entered:
    """A value that pydantic reads from outside: unknown entries are refused."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    def _set(self, **fields: Any) -> None:
        """Set fields of a frozen value while it is being made."""
        for name, value in fields.items():
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Node(Entered):
    """A module on the canvas: which one, how it is set, and where it stands.

    Attributes:
        id: Stable, unique among everything in the experiment.
        module, version: The module's id, and its version when the node was made.
        params: Values of parameters, by name; what is absent has the module's default.
        ranges: Values that a tuner tries, by name of the parameter.
        bindings: Names of experiment parameters, by name of the parameter that takes their value.
        title: What stands on the node.
        group: The id of the group it is in, or None.
        position: Where it stands: x to the right, y down.
    """

    id: Identifier
    module: ModuleId
    version: Count = 1
    params: Params = EMPTY
    ranges: Params = EMPTY
    bindings: Params = EMPTY
    title: Text = ""
    comment: Text = ""
    disabled: Flag = False
    group: Identifier | None = None
    position: Position = (0.0, 0.0)

    def __post_init__(self) -> None:
        self._set(
            params=freeze_map(self.params),
            ranges=freeze_map(self.ranges),
            bindings=freeze_map(self.bindings),
            position=numbers(self.position),
        )

    @property
    def shown_title(self) -> str:
        """The title, or the module's id where there is none."""
        return self.title or self.module


@dataclass(frozen=True)
class Link(Entered):
    """A wire from an output to an input; ``order`` counts the links of one input from 0."""

    source: Identifier
    source_port: PortName
    target: Identifier
    target_port: PortName
    order: Count = 0

    @property
    def start(self) -> str:
        """The output it begins at, as ``node.port``."""
        return f"{self.source}.{self.source_port}"

    @property
    def end(self) -> str:
        """The input it ends at, as ``node.port``."""
        return f"{self.target}.{self.target_port}"

    @property
    def ends(self) -> tuple[str, str, str, str]:
        """Both ends, without the order."""
        return (self.source, self.source_port, self.target, self.target_port)

    def __str__(self) -> str:
        return f"{self.start} → {self.end}"


@dataclass(frozen=True)
class Group(Entered):
    """A box that nodes and groups can be folded into; they name the group they are in."""

    id: Identifier
    title: Text = ""
    comment: Text = ""
    parent: Identifier | None = None
    position: Position = (0.0, 0.0)
    collapsed: Flag = False

    def __post_init__(self) -> None:
        self._set(position=numbers(self.position))

    @property
    def group(self) -> str | None:
        """The group it is in; the same as ``parent``."""
        return self.parent


@dataclass(frozen=True)
class Frame(Entered):
    """A coloured rectangle with a title, drawn behind the nodes."""

    id: Identifier
    title: Text = ""
    rectangle: Rectangle = (0.0, 0.0, 200.0, 100.0)
    colour: Colour = "#dde7f0"

    def __post_init__(self) -> None:
        self._set(rectangle=numbers(self.rectangle))


@dataclass(frozen=True)
class Note(Entered):
    """A piece of text on the canvas."""

    id: Identifier
    text: Text = ""
    rectangle: Rectangle = (0.0, 0.0, 200.0, 100.0)
    colour: Colour = "#fff6d5"

    def __post_init__(self) -> None:
        self._set(rectangle=numbers(self.rectangle))


@dataclass(frozen=True, eq=False)
class ExperimentParameter(Entered):
    """A value of the whole experiment that parameters of nodes can be bound to.

    Where ``default`` is None, a bound parameter keeps the node's own value until one is given.
    """

    name: Identifier
    type: ParameterType = "any"
    default: Json = None
    description: Text = ""

    def __post_init__(self) -> None:
        self._set(default=freeze(self.default))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ExperimentParameter)
            and (self.name, self.type, self.description)
            == (other.name, other.type, other.description)
            and same(self.default, other.default)
        )

    def __hash__(self) -> int:
        return hash((self.name, self.type, self.default, self.description))

    def accepts(self, value: object) -> bool:
        """Whether a value is of the parameter's type."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return {
            "integer": isinstance(value, int) and number,
            "double": number,
            "boolean": isinstance(value, bool),
            "string": isinstance(value, str),
            "any": True,
        }[self.type]


@dataclass(frozen=True)
class Training(Entered):
    """Which training experiment a predictive one was made of, and how; empty for any other.

    Attributes:
        experiment: The training experiment's id.
        file: Where it was saved, from the folder of the predictive one; empty where it never was.
        run: The run whose results were taken.
        score: The node that was chosen to answer requests, where the person had to choose.
        transforms: For nodes that fitted anew, the node whose transform took their place.
        left_out: Nodes of the request path that the person left out.
        made: Name, seed, parameters, nodes and links as the conversion made them, in the form of a
            file: an update tells from it what the person has changed since.
    """

    experiment: Text = ""
    file: Text = ""
    run: Text = ""
    score: Text = ""
    transforms: Params = EMPTY
    left_out: tuple[Identifier, ...] = ()
    made: Params = EMPTY

    def __post_init__(self) -> None:
        self._set(
            transforms=freeze_map(self.transforms),
            left_out=tuple(self.left_out),
            made=freeze_map(self.made),
        )

    def __bool__(self) -> bool:
        return bool(self.experiment)


NO_TRAINING = Training()

Item = Node | Group | Frame | Note


@dataclass(frozen=True)
class Fragment(Entered):
    """A part of an experiment, ready to be put into one."""

    nodes: tuple[Node, ...] = ()
    links: tuple[Link, ...] = ()
    groups: tuple[Group, ...] = ()
    frames: tuple[Frame, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything in it but the links."""
        return (*self.nodes, *self.groups, *self.frames, *self.notes)


def numbers(values: tuple[float, ...]) -> tuple[float, ...]:
    """Return coordinates as floats, without a negative zero."""
    return tuple(float(value) + 0.0 for value in values)
