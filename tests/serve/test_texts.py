"""Cells of delimited text become arrays as Import Data reads them, and text again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.reading.kinds import Kind, Style
from modules.reading.values import Unfit, parse
from modules.writing.text import as_text
from studio.scoring.signature import Field
from studio.sdk.arrays import to_array, to_arrow
from studio.sdk.schema import Column, ColumnType
from studio.serve.errors import ValueUnfit
from studio.serve.texts import read_column, whole_number, write_column


def texts(values: list[str | None], type_: ColumnType, *marks: str) -> list[Any]:
    found = read_column(values, Field("c", type_), "in", ("", *marks)).tolist()
    return [None if isinstance(v, float) and math.isnan(v) else v for v in found]


@pytest.mark.parametrize(
    ("type_", "values", "wanted"),
    [
        ("double", ["1", "2.5", ".5", "1e3", " 7 "], [1.0, 2.5, 0.5, 1000.0, 7.0]),
        ("double", ["1", "", "NA", "nan", "null"], [1.0, None, None, None, None]),
        ("integer", ["1", "+2", "3.0", "-4", "007"], [1.0, 2.0, 3.0, -4.0, 7.0]),
        ("boolean", ["true", "F", "Yes", "0", ""], [1.0, 0.0, 1.0, 0.0, None]),
        ("string", ["a", "", "NA", " b "], ["a", None, "NA", " b "]),
        ("datetime", ["1970-01-01 00:00:01", "1970-1-2", "19700103"], [1e6, 864e8, 1728e8]),
        ("datetime", ["1970-01-01T01:00:00+01:00", "1970/01/01"], [0.0, 0.0]),
        ("timespan", ["00:00:01.5", "-1.00:00:00", "90"], [1.5e6, -864e8, 9e7]),
    ],
)
def test_texts_of_each_type(type_: ColumnType, values: list[str], wanted: list[Any]) -> None:
    assert texts(values, type_) == wanted


def test_marks_are_missing_in_every_column() -> None:
    assert texts(["1", "?", "2"], "double", "?") == [1.0, None, 2.0]
    assert texts(["-1", "2"], "integer", "-1") == [None, 2.0]
    assert texts(["a", "?"], "string", "?") == ["a", None]
    assert texts([None, "1"], "double") == [None, 1.0]


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("double", "1_000"),
        ("double", "1,5"),
        ("double", "inf"),
        ("double", "1e999"),
        ("double", "0x10"),
        ("double", "\u0661"),
        ("integer", "2.5"),
        ("integer", "1e3"),
        ("integer", "9223372036854775808"),
        ("boolean", "maybe"),
        ("datetime", "31.12.2024"),
        ("datetime", "2024-02-30"),
        ("datetime", "2024-13-01"),
        ("timespan", "1:2:3"),
        ("timespan", "a while"),
        ("timespan", "106752000.00:00:00"),
    ],
)
def test_what_does_not_fit_is_named(type_: ColumnType, value: str) -> None:
    with pytest.raises(ValueUnfit) as caught:
        texts(["", value], type_)
    assert (caught.value.fields["column"], caught.value.fields["row"]) == ("c", 2)
    assert f"the text “{value}”" in caught.value.message


KINDS: dict[ColumnType, Kind] = {
    "integer": "integer",
    "double": "double",
    "boolean": "boolean",
    "datetime": "datetime",
    "timespan": "timespan",
}
PIECES = st.sampled_from(["1", "0", "-", "+", ".", "e", " ", "/", ":", "T", "12", "2024", "true"])


@pytest.mark.parametrize("type_", KINDS)
@given(value=st.lists(PIECES, max_size=7).map("".join))
def test_import_data_reads_the_same(type_: ColumnType, value: str) -> None:
    """Where Import Data reads a text as the type that was chosen, the same value is read here."""
    try:
        array = parse(pa.array([value]), KINDS[type_], Style(), chosen=True)
    except (Unfit, pa.ArrowInvalid):
        return
    wanted = to_array(array, Column("c", type_)).tolist()
    if wanted in ([math.inf], [-math.inf]):  # a number without end is refused here
        return
    found = read_column([value], Field("c", type_), "in").tolist()
    assert np.array_equal(found, wanted, equal_nan=True)


DOUBLES = st.floats(allow_nan=False)
WHOLE = st.integers(-(2**53), 2**53).map(float)
TIMES = st.integers(-(10**16), 4 * 10**15).map(float)


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        ("double", DOUBLES),
        ("integer", WHOLE),
        ("boolean", st.sampled_from([0.0, 1.0])),
        ("datetime", TIMES),
        ("timespan", TIMES),
    ],
)
@given(data=st.data())
def test_export_data_writes_the_same(
    type_: ColumnType, values: st.SearchStrategy[float], data: st.DataObject
) -> None:
    array = np.array(data.draw(st.lists(st.just(math.nan) | values, min_size=1)))
    column = Column("c", type_)
    found = write_column(array, column)
    wanted = as_text(to_arrow(array, column), column).to_pylist()
    if type_ == "double":  # an exponent is written with a plus by one and without by the other
        found = [None if text is None else text.replace("e+", "e") for text in found]
        wanted = [None if text is None else text.replace("e+", "e") for text in wanted]
        assert [text and float(text) for text in found] == [text and float(text) for text in wanted]
    else:
        assert found == wanted


def test_whole_numbers_keep_every_digit() -> None:
    assert whole_number(" 9007199254740993.0 ") == 9007199254740993
