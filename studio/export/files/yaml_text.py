"""YAML text: plain data, written as people write it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

Data = str | int | float | bool | None | Mapping[str, "Data"] | Sequence["Data"]

_PLAIN = re.compile(r"[A-Za-z_][\w.\-/=<>]*(?: [\w.\-/=<>]+)*", re.ASCII)
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""What YAML reads as something else than text."""


def yaml_text(data: Mapping[str, Data]) -> str:
    """Return data as a YAML document, its entries in the order in which they stand."""
    return "\n".join(_mapping(data)) + "\n"


def scalar(value: str | float | bool | None) -> str:
    """Return a single value as YAML has it; text is quoted where it would be read otherwise."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    if value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, value)) + '"'


def _mapping(data: Mapping[str, Data]) -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            yield f"{scalar(key)}:"
            yield from ("  " + line for line in _mapping(value))
        elif isinstance(value, Sequence) and not isinstance(value, str) and value:
            yield f"{scalar(key)}:"
            yield from _sequence(value)
        else:
            yield f"{scalar(key)}: {_small(value)}"


def _sequence(items: Sequence[Data]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Mapping) and item:
            first, *rest = _mapping(item)
            yield f"- {first}"
            yield from ("  " + line for line in rest)
        else:
            yield f"- {_small(item)}"


def _small(value: Data) -> str:
    """Return a single value, or what is empty."""
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[]"
    return scalar(value)


def _escaped(sign: str) -> str:
    if sign in '\\"':
        return "\\" + sign
    if sign.isprintable():
        return sign
    number = ord(sign)
    return f"\\x{number:02x}" if number < 0x100 else f"\\U{number:08x}"
