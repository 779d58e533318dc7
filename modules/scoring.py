"""Modules that apply what was fitted to other tables."""

from __future__ import annotations

from typing import Annotated

from studio.sdk import Context, Effect, Meta, Module, Table, TableSchema, ValueWrong, out, param
from studio.sdk.model import Model
from studio.sdk.outline import Outline
from studio.sdk.rowwise import Scoring
from studio.sdk.transform import Transform

GROUP = "Machine Learning/Score"


def score(model: Model, table: Table, append: bool, ctx: Context) -> Table:
    """Return the scored table; warns of rows that get no score, once they are read."""

    def tell(blank: int, rows: int) -> None:
        ctx.warn(
            "rows_not_scored",
            f"{blank} of {rows} rows have a missing feature and get no score. "
            "Clean Missing Data can fill the holes.",
        )

    return model.score(table, append=append, threads=ctx.threads, unscored=tell)


class ScoreModel(Module):
    """Predict with a trained model.

    Adds to the dataset, by what the model was trained for:

    - two classes: `Scored Labels` and `Scored Probabilities`, the chance of the positive class
      (true, 1, or the second in alphabetical order); the label is positive where the chance is
      above 0.5;
    - several classes: `Scored Probabilities for Class "…"` for each, then `Scored Labels`;
    - a quantity: `Scored Labels`; a decision forest gives `Scored Label Mean` and
      `Scored Label Standard Deviation` instead.

    The dataset needs the columns that the model was trained on; it may have others. Rows where one
    of them is missing get no score. The columns are marked as label and scores, so that Evaluate
    Model can be wired straight on.
    """

    meta = Meta("score_model", "Score Model", GROUP, search=("predict", "apply", "inference"))

    append: bool = param(
        True,
        "Append score columns to output",
        help="Keep the dataset's columns before the scores; otherwise only the scores come out.",
    )

    def run(
        self,
        trained_model: Annotated[Model, "Trained model"],
        dataset: Annotated[Table, "Dataset"],
        ctx: Context,
    ) -> Annotated[Table, out("scored_dataset", "Scored dataset")]:
        """Score the rows."""
        if trained_model.task == "clustering":
            raise ValueWrong(
                reason="This model finds clusters and predicts no label.",
                advice="Use Assign Data to Clusters.",
                port="trained_model",
            )
        return score(trained_model, dataset, self.append, ctx)

    def output_schema(self, trained_model: Outline, dataset: TableSchema) -> TableSchema | None:
        """Return the dataset's columns and the scores; None where only a run can tell."""
        return trained_model.scored_schema(dataset, append=self.append)

    def effect(self) -> Effect:
        """Return that each row is scored by itself."""
        return Effect("same", "row")

    def row_program(self, trained_model: Model, dataset: TableSchema) -> Scoring:
        """Return the model's answers for a row."""
        del dataset
        return Scoring(trained_model, self.append)


class AssignDataToClusters(Module):
    """Say which cluster of a trained model each row belongs to.

    Adds `Assignments`, the number of the nearest cluster from 0, and for each cluster the distance
    to its center. Rows where a column that the model looks at is missing get no cluster.
    """

    meta = Meta(
        "assign_data_to_clusters",
        "Assign Data to Clusters",
        GROUP,
        search=("Assign to Clusters", "predict", "kmeans"),
    )

    append: bool = param(
        True,
        "Append to the dataset",
        help="Keep the dataset's columns before the results; otherwise only the results come out.",
    )

    def run(
        self,
        trained_model: Annotated[Model, "Trained model"],
        dataset: Annotated[Table, "Dataset"],
        ctx: Context,
    ) -> Annotated[Table, out("results_dataset", "Results dataset")]:
        """Assign the rows."""
        if trained_model.task != "clustering":
            raise ValueWrong(
                reason="This model predicts a label and has no clusters.",
                advice="Use Score Model.",
                port="trained_model",
            )
        return score(trained_model, dataset, self.append, ctx)

    def output_schema(self, trained_model: Outline, dataset: TableSchema) -> TableSchema | None:
        """Return the dataset's columns and the clusters; None where only a run can tell."""
        return trained_model.scored_schema(dataset, append=self.append)

    def effect(self) -> Effect:
        """Return that each row is assigned by itself."""
        return Effect("same", "row")

    def row_program(self, trained_model: Model, dataset: TableSchema) -> Scoring:
        """Return the model's answers for a row."""
        del dataset
        return Scoring(trained_model, self.append)


class ApplyTransformation(Module):
    """Do to another table what was learned from a first one.

    Normalize Data, Clean Missing Data and their like give a transformation: means, ranges, fill-in
    values. Applied here, nothing is computed anew, so that test rows and new rows are treated as
    the training rows were. The dataset needs the columns that the transformation was made on;
    others pass through.
    """

    meta = Meta("apply_transformation", "Apply Transformation", GROUP, search=("transform",))

    def run(
        self,
        transformation: Annotated[Transform, "Transformation"],
        dataset: Annotated[Table, "Dataset"],
        ctx: Context,
    ) -> Annotated[Table, out("transformed_dataset", "Transformed dataset")]:
        """Apply the transformation."""
        ctx.check()
        return transformation.apply_table(dataset)

    def effect(self) -> Effect:
        """Return that each row is treated by itself and may be left out."""
        return Effect("subset", "row")

    def row_program(self, transformation: Transform, dataset: TableSchema) -> Transform:
        """Return the transformation."""
        del dataset
        return transformation
