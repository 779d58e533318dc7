"""Two datasets put together."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modules.joining import AddColumns, AddRows, JoinData
from studio.sdk import Context, Table, columns
from studio.sdk.module import check
from tests.modules.frames import first, rows, sentence, table

ORDERS = table(customer=["ann", "BOB", "cleo", None], amount=[5, 6, 7, 8]).with_origin()
PEOPLE = table(customer=["bob", "ann", "ann", None, "dan"], age=[1, 2, 3, 4, 5])


def joined(ctx: Context, **params: object) -> list[tuple[object, ...]]:
    module = JoinData(left_keys=columns("customer"), **params)
    return rows(first(module, ctx, dataset1=ORDERS, dataset2=PEOPLE))


def test_columns_side_by_side(ctx: Context) -> None:
    made = first(AddColumns(), ctx, left=ORDERS.head(2), right=PEOPLE.head(2))
    assert made.schema.names == ("customer", "amount", "customer (1)", "age")
    assert rows(made) == [("ann", 5, "bob", 1), ("BOB", 6, "ann", 2)]
    assert made.schema.has_origin


@pytest.mark.parametrize("longer", ["left", "right"])
def test_the_shorter_dataset_is_missing_in_the_rows_that_are_left(
    longer: str, ctx: Context
) -> None:
    one, other = table(a=[1, 2, 3]), Table.from_pandas(pd.DataFrame({"b": pd.Categorical(["x"])}))
    if longer == "left":
        made = first(AddColumns(), ctx, left=one.with_origin(), right=other)
        assert rows(made) == [(1, "x"), (2, None), (3, None)]
    else:
        made = first(AddColumns(), ctx, left=other.with_origin(), right=one)
        assert rows(made) == [("x", 1), (None, 2), (None, 3)]
    assert made.schema.has_origin == (longer == "left")
    assert made.schema.column("a").type == "integer"


def test_columns_side_by_side_across_batches(ctx: Context) -> None:
    left, right = pa.table({"a": range(100_000)}), pa.table({"b": range(70_000)})
    made = first(
        AddColumns(), ctx, left=Table.from_arrow(left), right=Table.from_arrow(right)
    ).to_pandas()
    assert made["a"].tolist() == list(range(100_000))
    assert made["b"].dropna().tolist() == list(range(70_000))


def test_rows_below_each_other(ctx: Context) -> None:
    made = first(AddRows(), ctx, dataset1=table(x=[1, 2]), dataset2=table(x=[2]))
    assert rows(made) == [(1,), (2,), (2,)]
    assert made.schema.column("x").type == "integer"


def test_rows_of_wider_types(ctx: Context) -> None:
    one = Table.from_pandas(pd.DataFrame({"n": [1], "k": pd.Categorical(["b"]), "t": ["x"]}))
    two = pd.DataFrame({"n": [0.5], "k": pd.Categorical(["a"]), "t": pd.Categorical(["y"])})
    made = first(AddRows(), ctx, dataset1=one, dataset2=Table.from_pandas(two))
    assert rows(made) == [(1.0, "b", "x"), (0.5, "a", "y")]
    assert [c.type for c in made.schema] == ["double", "category", "string"]
    assert made.schema.column("k").levels == ("b", "a")


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"x": [1], "y": [1]}, "the first has 1, the second 2"),
        ({"y": [1]}, "column 1 is “x” in the first and “y” in the second"),
        ({"x": ["1"]}, "“x” is integer in the first and string in the second"),
    ],
)
def test_rows_of_other_columns_are_refused(
    other: dict[str, object], reason: str, ctx: Context
) -> None:
    said = sentence(AddRows(), ctx, dataset1=table(x=[1]), dataset2=table(**other))
    assert said == f"The datasets do not have the same columns: {reason}."


def test_an_inner_join(ctx: Context) -> None:
    assert joined(ctx) == [("ann", 5, "ann", 2), ("ann", 5, "ann", 3)]


def test_a_left_outer_join_whatever_the_case(ctx: Context) -> None:
    assert joined(ctx, join_type="left_outer", match_case=False, keep_right_keys=False) == [
        ("ann", 5, 2),
        ("ann", 5, 3),
        ("BOB", 6, 1),
        ("cleo", 7, None),
        (None, 8, None),
    ]


def test_a_full_outer_join(ctx: Context) -> None:
    assert joined(ctx, join_type="full_outer") == [
        ("ann", 5, "ann", 2),
        ("ann", 5, "ann", 3),
        ("BOB", 6, None, None),
        ("cleo", 7, None, None),
        (None, 8, None, None),
        (None, None, "bob", 1),
        (None, None, None, 4),
        (None, None, "dan", 5),
    ]


def test_a_full_outer_join_with_one_column_of_keys(ctx: Context) -> None:
    made = joined(ctx, join_type="full_outer", keep_right_keys=False)
    assert [row[0] for row in made] == ["ann", "ann", "BOB", "cleo", None, "bob", None, "dan"]


def test_a_semi_join_keeps_rows_as_they_are(ctx: Context) -> None:
    module = JoinData(left_keys=columns("customer"), join_type="left_semi")
    made = first(module, ctx, dataset1=ORDERS, dataset2=PEOPLE)
    assert rows(made) == [("ann", 5)]
    assert made.to_arrow(origin=True).column(2).to_pylist() == [0]


def test_several_keys_belong_together_in_their_order(ctx: Context) -> None:
    one = table(a=[1, 1, 2], b=["x", "y", "x"])
    two = table(c=["x", "y"], d=[1.0, 2.0], e=["found", "not"])
    module = JoinData(left_keys=columns("b", "a"), right_keys=columns("c", "d"))
    assert rows(first(module, ctx, dataset1=one, dataset2=two)) == [(1, "x", "x", 1.0, "found")]


def test_levels_and_names_that_differ_in_case_survive(ctx: Context) -> None:
    frame = pd.DataFrame({"k": pd.Categorical(["a", "b"], ["b", "a"]), "K": [1, 2]})
    other = pd.DataFrame({"k": pd.Categorical(["b"], ["c", "b"]), "K": [pd.Timedelta(hours=1)]})
    made = first(
        JoinData(left_keys=columns("k"), join_type="left_outer"),
        ctx,
        dataset1=Table.from_pandas(frame),
        dataset2=Table.from_pandas(other),
    )
    assert made.schema.names == ("k", "K", "k (1)", "K (1)")
    assert rows(made) == [("a", 1, None, None), ("b", 2, "b", pd.Timedelta(hours=1))]
    assert made.schema.column("k").levels == ("b", "a")
    assert made.schema.column("k (1)").levels == ("c", "b")


def test_keys_that_cannot_be_compared() -> None:
    module = JoinData(left_keys=columns("customer"), right_keys=columns("age"))
    (problem,) = check_join(module)
    assert problem == (
        "“customer” is of type string and “age” of type integer; they cannot be compared."
    )
    unequal = JoinData(left_keys=columns("customer"), right_keys=columns("customer", "age"))
    assert check_join(unequal) == [
        "The number of key columns on the left (1) is not that on the right (2)."
    ]
    absent = JoinData(left_keys=columns("amount"))
    assert check_join(absent) == ["Column “amount” is not in the input."]


def check_join(module: JoinData) -> list[str]:
    schemas = {"dataset1": ORDERS.schema, "dataset2": PEOPLE.schema}
    return [problem.sentence for problem in check(module, schemas)]


KEYS = st.lists(st.sampled_from([1, 2, 3, 4]), max_size=12)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(one=KEYS, other=KEYS, how=st.sampled_from(["inner", "left_outer"]))
def test_joins_as_pandas_does(one: list[int], other: list[int], how: str, ctx: Context) -> None:
    left = pd.DataFrame({"k": one, "a": range(len(one))}).astype("int64")
    right = pd.DataFrame({"k": other, "b": range(len(other))}).astype("int64")
    module = JoinData(left_keys=columns("k"), join_type=how, keep_right_keys=False)
    made = first(module, ctx, dataset1=Table.from_pandas(left), dataset2=Table.from_pandas(right))
    merged = left.merge(right, on="k", how="inner" if how == "inner" else "left")
    expected = merged.sort_values(["a", "b"], kind="stable")
    filled = [tuple(-1 if v is None else v for v in row) for row in rows(made)]
    assert filled == list(expected.fillna(-1).itertuples(index=False, name=None))
