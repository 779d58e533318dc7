"""Splitting rows, and keeping one of equal ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modules.cleaning import CleanMissingData
from modules.columns import SelectColumnsInDataset
from modules.rows import RemoveDuplicateRows, SplitData
from studio.sdk import Context, Table, columns
from studio.sdk.module import check
from tests.modules.frames import first, rows, run, sentence, table

PEOPLE = table(
    name=["Ann", "Bob", "Cleo", "Dan"],
    age=[40, 61, None, 20],
    born=[datetime(1984, 5, 1), datetime(1963, 1, 1), None, datetime(2004, 2, 3)],
    member=[True, False, None, True],
)


def parts(module: SplitData, ctx: Context, dataset: Table) -> tuple[Table, Table]:
    made = run(module, ctx, dataset=dataset)
    one, other = made["results_dataset1"], made["results_dataset2"]
    assert isinstance(one, Table)
    assert isinstance(other, Table)
    return one, other


def names(expression: str, mode: str, ctx: Context) -> list[str]:
    module = SplitData(mode=mode, expression=expression)
    one, other = parts(module, ctx, PEOPLE)
    passed, failed = ([row[0] for row in rows(t)] for t in (one, other))
    assert sorted(passed + failed) == ["Ann", "Bob", "Cleo", "Dan"]
    return passed


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(count=st.integers(0, 60), tenths=st.integers(0, 10), seed=st.integers(0, 2**31 - 1))
def test_a_split_is_exact_complete_and_in_order(
    count: int, tenths: int, seed: int, ctx: Context
) -> None:
    whole = table(n=np.arange(count))
    one, other = parts(SplitData(fraction=tenths / 10), replace(ctx, seed=seed), whole)
    left, right = ([n for (n,) in rows(part)] for part in (one, other))
    assert len(left) == count * tenths // 10
    assert left == sorted(left)
    assert right == sorted(right)
    assert sorted(left + right) == list(range(count))


def test_the_seed_decides_which_rows(ctx: Context) -> None:
    whole = table(n=np.arange(100))
    drawn = [rows(parts(SplitData(), replace(ctx, seed=seed), whole)[0]) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_without_chance_the_first_rows_are_taken(ctx: Context) -> None:
    one, other = parts(SplitData(fraction=0.75, randomized=False), ctx, PEOPLE)
    assert [row[0] for row in rows(one)] == ["Ann", "Bob", "Cleo"]
    assert [row[0] for row in rows(other)] == ["Dan"]


@pytest.mark.parametrize("randomized", [True, False])
def test_each_stratum_is_divided_by_itself(randomized: bool, ctx: Context) -> None:
    whole = table(kind=["a"] * 10 + [None] * 4 + ["b"] * 7, n=np.arange(21))
    module = SplitData(fraction=0.5, stratify_by="kind", randomized=randomized)
    one, _ = parts(module, ctx, whole)
    assert one.to_pandas()["kind"].value_counts(dropna=False).to_dict() == {
        "a": 5,
        "b": 3,
        np.nan: 2,
    }


@pytest.mark.parametrize(
    ("expression", "passed"),
    [
        ('\\"name" ^[AB]', ["Ann", "Bob"]),
        ("(\\0) n$", ["Ann", "Dan"]),
        ("\\1 ^2", ["Dan"]),
        ('\\"born" ^19', ["Ann", "Bob"]),
    ],
)
def test_a_regular_expression_splits(expression: str, passed: list[str], ctx: Context) -> None:
    assert names(expression, "regular_expression", ctx) == passed


@pytest.mark.parametrize(
    ("expression", "passed"),
    [
        ('\\"age" > 20', ["Ann", "Bob"]),
        ('\\"age" >= 20 & < 61', ["Ann", "Dan"]),
        ("(\\1)<=30 | >60.5", ["Bob", "Dan"]),
        ('\\"age" > 50 | > 30 & < 50', ["Ann", "Bob"]),
        ('\\"age" != 20', ["Ann", "Bob"]),
        ('\\"name" == Bob', ["Bob"]),
        ('\\"name" = "Bob" | == \'Dan\'', ["Bob", "Dan"]),
        ('\\"name" != "Bob"', ["Ann", "Cleo", "Dan"]),
        ('\\"member" == true', ["Ann", "Dan"]),
        ('\\"born" < 1984-05-01', ["Bob"]),
        ('"born" >= "1984-05-01"', ["Ann", "Dan"]),
    ],
)
def test_a_relative_expression_splits(expression: str, passed: list[str], ctx: Context) -> None:
    assert names(expression, "relative_expression", ctx) == passed


@pytest.mark.parametrize(
    ("mode", "expression", "reason"),
    [
        ("relative", "age > 3", "it does not begin with a column"),
        ("relative", '\\"age" > x', "“x” is not a number"),
        ("relative", '\\"age" > 3 &', "a comparison is expected at “”"),
        ("relative", "", "it does not begin with a column"),
        ("relative", "(\\9) > 3", "there is no column number 9, counted from 0"),
        ("regular", '\\"name" [', "“[” is not a regular expression (missing ]: [)"),
        ("regular", '\\"name"', "a pattern must follow the column"),
    ],
)
def test_an_expression_that_cannot_be_read(
    mode: str, expression: str, reason: str, ctx: Context
) -> None:
    module = SplitData(mode=f"{mode}_expression", expression=expression)
    wanted = f"The expression “{expression}” cannot be read: {reason}."
    assert sentence(module, ctx, dataset=PEOPLE) == wanted
    (problem,) = check(module, {"dataset": PEOPLE.schema})
    assert (problem.sentence, problem.param) == (wanted, "expression")


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ('\\"size" > 3', "Column “size” is not in the input."),
        (
            '\\"name" > 3',
            "Column “name” is of type string; a number or a date for “>” is needed.",
        ),
    ],
)
def test_a_column_that_does_not_fit_the_expression(
    expression: str, wanted: str, ctx: Context
) -> None:
    module = SplitData(mode="relative_expression", expression=expression)
    assert sentence(module, ctx, dataset=PEOPLE) == wanted


def test_whole_numbers_are_compared_exactly(ctx: Context) -> None:
    whole = table(id=[2**53, 2**53 + 1])
    module = SplitData(mode="relative_expression", expression=f'\\"id" > {2**53}')
    assert rows(parts(module, ctx, whole)[0]) == [(2**53 + 1,)]


def test_automobile_prices_are_split_as_published(shared_data: Path, ctx: Context) -> None:
    cars = Table.from_pandas(pd.read_csv(shared_data / "automobile-price.csv", na_values="?"))
    some = first(
        SelectColumnsInDataset(columns=columns(exclude=["normalized-losses"])), ctx, dataset=cars
    )
    complete = first(CleanMissingData(mode="remove_row"), ctx, dataset=some)
    one, other = parts(SplitData(fraction=0.7), ctx, complete)
    assert (complete.rows, one.rows, other.rows) == (193, 135, 58)


TWINS = table(key=["a", "b", "a", None, None, "A"], value=[1, 2, 3, 4, 5, 6])


def test_the_first_of_equal_rows_stays(ctx: Context) -> None:
    made = first(RemoveDuplicateRows(columns=columns("key")), ctx, dataset=TWINS)
    assert rows(made) == [("a", 1), ("b", 2), (None, 4), ("A", 6)]


def test_the_last_of_equal_rows_stays(ctx: Context) -> None:
    module = RemoveDuplicateRows(columns=columns("key"), retain_first=False)
    made = first(module, ctx, dataset=TWINS.with_origin())
    assert rows(made) == [("b", 2), ("a", 3), (None, 5), ("A", 6)]
    assert made.to_arrow(origin=True).column(2).to_pylist() == [1, 2, 4, 5]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    keys=st.lists(
        st.tuples(st.sampled_from(["x", "y", None]), st.sampled_from([0.0, 1.5, None])), max_size=30
    ),
    retain_first=st.booleans(),
)
def test_duplicates_as_pandas_finds_them(
    keys: list[tuple[str | None, float | None]], retain_first: bool, ctx: Context
) -> None:
    frame = pd.DataFrame(keys, columns=["a", "b"]).astype({"a": "str", "b": "float64"})
    frame["n"] = range(len(frame))
    made = first(
        RemoveDuplicateRows(columns=columns("a", "b"), retain_first=retain_first),
        ctx,
        dataset=Table.from_pandas(frame),
    )
    expected = frame.drop_duplicates(["a", "b"], keep="first" if retain_first else "last")
    assert [row[2] for row in rows(made)] == expected["n"].tolist()
