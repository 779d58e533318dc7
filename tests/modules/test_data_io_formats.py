"""Parquet, Arrow, JSON lines and Excel; export and what comes back; text typed by hand; samples."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modules.data_entry import EnterDataManually, SampleDataset
from modules.data_io import ExportData, ImportData
from studio.sdk import Column, Context, Table, TableSchema
from studio.sdk.bench import ordinary, same_table
from studio.sdk.execution import execute
from tests.modules.reading_aid import configured, made, notes, types, values, written

ROOT = Path(__file__).resolve().parents[2]


def export(ctx: Context, table: Table, **params: Any) -> None:
    execute(configured(ExportData, **params), {"dataset": table}, ctx)


# Reading


def test_parquet_that_pandas_wrote(ctx: Context) -> None:
    frame = pd.DataFrame(
        {
            "n": pd.array([1, None, 3], "Int64"),
            "x": [1.5, np.nan, 2.5],
            "s": ["a", None, "c"],
            "k": pd.Categorical(["hi", "lo", "hi"], ["lo", "hi"]),
            "t": [pd.Timestamp("2024-01-01"), None, pd.Timestamp("2024-01-03 10:00")],
            "d": [dt.date(2024, 1, 1), None, dt.date(2024, 1, 3)],
            "flag": [True, False, True],
        }
    )
    frame.to_parquet(ctx.base / "x.parquet")
    table = made(ImportData, ctx, path="x.parquet")
    assert types(table) == {
        "n": "integer",
        "x": "double",
        "s": "string",
        "k": "category",
        "t": "datetime",
        "d": "datetime",
        "flag": "boolean",
    }
    assert table.schema.column("k").levels == ("lo", "hi")
    assert values(table)["n"] == [1, None, 3]
    assert values(table)["d"] == [dt.datetime(2024, 1, 1), None, dt.datetime(2024, 1, 3)]


def test_numbers_above_the_largest_integer_become_doubles(ctx: Context) -> None:
    data = pa.table({"a": pa.array([1, 2**64 - 1], pa.uint64())})
    with (
        pa.OSFile(str(ctx.base / "x.arrow"), "wb") as sink,
        pa.ipc.new_file(sink, data.schema) as w,
    ):
        w.write_table(data)
    assert values(made(ImportData, ctx, path="x.arrow")) == {"a": [1.0, 2.0**64]}


def test_arrow_streams_and_chosen_types(ctx: Context) -> None:
    data = pa.table({"a": ["x", "y", "x"], "b": [1, 2, 3]})
    with (
        pa.OSFile(str(ctx.base / "x.arrows"), "wb") as sink,
        pa.ipc.new_stream(sink, data.schema) as w,
    ):
        w.write_table(data)
    table = made(ImportData, ctx, path="x.arrows", column_types={"a": "category", "b": "double"})
    assert types(table) == {"a": "category", "b": "double"}
    assert table.schema.column("a").levels == ("x", "y")
    assert values(table)["b"] == [1.0, 2.0, 3.0]


def test_json_lines(ctx: Context) -> None:
    text = (
        '{"n": 1, "x": 1, "s": "NA", "when": "2024-01-31", "deep": {"a": [1]}}\n\n'
        '{"n": null, "x": 2.5, "s": "", "flag": true, "big": 12345678901234567890}\n'
    )
    table = made(ImportData, ctx, path=written(ctx.base, "x.jsonl", text))
    assert values(table) == {
        "n": [1, None],
        "x": [1.0, 2.5],
        "s": ["NA", ""],
        "when": [dt.datetime(2024, 1, 31), None],
        "deep": ['{"a": [1]}', None],
        "flag": [None, True],
        "big": [None, "12345678901234567890"],
    }


def test_a_json_array_and_mixed_values(ctx: Context) -> None:
    text = '[{"a": 1, "b": "1"},\n {"a": "x", "b": "2"}]'
    table = made(ImportData, ctx, path=written(ctx.base, "x.json", text))
    assert values(table) == {"a": ["1", "x"], "b": ["1", "2"]}
    assert notes(ctx).logs == ["Column “a” mixes integer and string; it is read as string."]


def test_excel(ctx: Context) -> None:
    book = openpyxl.Workbook()
    book.active.append(["unused"])
    sheet = book.create_sheet("Second")
    sheet.append(["n", "x", "s", "when", None, "n", "flag"])
    sheet.append([1, 1, "a", dt.datetime(2024, 1, 31, 12), None, "?", True])
    sheet.append([])
    sheet.append([2, 2.5, "=1", dt.datetime(2024, 2, 1), "#N/A", 5, False])
    sheet["C4"].data_type = "s"
    book.save(ctx.base / "x.xlsx")
    for sheet_name in ("Second", "2"):
        table = made(ImportData, ctx, path="x.xlsx", sheet=sheet_name, missing_values=["?"])
        assert values(table) == {
            "n": [1, None, 2],
            "x": [1.0, None, 2.5],
            "s": ["a", None, "=1"],
            "when": [dt.datetime(2024, 1, 31, 12), None, dt.datetime(2024, 2, 1)],
            "Col5": [None, None, None],
            "n (1)": [None, None, 5],
            "flag": [True, None, False],
        }
    assert values(made(ImportData, ctx, path="x.xlsx", has_header=False)) == {"Col1": ["unused"]}


# Writing


def test_csv_as_it_is_written(ctx: Context) -> None:
    table = Table.from_arrow(
        pa.table(
            {
                "n": [1, None],
                "x": [2.0, 0.1],
                'q"': ['a "b"', None],
                "c": ["x,y", ""],
                "t": pa.array([0, 1_500_000], pa.timestamp("us")),
                "d": pa.array([-90_061_000_000, 500_000], pa.duration("us")),
                "f": [True, False],
            }
        )
    )
    export(ctx, table, path="x.csv")
    assert (ctx.base / "x.csv").read_text() == (
        'n,x,"q""",c,t,d,f\n'
        '1,2.0,"a ""b""","x,y",1970-01-01 00:00:00,-1.01:01:01,true\n'
        ',0.1,,"",1970-01-01 00:00:01.500000,00:00:00.500000,false\n'
    )
    export(ctx, table.select(["n", "c"]), path="x.csv", has_header=False, separator="semicolon",
           missing_value="?")  # fmt: skip
    assert (ctx.base / "x.csv").read_text() == '1;x,y\n?;""\n'
    export(ctx, table.select(["n", "x"]), path="x.tsv")
    assert (ctx.base / "x.tsv").read_text() == "n\tx\n1\t2.0\n\t0.1\n"


def test_a_mark_that_is_also_a_value_is_quoted(ctx: Context) -> None:
    table = Table.from_pandas(pd.DataFrame({"a": ["NA", None]}))
    export(ctx, table, path="x.csv", missing_value="NA")
    assert (ctx.base / "x.csv").read_text() == 'a\n"NA"\nNA\n'


def test_other_encodings_have_one_mark(ctx: Context) -> None:
    rows = 70_000
    table = Table.from_pandas(pd.DataFrame({"é": ["ü"] * rows}))
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        export(ctx, table, path="x.csv", encoding=encoding)
        text = (ctx.base / "x.csv").read_bytes().decode(encoding)
        assert text == "é\n" + "ü\n" * rows


def test_pandas_and_excel_read_what_was_written(ctx: Context) -> None:
    table = ordinary()
    frame = table.to_pandas()
    export(ctx, table, path="x.csv")
    export(ctx, table, path="x.xlsx")
    export(ctx, table, path="x.parquet")
    for back in (
        pd.read_csv(ctx.base / "x.csv", parse_dates=["when"]),
        pd.read_excel(ctx.base / "x.xlsx"),
        pd.read_parquet(ctx.base / "x.parquet"),
    ):
        for name in ("number", "x", "y", "flag", "word", "kind", "when"):
            pd.testing.assert_series_equal(
                back[name].astype(object).where(back[name].notna(), None),
                frame[name].astype(object).where(frame[name].notna(), None),
                check_dtype=False,
                check_exact=True,
            )


@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.parquet", "x.arrow", "x.jsonl", "x.xlsx"])
def test_the_ordinary_table_comes_back(ctx: Context, name: str) -> None:
    table = ordinary()
    export(ctx, table, path=name)
    chosen = {column.name: column.type for column in table.schema}
    back = made(ImportData, ctx, path=name, column_types={} if "r" in name[2:4] else chosen)
    assert values(back) == values(table)
    assert types(back) == types(table)


@pytest.mark.parametrize("name", ["x.parquet", "x.arrow"])
def test_roles_and_levels_come_back(ctx: Context, name: str) -> None:
    export(ctx, ordinary(), path=name)
    assert made(ImportData, ctx, path=name).schema.visible == ordinary().schema.visible


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=6)
TIMES = st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31))
SPANS = st.timedeltas(dt.timedelta(days=-100_000), dt.timedelta(days=100_000))
WHOLE = st.integers(-(2**63), 2**63 - 1)
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "integer": WHOLE,
    "double": st.floats(allow_nan=False),
    "boolean": st.booleans(),
    "string": TEXT,
    "datetime": TIMES,
    "timespan": SPANS,
    "category": st.sampled_from(["a,b", 'q"', " ", "ü"]),
}


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw a table with a column of every type."""
    rows = draw(st.integers(0, 6))
    names = draw(
        st.lists(TEXT.filter(lambda n: n.strip() == n != ""), min_size=7, max_size=7, unique=True)
    )
    columns, arrays = [], []
    for name, (kind, cells) in zip(names, CELLS.items(), strict=True):
        cell = st.none() | cells
        found = draw(st.lists(cell, min_size=rows, max_size=rows))
        levels = tuple(sorted({v for v in found if v is not None})) if kind == "category" else None
        columns.append(Column(name, kind, levels=levels))
        arrow = {
            "datetime": pa.timestamp("us"),
            "timespan": pa.duration("us"),
            "integer": pa.int64(),
            "double": pa.float64(),
            "boolean": pa.bool_(),
        }.get(kind, pa.string())
        arrays.append(pa.array(found, arrow))
    return Table.from_arrow(pa.Table.from_arrays(arrays, names=names), TableSchema(tuple(columns)))


@pytest.mark.parametrize("name", ["x.csv", "x.parquet", "x.arrow"])
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(table=tables())
def test_what_was_exported_comes_back(ctx: Context, name: str, table: Table) -> None:
    export(ctx, table, path=name)
    chosen = {column.name: column.type for column in table.schema} if name == "x.csv" else {}
    back = made(ImportData, ctx, path=name, column_types=chosen)
    assert same_table(back, table.with_origin())


# Typed by hand


def test_csv_and_tsv_typed_by_hand(ctx: Context) -> None:
    assert values(made(EnterDataManually, ctx, data="a,b\n1,x\n\n2,\n\n\n")) == {
        "a": [1, None, 2],
        "b": ["x", None, None],
    }
    assert values(
        made(EnterDataManually, ctx, data="1\t2\n3\t4", data_format="TSV", has_header=False)
    ) == {"Col1": [1, 3], "Col2": [2, 4]}


def test_arff(ctx: Context) -> None:
    text = (
        "% note\n@RELATION t\n@ATTRIBUTE 'the name' string\n@attribute size {small, 'very big'}\n"
        "@attribute n INTEGER\n@attribute x real\n@attribute day date yyyy-MM-dd\n@DATA\n"
        "'it\\'s, ok', small, 1, 1.5, 2024-01-31\n?, 'very big', ?, ?, ?\n{2 7, 1 'very big'}\n"
    )
    table = made(EnterDataManually, ctx, data=text, data_format="ARFF")
    assert values(table) == {
        "the name": ["it's, ok", None, None],
        "size": ["small", "very big", "very big"],
        "n": [1, None, 7],
        "x": [1.5, None, 0.0],
        "day": [dt.datetime(2024, 1, 31), None, None],
    }
    assert table.schema.column("size").levels == ("small", "very big")


def test_svmlight(ctx: Context) -> None:
    text = "1 1:0.5 3:2 # a comment\n-1 qid:7 2:1e3\n"
    table = made(EnterDataManually, ctx, data=text, data_format="SVMLight")
    assert values(table) == {
        "Labels": [1.0, -1.0],
        "Col1": [0.5, 0.0],
        "Col2": [0.0, 1000.0],
        "Col3": [2.0, 0.0],
    }
    assert table.schema.column("Labels").role == "label"


# Samples


def test_the_classics_are_scikit_learns(ctx: Context) -> None:
    from sklearn import datasets

    for name in ("iris", "wine", "breast_cancer", "diabetes", "digits"):
        bunch = getattr(datasets, f"load_{name}")()
        frame = made(SampleDataset, ctx, name=name).to_pandas()
        np.testing.assert_array_equal(frame.iloc[:, :-1].to_numpy(float), bunch.data)
        label = frame.iloc[:, -1]
        if name == "diabetes":
            np.testing.assert_array_equal(label, bunch.target)
        else:
            names = [str(bunch.target_names[number]) for number in bunch.target]
            assert label.astype(str).tolist() == names


def test_samples_are_as_their_list_says(ctx: Context) -> None:
    listed = tomllib.loads((ROOT / "resources/samples/samples.toml").read_text())
    assert set(listed) == set(SampleDataset.parameter("name").choices)
    for name, about in listed.items():
        table = made(SampleDataset, ctx, name=name)
        labels = [column.name for column in table.schema.by_role("label")]
        assert (table.rows, labels) == (about["rows"], [about["label"]])
        assert about["source"]
        assert about["licence"]


def test_made_up_samples_are_the_same_everywhere() -> None:
    from modules.samples import churn, sales

    digests = [
        hashlib.sha256(repr(rows).encode()).hexdigest()[:16]
        for rows in (churn.rows(), sales.rows())
    ]
    assert digests == ["a93e4eaa2e2a9cb8", "2aa1a1844d90dc0e"]


def test_the_churn_table_is_messy_and_can_be_learned(ctx: Context) -> None:
    frame = made(SampleDataset, ctx, name="customer_churn").to_pandas()
    assert frame["customer_id"].duplicated().sum() == 60
    assert frame.duplicated().sum() == 60
    assert frame["region"].str.strip().str.title().nunique() == 4
    assert frame["region"].nunique() > 12
    assert frame["satisfaction"].isna().mean() == pytest.approx(0.25, abs=0.02)
    assert 0.2 < (frame["churned"] == "yes").mean() < 0.35
    assert ((frame["age"] < 18) | (frame["age"] > 100)).sum() > 5
    rates = (frame["churned"] == "yes").groupby(frame["contract"].astype(str)).mean()
    assert rates["Monthly"] > rates["Yearly"] > rates["Two years"]
    assert (frame["last_contact"] >= frame["signup_date"]).sum() == frame[
        "last_contact"
    ].notna().sum()


def test_the_sales_series_has_seasons_holidays_and_gaps(ctx: Context) -> None:
    frame = made(SampleDataset, ctx, name="daily_sales").to_pandas().set_index("date")
    missing = pd.date_range("2019-01-01", "2023-12-31").difference(frame.index)
    assert len(missing) == 1826 - 1795
    assert (frame["weekday"].astype(str) == frame.index.strftime("%a")).all()
    by_year = frame["sales"].resample("YE").mean()
    assert by_year.is_monotonic_increasing
    weekly = frame["sales"].groupby(frame["weekday"].astype(str)).mean()
    assert weekly["Sat"] > 1.3 * weekly["Tue"]
    assert weekly["Sun"] < weekly["Mon"]
    easter_mondays = frame.index[frame["holiday"] == "Easter Monday"].strftime("%Y-%m-%d").tolist()
    assert easter_mondays == ["2019-04-22", "2020-04-13", "2021-04-05", "2022-04-18", "2023-04-10"]
    assert frame["visitors"].isna().sum() > 10
