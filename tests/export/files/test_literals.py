"""Data as languages write it, read again by a reader of that language."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.export.files.literals import (
    JAVASCRIPT,
    JSON,
    PYTHON,
    M,
    R,
    csharp_text,
    literal,
    m_text,
    r_text,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=50, deadline=None)
@given(DATA)
def test_json_is_the_same_data(data: Any) -> None:
    assert json.loads(literal(data, JSON)) == data


@settings(max_examples=50, deadline=None)
@given(DATA)
def test_python_is_the_same_data(data: Any) -> None:
    assert ast.literal_eval(literal(data, PYTHON)) == data


@settings(max_examples=50, deadline=None)
@given(DATA)
def test_power_query_is_the_same_data(data: Any) -> None:
    assert PowerQuery(literal(data, M)).value() == data


@pytest.mark.parametrize("grammar", [JSON, JAVASCRIPT, PYTHON, R, M])
def test_long_data_stands_in_short_lines(grammar: Any) -> None:
    data = {f"column {number}": ["x" * 20, None, 1.5] for number in range(20)}
    lines = literal(data, grammar).splitlines()
    assert len(lines) == 22
    assert max(map(len, lines)) < 92


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a "b"', r'"a \"b\""'),
        ("back\\slash", r'"back\\slash"'),
        ("a\nb\tc", r'"a\nb\u{9}c"'),
        ("it's `x` 日本", '"it\'s `x` 日本"'),
        ("\u2028", r'"\u{2028}"'),
        ("\U000e0001", r'"\U{e0001}"'),
    ],
)
def test_text_in_r(text: str, expected: str) -> None:
    assert r_text(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a "b"', '"a ""b"""'),
        ("back\\slash", r'"back\slash"'),
        ("a\nb\rc", '"a#(lf)b#(000d)c"'),
        ("#(lf)", '"#(#)(lf)"'),
        ("## (x)", '"## (x)"'),
        ("\U000e0001", '"#(000e0001)"'),
    ],
)
def test_text_in_power_query(text: str, expected: str) -> None:
    assert m_text(text) == expected


@settings(max_examples=50, deadline=None)
@given(TEXTS)
def test_text_in_c_sharp(text: str) -> None:
    found = csharp_text(text)
    assert found[:2] == '@"'
    assert found[-1] == '"'
    assert re.sub('""', "", found[2:-1]).count('"') == 0
    assert found[2:-1].replace('""', '"') == text


def test_a_record_without_entries() -> None:
    assert literal({}, R) == "setNames(list(), character())"
    assert literal([], R) == "list()"
    assert literal({}, M) == "[]"
    assert literal([], M) == "{}"


def test_a_name_that_javascript_takes_for_the_prototype_is_computed() -> None:
    assert literal({"__proto__": 1}, JAVASCRIPT) == '{["__proto__"]: 1}'


_NAMED = {"lf": "\n", "cr": "\r", "tab": "\t", "#": "#"}


class PowerQuery:
    """Reads a literal of M by its grammar: records, lists, texts with #(…), numbers, constants."""

    TOKENS = re.compile(
        r'\s*(?:(#?"(?:[^"]|"")*")|(null|true|false)|(-?[0-9.]+(?:e[+-]?\d+)?)|(.))'
    )
    ESCAPE = re.compile(r"#\(([^)]*)\)")

    def __init__(self, code: str) -> None:
        self.code, self.place = code, 0

    def next(self) -> re.Match[str]:
        found = self.TOKENS.match(self.code, self.place)
        assert found is not None
        self.place = found.end()
        return found

    def peek(self) -> str:
        found = self.TOKENS.match(self.code, self.place)
        return "" if found is None else found[0].strip()

    def text(self, quoted: str) -> str:
        inner = quoted[quoted.index('"') + 1 : -1].replace('""', '"')
        return self.ESCAPE.sub(lambda code: _NAMED.get(code[1]) or chr(int(code[1], 16)), inner)

    def value(self) -> Any:
        text, constant, number, sign = self.next().groups()
        if text is not None:
            assert text[0] == '"'
            return self.text(text)
        if constant is not None:
            return {"null": None, "true": True, "false": False}[constant]
        if number is not None:
            return json.loads(number)
        return self.record() if sign == "[" else self.list(sign)

    def record(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self.peek() != "]":
            name = self.next()[1]
            assert name[0] == "#"
            assert self.next()[4] == "="
            found[self.text(name)] = self.value()
            if self.peek() == ",":
                self.next()
        self.next()
        return found

    def list(self, sign: str) -> list[Any]:
        assert sign == "{"
        found: list[Any] = []
        while self.peek() != "}":
            found.append(self.value())
            if self.peek() == ",":
                self.next()
        self.next()
        return found
