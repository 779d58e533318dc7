"""lightgbm's boosted trees in a graph, read from the text that a booster is kept as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.export.onnx.graph import Tensor
from studio.export.onnx.trees import Tree, tree_sums
from studio.sdk import elementary

if TYPE_CHECKING:
    from studio.export.onnx.ops import OnnxOps

ZERO = 1.0000000180025095e-35
"""A booster takes a value that is no further from 0 than this as 0."""
CATEGORICAL, DEFAULT_LEFT = 1, 2
NONE, AS_ZERO = 0, 1
"""What a branch does with missing values, in the bits above the first two: nothing of its own, or
the same as with 0."""
PLAIN = (
    "regression",
    "regression_l1",
    "huber",
    "fair",
    "quantile",
    "mape",
    "lambdarank",
    "rank_xendcg",
)
"""Objectives whose answers are the trees' sums as they are."""


class NotRead(Exception):
    """A booster has trees of a kind that no graph has."""


@dataclass(frozen=True, eq=False)
class Booster:
    """Boosted trees.

    Attributes:
        objective: What was learned, and its parameters.
        outputs: How many sums there are; the trees belong to them in turn.
        trees: The trees.
    """

    objective: tuple[str, ...]
    outputs: int
    trees: tuple[Tree, ...]


def booster_answers(ops: OnnxOps, matrix: Tensor, booster: Any) -> Tensor:
    """Return what a booster predicts: a column, or a matrix with one a class."""
    try:
        read = read_booster(booster.model_to_string())
    except NotRead as error:
        ops.refuse(str(error))
    if any((abs(tree.split) <= ZERO).any() for tree in read.trees):
        matrix = ops.where(ops.ge(ZERO, ops.absolute(matrix)), 0.0, matrix)
    targets = [number % read.outputs for number in range(len(read.trees))]
    sums = tree_sums(ops, matrix, read.trees, targets)
    name, *settings = read.objective
    if name == "multiclass":
        return softmax(ops, sums)
    raw = ops.take(sums, 0)
    if name == "binary":
        slope = dict(item.split(":") for item in settings).get("sigmoid", "1")
        return sigmoid(ops, ops.mul(raw, float(slope)))
    if name not in PLAIN or "sqrt" in settings:
        ops.refuse(f"the objective “{' '.join(read.objective)}” of its boosted trees is not known")
    return raw


def sigmoid(ops: OnnxOps, x: Tensor) -> Tensor:
    """Return 1 / (1 + e^-x)."""
    return ops.div(1.0, ops.add(1.0, elementary.exp(ops.sub(0.0, x), ops)))


def softmax(ops: OnnxOps, scores: Tensor) -> Tensor:
    """Return the scores' exponentials as shares of their sum, for each row."""
    largest = Tensor(ops.graph.add("ReduceMax", scores.name, ops.axis(1)), "matrix")
    powers = elementary.exp(ops.sub(scores, largest), ops)
    return shares(ops, powers)


def shares(ops: OnnxOps, values: Tensor) -> Tensor:
    """Return a matrix's values as shares of their row's sum."""
    total = ops.graph.add("Unsqueeze", ops.total(values.name, values.width), ops.axis(1))
    return ops.div(values, Tensor(total, "matrix"))


def read_booster(text: str) -> Booster:
    """Return the booster that a text holds; raises NotRead."""
    head, *blocks = text.partition("\nend of trees")[0].split("\nTree=")
    told = _fields(head)
    if "average_output" in head.splitlines():
        raise NotRead("its trees are a random forest of lightgbm's")
    objective = tuple(told.get("objective", "").split(" "))
    trees = tuple(_tree(_fields(block)) for block in blocks)
    return Booster(objective, int(told["num_tree_per_iteration"]), trees)


def _tree(told: Mapping[str, str]) -> Tree:
    import numpy as np

    def listed(name: str, kind: type) -> Any:
        return np.array(told.get(name, "").split(), kind)

    decisions = listed("decision_type", np.int64)
    missing = decisions >> 2
    if (decisions & CATEGORICAL).any():
        raise NotRead("its trees branch by category")
    if told.get("is_linear", "0") != "0":
        raise NotRead("its trees have linear models in their leaves")
    if (missing == AS_ZERO).any():
        raise NotRead("its trees take 0 as missing")
    split = listed("threshold", np.float64)
    # Where missing values had no place in training they are taken as 0.
    left = np.where(missing == NONE, split >= 0.0, (decisions & DEFAULT_LEFT) > 0)
    return Tree(
        listed("split_feature", np.int64),
        split,
        listed("left_child", np.int64),
        listed("right_child", np.int64),
        left,
        listed("leaf_value", np.float64),
    )


def _fields(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines())
    return {name: value for name, mark, value in pairs if mark}
