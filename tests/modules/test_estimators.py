"""Our own estimators against scikit-learn's checks and scikit-learn's own answers."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.metrics import log_loss, r2_score
from sklearn.utils.estimator_checks import check_estimator

from modules.estimators.centroids import Centroids
from modules.estimators.chained import ChainedEquations
from modules.estimators.linear import LinearRegressor
from modules.estimators.logistic import ElasticNetLogisticRegression
from modules.estimators.ppca import ProbabilisticPca

DRAWN = "weights and repeated rows draw different random numbers"
SEARCHED = "the search for weights ends within its tolerance, which is wider than this check's"


@pytest.mark.parametrize(
    ("estimator", "excused"),
    [
        (ElasticNetLogisticRegression(), SEARCHED),
        (LinearRegressor(), None),
        (LinearRegressor("online_gradient_descent"), DRAWN),
        (Centroids(), DRAWN),
        (Centroids(metric="cosine"), DRAWN),
        (Centroids(initialization="evenly"), DRAWN),
        (Centroids(n_init=3), DRAWN),
        (ChainedEquations(), None),
        (ProbabilisticPca(), None),
    ],
    ids=repr,
)
def test_scikit_learn_finds_nothing_wrong(estimator: Any, excused: str | None) -> None:
    expected = {} if excused is None else {"check_sample_weight_equivalence_on_dense_data": excused}
    results = check_estimator(
        estimator, on_skip=None, on_fail=None, expected_failed_checks=expected
    )
    failed = [(r["check_name"], r["exception"]) for r in results if r["status"] == "failed"]
    assert failed == []
    assert len(results) > 40


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 1.0), (1.0, 1.0), (0.5, 0.01), (0.5, 0.0)])
@pytest.mark.parametrize("source", [load_breast_cancer, load_iris])
def test_logistic_weights_reach_the_lowest_loss(source: Any, l1: float, l2: float) -> None:
    features, labels = source(return_X_y=True)
    low, high = features.min(axis=0), features.max(axis=0)
    scaled = (features - low) / (high - low)
    ours = ElasticNetLogisticRegression(1e-13, l1, l2).fit(features, labels)
    theirs = LogisticRegression(
        C=1 / (l1 + l2),
        l1_ratio=l1 / (l1 + l2),
        solver="lbfgs" if l1 == 0 else "saga",
        tol=1e-7,
        max_iter=100_000,
        random_state=0,
    ).fit(scaled, labels)

    def objective(weights: Any, chances: Any) -> float:
        penalty = l1 * np.abs(weights).sum() + l2 / 2 * (weights**2).sum()
        return float(log_loss(labels, chances, normalize=False) + penalty)

    found = objective(ours.coef_ * (high - low), ours.predict_proba(features))
    reference = objective(theirs.coef_, theirs.predict_proba(scaled))
    assert found <= reference * (1 + 1e-6)
    np.testing.assert_allclose(
        ours.predict_proba(features), theirs.predict_proba(scaled), atol=2e-3
    )


def test_the_l1_weight_makes_weights_zero() -> None:
    features, labels = load_breast_cancer(return_X_y=True)
    counts = [
        int((ElasticNetLogisticRegression(l1_weight=l1).fit(features, labels).coef_ == 0).sum())
        for l1 in (0.0, 1.0, 20.0)
    ]
    assert counts[0] == 0 < counts[1] < counts[2]


def test_least_squares_is_scikit_learns() -> None:
    features, target = load_diabetes(return_X_y=True)
    weights = np.linspace(0, 2, len(target))
    ridge = Ridge(alpha=0.5, solver="svd").fit(features, target, sample_weight=weights)
    ours = LinearRegressor(l2_weight=0.5).fit(features, target, sample_weight=weights)
    np.testing.assert_allclose(ours.predict(features), ridge.predict(features), rtol=1e-12)
    plain = LinearRegression(fit_intercept=False).fit(features, target)
    ours = LinearRegressor(l2_weight=0.0, fit_intercept=False).fit(features, target)
    np.testing.assert_allclose(ours.predict(features), plain.predict(features), rtol=1e-12)


def test_gradient_descent_comes_close_to_least_squares() -> None:
    features, target = load_diabetes(return_X_y=True)
    best = r2_score(target, LinearRegressor().fit(features, target).predict(features))
    few, many = (
        LinearRegressor("online_gradient_descent", epochs=epochs, random_state=0)
        .fit(features, target)
        .score(features, target)
        for epochs in (2, 200)
    )
    assert few < many < best
    assert many > best - 0.03


@pytest.mark.parametrize("scale", [1.0, 1e6, 1e-6])
def test_gradient_descent_never_runs_away(scale: float) -> None:
    features, target = load_diabetes(return_X_y=True)
    fitted = LinearRegressor(
        "online_gradient_descent", learning_rate=1.0, normalize=False, random_state=0
    ).fit(features * scale, target)
    assert np.isfinite(fitted.predict(features * scale)).all()


def test_lloyds_algorithm_is_scikit_learns() -> None:
    features, _ = load_iris(return_X_y=True)
    ours = Centroids(3, "first_n").fit(features)
    theirs = KMeans(3, init=features[:3], n_init=1, max_iter=100).fit(features)
    np.testing.assert_allclose(ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-12)
    np.testing.assert_array_equal(ours.labels_, theirs.labels_)
    np.testing.assert_allclose(ours.transform(features), theirs.transform(features), atol=1e-6)


@pytest.mark.parametrize(
    "initialization",
    ["first_n", "random", "k_means_plus_plus", "k_means_plus_plus_fast", "evenly"],
)
def test_every_start_finds_well_apart_groups(initialization: Any) -> None:
    rng = np.random.default_rng(0)
    features = np.concatenate([rng.normal(c, 0.1, size=(40, 2)) for c in (0.0, 5.0)])
    features = features[rng.permutation(80)]
    fitted = Centroids(2, initialization, random_state=1).fit(features)
    assert sorted(fitted.cluster_centers_.mean(axis=1).round().tolist()) == [0.0, 5.0]


def test_the_cosine_looks_at_directions_alone() -> None:
    rays = np.array([[1.0, 0.1], [10.0, 1.0], [100.0, 9.0], [0.1, 1.0], [1.0, 10.0], [9.0, 100.0]])
    fitted = Centroids(2, "evenly", "cosine").fit(rays)
    assert fitted.labels_.tolist() == [0, 0, 0, 1, 1, 1]
    np.testing.assert_allclose(np.linalg.norm(fitted.cluster_centers_, axis=1), 1.0)
    assert fitted.transform(rays).max() <= 2.0


def test_fewer_different_rows_than_clusters_are_borne() -> None:
    fitted = Centroids(3).fit(np.array([[1.0], [1.0], [1.0], [2.0]]))
    assert fitted.transform([[2.0]]).min() == 0.0


def test_the_best_of_several_starts_is_taken() -> None:
    rng = np.random.default_rng(3)
    features = rng.uniform(size=(200, 2))
    random = np.random.RandomState(2)
    starts = [kmeans_plusplus(features, 8, random_state=random)[0] for _ in range(6)]
    ends = [KMeans(8, init=start, n_init=1, max_iter=100).fit(features) for start in starts]
    inertias = [found.inertia_ for found in ends]
    assert inertias.index(min(inertias)) not in (0, 5)
    for count in (1, 2, 6):
        fitted = Centroids(8, n_init=count, random_state=2).fit(features)
        assert fitted.inertia_ == pytest.approx(min(inertias[:count]), rel=1e-12)
    first = Centroids(8, "first_n").fit(features)
    again = Centroids(8, "first_n", n_init=9).fit(features)
    np.testing.assert_array_equal(first.cluster_centers_, again.cluster_centers_)


def test_classes_give_the_first_centers() -> None:
    features, classes = load_iris(return_X_y=True)
    means = np.array([features[classes == name].mean(axis=0) for name in range(3)])
    ours = Centroids(initialization="use_label_column").fit(features, classes)
    theirs = KMeans(3, init=means, n_init=1, max_iter=100).fit(features)
    np.testing.assert_allclose(ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-12)
    some = classes.astype(float)
    some[::2] = np.nan
    fewer = Centroids(initialization="use_label_column", max_iter=1).fit(features, some)
    halves = np.array([features[some == name].mean(axis=0) for name in range(3)])
    theirs = KMeans(3, init=halves, n_init=1, max_iter=1).fit(features)
    np.testing.assert_allclose(fewer.cluster_centers_, theirs.cluster_centers_, rtol=1e-12)
    assert len(fewer.labels_) == 150


def test_classes_count_by_their_weights() -> None:
    points = np.array([[0.0], [4.0], [10.0], [50.0]])
    fitted = Centroids(initialization="use_label_column", max_iter=1)
    fitted.fit(points, [0, 0, 1, 1], sample_weight=[3.0, 1.0, 1.0, 0.0])
    # First centers 1 and 10: 0 and 4 are nearer to the first, 50 does not count.
    assert fitted.cluster_centers_.ravel().tolist() == [1.0, 10.0]
    with pytest.raises(ValueError, match="no row has a class"):
        fitted.fit(points, [np.nan] * 4)


def test_components_of_complete_data_are_the_closed_form() -> None:
    features, _ = load_diabetes(return_X_y=True)
    scaled = (features - features.mean(axis=0)) / features.std(axis=0)
    values, vectors = np.linalg.eigh(np.cov(scaled.T, bias=True))
    for count in (1, 3):
        fitted = ProbabilisticPca(count, max_iter=7).fit(features)
        noise = values[:-count].mean()
        kept = vectors[:, -count:]
        expected = kept @ np.diag(values[-count:] - noise) @ kept.T
        np.testing.assert_allclose(fitted.components_ @ fitted.components_.T, expected, atol=1e-10)
        assert fitted.noise_variance_ == pytest.approx(noise, rel=1e-10)
        np.testing.assert_allclose(fitted.offset_, 0.0, atol=1e-12)


def likelihood(fitted: ProbabilisticPca, rows: Any) -> float:
    """Return the log density of what is there, under the fitted Gaussian."""
    scaled = (rows / fitted.unit_ - fitted.center_) / fitted.spread_
    width = len(fitted.offset_)
    spread = fitted.components_ @ fitted.components_.T + fitted.noise_variance_ * np.eye(width)
    total = 0.0
    for row in scaled:
        seen = ~np.isnan(row)
        if seen.any():
            total += multivariate_normal.logpdf(
                row[seen], fitted.offset_[seen], spread[np.ix_(seen, seen)]
            )
    return total


def test_each_round_of_components_explains_what_is_there_better() -> None:
    features, _ = load_diabetes(return_X_y=True)
    rows = np.where(np.random.default_rng(0).random(features.shape) < 0.2, np.nan, features)
    found = [likelihood(ProbabilisticPca(3, rounds).fit(rows), rows) for rounds in range(6)]
    assert all(later > earlier for earlier, later in itertools.pairwise(found))


def test_components_of_two_columns_end_in_the_regression_on_complete_rows() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(5, 3, size=200)
    rows = np.column_stack([x, 2 * x + rng.normal(size=200)])
    gaps = rng.random(200) < 0.3
    slope, start = np.polyfit(rows[~gaps, 0], rows[~gaps, 1], 1)
    rows[gaps, 1] = np.nan
    made = ProbabilisticPca(max_iter=3000).fit(rows).transform(rows)
    np.testing.assert_allclose(made[gaps, 1], start + slope * rows[gaps, 0], rtol=1e-9)


def test_as_many_components_as_have_more_than_the_average_variance() -> None:
    rng = np.random.default_rng(1)
    hidden = rng.normal(size=(500, 2))
    rows = np.repeat(hidden, 4, axis=1) + rng.normal(scale=0.3, size=(500, 8))
    assert ProbabilisticPca().fit(rows).components_.shape == (8, 2)
    wide = rng.normal(size=(60, 100))
    assert ProbabilisticPca(max_iter=1).fit(wide).components_.shape == (100, 20)


def test_imputers_leave_what_is_there_and_bear_rows_of_nothing() -> None:
    rows = np.array([[1.0, 2.0, 1.0], [2.0, 4.0, 0.0], [3.0, 6.5, 1.0], [4.0, 8.0, 0.0]])
    for imputer in (ChainedEquations(), ProbabilisticPca()):
        imputer.fit(rows)
        np.testing.assert_array_equal(imputer.transform(rows), rows)
        blank = imputer.transform(np.full((1, 3), np.nan))
        np.testing.assert_allclose(blank, rows.mean(axis=0)[None], rtol=1e-6)
        assert imputer.transform(np.empty((0, 3))).shape == (0, 3)
