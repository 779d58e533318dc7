"""JSON lines (one object a line) and JSON arrays of objects as tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from modules.reading.dialect import Dialect
from modules.reading.faults import unreadable
from modules.reading.kinds import Style
from modules.reading.loose import Spool
from modules.reading.source import FileSource
from modules.reading.stream import TextStream
from studio.sdk import ColumnType, Context, Table

_DEEPEST = 200
_BRACKETS = re.compile(rb'[\[\]{}]|"(?:[^"\\]|\\.)*"')


def read_json_lines(
    source: FileSource, encoding: str, types: Mapping[str, ColumnType], ctx: Context
) -> Table:
    """Return the table of a file with one JSON object a line; its keys are the columns.

    A key that a line does not have is missing there. Lists and objects inside become JSON text.
    """
    spool = Spool(ctx.scratch, ctx)
    numbers: dict[str, int] = {}
    for count, row in enumerate(_objects(source, encoding)):
        if not count % 1000:
            ctx.check()
        for name in row:
            if name not in numbers:
                numbers[name] = spool.column(name)
        spool.add((numbers[name], value) for name, value in row.items())
    if not spool.names:
        raise unreadable(
            source.name,
            "it holds no objects with values",
            "Each line must hold one object, in braces.",
        )
    return spool.table(types, Style())


def _objects(source: FileSource, encoding: str) -> Iterator[dict[str, Any]]:
    stream = TextStream(source, Dialect(quote="", encoding=encoding))
    lines = stream.lines()
    found = False
    try:
        for number, line in enumerate(lines, start=1):
            text = line.strip()
            if not text:
                continue
            if text.startswith(b"[") and not found:
                yield from _array(source, text + b"".join(lines), number)
                return
            found = True
            yield _object(source, text, number)
    finally:
        stream.close()


def _object(source: FileSource, text: bytes, number: int) -> dict[str, Any]:
    value = _value(source, text, number)
    if not isinstance(value, dict):
        reason = f"line {number} holds {_spoken(value)}, not an object"
        raise unreadable(source.name, reason, "Each line must hold one object, in braces.")
    return value


def _array(source: FileSource, text: bytes, number: int) -> Iterator[dict[str, Any]]:
    for position, item in enumerate(_value(source, text, number), start=1):
        if not isinstance(item, dict):
            reason = f"item {position} of the list is {_spoken(item)}, not an object"
            raise unreadable(source.name, reason, "Each item must be one object, in braces.")
        yield item


def _value(source: FileSource, text: bytes, number: int) -> Any:
    if _is_deep(text):
        reason = f"line {number} begins a value that is nested too deeply"
        raise unreadable(source.name, reason, "Each line must hold one object, in braces.")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        line = number + error.lineno - 1
        reason = f"line {line} is not JSON: {error.msg.lower()} at character {error.colno}"
        raise unreadable(
            source.name, reason, "Each line must hold one object, in braces."
        ) from error


def _is_deep(text: bytes) -> bool:
    """Whether brackets are nested deeper than Python's reader may go."""
    if text.count(b"[") + text.count(b"{") <= _DEEPEST:
        return False
    depth = 0
    for token in _BRACKETS.finditer(text):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(token[0], 0)
        if depth > _DEEPEST:
            return True
    return False


def _spoken(value: object) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
