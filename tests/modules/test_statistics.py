"""Columns described in figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from modules.statistics import ComputeLinearCorrelation, SummarizeData
from studio.sdk import Context, Table
from tests.modules.frames import first, rows, table


def described(dataset: Table, ctx: Context) -> dict[str, dict[str, Any]]:
    made = first(SummarizeData(), ctx, dataset=dataset).to_arrow().to_pylist()
    return {row["Feature"]: row for row in made}


def test_a_small_column(ctx: Context) -> None:
    found = described(table(x=[4.0, 1.0, None, 4.0, 7.0]), ctx)["x"]
    assert {name: found[name] for name in list(found)[:14]} == {
        "Feature": "x",
        "Count": 5,
        "Unique Value Count": 3,
        "Missing Value Count": 1,
        "Min": 1.0,
        "Max": 7.0,
        "Mean": 4.0,
        "Mean Deviation": 1.5,
        "1st Quartile": 3.25,
        "Median": 4.0,
        "3rd Quartile": 4.75,
        "Mode": 4.0,
        "Range": 6.0,
        "Sample Variance": 6.0,
    }


@pytest.mark.parametrize("memory", [2 << 30, 0])
def test_figures_are_those_of_pandas_and_scipy(memory: int, ctx: Context) -> None:
    values = np.random.default_rng(3).gamma(2.0, size=5_001).round(2)
    series = pd.Series(values)
    found = described(table(x=values), replace(ctx, memory=memory))["x"]
    expected = {
        "Unique Value Count": series.nunique(),
        "Mean": series.mean(),
        "Mean Deviation": (series - series.mean()).abs().mean(),
        "Mode": series.mode()[0],
        "Sample Variance": series.var(),
        "Sample Standard Deviation": series.std(),
        "Sample Skewness": stats.skew(values, bias=False),
        "Sample Kurtosis": stats.kurtosis(values, bias=False),
        "1st Quartile": series.quantile(0.25),
        **{f"P{p}": np.percentile(values, p) for p in (0.5, 1, 5, 95, 99, 99.5)},
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-10)


def test_columns_without_figures_have_counts(ctx: Context) -> None:
    given = Table.from_pandas(
        pd.DataFrame(
            {
                "word": ["a", None, "a"],
                "when": [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02"), pd.NaT],
                "none": pd.Series([None, None, None], dtype="float64"),
                "flag": [True, True, False],
            }
        )
    )
    found = described(given, ctx)
    counts = ("Count", "Unique Value Count", "Missing Value Count", "Mean")
    assert {name: tuple(row[c] for c in counts) for name, row in found.items()} == {
        "word": (3, 1, 1, None),
        "when": (3, 2, 1, None),
        "none": (3, 0, 3, None),
        "flag": (3, 2, 0, 2 / 3),
    }


def test_figures_that_are_not_defined_are_missing(ctx: Context) -> None:
    found = described(table(one=[5.0, None], same=[1.0, 1.0], far=[np.inf, 1.0]), ctx)
    assert found["one"]["Sample Variance"] is None
    assert found["same"]["Sample Variance"] == 0.0
    assert found["same"]["Sample Skewness"] is None
    assert found["far"]["Mean"] == np.inf


def test_a_table_without_rows(ctx: Context) -> None:
    made = described(table(x=[1.0], w=["a"]).head(0), ctx)
    assert [(row["Count"], row["Unique Value Count"]) for row in made.values()] == [(0, 0), (0, 0)]


def test_missing_ratios_of_automobile_prices_as_published(shared_data: Path, ctx: Context) -> None:
    cars = Table.from_pandas(pd.read_csv(shared_data / "automobile-price.csv", na_values="?"))
    found = described(cars, ctx)
    ratios = {n: r["Missing Value Count"] / r["Count"] for n, r in found.items()}
    assert ratios["normalized-losses"] == pytest.approx(0.2, abs=1e-5)
    assert ratios["bore"] == ratios["stroke"] == pytest.approx(0.019512195, abs=1e-5)


def test_correlations(ctx: Context) -> None:
    given = table(
        a=[1.0, 2.0, 3.0],
        b=[2, 4, 6],
        c=[3.0, 2.0, 1.0],
        w=["x"] * 3,
        k=[1] * 3,
        g=[1.0, None, 2.0],
    )
    made = first(ComputeLinearCorrelation(), ctx, dataset=given)
    assert made.schema.names == ("a", "b", "c", "w", "k", "g")
    expected = np.full((6, 6), np.nan)
    expected[:3, :3] = [[1, 1, -1], [1, 1, -1], [-1, -1, 1]]
    assert made.to_pandas().to_numpy() == pytest.approx(expected, nan_ok=True)


def test_correlations_over_many_batches_are_numpys(ctx: Context) -> None:
    values = np.random.default_rng(0).normal(1e4, 1.0, (150_000, 3))
    values[:, 1] += values[:, 0]
    made = first(ComputeLinearCorrelation(), ctx, dataset=Table.from_pandas(pd.DataFrame(values)))
    assert np.allclose(made.to_pandas(), np.corrcoef(values, rowvar=False), rtol=0, atol=1e-9)


def test_wheel_base_and_curb_weight_as_published(shared_data: Path, ctx: Context) -> None:
    cars = pd.read_csv(shared_data / "automobile-price.csv", na_values="?")
    given = Table.from_pandas(cars[["wheel-base", "curb-weight"]])
    made = first(ComputeLinearCorrelation(), ctx, dataset=given)
    assert rows(made)[0][1] == pytest.approx(0.776386, abs=1e-5)
