"""Statistics and pictures of columns, against numpy's own figures."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from studio.engine import messages as say
from studio.engine.engine import Engine
from studio.engine.look import figures, profile, rows
from studio.sdk import Table
from tests.engine.tables import PORT, category, request, stored, table, where


def profiled(engine: Engine, key: str, **more: Any) -> say.Profiled:
    answer = engine.ask(say.Profile(request(), key, PORT, **more))
    assert isinstance(answer, say.Profiled)
    assert answer.problem is None, answer.problem
    sent = json.dumps(say.to_dict(answer), allow_nan=False)
    assert say.from_dict(json.loads(sent)) == answer
    return answer


def only(engine: Engine, key: str, **more: Any) -> say.ColumnProfile:
    (found,) = profiled(engine, key, **more).columns
    return found


def drawn(count: int = 1000) -> Any:
    return np.random.default_rng(3).lognormal(1.0, 1.5, count)


def test_numbers_are_described_as_numpy_does(engine: Engine, tmp_path: Path) -> None:
    values = drawn()
    array = pa.array([*values, None, None, float("inf")])
    found = only(engine, stored(engine, tmp_path, table({"x": array}, {"x": "label"})), bins=8)
    assert (found.name, found.type, found.role) == ("x", "double", "label")
    assert found.feature_type == "Numeric Label"
    assert (found.rows, found.missing, found.infinite, found.unique) == (1003, 2, 1, 1000)
    shown = [found.mean, found.median, found.minimum, found.maximum, found.standard_deviation]
    expected = [values.mean(), np.median(values), values.min(), values.max(), values.std(ddof=1)]
    assert shown == pytest.approx(expected, rel=1e-12)
    counts, edges = np.histogram(values, 8)
    assert found.histogram is not None
    assert found.histogram.counts == tuple(counts)
    assert found.histogram.edges == pytest.approx(edges)
    assert found.histogram.left_out == 1
    assert found.box is not None
    q1, median, q3 = np.quantile(values, [0.25, 0.5, 0.75])
    assert [found.box.q1, found.box.median, found.box.q3] == pytest.approx([q1, median, q3])
    beyond = values[(values < q1 - 1.5 * (q3 - q1)) | (values > q3 + 1.5 * (q3 - q1))]
    within = values[values <= q3 + 1.5 * (q3 - q1)]
    assert (found.box.low, found.box.high) == (values.min(), within.max())
    assert found.box.outliers_in_all == len(beyond)
    assert len(found.box.outliers) == min(len(beyond), 100)
    assert found.box.outliers[-1] == values.max()


def test_bars_of_equal_width_in_logarithms(engine: Engine, tmp_path: Path) -> None:
    key = stored(engine, tmp_path, table({"x": [1.0, 10.0, 99.0, 100.0, 10_000.0, 0.0, -5.0]}))
    for brief in (False, True):
        found = only(engine, key, bins=4, log_x=True, brief=brief).histogram
        assert found is not None
        assert found.edges == pytest.approx((1, 10, 100, 1000, 10_000))
        assert (found.counts, found.left_out) == ((1, 2, 1, 1), 2)


def test_a_brief_profile_has_the_same_histogram(engine: Engine, tmp_path: Path) -> None:
    key = stored(engine, tmp_path, table({"x": drawn()}))
    brief, full = only(engine, key, brief=True), only(engine, key)
    assert brief.histogram == full.histogram
    assert (brief.unique, brief.box, brief.missing) == (None, None, 0)
    assert (brief.minimum, brief.maximum) == (full.minimum, full.maximum)


def test_whole_numbers_stay_exact(engine: Engine, tmp_path: Path) -> None:
    largest = 2**63 - 1
    key = stored(engine, tmp_path, table({"id": [2**53 + 1, largest, 2**53 + 3]}))
    found = only(engine, key)
    assert (found.minimum, found.median, found.maximum) == (2**53 + 1, 2**53 + 3, largest)


def test_times_and_spans_are_shown_as_such(engine: Engine, tmp_path: Path) -> None:
    day = datetime(2024, 1, 1)
    made = {
        "when": [day, day + timedelta(days=2), day + timedelta(days=4), None],
        "span": [timedelta(hours=1), timedelta(hours=3), timedelta(days=1, hours=5), None],
    }
    when, span = profiled(engine, stored(engine, tmp_path, table(made)), bins=2).columns
    assert (when.feature_type, span.feature_type) == ("Date and Time Feature", "Time Span Feature")
    assert (when.minimum, when.mean) == ("2024-01-01 00:00:00", "2024-01-03 00:00:00")
    assert when.standard_deviation == 2 * 86_400
    assert when.histogram == say.Histogram(
        ("2024-01-01 00:00:00", "2024-01-03 00:00:00", "2024-01-05 00:00:00"), (1, 2)
    )
    assert when.box is not None
    assert when.box.median == (day - datetime(1970, 1, 1)).total_seconds() + 2 * 86_400
    assert (span.minimum, span.median, span.maximum) == ("01:00:00", "03:00:00", "1.05:00:00")
    assert span.mean == "11:00:00"


def test_text_is_counted(engine: Engine, tmp_path: Path) -> None:
    words = ["b", "a", "b", None, "c", "b", "a", ""]
    key = stored(engine, tmp_path, table({"w": words}, {"w": "id"}))
    found = only(engine, key, bins=2)
    assert (found.feature_type, found.missing, found.unique) == ("String Id", 1, 4)
    assert found.frequencies == say.Frequencies(("b", "a"), (3, 2), rest=2, rest_values=2)
    assert (found.histogram, found.box, found.mean) == (None, None, None)


def test_levels_that_do_not_occur_are_not_counted(engine: Engine, tmp_path: Path) -> None:
    made = category("c", ["x", None, "y", "y"], ["unused", "x", "y"])
    found = only(engine, stored(engine, tmp_path, made))
    assert found.feature_type == "Categorical Feature"
    assert (found.unique, found.missing) == (2, 1)
    assert found.frequencies == say.Frequencies(("y", "x"), (2, 1))


def test_booleans_are_counted(engine: Engine, tmp_path: Path) -> None:
    found = only(engine, stored(engine, tmp_path, table({"b": [True, None, False, True]})))
    assert found.feature_type == "Boolean Feature"
    assert found.frequencies == say.Frequencies(("true", "false"), (2, 1))


@pytest.mark.parametrize(
    "array",
    [
        pa.array([], pa.float64()),
        pa.array([None, None], pa.float64()),
        pa.array([float("inf")]),
        pa.array([], pa.string()),
        pa.array([None], pa.string()),
        pa.array([None], pa.bool_()),
        pa.array([None], pa.timestamp("us")),
        pa.array([1.7e308, -1.7e308]),
        pa.array([1.7e308, 1.6e308]),
        pa.array([5e-324]),
    ],
    ids=str,
)
def test_columns_with_little_in_them_have_a_profile(
    engine: Engine, tmp_path: Path, array: pa.Array
) -> None:
    key = stored(engine, tmp_path, table({"x": array}))
    for more in ({}, {"brief": True}, {"log_x": True}):
        found = only(engine, key, **more)
        assert found.rows == len(array)


def test_one_value_is_one_bar(engine: Engine, tmp_path: Path) -> None:
    found = only(engine, stored(engine, tmp_path, table({"x": [7, 7, 7]})))
    assert found.histogram == say.Histogram((6.5, 7.5), (3,))
    assert (found.standard_deviation, found.unique) == (0.0, 1)


def test_only_rows_that_fulfil_the_conditions_count(engine: Engine, tmp_path: Path) -> None:
    key = stored(engine, tmp_path, table({"x": list(range(100)), "g": ["a", "b"] * 50}))
    answer = profiled(engine, key, columns=("x",), where=where("g", "equals", "b"))
    assert answer.total == 50
    assert answer.columns[0].minimum == 1
    assert answer.columns[0].mean == 50.0


def test_a_column_that_is_not_there_is_a_problem(engine: Engine, tmp_path: Path) -> None:
    key = stored(engine, tmp_path, table({"x": [1]}))
    answer = engine.ask(say.Profile(request(), key, PORT, ("y",)))
    assert isinstance(answer, say.Profiled)
    assert answer.problem is not None
    assert answer.problem.code == "column_missing"


def test_of_a_larger_table_evenly_spaced_rows_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(profile, "EXACT_ROWS", 100)
    monkeypatch.setattr(profile, "SAMPLE_ROWS", 10)
    made = Table.from_arrow(pa.table({"x": list(range(1000))}))
    chosen = profile.sampled(rows.Rows(made))
    assert chosen.column("x").to_pylist() == list(range(0, 1000, 100))
    assert len(profile.sampled(rows.Rows(made, np.arange(50)))) == 50


def test_bars_hold_every_value_however_they_are_counted() -> None:
    chance = np.random.default_rng(8)
    for number in range(200):
        values = chance.normal(size=50).round(int(chance.integers(0, 4))) * 10.0 ** (number % 7)
        made = figures.Values(table({"x": [1.0]}).schema.column("x"), values.copy())
        brief = figures.histogram(made, 7)
        full = figures.histogram(made.ordered(), 7)
        assert brief is not None
        assert full is not None
        assert sum(brief.counts) == sum(full.counts) == 50
        assert brief == full
