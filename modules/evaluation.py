"""Modules that say how good a model's answers are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

from modules.judging.answers import Answers, question_of, read_answers
from modules.judging.curves import (
    confusion_table,
    curves,
    error_histogram,
    metrics_table,
    score_bins,
    table_of,
    thresholds,
)
from modules.judging.figures import TITLES, Figures, cluster_figures
from modules.judging.validation import by_fold, validated
from studio.sdk import (
    ColumnName,
    Context,
    Effect,
    Learner,
    Meta,
    Module,
    ModuleError,
    Problem,
    Report,
    Series,
    Table,
    TableSchema,
    out,
    param,
)
from studio.sdk.model import SCORED_LABELS, SCORED_MEAN, SCORED_PROBABILITIES
from studio.sdk.target import label_problems

GROUP = "Machine Learning/Evaluate"
FIRST, SECOND = "Scored dataset", "Scored dataset to compare"
SUFFIX = "_to_compare"


class QuestionsDiffer(ModuleError):
    """Two scored tables to compare answer different kinds of questions."""

    code = "questions_differ"
    sentence = (
        "“Scored dataset” holds {first} scores and “Scored dataset to compare” {second} scores."
    )
    hint = "Compare models of the same kind."


class EvaluateModel(Module):
    """Say how good a model's answers are.

    Wire in the output of Score Model or Assign Data to Clusters; its columns are marked, so that
    nothing needs to be chosen. A second scored dataset is evaluated beside the first.

    - Two classes: accuracy, precision, recall, F-score, AUC, log loss; ROC, precision/recall and
      lift curves; counts at each threshold; a table of score bins. The training log loss is the
      percentage by which the log loss is below that of always answering with the share of
      positives.
    - Several classes: overall and average accuracy, micro- and macro-averaged precision and recall,
      and the confusion matrix.
    - A quantity: mean absolute error, root mean squared error, relative absolute and squared error
      (against always answering with the mean), the coefficient of determination, and a histogram of
      errors.
    - Clusters: how far rows lie from their center and from the nearest other one, in all and by
      cluster.

    Rows without a label or a score are left out, with a warning.
    """

    meta = Meta(
        "evaluate_model",
        "Evaluate Model",
        GROUP,
        search=("metrics", "accuracy", "ROC", "R2", "confusion"),
    )

    def run(
        self,
        scored_dataset: Annotated[Table, FIRST],
        scored_dataset_to_compare: Annotated[Table | None, SECOND],
        ctx: Context,
    ) -> Annotated[Report, out("evaluation_results", "Evaluation results")]:
        """Evaluate the answers."""
        question = question_of(scored_dataset.schema, "scored_dataset", FIRST)
        answers = {FIRST: read_answers(scored_dataset, question, ctx)}
        if scored_dataset_to_compare is not None:
            port = "scored_dataset_to_compare"
            other = question_of(scored_dataset_to_compare.schema, port, SECOND)
            if other != question:
                raise QuestionsDiffer(first=question, second=other, port=port)
            answers[SECOND] = read_answers(scored_dataset_to_compare, question, ctx)
        return report(answers)

    def effect(self) -> Effect:
        """Return that all rows and the label are looked at."""
        return Effect("new", "all", label=True)


class CrossValidationOutputs(NamedTuple):
    """What cross-validation gives."""

    scored_results: Annotated[Table, "Scored results"]
    evaluation_results_by_fold: Annotated[Table, "Evaluation results by fold"]


class CrossValidateModel(Module):
    """Say how good a learner is on a dataset, without setting rows aside for a test.

    The rows are divided at random into folds. Each fold is scored by a model that was trained on
    all other folds, so that every row gets a score from a model that never saw it. Where Partition
    and Sample has assigned folds already, those are used.

    The scored results are the dataset with `Fold Assignments` and the scores. The second output has
    a row of figures for each fold, then their mean and their (sample) standard deviation: figures
    that differ much from fold to fold say that there are too few rows, or that they are of
    different kinds.
    """

    meta = Meta(
        "cross_validate_model", "Cross-Validate Model", GROUP, seeded=True, search=("k-fold", "cv")
    )

    label: ColumnName | None = param(
        None, "Label column", help="Left empty, the column that is marked as label is learned."
    )
    folds: int = param(
        10, "Number of folds", ge=2, le=10_000, help="Not used where the dataset has folds already."
    )
    seed: int = param(
        0,
        "Random seed",
        ge=0,
        le=2**31 - 1,
        help="Another number divides the rows in another way.",
    )

    def run(
        self,
        untrained_model: Annotated[Learner, "Untrained model"],
        dataset: Annotated[Table, "Dataset"],
        ctx: Context,
    ) -> CrossValidationOutputs:
        """Train and score fold by fold."""
        result = validated(untrained_model, dataset, ctx, self.label, self.folds)
        return CrossValidationOutputs(result.scored, by_fold(result))

    def check(self, dataset: TableSchema) -> list[Problem]:
        """Return what is wrong with the label column."""
        return label_problems(dataset, self.label)

    def effect(self) -> Effect:
        """Return that each row's score comes from all others and their labels."""
        return Effect("same", "all", label=True)


def report(answers: Mapping[str, Answers]) -> Report:
    """Return the report on one scored dataset or two; the second's names end in ``_to_compare``."""
    metrics: Figures = {}
    tables: dict[str, Table] = {}
    series: dict[str, list[Series]] = {}
    texts: dict[str, str] = {}
    figures = {name: item.figures() for name, item in answers.items()}
    tables["metrics"] = metrics_table(list(figures.items()))
    for name, item in answers.items():
        suffix = SUFFIX if name == SECOND else ""
        metrics |= {figure + suffix: value for figure, value in figures[name].items()}
        tables |= {key + suffix: table for key, table in _tables(item).items()}
        for chart, line in _curves(name, item).items():
            series.setdefault(chart, []).append(line)
        texts["question"] = item.question
        if item.question == "binary":
            texts["negative_label" + suffix], texts["positive_label" + suffix] = item.names[:2]
    return Report(metrics, tables, {name: tuple(lines) for name, lines in series.items()}, texts)


def _tables(answers: Answers) -> dict[str, Table]:
    if answers.question == "clustering":
        return {"clusters": _clusters_table(answers)}
    if answers.question == "regression":
        name = SCORED_MEAN if SCORED_MEAN in answers.columns else SCORED_LABELS
        return {"error_histogram": error_histogram(answers.actual - answers.columns[name])}
    matrix = {"confusion_matrix": confusion_table(answers.counts(), answers.names)}
    if answers.question == "multiclass":
        return matrix
    positives, chance = answers.positives(), answers.columns[SCORED_PROBABILITIES]
    return {
        **matrix,
        "score_bins": score_bins(positives, chance),
        "thresholds": thresholds(positives, chance),
    }


def _curves(name: str, answers: Answers) -> dict[str, Series]:
    if answers.question != "binary":
        return {}
    return curves(name, answers.positives(), answers.columns[SCORED_PROBABILITIES])


def _clusters_table(answers: Answers) -> Table:
    distances = answers.distances()
    nearest = distances.argmin(axis=1)
    rows: list[tuple[str, Figures]] = [("Combined Evaluation", cluster_figures(distances))]
    for cluster in range(distances.shape[1]):
        own = cluster_figures(distances[nearest == cluster])
        rows.append((f"Evaluation For Cluster No.{cluster}", own))
    columns: list[Any] = [("Result Description", "string", [name for name, _ in rows])]
    for figure in rows[0][1]:
        kind = "integer" if figure == "number_of_points" else "double"
        columns.append((TITLES[figure], kind, [figures[figure] for _, figures in rows]))
    return table_of(columns)
