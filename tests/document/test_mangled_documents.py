"""Documents that something has damaged: they open, or one sentence says what is wrong."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_modules import everything, registry

from studio.document.errors import DocumentInvalid, DocumentUnreadable
from studio.document.storage import dumps, load, loads
from studio.sdk import StudioError

TEXT = dumps(everything()).encode()

junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def _open(raw: bytes) -> str | None:
    """Open a document; returns the sentence that says why not. Nothing but a StudioError passes."""
    try:
        experiment = loads(raw, registry())
    except StudioError as error:
        message = error.message
    else:
        assert loads(dumps(experiment)) == experiment
        return None
    assert message
    assert "\n" not in message
    assert len(message) < 1000
    return message


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_bytes(data: st.DataObject) -> None:
    raw = bytearray(TEXT)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw)))
        match data.draw(st.sampled_from(["flip", "cut", "insert", "remove", "repeat"])):
            case "flip" if at < len(raw):
                raw[at] ^= 1 << data.draw(st.integers(0, 7))
            case "cut":
                del raw[at:]
            case "insert":
                raw[at:at] = data.draw(st.binary(max_size=5))
            case "remove":
                del raw[at : at + data.draw(st.integers(1, 40))]
            case "repeat":
                raw[at:at] = raw[at : at + data.draw(st.integers(1, 80))]
    _open(bytes(raw))


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    lists = list(enumerate(value)) if isinstance(value, list) else []
    for step, item in value.items() if isinstance(value, dict) else lists:
        found += _places(item, (*path, step))
    return found


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_values_of_other_types(data: st.DataObject) -> None:
    document = json.loads(TEXT)
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(_places(document)[1:]))
        place = document
        for step in path[:-1]:
            place = place[step]
        action = data.draw(st.sampled_from(["set", "remove", "swap", "add"]))
        if action == "set":
            place[path[-1]] = data.draw(junk)
        elif action == "remove":
            del place[path[-1]]
        elif action == "swap":
            other = data.draw(st.sampled_from(list(document)))
            place[path[-1]] = json.loads(json.dumps(document[other]))
        elif isinstance(place, dict):
            place[data.draw(st.text(max_size=8))] = data.draw(junk)
    _open(json.dumps(document).encode("utf-8", "surrogatepass"))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200) | junk.map(lambda value: json.dumps(value).encode()))
def test_anything_at_all(raw: bytes) -> None:
    assert _open(raw) is not None


def _nested(opening: str, closing: str, count: int) -> bytes:
    return (opening * count + closing * count).encode()


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "The document: it is empty."),
        (b"  \n", "The document: it is empty."),
        (b"\0", "The document: it is not valid JSON"),
        (TEXT.replace(b"Trees", b"Tr\0es"), "Invalid control character at at line"),
        (TEXT.replace(b"Trees", b"Tr\\u0000es"), "A text holds a NUL character."),
        (TEXT.replace(b'"Trees"', b'"\\ud800"'), "A text holds half of a character"),
        (TEXT.replace(b"Trees", b"Tr\xe9es"), "The document: it is not UTF-8 text (byte "),
        (TEXT.decode().encode("utf-16"), "The document: it is not UTF-8 text (byte 0)."),
        (TEXT[: len(TEXT) // 2], "The document: it is not valid JSON"),
        (TEXT.replace(b"0.7", b"NaN"), "it holds “NaN”, which is not a number."),
        (TEXT.replace(b"0.7", b"-Infinity"), "it holds “-Infinity”, which is not a number."),
        (TEXT.replace(b"0.7", b"1e999"), "Node “split”: A number is infinite or not a number."),
        (TEXT.replace(b"[520.0, ", b"[1e999, "), "“nodes → compare → 0” must be a finite number."),
        (TEXT.replace(b"0.7", b"7" * 5000), "it holds a number with too many digits."),
        (TEXT.replace(b"0.7", b"7" * 500), "A whole number is larger than 64 bits."),
        (TEXT.replace(b'"seed": 42', b'"seed": 42, "seed": 43'), "two entries “seed”."),
        (_nested("[", "]", 5_000_000), "it is nested more than 100 levels deep."),
        (_nested('{"a":', "}", 1_500_000), "it is nested more than 100 levels deep."),
        (b"[" * 10_000_000, "it is nested more than 100 levels deep."),
        (_nested("[", "]", 101), "it is nested more than 100 levels deep."),
        (TEXT.replace(b"0.7", _nested("[", "]", 80)), "nested more than 60 levels deep."),
        (b"[]", "The document: it does not describe an experiment."),
        (b'{"format": 1}', "The document: it does not describe an experiment."),
        (TEXT.replace(b'"format": 1', b'"format": "1"'), "“format” must be a whole number from 1"),
        (TEXT.replace(b'"format": 1', b'"format": 0'), "“format” must be a whole number from 1"),
        (
            TEXT.replace(b'"format": 1', b'"format": 3'),
            "The document has format 3; this Wireloom reads formats up to 2.",
        ),
        (TEXT.replace(b'"$lines": [', b'"$lines": [1,', 1), "“$lines” must hold texts only."),
        (TEXT.replace(b'"$lines": [', b'"a": 1, "$lines": [', 1), "“$lines” must stand alone"),
        (TEXT.replace(b"split.first", b"gone.first"), "there is no node “gone”."),
    ],
)
def test_what_is_wrong_is_said(raw: bytes, sentence: str) -> None:
    message = _open(raw)
    assert message is not None
    assert sentence in message


def test_deep_nesting_is_refused_wherever_the_caller_stands() -> None:
    def deeper(levels: int) -> str | None:
        return deeper(levels - 1) if levels else _open(_nested("[", "]", 100_000))

    assert deeper(sys.getrecursionlimit() // 2) is not None


def test_a_mark_before_the_text_is_passed_over() -> None:
    assert _open(b"\xef\xbb\xbf" + TEXT) is None


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, len(TEXT) - 2))
def test_a_file_that_was_cut_off_names_the_file(tmp_path: Path, length: int) -> None:
    file = tmp_path / "a.experiment"
    file.write_bytes(TEXT[:length])
    with pytest.raises(DocumentUnreadable, match=r"“a\.experiment” cannot be opened"):
        load(file, registry())
    assert file.read_bytes() == TEXT[:length]


def test_a_document_with_a_circle_opens_and_names_it(tmp_path: Path) -> None:
    document = json.loads(TEXT)
    document["experiment"]["links"]["split.dataset"] = ["script.result"]
    file = tmp_path / "a.experiment"
    file.write_text(json.dumps(document))
    opened = load(file, registry())
    sentences = [found.problem.sentence for found in opened.problems]
    assert "These nodes wait for one another in a circle: “Script”, “Split Data”." in sentences


def test_a_text_with_halves_of_characters_is_refused() -> None:
    with pytest.raises(DocumentInvalid):
        loads("\ud800")
