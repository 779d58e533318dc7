"""Learner rows: the module that is made of a row, and the estimator that it makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from sklearn.linear_model import Ridge

from studio.sdk import Context, Learner, param
from studio.sdk.execution import execute
from studio.sdk.learners import (
    LearnerModule,
    NotALearner,
    Shape,
    configured,
    learner,
    mixed_seed,
    seed_param,
)
from studio.sdk.module import read_params
from studio.sdk.validation import check_ranges


def _arguments(module: Any, shape: Shape) -> dict[str, Any]:
    return {"max_iter": shape.rows * module.rounds}


RidgeRow = learner(
    "test_ridge",
    "Test Ridge",
    "sklearn.linear_model:Ridge",
    "Ridge regression.\n\nFor tests.",
    task="regression",
    group="Tests",
    fixed={"copy_X": False},
    build=_arguments,
    weight=param(1.0, "Weight", ge=0, sweep=[0.1, 1.0], to="alpha"),
    solver=(Literal["auto", "svd"], param("auto", "Solver")),
    rounds=param(2, "Rounds", ge=1, le=9, when={"solver": "auto"}, to=""),
    seed=seed_param(),
)


def context(tmp_path: Path) -> Context:
    return Context(scratch=tmp_path, resolve={"test_ridge": RidgeRow}.get)


def test_a_row_is_a_module_of_the_file_that_writes_it() -> None:
    assert issubclass(RidgeRow, LearnerModule)
    assert (RidgeRow.__name__, RidgeRow.__module__) == ("TestRidge", __name__)
    assert (RidgeRow.meta.id, RidgeRow.meta.title) == ("test_ridge", "Test Ridge")
    assert RidgeRow.help().startswith("Ridge regression.")
    assert RidgeRow.inputs() == ()
    assert [(port.name, port.kind) for port in RidgeRow.outputs()] == [
        ("untrained_model", "Learner")
    ]
    assert [item.name for item in RidgeRow.parameters()] == [
        "weight",
        "solver",
        "rounds",
        "seed",
        "allow_unknown_levels",
    ]
    assert RidgeRow.parameter("solver").choices == ("auto", "svd")
    assert RidgeRow.meta.libraries == ("scikit-learn",)


def test_parameters_are_checked_and_ranges_item_by_item() -> None:
    module, problems = read_params(RidgeRow, {"weight": -1})
    assert module is None
    assert problems[0].sentence == "“Weight” must be a number at least 0; it is -1."
    assert check_ranges(RidgeRow, {"weight": [0.5, 2.0]}) == []
    assert [p.param for p in check_ranges(RidgeRow, {"weight": [0.5, -2.0]})] == ["weight"]
    assert [p.param for p in check_ranges(RidgeRow, {"solver": ["svd"]})] == ["solver"]


def test_run_gives_the_configured_learner(tmp_path: Path) -> None:
    made = execute(RidgeRow(weight=0.5, solver="svd"), {}, context(tmp_path))["untrained_model"]
    assert made == Learner(
        "test_ridge",
        {"weight": 0.5, "solver": "svd", "seed": 0, "allow_unknown_levels": True},
    )
    assert Learner.from_dict(made.to_dict()) == made


def test_the_estimator_gets_its_own_names_fixed_and_worked_out_arguments(tmp_path: Path) -> None:
    module = configured(Learner("test_ridge", {"weight": 0.5, "rounds": 3}), context(tmp_path))
    estimator = module.make(Shape(rows=10, features=2), seed=7)
    assert isinstance(estimator, Ridge)
    assert (
        estimator.get_params()
        == Ridge(
            alpha=0.5, solver="auto", max_iter=30, copy_X=False, random_state=mixed_seed(7, 0)
        ).get_params()
    )


def test_seeds_mix() -> None:
    seeds = {mixed_seed(a, b) for a in range(20) for b in range(20)}
    assert len(seeds) == 400
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert mixed_seed(3, 4) == mixed_seed(3, 4)


def test_a_learner_that_is_none_is_told(ctx: Context) -> None:
    with pytest.raises(NotALearner, match="“Train Model” is not a learner"):
        configured(Learner("train_model"), ctx)


def test_a_parameter_without_a_type_is_refused() -> None:
    with pytest.raises(TypeError, match="“depth” is declared with"):
        learner(
            "x",
            "X",
            "sklearn.linear_model:Ridge",
            "x",
            task="regression",
            group="x",
            depth=param(None, "Depth"),
        )


def test_an_estimator_may_be_named_by_a_function(tmp_path: Path) -> None:
    row = learner(
        "test_own",
        "Own",
        lambda: Ridge,
        "Own.",
        task="regression",
        group="Tests",
        libraries=("numpy",),
        unknown_levels=False,
    )
    assert isinstance(row().make(Shape(1, 1)), Ridge)
    assert row.meta.libraries == ("numpy",)
    assert row.parameters() == ()
