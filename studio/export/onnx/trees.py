"""Decision trees in a graph: branches that compare in double precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.export.onnx.graph import DOUBLE, ML, UINT8, Tensor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnx import TensorProto

    from studio.export.onnx.ops import OnnxOps

    Whole = NDArray[np.int64]
    Numbers = NDArray[np.float64]

NOT_ABOVE, SUM = 0, 1
"""ONNX's numbers for a branch taken where x <= split, and for trees that are added up."""


@dataclass(frozen=True, eq=False)
class Tree:
    """A tree's branches, each by its number; the first is the root.

    Attributes:
        feature, split: What a branch compares: the column of the matrix, and with which number.
        left, right: The branch that follows where x <= split, and where not; a leaf is ``~number``.
        missing_left: Whether a missing value goes left.
        leaves: What each leaf gives.
    """

    feature: Whole
    split: Numbers
    left: Whole
    right: Whole
    missing_left: NDArray[np.bool_]
    leaves: Numbers

    @property
    def grown(self) -> Tree:
        """The tree with at least one branch, on both sides of which a lone leaf stands."""
        import numpy as np

        if len(self.split):
            return self
        zero, leaf = np.zeros(1, np.int64), np.full(1, ~0, np.int64)
        return Tree(zero, np.zeros(1), leaf, leaf, np.zeros(1, np.bool_), self.leaves)


def tree_sums(
    ops: OnnxOps, matrix: Tensor, trees: Sequence[Tree], targets: Sequence[int]
) -> Tensor:
    """Return for each target the sum of its trees' leaves, in the order of the trees.

    The runtime goes through the trees of a row one after another, in double precision.
    """
    grown = [tree.grown for tree in trees]
    count = max(targets) + 1
    ops.graph.holds(count)
    splits = [split for tree in grown for split in tree.split.tolist()]
    name = ops.graph.add(
        "TreeEnsemble",
        matrix.name,
        domain=ML,
        aggregate_function=SUM,
        n_targets=count,
        nodes_featureids=[f for tree in grown for f in tree.feature.tolist()],
        nodes_splits=_tensor(DOUBLE, splits),
        nodes_modes=_tensor(UINT8, [NOT_ABOVE] * len(splits)),
        nodes_missing_value_tracks_true=[
            int(left) for tree in grown for left in tree.missing_left.tolist()
        ],
        leaf_targetids=[
            target for tree, target in zip(grown, targets, strict=True) for _ in tree.leaves
        ],
        leaf_weights=_tensor(DOUBLE, [leaf for tree in grown for leaf in tree.leaves.tolist()]),
        **_links(grown),
    )
    return Tensor(name, "matrix", count)


def _links(trees: Sequence[Tree]) -> dict[str, list[int]]:
    """Return which branches and leaves follow each branch, counted over all trees."""
    links: dict[str, list[int]] = {"tree_roots": []}
    for side in ("true", "false"):
        links |= {f"nodes_{side}nodeids": [], f"nodes_{side}leafs": []}
    branches = leaves = 0
    for tree in trees:
        links["tree_roots"].append(branches)
        for side, children in (("true", tree.left), ("false", tree.right)):
            whole = children.tolist()
            links[f"nodes_{side}nodeids"] += [
                leaves + ~child if child < 0 else branches + child for child in whole
            ]
            links[f"nodes_{side}leafs"] += [int(child < 0) for child in whole]
        branches, leaves = branches + len(tree.split), leaves + len(tree.leaves)
    return links


def _tensor(element: int, values: list[Any]) -> TensorProto:
    from onnx import helper

    return helper.make_tensor("values", element, [len(values)], values)
