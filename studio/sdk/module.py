"""A module: one pydantic class whose fields are parameters and whose ``run`` names its ports."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    Union,
    get_args,
    get_origin,
)

from pydantic import BaseModel, ConfigDict

from studio.sdk.errors import Problem
from studio.sdk.params import Parameter, read_parameter
from studio.sdk.schema import TableSchema

if TYPE_CHECKING:
    from studio.sdk.context import Context
    from studio.sdk.outline import Outline

PortKind = Literal["Table", "Learner", "Model", "Transform", "Report", "Files"]
World = Literal["none", "file", "external", "writes"]


@dataclass(frozen=True, slots=True)
class Meta:
    """What is true of a module whatever its parameters.

    Attributes:
        id: Permanent name, snake_case.
        title: What the person reads on the node.
        group: Place in the palette, levels separated by ``/``.
        version: Rises when results change.
        seeded: Draws random numbers from ``ctx.seed``.
        world: What of the outside it touches: reads files, other sources, or writes.
        libraries: Distributions whose version is part of the cache key.
        trust: Runs the user's own code.
        report: Only looks, where the port types cannot tell.
        search: Other words and names under which people look for it.
        service: Whether it marks where a web service's requests come in or its replies go out; its
            parameter ``name`` is what the service calls the place.
    """

    id: str
    title: str
    group: str
    version: int = 1
    seeded: bool = False
    world: World = "none"
    libraries: tuple[str, ...] = ()
    trust: bool = False
    report: bool = False
    search: tuple[str, ...] = ()
    service: Literal["", "input", "output"] = ""


class Effect(NamedTuple):
    """What a configured module does to the rows of its first Table input.

    ``rows``: output rows against the input's. ``reads``: what one output row looks at in the input.
    ``label``: whether it uses the label's values. ``levels``: whether the levels that categories
    of the output declare come from all rows; the values in a row are then still as ``reads`` says.
    """

    rows: Literal["same", "subset", "split", "more", "new"] = "same"
    reads: Literal["row", "order", "all", "unknown"] = "row"
    label: bool = False
    levels: bool = False


@dataclass(frozen=True, slots=True)
class Port:
    """A place where a link begins or ends; ``many`` ports take several ordered links."""

    name: str
    kind: PortKind
    label: str
    optional: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class Out:
    """The name and label of a single output, in the annotation of ``run``'s result."""

    name: str
    label: str


def out(name: str, label: str) -> Out:
    """Name the single output of a module: ``-> Annotated[Table, out("dataset", "…")]``."""
    return Out(name, label)


class Module(BaseModel):
    """The base of every module; the docstring of a subclass is its help page.

    A subclass declares ``meta``, its parameters with ``param(…)`` and ``run``. It may also define
    ``output_schema(self, …)``, ``check(self, …)`` (each with the Table inputs' schemas, by port
    name; the former also with ``ctx``, to look at the beginning of a file, and with the outlines of
    its Learner and Model inputs), ``outline(self, …)`` where it gives a learner or model,
    ``row_program(self, …)`` (see :mod:`studio.sdk.rowwise`), ``effect(self)``, ``files(self)``,
    and as a source ``missing_marks(self)``: texts that stand for a missing value in its rows, and
    ``text_style(self)``: how its file is written where it is delimited text.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        # A validator is built when it is first needed; the palette needs none.
        defer_build=True,
        allow_inf_nan=False,
        ser_json_inf_nan="constants",
        protected_namespaces=(),
        validate_default=True,
    )

    meta: ClassVar[Meta]

    @classmethod
    def inputs(cls) -> tuple[Port, ...]:
        """Return the input ports, in the order of ``run``'s signature."""
        return _ports(cls)[0]

    @classmethod
    def outputs(cls) -> tuple[Port, ...]:
        """Return the output ports."""
        return _ports(cls)[1]

    @classmethod
    def parameters(cls) -> tuple[Parameter, ...]:
        """Return what the declaration says of each parameter, in order."""
        return _parameters(cls)

    @classmethod
    def parameter(cls, name: str) -> Parameter:
        """Return one parameter's declaration; raises KeyError."""
        return {item.name: item for item in cls.parameters()}[name]

    @classmethod
    def port(cls, name: str) -> Port:
        """Return an input or output port by name; raises KeyError."""
        return {port.name: port for port in (*cls.inputs(), *cls.outputs())}[name]

    @classmethod
    def help(cls) -> str:
        """Return the help page: the class's docstring."""
        return inspect.cleandoc(cls.__doc__ or "")

    def shows(self, name: str) -> bool:
        """Whether a parameter is shown, given the values of the others."""
        when = self.parameter(name).when or {}
        return all(
            self.shows(other) and getattr(self, other) in values for other, values in when.items()
        )

    def visible(self) -> dict[str, Any]:
        """Return the values of the parameters that are shown, as JSON-able data."""
        dumped = self.model_dump(mode="json")
        return {item.name: dumped[item.name] for item in self.parameters() if self.shows(item.name)}

    def effect(self) -> Effect:
        """Return what this configured module does to the rows of its first Table input."""
        return Effect()

    def files(self) -> tuple[str, ...]:
        """Return the paths that this configured module reads or, as a sink, writes."""
        return tuple(
            value
            for item in self.parameters()
            if item.kind == "file" and self.shows(item.name) and (value := getattr(self, item.name))
        )


def read_params(
    cls: type[Module], params: Mapping[str, Any]
) -> tuple[Module | None, list[Problem]]:
    """Return the configured module, or the problems with its parameters, each as a sentence.

    A required parameter that is hidden by ``when`` is not required.
    """
    from studio.sdk.validation import configure

    return configure(cls, params)


def method_of(module: Module, name: str) -> Any | None:
    """Return a method that a module may have (``run``, ``check``, …), or None."""
    return getattr(module, name, None)


def promised(
    module: Module, known: Mapping[str, Any], ctx: Context | None = None
) -> dict[str, TableSchema | None]:
    """Return the schema of each Table output that the module promises, before any data.

    ``known`` are the schemas of the Table inputs, by port; None where unknown. With them may come
    outlines of learners and models. A port that the module says nothing of is None. A module that
    looks at a file to know asks for ``ctx``; without one it says nothing. Raises ModuleError where
    the module finds a problem (a column that is missing).
    """
    tables = [port.name for port in module.outputs() if port.kind == "Table"]
    method = method_of(module, "output_schema")
    arguments = _known_arguments(module, method, known, ctx)
    if method is None or arguments is None:
        return dict.fromkeys(tables)
    result = method(**arguments)
    if result is None:
        return dict.fromkeys(tables)
    if isinstance(result, TableSchema):
        return {name: result if name == tables[0] else None for name in tables}
    if isinstance(result, Mapping):
        return {name: result.get(name) for name in tables}
    return dict(zip(tables, result, strict=True))


def outlined(module: Module, known: Mapping[str, Any]) -> dict[str, Outline]:
    """Return what the module can say before a run of the learner or model that it gives, by port.

    ``known`` is as for :func:`promised`.
    """
    ports = [port.name for port in module.outputs() if port.kind in ("Learner", "Model")]
    method = method_of(module, "outline")
    arguments = _known_arguments(module, method, known)
    outline = None if method is None or arguments is None else method(**arguments)
    return {} if outline is None or not ports else {ports[0]: outline}


def check(module: Module, schemas: Mapping[str, TableSchema | None]) -> list[Problem]:
    """Return the problems that the module finds by its parameters and its inputs' schemas."""
    method = method_of(module, "check")
    arguments = _known_arguments(module, method, schemas)
    return [] if method is None or arguments is None else list(method(**arguments))


def _known_arguments(
    module: Module,
    method: Any | None,
    schemas: Mapping[str, Any],
    ctx: Context | None = None,
) -> dict[str, Any] | None:
    """Return the arguments for a call, or None when one that is needed is not known."""
    if method is None:
        return None
    asked = list(inspect.signature(method).parameters)
    optional = {port.name for port in module.inputs() if port.optional}
    given: Mapping[str, Any] = {**schemas, "ctx": ctx}
    arguments = {name: given.get(name) for name in asked}
    unknown = [n for n, value in arguments.items() if value is None and n not in optional]
    missing_optional = [n for n in asked if n in optional and n in schemas and schemas[n] is None]
    return None if unknown or missing_optional else arguments


@cache
def _parameters(cls: type[Module]) -> tuple[Parameter, ...]:
    return tuple(read_parameter(name, field) for name, field in cls.model_fields.items())


@cache
def _ports(cls: type[Module]) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    run = getattr(cls, "run", None)
    if run is None:
        raise TypeError(f"{cls.__name__} has no run method")
    hints = typing.get_type_hints(run, include_extras=True)
    inputs = tuple(
        _input_port(name, hints[name])
        for name in inspect.signature(run).parameters
        if name not in ("self", "ctx")
    )
    return inputs, _output_ports(hints.get("return", type(None)))


def _input_port(name: str, hint: Any) -> Port:
    label = name
    if get_origin(hint) is Annotated:
        hint, label, *_ = get_args(hint)
    optional = many = False
    if get_origin(hint) in (Union, types.UnionType):
        hint, *_ = (arg for arg in get_args(hint) if arg is not type(None))
        optional = True
    if get_origin(hint) is tuple:
        hint, many = get_args(hint)[0], True
    return Port(name, _kind_of(hint), str(label), optional, many)


def _output_ports(hint: Any) -> tuple[Port, ...]:
    if hint is type(None):
        return ()
    if get_origin(hint) is Annotated:
        inner, mark, *_ = get_args(hint)
        return (Port(mark.name, _kind_of(inner), mark.label),)
    fields = typing.get_type_hints(hint, include_extras=True)
    return tuple(_input_port(name, fields[name]) for name in hint._fields)


def _kind_of(annotation: Any) -> PortKind:
    for cls in getattr(annotation, "__mro__", ()):
        if cls.__name__ in get_args(PortKind):
            kind: PortKind = cls.__name__
            return kind
    raise TypeError(f"{annotation!r} does not travel on wires")
