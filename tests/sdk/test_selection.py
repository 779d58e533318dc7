"""Columns chosen by rules."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from studio.sdk import (
    ALL,
    CATEGORIES,
    NUMERIC,
    Column,
    ColumnMissing,
    ColumnSelection,
    ModuleError,
    NoColumns,
    Rule,
    TableSchema,
    columns,
)
from studio.sdk.selection import SelectionWrong

SCHEMA = TableSchema(
    (
        Column("id", "integer", "id"),
        Column("größe", "double"),
        Column("word", "string"),
        Column("kind", "category", levels=("a",)),
        Column("target", "category", "label", ("no", "yes")),
        Column("__origin__", "integer", "origin"),
    )
)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (ALL, ["id", "größe", "word", "kind", "target"]),
        (NUMERIC, ["id", "größe"]),
        (CATEGORIES, ["kind", "target"]),
        (columns("word", "id"), ["id", "word"]),
        (columns("word", "id", keep_order=True), ["word", "id"]),
        (columns("id", "id", keep_order=True), ["id", "id"]),
        (columns(exclude=["id", "word"]), ["größe", "kind", "target"]),
        (columns(types=["text"], exclude=["kind"]), ["word", "target"]),
        (columns(roles=["label", "id"]), ["id", "target"]),
        (columns(indices=[5, "1-2"]), ["id", "größe", "target"]),
        (columns(indices=["2-1"], keep_order=True), ["id", "größe"]),
        (columns(pattern=".*r.*"), ["größe", "word", "target"]),
        (columns("id", types=["double"]), ["id", "größe"]),
    ],
)
def test_rules(selection: ColumnSelection, expected: list[str]) -> None:
    assert selection.names(SCHEMA) == expected


def test_rules_apply_in_order() -> None:
    rules = (
        Rule(action="exclude", by="type", values=("numeric",)),
        Rule(action="include", values=("id",)),
        Rule(action="exclude", by="all"),
        Rule(by="role", values=("label",)),
    )
    begun = ColumnSelection(begin="all", rules=rules[:2])
    assert begun.names(SCHEMA) == ["id", "word", "kind", "target"]
    assert ColumnSelection(begin="all", rules=rules).names(SCHEMA) == ["target"]


def test_a_selection_survives_json() -> None:
    selection = columns("id", pattern="a.*", exclude=["x"])
    assert ColumnSelection.model_validate_json(selection.model_dump_json()) == selection


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(ColumnMissing) as missing:
        columns("Word").names(SCHEMA, param="columns")
    assert (missing.value.message, missing.value.param) == (
        "Column “Word” is not in the input.",
        "columns",
    )
    with pytest.raises(ModuleError) as beyond:
        columns(indices=["4-9"]).names(SCHEMA)
    assert beyond.value.message == "There is no column number 9: the input has 5 columns."


def test_a_selection_of_nothing_is_refused_unless_allowed() -> None:
    nothing = columns(types=["datetime"])
    with pytest.raises(NoColumns):
        nothing.names(SCHEMA)
    assert nothing.names(SCHEMA, allow_none=True) == []


@pytest.mark.parametrize(
    ("by", "value", "said"),
    [
        ("type", "number", "“number” is not a type"),
        ("role", "target", "“target” is not a role"),
        ("index", "0", "“0” is not a column number"),
        ("index", "1-", "“1-” is not a column number"),
        ("pattern", "(", "“(” is not a regular expression"),
    ],
)
def test_rules_that_make_no_sense_are_refused(by: str, value: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said.replace("(", "\\(")):
        Rule.model_validate({"by": by, "values": [value]})


@pytest.mark.parametrize("named", [["word", "id"], ("id", "word")])
def test_a_list_of_names_stands_for_a_selection(named: list[str] | tuple[str, ...]) -> None:
    assert ColumnSelection.model_validate(named).names(SCHEMA) == ["id", "word"]


def test_one_name_stands_for_a_selection() -> None:
    assert ColumnSelection.model_validate("word") == columns("word")
    assert ColumnSelection.model_validate([]) == ColumnSelection()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"types": ["date"]}, "“date” is not a type; choose one of numeric, text,"),
        ({"indices": [0]}, "“0” is not a column number like 3"),
        ({"pattern": "("}, "“(” is not a regular expression"),
        ({"exclude": [3]}, "names are text"),
    ],
)
def test_a_selection_that_cannot_be_is_one_sentence(given: dict[str, Any], said: str) -> None:
    with pytest.raises(SelectionWrong) as caught:
        columns(**given)
    assert str(caught.value).startswith(f"Columns cannot be selected so: {said}")
    assert "\n" not in str(caught.value)
