"""Models: scores by task, in batches as in one, kept and loaded without pickle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from studio.sdk import Column, ColumnMissing, ColumnTypeWrong, Context, Learner, Table
from studio.sdk.arrays import to_columns
from studio.sdk.features import InfiniteValue, LevelUnknown
from studio.sdk.fitting import feature_columns, fit, fit_clusters
from studio.sdk.keep import keep, load
from studio.sdk.model import Model, load_model
from studio.sdk.ops_numpy import NUMPY
from studio.sdk.state import StateUnreadable
from studio.sdk.transform import find_modules

ROWS = 300
LEARNERS = {
    "two_class_boosted_decision_tree": "answer",
    "two_class_decision_forest": "answer",
    "two_class_logistic_regression": "answer",
    "multiclass_boosted_decision_tree": "kind",
    "multiclass_decision_forest": "kind",
    "linear_regression": "amount",
    "boosted_decision_tree_regression": "amount",
    "decision_forest_regression": "amount",
    "k_means_clustering": None,
}


def data() -> Table:
    rng = np.random.default_rng(3)
    x, z = rng.normal(size=ROWS), rng.exponential(size=ROWS)
    word = np.array(["red", "blue", "green"])[rng.integers(0, 3, ROWS)]
    amount = 3 * x - z + (word == "red") + rng.normal(scale=0.3, size=ROWS)
    frame = pd.DataFrame(
        {
            "x": x,
            "z": z,
            "word": word,
            "flag": rng.random(ROWS) > 0.5,
            "answer": np.where(amount > 0, "yes", "no"),
            "kind": pd.cut(amount, [-99, -1, 1, 99], labels=["low", "mid", "top"]),
            "amount": amount,
        }
    )
    return Table.from_pandas(frame).with_origin().settled()


def trained(module_id: str, ctx: Context, **params: Any) -> Model:
    table, label = data(), LEARNERS[module_id]
    learner = Learner(module_id, params)
    used = table.select(["x", "z", "word", "flag", *([label] if label else [])])
    if label is None:
        return fit_clusters(learner, used, ctx, feature_columns(used.schema))
    return fit(learner, used, ctx, label)


def matrix_of(model: Model, table: Table) -> Any:
    (batch,) = table.batches()
    columns = to_columns(batch, table.schema, model.features.reads)
    return model.features.apply(columns, NUMPY)["features"]


@pytest.mark.parametrize("module_id", LEARNERS)
def test_batches_and_a_round_trip_change_no_bit(
    module_id: str, ctx: Context, tmp_path: Path
) -> None:
    model, table = trained(module_id, ctx), data()
    whole = model.score(table).to_arrow(origin=True)
    for size, rows in ((7, ROWS), (1, 30)):
        pieces = table.head(rows).to_arrow(origin=True).to_batches(max_chunksize=size)
        parts = Table.from_batches(table.schema, lambda pieces=pieces: pieces)
        assert model.score(parts, threads=2).to_arrow(origin=True) == whole.slice(0, rows)
    folder = tmp_path / "model"
    folder.mkdir()
    keep(model, folder)
    loaded = load(folder)
    assert isinstance(loaded, Model)
    assert loaded.about() == model.about()
    assert loaded.score(table).to_arrow(origin=True) == whole


@pytest.mark.parametrize("module_id", LEARNERS)
def test_equal_fits_are_kept_as_equal_bytes(module_id: str, ctx: Context, tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        keep(trained(module_id, ctx), tmp_path / name)
    files = [p.relative_to(tmp_path / "first") for p in (tmp_path / "first").rglob("*.*")]
    assert len(files) >= 3
    for file in files:
        one, other = tmp_path / "first" / file, tmp_path / "second" / file
        assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    "module_id", [m for m, label in LEARNERS.items() if label in ("answer", "kind")]
)
def test_probabilities_are_the_estimators_own(module_id: str, ctx: Context) -> None:
    model, table = trained(module_id, ctx), data()
    scored = model.score(table, append=False).to_arrow()
    expected = model.estimator.predict_proba(matrix_of(model, table))
    if model.task == "binary":
        expected = expected[:, 1:]
    found = [c.name for c in scored.schema if c.name.startswith("Scored Probabilities")]
    for name, column in zip(found, expected.T, strict=True):
        np.testing.assert_array_equal(scored[name].to_numpy(), column)


@pytest.mark.parametrize("module_id", ["linear_regression", "boosted_decision_tree_regression"])
def test_quantities_are_the_estimators_own(module_id: str, ctx: Context) -> None:
    model, table = trained(module_id, ctx), data()
    scored = model.score(table, append=False).to_arrow()
    expected = model.estimator.predict(matrix_of(model, table))
    np.testing.assert_array_equal(scored["Scored Labels"].to_numpy(), expected)


def test_a_forests_mean_and_deviation_are_the_mixture_of_its_leaves(ctx: Context) -> None:
    params = {"min_samples_per_leaf": 20, "resampling": "replicate"}
    model, table = trained("decision_forest_regression", ctx, **params), data()
    scored = model.score(table, append=False).to_arrow()
    matrix, amount = matrix_of(model, table), table.to_arrow()["amount"].to_numpy()
    means, squares = [], []
    for tree in model.estimator.estimators_:
        frame = pd.DataFrame({"leaf": tree.apply(matrix), "y": amount, "yy": amount**2})
        by_leaf = frame.groupby("leaf")[["y", "yy"]].transform("mean")
        means.append(by_leaf["y"])
        squares.append(by_leaf["yy"])
    mean = np.mean(means, axis=0)
    np.testing.assert_allclose(scored["Scored Label Mean"].to_numpy(), mean, rtol=1e-9)
    np.testing.assert_allclose(
        scored["Scored Label Standard Deviation"].to_numpy(),
        np.sqrt(np.mean(squares, axis=0) - mean**2),
        rtol=1e-7,
    )


def test_columns_and_roles_by_task(ctx: Context) -> None:
    binary = trained("two_class_boosted_decision_tree", ctx).scored_schema(data().schema)
    assert binary.names[-2:] == ("Scored Labels", "Scored Probabilities")
    assert binary.column("answer").role == "label"
    assert binary.column("Scored Labels") == Column(
        "Scored Labels", "category", "score", ("no", "yes")
    )
    several = trained("multiclass_decision_forest", ctx).scored_schema(data().schema)
    assert several.names[-4:] == (
        'Scored Probabilities for Class "low"',
        'Scored Probabilities for Class "mid"',
        'Scored Probabilities for Class "top"',
        "Scored Labels",
    )
    forest = trained("decision_forest_regression", ctx).scored_schema(data().schema)
    assert forest.names[-2:] == ("Scored Label Mean", "Scored Label Standard Deviation")
    clusters = trained("k_means_clustering", ctx).scored_schema(data().schema)
    assert clusters.names[-3:] == (
        "Assignments",
        "DistancesToClusterCenter no.0",
        "DistancesToClusterCenter no.1",
    )
    assert clusters.has_origin
    assert [c.name for c in binary.by_role("score")] == ["Scored Labels", "Scored Probabilities"]


def test_scores_of_an_earlier_model_are_replaced(ctx: Context) -> None:
    once = trained("multiclass_decision_forest", ctx).score(data())
    twice = trained("linear_regression", ctx).score(once)
    assert [c.name for c in twice.schema.by_role("score")] == ["Scored Labels"]
    assert [c.name for c in twice.schema.by_role("label")] == ["amount"]
    assert not any(name.startswith("Scored Prob") for name in twice.schema.names)


def test_a_row_with_a_gap_gets_no_score_and_is_counted(ctx: Context) -> None:
    model = trained("two_class_boosted_decision_tree", ctx)
    frame = data().to_pandas().head(4)
    frame.loc[1, "x"] = np.nan
    frame.loc[3, "word"] = None
    told: list[tuple[int, int]] = []
    scored = model.score(Table.from_pandas(frame), unscored=lambda *n: told.append(n)).to_arrow()
    assert scored["Scored Probabilities"].is_valid().to_pylist() == [True, False, True, False]
    assert scored["Scored Labels"].is_valid().to_pylist() == [True, False, True, False]
    assert told == [(2, 4)]


def test_rows_without_a_score_are_told_of_once(ctx: Context) -> None:
    frame = data().to_pandas().assign(x=np.nan)
    told: list[tuple[int, int]] = []
    model = trained("linear_regression", ctx)
    scored = model.score(Table.from_pandas(frame), unscored=lambda *n: told.append(n))
    assert next(iter(scored.batches())).num_rows == ROWS
    for _ in range(3):
        assert scored.rows == ROWS
    assert told == [(ROWS, ROWS)]
    model.score(Table.from_pandas(frame), unscored=lambda *n: told.append(n)).to_arrow()
    assert len(told) == 2


def test_an_unknown_level_counts_as_none_of_the_known_or_is_an_error(ctx: Context) -> None:
    frame = data().to_pandas().head(3)
    frame["word"] = ["red", "violet", "blue"]
    table = Table.from_pandas(frame)
    model = trained("linear_regression", ctx)
    scored = model.score(table).to_arrow()["Scored Labels"].to_pylist()
    row = [frame.x[1], frame.z[1], 0.0, 0.0, 0.0, float(frame.flag[1])]
    expected = float(np.dot(row, model.estimator.coef_) + model.estimator.intercept_)
    assert scored[1] == pytest.approx(expected, rel=1e-12)
    strict = trained("linear_regression", ctx, allow_unknown_levels=False)
    with pytest.raises(LevelUnknown, match="“word” has the value “violet”") as caught:
        strict.score(table).to_arrow()
    assert "Known: blue, green, red." in caught.value.advice


def test_what_cannot_be_scored_is_told(ctx: Context) -> None:
    model = trained("two_class_boosted_decision_tree", ctx)
    with pytest.raises(ColumnMissing, match="Column “z” is not in the input"):
        model.score(data().select(["x", "word", "flag"]))
    frame = data().to_pandas()
    with pytest.raises(ColumnTypeWrong, match="“x” is of type string"):
        model.score(Table.from_pandas(frame.assign(x="1")))
    frame.loc[70, "z"] = np.inf
    with pytest.raises(InfiniteValue, match="Column “z” has an infinite value in row 71"):
        model.score(Table.from_pandas(frame)).to_arrow()


def test_the_label_is_not_needed_and_other_columns_may_come(ctx: Context) -> None:
    model = trained("two_class_boosted_decision_tree", ctx)
    table = data().select(["flag", "word", "z", "x", "kind"])
    scored = model.score(table)
    assert scored.schema.names == (
        "flag",
        "word",
        "z",
        "x",
        "kind",
        "Scored Labels",
        "Scored Probabilities",
    )
    assert (
        scored.to_arrow()["Scored Probabilities"]
        == (model.score(data()).to_arrow()["Scored Probabilities"])
    )


def test_an_empty_table_is_scored(ctx: Context) -> None:
    scored = trained("k_means_clustering", ctx).score(data().head(0))
    assert scored.rows == 0
    assert scored.schema.column("Assignments").type == "integer"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 2, "learner": {"module": "x"}}'])
def test_a_damaged_model_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(content)
    with pytest.raises(StateUnreadable):
        load_model(tmp_path)


def test_a_cut_estimator_is_told(ctx: Context, tmp_path: Path) -> None:
    keep(trained("linear_regression", ctx), tmp_path)
    (file,) = tmp_path.rglob("*.skops")
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(StateUnreadable, match="the estimator's file is damaged"):
        load_model(tmp_path)


def test_own_estimators_load_only_where_their_module_is_installed(
    ctx: Context, tmp_path: Path
) -> None:
    keep(trained("linear_regression", ctx), tmp_path)
    find_modules(lambda _: None)
    try:
        with pytest.raises(StateUnreadable, match=r"not trusted: modules\.estimators\.linear"):
            load_model(tmp_path)
    finally:
        from studio.registry.discovery import open_registry

        find_modules(open_registry().get)


def test_the_kept_description_is_plain_json(ctx: Context, tmp_path: Path) -> None:
    keep(trained("multiclass_boosted_decision_tree", ctx), tmp_path)
    head = json.loads((tmp_path / "value.json").read_text())
    assert head["about"]["classes"] == ["low", "mid", "top"]
    assert b"pickle" not in b"".join(p.read_bytes() for p in tmp_path.rglob("*.json"))


def test_integers_may_be_scored_where_doubles_were_learned(ctx: Context) -> None:
    table = Table.from_arrow(pa.table({"x": [0.0, 1.0, 2.0], "y": [1.0, 3.0, 5.0]}))
    model = fit(Learner("linear_regression", {"l2_weight": 0.0}), table, ctx, "y")
    scored = model.score(Table.from_arrow(pa.table({"x": [10]}))).to_arrow()
    assert scored["Scored Labels"].to_pylist() == pytest.approx([21.0], rel=1e-12)
