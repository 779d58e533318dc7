"""The options of a job, as a request has them: words in an address or a form, or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from studio.serve import json_text
from studio.serve.batch.formats import WRITTEN
from studio.serve.batch.options import Format
from studio.serve.errors import NotJson
from studio.serve.jobs.errors import OptionUnknown, OptionUnread

_TEXTS = ("columns", "extra", "output", "separator", "encoding", "quote", "decimal", "dates")
_FLAGS = ("header", "strict")
_COUNTS = ("skip_lines", "most_refused")
_FORMATS: dict[str, Format] = {ending: kept for kept, ending in WRITTEN.items()}
KNOWN = (*_TEXTS, *_FLAGS, *_COUNTS, "format", "parameters")


@dataclass(frozen=True, slots=True)
class JobOptions:
    """How a job's file is read, scored and written.

    Attributes:
        batch: The options of a batch, by name, as JSON-able data.
        target_format: The format of the result; None for that of the file.
    """

    batch: Mapping[str, Any]
    target_format: Format | None = None

    def with_encoding(self, encoding: str | None) -> JobOptions:
        """Return the options with the encoding that a content type names, if none was chosen."""
        if encoding is None or "encoding" in self.batch:
            return self
        return replace(self, batch={**self.batch, "encoding": encoding})


def read_options(given: Mapping[str, Any], most_refused: int | None) -> JobOptions:
    """Return the options of a job; raises OptionUnknown and OptionUnread.

    No more than ``most_refused`` rows may be put aside.
    """
    found: dict[str, Any] = {}
    target: Format | None = None
    for name, value in given.items():
        if name not in KNOWN:
            raise OptionUnknown(option=name, known=KNOWN)
        if name == "format":
            target = _format(value)
        elif name in _FLAGS:
            found[name] = _truth(name, value)
        elif name in _COUNTS:
            found[name] = _count(name, value)
        elif name == "parameters":
            found[name] = _object(name, value)
        elif isinstance(value, str):
            found[name] = value
        else:
            raise OptionUnread(option=name, value=value, advice="Send text.")
    if most_refused is not None:
        found["most_refused"] = min(found.get("most_refused", most_refused), most_refused)
    return JobOptions(found, target)


def _format(value: Any) -> Format:
    if not isinstance(value, str) or value not in _FORMATS:
        advice = f"Choose one of: {', '.join(_FORMATS)}."
        raise OptionUnread(option="format", value=value, advice=advice)
    return _FORMATS[value]


def _truth(name: str, value: Any) -> bool:
    found = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise OptionUnread(option=name, value=value, advice="Send true or false.")
    return found


def _count(name: str, value: Any) -> int:
    found = int(value) if isinstance(value, str) and value.isdecimal() else value
    if type(found) is not int or not 0 <= found < 2**63:
        raise OptionUnread(option=name, value=value, advice="Send a whole number.")
    return found


def _object(name: str, value: Any) -> dict[str, Any]:
    try:
        found = json_text.read(value.encode()) if isinstance(value, str) else value
    except (NotJson, UnicodeEncodeError):
        found = value
    if not isinstance(found, dict):
        raise OptionUnread(option=name, value=value, advice="Send an object, as JSON.")
    return found
