"""Tables: handles on rows, from and to pandas and Arrow."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.sdk import ORIGIN, Column, ColumnType, Table, TableSchema
from studio.sdk.arrow import ColumnUnsupported
from studio.sdk.keep import keep_table, open_table
from studio.sdk.table import BATCH_ROWS, MixedColumn, ValueBeyond, empty

SMALL = Table.from_arrow(pa.table({"n": [1, 2, None], "w": ["a", None, "c"]}))

VALUES: dict[ColumnType, st.SearchStrategy[Any]] = {
    "integer": st.integers(-(2**63), 2**63 - 1),
    "double": st.floats(allow_nan=False),
    "boolean": st.booleans(),
    "string": st.text(),
    "datetime": st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)),
    "timespan": st.timedeltas(timedelta(days=-9999), timedelta(days=9999)),
    "category": st.sampled_from(["x", "y", ""]),
}


def column(table: Table, name: str) -> list[object]:
    found: list[object] = table.to_arrow().column(name).to_pylist()
    return found


@given(
    st.sampled_from(list(VALUES)).flatmap(
        lambda kind: st.tuples(st.just(kind), st.lists(st.none() | VALUES[kind], max_size=20))
    )
)
def test_every_type_survives_the_store(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[ColumnType, list[object]]
) -> None:
    kind, values = drawn
    levels = ("x", "y", "") if kind == "category" else None
    schema = TableSchema((Column("c", kind, "score", levels),))
    plain = {"integer": pa.int64(), "double": pa.float64(), "boolean": pa.bool_(),
             "datetime": pa.timestamp("us"), "timespan": pa.duration("us")}  # fmt: skip
    given = Table.from_arrow(
        pa.table({"c": pa.array(values, plain.get(kind, pa.string()))}), schema
    )
    path = tmp_path_factory.mktemp("kept") / "table.arrow"
    kept = keep_table(given.with_origin(), path)
    assert kept.schema == schema.append(Column(ORIGIN, "integer", "origin"))
    assert column(kept, "c") == values
    assert kept.to_arrow(origin=True).column(ORIGIN).to_pylist() == list(range(len(values)))


@pytest.mark.parametrize(
    ("array", "kind", "expected"),
    [
        (pa.array([1, None], pa.int8()), "integer", [1, None]),
        (pa.array([1], pa.uint64()), "integer", [1]),
        (pa.array([1.5, float("nan")], pa.float32()), "double", [1.5, None]),
        (pa.array([Decimal("1.25")]), "double", [1.25]),
        (pa.array([date(2024, 1, 31)]), "datetime", [datetime(2024, 1, 31)]),
        (pa.array([0], pa.timestamp("ns")), "datetime", [datetime(1970, 1, 1)]),
        (
            pa.array([datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=2)))]),
            "datetime",
            [datetime(2023, 12, 31, 22)],
        ),
        (pa.array([time(1, 2, 3)]), "timespan", [timedelta(hours=1, minutes=2, seconds=3)]),
        (pa.array([None, None]), "string", [None, None]),
        (pa.array(["a"], pa.large_string()), "string", ["a"]),
        (pa.array(["b", "a", None]).dictionary_encode(), "category", ["b", "a", None]),
    ],
)
def test_foreign_types_become_ours(array: pa.Array, kind: str, expected: list[object]) -> None:
    table = Table.from_arrow(pa.table({"c": array}))
    assert table.schema.column("c").type == kind
    assert column(table, "c") == expected


@pytest.mark.parametrize(
    ("array", "found"),
    [
        (pa.array([[1]]), "lists"),
        (pa.array([{"a": 1}]), "nested values"),
        (pa.array([b"a"]), "raw bytes"),
    ],
)
def test_what_a_table_cannot_hold(array: pa.Array, found: str) -> None:
    with pytest.raises(ColumnUnsupported, match=f"Column “c” holds {found}, which a table cannot"):
        Table.from_arrow(pa.table({"c": array}))


def test_a_data_frame_and_back() -> None:
    frame = pd.DataFrame(
        {
            "n": [1, 2],
            "x": [0.5, np.nan],
            "w": ["a", None],
            "k": pd.Categorical(["q", None], ["p", "q"]),
            "t": [pd.Timestamp("2024-01-31"), pd.NaT],
            "d": pd.to_timedelta(["1h", None]),
            "b": [True, False],
        },
        index=[5, 9],
    )
    back = Table.from_pandas(frame).to_pandas()
    expected = frame.reset_index(drop=True).astype({"t": "datetime64[us]", "d": "timedelta64[us]"})
    pd.testing.assert_frame_equal(back, expected)


def test_names_of_a_data_frame_become_text_and_unique() -> None:
    frame = pd.DataFrame([[1, 2, 3, 4]], columns=["a", "a", "", 7])
    assert Table.from_pandas(frame).schema.names == ("a", "a (1)", "Col3", "7")


def test_a_mixed_column_is_refused() -> None:
    with pytest.raises(MixedColumn, match="Column “c” mixes values of different kinds"):
        Table.from_pandas(pd.DataFrame({"c": [1, "a"]}))


def test_like_gives_roles_and_whole_numbers_back() -> None:
    like = TableSchema((Column("n", "integer", "label"), Column("w", "integer")))
    table = Table.from_pandas(pd.DataFrame({"n": [1.0, None], "w": [0.5, 1.0]}), like).settled()
    assert [(c.type, c.role) for c in table.schema] == [("integer", "label"), ("double", "feature")]


def test_choosing_rows_and_columns() -> None:
    table = SMALL.with_origin()
    assert column(table.select(["w"]), "w") == ["a", None, "c"]
    assert column(table.filter(np.array([True, False, True])), "w") == ["a", "c"]
    assert column(table.take(np.array([2, 0, 2])), "w") == ["c", "a", "c"]
    assert column(table.head(2), "n") == [1, 2]
    assert column(table.rename({"n": "m"}), "m") == [1, 2, None]
    chosen = table.filter(np.array([False, True, True])).head(1)
    assert chosen.to_arrow(origin=True).column(ORIGIN).to_pylist() == [1]
    assert table.select_visible().schema == SMALL.schema


def test_rows_below_each_other() -> None:
    both = Table.concat(SMALL.schema, [SMALL, SMALL.head(1)])
    assert column(both, "n") == [1, 2, None, 1]
    assert both.rows == 4


def test_batches_are_bounded_and_read_again() -> None:
    whole = Table.from_arrow(pa.table({"n": np.arange(BATCH_ROWS * 2 + 1)}))
    changed = whole.map_batches(whole.schema, lambda batch: batch.slice(0, batch.num_rows - 1))
    for _ in range(2):
        assert [batch.num_rows for batch in changed.batches()] == [BATCH_ROWS - 1] * 2
    assert changed.rows == BATCH_ROWS * 2 - 2


def test_no_rows(tmp_path: Path) -> None:
    table = keep_table(empty(SMALL.schema), tmp_path / "table.arrow")
    assert (table.rows, table.schema) == (0, SMALL.schema)
    assert table.to_pandas().columns.tolist() == ["n", "w"]
    assert column(table.head(1), "w") == []


def test_a_table_without_columns(tmp_path: Path) -> None:
    table = keep_table(empty(TableSchema()), tmp_path / "table.arrow")
    assert (table.rows, table.schema.names) == (0, ())


def test_a_kept_table_is_mapped_not_copied(tmp_path: Path) -> None:
    keep_table(Table.from_arrow(pa.table({"n": np.arange(1_000_000)})), tmp_path / "table.arrow")
    before = pa.total_allocated_bytes()
    table = open_table(tmp_path / "table.arrow")
    assert table.rows == 1_000_000
    assert pa.total_allocated_bytes() - before < 100_000


@pytest.mark.parametrize("values", [np.array([2**64 - 1], dtype=np.uint64), [2**70, 1]])
def test_a_number_of_more_than_64_bits_is_refused_by_name(values: object) -> None:
    frame = pd.DataFrame({"large": pd.Series(values)})
    with pytest.raises(ValueBeyond, match="“large”"):
        Table.from_pandas(frame)
