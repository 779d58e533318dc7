"""JSON values become arrays by their column's type, strictly, and come back as they were."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.scoring.signature import Field
from studio.sdk.schema import Column, ColumnType
from studio.serve.answers import to_values
from studio.serve.cells import Converter, to_column
from studio.serve.errors import ValueUnfit
from studio.serve.json_text import read, write

DAY = 86_400_000_000


def converted(values: list[Any], type_: ColumnType) -> list[Any]:
    found: list[Any] = to_column(values, Field("c", type_), "in").tolist()
    return [None if isinstance(v, float) and math.isnan(v) else v for v in found]


@pytest.mark.parametrize(
    ("type_", "values", "wanted"),
    [
        ("double", [1, 2.5, None, -0.0, 1e308, 2**70], [1.0, 2.5, None, -0.0, 1e308, 2.0**70]),
        ("integer", [1, None, 3.0, -(2**63), 2**63 - 1], [1.0, None, 3.0, -(2.0**63), 2.0**63]),
        ("boolean", [True, False, None], [1.0, 0.0, None]),
        ("string", ["a", "", None, "NA", "ü"], ["a", "", None, "NA", "ü"]),
        ("category", ["x", None], ["x", None]),
        ("timespan", [1.5, None, 2, -0.0000005], [1_500_000.0, None, 2_000_000.0, 0.0]),
        (
            "datetime",
            ["1970-01-02", None, "1970-01-01T00:00:01.5", "1970-01-01T01:00+01:00"],
            [float(DAY), None, 1_500_000.0, 0.0],
        ),
    ],
)
def test_values_of_each_type(type_: ColumnType, values: list[Any], wanted: list[Any]) -> None:
    assert converted(values, type_) == wanted


@pytest.mark.parametrize("type_", ["double", "integer", "boolean", "string", "datetime"])
def test_nan_of_a_client_is_missing(type_: ColumnType) -> None:
    assert converted([float("nan"), None], type_) == [None, None]


@pytest.mark.parametrize(
    ("type_", "value", "said"),
    [
        ("double", "3", "the text “3”"),
        ("double", True, "true"),
        ("double", 10**400, "a whole number beyond 64 bits"),
        ("double", float("inf"), "a number without end"),
        ("double", [1], "a list"),
        ("double", {}, "an object"),
        ("integer", 2.5, "the number 2.5"),
        ("integer", 2**63, "a whole number beyond 64 bits"),
        ("integer", -(2**63) - 1, "a whole number beyond 64 bits"),
        ("integer", False, "false"),
        ("integer", float("inf"), "a number without end"),
        ("boolean", 1, "the number 1"),
        ("boolean", "true", "the text “true”"),
        ("string", 5, "the number 5"),
        ("category", True, "true"),
        ("datetime", "2024-02-30", "the text “2024-02-30”"),
        ("datetime", "2024-01-01T25:00", "the text “2024-01-01T25:00”"),
        ("datetime", "20240101", "the text “20240101”"),
        ("datetime", 0, "the number 0"),
        ("timespan", 1e300, "the number 1e+300"),
        ("timespan", "00:01:00", "the text “00:01:00”"),
    ],
)
def test_what_does_not_fit_is_named(type_: ColumnType, value: Any, said: str) -> None:
    good = {"double": 1.0, "integer": 1, "boolean": True, "datetime": "2024-01-01", "timespan": 1}
    values = [None, good.get(type_, "text"), value, value]
    with pytest.raises(ValueUnfit) as caught:
        to_column(values, Field("c", type_), "in")
    fields = caught.value.fields
    assert (fields["input"], fields["column"], fields["row"]) == ("in", "c", 3)
    assert fields["found"] == said
    assert f"has {said} in row 3" in caught.value.message


def test_the_first_column_that_misfits_is_named() -> None:
    """Columns of a type are looked at together; the error still is about the first in order."""
    fields = [Field("a", "string"), Field("b", "double"), Field("c", "string")]
    with pytest.raises(ValueUnfit) as caught:
        Converter(fields, "in").to_columns({"a": ["x"], "b": ["y"], "c": [1]})
    assert caught.value.fields["column"] == "b"


def test_columns_of_all_types_together() -> None:
    fields = [
        Field("s", "string"),
        Field("d", "double"),
        Field("i", "integer"),
        Field("b", "boolean"),
        Field("c", "category"),
    ]
    table = {
        "s": ["x", "y"],
        "d": [0.5, None],
        "i": [1, 2],
        "b": [True, None],
        "c": [None, "z"],
    }
    columns = Converter(fields, "in").to_columns(table)
    assert set(columns) == set(table)
    assert columns["s"].dtype == object
    assert columns["s"].tolist() == ["x", "y"]
    assert columns["c"].tolist() == [None, "z"]
    assert columns["i"].tolist() == [1.0, 2.0]
    assert columns["d"].dtype == columns["b"].dtype == np.float64
    assert columns["b"][0] == 1.0
    assert np.isnan(columns["b"][1])


VALUES: dict[ColumnType, st.SearchStrategy[Any]] = {
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "integer": st.integers(-(2**53), 2**53),
    "boolean": st.booleans(),
    "string": st.text(st.characters(codec="utf-8")),
    "datetime": st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(datetime.isoformat),
    "timespan": st.integers(-(10**12), 10**12).map(lambda n: n / 1e6),
}


@pytest.mark.parametrize("type_", VALUES)
@given(data=st.data())
def test_values_come_back_as_they_were(type_: ColumnType, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | VALUES[type_], min_size=1))
    array = to_column(values, Field("c", type_), "in")
    answered = read(write(to_values(array, Column("c", type_))))
    assert answered == values
    assert json.loads(write(to_values(array, Column("c", type_)))) == values


@pytest.mark.parametrize(
    ("type_", "array", "wanted"),
    [
        ("double", [0.1, math.nan, math.inf, -math.inf], '[0.1,null,"Infinity","-Infinity"]'),
        ("double", [1.0, 1e300, 5e-324], "[1.0,1e+300,5e-324]"),
        ("integer", [1.0, math.nan, 2.0**62], "[1,null,4611686018427387904]"),
        ("integer", [1.5, math.inf], '[1.5,"Infinity"]'),
        ("boolean", [1.0, 0.0, math.nan], "[true,false,null]"),
        ("timespan", [1_500_000.0, math.nan], "[1.5,null]"),
        (
            "datetime",
            [0.0, math.nan, 1.0],
            '["1970-01-01T00:00:00",null,"1970-01-01T00:00:00.000001"]',
        ),
        ("datetime", [253_402_300_800e6], '["10000-01-01T00:00:00"]'),
    ],
)
def test_answers_of_each_type(type_: ColumnType, array: list[float], wanted: str) -> None:
    assert write(to_values(np.array(array), Column("c", type_))).decode() == wanted
