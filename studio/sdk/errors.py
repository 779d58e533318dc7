"""What can go wrong, as values: a code, a sentence, a hint, and where."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong that can be shown: what, and on which parameter or port.

    ``param`` and ``port`` name the field and the port of the module it belongs to; both may be
    absent.
    """

    code: str
    sentence: str
    hint: str = ""
    param: str | None = None
    port: str | None = None
    severity: Literal["error", "warning"] = "error"

    @property
    def in_full(self) -> str:
        """The sentence, and what to do where it is known."""
        return f"{self.sentence} {self.hint}".strip()

    def to_dict(self) -> dict[str, Any]:
        """Return the problem as JSON-able data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Problem:
        """Read what :meth:`to_dict` wrote."""
        return cls(**data)


class StudioError(Exception):
    """A problem of the user's, said in one sentence; subclasses fill in code, sentence and hint.

    ``sentence`` and ``hint`` are ``str.format`` templates over the keyword arguments of the
    constructor.
    """

    code: ClassVar[str] = "studio_error"
    sentence: ClassVar[str] = "{reason}"
    hint: ClassVar[str] = ""

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        self.param: str | None = None
        self.port: str | None = None
        self.message = self.sentence.format_map(_Shown(fields))
        self.advice = self.hint.format_map(_Shown(fields))
        super().__init__(self.message)

    @property
    def in_full(self) -> str:
        """The sentence, and what to do where it is known."""
        return f"{self.message} {self.advice}".strip()

    def to_problem(self) -> Problem:
        """Return this error as a value."""
        return Problem(self.code, self.message, self.advice, self.param, self.port)


class ModuleError(StudioError):
    """A problem found while a module looked at its parameters or its data."""

    def __init__(
        self, *, param: str | None = None, port: str | None = None, **fields: object
    ) -> None:
        super().__init__(**fields)
        self.param = param
        self.port = port


class Cancelled(Exception):
    """The person asked to stop; not an error."""


class _Shown(dict[str, object]):
    """The fields of an error as a person reads them: sequences joined, and cut after twenty."""

    def __init__(self, fields: dict[str, object]) -> None:
        super().__init__({name: shown(value) for name, value in fields.items()})


def shown(value: object) -> object:
    """Return a value as a sentence shows it; a sequence becomes a list of at most twenty items."""
    if isinstance(value, list | tuple | set | frozenset):
        items = [str(item) for item in value]
        rest = f" and {len(items) - 20} more" if len(items) > 20 else ""
        return ", ".join(items[:20]) + rest
    if isinstance(value, str) and len(value) > 300:
        return value[:300] + "…"
    return value


class ColumnMissing(ModuleError):
    """A column that was asked for is not there."""

    code = "column_missing"
    sentence = "Column “{column}” is not in the input."
    hint = "Choose one of: {available}."


class ColumnTypeWrong(ModuleError):
    """A column has a type that the module cannot work with."""

    code = "column_type_wrong"
    sentence = "Column “{column}” is of type {found}; {wanted} is needed."
    hint = "Choose another column, or change its type with Edit Metadata."


class NoColumns(ModuleError):
    """A selection of columns chose nothing."""

    code = "no_columns"
    sentence = "The selection of columns chooses none of the input's columns."
    hint = "The input has: {available}."


class NoRows(ModuleError):
    """A table without rows came where at least one is needed."""

    code = "no_rows"
    sentence = "The table at “{port_label}” has no rows."
    hint = "Look at what came in, and at the step before it."


class ValueWrong(ModuleError):
    """A parameter's value does not make sense for what it is used on."""

    code = "value_wrong"
    sentence = "{reason}"
    hint = "{advice}"


class FileUnreadable(ModuleError):
    """A file could not be read."""

    code = "file_unreadable"
    sentence = "The file “{path}” could not be read: {reason}."
    hint = "{advice}"


class LibraryMissing(ModuleError):
    """A library that a module needs is not installed."""

    code = "library_missing"
    sentence = "“{library}” is not installed, and this module needs it."
    hint = "Install it with: {command}"
