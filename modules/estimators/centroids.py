"""K-means clustering with a choice of first centers and of distance."""

from __future__ import annotations

import warnings
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

Numbers = NDArray[np.float64]
FAST_SAMPLE = 50
"""Rows a cluster that the fast K-Means++ looks at."""
DRAWN = ("random", "k_means_plus_plus", "k_means_plus_plus_fast")
"""The initializations that draw random numbers."""


class Centroids(ClusterMixin, TransformerMixin, BaseEstimator):
    """Lloyd's algorithm from one set of first centers, or the best of several.

    Parameters:
        n_clusters: How many centers; not looked at with ``use_label_column``.
        initialization: ``first_n`` rows; ``random``: the means of a random division of the rows;
            ``k_means_plus_plus`` (Arthur and Vassilvitskii 2007); ``k_means_plus_plus_fast``: the
            same on a sample; ``evenly`` spaced rows; ``use_label_column``: the mean of each of the
            classes of ``y``, whose rows without a class (NaN) take part in the search only.
        metric: ``euclidean``, or ``cosine``: 1 - cos of the angle, on rows brought to length 1.
        max_iter: The most rounds.
        n_init: How many times random first centers are drawn; the search that ends with the lowest
            inertia counts.
        random_state: Seed of the first centers.

    Attributes:
        cluster_centers_: One row a cluster (of length 1 for cosine).
        labels_, inertia_, n_iter_: As in scikit-learn.
    """

    def __init__(
        self,
        n_clusters: int = 2,
        initialization: Literal[
            "first_n",
            "random",
            "k_means_plus_plus",
            "k_means_plus_plus_fast",
            "evenly",
            "use_label_column",
        ] = "k_means_plus_plus",
        metric: Literal["euclidean", "cosine"] = "euclidean",
        max_iter: int = 100,
        n_init: int = 1,
        random_state: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.initialization = initialization
        self.metric = metric
        self.max_iter = max_iter
        self.n_init = n_init
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: Any = None, sample_weight: ArrayLike | None = None) -> Self:
        """Find the centers; raises ValueError for fewer rows than clusters."""
        rows = self._brought(validate_data(self, X, dtype=np.float64))
        weights = _check_sample_weight(sample_weight, rows, dtype=np.float64)
        if self.initialization == "use_label_column":
            solver = self._search(rows, weights, _class_means(rows, y, weights))
        else:
            if len(rows) < self.n_clusters:
                raise ValueError(f"n_samples={len(rows)} should be >= n_clusters={self.n_clusters}")
            random = check_random_state(self.random_state)
            starts = self.n_init if self.initialization in DRAWN else 1
            found = (self._search(rows, weights, self._first(rows, random)) for _ in range(starts))
            solver = min(found, key=lambda solver: solver.inertia_)
        self.cluster_centers_ = self._brought(solver.cluster_centers_)
        self.inertia_ = float(solver.inertia_)
        self.n_iter_ = int(solver.n_iter_)
        self.labels_ = self._distances(rows).argmin(axis=1)
        return self

    def transform(self, X: ArrayLike) -> Numbers:
        """Return the distance of each row to each center; rows do not depend on each other."""
        check_is_fitted(self)
        return self._distances(self._brought(validate_data(self, X, dtype=np.float64, reset=False)))

    def predict(self, X: ArrayLike) -> NDArray[np.intp]:
        """Return the number of the nearest center."""
        return np.asarray(self.transform(X).argmin(axis=1))

    def __sklearn_tags__(self) -> Any:
        """Say whether classes are needed."""
        tags = super().__sklearn_tags__()
        tags.target_tags.required = self.initialization == "use_label_column"
        return tags

    def _search(self, rows: Numbers, weights: Numbers, first: Numbers) -> KMeans:
        solver = KMeans(len(first), init=first, n_init=1, max_iter=self.max_iter)
        with warnings.catch_warnings():
            # Fewer distinct rows than clusters leave empty clusters, which is no fault here.
            warnings.simplefilter("ignore", ConvergenceWarning)
            return solver.fit(rows, sample_weight=weights)

    def _distances(self, rows: Numbers) -> Numbers:
        if self.metric == "cosine":
            return np.asarray(1.0 - np.einsum("ij,kj->ik", rows, self.cluster_centers_))
        apart = [np.square(rows - center).sum(axis=1) for center in self.cluster_centers_]
        return np.asarray(np.sqrt(np.column_stack(apart)))

    def _brought(self, rows: Numbers) -> Numbers:
        if self.metric != "cosine":
            return rows
        lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        lengths[lengths == 0] = 1.0
        return np.asarray(rows / lengths[:, None])

    def _first(self, rows: Numbers, random: np.random.RandomState) -> Numbers:
        count = self.n_clusters
        if self.initialization == "first_n":
            return rows[:count].copy()
        if self.initialization == "evenly":
            return rows[np.arange(count) * len(rows) // count]
        if self.initialization == "random":
            parts = random.permutation(len(rows)) % count
            return np.array([rows[parts == part].mean(axis=0) for part in range(count)])
        if self.initialization == "k_means_plus_plus_fast":
            size = min(len(rows), FAST_SAMPLE * count)
            rows = rows[random.choice(len(rows), size, replace=False)]
        centers, _ = kmeans_plusplus(rows, count, random_state=random)
        return np.asarray(centers)


def _class_means(rows: Numbers, y: Any, weights: Numbers) -> Numbers:
    """Return the weighted mean of the rows of each class; raises ValueError without any."""
    if y is None:
        raise ValueError("requires y to be passed, but the target y is None")
    classes = np.asarray(y, dtype=np.float64)
    known = np.unique(classes[~np.isnan(classes) & (weights > 0)])
    if not len(known):
        raise ValueError("no row has a class")
    own = [classes == name for name in known]
    return np.array([np.average(rows[part], axis=0, weights=weights[part]) for part in own])
