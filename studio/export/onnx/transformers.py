"""Fitted scikit-learn transformers in a graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from studio.export.onnx.foreign import converted
from studio.export.onnx.graph import Tensor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.export.onnx.ops import OnnxOps

Written = Callable[["OnnxOps", Any, Tensor], Tensor]


def transformed(ops: OnnxOps, fitted: Any, matrix: Tensor) -> Tensor:
    """Return what a fitted transformer makes of a matrix; raises NotConvertible.

    Scalers and a filler of holes are written down as scikit-learn carries them out, to the last
    bit; others by skl2onnx.
    """
    written = _writers().get(type(fitted))
    if written is not None:
        return written(ops, fitted, matrix)
    made = converted(ops, fitted, matrix)
    if len(made) != 1 or made[0].kind != "matrix" or made[0].width == 0:
        ops.refuse(f"the conversion of {type(fitted).__name__} does not give one matrix")
    return made[0]


def _writers() -> dict[type, Written]:
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

    return {
        StandardScaler: _standard,
        RobustScaler: _robust,
        MinMaxScaler: _range,
        MaxAbsScaler: _largest,
        SimpleImputer: _filled,
    }


def _standard(ops: OnnxOps, fitted: Any, matrix: Tensor) -> Tensor:
    centered = ops.sub(matrix, _row(ops, fitted.mean_)) if fitted.with_mean else matrix
    return ops.div(centered, _row(ops, fitted.scale_)) if fitted.with_std else centered


def _robust(ops: OnnxOps, fitted: Any, matrix: Tensor) -> Tensor:
    centered = ops.sub(matrix, _row(ops, fitted.center_)) if fitted.with_centering else matrix
    return ops.div(centered, _row(ops, fitted.scale_)) if fitted.with_scaling else centered


def _range(ops: OnnxOps, fitted: Any, matrix: Tensor) -> Tensor:
    scaled = ops.add(ops.mul(matrix, _row(ops, fitted.scale_)), _row(ops, fitted.min_))
    return ops.clip(scaled, *map(float, fitted.feature_range)) if fitted.clip else scaled


def _largest(ops: OnnxOps, fitted: Any, matrix: Tensor) -> Tensor:
    scaled = ops.div(matrix, _row(ops, fitted.scale_))
    return ops.clip(scaled, -1.0, 1.0) if getattr(fitted, "clip", False) else scaled


def _filled(ops: OnnxOps, fitted: Any, matrix: Tensor) -> Tensor:
    import numpy as np

    holes = fitted.missing_values
    if not (isinstance(holes, float) and np.isnan(holes)) or fitted.add_indicator:
        return converted(ops, fitted, matrix)[0]
    values = np.asarray(fitted.statistics_, np.float64)
    known = np.flatnonzero(~np.isnan(values))
    if fitted.keep_empty_features:
        values = np.nan_to_num(values, nan=0.0 if fitted.strategy != "constant" else np.nan)
    elif len(known) < len(values):
        chosen = ops.graph.numbers(known, np.int64)
        name = ops.graph.add("Gather", matrix.name, chosen, axis=1)
        matrix, values = Tensor(name, "matrix", len(known)), values[known]
    return ops.where(ops.is_missing(matrix), _row(ops, values), matrix)


def _row(ops: OnnxOps, values: NDArray[Any]) -> Tensor:
    """Return one number a column, as a constant that stands beside any matrix."""
    import numpy as np

    row = np.asarray(values, np.float64)[None]
    return Tensor(ops.graph.numbers(row), "matrix", row.shape[1])
