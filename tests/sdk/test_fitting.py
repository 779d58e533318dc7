"""Fitting: what is learned from a table, what is left out, and the sentence when nothing can be."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from studio.sdk import Cancelled, Context, Learner, ModuleError, Table
from studio.sdk.context import Notes
from studio.sdk.fitting import fit
from studio.sdk.model import Model

BOOSTED = Learner("two_class_boosted_decision_tree", {"num_trees": 5, "min_samples_per_leaf": 1})
LINEAR = Learner("linear_regression", {"l2_weight": 0.0})


def table(roles: dict[str, str] | None = None, **columns: Any) -> Table:
    made = Table.from_pandas(pd.DataFrame(columns))
    schema = made.schema
    for name, role in (roles or {}).items():
        schema = schema.with_role(name, role)
    return made.with_schema(schema).settled()


def people(**changes: Any) -> Table:
    columns: dict[str, Any] = {
        "age": [20.0, 30.0, 40.0, 50.0, 60.0, 70.0],
        "town": ["Ulm", "Bonn", "Ulm", "Köln", "Bonn", "Ulm"],
        "buys": ["no", "no", "yes", "yes", "no", "yes"],
    }
    return table(**(columns | changes))


def notes(ctx: Context) -> Notes:
    assert isinstance(ctx.listener, Notes)
    return ctx.listener


def test_features_are_encoded_by_type(ctx: Context) -> None:
    made = table(
        n=[1, 2, 3],
        flag=[True, False, True],
        when=pd.to_datetime(["1970-01-02 00:00", "1970-01-03 12:00", "1969-12-31 00:00"]),
        took=[datetime.timedelta(seconds=s) for s in (1.5, 0, 60)],
        word=["b", "a", "b"],
        kind=pd.Categorical(["lo", "hi", "lo"], ["lo", "mid", "hi"]),
        y=[1.0, 2.0, 3.0],
    )
    model = fit(LINEAR, made, ctx, "y")
    assert model.features.names == (
        "n",
        "flag",
        "when",
        "took",
        "word-a",
        "word-b",
        "kind-lo",
        "kind-mid",
        "kind-hi",
    )
    from studio.sdk.arrays import to_columns
    from studio.sdk.ops_numpy import NUMPY

    (batch,) = made.batches()
    columns = to_columns(batch, made.schema, model.features.reads)
    matrix = model.features.apply(columns, NUMPY)["features"]
    assert matrix.tolist() == [
        [1, 1, 1.0, 1.5, 0, 1, 1, 0, 0],
        [2, 0, 2.5, 0.0, 1, 0, 0, 0, 1],
        [3, 1, -1.0, 60.0, 0, 1, 1, 0, 0],
    ]


def test_only_features_are_learned_from(ctx: Context) -> None:
    roles = {"key": "id", "weight": "weight", "old": "score", "part": "fold", "y": "label"}
    made = table(
        roles,
        key=[1, 2, 3],
        weight=[1, 1, 1],
        old=[1, 2, 3],
        part=[0, 1, 0],
        x=[1.0, 2.0, 4.0],
        y=[2.0, 4.0, 8.0],
    ).with_origin()
    model = fit(LINEAR, made, ctx)
    assert model.features.reads == ("x",)
    assert model.label is not None
    assert model.label.name == "y"


def test_rows_without_label_or_with_gaps_are_left_out_and_told(ctx: Context) -> None:
    made = people(
        age=[20.0, None, 40.0, 50.0, 60.0, 70.0], buys=["no", "no", "yes", None, "no", "yes"]
    )
    model = fit(BOOSTED, made, ctx, "buys")
    assert model.settings["rows"] == 4
    assert notes(ctx).warnings == [
        ("label_missing", "1 of 6 rows have no label (or no weight) and are left out."),
        (
            "rows_skipped",
            "1 of 5 rows have a missing feature and are left out (“age” is missing in 1). "
            "Clean Missing Data can fill the holes.",
        ),
    ]


def test_rows_left_out_do_not_matter(ctx: Context) -> None:
    whole = people()
    holed = people(
        age=[20.0, 30.0, 40.0, 50.0, 60.0, 70.0, None, 99.0],
        town=["Ulm", "Bonn", "Ulm", "Köln", "Bonn", "Ulm", "Ulm", "Bonn"],
        buys=["no", "no", "yes", "yes", "no", "yes", "no", None],
    )
    one, other = fit(BOOSTED, whole, ctx, "buys"), fit(BOOSTED, holed, ctx, "buys")
    assert one.score(whole).to_arrow() == other.score(whole).to_arrow()


def test_weights_count_as_repeated_rows(ctx: Context) -> None:
    weighted = table({"w": "weight"}, x=[0.0, 1.0, 2.0], y=[0.0, 1.0, 5.0], w=[1, 3, 2])
    repeated = table(x=[0.0, 1.0, 1.0, 1.0, 2.0, 2.0], y=[0.0, 1.0, 1.0, 1.0, 5.0, 5.0])
    one, other = fit(LINEAR, weighted, ctx, "y"), fit(LINEAR, repeated, ctx, "y")
    np.testing.assert_allclose(one.estimator.coef_, other.estimator.coef_, rtol=1e-12)


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        ([True, False, True, False, True, False], (False, True)),
        ([1, 0, 1, 0, 1, 0], (0, 1)),
        ([5, 2, 5, 2, 5, 2], (2, 5)),
        ([2.0, 1.0, 2.0, 1.0, 2.0, 1.0], (1.0, 2.0)),
        (["x", "ä", "x", "ä", "x", "ä"], ("x", "ä")),
        (pd.Categorical(["b", "a"] * 3, ["b", "a", "c"]), ("a", "b")),
    ],
    ids=["boolean", "0 and 1", "integers", "doubles", "text", "category"],
)
def test_the_positive_class_is_true_one_or_the_last(
    labels: Any, classes: tuple[Any, ...], ctx: Context
) -> None:
    made = people(buys=labels)
    model = fit(BOOSTED, made, ctx, "buys")
    assert model.classes == classes
    scored = model.score(made).to_pandas()
    positive = scored["Scored Probabilities"] > 0.5
    assert set(scored.loc[positive, "Scored Labels"]) <= {classes[1]}
    assert (scored["Scored Labels"].astype(object) == pd.Series(labels).astype(object)).all()


def test_the_same_seed_gives_the_same_model_and_another_one_another(ctx: Context) -> None:
    forest = Learner("two_class_decision_forest", {"num_trees": 3})
    rng = np.random.default_rng(0)
    made = table(x=rng.normal(size=50), z=rng.normal(size=50), y=rng.integers(0, 2, 50))
    first, again = fit(forest, made, ctx, "y"), fit(forest, made, ctx, "y")
    other = fit(forest, made, replace(ctx, seed=1), "y")
    param = fit(replace(forest, params={"num_trees": 3, "seed": 1}), made, ctx, "y")
    scores = [
        m.score(made).to_arrow()["Scored Probabilities"] for m in (first, again, other, param)
    ]
    assert scores[0] == scores[1]
    assert scores[0] != scores[2]
    assert scores[0] != scores[3]


def test_progress_is_told_tree_by_tree_and_stops_when_asked(ctx: Context) -> None:
    fit(BOOSTED, people(), ctx, "buys")
    assert notes(ctx).fraction == 1.0
    assert notes(ctx).logs[-1] == "Tree 5 of 5"
    heard = Notes()
    stopping = replace(ctx, listener=heard, asked_to_stop=lambda: len(heard.logs) >= 2)
    with pytest.raises(Cancelled):
        fit(BOOSTED, people(), stopping, "buys")
    assert heard.logs == ["Tree 1 of 5", "Tree 2 of 5"]


def _fails(made: Table, learner: Learner, label: str | None, ctx: Context) -> ModuleError:
    with pytest.raises(ModuleError) as caught:
        fit(learner, made, ctx, label)
    return caught.value


@pytest.mark.parametrize(
    ("changes", "learner", "label", "code", "said"),
    [
        ({}, BOOSTED, "bought", "column_missing", "Column “bought” is not in the input."),
        ({}, BOOSTED, None, "label_not_set", "no column is marked as label"),
        ({"buys": ["no"] * 6}, BOOSTED, "buys", "one_class", "has only the value “no”"),
        (
            {"buys": ["a", "b", "c"] * 2},
            BOOSTED,
            "buys",
            "too_many_classes",
            "“Two-Class Boosted Decision Tree” tells two classes apart, "
            "and the label column “buys” has 3: a, b, c.",
        ),
        ({}, BOOSTED, "age", "too_many_classes", "has 6"),
        ({"buys": [0.5, 1.5] * 3}, BOOSTED, "buys", "label_continuous", "it has fractions"),
        ({}, LINEAR, "town", "column_type_wrong", "“town” is of type string; a number to predict"),
        ({"buys": [True, False] * 3}, LINEAR, "buys", "column_type_wrong", "of type boolean"),
        ({"buys": [None] * 6}, BOOSTED, "buys", "label_empty", "no value in any of the 6 rows"),
        ({"buys": [np.nan] * 6}, LINEAR, "buys", "label_empty", "no value in any of the 6 rows"),
        ({"buys": [np.inf, 1, 2, 3, 4, 5]}, LINEAR, "buys", "label_infinite", "infinite"),
        (
            {"age": [20.0, 30.0, np.inf, 50.0, 60.0, 70.0]},
            BOOSTED,
            "buys",
            "infinite_value",
            "Column “age” has an infinite value in row 3.",
        ),
        (
            {"age": [None] * 6},
            BOOSTED,
            "buys",
            "no_complete_rows",
            "None of the 6 rows has a value in every feature; “age” has 6 missing values.",
        ),
        (
            {"buys": pd.to_datetime(["2020-01-01"] * 6)},
            BOOSTED,
            "buys",
            "column_type_wrong",
            "of type datetime",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_what_cannot_be_learned_is_told(
    changes: dict[str, Any], learner: Learner, label: str | None, code: str, said: str, ctx: Context
) -> None:
    error = _fails(people(**changes), learner, label, ctx)
    assert error.code == code
    assert said in error.message
    assert error.advice


def test_infinite_values_of_rows_without_label_do_not_matter(ctx: Context) -> None:
    made = people(
        age=[20.0, 30.0, np.inf, 50.0, 60.0, 70.0], buys=["no", "no", None, "yes", "no", "yes"]
    )
    assert fit(BOOSTED, made, ctx, "buys").settings["rows"] == 5


def test_a_class_may_vanish_with_rows_that_have_gaps(ctx: Context) -> None:
    multi = Learner("multiclass_decision_forest", {})
    made = people(buys=["a", "b", "a", "b", "c", "a"], age=[1.0, 2.0, 3.0, 4.0, None, 6.0])
    assert fit(multi, made, ctx, "buys").classes == ("a", "b")
    error = _fails(people(age=[1.0, 2.0, None, None, 5.0, None]), BOOSTED, "buys", ctx)
    assert error.code == "one_class"


def test_many_levels_that_do_not_fit_into_memory_are_told(ctx: Context) -> None:
    count = 2_000
    made = table(name=[f"n{i}" for i in range(count)], y=np.arange(count) % 2)
    error = _fails(made, BOOSTED, "y", replace(ctx, memory=32 << 20))
    assert error.code == "too_wide"
    assert "2000 rows with 2000 features" in error.message
    assert "column “name” alone has 2000 different values" in error.message


@pytest.mark.parametrize(
    ("weights", "said"),
    [([1, -2, 1], "has the weight -2"), ([0, 0, 0], "weights of 0 only")],
)
def test_weights_that_make_no_sense_are_told(weights: list[int], said: str, ctx: Context) -> None:
    made = table({"w": "weight"}, x=[1.0, 2.0, 3.0], y=[1.0, 2.0, 3.0], w=weights)
    assert said in _fails(made, LINEAR, "y", ctx).message


def test_a_table_without_rows_or_features_is_told(ctx: Context) -> None:
    assert _fails(people().head(0), BOOSTED, "buys", ctx).code == "no_rows"
    assert _fails(people().select(["buys"]), BOOSTED, "buys", ctx).code == "no_features"


def test_a_learner_of_another_kind_is_told(ctx: Context) -> None:
    error = _fails(people(), Learner("k_means_clustering", {}), "buys", ctx)
    assert "Use Train Clustering Model." in error.advice


def test_the_model_says_what_it_is(ctx: Context) -> None:
    model: Model = fit(BOOSTED, people(), ctx, "buys")
    about = model.about()
    assert about["task"] == "binary"
    assert about["features"] == ["age", "town"]
    assert about["matrix_columns"] == 4
    assert about["classes"] == ["no", "yes"]
    assert set(about["libraries"]) == {"numpy", "lightgbm"}
