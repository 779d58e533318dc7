"""What a module does to single rows, as a value that runs without the module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from studio.sdk.module import Module, method_of
from studio.sdk.schema import TableSchema
from studio.sdk.transform import Transform

if TYPE_CHECKING:
    from studio.sdk.model import Model
    from studio.sdk.ops import Columns, Ops


@dataclass(frozen=True, eq=False)
class Scoring:
    """The answers of a model, beside the columns that came in or alone."""

    model: Model
    append: bool = True


@dataclass(frozen=True, eq=False)
class Reshape(Transform):
    """Columns chosen, doubled and renamed; no value is changed.

    Attributes:
        sources: For each column that comes out, in order, the one that it is.
    """

    type: ClassVar[str] = "reshape"

    sources: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, schema: TableSchema, sources: Mapping[str, str]) -> Reshape:
        """Return the transform that makes of a table with this schema the named columns."""
        names = dict.fromkeys(sources.values())
        return cls(tuple(schema.column(name) for name in names), dict(sources))

    @property
    def writes(self) -> tuple[str, ...]:
        """The columns whose name is new."""
        return tuple(name for name, source in self.sources.items() if name != source)

    @property
    def drops(self) -> tuple[str, ...]:
        """The columns that no longer go by their name."""
        return tuple(name for name in self.reads if name not in self.sources)

    def apply(self, columns: Columns, ops: Ops) -> Columns:
        """Return the columns, each under its new name beside those that came in."""
        del ops
        return columns | {name: columns[source] for name, source in self.sources.items()}


RowProgram: TypeAlias = Transform | Scoring
"""What a row becomes: a fitted column program, or a model's answers."""


def row_program(module: Module, given: Mapping[str, Any]) -> RowProgram | None:
    """Return what a configured module does to each row of its first Table input, or None.

    ``given`` has the schema of each wired Table input and the value of each other one. A module
    says it with the method ``row_program``, whose arguments are input ports; None where it has no
    such method, or where what it does cannot be said so. What is returned keeps every row.
    """
    method = method_of(module, "row_program")
    if method is None:
        return None
    names = [port.name for port in module.inputs()]
    found: RowProgram | None = method(**{name: given.get(name) for name in names})
    return found
