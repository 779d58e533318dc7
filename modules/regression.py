"""Learners that predict a quantity."""

from __future__ import annotations

from typing import Literal

from modules.classification import (
    BOOSTING,
    BOOSTING_HELP,
    FOREST_HELP,
    boosting_parameters,
    forest_arguments,
    forest_parameters,
)
from studio.sdk import param
from studio.sdk.learners import learner, seed_param

GROUP = "Machine Learning/Initialize Model/Regression"
_DESCENT = {"solution_method": "online_gradient_descent"}

LINEAR_HELP = """
A weighted sum of the features.

The first thing to try on a quantity, and the easiest to read: each feature has one weight.

- **Ordinary least squares** finds the weights in one step. The L2 regularization weight keeps them
  small, which also makes them definite where features depend on each other (as the columns of a
  category do).
- **Online gradient descent** goes over the rows again and again and corrects the weights a little
  after each one, for tables with very many rows. The learning rate is the share of a row's error
  that one step corrects; the rows are taken in random order.

Rows with a missing feature or label are left out, with a warning. Text columns become one column a
level.
"""


def _linear_regressor() -> type:
    from modules.estimators.linear import LinearRegressor

    return LinearRegressor


LinearRegression = learner(
    "linear_regression",
    "Linear Regression",
    _linear_regressor,
    LINEAR_HELP,
    task="regression",
    group=GROUP,
    search=("OLS", "least squares", "ridge", "SGD"),
    trusted=("modules.estimators.linear.LinearRegressor",),
    solution_method=(
        Literal["ordinary_least_squares", "online_gradient_descent"],
        param("ordinary_least_squares", "Solution method"),
    ),
    l2_weight=param(0.001, "L2 regularization weight", ge=0, le=1e9, sweep=[0.001, 0.01, 0.1]),
    fit_intercept=param(
        True, "Include intercept term", when={"solution_method": "ordinary_least_squares"}
    ),
    learning_rate=param(
        0.1, "Learning rate", gt=0, le=1, sweep=[0.025, 0.05, 0.1, 0.2], when=_DESCENT
    ),
    epochs=param(
        10, "Number of training epochs", ge=1, le=1_000_000, sweep=[1, 10, 100], when=_DESCENT
    ),
    normalize=param(True, "Normalize features", when=_DESCENT),
    average=param(True, "Average final hypothesis", when=_DESCENT),
    decrease=param(True, "Decrease learning rate", when=_DESCENT),
    seed=seed_param(),
)

BoostedDecisionTreeRegression = learner(
    "boosted_decision_tree_regression",
    "Boosted Decision Tree Regression",
    "lightgbm:LGBMRegressor",
    BOOSTING_HELP,
    task="regression",
    group=GROUP,
    search=("gradient boosting", "lightgbm", "xgboost", "GBM", "MART"),
    fixed=BOOSTING,
    **boosting_parameters(),
)

DecisionForestRegression = learner(
    "decision_forest_regression",
    "Decision Forest Regression",
    "sklearn.ensemble:ExtraTreesRegressor",
    FOREST_HELP,
    task="regression",
    group=GROUP,
    search=("random forest", "extra trees", "bagging"),
    build=forest_arguments,
    **forest_parameters(),
)
