"""Our own estimators against scikit-learn's checks and scikit-learn's own answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.metrics import log_loss, r2_score
from sklearn.utils.estimator_checks import check_estimator

from modules.estimators.centroids import Centroids
from modules.estimators.linear import LinearRegressor
from modules.estimators.logistic import ElasticNetLogisticRegression

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
    assert len(results) > 50


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
