"""Columns brought to a scale, and categories to zeros and ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from modules.features import ConvertToIndicatorValues, NormalizeData
from studio.sdk import Context, Table, columns
from studio.sdk.module import check
from studio.sdk.transform import Transform
from tests.modules.frames import first, notes, rows, run, sentence, table

X = np.array([1.0, 2.0, 4.0, 8.0, -1.0, 0.0])


def normalized(values: object, ctx: Context, **params: object) -> list[float | None]:
    made = first(NormalizeData(**params), ctx, dataset=table(x=values))
    found: list[float | None] = made.to_arrow().column("x").to_pylist()
    return found


def lognormal(x: np.ndarray) -> np.ndarray:
    logs = np.log(x[x > 0])
    shares: np.ndarray = stats.lognorm.cdf(x, s=logs.std(), scale=np.exp(logs.mean()))
    return shares


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("zscore", stats.zscore(X)),
        ("minmax", (X + 1) / 9),
        ("logistic", 1 / (1 + np.exp(-X))),
        ("tanh", np.tanh(X)),
        ("lognormal", lognormal(X)),
    ],
)
def test_methods(method: str, expected: np.ndarray, ctx: Context) -> None:
    assert normalized(X, ctx, method=method) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("method", ["zscore", "minmax", "lognormal"])
def test_constant_columns_become_zero_or_missing(method: str, ctx: Context) -> None:
    assert normalized([0.1, 0.1, None], ctx, method=method) == [0, 0, None]
    assert normalized([0.1] * 3, ctx, method=method, zero_for_constant=False) == [None] * 3


def test_missing_values_stay_missing_and_integers_become_doubles(ctx: Context) -> None:
    given = Table.from_pandas(
        pd.DataFrame({"n": pd.array([1, None, 3], "Int64"), "w": ["a", "b", "c"]})
    )
    made = first(NormalizeData(), ctx, dataset=given.with_origin())
    assert rows(made) == [(-1.0, "a"), (None, "b"), (1.0, "c")]
    assert made.schema.column("n").type == "double"
    assert made.schema.has_origin


def test_infinite_values_are_left_out_with_a_warning(ctx: Context) -> None:
    assert normalized([1.0, 3.0, np.inf], ctx) == [-1.0, 1.0, np.inf]
    assert notes(ctx).warnings == [
        ("values_infinite", "Column “x” has 1 infinite values; they are left out.")
    ]


@pytest.mark.parametrize("method", ["zscore", "minmax", "lognormal", "tanh"])
def test_a_column_without_values_stays_so(method: str, ctx: Context) -> None:
    values = pd.Series([None, None], dtype="float64")
    assert normalized(values, ctx, method=method) == [None, None]


def test_figures_over_many_batches_are_numpys(ctx: Context) -> None:
    values = np.random.default_rng(0).normal(1e6, 1.0, 200_000)
    found = np.array(normalized(values, ctx))
    assert np.allclose(found, (values - values.mean()) / values.std(), rtol=0, atol=1e-9)
    assert found.tolist() == normalized(values, ctx)


def test_other_data_gets_the_figures_found_here(ctx: Context) -> None:
    made = run(NormalizeData(method="minmax"), ctx, dataset=table(x=[0.0, 10.0]))
    transform = made["transformation_function"]
    assert isinstance(transform, Transform)
    assert rows(transform.apply_table(table(x=[5.0, 20.0]))) == [(0.5,), (2.0,)]


def test_text_is_not_scaled() -> None:
    (problem,) = check(NormalizeData(columns=columns("w")), {"dataset": table(w=["a"]).schema})
    assert problem.sentence == "Column “w” is of type string; a number is needed."


KINDS = Table.from_pandas(
    pd.DataFrame({"kind": pd.Categorical(["low", None, "low"], ["low", "high"]), "n": [1, 2, 3]})
)


def test_a_column_for_each_level(ctx: Context) -> None:
    made = first(ConvertToIndicatorValues(), ctx, dataset=KINDS.with_origin())
    assert made.schema.names == ("kind", "n", "kind-low", "kind-high", "kind- Missing")
    assert rows(made) == [("low", 1, 1, 0, 0), (None, 2, 0, 0, 1), ("low", 3, 1, 0, 0)]
    assert made.schema.column("kind-low").type == "integer"
    assert made.schema.has_origin


def test_text_and_overwriting(ctx: Context) -> None:
    given = table(**{"w": ["b", "a"], "w-a": [9, 9]})
    module = ConvertToIndicatorValues(columns=columns("w"), overwrite=True)
    made = first(module, ctx, dataset=given)
    assert made.schema.names == ("w-a", "w-a (1)", "w-b")
    assert rows(made) == [(9, 0, 1), (9, 1, 0)]


def test_unknown_levels_give_zeros(ctx: Context) -> None:
    made = run(ConvertToIndicatorValues(overwrite=True), ctx, dataset=KINDS)
    transform = made["indicator_transformation"]
    assert isinstance(transform, Transform)
    other = table(kind=["other", "high", None])
    assert rows(transform.apply_table(other)) == [(0, 0, 0), (0, 1, 0), (0, 0, 1)]


def test_numbers_have_no_indicators(ctx: Context) -> None:
    said = sentence(ConvertToIndicatorValues(columns=columns("n")), ctx, dataset=KINDS)
    assert said == "Column “n” is of type integer; a category or text is needed."


def test_too_many_levels_are_refused(ctx: Context) -> None:
    given = table(w=[str(i) for i in range(10_001)])
    said = sentence(ConvertToIndicatorValues(columns=columns("w")), ctx, dataset=given)
    assert said == "Column “w” has more than 10000 different values; a category may not."
