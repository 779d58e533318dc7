"""The answers of a model in a graph: chances, quantities, clusters, and the labels they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studio.export.onnx.boosters import booster_answers
from studio.export.onnx.centers import center_distances
from studio.export.onnx.foreign import converted
from studio.export.onnx.forests import forest_chances, forest_quantities, grown_trees
from studio.export.onnx.graph import DOUBLE, Tensor
from studio.export.onnx.linear import linear_chances, linear_quantity

if TYPE_CHECKING:
    from studio.export.onnx.ops import OnnxOps
    from studio.sdk.model import Model


def answers(ops: OnnxOps, model: Model, matrix: Tensor) -> dict[str, Tensor]:
    """Return the score columns for a matrix, as ``Model.predict`` does; raises NotConvertible."""
    names = [column.name for column in model.score_columns()]
    if model.task == "clustering":
        far = center_distances(ops, matrix, model.estimator)
        if far is None:
            ops.refuse(f"{type(model.estimator).__name__} measures distances in its own way")
        nearest = _position(ops, ops.sub(0.0, far))
        number = Tensor(ops.graph.add("Cast", nearest, to=DOUBLE))
        return dict(zip(names, [number, *_columns(ops, far)], strict=True))
    if model.task == "regression":
        return dict(zip(names, _quantities(ops, model.estimator, matrix), strict=True))
    chances = _chances(ops, model, matrix)
    if model.task == "binary":
        first, second = model.classes
        likely = ops.gt(chances, 0.5)
        text = isinstance(first, str)
        label = ops.where(likely, *((second, first) if text else (float(second), float(first))))
        return {names[0]: label, names[1]: chances}
    label = _label(ops, model, _position(ops, chances))
    return dict(zip(names, [*_columns(ops, chances), label], strict=True))


def scores(
    ops: OnnxOps, model: Model, columns: dict[str, Tensor]
) -> tuple[dict[str, Tensor], Tensor | None]:
    """Return the score columns for columns of a table, and the mask of rows to be refused.

    A row where a feature is missing has missing scores. Refused is a complete row with an infinite
    feature, or with a level that is unknown where it may not be; the mask is None where nothing can
    be refused. See ``Model.score_rows``. Raises NotConvertible.
    """
    from studio.sdk.features import MATRIX

    missing = model.features.missing(columns, ops)
    found = answers(ops, model, model.features.apply(columns, ops)[MATRIX])
    made = {name: ops.where(missing, None, value) for name, value in found.items()}
    wrong = _wrong(ops, model, columns)
    return made, None if wrong is None else ops.both(ops.negate(missing), wrong)


def _wrong(ops: OnnxOps, model: Model, columns: dict[str, Tensor]) -> Tensor | None:
    features = model.features
    wrong: Tensor | None = None
    for column in features.inputs:
        value = columns[column.name]
        if not column.is_text:
            found = ops.is_infinite(value)
        elif not features.allow_unknown:
            known = dict.fromkeys(features.levels[column.name], 1.0)
            found = ops.eq(ops.lookup(value, known, 0.0), 0.0)
        else:
            continue
        wrong = found if wrong is None else ops.either(wrong, found)
    return wrong


def _chances(ops: OnnxOps, model: Model, matrix: Tensor) -> Tensor:
    """Return the chance of each class as a matrix, of two the second's alone as a column."""
    estimator, count = model.estimator, len(model.classes)
    second = model.task == "binary"
    if hasattr(estimator, "booster_"):
        found = booster_answers(ops, matrix, estimator.booster_)
        if found.kind == "matrix" or second:
            return found
        return ops.hstack([ops.sub(1.0, found), found])
    trees = grown_trees(estimator)
    if trees is not None:
        return forest_chances(ops, matrix, trees, count, second=second)
    linear = linear_chances(ops, matrix, estimator, second=second)
    if linear is not None:
        return linear
    made = converted(ops, estimator, matrix)
    if len(made) != 2 or made[1].kind != "matrix":
        ops.refuse(f"the conversion of {type(estimator).__name__} gives no probabilities")
    return ops.take(made[1], 1) if second else Tensor(made[1].name, "matrix", count)


def _quantities(ops: OnnxOps, estimator: Any, matrix: Tensor) -> list[Tensor]:
    from studio.sdk.answers import has_spread

    if hasattr(estimator, "booster_"):
        return [booster_answers(ops, matrix, estimator.booster_)]
    trees = grown_trees(estimator)
    if trees is not None:
        center, deviation = forest_quantities(ops, matrix, trees)
        return [center, deviation] if has_spread(estimator) else [center]
    found = linear_quantity(ops, matrix, estimator)
    if found is None:
        import numpy as np

        made = converted(ops, estimator, matrix)[0]
        found = Tensor(ops.graph.add("Reshape", made.name, ops.graph.numbers([-1], np.int64)))
    return [found]


def _position(ops: OnnxOps, values: Tensor) -> str:
    """Return the name of the position of a row's first largest value; NaN counts as largest."""
    ranked = ops.where(ops.is_missing(values), float("inf"), values)
    return ops.graph.add("ArgMax", ranked.name, axis=1, keepdims=0)


def _label(ops: OnnxOps, model: Model, position: str) -> Tensor:
    if isinstance(model.classes[0], str):
        table = ops.graph.texts(list(model.classes))
        return Tensor(ops.graph.add("Gather", table, position), "text")
    values = [float(value) for value in model.classes]
    return Tensor(ops.graph.add("Gather", ops.graph.numbers(values), position))


def _columns(ops: OnnxOps, matrix: Tensor) -> list[Tensor]:
    return [ops.take(matrix, number) for number in range(matrix.width)]
