"""Samples of rows, and folds."""

from __future__ import annotations

import numpy as np
import pytest

from modules.sampling import PartitionAndSample
from studio.sdk import Context
from studio.sdk.module import check
from tests.modules.frames import first, rows, sentence, table

WHOLE = table(kind=["a", "b"] * 10, n=np.arange(20)).with_origin()


def folds(ctx: Context, **params: object) -> list[int]:
    module = PartitionAndSample(mode="assign_to_folds", **params)
    made = first(module, ctx, dataset=WHOLE)
    assert made.schema.column("Fold").role == "fold"
    assert rows(made.select(WHOLE.schema.names)) == rows(WHOLE)
    return [int(row[-1]) for row in rows(made)]


def test_the_head(ctx: Context) -> None:
    made = first(PartitionAndSample(mode="head", rows=3), ctx, dataset=WHOLE)
    assert rows(made) == [("a", 0), ("b", 1), ("a", 2)]


def test_a_sample_is_exact_and_in_order(ctx: Context) -> None:
    made = [n for _, n in rows(first(PartitionAndSample(rate=0.35), ctx, dataset=WHOLE))]
    assert len(set(made)) == 7
    assert made == sorted(made)


def test_a_stratified_sample_has_the_proportions(ctx: Context) -> None:
    module = PartitionAndSample(rate=0.3, stratify_by="kind")
    made = [kind for kind, _ in rows(first(module, ctx, dataset=WHOLE))]
    assert (made.count("a"), made.count("b")) == (3, 3)


def test_rows_are_dealt_in_their_order(ctx: Context) -> None:
    assert folds(ctx, folds=3, randomized=False) == [1, 2, 3] * 6 + [1, 2]


def test_folds_by_chance_are_equally_large(ctx: Context) -> None:
    numbers = folds(ctx, folds=4)
    assert [numbers.count(k) for k in (1, 2, 3, 4)] == [5, 5, 5, 5]
    assert numbers != folds(ctx, folds=4, randomized=False)


def test_each_stratum_is_dealt_by_itself(ctx: Context) -> None:
    numbers = folds(ctx, folds=5, stratify_by="kind")
    for start in (0, 1):
        assert sorted(numbers[start::2]) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_proportions_that_leave_a_rest_make_one_more_fold(ctx: Context) -> None:
    shares = {"partitioner": "proportions", "proportions": (0.5, 0.3)}
    assert folds(ctx, randomized=False, **shares) == [1] * 10 + [2] * 6 + [3] * 4
    numbers = folds(ctx, **shares)
    assert [numbers.count(k) for k in (1, 2, 3)] == [10, 6, 4]


@pytest.mark.parametrize("shares", [(), (0.5, 0.6), (0.5, 0.0), (1.5, -0.5)])
def test_proportions_that_make_no_sense(shares: tuple[float, ...], ctx: Context) -> None:
    module = PartitionAndSample(
        mode="assign_to_folds", partitioner="proportions", proportions=shares
    )
    said = sentence(module, ctx, dataset=WHOLE)
    assert said.startswith("Proportions must be above 0 and add up to at most 1")
    assert check(module, {"dataset": WHOLE.schema})[0].sentence == said


def test_with_replacement_rows_come_several_times_or_not_at_all(ctx: Context) -> None:
    module = PartitionAndSample(mode="assign_to_folds", with_replacement=True, stratify_by="kind")
    made = first(module, ctx, dataset=WHOLE)
    drawn = [n for _, n, _ in rows(made)]
    assert len(drawn) == 20
    assert len(set(drawn)) < 20
    assert drawn == sorted(drawn)
    assert [kind for kind, _, _ in rows(made)].count("a") == 10
    assert not made.schema.has_origin


def test_folds_are_picked(ctx: Context) -> None:
    assigned = first(
        PartitionAndSample(mode="assign_to_folds", folds=2, randomized=False), ctx, dataset=WHOLE
    )
    second = first(PartitionAndSample(mode="pick_fold", fold=2), ctx, dataset=assigned)
    others = first(
        PartitionAndSample(mode="pick_fold", fold=2, complement=True), ctx, dataset=assigned
    )
    assert [n for _, n, _ in rows(second)] == list(range(1, 20, 2))
    assert [n for _, n, _ in rows(others)] == list(range(0, 20, 2))
    assert sentence(PartitionAndSample(mode="pick_fold", fold=3), ctx, dataset=assigned) == (
        "There is no fold 3 in the input."
    )


def test_folds_that_are_not_there_cannot_be_picked(ctx: Context) -> None:
    said = sentence(PartitionAndSample(mode="pick_fold"), ctx, dataset=WHOLE)
    assert said == "The input has no column of folds to pick from."


def test_folds_are_assigned_anew(ctx: Context) -> None:
    given = table(Fold=["x", "y"])
    module = PartitionAndSample(mode="assign_to_folds", folds=2, randomized=False)
    once = first(module, ctx, dataset=given)
    assert once.schema.names == ("Fold", "Fold (1)")
    again = first(module.model_copy(update={"folds": 1}), ctx, dataset=once)
    assert rows(again) == [("x", 1), ("y", 1)]
