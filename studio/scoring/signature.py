"""The signature of a package: what it is asked with, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.sdk.schema import Column, ColumnType, Role, TableSchema
from studio.sdk.text_style import PLAIN, TextStyle

Json = str | float | int | bool | None
"""A value of a cell as JSON has it: times as ISO 8601 text, spans of time as seconds."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a request.

    Attributes:
        name, type, role: As in a table's schema.
        required: Whether a request must have it; a label and a weight need not be there.
        levels: The values that training saw: a category's levels, and those of a text column with
            few different ones; None where there are many, and for what is no text.
        low, high: The range that training saw, for numbers and times, in the units that columns
            have as arrays (microseconds for times); None where nothing is known.
        example: A value that training saw.
    """

    name: str
    type: ColumnType
    role: Role = "feature"
    required: bool = True
    levels: tuple[str, ...] | None = None
    low: float | None = None
    high: float | None = None
    example: Json = None

    @property
    def column(self) -> Column:
        """The column of a table that it becomes."""
        return Column(
            self.name, self.type, self.role, self.levels if self.type == "category" else None
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the field as JSON-able data."""
        return {
            "name": self.name,
            "type": self.type,
            "role": self.role,
            "required": self.required,
            "levels": None if self.levels is None else list(self.levels),
            "low": self.low,
            "high": self.high,
            "example": self.example,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Field:
        """Read what :meth:`to_dict` wrote; raises ValueError, KeyError and TypeError."""
        column = Column.from_dict({"name": data["name"], "type": data["type"]})
        levels = data["levels"]
        return cls(
            column.name,
            column.type,
            data["role"],
            bool(data["required"]),
            None if levels is None else tuple(levels),
            data["low"],
            data["high"],
            data["example"],
        )


@dataclass(frozen=True, slots=True)
class WebParameter:
    """A parameter of the experiment that a request may set.

    Attributes:
        name: What the request calls it.
        type: integer, double, boolean, string or any (JSON as it is).
        default: What it is where a request does not say. Where ``required``, every request must
            say, and this is only what shows how, the value that the proof was made with; None where
            nothing shows it.
        help: What it does, in a line.
    """

    name: str
    type: str = "any"
    default: Any = None
    required: bool = False
    help: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the parameter as JSON-able data."""
        return {
            "name": self.name,
            "type": self.type,
            "default": self.default,
            "required": self.required,
            "help": self.help,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> WebParameter:
        """Read what :meth:`to_dict` wrote."""
        return cls(
            data["name"], data["type"], data["default"], bool(data["required"]), data["help"]
        )


@dataclass(frozen=True)
class Signature:
    """What a package is asked with, and what it answers; ports by name, in order.

    Attributes:
        inputs: The columns of each web service input.
        outputs: The columns of each web service output; as many rows as came in.
        parameters: What a request may set besides.
        missing_marks: Texts of a CSV file that stand for a missing value. In JSON only null does.
        echoes: For each output, the columns that are an input's column unchanged: the column's name
            to the names of the input and of its column. They are answered as they came, which
            keeps whole numbers that a double does not hold.
        text: How the delimited text was written that the rows of training were read from; files to
            score are read the same way.
    """

    inputs: Mapping[str, tuple[Field, ...]]
    outputs: Mapping[str, tuple[Column, ...]]
    parameters: tuple[WebParameter, ...] = ()
    missing_marks: tuple[str, ...] = field(default=("",))
    echoes: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    text: TextStyle = PLAIN

    @property
    def input(self) -> str:
        """The name of the first input: what a request without port names is for."""
        return next(iter(self.inputs))

    @property
    def output(self) -> str:
        """The name of the first output."""
        return next(iter(self.outputs))

    @property
    def needed(self) -> dict[str, Any]:
        """The parameters that a request must set, with the value that shows each."""
        required = [item for item in self.parameters if item.required]
        return {item.name: item.default for item in required if item.default is not None}

    def schema(self, name: str) -> TableSchema:
        """Return the schema of an input's table."""
        return TableSchema(tuple(item.column for item in self.inputs[name]))

    def to_dict(self) -> dict[str, Any]:
        """Return the signature as JSON-able data, ports in order."""
        return {
            "inputs": _listed((name, items) for name, items in self.inputs.items()),
            "outputs": _listed((name, items) for name, items in self.outputs.items()),
            "parameters": [item.to_dict() for item in self.parameters],
            "missing_marks": list(self.missing_marks),
            "echoes": {
                output: {column: list(source) for column, source in columns.items()}
                for output, columns in self.echoes.items()
            },
            "text": self.text.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Signature:
        """Read what :meth:`to_dict` wrote; raises ValueError, KeyError and TypeError."""
        return cls(
            {
                port["name"]: tuple(Field.from_dict(item) for item in port["columns"])
                for port in data["inputs"]
            },
            {
                port["name"]: tuple(Column.from_dict(item) for item in port["columns"])
                for port in data["outputs"]
            },
            tuple(WebParameter.from_dict(item) for item in data["parameters"]),
            tuple(data["missing_marks"]),
            {
                output: {column: (source[0], source[1]) for column, source in columns.items()}
                for output, columns in data["echoes"].items()
            },
            TextStyle.from_dict(data.get("text", {})),
        )


def _listed(
    ports: Iterable[tuple[str, tuple[Field, ...] | tuple[Column, ...]]],
) -> list[dict[str, Any]]:
    return [{"name": name, "columns": [item.to_dict() for item in items]} for name, items in ports]
