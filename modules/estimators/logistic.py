"""Logistic regression with L1 and L2 penalties, sought by L-BFGS-B."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

Numbers = NDArray[np.float64]


class ElasticNetLogisticRegression(ClassifierMixin, BaseEstimator):
    """Logistic regression, of two classes or many, penalised by ``l1·|w| + l2/2·w²``.

    The loss is the sum over the rows; the intercept is not penalised. Weights are sought on
    features brought to [0, 1] and given for the features as they are. The L1 norm becomes smooth by
    writing each weight as the difference of two non-negative ones (Andrew and Gao 2007 discuss the
    alternatives).

    Parameters:
        tol: The search ends when a step gains less than this share of the loss.
        l1_weight, l2_weight: The penalties.
        memory_size: How many earlier steps L-BFGS remembers.
        max_iter: The most steps that are taken.

    Attributes:
        coef_: Weights, one row a class (one row for two classes).
        intercept_: One a class (one for two classes).
        classes_, n_features_in_, n_iter_: As in scikit-learn.
    """

    def __init__(
        self,
        tol: float = 1e-7,
        l1_weight: float = 1.0,
        l2_weight: float = 1.0,
        memory_size: int = 20,
        max_iter: int = 10_000,
    ) -> None:
        self.tol = tol
        self.l1_weight = l1_weight
        self.l2_weight = l2_weight
        self.memory_size = memory_size
        self.max_iter = max_iter

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Find the weights; raises ValueError for fewer than two classes."""
        features, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        weights = _check_sample_weight(sample_weight, features, dtype=np.float64)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"at least two classes are needed; there is {len(self.classes_)} class"
            )
        counted = features[weights > 0]
        low = counted.min(axis=0)
        span = counted.max(axis=0) - low
        span[span == 0] = 1.0
        found = self._search((features - low) / span, codes, weights)
        self.coef_ = found[:, :-1] / span
        self.intercept_ = found[:, -1] - self.coef_ @ low
        return self

    def decision_function(self, X: ArrayLike) -> Numbers:
        """Return the log-odds of the positive class, or a score for each class."""
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float64, reset=False)
        scores = np.einsum("ij,kj->ik", features, self.coef_) + self.intercept_
        return np.asarray(scores[:, 0] if len(self.classes_) == 2 else scores)

    def predict_proba(self, X: ArrayLike) -> Numbers:
        """Return the probability of each class."""
        scores = self.decision_function(X)
        if scores.ndim == 1:
            return np.column_stack([expit(-scores), expit(scores)])
        return np.asarray(softmax(scores, axis=1))

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the most probable class."""
        scores = self.decision_function(X)
        codes = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        return np.asarray(self.classes_[codes])

    def _search(self, features: Numbers, codes: NDArray[Any], weights: Numbers) -> Numbers:
        """Return weights and intercepts, one row a class (one for two classes)."""
        rows = 1 if len(self.classes_) == 2 else len(self.classes_)
        width = features.shape[1]
        split = self.l1_weight > 0
        size = rows * width
        start = np.zeros(size * (2 if split else 1) + rows)
        bounds = [(0, None) if split and i < 2 * size else (None, None) for i in range(len(start))]

        def objective(point: Numbers) -> tuple[float, Numbers]:
            inner = point[:size] - point[size : 2 * size] if split else point[:size]
            intercepts = point[-rows:]
            matrix = inner.reshape(rows, width)
            scores = features @ matrix.T + intercepts
            loss, slopes = _loss(scores, codes, weights)
            loss += self.l2_weight / 2 * float(inner @ inner)
            slope = (slopes.T @ features).ravel() + self.l2_weight * inner
            last = slopes.sum(axis=0)
            if not split:
                return loss, np.concatenate([slope, last])
            loss += self.l1_weight * float(point[: 2 * size].sum())
            both = [slope + self.l1_weight, self.l1_weight - slope, last]
            return loss, np.concatenate(both)

        options = {
            "maxcor": self.memory_size,
            "maxiter": self.max_iter,
            "maxfun": 15 * self.max_iter,
            "ftol": self.tol,
            "gtol": 1e-9,
        }
        result = minimize(
            objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options
        )
        self.n_iter_ = int(result.nit)
        if self.n_iter_ >= self.max_iter:
            warnings.warn(
                "the search for weights did not converge", ConvergenceWarning, stacklevel=2
            )
        point = np.asarray(result.x)
        inner = point[:size] - point[size : 2 * size] if split else point[:size]
        return np.column_stack([inner.reshape(rows, width), point[-rows:]])


def _loss(scores: Numbers, codes: NDArray[Any], weights: Numbers) -> tuple[float, Numbers]:
    """Return the weighted log loss and its slope by the scores."""
    if scores.shape[1] == 1:
        sign = np.where(codes == 1, 1.0, -1.0)
        margin = sign * scores[:, 0]
        loss = float(weights @ np.logaddexp(0.0, -margin))
        return loss, (-weights * sign * expit(-margin))[:, None]
    chances = log_softmax(scores, axis=1)
    own = np.arange(len(codes)), codes
    loss = -float(weights @ chances[own])
    slopes = np.exp(chances)
    slopes[own] -= 1.0
    return loss, slopes * weights[:, None]
