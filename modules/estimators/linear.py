"""Linear regression, solved in one step or row by row."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import LinearRegression, Ridge, SGDRegressor
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

Numbers = NDArray[np.float64]


class LinearRegressor(RegressorMixin, BaseEstimator):
    """A weighted sum of the features, by ordinary least squares or online gradient descent.

    Least squares minimises ``Σ(y - Xw - b)² + l2·w²``, by singular values. Gradient descent takes
    the rows in random order; ``learning_rate`` is the share of an average row's error that one step
    corrects, held so low that no row's step overshoots. The target is brought to mean 0 and
    deviation 1 meanwhile.

    Parameters:
        solution_method: How the weights are found.
        l2_weight: Penalty on the squares of the weights (in gradient descent, of a row's loss).
        fit_intercept: Whether least squares has a constant term; gradient descent always has one.
        learning_rate, epochs: Step and number of passes of gradient descent.
        normalize: Bring features to [0, 1] for gradient descent.
        average: Take the mean of the weights over the second half of the steps.
        decrease: Let the steps shrink, as the tenth root of their number.
        random_state: Seed of the order of the rows.

    Attributes:
        coef_, intercept_: Weights for the features as they are.
    """

    def __init__(
        self,
        solution_method: Literal[
            "ordinary_least_squares", "online_gradient_descent"
        ] = "ordinary_least_squares",
        l2_weight: float = 0.001,
        fit_intercept: bool = True,
        learning_rate: float = 0.1,
        epochs: int = 10,
        normalize: bool = True,
        average: bool = True,
        decrease: bool = True,
        random_state: int | None = None,
    ) -> None:
        self.solution_method = solution_method
        self.l2_weight = l2_weight
        self.fit_intercept = fit_intercept
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.normalize = normalize
        self.average = average
        self.decrease = decrease
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Find the weights."""
        features, target = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        weights = _check_sample_weight(sample_weight, features, dtype=np.float64)
        if self.solution_method == "ordinary_least_squares":
            self._solve(features, target, weights)
        else:
            self._descend(features, target, weights)
        return self

    def predict(self, X: ArrayLike) -> Numbers:
        """Return the weighted sums; a row's does not depend on the rows beside it."""
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float64, reset=False)
        return np.asarray(np.einsum("ij,j->i", features, self.coef_) + self.intercept_)

    def _solve(self, features: Numbers, target: Numbers, weights: Numbers) -> None:
        if self.l2_weight > 0:
            solver = Ridge(alpha=self.l2_weight, fit_intercept=self.fit_intercept, solver="svd")
        else:
            solver = LinearRegression(fit_intercept=self.fit_intercept)
        solver.fit(features, target, sample_weight=weights)
        self.coef_ = np.asarray(solver.coef_)
        self.intercept_ = float(solver.intercept_)

    def _descend(self, features: Numbers, target: Numbers, weights: Numbers) -> None:
        low = features.min(axis=0) if self.normalize else np.zeros(features.shape[1])
        span = features.max(axis=0) - low if self.normalize else np.ones(features.shape[1])
        span[span == 0] = 1.0
        scaled = (features - low) / span
        center, spread = float(target.mean()), float(target.std()) or 1.0
        lengths = np.einsum("ij,ij->i", scaled, scaled) + 1.0
        step = min(self.learning_rate / float(lengths.mean()), 1.0 / float(lengths.max()))
        solver = SGDRegressor(
            alpha=self.l2_weight,
            eta0=step,
            learning_rate="invscaling" if self.decrease else "constant",
            power_t=0.1,
            average=max(2, self.epochs * len(target) // 2) if self.average else False,
            max_iter=self.epochs,
            tol=None,
            random_state=self.random_state,
        )
        solver.fit(scaled, (target - center) / spread, sample_weight=weights)
        self.coef_ = np.asarray(solver.coef_) * spread / span
        self.intercept_ = float(solver.intercept_[0]) * spread + center - float(self.coef_ @ low)
