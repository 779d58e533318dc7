"""Fitting: a learner and a table become a model."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from studio.sdk.errors import ColumnTypeWrong, ModuleError, NoRows, ValueWrong
from studio.sdk.features import MATRIX, Features, feature_columns, find_features
from studio.sdk.learners import LearnerModule, Shape, configured, mixed_seed
from studio.sdk.model import Model
from studio.sdk.schema import Column, TableSchema
from studio.sdk.target import LabelEmpty, OneClass, Target, find_label, find_target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.sdk.context import Context
    from studio.sdk.data import Learner
    from studio.sdk.table import Table

    Numbers = NDArray[np.float64]

COPIES = 3
"""About how many copies of the matrix are held while fitting: ours, the estimator's, its work."""


class NoFeatures(ModuleError):
    """A table has no column to learn from."""

    code = "no_features"
    sentence = "There is no feature column to learn from{besides}."
    hint = "Mark columns as features with Edit Metadata, or choose more columns."


class NoCompleteRows(ModuleError):
    """Every row of a table has a hole, so that none is left to learn from."""

    code = "no_complete_rows"
    sentence = (
        "None of the {rows} rows has a value in every feature; {worst} has {holes} missing values."
    )
    hint = "Use Clean Missing Data first, or leave such columns out with Select Columns in Dataset."


class TooWide(ModuleError):
    """The features do not fit into the memory budget as numbers."""

    code = "too_wide"
    sentence = (
        "Learning from {rows} rows with {width} features needs about {needed} MB, and {budget} MB "
        "may be used; column “{column}” alone has {levels} different values."
    )
    hint = "Leave out columns of names, group rare values together, or take fewer rows."


class WeightWrong(ModuleError):
    """The rows' weights make no sense."""

    code = "weight_wrong"
    sentence = "The weight column has {found}; weights are at least 0, and one is above."
    hint = "Correct the column that is marked as weight, or mark it as a feature."


class FewerRowsThanClusters(ModuleError):
    """More clusters are sought than there are rows."""

    code = "fewer_rows_than_clusters"
    sentence = "{clusters} clusters are sought in {rows} rows."
    hint = "Seek fewer clusters, or take more rows."


class GuideMissing(ModuleError):
    """Clusters are to begin from a label, and it is not known which column it is."""

    code = "guide_missing"
    sentence = "The first centers are to come from the label column, and {found}."
    hint = "Mark the column as label with Edit Metadata, or choose another initialization."


@dataclass(frozen=True)
class Gathered:
    """What an estimator is fitted on: the complete rows as a matrix, targets and weights."""

    matrix: Numbers
    target: Numbers | None
    weights: Numbers | None


def fit(learner: Learner, table: Table, ctx: Context, label: str | None = None) -> Model:
    """Return the model that a supervised learner makes of a table.

    ``label`` names the label column; without it the column of role label is taken. Rows without a
    label and rows with a missing feature are left out, with a warning. Raises a ModuleError where
    the table cannot be learned from, Cancelled when asked to stop.
    """
    module = configured(learner, ctx)
    if module.task == "clustering":
        raise ValueWrong(
            reason=f"“{module.meta.title}” finds clusters and has no label to learn.",
            advice="Use Train Clustering Model.",
            port="untrained_model",
        )
    _refuse_empty(table)
    column = find_label(table.schema, label)
    features = _features(table, feature_columns(table.schema, column.name), module)
    target = find_target(table, column, module)
    gathered = gather(table, features, ctx, target)
    if target.classes:
        target, gathered = _classes_left(target, gathered)
    shape = Shape(len(gathered.matrix), gathered.matrix.shape[1], len(target.classes))
    estimator = fitted(module, gathered, shape, ctx)
    return model_of(learner, module, features, estimator, shape, ctx, target)


def fit_clusters(learner: Learner, table: Table, ctx: Context, columns: Sequence[Column]) -> Model:
    """Return the model of the clusters that a clustering learner finds in some columns.

    An estimator whose tags say that it needs a target begins from the column of role label.
    """
    import numpy as np

    module = configured(learner, ctx)
    if module.task != "clustering":
        raise ValueWrong(
            reason=f"“{module.meta.title}” learns a label and finds no clusters.",
            advice="Use Train Model, or wire in K-Means Clustering.",
            port="untrained_model",
        )
    _refuse_empty(table)
    features = _features(table, columns, module)
    guide = _guide(table, module, features)
    gathered = gather(table, features, ctx, guide)
    shape = Shape(len(gathered.matrix), gathered.matrix.shape[1])
    clusters = module.make(shape).get_params().get("n_clusters", 1)
    if guide is not None and gathered.target is not None:
        if np.isnan(gathered.target).all():
            raise LabelEmpty(column=guide.column.name, rows=shape.rows, port="dataset")
    elif clusters > shape.rows:
        raise FewerRowsThanClusters(clusters=clusters, rows=shape.rows, port="dataset")
    estimator = fitted(module, gathered, shape, ctx)
    return model_of(learner, module, features, estimator, shape, ctx)


def gather(
    table: Table, features: Features, ctx: Context, target: Target | None = None
) -> Gathered:
    """Return the rows that can be learned from, as a matrix; warns of those that cannot.

    A column of role weight gives the rows' weights; rows where it is missing are left out.
    """
    import numpy as np

    from studio.sdk.arrays import to_columns
    from studio.sdk.ops_numpy import NUMPY

    weight = _weight_column(table.schema)
    wanted = [*features.reads, *_names(weight), *_names(None if target is None else target.column)]
    count = table.rows
    _refuse_wide(features, count, ctx)
    matrix = np.empty((count, len(features.names)))
    numbers: list[Numbers] = []
    weights: list[Numbers] = []
    filled = start = labelled = 0
    holes = dict.fromkeys(features.reads, 0)
    for batch in features.pieces(table):
        ctx.check()
        columns = to_columns(batch, table.schema, dict.fromkeys(wanted))
        known = np.ones(batch.num_rows, dtype=bool)
        if target is not None:
            answers = target.numbers(columns[target.column.name])
            known &= ~np.isnan(answers) | (not target.required)
        if weight is not None:
            known &= ~np.isnan(columns[weight.name])
        features.refuse(columns, known, start)
        for name in features.reads:
            holes[name] += int(NUMPY.is_missing(columns[name])[known].sum())
        complete = known & ~features.missing(columns, NUMPY)
        part = features.apply(columns, NUMPY)[MATRIX][complete]
        matrix[filled : filled + len(part)] = part
        if target is not None:
            numbers.append(answers[complete])
        if weight is not None:
            weights.append(columns[weight.name][complete])
        filled, start = filled + len(part), start + batch.num_rows
        labelled += int(known.sum())
    needed = target if target is not None and target.required else None
    _warn_of_holes(ctx, count, labelled, filled, holes, needed)
    return Gathered(
        matrix[:filled],
        np.concatenate(numbers) if target is not None else None,
        np.concatenate(weights) if weight is not None else None,
    )


def fitted(module: LearnerModule, gathered: Gathered, shape: Shape, ctx: Context) -> Any:
    """Return the estimator fitted on the gathered rows; says how far it is where it can."""
    estimator = module.make(shape, seed=ctx.seed, threads=ctx.threads)
    accepted = inspect.signature(estimator.fit).parameters
    options: dict[str, Any] = {}
    if gathered.weights is not None:
        _refuse_weights(gathered.weights)
        if "sample_weight" in accepted:
            options["sample_weight"] = gathered.weights
        else:
            ctx.warn("weights_ignored", f"“{module.meta.title}” does not use the weight column.")
    if "callbacks" in accepted:
        options["callbacks"] = [_progress(ctx)]
    ctx.check()
    if gathered.target is None:
        estimator.fit(gathered.matrix, **options)
    else:
        estimator.fit(gathered.matrix, gathered.target, **options)
    if "n_jobs" in estimator.get_params(deep=False):
        estimator.set_params(n_jobs=None)
    if hasattr(estimator, "booster_"):
        _forget_threads(estimator.booster_)
    return estimator


def _forget_threads(booster: Any) -> None:
    """Take out of a booster how many threads grew it: the same trees are the same bytes."""
    booster.params.pop("num_threads", None)
    text = booster.model_to_string(num_iteration=-1)
    booster.model_from_string(re.sub(r"\[num_threads: \d+\]", "[num_threads: 0]", text))


def model_of(
    learner: Learner,
    module: LearnerModule,
    features: Features,
    estimator: Any,
    shape: Shape,
    ctx: Context,
    target: Target | None = None,
) -> Model:
    """Return the model around a fitted estimator."""
    return Model(
        task=module.task,
        learner=learner,
        features=features,
        estimator=estimator,
        label=None if target is None else Column(target.column.name, target.column.type, "label"),
        classes=() if target is None else target.classes,
        settings={
            "rows": shape.rows,
            "seed": mixed_seed(ctx.seed, getattr(module, "seed", 0)),
        },
        libraries={name: version(name) for name in ("numpy", *module.meta.libraries)},
    )


def _classes_left(target: Target, gathered: Gathered) -> tuple[Target, Gathered]:
    """Return target and rows without the classes that occur only in rows that were left out."""
    import numpy as np

    if gathered.target is None:
        raise AssertionError("a classifier has a target")
    present, codes = np.unique(gathered.target, return_inverse=True)
    classes = tuple(target.classes[int(code)] for code in present)
    if len(classes) == 1:
        raise OneClass(column=target.column.name, value=classes[0], param="label")
    if len(classes) == len(target.classes):
        return target, gathered
    numbers = codes.astype(np.float64)
    return Target(target.column, classes), Gathered(gathered.matrix, numbers, gathered.weights)


def _guide(table: Table, module: LearnerModule, features: Features) -> Target | None:
    """Return the label that clusters begin from, where the estimator needs one."""
    from sklearn.utils import get_tags

    shape = Shape(table.rows, len(features.names))
    if not get_tags(module.make(shape)).target_tags.required:
        return None
    marked = table.schema.by_role("label")
    if len(marked) != 1:
        found = "several columns are marked as label" if marked else "no column is marked as label"
        raise GuideMissing(found=found, port="dataset")
    return replace(find_target(table, marked[0], module), required=False)


def _features(table: Table, columns: Sequence[Column], module: LearnerModule) -> Features:
    if not columns:
        others = [c.name for c in table.schema.visible]
        besides = f" besides {', '.join(others)}" if others else ""
        raise NoFeatures(besides=besides, port="dataset")
    allow = getattr(module, "allow_unknown_levels", True)
    return find_features(table, columns, allow_unknown=allow)


def _refuse_weights(weights: Numbers) -> None:
    lowest = float(weights.min())
    if lowest < 0 or not weights.any():
        found = f"the weight {lowest:g}" if lowest < 0 else "weights of 0 only"
        raise WeightWrong(found=found, port="dataset")


def _refuse_empty(table: Table) -> None:
    if table.rows == 0:
        raise NoRows(port_label="Dataset", port="dataset")


def _refuse_wide(features: Features, rows: int, ctx: Context) -> None:
    width = len(features.names)
    needed = rows * width * 8 * COPIES
    if needed <= ctx.memory:
        return
    widest = max(features.reads, key=lambda name: len(features.levels.get(name, ())))
    raise TooWide(
        rows=rows,
        width=width,
        needed=needed >> 20,
        budget=ctx.memory >> 20,
        column=widest,
        levels=len(features.levels.get(widest, ())),
        port="dataset",
    )


def _weight_column(schema: TableSchema) -> Column | None:
    weights = schema.by_role("weight")
    if not weights:
        return None
    if not weights[0].is_numeric:
        raise ColumnTypeWrong(
            column=weights[0].name,
            found=weights[0].type,
            wanted="a number as weight",
            port="dataset",
        )
    return weights[0]


def _warn_of_holes(
    ctx: Context, rows: int, labelled: int, used: int, holes: dict[str, int], target: Target | None
) -> None:
    worst = max(holes, key=lambda name: holes[name])
    if labelled == 0 and target is not None:
        raise LabelEmpty(column=target.column.name, rows=rows, param="label")
    if used == 0:
        raise NoCompleteRows(rows=labelled, worst=f"“{worst}”", holes=holes[worst], port="dataset")
    if labelled < rows and target is not None:
        ctx.warn(
            "label_missing",
            f"{rows - labelled} of {rows} rows have no label (or no weight) and are left out.",
        )
    if used < labelled:
        ctx.warn(
            "rows_skipped",
            f"{labelled - used} of {labelled} rows have a missing feature and are left out "
            f"(“{worst}” is missing in {holes[worst]}). Clean Missing Data can fill the holes.",
        )


def _progress(ctx: Context) -> Any:
    """Return a lightgbm callback that says how far the fit is and stops it when asked to."""

    def tell(state: Any) -> None:
        done = state.iteration + 1
        ctx.progress(done / state.end_iteration, f"Tree {done} of {state.end_iteration}")

    return tell


def _names(column: Column | None) -> list[str]:
    return [] if column is None else [column.name]
