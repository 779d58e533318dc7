"""Literals: a request's data as it is written in the languages that call a package."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

_WIDTH = 92


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a language writes data.

    Attributes:
        text: A text between its quotes.
        key: The name of an entry, with what stands between it and its value.
        record, row: What a record and a list begin and end with.
        nothing: A record without entries.
        null, true, false: The constants.
        indent: What each level is set in by.
    """

    text: Callable[[str], str]
    key: Callable[[str], str]
    record: tuple[str, str] = ("{", "}")
    row: tuple[str, str] = ("[", "]")
    nothing: str = "{}"
    null: str = "null"
    true: str = "true"
    false: str = "false"
    indent: str = "  "


def literal(value: Any, grammar: Grammar, indent: str = "") -> str:
    """Return plain data as a literal: in one line where that is short enough, else indented."""
    if not isinstance(value, dict | list):
        return _scalar(value, grammar)
    short = _in_one_line(value, grammar)
    if len(indent) + len(short) <= _WIDTH:
        return short
    inner = indent + grammar.indent
    parts = [f"{key}{literal(item, grammar, inner)}" for key, item in _entries(value, grammar)]
    start, end = grammar.record if isinstance(value, dict) else grammar.row
    lines = f",\n{inner}".join(parts)
    return f"{start}\n{inner}{lines}\n{indent}{end}"


def _in_one_line(value: Any, grammar: Grammar) -> str:
    if not isinstance(value, dict | list):
        return _scalar(value, grammar)
    if value == {}:
        return grammar.nothing
    parts = [f"{key}{_in_one_line(item, grammar)}" for key, item in _entries(value, grammar)]
    start, end = grammar.record if isinstance(value, dict) else grammar.row
    return f"{start}{', '.join(parts)}{end}"


def _entries(value: dict[str, Any] | list[Any], grammar: Grammar) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(grammar.key(name), item) for name, item in value.items()]
    return [("", item) for item in value]


def _scalar(value: Any, grammar: Grammar) -> str:
    if value is None:
        return grammar.null
    if isinstance(value, bool):
        return grammar.true if value else grammar.false
    if isinstance(value, str):
        return grammar.text(value)
    return json.dumps(value, allow_nan=False)


def json_text(text: str) -> str:
    """Return a text as JSON has it; what an editor would take for the end of a line is escaped."""
    return _visible(json.dumps(text, ensure_ascii=False), lambda sign: json.dumps(sign)[1:-1])


def python_text(text: str) -> str:
    """Return a text as Python has it, between double quotes."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{_visible(quoted, _python_escape)}"'


def r_text(text: str) -> str:
    """Return a text as R has it, between double quotes."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{_visible(quoted, _r_escape)}"'


def m_text(text: str) -> str:
    """Return a text as Power Query's language M has it, between double quotes."""
    quoted = text.replace("#(", "#(#)(").replace('"', '""').replace("\n", "#(lf)")
    return f'"{_visible(quoted, _m_escape)}"'


def csharp_text(text: str) -> str:
    """Return a text of several lines as C# has it: verbatim, its double quotes doubled."""
    return '@"' + text.replace('"', '""') + '"'


def _visible(text: str, escape: Callable[[str], str]) -> str:
    """Return text with the signs escaped that an editor would not show."""
    return "".join(sign if sign.isprintable() else escape(sign) for sign in text)


def _python_escape(sign: str) -> str:
    number = ord(sign)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _r_escape(sign: str) -> str:
    number = ord(sign)
    return f"\\u{{{number:x}}}" if number < 0x10000 else f"\\U{{{number:x}}}"


def _m_escape(sign: str) -> str:
    number = ord(sign)
    return f"#({number:04x})" if number < 0x10000 else f"#({number:08x})"


def _js_key(name: str) -> str:
    """Return the key of an object; in brackets where it would name the object's prototype."""
    return f"[{json_text(name)}]: " if name == "__proto__" else f"{json_text(name)}: "


JSON = Grammar(json_text, lambda name: f"{json_text(name)}: ")
JAVASCRIPT = Grammar(json_text, _js_key)
PYTHON = Grammar(
    python_text,
    lambda name: f"{python_text(name)}: ",
    null="None",
    true="True",
    false="False",
    indent="    ",
)
R = Grammar(
    r_text,
    lambda name: f"{r_text(name)} = ",
    record=("list(", ")"),
    row=("list(", ")"),
    nothing="setNames(list(), character())",
    null="NULL",
    true="TRUE",
    false="FALSE",
)
M = Grammar(
    m_text,
    lambda name: f"#{m_text(name)} = ",
    record=("[", "]"),
    row=("{", "}"),
    nothing="[]",
    indent="    ",
)
