"""Learners that tell classes apart."""

from __future__ import annotations

from typing import Any, Literal

from studio.sdk import param
from studio.sdk.learners import Shape, learner, seed_param

GROUP = "Machine Learning/Initialize Model/Classification"


def forest_arguments(module: Any, shape: Shape) -> dict[str, Any]:
    """Return the arguments of a forest whose nodes draw that many splits at random.

    A node looks at one random threshold of each feature that it draws, so that the features drawn
    are the splits drawn, as far as there are so many features.
    """
    return {
        "bootstrap": module.resampling == "bagging",
        "max_features": max(1, min(module.random_splits, shape.features)),
    }


def forest_parameters() -> dict[str, Any]:
    """Return the parameters that every decision forest has."""
    return {
        "resampling": (
            Literal["bagging", "replicate"],
            param(
                "bagging",
                "Resampling method",
                help="Bagging grows each tree on its own draw of the rows, Replicate on all.",
                to="",
            ),
        ),
        "num_trees": param(
            8, "Number of decision trees", ge=1, le=100_000, sweep=[1, 8, 32], to="n_estimators"
        ),
        "max_depth": param(
            32, "Maximum depth of the decision trees", ge=1, le=10_000, sweep=[1, 16, 64]
        ),
        "random_splits": param(
            128, "Number of random splits per node", ge=1, le=1_000_000, sweep=[1, 128, 1024], to=""
        ),
        "min_samples_per_leaf": param(
            1,
            "Minimum number of samples per leaf node",
            ge=1,
            le=1_000_000,
            sweep=[1, 4, 16],
            to="min_samples_leaf",
        ),
        "seed": seed_param(),
    }


def boosting_parameters() -> dict[str, Any]:
    """Return the parameters that every boosted decision tree has."""
    return {
        "num_leaves": param(
            20, "Maximum number of leaves per tree", ge=2, le=131_072, sweep=[2, 8, 32, 128]
        ),
        "min_samples_per_leaf": param(
            10,
            "Minimum number of samples per leaf node",
            ge=1,
            le=1_000_000,
            sweep=[1, 10, 50],
            to="min_child_samples",
        ),
        "learning_rate": param(
            0.2, "Learning rate", gt=0, le=1, sweep=[0.025, 0.05, 0.1, 0.2, 0.4]
        ),
        "num_trees": param(
            100,
            "Number of trees constructed",
            ge=1,
            le=100_000,
            sweep=[20, 100, 500],
            to="n_estimators",
        ),
        "seed": seed_param(),
    }


BOOSTING = {"max_depth": -1, "deterministic": True, "force_row_wise": True, "verbosity": -1}
"""What boosted trees are fitted with: no hidden cap on depth, the same trees every time."""

FOREST_HELP = """
A forest of trees, each grown on random splits; together they vote.

Use it where a good first answer is wanted with little care: it needs no scaling, takes columns of
any kind and seldom learns by heart. Each tree gives the share of each class in the leaf that a row
falls into; the forest answers with the mean of the trees.

- **Resampling method**: with Bagging each tree sees its own draw of the rows (with replacement),
  with Replicate every tree sees all rows and only the random splits differ.
- **Number of decision trees**: more trees are steadier and slower.
- **Number of random splits per node**: how many splits are drawn, of which the best is taken. Fewer
  make the trees more different from each other.

Rows with a missing feature or label are left out, with a warning. Text columns become one column a
level.
"""

BOOSTING_HELP = """
Trees grown one after another, each on what the earlier ones got wrong.

Usually the most accurate learner on tables. It needs no scaling. More leaves make each tree finer,
more trees with a smaller learning rate make the whole smoother and slower; a larger minimum of
samples per leaf keeps it from learning single rows by heart.

Rows with a missing feature or label are left out, with a warning. Text columns become one column a
level.
"""

LOGISTIC_HELP = """
The chance of the positive class as a curve over a weighted sum of the features.

Quick, steady and easy to read: each feature has one weight. Features are brought to the same range
while the weights are sought, and the weights are given for the features as they are.

- **Optimization tolerance**: the search ends when a step gains less than this share of the loss.
- **L1 regularization weight** makes weights exactly zero, **L2 regularization weight** keeps them
  small.
- **Memory size for L-BFGS**: how many earlier steps the search remembers.

Rows with a missing feature or label are left out, with a warning. Text columns become one column a
level.
"""


def _logistic_regression() -> type:
    from modules.estimators.logistic import ElasticNetLogisticRegression

    return ElasticNetLogisticRegression


TwoClassLogisticRegression = learner(
    "two_class_logistic_regression",
    "Two-Class Logistic Regression",
    _logistic_regression,
    LOGISTIC_HELP,
    task="binary",
    group=GROUP,
    search=("logit", "maximum entropy"),
    trusted=("modules.estimators.logistic.ElasticNetLogisticRegression",),
    optimization_tolerance=param(
        1e-7, "Optimization tolerance", gt=0, le=1, sweep=[1e-4, 1e-7], to="tol"
    ),
    l1_weight=param(1.0, "L1 regularization weight", ge=0, le=1e9, sweep=[0.0, 0.01, 0.1, 1.0]),
    l2_weight=param(1.0, "L2 regularization weight", ge=0, le=1e9, sweep=[0.01, 0.1, 1.0]),
    memory_size=param(
        20, "Memory size for L-BFGS", ge=1, le=1000, sweep=[5, 20, 50], advanced=True
    ),
)

TwoClassBoostedDecisionTree = learner(
    "two_class_boosted_decision_tree",
    "Two-Class Boosted Decision Tree",
    "lightgbm:LGBMClassifier",
    BOOSTING_HELP,
    task="binary",
    group=GROUP,
    search=("gradient boosting", "lightgbm", "xgboost", "GBM"),
    fixed=BOOSTING,
    **boosting_parameters(),
)

MulticlassBoostedDecisionTree = learner(
    "multiclass_boosted_decision_tree",
    "Multiclass Boosted Decision Tree",
    "lightgbm:LGBMClassifier",
    BOOSTING_HELP,
    task="multiclass",
    group=GROUP,
    search=("gradient boosting", "lightgbm", "xgboost", "GBM"),
    fixed=BOOSTING,
    **boosting_parameters(),
)

TwoClassDecisionForest = learner(
    "two_class_decision_forest",
    "Two-Class Decision Forest",
    "sklearn.ensemble:ExtraTreesClassifier",
    FOREST_HELP,
    task="binary",
    group=GROUP,
    search=("random forest", "extra trees", "bagging"),
    build=forest_arguments,
    **forest_parameters(),
)

MulticlassDecisionForest = learner(
    "multiclass_decision_forest",
    "Multiclass Decision Forest",
    "sklearn.ensemble:ExtraTreesClassifier",
    FOREST_HELP,
    task="multiclass",
    group=GROUP,
    search=("random forest", "extra trees", "bagging"),
    build=forest_arguments,
    **forest_parameters(),
)
