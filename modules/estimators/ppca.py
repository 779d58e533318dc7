"""Missing numbers predicted by probabilistic principal components."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]

MOST_COMPONENTS = 20
LEAST_NOISE = 1e-9
"""Of the noise's variance, so that columns that depend on each other exactly can be solved for."""
PIECE = 1 << 20
"""Numbers of posterior moments that are held at a time."""


class ProbabilisticPca(TransformerMixin, BaseEstimator):
    """A Gaussian ``t = W x + m + noise`` on standardised columns, fitted where values are missing.

    Expectation maximisation of Tipping and Bishop (1999, "Probabilistic principal component
    analysis", JRSS B 61, section 3.2 and appendix B) with missing values integrated out: only what
    is there enters a row's posterior and a column's regression. It starts from their closed form
    for complete data, on the columns filled with their means, so that nothing is random.

    Parameters:
        n_components: Dimensions of x; without it, as many as principal components have more than
            the average variance, and at most 20.
        max_iter: Rounds of expectation and maximisation.

    Attributes:
        unit_, center_, spread_: A column's value stands at ``(value / unit - center) / spread``.
        components_: W, one row a column.
        offset_: m, for the standardised columns.
        noise_variance_: Of the standardised columns' noise.
        n_iter_: The rounds that were taken.
    """

    def __init__(self, n_components: int | None = None, max_iter: int = 10) -> None:
        self.n_components = n_components
        self.max_iter = max_iter

    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Find the components; NaN is what is missing."""
        del y
        rows = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        seen = ~np.isnan(rows)
        self._measure(rows, seen)
        scaled = self._scaled(rows, seen)
        self._start(scaled)
        self.n_iter_ = self.max_iter
        for _ in range(self.max_iter if self.components_.shape[1] else 0):
            self._step(scaled, seen)
        return self

    def transform(self, X: ArrayLike) -> Numbers:
        """Return the rows with what is missing expected, given the rest; all else as it was."""
        check_is_fitted(self)
        rows = validate_data(
            self,
            X,
            dtype=np.float64,
            ensure_all_finite="allow-nan",
            ensure_min_samples=0,
            reset=False,
        )
        made = np.empty(rows.shape)
        size = self._piece()
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            made[start : start + size] = self._expected(part)
        return made

    def __sklearn_tags__(self) -> Any:
        """Say that missing values may come."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _piece(self) -> int:
        return int(max(256, PIECE // (self.components_.shape[1] + 1) ** 2))

    def _expected(self, rows: Numbers) -> Numbers:
        seen = ~np.isnan(rows)
        with np.errstate(all="ignore"):
            latent, _ = self._posterior(self._scaled(rows, seen), seen)
            expected = np.repeat(self.offset_[None, :], len(rows), axis=0)
            for position in range(self.components_.shape[1]):
                expected += latent[:, position, None] * self.components_[:, position]
            made = (expected * self.spread_ + self.center_) * self.unit_
        return np.asarray(np.where(seen, rows, made))

    def _measure(self, rows: Numbers, seen: Mask) -> None:
        """Find units (against overflow), means and deviations of what is there."""
        counts = np.maximum(seen.sum(axis=0), 1)
        self.unit_ = np.where(seen, np.abs(rows), 0.0).max(axis=0)
        self.unit_[self.unit_ == 0] = 1.0
        parts = np.where(seen, rows / self.unit_, 0.0)
        self.center_ = parts.sum(axis=0) / counts
        apart = np.where(seen, parts - self.center_, 0.0)
        self.spread_ = np.sqrt(np.square(apart).sum(axis=0) / counts)
        self.spread_[self.spread_ < np.finfo(np.float64).eps] = 1.0

    def _scaled(self, rows: Numbers, seen: Mask) -> Numbers:
        """Return the standardised columns, with 0 where something is missing."""
        return np.where(seen, (rows / self.unit_ - self.center_) / self.spread_, 0.0)

    def _start(self, scaled: Numbers) -> None:
        """Take the closed form for complete data (Tipping and Bishop 1999, equations 7 and 8)."""
        width = scaled.shape[1]
        self.offset_ = np.zeros(width)
        values, vectors = np.linalg.eigh(scaled.T @ scaled / len(scaled))
        values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
        count = self.n_components
        if count is None:
            above = int((values > values.mean() * (1 + 1e-12)).sum())
            count = min(max(above, 1), MOST_COMPONENTS)
        count = min(count, width - 1)
        self.noise_variance_ = max(float(values[count:].mean()), LEAST_NOISE)
        lengths = np.sqrt(np.maximum(values[:count] - self.noise_variance_, LEAST_NOISE))
        self.components_ = np.ascontiguousarray(vectors[:, :count] * lengths)

    def _step(self, scaled: Numbers, seen: Mask) -> None:
        """One round: moments of x given what is there, then each column's regression on x."""
        width, count = self.components_.shape
        size = self._piece()
        moments = np.zeros((width, (count + 1) ** 2))
        products = np.zeros((width, count + 1))
        for start in range(0, len(scaled), size):
            there = seen[start : start + size].astype(np.float64)
            part = scaled[start : start + size]
            latent, spread = self._posterior(part, seen[start : start + size])
            extended = np.column_stack([latent, np.ones(len(latent))])
            squares = extended[:, :, None] * extended[:, None, :]
            squares[:, :count, :count] += spread
            moments += there.T @ squares.reshape(len(part), -1)
            products += part.T @ extended
        moments = moments.reshape(width, count + 1, count + 1)
        moments[~seen.any(axis=0)] = np.eye(count + 1)
        found = np.linalg.solve(moments, products[:, :, None])[:, :, 0]
        left = float(np.square(scaled).sum() - (found * products).sum())
        self.components_ = np.ascontiguousarray(found[:, :count])
        self.offset_ = np.ascontiguousarray(found[:, count])
        self.noise_variance_ = max(left / max(int(seen.sum()), 1), LEAST_NOISE)

    def _posterior(self, scaled: Numbers, seen: Mask) -> tuple[Numbers, Numbers]:
        """Return the mean and the covariance of x for each row, given what is there.

        Sums run over the columns, one after another, so that a row's do not depend on the rows
        beside it; rows that miss the same columns share a covariance.
        """
        width, count = self.components_.shape
        _, first, which = np.unique(
            np.packbits(seen, axis=1), axis=0, return_index=True, return_inverse=True
        )
        patterns = seen[first]
        inner = np.zeros((len(patterns), count, count))
        inner += self.noise_variance_ * np.eye(count)
        right = np.zeros((len(scaled), count))
        for column in range(width):
            weights = self.components_[column]
            inner += patterns[:, column, None, None] * np.outer(weights, weights)
            apart = np.where(seen[:, column], scaled[:, column] - self.offset_[column], 0.0)
            right += apart[:, None] * weights
        inverse = np.linalg.inv(inner)[which.ravel()]
        mean = np.zeros_like(right)
        for position in range(count):
            mean += inverse[:, :, position] * right[:, position, None]
        return mean, np.asarray(self.noise_variance_ * inverse, np.float64)
