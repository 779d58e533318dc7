"""Bare estimators, of this and other packages: converted rightly, or refused with a reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    GradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.gaussian_process.kernels import RBF
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    RidgeClassifier,
    SGDClassifier,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    RobustScaler,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from studio.export.onnx.boosters import ZERO
from studio.export.onnx.errors import NotConvertible
from studio.export.onnx.program import model_to_onnx
from studio.scoring.onnx_model import ModelGraph
from tests.export.onnx.graphs import NUMBERS, BothBackEnds
from tests.export.onnx.paths import around

RNG = np.random.default_rng(8)
MATRIX = RNG.normal(size=(200, 2)) * [1.0, 30.0]
TWO = (MATRIX[:, 0] + MATRIX[:, 1] / 30 > 0.3).astype(int)
THREE = TWO + (MATRIX[:, 0] > 0.8)
QUANTITY = np.exp(MATRIX[:, 0] / 2) + MATRIX[:, 1]

CLASSIFIERS: dict[str, Any] = {
    "logistic": LogisticRegression(),
    "logistic without constant": LogisticRegression(fit_intercept=False),
    "one against the rest": SGDClassifier(loss="log_loss", random_state=0),
    "several against the rest": OneVsRestClassifier(LogisticRegression()),
    "discriminant": LinearDiscriminantAnalysis(),
    "tree": DecisionTreeClassifier(random_state=0),
    "forest": RandomForestClassifier(15, random_state=0),
    "boosted": LGBMClassifier(n_estimators=10, verbosity=-1),
    "naive Bayes": GaussianNB(),
    "network": MLPClassifier((5,), max_iter=5_000, random_state=0),
}
REGRESSORS: dict[str, Any] = {
    "linear": LinearRegression(),
    "tree": DecisionTreeRegressor(random_state=0),
    "forest": RandomForestRegressor(15, random_state=0),
    "boosted": LGBMRegressor(n_estimators=10, verbosity=-1),
    "boosted by absolute errors": LGBMRegressor(n_estimators=10, objective="l1", verbosity=-1),
    "Poisson": PoissonRegressor(),
    "network": MLPRegressor(hidden_layer_sizes=(5,), max_iter=9_000, random_state=0),
}


def check(model: Any, rows: Any) -> None:
    """Fail unless a model's graph gives what the model gives."""
    found, expected = ModelGraph(model_to_onnx(model)).predict(rows), model.predict(rows)
    assert list(found) == list(expected)
    for name, right in expected.items():
        if right.dtype == object:
            assert found[name].tolist() == right.tolist()
        else:
            np.testing.assert_allclose(found[name], right, rtol=1e-11, atol=1e-13, err_msg=name)


@pytest.mark.parametrize("classes", [("no", "yes"), (3, 7, 5)], ids=["two", "three"])
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_classifiers(name: str, classes: tuple[Any, ...]) -> None:
    two = len(classes) == 2
    estimator = CLASSIFIERS[name].fit(MATRIX, TWO if two else THREE)
    rows = np.vstack([MATRIX, RNG.normal(size=(500, 2)) * [3.0, 90.0]])
    check(around(estimator, "binary" if two else "multiclass", classes=classes), rows)


@pytest.mark.parametrize("name", ["logistic", "discriminant", "forest", "boosted", "naive Bayes"])
def test_a_learner_of_many_classes_with_two(name: str) -> None:
    estimator = CLASSIFIERS[name].fit(MATRIX, TWO)
    check(around(estimator, "multiclass", classes=("no", "yes")), MATRIX)


@pytest.mark.parametrize("name", REGRESSORS)
def test_regressors(name: str) -> None:
    target = np.abs(QUANTITY) if name == "Poisson" else QUANTITY
    check(around(REGRESSORS[name].fit(MATRIX, target), "regression"), MATRIX)


def test_clusters() -> None:
    rows = np.vstack([MATRIX, RNG.normal(size=(50, 2)) * 100])
    check(around(KMeans(4, random_state=0, n_init=1).fit(MATRIX), "clustering"), rows)


def test_a_booster_takes_as_0_what_is_next_to_0() -> None:
    x = np.array([[-1.0], [0.0], [1.0], [-0.0]] * 50)
    booster = LGBMRegressor(n_estimators=5, min_child_samples=1, verbosity=-1)
    model = around(booster.fit(x, np.sign(x[:, 0])), "regression", names=["x"])
    rows = [0.0, -0.0, ZERO, -ZERO, np.nextafter(ZERO, 1), np.nextafter(-ZERO, -1), 5e-324, -1e-36]
    graph = ModelGraph(model_to_onnx(model))
    found = graph.predict(np.array(rows)[:, None])["Scored Labels"]
    np.testing.assert_array_equal(found, model.predict(np.array(rows)[:, None])["Scored Labels"])
    assert len(set(found.tolist())) == 3


def test_a_booster_sends_missing_values_where_it_learned_to() -> None:
    x = np.where(RNG.random((400, 2)) < 0.2, np.nan, RNG.normal(size=(400, 2)))
    y = np.where(np.isnan(x[:, 0]), 3.0, np.nan_to_num(x[:, 0])) + np.isnan(x[:, 1])
    learned = around(LGBMRegressor(n_estimators=9, verbosity=-1).fit(x, y), "regression")
    never = around(
        LGBMRegressor(n_estimators=9, verbosity=-1).fit(np.nan_to_num(x), y), "regression"
    )
    for model in (learned, never):
        found = ModelGraph(model_to_onnx(model)).predict(x)["Scored Labels"]
        np.testing.assert_array_equal(found, model.predict(x)["Scored Labels"])


def test_a_tree_that_is_a_leaf() -> None:
    for estimator in (
        RandomForestRegressor(3, random_state=0).fit(np.zeros((4, 2)), [1.0, 2.0, 3.0, 4.0]),
        LGBMRegressor(n_estimators=3, verbosity=-1).fit(np.zeros((4, 2)), [1.0, 2.0, 3.0, 4.0]),
    ):
        check(around(estimator, "regression"), MATRIX)


@pytest.mark.parametrize(
    ("estimator", "task", "reason"),
    [
        (GradientBoostingClassifier(n_estimators=3), "binary", "single precision"),
        (RidgeClassifier(), "binary", "no conversion of RidgeClassifier"),
        (LGBMRegressor(objective="poisson", verbosity=-1), "regression", "objective"),
        (LGBMRegressor(linear_tree=True, verbosity=-1), "regression", "linear models"),
        (LGBMRegressor(zero_as_missing=True, verbosity=-1), "regression", "0 as missing"),
        (
            LGBMRegressor(
                boosting_type="rf", subsample=0.5, subsample_freq=1, n_estimators=3, verbosity=-1
            ),
            "regression",
            "random forest",
        ),
    ],
    ids=lambda item: type(item).__name__ if hasattr(item, "fit") else str(item),
)
def test_what_would_be_wrong_is_refused(estimator: Any, task: Any, reason: str) -> None:
    target = TWO if task == "binary" else np.abs(QUANTITY)
    rows = np.where(np.abs(MATRIX) < 0.3, 0.0, MATRIX)
    estimator.fit(rows, target)
    model = around(estimator, task, classes=("no", "yes") if task == "binary" else ())
    with pytest.raises(NotConvertible) as refused:
        model_to_onnx(model, "Score Model")
    assert reason in refused.value.message
    assert "“Score Model”" in refused.value.message


def test_branches_by_category_are_refused() -> None:
    rows = np.column_stack([RNG.integers(0, 30, 400), RNG.normal(size=400)])
    estimator = LGBMRegressor(n_estimators=3, min_data_per_group=1, cat_smooth=1, verbosity=-1)
    estimator.fit(rows, 9 * (rows[:, 0] % 3) + rows[:, 1], categorical_feature=[0])
    with pytest.raises(NotConvertible, match="by category"):
        model_to_onnx(around(estimator, "regression"))


HOLES = np.where(RNG.random((50, 3)) < 0.3, np.nan, RNG.normal(size=(50, 3)) * [1, 100, 1e-3])
SCALERS: dict[str, Any] = {
    "standard": StandardScaler(),
    "standard, centered": StandardScaler(with_std=False),
    "standard, scaled": StandardScaler(with_mean=False),
    "robust": RobustScaler(),
    "range": MinMaxScaler((-1, 2)),
    "range, clipped": MinMaxScaler(clip=True),
    "largest": MaxAbsScaler(),
    "filled": SimpleImputer(),
    "filled by median": SimpleImputer(strategy="median"),
    "filled by a constant": SimpleImputer(strategy="constant", fill_value=-1.0),
}


def finite(columns: Any) -> Any:
    """Return a column without infinities, which scikit-learn refuses."""
    return np.where(np.isinf(columns), 0.0, columns)


@pytest.mark.parametrize("name", SCALERS)
def test_transformers_are_scikit_learns_to_the_last_bit(name: str) -> None:
    fitted = SCALERS[name].fit(HOLES)
    x = finite(np.array(NUMBERS))
    columns = {"x": x, "y": x[::-1].copy(), "z": np.roll(x, 5)}

    def body(c: Any, ops: Any) -> Any:
        return ops.estimator(fitted, ops.hstack([c["x"], c["y"], c["z"]]))

    with np.errstate(all="ignore"):
        BothBackEnds({"made": body}, columns).check(columns)


@pytest.mark.filterwarnings("ignore:Skipping features:UserWarning")
@pytest.mark.parametrize("keep", [False, True])
def test_a_column_that_was_never_there(keep: bool) -> None:
    rows = np.array([[1.0, np.nan, 5.0], [np.nan, np.nan, 7.0]])
    for strategy in ("mean", "constant"):
        fitted = SimpleImputer(strategy=strategy, keep_empty_features=keep).fit(rows)

        def body(c: Any, ops: Any, fitted: Any = fitted) -> Any:
            return ops.estimator(fitted, c["m"])

        BothBackEnds({"made": body}, {"m": rows}).check({"m": rows})


def test_another_transformer_is_converted() -> None:
    fitted = PCA(2).fit(np.nan_to_num(HOLES))

    def body(c: Any, ops: Any) -> Any:
        return ops.take(ops.estimator(fitted, c["m"]), 1)

    both = BothBackEnds({"made": body}, {"m": HOLES})
    (found,) = both.session.run(["made"], {"m": np.nan_to_num(HOLES)})
    np.testing.assert_allclose(found, fitted.transform(np.nan_to_num(HOLES))[:, 1], rtol=1e-11)


@pytest.mark.parametrize(
    "fitted", [FunctionTransformer(np.sin), RBF()], ids=["a function", "no transformer"]
)
def test_another_transformer_is_refused(fitted: Any) -> None:
    with pytest.raises(NotConvertible, match=type(fitted).__name__):
        BothBackEnds({"made": lambda c, ops: ops.estimator(fitted, c["m"])}, {"m": HOLES})
