"""Choosing columns, and saying what they are."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import pytest

from modules.columns import EditMetadata, SelectColumnsInDataset
from studio.sdk import ALL, ColumnSelection, Context, Role, Rule, Table, columns
from studio.sdk.module import check
from tests.modules.frames import first, rows, sentence, table

CARS = table(make=["audi", "bmw"], doors=["2", " 4 "], price=[10.5, None])


def test_columns_come_in_the_order_of_the_table(ctx: Context) -> None:
    made = first(SelectColumnsInDataset(columns=columns("price", "make")), ctx, dataset=CARS)
    assert made.schema.names == ("make", "price")
    assert rows(made) == [("audi", 10.5), ("bmw", None)]


def test_a_column_asked_for_twice_comes_twice_in_the_order_of_the_rules(ctx: Context) -> None:
    selection = ColumnSelection(
        rules=(Rule(values=("price", "make")), Rule(by="index", values=("1",))), keep_order=True
    )
    made = first(SelectColumnsInDataset(columns=selection), ctx, dataset=CARS.with_origin())
    assert made.schema.names == ("price", "make", "make (1)")
    assert rows(made) == [(10.5, "audi", "audi"), (None, "bmw", "bmw")]
    assert made.schema.has_origin


def test_all_but_one_column(ctx: Context) -> None:
    made = first(SelectColumnsInDataset(columns=columns(exclude=["doors"])), ctx, dataset=CARS)
    assert made.schema.names == ("make", "price")


def test_a_column_that_is_not_there_is_named(ctx: Context) -> None:
    module = SelectColumnsInDataset(columns=columns("colour"))
    assert sentence(module, ctx, dataset=CARS) == "Column “colour” is not in the input."


def test_roles_and_levels_stay(ctx: Context) -> None:
    frame = pd.DataFrame({"kind": pd.Categorical(["b"], ["a", "b"]), "y": [1]})
    given = Table.from_pandas(frame)
    given = given.with_schema(given.schema.with_role("y", "label"))
    made = first(SelectColumnsInDataset(columns=ALL), ctx, dataset=given)
    assert made.schema == given.schema
    assert made.schema.column("kind").levels == ("a", "b")


def test_text_becomes_whole_numbers(ctx: Context) -> None:
    module = EditMetadata(columns=columns("doors"), data_type="integer")
    assert rows(first(module, ctx, dataset=CARS)) == [("audi", 2, 10.5), ("bmw", 4, None)]


@pytest.mark.parametrize(
    ("text", "to", "expected"),
    [
        (["1", "", None, "3.0"], "integer", [1, None, None, 3]),
        (["1e3", "-0.5", " "], "double", [1000.0, -0.5, None]),
        (["Yes", "f", "1", None], "boolean", [True, False, True, None]),
        (
            ["2024-01-31", "2024-02-01 10:30"],
            "datetime",
            [datetime(2024, 1, 31), datetime(2024, 2, 1, 10, 30)],
        ),
        (["1/31/2024"], "datetime", [datetime(2024, 1, 31)]),
        (["2024-01-31T12:00:00+02:00"], "datetime", [datetime(2024, 1, 31, 10)]),
        (["01:30:00", None], "timespan", [timedelta(minutes=90), None]),
    ],
)
def test_text_reads_as_another_type(
    text: list[str | None], to: str, expected: list[object], ctx: Context
) -> None:
    module = EditMetadata(columns=ALL, data_type=to)
    made = first(module, ctx, dataset=table(x=text))
    assert made.to_arrow().column("x").to_pylist() == expected
    assert made.schema.column("x").type == to


@pytest.mark.parametrize(
    ("values", "to", "expected"),
    [
        ([1, 0, 2], "boolean", [True, False, True]),
        ([1.5, 2.0], "string", ["1.5", "2"]),
        ([True, False], "integer", [1, 0]),
        ([90.0], "timespan", [timedelta(seconds=90)]),
        ([pd.Timestamp("2024-01-31 10:00")], "string", ["2024-01-31 10:00:00"]),
        ([pd.Timedelta(hours=25)], "string", ["1 day, 1:00:00"]),
    ],
)
def test_values_become_another_type(
    values: list[object], to: str, expected: list[object], ctx: Context
) -> None:
    made = first(EditMetadata(columns=ALL, data_type=to), ctx, dataset=table(x=values))
    assert made.to_arrow().column("x").to_pylist() == expected


@pytest.mark.parametrize(
    ("values", "to", "wanted"),
    [
        (["1", "two", "3"], "integer", "“two” in column “x” does not read as a whole number."),
        ([1.0, 2.5], "integer", "“2.5” in column “x” does not read as a whole number."),
        (["maybe"], "boolean", "“maybe” in column “x” does not read as yes or no."),
        (
            ["31.31.2024"],
            "datetime",
            "“31.31.2024” in column “x” does not read as a date and time.",
        ),
        (["soon"], "timespan", "“soon” in column “x” does not read as a span of time."),
        (
            [1, 2],
            "datetime",
            "Column “x” is of type integer, which does not become a date and time.",
        ),
    ],
)
def test_a_value_that_does_not_read_is_shown(
    values: list[object], to: str, wanted: str, ctx: Context
) -> None:
    assert sentence(EditMetadata(columns=ALL, data_type=to), ctx, dataset=table(x=values)) == wanted


def test_levels_are_the_distinct_values_in_order(ctx: Context) -> None:
    given = table(n=[10, 9, 10], word=["b", None, "a"])
    made = first(EditMetadata(categorical="make_categorical"), ctx, dataset=given)
    assert [c.levels for c in made.schema] == [("9", "10"), ("a", "b")]
    assert rows(made) == [("10", "b"), ("9", None), ("10", "a")]


def test_levels_are_those_after_the_type_changed(ctx: Context) -> None:
    given = table(n=["10", " 9", "9.0"])
    module = EditMetadata(data_type="integer", categorical="make_categorical")
    made = first(module, ctx, dataset=given)
    assert made.schema.column("n").levels == ("9", "10")
    assert rows(made) == [("10",), ("9",), ("9",)]


def test_a_category_becomes_text_again(ctx: Context) -> None:
    given = Table.from_pandas(pd.DataFrame({"kind": pd.Categorical(["b", "a"], ["b", "a"])}))
    made = first(EditMetadata(categorical="make_non_categorical"), ctx, dataset=given)
    assert made.schema.column("kind").type == "string"
    assert rows(made) == [("b",), ("a",)]


@pytest.mark.parametrize(
    ("before", "fields", "after"),
    [
        ("feature", "labels", "label"),
        ("feature", "weights", "weight"),
        ("label", "clear_labels", "feature"),
        ("label", "clear_weights", "label"),
        ("feature", "clear_features", "id"),
        ("score", "clear_scores", "feature"),
        ("label", "features", "feature"),
    ],
)
def test_roles(before: Role, fields: str, after: Role, ctx: Context) -> None:
    given = table(x=[1.0])
    given = given.with_schema(given.schema.with_role("x", before))
    made = first(EditMetadata(fields=fields), ctx, dataset=given)
    assert made.schema.column("x").role == after


def test_text_is_no_weight() -> None:
    module = EditMetadata(columns=columns("make"), fields="weights")
    (problem,) = check(module, {"dataset": CARS.schema})
    assert problem.sentence == "Column “make” is of type string; a number is needed."


def test_columns_get_new_names(ctx: Context) -> None:
    module = EditMetadata(columns=columns("make", "price"), new_column_names=("Marke", "Preis, €"))
    assert first(module, ctx, dataset=CARS).schema.names == ("Marke", "doors", "Preis, €")


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (("a",), "The number of new names (1) is not that of the selected columns (3)."),
        (
            ("a", "a", "b"),
            "“a” cannot be a new name: names are not empty, and no two columns have the same.",
        ),
        (
            ("a", " ", "b"),
            "“ ” cannot be a new name: names are not empty, and no two columns have the same.",
        ),
    ],
)
def test_names_must_fit(names: tuple[str, ...], wanted: str) -> None:
    (problem,) = check(EditMetadata(new_column_names=names), {"dataset": CARS.schema})
    assert problem.sentence == wanted
    assert problem.param == "new_column_names"
