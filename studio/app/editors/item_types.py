"""What the items of a list and the values of a mapping are, read from the annotation."""

from __future__ import annotations

import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from studio.app.editors.numbers import number_text, read_number
from studio.sdk.params import Parameter


def item_type(parameter: Parameter) -> Any:
    """Return the type of a list's items or of a mapping's values; None where there are several."""
    annotation = parameter.annotation
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(arg for arg in get_args(annotation) if arg is not type(None))
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    arguments = [arg for arg in get_args(annotation) if arg is not Ellipsis]
    if get_origin(annotation) is dict:
        return arguments[1] if len(arguments) == 2 and arguments[0] is str else None
    return arguments[0] if len(set(map(str, arguments))) == 1 else None


def is_plain(kind: Any) -> bool:
    """Whether one line is enough for a value of a type."""
    return kind in (str, int, float) or get_origin(kind) is Literal


def read_item(text: str, kind: Any) -> Any:
    """Return what a text stands for, or None where it cannot be of that type."""
    if kind in (int, float):
        return read_number(text, kind is int)
    if get_origin(kind) is Literal:
        return next((choice for choice in get_args(kind) if str(choice) == text.strip()), None)
    return text


def item_text(value: Any) -> str:
    """Return an item as it is typed."""
    return value if isinstance(value, str) else number_text(value)
