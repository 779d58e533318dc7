"""Clusters around centers, in a graph: the distance of a row to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studio.export.onnx.graph import Tensor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.export.onnx.ops import OnnxOps

    Numbers = NDArray[np.float64]

LANES, BLOCK = 8, 128
"""numpy adds a row of up to 128 numbers in eight sums side by side, a longer one in halves."""
ROWS, CLOSE = 32, 1e-9
"""How many made-up rows show how an estimator measures, and how closely."""


def center_distances(ops: OnnxOps, matrix: Tensor, estimator: Any) -> Tensor | None:
    """Return the distance to each center as a matrix; None where they are measured otherwise.

    The squares are added in numpy's order, so that a row as far from one center as from another
    comes to the same one.
    """
    import numpy as np

    centers = np.asarray(estimator.cluster_centers_, np.float64)
    spread = np.abs(centers).max() or 1.0
    rows = np.random.default_rng(0).normal(size=(ROWS, centers.shape[1])) * spread
    truth = np.asarray(estimator.transform(rows), np.float64)
    if np.allclose(_euclidean(rows, centers), truth, rtol=CLOSE, atol=0.0):
        return _euclidean_graph(ops, matrix, centers)
    if np.allclose(_cosine(rows, centers), truth, rtol=CLOSE, atol=CLOSE):
        return _cosine_graph(ops, matrix, centers)
    return None


def _euclidean_graph(ops: OnnxOps, matrix: Tensor, centers: Numbers) -> Tensor:
    count, width = centers.shape
    ops.graph.holds(centers.size)
    tall = Tensor(ops.graph.add("Unsqueeze", matrix.name, ops.axis(1)), "matrix")
    apart = ops.sub(tall, Tensor(ops.graph.numbers(centers[None]), "matrix"))
    squares = ops.mul(apart, apart)
    total = Tensor(_numpy_sum(ops, squares.name, 0, width), "matrix", count)
    return ops.sqrt(total)


def _cosine_graph(ops: OnnxOps, matrix: Tensor, centers: Numbers) -> Tensor:
    squares = ops.total(ops.mul(matrix, matrix).name, matrix.width)
    length = ops.sqrt(Tensor(squares))
    length = ops.where(ops.eq(length, 0.0), 1.0, length)
    tall = Tensor(ops.graph.add("Unsqueeze", length.name, ops.axis(1)), "matrix")
    return ops.sub(1.0, ops.matmul(ops.div(matrix, tall), centers.T))


def _numpy_sum(ops: OnnxOps, terms: str, start: int, count: int) -> str:
    """Return the sum of some terms along the last of three axes, as numpy adds them."""
    if count > BLOCK:
        half = count // 2
        half -= half % LANES
        first = _numpy_sum(ops, terms, start, half)
        return ops.graph.add("Add", first, _numpy_sum(ops, terms, start + half, count - half))
    if count < LANES:
        return _in_turn(ops, _cut(ops, terms, start, start + count), count)
    import numpy as np

    rest = count % LANES
    lanes = _cut(ops, terms, start, start + count - rest)
    shape = ops.graph.numbers([0, 0, -1, LANES], np.int64)
    folded = ops.graph.add("Reshape", lanes, shape)
    total = _in_turn(ops, folded, count // LANES)
    for _ in range(3):
        pair = [_cut(ops, total, first, LANES, 2) for first in (0, 1)]
        total = ops.graph.add("Add", *pair)
    if rest:
        others = _cut(ops, terms, start + count - rest, start + count)
        total = ops.graph.add("Concat", total, others, axis=2)
        return _in_turn(ops, total, rest + 1)
    return ops.graph.add("Squeeze", total, ops.axis(2))


def _in_turn(ops: OnnxOps, terms: str, count: int) -> str:
    """Return the sum along the third axis, from the first term to the last."""
    import numpy as np

    sums = ops.graph.add("CumSum", terms, ops.graph.numbers(2, np.int64))
    return ops.graph.add("Gather", sums, ops.graph.numbers(count - 1, np.int64), axis=2)


def _cut(ops: OnnxOps, terms: str, start: int, stop: int, step: int = 1) -> str:
    return ops.graph.add(
        "Slice", terms, ops.axis(start), ops.axis(stop), ops.axis(2), ops.axis(step)
    )


def _euclidean(rows: Numbers, centers: Numbers) -> Numbers:
    import numpy as np

    return np.asarray(np.sqrt(np.square(rows[:, None] - centers[None]).sum(axis=2)))


def _cosine(rows: Numbers, centers: Numbers) -> Numbers:
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(1.0 - rows / lengths @ centers.T)
