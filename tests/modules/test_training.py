"""Modules that train, score, assign and apply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd
import pyarrow as pa
import pytest

from modules.clusters.labels import LabelUnmarked, with_labels
from modules.evaluation import CrossValidateModel
from modules.training import TrainClusteringModel, TrainModel
from studio.sdk import Column, Context, Table, TableSchema, ValueWrong, columns
from studio.sdk.context import Notes
from studio.sdk.fitting import FewerRowsThanClusters, GuideMissing
from studio.sdk.ops import Columns, Ops
from studio.sdk.target import LabelEmpty
from studio.sdk.transform import Transform
from tests.modules.cases import learner, made


def points() -> Table:
    frame = pd.DataFrame(
        {"x": [0.0, 0.0, 9.0, 9.0, None], "y": [0.0, 2.0, 0.0, 2.0, 1.0], "name": list("abcde")}
    )
    return Table.from_pandas(frame)


def clustered(ctx: Context, **params: Any) -> dict[str, Any]:
    k_means = learner("k_means_clustering", ctx, initialization="evenly")
    return made(
        "train_clustering_model", ctx, {"untrained_model": k_means, "dataset": points()}, **params
    )


def test_clusters_are_found_in_the_chosen_columns(ctx: Context) -> None:
    results = clustered(ctx, columns=columns("x", "y"))["results_dataset"].to_arrow()
    assert results.column_names == [
        "x",
        "y",
        "name",
        "Assignments",
        "DistancesToClusterCenter no.0",
        "DistancesToClusterCenter no.1",
    ]
    assert results["Assignments"].to_pylist() == [0, 0, 1, 1, None]
    assert results["DistancesToClusterCenter no.0"].to_pylist()[:2] == [1.0, 1.0]
    assert results["DistancesToClusterCenter no.1"].to_pylist()[0] == pytest.approx(82**0.5)


def test_without_appending_only_results_come_out(ctx: Context) -> None:
    outputs = clustered(ctx, columns=columns("y"), append=False)
    assert outputs["results_dataset"].schema.names == (
        "Assignments",
        "DistancesToClusterCenter no.0",
        "DistancesToClusterCenter no.1",
    )


def test_other_rows_are_assigned_to_the_same_clusters(ctx: Context) -> None:
    model = clustered(ctx, columns=columns("x", "y"))["trained_model"]
    other = Table.from_pandas(pd.DataFrame({"y": [1.0, 1.0], "x": [8.0, -3.0]}))
    inputs = {"trained_model": model, "dataset": other}
    results = made("assign_data_to_clusters", ctx, inputs)["results_dataset"].to_arrow()
    assert results.to_pydict() == {
        "y": [1.0, 1.0],
        "x": [8.0, -3.0],
        "Assignments": [1, 0],
        "DistancesToClusterCenter no.0": [8.0, 3.0],
        "DistancesToClusterCenter no.1": [1.0, 12.0],
    }


def test_more_clusters_than_rows_are_told(ctx: Context) -> None:
    k_means = learner("k_means_clustering", ctx, number_of_centroids=9)
    inputs = {"untrained_model": k_means, "dataset": points()}
    with pytest.raises(FewerRowsThanClusters, match="9 clusters are sought in 4 rows"):
        made("train_clustering_model", ctx, inputs, columns=columns("x"))


def named(labels: list[Any] | None = None) -> Table:
    """Three groups on a line at 0, 10 and 20, some rows with a label."""
    frame = pd.DataFrame(
        {
            "x": [0.0, 1.0, 9.0, 10.0, 12.0, 20.0, 20.5, 2.0, None],
            "name": labels or ["b", "b", "a", None, "c", None, None, "a", None],
        }
    )
    table = Table.from_pandas(frame)
    return table.with_schema(table.schema.with_role("name", "label")).settled()


def labelled(ctx: Context, table: Table, **params: Any) -> dict[str, Any]:
    inputs = {"untrained_model": learner("k_means_clustering", ctx, **params), "dataset": table}
    return made("train_clustering_model", ctx, inputs)


THREE = {"number_of_centroids": 3, "initialization": "evenly"}


@pytest.mark.parametrize("kind", ["string", "category", "integer"])
def test_missing_labels_are_filled_in_by_cluster(kind: str, ctx: Context) -> None:
    table = named()
    letters = table.to_pandas()["name"]
    numbers = {"a": 1, "b": 2, "c": 3}
    values = {
        "string": letters,
        "category": pd.Categorical(letters, ["c", "b", "a"]),
        "integer": letters.map(numbers).astype("Int64"),
    }[kind]
    given = Table.from_pandas(table.to_pandas().assign(name=values))
    given = given.with_schema(given.schema.with_role("name", "label"))
    outputs = labelled(ctx, given, **THREE, assign_label_mode="fill_missing_values")
    results = outputs["results_dataset"].settled()
    assert results.schema.column("name") == given.schema.column("name")
    # In the middle a and c are equally frequent; the last group and the row without x have none.
    found = ["b", "b", "a", "a", "c", None, None, "a", None]
    if kind == "integer":
        found = [numbers.get(name) for name in found]
    assert results.to_arrow()["name"].to_pylist() == found
    assert results.to_arrow()["Assignments"].to_pylist() == [0, 0, 1, 1, 1, 2, 2, 0, None]


def test_labels_are_overwritten_from_the_row_closest_to_the_center(ctx: Context) -> None:
    labels = ["b", None, "a", None, "c", None, "d", "a", "e"]
    outputs = labelled(
        ctx, named(labels), **THREE, assign_label_mode="overwrite_from_closest_to_center"
    )
    # Centers 1, 10 1/3 and 20.25. The closest values with a label: 0 (before 2), 9 and 20.5.
    found = outputs["results_dataset"].to_arrow()["name"].to_pylist()
    assert found == ["b", "b", "a", "a", "a", "d", "d", "b", "e"]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("fill_missing_values", ["p", "q", "q", "q", "q", "z", None]),
        ("overwrite_from_closest_to_center", ["p", "p", "p", "p", "p", "z", None]),
    ],
)
def test_labels_are_weighed_over_all_batches(mode: Any, expected: list[Any]) -> None:
    schema = TableSchema(
        (
            Column("name", "string", "label"),
            Column("Assignments", "integer", "score"),
            Column("DistancesToClusterCenter no.0", "double", "score"),
        )
    )
    data = pa.table(
        {
            "name": ["p", "q", "q", None, "q", "z", None],
            "Assignments": [0, 0, 0, 0, 0, None, None],
            "DistancesToClusterCenter no.0": [1.0, 2.0, 3.0, 0.5, 4.0, None, None],
        }
    )
    parts = Table.from_batches(schema, lambda: data.to_batches(max_chunksize=2))
    assert with_labels(parts, 1, mode).to_arrow()["name"].to_pylist() == expected


def test_labels_are_left_alone_unless_asked_for(ctx: Context) -> None:
    outputs = labelled(ctx, named(), **THREE)
    assert outputs["results_dataset"].to_arrow()["name"] == named().to_arrow()["name"]
    alone = made(
        "train_clustering_model",
        ctx,
        {
            "untrained_model": learner(
                "k_means_clustering", ctx, assign_label_mode="fill_missing_values"
            ),
            "dataset": named(),
        },
        append=False,
    )
    assert "name" not in alone["results_dataset"].schema


def test_labels_give_the_first_centers_and_their_number(ctx: Context) -> None:
    labels = ["low", "low", "mid", "mid", None, "top", None, None, "low"]
    outputs = labelled(ctx, named(labels), initialization="use_label_column")
    results = outputs["results_dataset"].to_arrow()
    assert results["Assignments"].to_pylist() == [0, 0, 1, 1, 1, 2, 2, 0, None]
    centers = outputs["trained_model"].estimator.cluster_centers_.ravel()
    assert centers.tolist() == pytest.approx([1.0, 31 / 3, 20.25])
    assert isinstance(ctx.listener, Notes)
    (warning,) = ctx.listener.warnings
    assert warning[1].startswith("1 of 9 rows have a missing feature and are left out")


def test_a_label_to_begin_from_or_fill_in_must_be_marked(ctx: Context) -> None:
    inputs = {
        "untrained_model": learner("k_means_clustering", ctx, initialization="use_label_column"),
        "dataset": points(),
    }
    with pytest.raises(GuideMissing, match="label column, and no column is marked as label"):
        made("train_clustering_model", ctx, inputs, columns=columns("y"))
    inputs["untrained_model"] = learner(
        "k_means_clustering", ctx, assign_label_mode="fill_missing_values"
    )
    with pytest.raises(LabelUnmarked, match="by cluster, and no column is marked as label"):
        made("train_clustering_model", ctx, inputs, columns=columns("y"))
    only_left_out = named(["a", None, "b", None, None, None, None, None, "a"])
    gaps = only_left_out.to_pandas().assign(x=[None, 1.0, None, 3.0, 4.0, 5.0, 6.0, 7.0, None])
    table = Table.from_pandas(gaps)
    table = table.with_schema(table.schema.with_role("name", "label"))
    with pytest.raises(LabelEmpty, match="“name” has no value in any of the 6 rows"):
        labelled(ctx, table, initialization="use_label_column")


def test_problems_are_known_before_the_run() -> None:
    schema = points().schema
    for module in (TrainModel(label="z"), TrainModel(), CrossValidateModel(label="z")):
        (problem,) = module.check(schema)
        assert problem.param == "label"
    assert TrainModel(label="x").check(schema) == []
    (problem,) = TrainClusteringModel(columns=columns("z")).check(schema)
    assert (problem.code, problem.param) == ("column_missing", "columns")
    assert TrainClusteringModel().check(schema) == []


def trained(ctx: Context) -> Any:
    table = Table.from_pandas(pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [2.0, 4.0, 6.0]}))
    line = learner("linear_regression", ctx, l2_weight=0.0)
    inputs = {"untrained_model": line, "dataset": table}
    return made("train_model", ctx, inputs, label="y")["trained_model"]


def test_scores_alone_or_behind_the_dataset(ctx: Context) -> None:
    table = Table.from_pandas(pd.DataFrame({"x": [5.0, None], "y": [10.0, 1.0]}))
    inputs = {"trained_model": trained(ctx), "dataset": table}
    scored = made("score_model", ctx, inputs)["scored_dataset"].settled()
    assert scored.schema.names == ("x", "y", "Scored Labels")
    assert scored.to_arrow()["Scored Labels"].to_pylist() == [pytest.approx(10.0), None]
    alone = made("score_model", ctx, inputs, append=False)["scored_dataset"]
    assert alone.schema.names == ("Scored Labels",)
    assert isinstance(ctx.listener, Notes)
    assert ctx.listener.warnings[0] == (
        "rows_not_scored",
        "1 of 2 rows have a missing feature and get no score. "
        "Clean Missing Data can fill the holes.",
    )


def test_models_of_the_other_kind_are_told_where_to_go(ctx: Context) -> None:
    clusters = clustered(ctx, columns=columns("x"))["trained_model"]
    with pytest.raises(ValueWrong) as caught:
        made("score_model", ctx, {"trained_model": clusters, "dataset": points()})
    assert caught.value.advice == "Use Assign Data to Clusters."
    with pytest.raises(ValueWrong) as caught:
        made("assign_data_to_clusters", ctx, {"trained_model": trained(ctx), "dataset": points()})
    assert caught.value.advice == "Use Score Model."
    inputs = {"untrained_model": learner("linear_regression", ctx), "dataset": points()}
    with pytest.raises(ValueWrong) as caught:
        made("train_clustering_model", ctx, inputs, columns=columns("x"))
    assert "K-Means Clustering" in caught.value.advice


@dataclass(frozen=True, eq=False)
class Doubled(Transform):
    """Doubles a column."""

    type: ClassVar[str] = "test_doubled"

    def apply(self, columns: Columns, ops: Ops) -> Columns:
        return columns | {name: ops.mul(columns[name], 2.0) for name in self.reads}


def test_a_transformation_is_applied_to_another_table(ctx: Context) -> None:
    doubled = Doubled((points().schema.column("y"),))
    inputs = {"transformation": doubled, "dataset": points()}
    after = made("apply_transformation", ctx, inputs)["transformed_dataset"].to_arrow()
    assert after["y"].to_pylist() == [0.0, 4.0, 0.0, 4.0, 2.0]
    assert after["name"].to_pylist() == list("abcde")
