"""Values of parameters, from Python objects and from text."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from studio.sdk import ColumnName, ColumnSelection, FilePath, Meta, Module, columns, param
from studio.session.values import from_text, plain


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
