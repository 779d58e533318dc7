"""Missing numbers predicted from the other columns, one column after another, in rounds."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.experimental import enable_iterative_imputer
from sklearn.impute import IterativeImputer
from sklearn.linear_model import BayesianRidge
from sklearn.utils.validation import check_is_fitted, validate_data

Numbers = NDArray[np.float64]

EXPERIMENTAL = enable_iterative_imputer
"""Without this import scikit-learn hides its imputer."""


class ChainedEquations(TransformerMixin, BaseEstimator):
    """Imputation by chained equations, each column's a Bayesian ridge regression on the others.

    The regressions are those of scikit-learn's ``IterativeImputer``, which takes the mean of the
    predicted distribution and draws nothing. They are kept as their weights alone, and a row is
    filled by them in the same way whatever rows come with it.

    Parameters:
        max_iter: The most rounds over the columns; fewer where the values hardly change any more.

    Attributes:
        initial_: What takes the place of a missing value at first: the column's mean.
        columns_: The column that each regression predicts, in the order in which they apply.
        weights_, intercepts_: Of each regression; a column's weight on itself is 0.
        n_iter_: The rounds that were taken.
    """

    def __init__(self, max_iter: int = 5) -> None:
        self.max_iter = max_iter

    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Find the regressions; NaN is what is missing."""
        del y
        rows = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        imputer = IterativeImputer(
            BayesianRidge(), max_iter=self.max_iter, keep_empty_features=True, random_state=0
        )
        with warnings.catch_warnings():
            # The number of rounds is what the person asked for.
            warnings.simplefilter("ignore", ConvergenceWarning)
            imputer.fit(rows)
        self.initial_ = np.nan_to_num(np.asarray(imputer.initial_imputer_.statistics_, np.float64))
        steps = imputer.imputation_sequence_
        self.columns_ = np.array([step.feat_idx for step in steps], dtype=np.int64)
        self.weights_ = np.zeros((len(steps), rows.shape[1]))
        self.intercepts_ = np.zeros(len(steps))
        for number, step in enumerate(steps):
            self.weights_[number, step.neighbor_feat_idx] = step.estimator.coef_
            self.intercepts_[number] = step.estimator.intercept_
        self.n_iter_ = int(imputer.n_iter_)
        return self

    def transform(self, X: ArrayLike) -> Numbers:
        """Return the rows with what is missing predicted; all else is as it was."""
        check_is_fitted(self)
        rows = validate_data(
            self,
            X,
            dtype=np.float64,
            ensure_all_finite="allow-nan",
            ensure_min_samples=0,
            reset=False,
        )
        missing = np.isnan(rows)
        filled = np.where(missing, self.initial_, rows)
        steps = zip(self.columns_, self.weights_, self.intercepts_, strict=True)
        with np.errstate(all="ignore"):
            for column, weights, intercept in steps:
                asked = missing[:, column]
                if asked.any():
                    known = np.ascontiguousarray(filled[asked])
                    filled[asked, column] = np.einsum("ij,j->i", known, weights) + intercept
        return np.asarray(filled)

    def __sklearn_tags__(self) -> Any:
        """Say that missing values may come."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
