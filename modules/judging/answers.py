"""A scored table judged: which question its scores answer, and how well they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from modules.judging.figures import (
    Figures,
    binary_figures,
    cluster_figures,
    confusion,
    multiclass_figures,
    regression_figures,
)
from studio.sdk import Context, ModuleError, Table
from studio.sdk.arrays import to_columns
from studio.sdk.model import (
    ASSIGNMENTS,
    SCORED_DEVIATION,
    SCORED_LABELS,
    SCORED_MEAN,
    SCORED_PROBABILITIES,
)
from studio.sdk.schema import Column, TableSchema

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

Question = Literal["binary", "multiclass", "regression", "clustering"]


class ScoresMissing(ModuleError):
    """A table to evaluate has no columns that a model scored."""

    code = "scores_missing"
    sentence = "The table at “{port_label}” has no score columns."
    hint = "Wire in the output of Score Model or Assign Data to Clusters."


class LabelNotMarked(ModuleError):
    """A scored table does not say which column holds the true answer."""

    code = "label_not_marked"
    sentence = (
        "No column of the table at “{port_label}” is marked as label: nothing to compare with."
    )
    hint = "Score rows that have the label column, or mark it as label with Edit Metadata."


class LabelsUnknown(ModuleError):
    """The true answers are not among the classes that the model knows."""

    code = "labels_unknown"
    sentence = (
        "The label column “{column}” has the values {found}, "
        "and the model knows {known}; none is common."
    )
    hint = "Bring the labels into the same form as in training first, for example with SQL."


class NothingToJudge(ModuleError):
    """No row of a scored table has both a label and a score."""

    code = "nothing_to_judge"
    sentence = "None of the {rows} rows has both a label and a score."
    hint = "Look at the scored table, and at the step before."


@dataclass(frozen=True)
class Answers:
    """The rows of a scored table that have a label and scores, by column, and the classes in order.

    ``classes`` has the positive class second, for a question of two classes; with ``truth`` they
    are false and true.
    """

    question: Question
    columns: dict[str, Array]
    label: str | None = None
    classes: tuple[Any, ...] = ()
    truth: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The classes as people read them; one that never occurs is “other”."""
        return tuple(self._name(label) for label in self.classes)

    @property
    def actual(self) -> Array:
        """The labels."""
        if self.label is None:
            raise AssertionError("clusters have no label")
        return self.columns[self.label]

    def counts(self) -> Array:
        """Return the confusion matrix."""
        return confusion(self.actual, self.columns[SCORED_LABELS], self.classes)

    def positives(self) -> Array:
        """Return which rows are of the positive class."""
        import numpy as np

        return np.asarray(self.actual == self.classes[1], dtype=bool)

    def distances(self) -> Array:
        """Return the distances to the clusters' centers as a matrix."""
        import numpy as np

        return np.column_stack([v for name, v in self.columns.items() if name != ASSIGNMENTS])

    def _name(self, label: Any) -> str:
        if label != label:
            return "other"
        if self.truth:
            return str(bool(label))
        return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)

    def figures(self) -> Figures:
        """Return the figures of the answers."""
        import numpy as np

        if self.question == "clustering":
            return cluster_figures(self.distances())
        if self.question == "regression":
            name = SCORED_MEAN if SCORED_MEAN in self.columns else SCORED_LABELS
            deviation = self.columns.get(SCORED_DEVIATION)
            return regression_figures(self.actual, self.columns[name], deviation)
        if self.question == "multiclass":
            return multiclass_figures(self.counts())
        predicted = np.asarray(self.columns[SCORED_LABELS] == self.classes[1], dtype=bool)
        return binary_figures(self.positives(), self.columns[SCORED_PROBABILITIES], predicted)


def question_of(schema: TableSchema, port: str, port_label: str) -> Question:
    """Return what the score columns of a table answer; raises ScoresMissing and LabelNotMarked."""
    scores = {column.name: column for column in schema.by_role("score")}
    if not scores:
        raise ScoresMissing(port_label=port_label, port=port)
    if ASSIGNMENTS in scores:
        return "clustering"
    if not schema.by_role("label"):
        raise LabelNotMarked(port_label=port_label, port=port)
    if SCORED_PROBABILITIES in scores:
        return "binary"
    labels = scores.get(SCORED_LABELS)
    several = any(name.startswith(SCORED_PROBABILITIES) for name in scores)
    if several or (labels is not None and not labels.is_numeric):
        return "multiclass"
    if labels is None and SCORED_MEAN not in scores:
        raise ScoresMissing(port_label=port_label, port=port)
    return "regression"


def read_answers(table: Table, question: Question, ctx: Context) -> Answers:
    """Return the answers of a scored table; warns of rows without a label or a score."""
    import numpy as np

    schema = table.schema
    label = None if question == "clustering" else schema.by_role("label")[0]
    scores = _score_columns(schema, question)
    wanted = [c.name for c in (*([] if label is None else [label]), *scores)]
    parts = []
    for batch in table.batches():
        ctx.check()
        parts.append(to_columns(batch, schema, dict.fromkeys(wanted)))
    if not parts:
        raise NothingToJudge(rows=0)
    columns = {name: np.concatenate([part[name] for part in parts]) for name in wanted}
    return complete_answers(question, columns, label, scores, ctx)


def complete_answers(
    question: Question,
    columns: dict[str, Array],
    label: Column | None,
    scores: Sequence[Column],
    ctx: Context,
) -> Answers:
    """Return the answers of those rows that have a label and scores."""
    import numpy as np

    from studio.sdk.ops_numpy import NUMPY

    whole = ~np.any([NUMPY.is_missing(values) for values in columns.values()], axis=0)
    rows, left = len(whole), int(whole.sum())
    if not left:
        raise NothingToJudge(rows=rows)
    if left < rows:
        ctx.warn(
            "rows_not_judged",
            f"{rows - left} of {rows} rows have no label or no score and are left out.",
        )
    kept = {name: values[whole] for name, values in columns.items()}
    if label is None or question == "regression":
        return Answers(question, kept, None if label is None else label.name)
    classes = _classes(kept, label, {c.name: c for c in scores}[SCORED_LABELS], question)
    return Answers(question, kept, label.name, classes, label.type == "boolean")


def _score_columns(schema: TableSchema, question: Question) -> list[Column]:
    scores = schema.by_role("score")
    if question == "clustering":
        return list(scores)
    wanted = {SCORED_LABELS, SCORED_PROBABILITIES, SCORED_MEAN, SCORED_DEVIATION}
    return [column for column in scores if column.name in wanted]


def _classes(
    columns: dict[str, Array], label: Column, scored: Column, question: Question
) -> tuple[Any, ...]:
    """Return the classes in order: those that the model knows, then others that occur as labels.

    Numbers do not say which are known; of two, the positive is the one that chances above 0.5 go
    with.
    """
    actual, predicted = set(columns[label.name].tolist()), set(columns[SCORED_LABELS].tolist())
    if scored.levels is not None:
        if not actual & set(scored.levels):
            raise LabelsUnknown(column=label.name, found=sorted(actual), known=scored.levels)
        return (*scored.levels, *sorted(actual - set(scored.levels)))
    if question == "multiclass":
        return tuple(sorted(actual | predicted))
    return _two(columns, sorted(actual))


def _two(columns: dict[str, Array], actual: list[Any]) -> tuple[Any, ...]:
    """Return the negative and the positive class, then others; NaN for one that never occurs."""
    over = columns[SCORED_PROBABILITIES] > 0.5
    positive, negative = (columns[SCORED_LABELS][rows].tolist()[:1] for rows in (over, ~over))
    others = [label for label in actual if label not in positive + negative]
    if not positive:
        positive = [others.pop() if others else float("nan")]
    if not negative:
        negative = [others.pop(0) if others else float("nan")]
    return (*negative, *positive, *others)
