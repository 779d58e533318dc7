"""What is known of a learner or a model before it is fitted, and what scoring will add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from studio.sdk.schema import Column, TableSchema

Task = Literal["binary", "multiclass", "regression", "clustering"]

SCORED_LABELS = "Scored Labels"
SCORED_PROBABILITIES = "Scored Probabilities"
SCORED_MEAN = "Scored Label Mean"
SCORED_DEVIATION = "Scored Label Standard Deviation"
ASSIGNMENTS = "Assignments"


def probability_name(label: Any) -> str:
    """Return the name of the column with a class's probability."""
    return f'Scored Probabilities for Class "{_spoken(label)}"'


def distance_name(cluster: int) -> str:
    """Return the name of the column with the distance to a cluster's center."""
    return f"DistancesToClusterCenter no.{cluster}"


@dataclass(frozen=True, slots=True)
class Outline:
    """What a learner or model answers, as far as it is known.

    Attributes:
        task: What it answers.
        label: The column that it predicts.
        classes: The label's values; None where only data can tell.
        has_spread: Whether it predicts a quantity's deviation besides its mean.
        clusters: How many clusters it finds; None where only data can tell.
    """

    task: Task
    label: Column | None = None
    classes: tuple[Any, ...] | None = None
    has_spread: bool = False
    clusters: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the outline as JSON-able data."""
        return asdict(self)

    def score_columns(self) -> tuple[Column, ...] | None:
        """Return the columns that scoring makes, in order; None where they are not known yet."""
        if self.task == "clustering":
            if self.clusters is None:
                return None
            far = [Column(distance_name(i), "double", "score") for i in range(self.clusters)]
            return (Column(ASSIGNMENTS, "integer", "score"), *far)
        if self.task == "regression":
            names = (SCORED_MEAN, SCORED_DEVIATION) if self.has_spread else (SCORED_LABELS,)
            return tuple(Column(name, "double", "score") for name in names)
        if self.label is None:
            return None
        if self.task == "binary":
            return self._labels(self.label), Column(SCORED_PROBABILITIES, "double", "score")
        if self.classes is None:
            return None
        each = [Column(probability_name(label), "double", "score") for label in self.classes]
        return (*each, self._labels(self.label))

    def scored_schema(self, schema: TableSchema, *, append: bool = True) -> TableSchema | None:
        """Return the schema of a scored table; None where it is not known yet.

        The label column is marked as label. Score columns of an earlier model are replaced.
        """
        made = self.score_columns()
        if made is None:
            return None
        if not append:
            return TableSchema((*made, *schema.by_role("origin")))
        earlier = {column.name for column in schema.by_role("score")}
        kept = schema.drop(earlier)
        if self.label is not None and self.label.name in kept:
            others = [replace(c, role="feature") for c in kept.by_role("label")]
            kept = kept.replace(*others).with_role(self.label.name, "label")
        return kept.append(*made)

    def _labels(self, label: Column) -> Column:
        if label.is_text:
            return Column(SCORED_LABELS, "category", "score", self.classes)
        return Column(SCORED_LABELS, label.type, "score")


def outline_of(value: Any) -> Outline | None:
    """Return the outline of a value on a wire; None for what is no model."""
    found = getattr(value, "outline", None)
    return found if isinstance(found, Outline) else None


def with_outlines(
    schemas: Mapping[str, TableSchema | None], values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a module is told of its inputs before a run: schemas, and outlines of models."""
    outlines = {port: outline_of(value) for port, value in values.items()}
    return {**schemas, **{port: found for port, found in outlines.items() if found is not None}}


def _spoken(label: Any) -> str:
    if isinstance(label, float) and label.is_integer():
        return str(int(label))
    return str(label)
