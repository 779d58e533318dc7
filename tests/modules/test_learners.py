"""The learners: classification, regression and clustering, trained and scored on small tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score

from modules.classification import TwoClassBoostedDecisionTree, TwoClassDecisionForest
from studio.sdk import Context, Table
from studio.sdk.learners import Shape, mixed_seed
from studio.sdk.model import Model
from tests.modules.cases import learner, made


def fruit() -> Table:
    """Return apples, heavy and red, pears, light and green, and plums, light and blue."""
    rng = np.random.default_rng(1)
    kinds = np.array(["apple", "pear", "plum"])[np.arange(90) % 3]
    weight = np.where(kinds == "apple", 180.0, 90.0) + rng.normal(scale=5, size=90)
    colour = pd.Series(kinds).map({"apple": "red", "pear": "green", "plum": "blue"})
    return Table.from_pandas(pd.DataFrame({"weight": weight, "colour": colour, "fruit": kinds}))


def train(module_id: str, table: Table, label: str, ctx: Context, **params: Any) -> Model:
    inputs = {"untrained_model": learner(module_id, ctx, **params), "dataset": table}
    model = made("train_model", ctx, inputs, label=label)["trained_model"]
    assert isinstance(model, Model)
    return model


def score(model: Model, table: Table, ctx: Context, **params: Any) -> pd.DataFrame:
    inputs = {"trained_model": model, "dataset": table}
    return made("score_model", ctx, inputs, **params)["scored_dataset"].to_pandas()


@pytest.mark.parametrize(
    "module_id", ["multiclass_boosted_decision_tree", "multiclass_decision_forest"]
)
def test_three_kinds_are_told_apart(module_id: str, ctx: Context) -> None:
    scored = score(train(module_id, fruit(), "fruit", ctx), fruit(), ctx)
    assert (scored["Scored Labels"].astype(str) == scored["fruit"]).all()
    chances = [f'Scored Probabilities for Class "{kind}"' for kind in ("apple", "pear", "plum")]
    assert list(scored.columns[-4:]) == [*chances, "Scored Labels"]
    np.testing.assert_allclose(scored[chances].sum(axis=1), 1.0, rtol=1e-12)


@pytest.mark.parametrize(
    "module_id",
    [
        "two_class_boosted_decision_tree",
        "two_class_decision_forest",
        "two_class_logistic_regression",
        "multiclass_decision_forest",
        "multiclass_boosted_decision_tree",
    ],
)
def test_two_kinds_are_told_apart(module_id: str, ctx: Context) -> None:
    frame = fruit().to_pandas().query("fruit != 'plum'")
    table = Table.from_pandas(frame)
    scored = score(train(module_id, table, "fruit", ctx), table, ctx)
    assert (scored["Scored Labels"].astype(str) == scored["fruit"]).all()


def test_a_boosted_tree_is_lightgbm_with_these_settings(ctx: Context) -> None:
    frame = fruit().to_pandas().assign(answer=lambda f: f.weight + 9 * f.index % 7 > 130)
    frame = frame[["weight", "answer"]]
    table = Table.from_pandas(frame)
    model = train(
        "two_class_boosted_decision_tree", table, "answer", ctx, num_leaves=5, num_trees=7
    )
    direct = lightgbm.LGBMClassifier(
        num_leaves=5,
        n_estimators=7,
        learning_rate=0.2,
        min_child_samples=10,
        max_depth=-1,
        random_state=mixed_seed(ctx.seed, 0),
        deterministic=True,
        force_row_wise=True,
        verbosity=-1,
    ).fit(frame[["weight"]].to_numpy(), frame["answer"].to_numpy().astype(int))
    np.testing.assert_array_equal(
        score(model, table, ctx)["Scored Probabilities"],
        np.asarray(direct.predict_proba(frame[["weight"]].to_numpy()))[:, 1],
    )


def test_every_parameter_reaches_the_estimator() -> None:
    boosted = TwoClassBoostedDecisionTree(
        num_leaves=3, min_samples_per_leaf=4, learning_rate=0.5, num_trees=6
    ).make(Shape(10, 2, 2), seed=1, threads=2)
    wanted = {
        "num_leaves": 3,
        "min_child_samples": 4,
        "learning_rate": 0.5,
        "n_estimators": 6,
        "max_depth": -1,
        "n_jobs": 2,
    }
    assert {name: boosted.get_params()[name] for name in wanted} == wanted
    forest = TwoClassDecisionForest(
        resampling="replicate", num_trees=5, max_depth=4, random_splits=3, min_samples_per_leaf=2
    ).make(Shape(10, 2, 2))
    wanted = {
        "bootstrap": False,
        "n_estimators": 5,
        "max_depth": 4,
        "max_features": 2,
        "min_samples_leaf": 2,
    }
    assert isinstance(forest, ExtraTreesClassifier)
    assert {name: forest.get_params()[name] for name in wanted} == wanted


def test_a_straight_line_is_found_exactly(ctx: Context) -> None:
    table = Table.from_pandas(pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 3.0, 5.0, 7.0]}))
    model = train("linear_regression", table, "y", ctx, l2_weight=0.0)
    scored = score(model, Table.from_pandas(pd.DataFrame({"x": [10.0, -1.0]})), ctx)
    np.testing.assert_allclose(scored["Scored Labels"], [21.0, -1.0], rtol=1e-12)


def test_a_forest_says_how_sure_it_is(ctx: Context) -> None:
    frame = pd.DataFrame({"x": np.repeat([0.0, 1.0], 50), "y": [5.0] * 50 + [0.0, 20.0] * 25})
    model = train("decision_forest_regression", Table.from_pandas(frame), "y", ctx)
    scored = score(model, Table.from_pandas(pd.DataFrame({"x": [0.0, 1.0]})), ctx)
    assert scored["Scored Label Mean"].tolist() == pytest.approx([5.0, 10.0], abs=2.0)
    assert scored["Scored Label Standard Deviation"].tolist() == pytest.approx([0.0, 10.0], abs=0.3)


def automobiles(folder: Path) -> pd.DataFrame:
    frame = pd.read_csv(folder / "automobile-price.csv", na_values="?")
    return frame.drop(columns="normalized-losses").dropna().reset_index(drop=True)


def test_automobile_prices_are_ridge_regressions_and_in_the_published_band(
    shared_data: Path, ctx: Context
) -> None:
    frame = automobiles(shared_data)
    assert len(frame) == 193
    dummies = pd.get_dummies(frame.drop(columns="price")).astype(float)
    found = []
    for seed in range(12):
        rows = np.random.default_rng(seed).permutation(193)
        train_rows, test_rows = rows[:135], rows[135:]
        model = train("linear_regression", Table.from_pandas(frame.iloc[train_rows]), "price", ctx)
        scored = score(model, Table.from_pandas(frame.iloc[test_rows]), ctx)
        seen = dummies.loc[:, dummies.iloc[train_rows].var() > 0]
        ridge = Ridge(alpha=0.001, solver="svd").fit(seen.iloc[train_rows], frame.price[train_rows])
        np.testing.assert_allclose(
            scored["Scored Labels"], ridge.predict(seen.iloc[test_rows]), rtol=1e-6
        )
        found.append(r2_score(scored["price"], scored["Scored Labels"]))
    assert 0.73 < np.median(found) < 0.94


def test_adult_census_incomes_are_predicted_well(shared_data: Path, ctx: Context) -> None:
    train_frame, test_frame = (
        pd.read_csv(shared_data / f"adult-census-{part}.csv", na_values="?").dropna()
        for part in ("train", "test")
    )
    test_frame["income"] = test_frame["income"].str.rstrip(".")
    model = train("two_class_boosted_decision_tree", Table.from_pandas(train_frame), "income", ctx)
    scored = made(
        "score_model", ctx, {"trained_model": model, "dataset": Table.from_pandas(test_frame)}
    )
    report = made("evaluate_model", ctx, scored)["evaluation_results"]
    assert report.metrics["accuracy"] > 0.86
    assert report.metrics["auc"] > 0.92


def iris(folder: Path) -> Table:
    return Table.from_pandas(pd.read_csv(folder / "iris.csv"))


def test_k_means_finds_the_species_of_iris(shared_data: Path, ctx: Context) -> None:
    table = iris(shared_data)
    outputs = made(
        "train_clustering_model",
        ctx,
        {
            "untrained_model": learner("k_means_clustering", ctx, number_of_centroids=3),
            "dataset": table.select(table.schema.names[:4]),
        },
    )
    results = outputs["results_dataset"].to_pandas()
    assert list(results.columns[4:]) == [
        "Assignments",
        "DistancesToClusterCenter no.0",
        "DistancesToClusterCenter no.1",
        "DistancesToClusterCenter no.2",
    ]
    assert set(results["Assignments"]) == {0, 1, 2}
    distances = results.iloc[:, 5:].to_numpy()
    np.testing.assert_array_equal(distances.argmin(axis=1), results["Assignments"])
    species = table.to_pandas().iloc[:, 4]
    setosa = results.loc[species == "Iris-setosa", "Assignments"]
    assert setosa.nunique() == 1
    assert (results["Assignments"] == setosa.iloc[0]).sum() == 50
