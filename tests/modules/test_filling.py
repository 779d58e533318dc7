"""Missing values predicted from other columns: chained equations and probabilistic components."""

from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import BayesianRidge

from modules.cleaning import CleanMissingData
from studio.sdk import Context, Table, columns
from studio.sdk.bench import odd_tables
from studio.sdk.errors import ModuleError, StudioError
from studio.sdk.execution import execute
from studio.sdk.keep import keep, load
from studio.sdk.module import check
from studio.sdk.state import StateUnreadable
from studio.sdk.transform import Transform
from tests.modules.frames import first, rows, run, sentence, table

MODES = ("mice", "probabilistic_pca")
GAPS = pd.DataFrame(
    {
        "a": [1.0, 2.0, 3.0, 4.0, 5.0, np.nan],
        "b": [2.1, 3.9, np.nan, 8.2, 9.9, 12.0],
        "c": [1.0, np.nan, 0.0, 1.0, 0.0, 1.0],
    }
)
NUMBERS = columns(types=["numeric", "boolean"])


def holed() -> pd.DataFrame:
    """Real measures, a tenth of which is missing."""
    features, target = load_diabetes(return_X_y=True, scaled=False)
    whole = np.column_stack([features, target])
    gaps = np.random.default_rng(4).random(whole.shape) < 0.1
    return pd.DataFrame(np.where(gaps, np.nan, whole), columns=list("abcdefghijk"))


def scikit_learns(frame: pd.DataFrame, rounds: int) -> Any:
    from sklearn.experimental import enable_iterative_imputer
    from sklearn.impute import IterativeImputer

    assert enable_iterative_imputer, "without that import the next one fails"
    imputer = IterativeImputer(BayesianRidge(), max_iter=rounds)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return imputer.fit_transform(frame)


def cleaned(ctx: Context, dataset: Table, **params: Any) -> list[tuple[Any, ...]]:
    return rows(first(CleanMissingData(**params), ctx, dataset=dataset))


def filled(ctx: Context, dataset: Table, mode: str, **params: Any) -> Transform:
    module = CleanMissingData(mode=mode, **params)
    made = run(module, ctx, dataset=dataset)["cleaning_transformation"]
    assert isinstance(made, Transform)
    return made


@pytest.mark.parametrize("rounds", [1, 5, 10])
def test_chained_equations_are_scikit_learns(rounds: int, ctx: Context) -> None:
    for frame in (GAPS, holed()):
        made = cleaned(ctx, Table.from_pandas(frame), mode="mice", mice_iterations=rounds)
        np.testing.assert_allclose(made, scikit_learns(frame, rounds), rtol=1e-9)


def test_columns_that_had_no_gaps_are_predicted_in_other_data(ctx: Context) -> None:
    whole = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 3.0, 5.0, 7.0]})
    transform = filled(ctx, Table.from_pandas(whole), "mice")
    made = transform.apply_table(table(x=[10.0, None], y=[None, 1.0]))
    np.testing.assert_allclose(rows(made), [(10.0, 21.0), (0.0, 1.0)], atol=1e-4)


def test_components_of_two_columns_predict_as_the_regression_on_complete_rows(ctx: Context) -> None:
    """Two columns and one component are a free Gaussian, which is likeliest with that regression
    where one of the columns is complete (Anderson 1957)."""
    given = table(x=[1.0, 2.0, 3.0, 4.0, 2.5, 5.0], y=[1.0, 2.0, 2.0, 3.0, None, None])
    made = cleaned(ctx, given, mode="probabilistic_pca", ppca_iterations=50)
    # y = 0.5 + 0.6 x by hand: means 2.5 and 2, sum of products 3, of squares 5.
    assert [row[1] for row in made[4:]] == pytest.approx([2.0, 3.5], abs=5e-3)
    few = cleaned(ctx, given, mode="probabilistic_pca", ppca_iterations=1)
    assert abs(few[5][1] - 3.5) > 0.1


def test_one_column_alone_gets_its_mean(ctx: Context) -> None:
    for mode in MODES:
        assert cleaned(ctx, table(x=[1.0, None, 4.0]), mode=mode)[1] == (2.5,)


def test_predicted_values_fit_their_columns(ctx: Context) -> None:
    given = Table.from_pandas(
        pd.DataFrame(
            {
                "n": pd.array([10, 20, 30, 40, None], "Int64"),
                "flag": pd.array([True, False, True, False, None], "boolean"),
                "x": [1.0, 2.0, 3.0, 4.0, 2.6],
            }
        )
    )
    for mode in MODES:
        made = first(CleanMissingData(mode=mode), ctx, dataset=given)
        assert [c.type for c in made.schema] == ["integer", "boolean", "double"]
        assert rows(made)[4] == (26, rows(made)[4][1], 2.6)


def test_text_and_dates_get_their_mode_beside_predicted_numbers(ctx: Context) -> None:
    given = table(
        x=[1.0, 2.0, 3.0, None],
        y=[2.0, 4.0, 6.0, 8.0],
        word=["b", "a", "a", None],
        when=[datetime(2024, 1, 1), datetime(2024, 1, 1), None, datetime(2024, 1, 3)],
    )
    made = cleaned(ctx, given, mode="mice", indicators=True)
    assert made[2][3] == datetime(2024, 1, 1)
    assert made[3][0] == pytest.approx(4.0, abs=1e-3)
    assert made[3][1:] == (8.0, "a", datetime(2024, 1, 3), True, False, True, False)


def test_components_take_numbers_only() -> None:
    (problem,) = check(
        CleanMissingData(mode="probabilistic_pca"), {"dataset": table(x=[1.0], w=["a"]).schema}
    )
    assert problem.sentence == (
        "Column “w” is of type string; a number for probabilistic PCA is needed."
    )
    assert problem.param == "columns"


def test_columns_without_values_are_removed_or_propagated(ctx: Context) -> None:
    given = table(a=[1.0, None], b=pd.Series([None, None], dtype="float64"))
    for mode in MODES:
        assert cleaned(ctx, given, mode=mode) == [(1.0,), (1.0,)]
        kept = cleaned(ctx, given, mode=mode, all_missing="propagate")
        assert kept == [(1.0, None), (1.0, None)]


@pytest.mark.parametrize("mode", MODES)
def test_infinite_values_stay_and_predict_nothing(mode: str, ctx: Context) -> None:
    given = table(a=[np.inf, 1.0, 2.0, 3.0, None], b=[1.0, 2.0, 4.0, 6.0, 8.0])
    finite = table(a=[1.0, 2.0, 3.0, None, None], b=[2.0, 4.0, 6.0, 8.0, 1.0])
    made, expected = cleaned(ctx, given, mode=mode), cleaned(ctx, finite, mode=mode)
    assert made[0][0] == np.inf
    assert made[4][0] == pytest.approx(expected[3][0], rel=1e-9)


@pytest.mark.parametrize("mode", MODES)
def test_a_row_is_filled_alike_alone_in_parts_and_after_a_round_trip(
    mode: str, ctx: Context, tmp_path: Path
) -> None:
    whole = Table.from_pandas(holed()).settled()
    transform = filled(ctx, whole, mode)
    expected = transform.apply_table(whole).to_arrow()
    for size in (1, 7, 100):
        pieces = whole.to_arrow().to_batches(max_chunksize=size)
        parts = Table.from_batches(whole.schema, lambda pieces=pieces: pieces)
        assert transform.apply_table(parts).to_arrow() == expected
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        keep(transform, tmp_path / name)
    again = load(tmp_path / "one")
    assert isinstance(again, Transform)
    assert again.apply_table(whole).to_arrow() == expected
    assert again.about() == transform.about()
    files = [p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.*")]
    assert {path.suffix for path in files} == {".json", ".skops"}
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


def test_only_the_filling_may_load_its_imputer(ctx: Context, tmp_path: Path) -> None:
    keep(filled(ctx, Table.from_pandas(GAPS), "mice"), tmp_path)
    state = tmp_path / "transform.json"
    text = state.read_text(encoding="utf-8")
    state.write_text(text.replace("fill_predicted", "fill_missing"), encoding="utf-8")
    with pytest.raises(StateUnreadable, match=r"not trusted: modules\.estimators\.chained"):
        load(tmp_path)


def test_a_filling_is_found_by_the_module_that_made_it(ctx: Context) -> None:
    assert filled(ctx, Table.from_pandas(GAPS), "mice").header() == {
        "type": "fill_predicted",
        "version": 1,
        "made_by": "clean_missing_data",
    }


def test_whole_numbers_may_come_where_fractions_were_learned(ctx: Context) -> None:
    learned = table(x=[0.0, 1.0, 2.0, None], y=[0.25, 1.25, 2.25, 3.25])
    other = Table.from_pandas(pd.DataFrame({"x": pd.array([7, None], "Int64"), "y": [7.25, 1.75]}))
    for mode, near in (("mean", 1.0), ("mice", 1.5)):
        made = filled(ctx, learned, mode).apply_table(other)
        assert made.schema.column("x").type == "double"
        assert [row[0] for row in rows(made)] == [7.0, pytest.approx(near, abs=1e-3)]


def test_more_numbers_than_memory_holds_are_told(ctx: Context) -> None:
    given = Table.from_pandas(pd.DataFrame({"x": np.arange(100_000.0), "y": [None, 1.0] * 50_000}))
    with pytest.raises(ModuleError) as caught:
        execute(CleanMissingData(mode="mice"), {"dataset": given}, replace(ctx, memory=1 << 20))
    assert caught.value.message == (
        "Predicting missing values from 100000 rows of 2 columns needs about 9 MB, "
        "and 1 MB may be used."
    )


def test_numbers_that_overflow_are_told(ctx: Context) -> None:
    given = table(a=[1e308, -1e308, None, 5e307], b=[1.0, 2.0, 3.0, None])
    said = "The columns a, b have numbers too large to predict missing values from."
    assert sentence(CleanMissingData(mode="mice"), ctx, dataset=given) == said
    assert all(map(np.isfinite, np.ravel(cleaned(ctx, given, mode="probabilistic_pca"))))


@pytest.mark.parametrize("mode", MODES)
def test_odd_tables_are_filled_or_answered(mode: str, ctx: Context, tmp_path: Path) -> None:
    for name, given in odd_tables().items():
        if mode == "mice" and name == "a thousand columns":
            continue
        chosen = CleanMissingData(mode=mode, columns=NUMBERS)
        folder = tmp_path / name
        folder.mkdir()
        try:
            made = execute(chosen, {"dataset": given}, ctx)
            keep(made["cleaned_dataset"], folder)
        except StudioError:
            continue
        if given.rows:
            kept = load(folder)
            assert isinstance(kept, Table)
            chosen_names = NUMBERS.names(kept.schema, param="columns")
            assert sum(c.null_count for c in kept.to_arrow().select(chosen_names).columns) == 0
