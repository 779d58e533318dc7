"""ARFF text (attribute-relation file format) as a table, typed as its header declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from modules.reading.faults import TextUnreadable
from modules.reading.kinds import TYPES, Kind, Style
from modules.reading.values import Unfit, parse
from studio.sdk import Column, Table, TableSchema, unique_names

_TOKEN = re.compile(r"""\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,]*)\s*(,|$)""")
_ATTRIBUTE = re.compile(r"""@attribute\s+('[^']*'|"[^"]*"|\S+)\s+(.+)""", re.IGNORECASE)
_KINDS: dict[str, Kind] = {
    "numeric": "double",
    "real": "double",
    "integer": "integer",
    "string": "string",
    "date": "datetime",
}


@dataclass(frozen=True, slots=True)
class _Attribute:
    name: str
    kind: Kind
    levels: tuple[str, ...] | None = None


def read_arff(text: str) -> Table:
    """Return the table; raises TextUnreadable, naming the line. ``?`` is missing."""
    attributes: list[_Attribute] = []
    rows: list[list[str | None]] = []
    in_data = False
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.strip()
        if not content or content.startswith("%"):
            continue
        if in_data:
            rows.append(_row(content, number, attributes))
        elif content.lower().startswith("@attribute"):
            attributes.append(_attribute(content, number))
        elif content.lower().startswith("@data"):
            in_data = True
        elif not content.lower().startswith("@relation"):
            raise _wrong(number, "is neither an attribute nor @data")
    if not attributes or not in_data:
        raise TextUnreadable(reason="it has no @attribute lines followed by @data", param="data")
    return _table(attributes, rows)


def _attribute(line: str, number: int) -> _Attribute:
    found = _ATTRIBUTE.match(line)
    if found is None:
        raise _wrong(number, "does not name an attribute and its type")
    name, kind = _bare(found[1]), found[2].strip()
    if kind.startswith("{") and kind.endswith("}"):
        levels = [level for level in _fields(kind[1:-1]) if level is not None]
        return _Attribute(name, "category", tuple(dict.fromkeys(levels)))
    word = kind.split()[0].lower()
    if word not in _KINDS:
        raise _wrong(number, f"declares the type “{word}”, which is not one of {', '.join(_KINDS)}")
    return _Attribute(name, _KINDS[word])


def _row(line: str, number: int, attributes: list[_Attribute]) -> list[str | None]:
    if line.startswith("{") and line.endswith("}"):
        return _sparse(line[1:-1], number, attributes)
    values = list(_fields(line))
    if len(values) != len(attributes):
        raise _wrong(number, f"has {len(values)} values for {len(attributes)} attributes")
    for value, attribute in zip(values, attributes, strict=True):
        _require_level(value, attribute, number)
    return values


def _sparse(inner: str, number: int, attributes: list[_Attribute]) -> list[str | None]:
    """Return a row of ``{index value, …}``; what is not named is 0, or the first level."""
    row = [_unnamed(attribute) for attribute in attributes]
    for item in filter(None, (part.strip() for part in inner.split(","))):
        index, _, value = item.partition(" ")
        if not index.isdigit() or int(index) >= len(attributes) or not value.strip():
            raise _wrong(number, f"holds “{item}”, which is not an attribute's number and a value")
        found = next(_fields(value.strip()))
        _require_level(found, attributes[int(index)], number)
        row[int(index)] = found
    return row


def _unnamed(attribute: _Attribute) -> str | None:
    """Return what a sparse row has where it names nothing; text and dates are missing."""
    if attribute.levels:
        return attribute.levels[0]
    return "0" if attribute.kind in ("integer", "double") else None


def _require_level(value: str | None, attribute: _Attribute, number: int) -> None:
    if value is not None and attribute.levels is not None and value not in attribute.levels:
        reason = f"holds “{value}”, which is not a level of “{attribute.name}”"
        raise _wrong(number, reason)


def _fields(line: str) -> Iterator[str | None]:
    """Yield the values between commas, quotes taken off; an unquoted ``?`` is missing."""
    position, more = 0, True
    while more:
        found = _TOKEN.match(line, position)
        if found is None:
            rest = line[position:].strip()
            yield rest
            return
        text = found[1].strip()
        yield None if text in ("?", "") else _bare(text)
        position, more = found.end(), found[2] == ","


def _bare(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def _table(attributes: list[_Attribute], rows: list[list[str | None]]) -> Table:
    names = unique_names(attribute.name for attribute in attributes)
    arrays, columns = [], []
    for index, (name, attribute) in enumerate(zip(names, attributes, strict=True)):
        text = pa.array([row[index] for row in rows], pa.string())
        if attribute.kind == "category":
            columns.append(Column(name, "category", levels=attribute.levels))
            arrays.append(text)
            continue
        try:
            arrays.append(parse(text, attribute.kind, Style(), chosen=True))
        except Unfit as unfit:
            reason = (
                f"“{unfit.value}” in row {unfit.index + 1} of “{name}” is not a {attribute.kind}"
            )
            raise TextUnreadable(reason=reason, param="data") from None
        columns.append(Column(name, TYPES[attribute.kind]))
    return Table.from_arrow(pa.Table.from_arrays(arrays, names=names), TableSchema(tuple(columns)))


def _wrong(number: int, reason: str) -> Exception:
    return TextUnreadable(reason=f"line {number} {reason}", param="data")
