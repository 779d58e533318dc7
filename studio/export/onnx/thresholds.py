"""The thresholds of a model's trees: where its answers change from one double to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studio.export.onnx.boosters import NotRead, read_booster
from studio.export.onnx.forests import grown_trees

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]


def thresholds(estimator: Any) -> dict[int, Numbers]:
    """Return for each column of the matrix that trees look at the largest doubles that go left."""
    import numpy as np

    found: list[tuple[Any, Any]] = []
    if hasattr(estimator, "booster_"):
        try:
            trees = read_booster(estimator.booster_.model_to_string()).trees
        except NotRead:
            return {}
        found = [(tree.feature, tree.split) for tree in trees]
    else:
        for tree in grown_trees(estimator) or []:
            inner = tree.children_left >= 0
            found.append((tree.feature[inner], _largest_left(tree.threshold[inner])))
    if not found:
        return {}
    features = np.concatenate([feature for feature, _ in found])
    splits = np.concatenate([split for _, split in found])
    return {int(column): np.unique(splits[features == column]) for column in np.unique(features)}


def _largest_left(splits: Numbers) -> Numbers:
    """Return the largest doubles that, rounded to single precision, are not above the splits.

    scikit-learn's trees compare so. A double halfway between two singles goes to the even one.
    """
    import numpy as np

    with np.errstate(over="ignore"):
        single = splits.astype(np.float32)
        below = np.where(single > splits, np.nextafter(single, np.float32(-np.inf)), single)
        above = np.nextafter(below, np.float32(np.inf))
    middle = (below.astype(np.float64) + above.astype(np.float64)) / 2
    even = below.view(np.uint32) % 2 == 0
    return np.asarray(np.where(even, middle, np.nextafter(middle, -np.inf)))
