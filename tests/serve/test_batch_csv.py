"""Delimited text as people and programs write it: separators, quotes, encodings, odd rows."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from studio.scoring.signature import Field, Signature
from studio.sdk.errors import StudioError
from studio.sdk.schema import Column
from studio.serve.batch import BatchOptions, score_files
from studio.serve.batch.records import BLOCK
from tests.serve.batch_parts import (
    ANSWERS,
    NAMES,
    Formula,
    csv_text,
    expected,
    make_rows,
    read_csv,
    read_refused,
)

HEADER = "age,income,member,city,grade,since,spent\n"
GOOD = "39,1234.5,true,Bern,B,2024-05-01,00:01:30\n"


class Twice:
    """Doubles a number and repeats a text."""

    name, version, path = "twice", "1", "program"
    signature = Signature(
        {"in": (Field("x", "double"), Field("t", "string", required=False))},
        {"out": (Column("y", "double", "score"), Column("tt", "string", "score"))},
    )

    def score(self, tables, parameters=None):  # type: ignore[no-untyped-def]
        import numpy as np

        x, t = tables["in"]["x"], tables["in"]["t"]
        texts = np.array([None if text is None else text * 2 for text in t], dtype=object)
        return {"out": {"y": x * 2, "tt": texts}}


def twice(tmp_path: Path, text: bytes | str, **options: object) -> list[dict[str, str]]:
    """The answers to a delimited text."""
    data = text.encode() if isinstance(text, str) else text
    (tmp_path / "in.csv").write_bytes(data)
    chosen = BatchOptions(replace=True, **options)  # type: ignore[arg-type]
    score_files(Twice(), tmp_path / "in.csv", tmp_path / "out.csv", chosen)
    written = (tmp_path / "out.csv").read_bytes().decode()
    return list(csv.DictReader(written.splitlines(keepends=True)))


def refused(tmp_path: Path) -> list[tuple[int, str, str, str]]:
    return read_refused(tmp_path / "out.csv")


def fails(tmp_path: Path, text: bytes | str, **options: object) -> StudioError:
    with pytest.raises(StudioError) as caught:
        twice(tmp_path, text, **options)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv"]
    return caught.value


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_splits_the_header_into_the_columns(
    separator: str, tmp_path: Path
) -> None:
    rows = make_rows(30)
    (tmp_path / "in.txt").write_text(csv_text(rows, delimiter=separator), "utf-8", newline="")
    score_files(Formula(), tmp_path / "in.txt", tmp_path / "out.txt")
    found = read_csv(tmp_path / "out.txt", delimiter=separator)
    assert [row["Scored Labels"] or None for row in found] == [
        expected(row)["Scored Labels"] for row in rows
    ]


def test_a_separator_within_names_does_not_mislead(tmp_path: Path) -> None:
    found = twice(tmp_path, "a;b;c;d,x\n1;2;3;4,5\n", columns="scores")
    assert [row["y"] for row in found] == ["10.0"]


def test_any_separator_can_be_named(tmp_path: Path) -> None:
    twice(tmp_path, "t x\na 4\n", separator="space")
    assert (tmp_path / "out.csv").read_text() == "t x y tt\na 4 8.0 aa\n"
    twice(tmp_path, "t~x\na~4\n", separator="~")
    assert (tmp_path / "out.csv").read_text() == "t~x~y~tt\na~4~8.0~aa\n"


def test_quotes_separators_and_line_ends_within_fields(tmp_path: Path) -> None:
    found = twice(tmp_path, 'x,t\r\n1,"a ""b"", c"\r\n2,"two\r\nlines"\r\n3,5" pipe\r\n')
    assert [row["y"] for row in found] == ["2.0", "4.0", "6.0"]
    assert [row["tt"] for row in found] == ['a "b", c' * 2, "two\r\nlines" * 2, '5" pipe' * 2]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str, tmp_path: Path) -> None:
    found = twice(tmp_path, end.join(["x,t", "1,a", "", "2,b", ""]))
    assert [(row["y"], row["tt"]) for row in found] == [("2.0", "aa"), ("4.0", "bb")]
    assert [row["y"] for row in twice(tmp_path, end.join(["x,t", "1,a", "2,b"]))] == ["2.0", "4.0"]


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    found = twice(tmp_path, b"\xef\xbb\xbfx,t\n1,\xc3\xa4\n")
    assert found == [{"x": "1", "t": "ä", "y": "2.0", "tt": "ää"}]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-8-sig"])
def test_other_encodings_by_name(encoding: str, tmp_path: Path) -> None:
    text = "x,t\n1,Zürich\n2,é\n"
    found = twice(tmp_path, text.encode(encoding), encoding=encoding)
    assert [row["tt"] for row in found] == ["ZürichZürich", "éé"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_byte_order_mark_tells_the_encoding(encoding: str, tmp_path: Path) -> None:
    text = "x,t\n" + "".join(f"{number},Zürich {number}\n" for number in range(200_000))
    found = twice(tmp_path, text.encode(encoding))
    assert len(found) == 200_000
    assert found[-1]["t"] == "Zürich 199999"


def test_shift_jis(tmp_path: Path) -> None:
    found = twice(tmp_path, "x,t\n1,東京,\n2,表\n".encode("shift_jis"), encoding="shift_jis")
    assert [row["t"] for row in found] == ["表"]
    assert refused(tmp_path) == [(1, "", "it has 3 fields; the header has 2", "1,東京,")]


def test_bytes_that_are_not_of_the_encoding_put_their_row_aside(tmp_path: Path) -> None:
    assert [row["x"] for row in twice(tmp_path, b"x,t\n1,a\n2,\xff\n3,c\n")] == ["1", "3"]
    assert refused(tmp_path) == [(2, "", "it holds bytes that are not utf-8", "2,\\xff")]
    found = twice(tmp_path, b"x,t\n1,a\n2,\x81\n3,c\n", encoding="cp1252")
    assert [row["x"] for row in found] == ["1", "3"]
    assert refused(tmp_path) == [(2, "", "it holds bytes that are not cp1252", "2,\\x81")]


def test_nul_bytes_put_their_row_aside(tmp_path: Path) -> None:
    assert [row["x"] for row in twice(tmp_path, b"x,t\n1,a\n2,\0\n3,c\n")] == ["1", "3"]
    assert refused(tmp_path) == [(2, "", "it holds a NUL byte", "2,\\x00")]


def test_rows_with_more_or_fewer_fields_are_put_aside(tmp_path: Path) -> None:
    found = twice(tmp_path, 'x,t\n1,a\n2\n\n3,b,c\n4,d\n"5\n')
    assert [row["x"] for row in found] == ["1", "4"]
    assert refused(tmp_path) == [
        (2, "", "it has 1 field; the header has 2", "2"),
        (3, "", "it has 3 fields; the header has 2", "3,b,c"),
        (5, "", "a quote that opens in it is never closed, or it is too long to be a row", '"5'),
    ]


def test_a_quote_that_is_never_closed_takes_one_row(tmp_path: Path) -> None:
    """Not the rest of the file, however much that is."""
    lines = [f"{number},text {number}" for number in range(300_000)]
    lines[1000] = '1000,"open'
    found = twice(tmp_path, "\n".join(["x,t", *lines]))
    assert [float(row["x"]) for row in found] == [n for n in range(300_000) if n != 1000]
    assert [row[0] for row in refused(tmp_path)] == [1001]


def test_a_column_alone_may_have_blank_rows(tmp_path: Path) -> None:
    found = twice(tmp_path, "x\n1\n\n3\n")
    assert [(row["x"], row["y"]) for row in found] == [("1", "2.0"), ("", ""), ("3", "6.0")]
    assert (tmp_path / "out.csv").read_text() == "x,y,tt\n1,2.0,\n,,\n3,6.0,\n"


def test_an_answer_alone_that_is_missing_is_still_a_row(tmp_path: Path) -> None:
    class One(Twice):
        signature = Signature(Twice.signature.inputs, {"out": (Column("y", "double", "score"),)})

    (tmp_path / "in.csv").write_text("x,t\n1,a\n,b\n3,c\n")
    options = BatchOptions(columns="scores")
    score_files(One(), tmp_path / "in.csv", tmp_path / "out.csv", options)
    assert (tmp_path / "out.csv").read_text() == 'y\n2.0\n""\n6.0\n'


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    for text in ("", "\n\n", "\ufeff"):
        error = fails(tmp_path, text)
        assert error.message == "“in.csv” cannot be read: it is empty."


def test_a_header_alone_gives_a_header_alone(tmp_path: Path) -> None:
    for text in ("x,t", "x,t\n", "\r\nx,t\r\n\r\n"):
        assert twice(tmp_path, text) == []
        assert (tmp_path / "out.csv").read_text() == "x,t,y,tt\n"


def test_the_same_name_twice_is_refused_where_it_is_asked_for(tmp_path: Path) -> None:
    assert fails(tmp_path, "x,t,x\n1,a,2\n").message == "“in.csv” has more than one column “x”."
    found = twice(tmp_path, "x,a,a,\n1,2,3,4\n")
    assert (tmp_path / "out.csv").read_text() == "x,a,a,,y,tt\n1,2,3,4,2.0,\n"
    assert len(found) == 1
    twice(tmp_path, "x,a,a,\n1,2,3,4\n", target_format="json_lines")
    assert (tmp_path / "out.csv").read_text() == (
        '{"x":1.0,"a":"2","a (1)":"3","Col4":"4","y":2.0,"tt":null}\n'
    )


def test_missing_marks_are_those_of_the_signature(tmp_path: Path) -> None:
    text = HEADER + GOOD + '?,NA,,"?",?,,nan\n' + '39,1234.5,true,"",B,2024-05-01,90\n'
    (tmp_path / "in.csv").write_text(text)
    score_files(Formula(), tmp_path / "in.csv", tmp_path / "out.jsonl")
    first, second, third = (tmp_path / "out.jsonl").read_text().splitlines()
    assert '"large":true' in first
    assert second.startswith(
        '{"age":null,"income":null,"member":null,"city":null,"grade":null,"since":null,"spent":null,'
    )
    assert '"city":"",' in third  # an empty text in quotes is a text, as where it was learned from


def test_values_that_are_none_put_their_row_aside(tmp_path: Path) -> None:
    bad = {
        "age": ("39.5", "1e3", "0x1F", "99999999999999999999", "x"),
        "income": ("inf", "1e999", "1_0", "1,5"),
        "member": ("2", "wahr"),
        "since": ("2024-02-30", "2024-05-01T25:00", "yesterday"),
        "spent": ("1:2:3", "soon", "1e300"),
    }
    names = HEADER.strip().split(",")
    lines, wanted = [], []
    for column, texts in bad.items():
        for text in texts:
            fields = GOOD.strip().split(",")
            fields[names.index(column)] = text
            lines += [GOOD, ";".join(fields) + "\n"]
            wanted.append((len(lines), column, text))
    text = (HEADER + "".join(lines)).replace(",", ";").replace("1;5", "1,5")
    (tmp_path / "in.csv").write_text(text)
    result = score_files(Formula(), tmp_path / "in.csv", tmp_path / "out.csv")
    assert (result.scored, result.refused) == (len(wanted), len(wanted))
    found = read_refused(tmp_path / "out.csv")
    assert [(row, column) for row, column, _, _ in found] == [item[:2] for item in wanted]
    for (_, _, reason, original), (_, _, text) in zip(found, wanted, strict=True):
        assert f"“{text}”" in reason
        assert text in original


def test_a_decimal_comma(tmp_path: Path) -> None:
    found = twice(tmp_path, "x;t\n1,5;a,b\n2;c\n1.234;d\n", decimal=",", target_format="csv")
    del found
    written = (tmp_path / "out.csv").read_text()
    assert written == "x;t;y;tt\n1,5;a,b;3,0;a,ba,b\n2;c;4,0;cc\n"
    assert [(row, column) for row, column, _, _ in refused(tmp_path)] == [(3, "x")]


def test_no_quotes(tmp_path: Path) -> None:
    twice(tmp_path, 'x,t\n1,"a\n2,b"\n', quote="")
    assert (tmp_path / "out.csv").read_text() == 'x,t,y,tt\n1,"a,2.0,"a"a\n2,b",4.0,b"b"\n'


def test_another_quote(tmp_path: Path) -> None:
    twice(tmp_path, "x,t\n1,'a, \"b\"'\n", quote="'")
    assert (tmp_path / "out.csv").read_text() == 'x,t,y,tt\n1,\'a, "b"\',2.0,\'a, "b"a, "b"\'\n'


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    for data, what in (
        (b"PAR1....", "a Parquet file"),
        (b"PK\x03\x04....", "a zip or Excel file"),
        (b"\x1f\x8b\x08...", "a gzip file"),
        (b"x\0,\0t\0\n\0", "NUL bytes"),
    ):
        assert what in fails(tmp_path, data).message


def test_blocks_do_not_show(tmp_path: Path) -> None:
    """Fields with line ends lie over every border between two blocks of reading."""
    chance = random.Random(4)
    rows = []
    size = 0
    while size < 2 * BLOCK:
        text = "".join(chance.choice('ab,"\n\r;') for _ in range(chance.choice((3, 300, 3000))))
        rows.append((len(rows), text))
        size += len(text)
    with (tmp_path / "in.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([("x", "t"), *rows])
    result = score_files(Twice(), tmp_path / "in.csv", tmp_path / "out.csv")
    assert (result.scored, result.refused) == (len(rows), 0)
    with (tmp_path / "out.csv").open(newline="") as file:
        found = [(float(row["y"]), row["tt"]) for row in csv.DictReader(file)]
    assert found == [(2.0 * number, text * 2) for number, text in rows]


def test_the_columns_may_come_in_any_order(tmp_path: Path) -> None:
    rows = make_rows(20)
    names = [*reversed(NAMES)]
    (tmp_path / "in.csv").write_text(csv_text(rows, names), "utf-8", newline="")
    score_files(Formula(), tmp_path / "in.csv", tmp_path / "out.csv")
    found = read_csv(tmp_path / "out.csv")
    assert list(found[0]) == [*names, *ANSWERS]
    assert [row["points"] for row in found] == [
        "" if (points := expected(row)["points"]) is None else str(points) for row in rows
    ]
