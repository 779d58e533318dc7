"""The types of a document's fields, checked by pydantic where data enters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BeforeValidator,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import ErrorDetails

from studio.document.errors import DocumentInvalid, NotStorable
from studio.document.frozen import freeze, freeze_map, plain_text

T = TypeVar("T")

IDENTIFIER = r"^[A-Za-z0-9_-]{1,120}$"

Text = Annotated[StrictStr, AfterValidator(plain_text)]
Identifier = Annotated[StrictStr, StringConstraints(pattern=IDENTIFIER)]
"""The id of a node, a group, a frame or a note: it can stand before a dot and in a file name."""
PortName = Annotated[StrictStr, StringConstraints(pattern=IDENTIFIER)]
ModuleId = Annotated[Text, StringConstraints(min_length=1, max_length=200)]
Colour = Annotated[StrictStr, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
Flag = StrictBool
Seed = Annotated[StrictInt, Field(ge=0, lt=2**32)]
Count = Annotated[StrictInt, Field(ge=0, lt=2**31)]


def _number(value: float) -> float:
    return value + 0.0


Number = Annotated[StrictFloat, AllowInfNan(False), AfterValidator(_number)]
Position = tuple[Number, Number]
"""Where something stands on the canvas: x to the right, y down, in scene units."""
Rectangle = tuple[Number, Number, Number, Number]
"""x, y, width and height on the canvas, in scene units."""


def _freeze_named(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("must be an object with named entries")
    return freeze_map(value)


Params = Annotated[Mapping[str, Any], BeforeValidator(_freeze_named)]
Json = Annotated[Any, BeforeValidator(freeze)]

_ADAPTERS: dict[type, TypeAdapter[Any]] = {}
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object with named entries",
    "mapping_type": "an object with named entries",
    "dataclass_type": "an object with named entries",
}
_BOUNDS = {
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "literal_error": "one of {expected}",
    "string_too_short": "at least {min_length} characters long",
    "string_too_long": "at most {max_length} characters long",
    "too_long": "a list of at most {max_length} items",
}


def read(cls: type[T], data: object, where: str) -> T:
    """Return the value that untrusted data describes; raises DocumentInvalid naming the place."""
    try:
        value: T = _adapter(cls).validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise DocumentInvalid(where=where, reason=_reason(first)) from None
    except NotStorable as error:
        raise DocumentInvalid(where=where, reason=error.message) from None
    return value


def _adapter(cls: type[T]) -> TypeAdapter[T]:
    if cls not in _ADAPTERS:
        _ADAPTERS[cls] = TypeAdapter(cls)
    return _ADAPTERS[cls]


def _reason(error: ErrorDetails) -> str:
    """Return what pydantic found, as the end of a sentence without its full stop."""
    place = " → ".join(str(part) for part in error["loc"])
    name = f"“{place}”" if place else "it"
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return f"{name} is missing"
    if kind == "unexpected_keyword_argument":
        return f"{name} is not a known entry"
    if kind in _WANTED:
        return f"{name} must be {_WANTED[kind]}"
    if kind == "string_pattern_mismatch" and context.get("pattern") == IDENTIFIER:
        return f"{name} must be 1 to 120 letters, digits, “-” or “_”"
    if kind in _BOUNDS:
        return f"{name} must be {_BOUNDS[kind].format(**context)}"
    if kind == "value_error":
        return f"{name} {context['error']}"
    return f"{name} is not right ({error['msg'][:1].lower()}{error['msg'][1:]})"
