"""What a module is by its ports: a learner's trainer, a fitter, a source; and which there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from studio.registry.discovery import Registry
from studio.sdk.errors import StudioError
from studio.sdk.module import Module, Port, PortKind

Test = Callable[[type[Module]], bool]


class ShapeMissing(StudioError):
    """A kind of module is needed, and none is installed."""

    code = "shape_missing"
    sentence = "No installed module {does}."
    hint = "Install the studio anew, or the package that brings such a module."


def of_kind(ports: Iterable[Port], kind: PortKind) -> tuple[Port, ...]:
    """Return the ports at which things of a kind pass, in order."""
    return tuple(port for port in ports if port.kind == kind)


def trains(cls: type[Module]) -> bool:
    """Whether it makes a model of a learner and a table."""
    return _takes(cls, "Learner", "Table") and _gives(cls, "Model")


def fits(cls: type[Module]) -> bool:
    """Whether it learns a transform from a table."""
    return _takes(cls, "Table") and not _takes(cls, "Transform") and _gives(cls, "Transform")


def scores(cls: type[Module]) -> bool:
    """Whether it applies a model to a table."""
    applies = _takes(cls, "Model", "Table") and _gives(cls, "Table")
    return applies and not _takes(cls, "Learner") and not cls.meta.report


def transforms(cls: type[Module]) -> bool:
    """Whether it applies a transform to a table."""
    return _takes(cls, "Transform", "Table") and _gives(cls, "Table")


def brings(cls: type[Module], kind: PortKind) -> bool:
    """Whether it brings something of a kind from one file, and does nothing else."""
    files = [parameter.kind for parameter in cls.parameters()]
    return (
        not cls.inputs() and [port.kind for port in cls.outputs()] == [kind] and files == ["file"]
    )


def chooses_columns(cls: type[Module]) -> bool:
    """Whether choosing columns of a table is all that it does."""
    ports = [[port.kind for port in ports] for ports in (cls.inputs(), cls.outputs())]
    asked = [(parameter.kind, parameter.required) for parameter in cls.parameters()]
    return ports == [["Table"], ["Table"]] and asked == [("columns", True)]


def bringer(registry: Registry, kind: PortKind) -> type[Module]:
    """Return the module that brings a saved thing of a kind; raises ShapeMissing."""
    return _first(registry, lambda cls: brings(cls, kind), f"brings a saved {kind}")


def transformer(registry: Registry) -> type[Module]:
    """Return the module that applies transforms; raises ShapeMissing."""
    return _first(registry, transforms, "applies a transformation to a table")


def column_chooser(registry: Registry) -> type[Module]:
    """Return the module that chooses columns; raises ShapeMissing."""
    return _first(registry, chooses_columns, "chooses columns of a table")


def service_port(registry: Registry, service: Literal["input", "output"]) -> type[Module]:
    """Return the module that marks a web service's input or output; raises ShapeMissing."""
    does = f"marks the {service} of a web service"
    return _first(registry, lambda cls: cls.meta.service == service, does)


def _first(registry: Registry, test: Test, does: str) -> type[Module]:
    """Return the module that passes a test: a built-in one first, then as the palette stands."""
    found = [cls for cls in registry.modules() if test(cls)]
    found.sort(key=lambda cls: not registry.source(cls.meta.id).is_builtin)
    if not found:
        raise ShapeMissing(does=does)
    return found[0]


def _takes(cls: type[Module], *kinds: PortKind) -> bool:
    return set(kinds) <= {port.kind for port in cls.inputs()}


def _gives(cls: type[Module], kind: PortKind) -> bool:
    return bool(of_kind(cls.outputs(), kind))
