"""JSON is read as its RFC has it and no further; keys that come twice are found."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.serve.errors import KeyTwice, NotJson, RequestWrong, TooDeep
from studio.serve.json_text import read, write

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"))
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


@given(value=TREES, spaced=st.booleans(), ascii_=st.booleans())
def test_what_is_json_is_read(value: Any, spaced: bool, ascii_: bool) -> None:
    separators = (" , ", " : ") if spaced else (",", ":")
    body = json.dumps(value, separators=separators, ensure_ascii=ascii_).encode()
    assert read(body) == value


@given(content=st.binary(max_size=40))
def test_anything_else_is_refused(content: bytes) -> None:
    try:
        wanted = json.loads(content.decode())
        json.dumps(wanted, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, UnicodeError):
        wanted = None
    try:
        assert read(content) == wanted
    except RequestWrong:
        assert wanted is None


@given(bits=st.integers(0, 2**64 - 1))
def test_doubles_are_read_and_written_exactly(bits: int) -> None:
    (value,) = struct.unpack("<d", struct.pack("<Q", bits))
    if value != value or value in (float("inf"), float("-inf")):
        return
    assert struct.pack("<d", read(repr(value).encode())) == struct.pack("<d", value)
    text = write(value).decode()
    assert struct.pack("<d", float(text)) == struct.pack("<d", value)
    assert len(text.replace("+", "")) <= len(repr(value))


@pytest.mark.parametrize(
    "body",
    [
        '{"a": 1, "a": 1}',
        '[{"a":1,"a":2}]',
        '[{"a":1},{"b":1,"b":2}]',
        '{"records":[{"a":1,"a":2}]}',
        '{"x":{"y":{"a":1,"a":2}}}',
        '[{"a":"\\": \\"", "a" : 2}]',
        '{"a\\u0062": 1, "ab": 2}',
        '[[{"a":1,"a":2}]]',
    ],
)
def test_keys_that_come_twice(body: str) -> None:
    with pytest.raises(KeyTwice):
        read(body.encode())


@pytest.mark.parametrize(
    "body", ['[{"a":"x: y"},{"a":"\\":"}]', '[{"a" :1}]', '{"a":"b:c","d":{"e":":"}}', "[]", "{}"]
)
def test_colons_in_texts_are_no_keys(body: str) -> None:
    assert read(body.encode()) == json.loads(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "expecting value"),
        (b"[NaN]", "NaN is no number"),
        (b"[-Infinity]", "-Infinity is no number"),
        (b'["\xff"]', "byte 2 is not UTF-8"),
        (b'"\\ud800"', "surrogate"),
        (b'{"\\udc00x": 1}', "surrogate"),
        (b"1" * 5000, "too many digits"),
        (b"\xef\xbb\xbf[]", "byte order mark"),
        ("[1]".encode("utf-16"), "not UTF-8"),
        (b"[1,\n2,]", "line 2, column 3"),
        (b'{"a": 1} x', "extra data"),
    ],
)
def test_what_is_wrong_is_said(body: bytes, said: str) -> None:
    with pytest.raises(NotJson) as caught:
        read(body)
    assert said in caught.value.message


@pytest.mark.parametrize(
    "body", [b"[" * 5_000_000, b'{"a":' * 1_000_000, b"[[" * 500 + b"]]" * 500]
)
def test_nesting_without_end(body: bytes) -> None:
    with pytest.raises(TooDeep):
        read(body)


def test_nan_where_a_protocol_has_it() -> None:
    (value,) = read(b"[NaN]", nan=True)
    assert value != value
    (value,) = read(b'[{"a":NaN, "b": ":"}]', nan=True)
    assert value["a"] != value["a"]


def test_a_lone_half_is_a_question_mark_in_an_error() -> None:
    from studio.serve.json_text import write_any

    assert write_any("a\ud800b") == b'"a?b"'
