"""Modules that fit learners on tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, NamedTuple

from modules.clusters.labels import with_labels
from studio.sdk import (
    ColumnName,
    ColumnSelection,
    Context,
    Effect,
    Learner,
    Meta,
    Module,
    ModuleError,
    Problem,
    Table,
    TableSchema,
    columns,
    out,
    param,
)
from studio.sdk.fitting import fit, fit_clusters
from studio.sdk.learners import configured
from studio.sdk.model import Model
from studio.sdk.outline import Outline
from studio.sdk.target import label_problems

GROUP = "Machine Learning/Train"


class TrainModel(Module):
    """Fit a learner on a table with a known answer.

    Wire an untrained model into the left port and the rows to learn from into the right one, and
    choose the label: the column that the model is to predict. Without a choice the column marked as
    label is taken. All other columns of role feature are learned from; text columns become one
    column a level, dates become numbers. A column of role weight says how much each row counts.

    Rows without a label, and rows where a feature is missing, are left out, and a warning says how
    many.
    """

    meta = Meta(
        "train_model",
        "Train Model",
        GROUP,
        seeded=True,
        search=("Train Generic Model", "fit", "learn"),
    )

    label: ColumnName | None = param(
        None, "Label column", help="Left empty, the column that is marked as label is learned."
    )

    def run(
        self,
        untrained_model: Annotated[Learner, "Untrained model"],
        dataset: Annotated[Table, "Dataset"],
        ctx: Context,
    ) -> Annotated[Model, out("trained_model", "Trained model")]:
        """Fit the learner."""
        return fit(untrained_model, dataset, ctx, self.label)

    def outline(self, untrained_model: Outline, dataset: TableSchema) -> Outline | None:
        """Return what the model will predict; None where no label is chosen or marked."""
        marked = [column.name for column in dataset.by_role("label")]
        name = self.label or (marked[0] if len(marked) == 1 else "")
        if name not in dataset:
            return None
        return replace(untrained_model, label=dataset.column(name))

    def check(self, dataset: TableSchema) -> list[Problem]:
        """Return what is wrong with the label column."""
        return label_problems(dataset, self.label)

    def effect(self) -> Effect:
        """Return that all rows and the label are used."""
        return Effect("new", "all", label=True)


class ClusteringOutputs(NamedTuple):
    """What training clusters gives."""

    trained_model: Annotated[Model, "Trained model"]
    results_dataset: Annotated[Table, "Results dataset"]


class TrainClusteringModel(Module):
    """Find clusters in a table, and say which row belongs to which.

    Wire K-Means Clustering into the left port and the rows into the right one. The chosen columns
    are looked at; without a choice all columns of role feature are. The results have the column
    `Assignments` (the number of the cluster, from 0) and the distance of each row to each cluster's
    center.

    Rows with a missing value are left out of the search, and get no cluster. Where the learner's
    label mode says so, the label column of the results is filled in or overwritten by cluster.
    """

    meta = Meta(
        "train_clustering_model",
        "Train Clustering Model",
        GROUP,
        seeded=True,
        search=("fit", "kmeans"),
    )

    columns: ColumnSelection = param(
        columns(roles=["feature"]), "Columns", help="The columns in which rows are compared."
    )
    append: bool = param(
        True,
        "Append to the dataset",
        help="Keep the dataset's columns before the results; otherwise only the results come out.",
    )

    def run(
        self,
        untrained_model: Annotated[Learner, "Untrained model"],
        dataset: Annotated[Table, "Dataset"],
        ctx: Context,
    ) -> ClusteringOutputs:
        """Fit the learner and assign the rows."""
        names = self.columns.names(dataset.schema, param="columns")
        chosen = [dataset.schema.column(name) for name in names]
        model = fit_clusters(untrained_model, dataset, ctx, chosen)
        results = model.score(dataset, append=self.append)
        module = configured(untrained_model, ctx)
        mode: Any = getattr(module, "assign_label_mode", "ignore_label_column")
        if mode != "ignore_label_column" and self.append:
            results = with_labels(results, len(model.estimator.cluster_centers_), mode)
        return ClusteringOutputs(model, results)

    def check(self, dataset: TableSchema) -> list[Problem]:
        """Return what is wrong with the choice of columns."""
        try:
            self.columns.names(dataset, param="columns")
        except ModuleError as error:
            return [error.to_problem()]
        return []

    def effect(self) -> Effect:
        """Return that all rows, and as a learner says the label, make the clusters of each."""
        return Effect("same", "all", label=True)
