"""Tables as lazy frames, run by DuckDB."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from studio.sdk import ORIGIN, Column, ColumnMissing, Table, TableSchema, duck
from studio.sdk.lazy import stored
from studio.sdk.table import BATCH_ROWS

FRAME = pd.DataFrame(
    {
        "Name": [1, 2, 3],
        "name": ["a", "b", None],
        "größe 名": [0.5, None, 1.5],
        "kind": pd.Categorical(["q", "p", None], ["q", "p"]),
        "when": [pd.Timestamp("2024-01-31"), pd.NaT, pd.Timestamp("2024-02-01")],
        "took": pd.to_timedelta(["40D", None, "-1us"]),
        "flag": [True, False, True],
    }
)
TABLE = Table.from_pandas(FRAME).with_origin().settled()
TABLE = TABLE.with_schema(TABLE.schema.with_role("Name", "label")).settled()


def rows(table: Table) -> list[dict[str, object]]:
    found: list[dict[str, object]] = table.to_arrow(origin=True).to_pylist()
    return found


def test_a_table_comes_back_as_it_was() -> None:
    made = TABLE.lazy().table().settled()
    assert made.schema == TABLE.schema
    assert rows(made) == rows(TABLE)


def test_rows_are_filtered_in_order_with_their_origins() -> None:
    lazy = TABLE.lazy()
    made = lazy.filter(lazy.col("Name") > 1).select(["name"]).table()
    assert rows(made) == [{"name": "b", ORIGIN: 1}, {"name": None, ORIGIN: 2}]
    assert rows(lazy.filter(lazy.row() == 2).select(["Name"]).table()) == [{"Name": 3, ORIGIN: 2}]


def test_names_that_differ_in_case_are_two_columns() -> None:
    lazy = TABLE.lazy()
    made = lazy.assign({"name": lazy.col("Name") * 2}).select(["Name", "name"]).table()
    assert [(row["Name"], row["name"]) for row in rows(made)] == [(1, 2), (2, 4), (3, 6)]


def test_an_unknown_column_is_named() -> None:
    with pytest.raises(ColumnMissing, match="Column “NAME” is not in the input"):
        TABLE.lazy().col("NAME")


def test_computed_columns_get_duckdbs_type_or_the_one_that_is_said() -> None:
    lazy = TABLE.lazy()
    made = lazy.assign({"half": lazy.col("Name") / 2, "long": lazy.col("took").is_null()}).table()
    assert [(c.name, c.type) for c in made.schema][-2:] == [("half", "double"), ("long", "boolean")]
    assert made.schema.columns[-1].role == "origin"
    schema = TABLE.schema.append(Column("code", "category", "id", ("1", "2", "3")))
    said = lazy.assign({"code": lazy.col("Name").cast(nw.String)}, schema).table().settled()
    assert said.schema.column("code") == schema.column("code")


def test_a_type_that_does_not_fit_is_given_up() -> None:
    lazy = TABLE.lazy()
    schema = TABLE.schema.replace(Column("name", "category", "id", ("a",)))
    made = lazy.assign({"name": lazy.col("name")}, schema).table().settled()
    assert made.schema.column("name") == Column("name", "string", "id")


def test_timespans_are_whole_microseconds_inside() -> None:
    lazy = TABLE.lazy()
    made = lazy.filter(lazy.col("took") < 0).select(["took"]).table()
    assert rows(made) == [{"took": timedelta(microseconds=-1), ORIGIN: 2}]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("inner", [(2, 9), (2, 8)]),
        ("left", [(1, None), (2, 9), (2, 8), (None, None)]),
        ("full", [(1, None), (2, 9), (2, 8), (None, None), (None, 7), (None, 6)]),
    ],
)
def test_joins_keep_the_order_of_the_first_then_of_the_second(
    how: Literal["inner", "left", "full"], expected: list[tuple[object, object]]
) -> None:
    one = Table.from_arrow(pa.table({"k": [1, 2, None]}))
    other = Table.from_arrow(pa.table({"K": [2, None, 2, 5], "v": [9, 7, 8, 6]}))
    left, right = one.lazy("l"), other.lazy("r")
    keys = [(left.col("k"), right.col("K"))]
    made = left.joined(right, keys, how, {"v": "V"}).table()
    assert made.schema.names == ("k", "V")
    assert [(row["k"], row["V"]) for row in rows(made)] == expected


def test_a_semi_join_keeps_origins() -> None:
    other = Table.from_arrow(pa.table({"n": [3, 1, 3]}))
    left, right = TABLE.lazy("l"), other.lazy("r")
    joined = left.joined(right, [(left.col("Name"), right.col("n"))], "semi", {})
    made = joined.sorted().table()
    assert [row[ORIGIN] for row in rows(made)] == [0, 2]
    assert made.schema == TABLE.schema
    assert joined.mask(3).tolist() == [True, False, True]


def test_large_results_come_in_batches_and_in_order() -> None:
    count = BATCH_ROWS * 3
    table = Table.from_arrow(pa.table({"n": np.arange(count)}))
    lazy = table.lazy()
    made = lazy.filter(lazy.col("n") % 2 == 0).sorted().table()
    batches = list(made.batches())
    assert max(batch.num_rows for batch in batches) <= BATCH_ROWS
    found = np.concatenate([batch.column(0).to_numpy() for batch in batches])
    assert np.array_equal(found, np.arange(0, count, 2))


def test_a_sum_of_whole_numbers_is_whole_while_it_fits() -> None:
    connection = duck.connection()
    names, known = {"s": "s"}, TableSchema()
    small = stored(connection.sql("SELECT sum(x) AS s FROM (VALUES (1), (2)) t(x)"), names, known)
    assert small.settled().schema.column("s").type == "integer"
    large = connection.sql("SELECT sum(9223372036854775807) AS s FROM range(2)")
    assert stored(large, names, known).settled().schema.column("s").type == "double"


def test_sql_reaches_nothing_outside(tmp_path: object) -> None:
    import duckdb

    secret = [1, 2, 3]
    for connection in (duck.connection(), duck.own_connection()):
        for query in (
            f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
            "SELECT * FROM read_csv('/etc/passwd')",
            "SELECT * FROM secret",
            "SET enable_external_access = true",
            "INSTALL httpfs",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(query)
    assert secret == [1, 2, 3]


def test_own_connections_share_nothing() -> None:
    import duckdb

    one, other = duck.own_connection(), duck.own_connection()
    one.execute("CREATE TABLE t AS SELECT 1")
    with pytest.raises(duckdb.CatalogException):
        other.execute("SELECT * FROM t")
