"""Values of parameters, from Python objects and from text."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest

from studio.sdk import ColumnName, ColumnSelection, FilePath, Meta, Module, columns, param
from studio.session.values import from_text, not_storable, plain, wrong_values


class Everything(Module):
    """One parameter of each kind."""

    meta = Meta("everything", "Everything", "Tests")
    whole: int = param(1, "Whole")
    number: float | None = param(None, "Number")
    flag: bool = param(False, "Flag")
    text: str = param("", "Text")
    choice: Literal["1", "2"] = param("1", "Choice")
    column: ColumnName = param("", "Column")
    chosen: ColumnSelection = param(columns("a"), "Chosen")
    file: FilePath = param("", "File")
    several: list[int] = param([], "Several")
    pairs: dict[str, str] = param({}, "Pairs")
    kinds: dict[str, Literal["integer", "double"]] = param({}, "Kinds")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("whole", "3", 3),
        ("whole", "x", "x"),
        ("number", "2.5", 2.5),
        ("number", "none", None),
        ("flag", "Yes", True),
        ("flag", "false", False),
        ("text", "3", "3"),
        ("text", "null", "null"),
        ("choice", "2", "2"),
        ("column", "true", "true"),
        ("file", "a b.csv", "a b.csv"),
        ("several", "1", [1]),
        ("several", "[1, 2]", [1, 2]),
        ("several", "a, b", ["a", "b"]),
        ("pairs", '{"a": "b"}', {"a": "b"}),
        ("chosen", "a,b", columns("a", "b").model_dump(mode="json")),
        ("chosen", '["a"]', columns("a").model_dump(mode="json")),
    ],
)
def test_text_becomes_what_the_parameter_takes(name: str, text: str, value: object) -> None:
    assert from_text(Everything.parameter(name), text) == value


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("file", Path("a", "b.csv"), str(Path("a", "b.csv"))),
        ("whole", np.int64(3), 3),
        ("several", np.array([1, 2]), [1, 2]),
        ("several", (1, 2), [1, 2]),
        ("several", {2, 1}, [1, 2]),
        ("text", date(2024, 1, 31), "2024-01-31"),
        ("chosen", "a", columns("a").model_dump(mode="json")),
        ("chosen", ["a", "b"], columns("a", "b").model_dump(mode="json")),
        ("chosen", columns(exclude=["a"]), columns(exclude=["a"]).model_dump(mode="json")),
    ],
)
def test_objects_become_plain_data(name: str, given: Any, value: object) -> None:
    assert plain(Everything.parameter(name), given) == value


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"several": ["a"]},
            "“Several” must be a list; item 1 is “a”, and must be a whole number.",
        ),
        (
            {"pairs": {"a": 1}},
            "“Pairs” must be pairs of names and values; “a” is 1, and must be text.",
        ),
        (
            {"kinds": {"a": "int"}},
            "“Kinds” must be pairs of names and values; “a” is “int”, and must be one of ",
        ),
        (
            {"chosen": {"foo": 1}},
            "“Chosen” must be a selection of columns; “foo” has no meaning there.",
        ),
        (
            {"chosen": {"rules": [{"by": "type", "values": ["date"]}]}},
            "“Chosen”: “date” is not a type; choose one of ",
        ),
        ({"whole": "a\nb"}, "“Whole” must be a whole number; it is “a\nb”."),
    ],
)
def test_what_is_wrong_inside_a_value_is_named(given: dict[str, Any], sentence: str) -> None:
    (said,) = wrong_values(Everything, given)
    assert said.startswith(sentence)


def test_what_a_document_cannot_keep_is_named() -> None:
    given = {"whole": 1, "text": pd.DataFrame({"a": [1]}), "several": [2**70]}
    assert not_storable(Everything, given) == [
        "“Text” cannot be set: a value of type DataFrame cannot be kept in a document.",
        "“Several” cannot be set: a whole number is larger than 64 bits.",
    ]
