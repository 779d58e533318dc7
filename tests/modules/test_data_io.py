"""Import Data on delimited text: separators, headers, types, missing values, real tables."""

from __future__ import annotations

import datetime as dt
import gzip
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from modules.data_io import ImportData
from studio.sdk import ORIGIN, Context, StudioError
from tests.modules.reading_aid import made, notes, types, values, written


def read(ctx: Context, content: str | bytes, name: str = "x.csv", **params: object):
    return made(ImportData, ctx, path=written(ctx.base, name, content), **params)


def test_reads_a_small_file_with_every_type(ctx: Context) -> None:
    text = (
        "n,x,flag,word,day,took\n"
        '1,1.5,true,"a, b",2024-01-31,00:00:01.5\n'
        "-2,2e3,False,ü,2024-02-01 10:30:00,1.02:03:04\n"
        ",,,,,\n"
    )
    table = read(ctx, text)
    assert types(table) == {
        "n": "integer",
        "x": "double",
        "flag": "boolean",
        "word": "string",
        "day": "datetime",
        "took": "timespan",
    }
    assert values(table) == {
        "n": [1, -2, None],
        "x": [1.5, 2000.0, None],
        "flag": [True, False, None],
        "word": ["a, b", "ü", None],
        "day": [dt.datetime(2024, 1, 31), dt.datetime(2024, 2, 1, 10, 30), None],
        "took": [
            dt.timedelta(seconds=1.5),
            dt.timedelta(days=1, hours=2, minutes=3, seconds=4),
            None,
        ],
    }


def test_rows_remember_their_number(ctx: Context) -> None:
    table = read(ctx, "a\n5\n6\n")
    assert table.to_arrow(origin=True).column(ORIGIN).to_pylist() == [0, 1]


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("a,b\n1,x\n2,y\n", {}),
        ("a;b\n1;x\n2;y\n", {}),
        ("a\tb\n1\tx\n2\ty\n", {}),
        ("a|b\n1|x\n2|y\n", {}),
        ("a b\n1 x\n2 y\n", {"separator": "space"}),
        ("a   b\n 1\t x\n2  y\n", {"separator": "whitespace"}),
        ("a::b\n1::x\n2::y\n", {"separator": "::"}),
        ("a§b\n1§x\n2§y\n", {"separator": "§"}),
        ("a,b\r\n1,x\r\n2,y\r\n", {}),
        ("a,b\r1,x\r2,y\r", {}),
        ("a,b\n\n1,x\n\n2,y", {}),
        ('"a","b"\n"1","x"\n"2","y"\n', {}),
        ("'a','b'\n'1','x'\n'2','y'\n", {"quote": "single"}),
        ("made by hand\n-----\na,b\n1,x\n2,y\n", {"skip_lines": 2}),
        ("\ufeffa,b\n1,x\n2,y\n", {}),
        (" a , b \n1,x\n2,y\n", {}),
    ],
)
def test_ways_of_writing_the_same_table(ctx: Context, text: str, params: dict[str, object]) -> None:
    assert values(read(ctx, text, **params)) == {"a": [1, 2], "b": ["x", "y"]}


def test_a_separator_of_two_characters_survives_inside_quotes(ctx: Context) -> None:
    assert values(read(ctx, 'a::b\n"x::y"::1\n', separator="::")) == {"a": ["x::y"], "b": [1]}


def test_numbers_between_blanks_are_found(ctx: Context) -> None:
    table = read(ctx, " 0.1  18\n 12.5   7\n", has_header=False)
    assert values(table) == {"Col1": [0.1, 12.5], "Col2": [18, 7]}


def test_without_a_separator_there_is_one_column(ctx: Context) -> None:
    assert values(read(ctx, "name\nNew York\nParis\n")) == {"name": ["New York", "Paris"]}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-32"])
def test_a_byte_order_mark_is_enough(ctx: Context, encoding: str) -> None:
    assert values(read(ctx, "größe,名\n1,é\n".encode(encoding))) == {"größe": [1], "名": ["é"]}


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "größe,b\n1,café €\n"),
        ("shift_jis", "größe,b\n1,日本\n".replace("größe", "名前")),
        ("utf-16-le", "größe,b\n1,é\n"),
        ("gb18030", "名,b\n1,汉字\n"),
        ("utf-16", "größe,b\n1,é\n"),
    ],
)
def test_other_encodings_by_name(ctx: Context, encoding: str, text: str) -> None:
    header, row = (line.split(",") for line in text.splitlines())
    table = read(ctx, text.encode(encoding), encoding=encoding)
    assert values(table) == {header[0]: [1], header[1]: [row[1]]}


def test_names_become_unique_and_case_is_kept(ctx: Context) -> None:
    table = read(ctx, "a,A,a,,a\n1,2,3,4,5\n")
    assert values(table) == {"a": [1], "A": [2], "a (1)": [3], "Col4": [4], "a (2)": [5]}


def test_without_a_header_columns_are_numbered(ctx: Context) -> None:
    assert values(read(ctx, "1,x\n2,y\n", has_header=False)) == {"Col1": [1, 2], "Col2": ["x", "y"]}


@pytest.mark.parametrize(
    ("fields", "kind", "expected"),
    [
        (["01234", "98765"], "string", ["01234", "98765"]),
        (["98765", "01234"], "string", ["98765", "01234"]),
        (["0", "10"], "integer", [0, 10]),
        (["+5", "-3"], "integer", [5, -3]),
        ([" 5", "6 "], "integer", [5, 6]),
        (["123456789012345678901", "1"], "string", ["123456789012345678901", "1"]),
        (["12345678901234567", "1.5"], "string", ["12345678901234567", "1.5"]),
        (["1e400", "1.5"], "string", ["1e400", "1.5"]),
        (["inf", "1.5"], "double", [float("inf"), 1.5]),
        (["0x10", "1"], "string", ["0x10", "1"]),
        (["1_000", "1"], "string", ["1_000", "1"]),
        (["1", "true"], "string", ["1", "true"]),
        (["yes", "no"], "string", ["yes", "no"]),
        (["NA", "4"], "integer", [None, 4]),
        (["nan", "4.5", "NULL"], "double", [None, 4.5, None]),
        (["NA", "Berlin"], "string", ["NA", "Berlin"]),
        (
            ["2024-1-2", "2024/11/30"],
            "datetime",
            [dt.datetime(2024, 1, 2), dt.datetime(2024, 11, 30)],
        ),
        (["2024-02-30", "2024-02-01"], "string", ["2024-02-30", "2024-02-01"]),
        (
            ["2024-01-01T12:00:00Z", "2024-01-01T12:00:00+02:00"],
            "datetime",
            [dt.datetime(2024, 1, 1, 12), dt.datetime(2024, 1, 1, 10)],
        ),
        (["2024-01-01T12:00:00Z", "2024-01-01"], "string", ["2024-01-01T12:00:00Z", "2024-01-01"]),
        (["01/02/2024", "03/02/2024"], "string", ["01/02/2024", "03/02/2024"]),
        (["1.5", "two"], "string", ["1.5", "two"]),
        (["-0.5", ".5"], "double", [-0.5, 0.5]),
    ],
)
def test_types_lose_nothing(
    ctx: Context, fields: list[str], kind: str, expected: list[object]
) -> None:
    table = read(ctx, "a,b\n" + "".join(f"{field},0\n" for field in fields))
    assert (types(table)["a"], values(table)["a"]) == (kind, expected)


@pytest.mark.parametrize(
    ("order", "text"), [("day_first", "31.1.2024 09:05"), ("month_first", "1/31/2024 9:05")]
)
def test_dates_in_another_order(ctx: Context, order: str, text: str) -> None:
    table = read(ctx, f"a\n{text}\n", dates=order)
    assert values(table) == {"a": [dt.datetime(2024, 1, 31, 9, 5)]}


def test_a_decimal_comma(ctx: Context) -> None:
    assert values(read(ctx, "a;b\n1,5;2\n-0,25;3\n", decimal="comma")) == {
        "a": [1.5, -0.25],
        "b": [2, 3],
    }


def test_marks_of_missing_values(ctx: Context) -> None:
    table = read(ctx, "a,b,c\n1,?,x\n?,-99,?\n", missing_values=["?", "-99"])
    assert values(table) == {"a": [1, None], "b": [None, None], "c": ["x", None]}


def test_an_empty_text_in_quotes_is_not_missing(ctx: Context) -> None:
    assert values(read(ctx, 'a\n""\n\nx\n')) == {"a": ["", None, "x"]}


def test_blanks_around_text_stay_unless_asked(ctx: Context) -> None:
    assert values(read(ctx, "a,b\n x ,1\n")) == {"a": [" x "], "b": [1]}
    assert values(read(ctx, "a,b\n x ,1\n", trim=True)) == {"a": ["x"], "b": [1]}


def test_chosen_types_override(ctx: Context) -> None:
    table = read(
        ctx,
        "zip,flag,size,when,took\n007,yes,S,2024-01,1 days 00:00:01\n8,no,L,2023-12,0:00:00\n",
        column_types={"zip": "integer", "flag": "boolean", "size": "category", "when": "datetime"},
    )
    assert values(table) == {
        "zip": [7, 8],
        "flag": [True, False],
        "size": ["S", "L"],
        "when": [dt.datetime(2024, 1, 1), dt.datetime(2023, 12, 1)],
        "took": [dt.timedelta(days=1, seconds=1), dt.timedelta()],
    }
    assert table.schema.column("size").levels == ("L", "S")


def test_a_later_value_widens_its_column_and_the_log_says_so(ctx: Context) -> None:
    rows = 400_000
    lines = [f"{i},{i},{i % 2},2024-01-01," for i in range(rows)]
    lines[-3] = f"{rows - 3},1.5,maybe,,late"
    lines[-2] = f"x{rows - 2},7,1,2024-13-01,"
    table = read(ctx, "id,x,flag,day,rare\n" + "\n".join(lines) + "\n")
    assert types(table) == {
        "id": "string",
        "x": "double",
        "flag": "string",
        "day": "string",
        "rare": "string",
    }
    last = table.to_pandas().iloc[-4:]
    assert last["id"].tolist() == ["399996", "399997", "x399998", "399999"]
    assert last["x"].tolist() == [399996.0, 1.5, 7.0, 399999.0]
    assert last["flag"].tolist() == ["0", "maybe", "1", "1"]
    assert last["day"].tolist()[2] == "2024-13-01"
    assert (
        "Column “x” is read as double, not integer: row 399,998 holds “1.5”, which is not a "
        "whole number." in notes(ctx).logs
    )
    assert sorted(log.split("”")[0] for log in notes(ctx).logs) == [
        "Column “day",
        "Column “flag",
        "Column “id",
        "Column “x",
    ]


def test_a_leading_zero_far_down_makes_the_column_text(ctx: Context) -> None:
    lines = [str(i + 10_000) for i in range(400_000)] + ["01234"]
    table = read(ctx, "zip\n" + "\n".join(lines) + "\n")
    assert values(table)["zip"] == lines


def test_a_column_that_begins_empty_is_typed_by_what_comes(ctx: Context) -> None:
    text = "a,b\n" + "1,\n" * 600_000 + "1,2.5\n"
    table = read(ctx, text)
    assert types(table) == {"a": "integer", "b": "double"}
    assert values(table)["b"][-2:] == [None, 2.5]


def test_packed_files(ctx: Context) -> None:
    text = b"a,b\n1,x\n"
    with zipfile.ZipFile(ctx.base / "x.csv.zip", "w") as archive:
        archive.writestr("inner.csv", text)
    (ctx.base / "x.csv.gz").write_bytes(gzip.compress(text))
    for name in ("x.csv.zip", "x.csv.gz"):
        assert values(made(ImportData, ctx, path=name)) == {"a": [1], "b": ["x"]}


def test_ten_thousand_columns(ctx: Context) -> None:
    header = ",".join(f"c{i}" for i in range(10_000))
    table = read(ctx, f"{header}\n{','.join(str(i) for i in range(10_000))}\n")
    assert len(table.schema) == 10_000
    assert table.to_arrow().column("c9999").to_pylist() == [9999]


def test_a_row_longer_than_a_block(ctx: Context) -> None:
    long = "x" * 20_000_000
    table = read(ctx, f"a,b\n1,short\n2,{long}\n3,y\n")
    assert [len(v) for v in values(table)["b"]] == [5, 20_000_000, 1]


def test_short_rows_can_be_filled(ctx: Context) -> None:
    text = 'a,b,c\n1\n2,"x,y"\n3,z,4\n'
    assert values(read(ctx, text, ragged_rows="fill")) == {
        "a": [1, 2, 3],
        "b": [None, "x,y", "z"],
        "c": [None, None, 4],
    }


def test_rows_of_the_wrong_length_can_be_left_out(ctx: Context) -> None:
    assert values(read(ctx, "a,b\n1,x\n2\n3,y,z\n4,w\n", ragged_rows="skip")) == {
        "a": [1, 4],
        "b": ["x", "w"],
    }
    assert notes(ctx).warnings == [
        ("rows_skipped", "2 rows were left out of “x.csv”: line 3 has 1 field, not 2.")
    ]


def test_only_a_header_gives_an_empty_table_and_a_warning(ctx: Context) -> None:
    table = read(ctx, "a,b")
    assert (table.rows, types(table)) == (0, {"a": "string", "b": "string"})
    assert notes(ctx).warnings == [("no_rows", "“x.csv” has a header and no rows.")]


def test_one_column_keeps_its_empty_lines(ctx: Context) -> None:
    assert values(read(ctx, "a\n1\n\n3\n")) == {"a": [1, None, 3]}


# Real tables; figures counted by pandas, or by their describers.


def test_automobile_prices(ctx: Context, shared_data: Path) -> None:
    path = str(shared_data / "automobile-price.csv")
    table = made(ImportData, ctx, path=path, missing_values=["?"])
    frame = pd.read_csv(path, na_values=["?"], keep_default_na=False)
    assert table.rows == 205
    ours = table.to_pandas()
    assert ours.isna().sum().to_dict() == frame.isna().sum().to_dict()
    assert ours["price"].sum() == frame["price"].sum()
    assert types(table)["normalized-losses"] == "integer"
    assert types(table)["num-of-doors"] == "string"
    assert len(ours.dropna()) == 159


def test_question_marks_are_text_unless_they_are_marks(ctx: Context, shared_data: Path) -> None:
    table = made(ImportData, ctx, path=str(shared_data / "automobile-price.csv"))
    assert types(table)["price"] == "string"


def test_breast_cancer_without_a_header_in_single_quotes(ctx: Context, shared_data: Path) -> None:
    table = made(
        ImportData,
        ctx,
        path=str(shared_data / "breast-cancer.csv"),
        has_header=False,
        quote="single",
        missing_values=["?"],
    )
    frame = table.to_pandas()
    assert frame.shape == (286, 10)
    assert frame["Col10"].value_counts().to_dict() == {
        "no-recurrence-events": 201,
        "recurrence-events": 85,
    }
    assert frame["Col1"][0] == "40-49"


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("adult-census-train.csv", {}),
        ("pima-indians-diabetes.csv", {}),
        ("german-credit.csv", {}),
        ("housing.csv", {"has_header": False}),
        ("titanic.csv", {}),
        ("iris.csv", {}),
        ("airline-passengers.csv", {}),
    ],
)
def test_real_tables_as_pandas_reads_them(
    ctx: Context, shared_data: Path, name: str, params: dict[str, object]
) -> None:
    table = made(ImportData, ctx, path=str(shared_data / name), **params)
    header = None if params else 0
    frame = pd.read_csv(shared_data / name, header=header, na_values=[""], keep_default_na=False)
    ours = table.to_pandas()
    assert ours.shape == frame.shape
    for own, other in zip(ours.columns, frame.columns, strict=True):
        pd.testing.assert_series_equal(
            ours[own], frame[other], check_names=False, check_dtype=False, check_exact=True
        )


def test_parameters_are_checked(ctx: Context) -> None:
    from studio.sdk.module import read_params

    for name, value, label in (
        ("separator", "", "Separator"),
        ("separator", '"', "Separator"),
        ("encoding", "klingon", "Encoding"),
        ("encoding", "base64", "Encoding"),
        ("column_types", {"a": "number"}, "Column types"),
        ("skip_lines", -1, "Lines to skip"),
    ):
        module, problems = read_params(ImportData, {"path": "x.csv", name: value})
        assert module is None
        assert label in problems[0].sentence


def test_a_type_for_a_column_that_is_not_there(ctx: Context) -> None:
    with pytest.raises(StudioError, match="Column “c” is not in the input") as caught:
        read(ctx, "a,b\n1,2\n", column_types={"c": "string"})
    assert caught.value.param == "column_types"


def test_a_separator_that_does_not_separate_is_doubted(ctx: Context) -> None:
    path = written(ctx.base, "t.csv", "a,b,c\n1,2,3\n")
    table = made(ImportData, ctx, path=path, separator="semicolon")
    assert table.schema.names == ("a,b,c",)
    code, sentence = notes(ctx).warnings[0]
    assert code == "one_column"
    assert "2 × comma" in sentence
