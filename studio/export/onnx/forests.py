"""scikit-learn's decision trees and forests in a graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from studio.export.onnx.graph import DOUBLE, FLOAT, INT64, Tensor
from studio.export.onnx.trees import Tree, tree_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.export.onnx.ops import OnnxOps


def grown_trees(estimator: Any) -> list[Any] | None:
    """Return the trees whose mean an estimator answers with; None where it is no forest."""
    from sklearn.ensemble import (
        ExtraTreesClassifier,
        ExtraTreesRegressor,
        RandomForestClassifier,
        RandomForestRegressor,
    )
    from sklearn.tree import BaseDecisionTree

    forests = (
        ExtraTreesClassifier,
        ExtraTreesRegressor,
        RandomForestClassifier,
        RandomForestRegressor,
    )
    if isinstance(estimator, forests):
        return [tree.tree_ for tree in estimator.estimators_]
    return [estimator.tree_] if isinstance(estimator, BaseDecisionTree) else None


def forest_chances(
    ops: OnnxOps, matrix: Tensor, trees: Sequence[Any], classes: int, *, second: bool
) -> Tensor:
    """Return the mean of the trees' shares: of each class, or of the second one alone.

    Shares are added in the trees' order, as the studio does.
    """
    single = _single(ops, matrix)
    if second:
        shares = [tree_of(tree, tree.value[:, 0, 1]) for tree in trees]
        total = ops.take(tree_sums(ops, single, shares, [0] * len(trees)), 0)
        return ops.div(total, float(len(trees)))
    leaves = _leaves(ops, single, trees)
    found = _at_leaves(ops, leaves, [tree.value[:, 0, :classes] for tree in trees], trees)
    ops.graph.holds(len(trees) * classes)
    total = Tensor(ops.total(found, len(trees)), "matrix", classes)
    return ops.div(total, float(len(trees)))


def forest_quantities(ops: OnnxOps, matrix: Tensor, trees: Sequence[Any]) -> tuple[Tensor, Tensor]:
    """Return mean and deviation of the mixture of the leaves' Gaussians."""
    import numpy as np

    count = float(len(trees))
    leaves = _leaves(ops, _single(ops, matrix), trees)
    means = _at_leaves(ops, leaves, [tree.value[:, 0, 0] for tree in trees], trees)
    center = ops.div(Tensor(ops.total(means, len(trees))), count)
    spread = [np.maximum(tree.impurity, 0.0) for tree in trees]
    own = Tensor(_at_leaves(ops, leaves, spread, trees), "matrix", len(trees))
    tall = Tensor(ops.graph.add("Unsqueeze", center.name, ops.axis(1)), "matrix")
    apart = ops.sub(Tensor(means, "matrix", len(trees)), tall)
    terms = ops.add(own, ops.mul(apart, apart))
    variance = ops.div(Tensor(ops.total(terms.name, len(trees))), count)
    return center, ops.sqrt(variance)


def _single(ops: OnnxOps, matrix: Tensor) -> Tensor:
    """Return the matrix in single precision, which is what a tree compares with its thresholds."""
    rounded = ops.graph.add("Cast", matrix.name, to=FLOAT)
    return replace(matrix, name=ops.graph.add("Cast", rounded, to=DOUBLE))


def _leaves(ops: OnnxOps, matrix: Tensor, trees: Sequence[Any]) -> str:
    """Return the name of the leaf that a row falls into in each tree, counted over all trees."""
    import numpy as np

    numbered, start = [], 0
    for tree in trees:
        made = tree_of(tree, np.zeros(tree.node_count))
        leaves = np.arange(start, start + len(made.leaves), dtype=np.float64)
        numbered.append(replace(made, leaves=leaves))
        start += len(leaves)
    found = tree_sums(ops, matrix, numbered, list(range(len(trees))))
    return ops.graph.add("Cast", found.name, to=INT64)


def _at_leaves(
    ops: OnnxOps, leaves: str, values: Sequence[NDArray[Any]], trees: Sequence[Any]
) -> str:
    """Return the name of what the nodes of the trees hold, at those leaves."""
    import numpy as np

    held = [v[tree.children_left < 0] for v, tree in zip(values, trees, strict=True)]
    return ops.graph.add("Gather", ops.graph.numbers(np.concatenate(held)), leaves, axis=0)


def tree_of(tree: Any, values: NDArray[Any]) -> Tree:
    """Return a tree of scikit-learn's, with a value for each of its nodes."""
    import numpy as np

    is_leaf = tree.children_left < 0
    place = np.where(is_leaf, ~(np.cumsum(is_leaf) - 1), np.cumsum(~is_leaf) - 1)
    inner = ~is_leaf
    return Tree(
        tree.feature[inner].astype(np.int64),
        tree.threshold[inner],
        place[tree.children_left[inner]],
        place[tree.children_right[inner]],
        np.zeros(int(inner.sum()), np.bool_),
        np.asarray(values[is_leaf], np.float64),
    )
