"""A model: features, a fitted estimator, and what its answers are called."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.sdk.data import Learner
from studio.sdk.features import MATRIX, Features
from studio.sdk.outline import ASSIGNMENTS as ASSIGNMENTS
from studio.sdk.outline import SCORED_DEVIATION as SCORED_DEVIATION
from studio.sdk.outline import SCORED_LABELS as SCORED_LABELS
from studio.sdk.outline import SCORED_MEAN as SCORED_MEAN
from studio.sdk.outline import SCORED_PROBABILITIES as SCORED_PROBABILITIES
from studio.sdk.outline import Outline
from studio.sdk.outline import distance_name as distance_name
from studio.sdk.outline import probability_name as probability_name
from studio.sdk.schema import Column, TableSchema

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from studio.sdk.learners import Task
    from studio.sdk.ops import Columns
    from studio.sdk.table import Table

FILE = "model.json"
FORMAT = 1


@dataclass(frozen=True, eq=False)
class Model:
    """What a learner made of a table; immutable.

    Attributes:
        task: What it answers: binary, multiclass, regression or clustering.
        learner: What it was made by.
        features: The columns that it reads, as one matrix.
        estimator: The fitted estimator.
        label: The column that it predicts; None for clusters.
        classes: The label's values in the order of the estimator's classes; the second is positive.
        settings: What else is worth knowing: rows it learned from, seed, threads.
        libraries: Versions of what fitted it.
    """

    task: Task
    learner: Learner
    features: Features
    estimator: Any
    label: Column | None = None
    classes: tuple[Any, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    libraries: Mapping[str, str] = field(default_factory=dict)

    @property
    def input_schema(self) -> TableSchema:
        """The columns that it reads."""
        return TableSchema(self.features.inputs)

    def about(self) -> dict[str, Any]:
        """Return what can be said of the model in a panel, as JSON-able data."""
        return {
            "task": self.task,
            "learner": self.learner.to_dict(),
            "features": list(self.features.reads),
            "matrix_columns": len(self.features.names),
            "label": None if self.label is None else self.label.to_dict(),
            "classes": list(self.classes),
            "settings": dict(self.settings),
            "libraries": dict(self.libraries),
        }

    @property
    def outline(self) -> Outline:
        """What it answers, as it could be known before it was fitted."""
        if self.task == "clustering":
            return Outline(self.task, clusters=len(self.estimator.cluster_centers_))
        spread = False
        if self.task == "regression":
            from studio.sdk.answers import has_spread

            spread = has_spread(self.estimator)
        return Outline(self.task, self.label, self.classes, spread)

    def score_columns(self) -> tuple[Column, ...]:
        """Return the columns that scoring makes, in order."""
        columns = self.outline.score_columns()
        if columns is None:
            raise AssertionError("a classifier has a label")
        return columns

    def predict(self, matrix: NDArray[Any], threads: int = 1) -> dict[str, NDArray[Any]]:
        """Return the score columns for the rows of a matrix without missing values."""
        from studio.sdk import answers

        names = [column.name for column in self.score_columns()]
        if self.task == "clustering":
            far = answers.distances(self.estimator, matrix)
            return dict(zip(names, [far.argmin(axis=1).astype(float), *far.T], strict=True))
        if self.task == "regression":
            made = answers.quantities(self.estimator, matrix, threads)
            return dict(zip(names, made.T, strict=True))
        chances = answers.probabilities(self.estimator, matrix, threads)
        if self.task == "binary":
            labels = self._labels((chances[:, 1] > 0.5).astype(int))
            return {names[0]: labels, names[1]: chances[:, 1]}
        labels = self._labels(chances.argmax(axis=1))
        return dict(zip(names, [*chances.T, labels], strict=True))

    def score_rows(
        self, columns: Columns, *, threads: int = 1, start: int = 0
    ) -> tuple[dict[str, NDArray[Any]], int]:
        """Return the score columns for columns of a table, and how many rows got no score.

        A row where a feature is missing has missing scores. Raises InfiniteValue and LevelUnknown;
        rows count from ``start``.
        """
        import numpy as np

        from studio.sdk.arrays import all_missing
        from studio.sdk.ops_numpy import NUMPY

        complete = ~self.features.missing(columns, NUMPY)
        self.features.refuse(columns, complete, start)
        matrix = self.features.apply(columns, NUMPY)[MATRIX]
        scores = {c.name: all_missing(len(complete), c) for c in self.score_columns()}
        if complete.any():
            made = self.predict(np.ascontiguousarray(matrix[complete]), threads)
            for name, values in made.items():
                scores[name][complete] = values
        return scores, int(len(complete) - complete.sum())

    def scored_schema(self, schema: TableSchema, *, append: bool = True) -> TableSchema:
        """Return the schema of a scored table; raises ColumnMissing and ColumnTypeWrong.

        The label column is marked as label. Score columns of an earlier model are replaced.
        """
        self.features.check(schema)
        scored = self.outline.scored_schema(schema, append=append)
        if scored is None:
            raise AssertionError("a classifier has a label")
        return scored

    def score(
        self,
        table: Table,
        *,
        append: bool = True,
        threads: int = 1,
        unscored: Callable[[int, int], None] | None = None,
    ) -> Table:
        """Return the table with its scores, computed in batches when it is read.

        ``unscored`` is told, when all rows are read for the first time, how many of how many rows
        got no score.
        """
        after = self.scored_schema(table.schema, append=append)
        told = False

        def scored() -> Iterator[pa.RecordBatch]:
            nonlocal told
            rows = blanks = 0
            for batch in self.features.pieces(table):
                made, blank = self._score_batch(batch, table.schema, after, threads, rows)
                rows, blanks = rows + batch.num_rows, blanks + blank
                yield made
            if blanks and unscored is not None and not told:
                told = True
                unscored(blanks, rows)

        return type(table).from_batches(after, scored)

    def _score_batch(
        self,
        batch: pa.RecordBatch,
        before: TableSchema,
        after: TableSchema,
        threads: int,
        start: int,
    ) -> tuple[pa.RecordBatch, int]:
        import pyarrow as pa

        from studio.sdk.arrays import to_arrow, to_columns

        columns = to_columns(batch, before, self.features.reads)
        scores, blank = self.score_rows(columns, threads=threads, start=start)
        arrays = [
            to_arrow(scores[c.name], c) if c.name in scores else batch.column(c.name)
            for c in after.columns
        ]
        return pa.RecordBatch.from_arrays(arrays, names=[c.name for c in after.columns]), blank

    def _labels(self, codes: NDArray[Any]) -> NDArray[Any]:
        import numpy as np

        text = self.label is not None and self.label.is_text
        values = np.array(self.classes, dtype=object if text else np.float64)
        return np.asarray(values[codes])


def keep_model(model: Model, folder: Path) -> None:
    """Write a model into an existing folder: ``model.json``, arrays and the estimator beside it."""
    from studio.sdk.state import write_state

    state = {
        "format": FORMAT,
        "task": model.task,
        "learner": model.learner.to_dict(),
        "features": model.features,
        "estimator": model.estimator,
        "label": model.label,
        "classes": model.classes,
        "settings": model.settings,
        "libraries": model.libraries,
    }
    write_state(state, folder / FILE)


def load_model(folder: Path, *, estimator: bool = True) -> Model:
    """Return the model that was kept in the folder; raises a StudioError.

    Nothing is imported but types of the studio's own list and those that the learner's module
    names. Without ``estimator`` the model has none, for something else to answer in its place.
    """
    from studio.sdk.state import StateUnreadable, read_state
    from studio.sdk.transform import find_module

    try:
        head = json.loads((folder / FILE).read_text(encoding="utf-8"))
        learner = Learner.from_dict(head["learner"])
        known = head["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StateUnreadable(reason=str(error)) from error
    if not known:
        raise StateUnreadable(reason=f"its format is {head['format']}, and {FORMAT} is known")
    made_by = find_module(learner.module)
    state = read_state(folder / FILE, getattr(made_by, "trusted", ()), estimators=estimator)
    fields = ("task", "features", "estimator", "label", "classes", "settings", "libraries")
    return Model(learner=learner, **{name: state[name] for name in fields})
