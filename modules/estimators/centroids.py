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


class Centroids(ClusterMixin, TransformerMixin, BaseEstimator):
    """Lloyd's algorithm from one set of first centers.

    Parameters:
        n_clusters: How many centers.
        initialization: ``first_n`` rows; ``random``: the means of a random division of the rows;
            ``k_means_plus_plus`` (Arthur and Vassilvitskii 2007); ``k_means_plus_plus_fast``: the
            same on a sample; ``evenly`` spaced rows.
        metric: ``euclidean``, or ``cosine``: 1 - cos of the angle, on rows brought to length 1.
        max_iter: The most rounds.
        random_state: Seed of the first centers.

    Attributes:
        cluster_centers_: One row a cluster (of length 1 for cosine).
        labels_, inertia_, n_iter_: As in scikit-learn.
    """

    def __init__(
        self,
        n_clusters: int = 2,
        initialization: Literal[
            "first_n", "random", "k_means_plus_plus", "k_means_plus_plus_fast", "evenly"
        ] = "k_means_plus_plus",
        metric: Literal["euclidean", "cosine"] = "euclidean",
        max_iter: int = 100,
        random_state: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.initialization = initialization
        self.metric = metric
        self.max_iter = max_iter
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: Any = None, sample_weight: ArrayLike | None = None) -> Self:
        """Find the centers; raises ValueError for fewer rows than clusters."""
        del y
        rows = self._brought(validate_data(self, X, dtype=np.float64))
        weights = _check_sample_weight(sample_weight, rows, dtype=np.float64)
        if len(rows) < self.n_clusters:
            raise ValueError(f"n_samples={len(rows)} should be >= n_clusters={self.n_clusters}")
        first = self._first(rows, check_random_state(self.random_state))
        solver = KMeans(self.n_clusters, init=first, n_init=1, max_iter=self.max_iter)
        with warnings.catch_warnings():
            # Fewer distinct rows than clusters leave empty clusters, which is no fault here.
            warnings.simplefilter("ignore", ConvergenceWarning)
            solver.fit(rows, sample_weight=weights)
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
