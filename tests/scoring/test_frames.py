"""Data frames as scoring takes them, and as it gives them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from studio.scoring.frames import CellUnfit, columns_of, frame_of
from studio.scoring.signature import Field
from studio.sdk.errors import ColumnMissing
from studio.sdk.schema import Column, ColumnType

NAN = float("nan")


def read(values: Any, kind: ColumnType) -> list[Any]:
    """Return a column as scoring takes it; NaN as None, so that lists can be compared."""
    frame = pd.DataFrame({"x": values})
    found = columns_of(frame, [Field("x", kind)])["x"].tolist()
    return [None if isinstance(value, float) and np.isnan(value) else value for value in found]


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([1, 2], "integer", [1.0, 2.0]),
        ([1.0, NAN], "integer", [1.0, None]),
        ([1, None], "double", [1.0, None]),
        (pd.array([1, None], dtype="Int64"), "integer", [1.0, None]),
        (pd.array([1.5, None], dtype="Float64"), "double", [1.5, None]),
        (np.array([1, 2], dtype=np.uint8), "double", [1.0, 2.0]),
        (np.array([1.5], dtype=np.float32), "double", [1.5]),
        (pd.Series([1, 2], dtype="category"), "integer", [1.0, 2.0]),
        (pd.Series([Decimal("1.5"), None], dtype=object), "double", [1.5, None]),
        (pd.Series([None, None], dtype=object), "double", [None, None]),
        ([True, False], "boolean", [1.0, 0.0]),
        ([True, None], "boolean", [1.0, None]),
        (pd.array([True, None], dtype="boolean"), "boolean", [1.0, None]),
        ([1, 0], "boolean", [1.0, 0.0]),
        ([1.0, NAN], "boolean", [1.0, None]),
        (["a", None], "string", ["a", None]),
        (["a", NAN, ""], "category", ["a", None, ""]),
        (pd.Series(["a", None], dtype="category"), "string", ["a", None]),
        ([NAN, NAN], "string", [None, None]),
    ],
)
def test_what_pandas_holds(values: Any, kind: ColumnType, expected: list[Any]) -> None:
    assert read(values, kind) == expected


DAY = 86_400_000_000
HALF = DAY / 2


@pytest.mark.parametrize(
    "values",
    [
        pd.to_datetime(["1970-01-01T12:00:00", None]),
        pd.to_datetime(["1970-01-01T12:00:00", None]).astype("datetime64[s]"),
        pd.to_datetime(["1970-01-01T12:00:00", None]).astype("datetime64[ns]"),
        ["1970-01-01 12:00:00", None],
        ["1970-01-01T12:00:00.000000", NAN],
        pd.Series([datetime(1970, 1, 1, 12), None], dtype=object),
    ],
)
def test_times(values: Any) -> None:
    assert read(values, "datetime") == [HALF, None]


def test_days_and_times_that_are_all_missing() -> None:
    assert read(pd.Series([date(1970, 1, 2)], dtype=object), "datetime") == [float(DAY)]
    assert read([NAN, NAN], "datetime") == [None, None]


@pytest.mark.parametrize(
    "values",
    [
        pd.to_timedelta(["1.5s", None]),
        pd.Series([timedelta(seconds=1.5), None], dtype=object),
        [1.5, NAN],
        pd.Series([1.5, None], dtype=object),
    ],
)
def test_spans_are_timedeltas_or_seconds(values: Any) -> None:
    assert read(values, "timespan") == [1_500_000.0, None]


@pytest.mark.parametrize(
    ("values", "kind", "row"),
    [
        ([1, 2.5], "integer", 2),
        (["1", "2"], "integer", 1),
        ([1, "2"], "double", 2),
        ([True, False], "double", 1),
        ([0, 2], "boolean", 2),
        (["yes"], "boolean", 1),
        ([None, 5], "string", 2),
        ([5], "category", 1),
        ([1], "datetime", 1),
        (["1970-01-01", "soon"], "datetime", 2),
        (["1970-01-01T00:00:00Z"], "datetime", 1),
        (pd.to_datetime(["1970-01-01"]).tz_localize("UTC"), "datetime", 1),
        (["1 s"], "timespan", 1),
        ([True], "timespan", 1),
    ],
)
def test_what_is_of_another_type_is_refused(values: Any, kind: ColumnType, row: int) -> None:
    with pytest.raises(CellUnfit) as caught:
        read(pd.Series(values), kind)
    assert caught.value.fields["column"] == "x"
    assert caught.value.fields["row"] == row


def test_infinities_pass_for_the_scorer_to_decide() -> None:
    assert read([float("inf")], "double") == [float("inf")]
    assert read(pd.Series([float("-inf")], dtype=object), "timespan") == [float("-inf")]


def test_columns_that_must_be_there_and_others() -> None:
    fields = [Field("a", "double"), Field("b", "string", required=False)]
    fields.append(Field("c", "double", required=False))
    found = columns_of(pd.DataFrame({"z": [0], "a": [1]}), fields)
    assert list(found) == ["a", "b", "c"]
    assert found["b"].tolist() == [None]
    assert np.isnan(found["c"]).all()
    with pytest.raises(ColumnMissing, match="“a”"):
        columns_of(pd.DataFrame({"z": [0]}), fields)


def test_answers_have_the_types_that_pandas_has_by_default() -> None:
    columns = {
        "whole": np.array([1.0, 2.0]),
        "gaps": np.array([1.0, NAN]),
        "truth": np.array([1.0, 0.0]),
        "maybe": np.array([NAN, 0.0]),
        "when": np.array([HALF, NAN]),
        "span": np.array([1_500_000.0, NAN]),
        "text": np.array(["a", None], dtype=object),
    }
    kinds: dict[str, ColumnType] = {
        "text": "category",
        "whole": "integer",
        "gaps": "integer",
        "truth": "boolean",
        "maybe": "boolean",
        "when": "datetime",
        "span": "timespan",
    }
    frame = pd.DataFrame(frame_of(columns, [Column(name, kind) for name, kind in kinds.items()]))
    expected = pd.DataFrame(
        {
            "text": ["a", None],
            "whole": [1, 2],
            "gaps": [1.0, NAN],
            "truth": [True, False],
            "maybe": pd.Series([None, False], dtype=object),
            "when": pd.to_datetime(["1970-01-01T12:00:00", None]).astype("datetime64[us]"),
            "span": [1.5, NAN],
        }
    )
    pd.testing.assert_frame_equal(frame, expected)
