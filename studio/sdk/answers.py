"""The answers of a fitted estimator on a matrix: the same for a row whatever rows come with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]


def probabilities(estimator: Any, matrix: Matrix, threads: int = 1) -> Matrix:
    """Return the probability of each class for each row, one column a class."""
    import numpy as np

    if hasattr(estimator, "booster_"):
        raw = np.asarray(estimator.booster_.predict(matrix, num_threads=threads))
        return np.column_stack([1.0 - raw, raw]) if raw.ndim == 1 else raw
    if hasattr(estimator, "estimators_") and _is_forest(estimator):
        return _mean([tree.tree_ for tree in estimator.estimators_], matrix)[
            :, : estimator.n_classes_
        ]
    return np.asarray(estimator.predict_proba(matrix), dtype=np.float64)


def quantities(estimator: Any, matrix: Matrix, threads: int = 1) -> Matrix:
    """Return the predicted quantity for each row, of a forest its deviation as a second column."""
    import numpy as np

    if hasattr(estimator, "booster_"):
        return np.asarray(estimator.booster_.predict(matrix, num_threads=threads))[:, None]
    if has_spread(estimator):
        return _mean_and_deviation([tree.tree_ for tree in estimator.estimators_], matrix)
    if _is_linear(estimator):
        product = np.einsum("ij,j->i", matrix, estimator.coef_)
        return np.asarray(product + estimator.intercept_)[:, None]
    return np.asarray(estimator.predict(matrix), dtype=np.float64)[:, None]


def distances(estimator: Any, matrix: Matrix) -> Matrix:
    """Return the distance of each row to each cluster's center, one column a cluster."""
    import numpy as np

    return np.asarray(estimator.transform(matrix), dtype=np.float64)


def has_spread(estimator: Any) -> bool:
    """Whether an estimator predicts a quantity's deviation besides its mean."""
    return gives_spread(type(estimator))


def gives_spread(cls: type) -> bool:
    """Whether estimators of a class predict a quantity's deviation besides its mean."""
    from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor

    return issubclass(cls, ExtraTreesRegressor | RandomForestRegressor)


def _is_forest(estimator: Any) -> bool:
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

    kinds = (ExtraTreesClassifier, RandomForestClassifier)
    return has_spread(estimator) or isinstance(estimator, kinds)


def _is_linear(estimator: Any) -> bool:
    from sklearn.linear_model import LinearRegression, Ridge

    return isinstance(estimator, LinearRegression | Ridge)


def _mean(trees: list[Any], matrix: Matrix) -> Matrix:
    """Return the mean of the trees' leaf values, summed in the trees' order."""
    import numpy as np

    single = np.ascontiguousarray(matrix, dtype=np.float32)
    total = trees[0].predict(single).astype(np.float64)
    for tree in trees[1:]:
        total += tree.predict(single)
    return np.asarray(total / len(trees))


def _mean_and_deviation(trees: list[Any], matrix: Matrix) -> Matrix:
    """Return mean and standard deviation of the mixture of the leaves' Gaussians.

    A leaf's variance is its impurity; the variance is the mean of (leaf variance + (leaf mean -
    mean)²).
    """
    import numpy as np

    single = np.ascontiguousarray(matrix, dtype=np.float32)
    leaves = [tree.apply(single) for tree in trees]
    center, variance = np.zeros(len(matrix)), np.zeros(len(matrix))
    for tree, leaf in zip(trees, leaves, strict=True):
        center += tree.value[leaf, 0, 0]
    center /= len(trees)
    for tree, leaf in zip(trees, leaves, strict=True):
        # Rounding leaves some impurities a little below 0.
        variance += np.maximum(tree.impurity[leaf], 0.0) + (tree.value[leaf, 0, 0] - center) ** 2
    return np.column_stack([center, np.sqrt(variance / len(trees))])
