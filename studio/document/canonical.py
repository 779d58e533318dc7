"""Canonical JSON text: one text for one value, made to be read in a diff."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import chain
from json.encoder import encode_basestring
from typing import Any, NoReturn

from studio.document.errors import DocumentInvalid

LINES = "$lines"
"""The key under which a text of several lines stands as a list of its lines."""
MAX_DEPTH = 100
_ESCAPED = re.compile(r"\$+lines")
_WIDTH = 90


def write_text(data: Any) -> str:
    """Return plain data as text: sorted keys, a line an entry, texts of several lines as lists."""
    return "".join(_written(_with_lines(data), "")) + "\n"


def read_text(raw: bytes) -> Any:
    """Return the plain data in a text; raises DocumentInvalid, whatever the bytes are."""
    return _without_lines(read_json(raw))


def read_json(raw: bytes) -> Any:
    """Return the data in JSON as it stands; raises DocumentInvalid, whatever the bytes are."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _invalid(f"it is not UTF-8 text (byte {error.start})") from None
    if not text.strip():
        raise _invalid("it is empty")
    try:
        data = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _invalid(f"it is not valid JSON ({error.msg} at {place})") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise _invalid("it holds a number with too many digits") from None
    _require_shallow(data)
    return data


def _with_lines(value: Any) -> Any:
    """Return data with each text of several lines as an object that holds its lines."""
    if isinstance(value, str):
        return {LINES: value.split("\n")} if "\n" in value else value
    if isinstance(value, list):
        return [_with_lines(item) for item in value]
    if isinstance(value, dict):
        return {
            f"${key}" if _ESCAPED.fullmatch(key) else key: _with_lines(item)
            for key, item in value.items()
        }
    return value


def _without_lines(value: Any) -> Any:
    """Return data with lists of lines joined again."""
    if isinstance(value, list):
        return [_without_lines(item) for item in value]
    if not isinstance(value, dict):
        return value
    if LINES in value:
        return _joined(value)
    return {
        key[1:] if _ESCAPED.fullmatch(key) else key: _without_lines(item)
        for key, item in value.items()
    }


def _require_shallow(data: Any) -> None:
    level = [data]
    for _ in range(MAX_DEPTH):
        lists = [item for item in level if isinstance(item, list)]
        objects = [item.values() for item in level if isinstance(item, dict)]
        level = list(chain(*lists, *objects))
        if not level:
            return
    raise _too_deep()


def _joined(value: dict[str, Any]) -> str:
    lines = value[LINES]
    if len(value) > 1 or not isinstance(lines, list):
        raise _invalid(f"“{LINES}” must stand alone and be a list of texts")
    if not all(isinstance(line, str) for line in lines):
        raise _invalid(f"“{LINES}” must hold texts only")
    return "\n".join(lines)


def _written(value: Any, indent: str) -> list[str]:
    """Return the pieces of the text of a value that begins at an indent."""
    inner = indent + "  "
    if isinstance(value, dict) and value:
        pieces = ["{"]
        for number, key in enumerate(sorted(value)):
            pieces += [",\n" if number else "\n", inner, encode_basestring(key), ": "]
            pieces += _written(value[key], inner)
        return [*pieces, "\n", indent, "}"]
    if isinstance(value, list) and not _in_one_line(value):
        pieces = ["["]
        for number, item in enumerate(value):
            pieces += [",\n" if number else "\n", inner, *_written(item, inner)]
        return [*pieces, "\n", indent, "]"]
    return [json.dumps(value, ensure_ascii=False, allow_nan=False)]


def _in_one_line(items: list[Any]) -> bool:
    """Whether a list is short enough to read in one line: a few numbers, or one short item."""
    if not all(item is None or isinstance(item, int | float | str) for item in items):
        return False
    if len(items) > 1 and any(isinstance(item, str) for item in items):
        return False
    return sum(len(str(item)) + 2 for item in items) < _WIDTH


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise _invalid(f"an object has two entries “{twice}”")
    return found


def _constant(name: str) -> NoReturn:
    raise _invalid(f"it holds “{name}”, which is not a number")


def _too_deep() -> DocumentInvalid:
    return _invalid(f"it is nested more than {MAX_DEPTH} levels deep")


def _invalid(reason: str) -> DocumentInvalid:
    return DocumentInvalid(where="The document", reason=reason)
