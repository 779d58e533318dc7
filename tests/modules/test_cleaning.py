"""Missing values removed or replaced."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from modules.cleaning import CleanMissingData
from studio.sdk import Context, Table, columns
from studio.sdk.keep import keep, load
from studio.sdk.module import check
from studio.sdk.transform import Transform
from tests.modules.frames import first, notes, rows, run, sentence, table

GAPS = Table.from_pandas(
    pd.DataFrame(
        {
            "x": [1.0, None, 4.0, 4.0],
            "n": pd.array([1, 2, None, 5], "Int64"),
            "word": ["b", None, "a", "b"],
            "kind": pd.Categorical(["q", "p", None, "p"], ["q", "p"]),
        }
    )
).with_origin()


def cleaned(ctx: Context, dataset: Table = GAPS, **params: object) -> list[tuple[object, ...]]:
    return rows(first(CleanMissingData(**params), ctx, dataset=dataset))


def test_one_value_for_every_missing_one(ctx: Context) -> None:
    module = CleanMissingData(replacement_value="7")
    made = first(module, ctx, dataset=GAPS)
    assert rows(made) == [
        (1.0, 1, "b", "q"),
        (7.0, 2, "7", "p"),
        (4.0, 7, "a", "7"),
        (4.0, 5, "b", "p"),
    ]
    assert made.schema.column("kind").levels == ("q", "p", "7")
    assert made.schema.column("n").type == "integer"
    assert made.schema.has_origin


@pytest.mark.parametrize(
    ("mode", "x", "n"), [("mean", 3.0, 3), ("median", 4.0, 2), ("mode", 4.0, 1)]
)
def test_figures_of_the_column(mode: str, x: float, n: int, ctx: Context) -> None:
    made = cleaned(ctx, mode=mode, columns=columns("x", "n"))
    assert made[1][0] == x
    assert made[2][1] == n


def test_the_most_frequent_text(ctx: Context) -> None:
    made = cleaned(ctx, mode="mode", columns=columns("word", "kind"))
    assert [row[2] for row in made] == ["b", "b", "a", "b"]
    assert [row[3] for row in made] == ["q", "p", "p", "p"]


def test_of_equally_frequent_values_the_smallest(ctx: Context) -> None:
    assert cleaned(ctx, table(w=["z", "y", None]), mode="mode")[2] == ("y",)
    assert cleaned(ctx, table(w=[3.0, 2.0, None]), mode="mode")[2] == (2.0,)


def test_means_of_dates_spans_and_booleans(ctx: Context) -> None:
    given = table(
        when=[datetime(2024, 1, 1), datetime(2024, 1, 3), None],
        took=[timedelta(seconds=1), timedelta(seconds=4), None],
        flag=[True, True, None],
    )
    expected = (datetime(2024, 1, 2), timedelta(seconds=2.5), True)
    assert cleaned(ctx, given, mode="mean")[2] == expected


def test_rows_with_a_gap_are_removed(ctx: Context) -> None:
    made = first(CleanMissingData(mode="remove_row"), ctx, dataset=GAPS)
    assert rows(made) == [(1.0, 1, "b", "q"), (4.0, 5, "b", "p")]
    assert made.to_arrow(origin=True).column(4).to_pylist() == [0, 3]
    some = first(CleanMissingData(mode="remove_row", columns=columns("n")), ctx, dataset=GAPS)
    assert some.rows == 3


def test_columns_with_a_gap_are_removed(ctx: Context) -> None:
    given = table(a=[1, 2], b=[None, 2.0], c=[None, None])
    assert cleaned(ctx, given, mode="remove_column") == [(1,), (2,)]


def test_only_columns_between_the_ratios_are_cleaned(ctx: Context) -> None:
    given = table(a=[1.0, None, 3.0, 4.0], b=[None, None, 3.0, 4.0], c=[None, None, None, 4.0])
    made = cleaned(ctx, given, minimum_ratio=0.5, maximum_ratio=0.5, replacement_value="0")
    assert made == [(1.0, 0.0, None), (None, 0.0, None), (3.0, 3.0, None), (4.0, 4.0, 4.0)]


def test_a_column_without_values_is_removed_or_propagated(ctx: Context) -> None:
    given = table(a=[1.0, None], b=pd.Series([None, None], dtype="float64"))
    assert cleaned(ctx, given, mode="mean") == [(1.0,), (1.0,)]
    assert cleaned(ctx, given, mode="mean", all_missing="propagate") == [(1.0, None), (1.0, None)]


def test_indicators_tell_where_a_value_was_missing(ctx: Context) -> None:
    given = table(a=[1.0, None], a_IsMissing=["x", "y"])
    module = CleanMissingData(columns=columns("a"), indicators=True)
    made = first(module, ctx, dataset=given)
    assert made.schema.names == ("a", "a_IsMissing", "a_IsMissing (1)")
    assert rows(made) == [(1.0, "x", False), (0.0, "y", True)]


def test_the_transformation_does_the_same_to_other_data(ctx: Context, tmp_path: Path) -> None:
    module = CleanMissingData(mode="mean", columns=columns("x", "n"), indicators=True)
    fitted = run(module, ctx, dataset=GAPS)["cleaning_transformation"]
    folder = tmp_path / "kept"
    folder.mkdir()
    keep(fitted, folder)
    again = load(folder)
    assert isinstance(again, Transform)
    made = again.apply_table(table(n=[None, 8.0], x=[None, 2.0], other=["a", "b"]))
    assert rows(made) == [(3.0, 3.0, "a", True, True), (8.0, 2.0, "b", False, False)]


def test_rows_and_columns_leave_other_data_too(ctx: Context) -> None:
    by_row = run(CleanMissingData(mode="remove_row"), ctx, dataset=table(a=[1.0, None]))
    by_column = run(
        CleanMissingData(mode="remove_column"), ctx, dataset=table(a=[1.0, None], b=[1, 2])
    )
    other = table(a=[None, 3.0], b=[5, 6])
    for made, expected in ((by_row, [(3.0, 6)]), (by_column, [(5,), (6,)])):
        transform = made["cleaning_transformation"]
        assert isinstance(transform, Transform)
        assert rows(transform.apply_table(other)) == expected


def test_large_whole_numbers_stay_exact(ctx: Context) -> None:
    given = Table.from_pandas(pd.DataFrame({"id": pd.array([2**53 + 1, None], "Int64")}))
    assert cleaned(ctx, given) == [(2**53 + 1,), (0,)]


def test_infinite_values_are_not_missing(ctx: Context) -> None:
    assert cleaned(ctx, table(x=[np.inf, 1.0, 2.0, None]), mode="mean")[3] == (1.5,)


@pytest.mark.parametrize("mode", ["mean", "median"])
def test_text_has_no_mean(mode: str) -> None:
    (problem,) = check(CleanMissingData(mode=mode), {"dataset": GAPS.schema})
    assert problem.sentence == (
        f"Column “word” is of type string; a number or a date for the {mode} is needed."
    )


def test_a_value_must_fit_the_column(ctx: Context) -> None:
    module = CleanMissingData(replacement_value="none")
    assert sentence(module, ctx, dataset=GAPS) == (
        "“none” cannot replace what is missing in “x”: it is not a number."
    )
    dates = table(when=[datetime(2024, 1, 1), None])
    assert "it is not a date and time" in sentence(CleanMissingData(), ctx, dataset=dates)


def test_ratios_must_leave_something_between() -> None:
    module = CleanMissingData(minimum_ratio=0.5, maximum_ratio=0.2)
    (problem,) = check(module, {"dataset": GAPS.schema})
    assert problem.sentence.startswith("The minimum ratio 0.5 is above the maximum ratio 0.2")


@pytest.mark.parametrize(
    "mode", ["custom_substitution_value", "mode", "remove_row", "remove_column"]
)
def test_a_table_without_rows(mode: str, ctx: Context) -> None:
    made = first(CleanMissingData(mode=mode), ctx, dataset=GAPS.head(0).settled())
    assert made.rows == 0
    assert made.schema.names == GAPS.schema.names


def test_missing_ratios_of_automobile_prices_as_published(shared_data: Path, ctx: Context) -> None:
    cars = Table.from_pandas(pd.read_csv(shared_data / "automobile-price.csv", na_values="?"))
    first(CleanMissingData(mode="remove_row"), ctx, dataset=cars)
    told = dict(line.split(": ") for line in notes(ctx).logs)
    assert told["normalized-losses"] == "41 of 205 values missing, ratio 0.2"
    assert told["bore"] == "4 of 205 values missing, ratio 0.0195121951"
    assert told["stroke"] == told["bore"]
