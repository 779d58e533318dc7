"""The schema of a table."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.sdk import ORIGIN, Column, ColumnMissing, TableSchema, unique_names
from studio.sdk.schema import COLUMN_TYPES, ROLES

ORIGINS = Column(ORIGIN, "integer", "origin")
SCHEMA = TableSchema(
    (Column("a", "integer"), Column("b", "category", "label", ("x", "y")), ORIGINS)
)
COLUMNS = st.builds(
    Column,
    st.text(min_size=1),
    st.sampled_from(COLUMN_TYPES),
    st.sampled_from([role for role in ROLES if role != "origin"]),
    st.none() | st.lists(st.text(), unique=True).map(tuple),
)
SCHEMAS = st.lists(COLUMNS, unique_by=lambda column: column.name).map(
    lambda columns: TableSchema(tuple(columns))
)


@given(SCHEMAS)
def test_a_schema_survives_json(schema: TableSchema) -> None:
    assert TableSchema.from_dict(json.loads(json.dumps(schema.to_dict()))) == schema


def test_unknown_types_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown type or role"):
        TableSchema.from_dict([{"name": "a", "type": "number"}])


def test_the_origin_is_hidden_and_goes_along() -> None:
    assert SCHEMA.names == ("a", "b")
    assert len(SCHEMA) == 2
    assert SCHEMA.select(["b"]).columns == (SCHEMA.columns[1], ORIGINS)
    assert SCHEMA.append(Column("c", "double")).columns[-1] == ORIGINS
    assert SCHEMA.without_origin().columns == SCHEMA.visible


def test_columns_are_replaced_dropped_renamed() -> None:
    assert SCHEMA.append(Column("a", "string")).names == ("a", "b")
    assert SCHEMA.replace(Column("a", "string")).column("a").type == "string"
    assert SCHEMA.drop({"a"}).names == ("b",)
    assert SCHEMA.rename({"b": "c"}).column("c").levels == ("x", "y")
    assert SCHEMA.with_role("a", "weight").by_role("weight")[0].name == "a"
    assert SCHEMA.where(lambda column: column.is_numeric) == ("a",)


def test_a_missing_column_is_named_with_what_there_is() -> None:
    with pytest.raises(ColumnMissing) as caught:
        SCHEMA.column("A", param="columns", port="dataset")
    assert caught.value.message == "Column “A” is not in the input."
    assert caught.value.advice == "Choose one of: a, b."
    assert (caught.value.param, caught.value.port) == ("columns", "dataset")


@pytest.mark.parametrize(
    ("names", "taken", "expected"),
    [
        (["a", "a", "a"], [], ["a", "a (1)", "a (2)"]),
        (["a", "a (1)", "a"], [], ["a", "a (1)", "a (2)"]),
        (["", " "], [], ["Col1", "Col2"]),
        (["a"], ["a"], ["a (1)"]),
        (["a", "A"], [], ["a", "A"]),
        ([ORIGIN], [], [f"{ORIGIN} (1)"]),
    ],
)
def test_names_made_unique(names: list[str], taken: list[str], expected: list[str]) -> None:
    assert unique_names(names, taken) == expected


@given(st.lists(st.sampled_from(["a", "b", "a (1)", "", " ", "A"])), st.sets(st.just("a")))
def test_names_are_unique_and_not_empty(names: list[str], taken: set[str]) -> None:
    made = unique_names(names, taken)
    assert len({*made, *taken}) == len(made) + len(taken)
    assert all(name.strip() for name in made)
