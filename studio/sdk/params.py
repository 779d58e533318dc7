"""The parameters of a module: how they are declared, and what the declaration says."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import Field
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

Kind = Literal[
    "integer",
    "double",
    "boolean",
    "string",
    "choice",
    "text",
    "column",
    "columns",
    "file",
    "list",
    "mapping",
]


@dataclass(frozen=True, slots=True)
class Widget:
    """How a string parameter is meant: a mark in its annotation."""

    kind: Kind
    language: str | None = None


ColumnName = Annotated[str, Widget("column")]
"""The name of one column of the first table input."""
FilePath = Annotated[str, Widget("file")]
"""A path; relative ones are relative to the experiment's folder."""
PythonCode = Annotated[str, Widget("text", "python")]
SqlCode = Annotated[str, Widget("text", "sql")]
Text = Annotated[str, Widget("text")]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a module's declaration says of one parameter; panels and help are made from it."""

    name: str
    label: str
    kind: Kind
    annotation: Any
    default: Any
    required: bool
    optional: bool = False
    choices: tuple[str, ...] = ()
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    when: Mapping[str, tuple[Any, ...]] | None = None
    sweep: tuple[Any, ...] | None = None
    help: str = ""
    shows: Mapping[str, Any] | None = None
    advanced: bool = False
    language: str | None = None
    to: str | None = None
    port: str | None = None

    @property
    def bounds(self) -> str:
        """The bounds as a person reads them, or an empty string."""
        low = f"at least {self.ge}" if self.ge is not None else ""
        low = f"above {self.gt}" if self.gt is not None else low
        high = f"at most {self.le}" if self.le is not None else ""
        high = f"below {self.lt}" if self.lt is not None else high
        return " and ".join(part for part in (low, high) if part)


def param(
    default: Any = ...,
    label: str = "",
    *,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    when: Mapping[str, Any] | None = None,
    sweep: Sequence[Any] | None = None,
    help: str = "",
    shows: Mapping[str, Any] | None = None,
    advanced: bool = False,
    to: str | None = None,
    port: str | None = None,
) -> Any:
    """Declare a parameter of a module, as the value of a class attribute with a type.

    Args:
        default: The value when nothing is set; ``...`` makes the parameter required.
        label: What the person reads beside the field.
        ge, gt, le, lt: Bounds of a number.
        when: Shows the field only while other parameters have one of the given values.
        sweep: The values that a tuner tries (learners only); makes the parameter sweepable.
        help: One sentence more, shown under the field.
        shows: For the contract test, where defaults cannot show that the parameter matters:
            ``{"values": (a, b), "params": {...}, "table": name}``.
        advanced: Folded away until asked for.
        to: The estimator's argument of a learner, where it is called otherwise; "" when the learner
            translates the parameter itself.
        port: The Table input whose columns are chosen from, where it is not the first.
    """
    extra: dict[str, Any] = {
        "when": None if when is None else {k: _as_tuple(v) for k, v in when.items()},
        "sweep": None if sweep is None else tuple(sweep),
        "help": help,
        "shows": None if shows is None else dict(shows),
        "advanced": advanced,
        "to": to,
        "port": port,
    }
    return Field(
        default,
        title=label,
        description=help or None,
        ge=ge,
        gt=gt,
        le=le,
        lt=lt,
        json_schema_extra={"studio": extra},
    )


def read_parameter(name: str, field: FieldInfo) -> Parameter:
    """Return what a field's declaration says."""
    extra = _studio(field)
    inner, optional = _without_none(field.annotation)
    kind, choices, language = _kind(inner, field.metadata)
    bounds = {
        bound: getattr(item, bound)
        for item in field.metadata
        for bound in ("ge", "gt", "le", "lt")
        if getattr(item, bound, None) is not None
    }
    default = field.get_default(call_default_factory=True, validated_data={})
    return Parameter(
        name=name,
        label=field.title or "",
        kind=kind,
        annotation=field.annotation,
        default=None if default is PydanticUndefined else default,
        required=field.is_required(),
        optional=optional,
        choices=choices,
        when=extra["when"],
        sweep=extra["sweep"],
        help=extra["help"],
        shows=extra["shows"],
        advanced=extra["advanced"],
        language=language,
        to=extra["to"],
        port=extra["port"],
        **bounds,
    )


def _studio(field: FieldInfo) -> dict[str, Any]:
    extra = field.json_schema_extra
    declared = extra.get("studio") if isinstance(extra, dict) else None
    if isinstance(declared, dict):
        return {str(name): value for name, value in declared.items()}
    raise TypeError("a parameter is declared with param(default, label, …)")


def _as_tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple | set) else (value,)


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [arg for arg in get_args(annotation) if arg is not type(None)]
        if len(inner) == 1 and len(get_args(annotation)) == 2:
            return inner[0], True
    return annotation, False


def _kind(annotation: Any, metadata: Sequence[Any]) -> tuple[Kind, tuple[str, ...], str | None]:
    marks = [item for item in metadata if isinstance(item, Widget)]
    if get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        marks += [item for item in more if isinstance(item, Widget)]
    if marks:
        return marks[0].kind, (), marks[0].language
    origin = get_origin(annotation)
    if origin is Literal:
        return "choice", get_args(annotation), None
    if origin in (list, tuple):
        return "list", (), None
    if origin is dict:
        return "mapping", (), None
    simple: dict[Any, Kind] = {int: "integer", float: "double", bool: "boolean", str: "string"}
    if annotation in simple:
        return simple[annotation], (), None
    if isinstance(annotation, type) and annotation.__name__ == "ColumnSelection":
        return "columns", (), None
    raise TypeError(f"a parameter cannot be of type {annotation!r}")
