"""Values of parameters as people give them: Python objects in scripts, text on a command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel

from studio.document.errors import NotStorable
from studio.document.frozen import freeze
from studio.sdk.module import Module, read_params
from studio.sdk.params import Parameter
from studio.sdk.selection import columns
from studio.sdk.validation import NEEDED

_YES = {"true": True, "yes": True, "on": True, "1": True}
_NO = {"false": False, "no": False, "off": False, "0": False}


def plain(parameter: Parameter, value: object) -> Any:
    """Return a parameter's value as a document keeps it; columns may be names alone."""
    names = _names(value) if parameter.kind == "columns" else None
    return _plain(value if names is None else columns(*names))


def from_text(parameter: Parameter, text: str) -> Any:
    """Return a parameter's value from text: JSON where its kind asks for it, lists also ``a,b``."""
    if parameter.optional and text.casefold() in ("null", "none"):
        return None
    kind = parameter.kind
    if kind in ("string", "text", "column", "file", "choice"):
        return text
    if kind == "boolean":
        return {**_YES, **_NO}.get(text.casefold(), text)
    try:
        value = json.loads(text)
    except ValueError:
        value = None if kind not in ("list", "columns") else [p.strip() for p in text.split(",")]
    if kind == "list" and value is not None and not isinstance(value, list):
        value = [value]
    return text if value is None else plain(parameter, value)


def wrong_values(cls: type[Module], params: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each value that cannot be; what is absent is not wrong."""
    _, problems = read_params(cls, params)
    return [problem.sentence for problem in problems if problem.code != NEEDED]


def not_storable(cls: type[Module], params: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each value that a document cannot keep."""
    found = []
    for name, value in params.items():
        try:
            freeze(value)
        except NotStorable as error:
            reason = f"{error.message[:1].lower()}{error.message[1:]}"
            found.append(f"“{cls.parameter(name).label}” cannot be set: {reason}.")
    return found


def _names(value: object) -> list[str] | None:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return list(value)
    return None


def _plain(value: object) -> Any:
    """Return a value as JSON-able data; the document refuses what is of no known kind."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_plain(item) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    single = getattr(value, "item", None)
    if callable(single) and getattr(value, "shape", None) == ():
        return single()
    several = getattr(value, "tolist", None)
    return _plain(several()) if callable(several) else value
