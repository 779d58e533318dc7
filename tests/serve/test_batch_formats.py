"""Every format in, every format out: the answers are the formula's, the rows keep their order."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

from studio.serve.batch import BatchOptions, score_files
from tests.serve.batch_parts import (
    ANSWERS,
    FIELDS,
    NAMES,
    SIGNATURE,
    Formula,
    Row,
    arrow_table,
    clock,
    csv_text,
    expected,
    iso,
    json_text,
    make_rows,
)

ROWS = make_rows(60)


def write_stream(path: Path) -> None:
    table = arrow_table(ROWS)
    with pa.ipc.new_stream(path, table.schema) as writer:
        for batch in table.to_batches(max_chunksize=17):
            writer.write_batch(batch)


SOURCES: dict[str, Callable[[Path], object]] = {
    "in.csv": lambda p: p.write_text(csv_text(ROWS), "utf-8", newline=""),
    "in.tsv": lambda p: p.write_text(csv_text(ROWS, delimiter="\t"), "utf-8", newline=""),
    "in.csv.gz": lambda p: p.write_bytes(gzip.compress(csv_text(ROWS).encode())),
    "in.jsonl": lambda p: p.write_text(json_text(ROWS), "utf-8"),
    "in.ndjson.gz": lambda p: p.write_bytes(gzip.compress(json_text(ROWS).encode())),
    "in.parquet": lambda p: pq.write_table(arrow_table(ROWS), p, row_group_size=13),
    "in.arrow": lambda p: pa.feather.write_feather(arrow_table(ROWS), p, compression="lz4"),
    "in.feather": lambda p: pa.feather.write_feather(arrow_table(ROWS), p),
    "in.arrows": write_stream,
}


def from_text(row: dict[str, str]) -> Row:
    """The answers in a row of a delimited file, as Python values."""
    made: Row = {name: row[name] or None for name in ANSWERS}
    chance, points, large = (row[n] for n in ("Scored Probabilities", "points", "large"))
    made["Scored Probabilities"] = float(chance) if chance else None
    made["points"] = int(points) if points else None
    made["large"] = {"true": True, "false": False, "": None}[large]
    return made


def read_delimited(path: Path) -> list[Row]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    separator = "\t" if "\t" in text else ","
    lines = io.StringIO(text, newline="")
    return [from_text(row) for row in csv.DictReader(lines, delimiter=separator)]


def read_table(table: pa.Table) -> list[Row]:
    rows = table.select(list(ANSWERS)).to_pylist()
    micro = table.select(["ends", "left"]).cast(pa.schema({"ends": pa.int64(), "left": pa.int64()}))
    return [row | times for row, times in zip(rows, micro.to_pylist(), strict=True)]


def read_json(path: Path) -> list[Row]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [{name: row[name] for name in ANSWERS} for row in map(json.loads, lines)]


TARGETS: dict[str, tuple[Callable[[Path], list[Row]], Any]] = {
    "out.csv": (read_delimited, "text"),
    "out.tsv": (read_delimited, "text"),
    "out.csv.gz": (read_delimited, "text"),
    "out.jsonl": (read_json, "json"),
    "out.parquet": (lambda p: read_table(pq.read_table(p)), "micro"),
    "out.arrow": (lambda p: read_table(pa.feather.read_table(p)), "micro"),
}


def as_written(answers: Row, times: str) -> Row:
    made = dict(answers)
    if times != "micro" and made["ends"] is not None:
        made["ends"] = iso(made["ends"], " " if times == "text" else "T")
    if times == "text" and made["left"] is not None:
        fraction = made["left"] % 1_000_000
        made["left"] = clock(made["left"]) + (f".{fraction:06}" if fraction else "")
    if times == "json" and made["left"] is not None:
        made["left"] = made["left"] / 1e6
    return made


def agree(found: list[Row], times: str) -> None:
    assert len(found) == len(ROWS)
    for got, row in zip(found, ROWS, strict=True):
        wanted = as_written(expected(row), times)
        chance, right = got.pop("Scored Probabilities"), wanted.pop("Scored Probabilities")
        assert (chance is None) == (right is None)
        assert chance is None or math.isclose(chance, right, rel_tol=1e-14)
        assert got == wanted


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("source", SOURCES)
def test_every_format_becomes_every_format(source: str, target: str, tmp_path: Path) -> None:
    SOURCES[source](tmp_path / source)
    options = BatchOptions(columns="scores")
    result = score_files(Formula(), tmp_path / source, tmp_path / target, options)
    assert (result.rows, result.scored, result.refused) == (60, 60, 0)
    read, times = TARGETS[target]
    agree(read(tmp_path / target), times)


@pytest.mark.parametrize("target", ["out.csv", "out.jsonl", "out.parquet", "out.arrow"])
@pytest.mark.parametrize("source", SOURCES)
def test_what_was_written_is_scored_again_alike(source: str, target: str, tmp_path: Path) -> None:
    """The columns that are carried keep their values through any two formats."""
    SOURCES[source](tmp_path / source)
    score_files(Formula(), tmp_path / source, tmp_path / target)
    again = tmp_path / "again.jsonl"
    result = score_files(Formula(), tmp_path / target, again, BatchOptions(columns="scores"))
    assert result.refused == 0
    agree(read_json(again), "json")


def test_rows_of_text_are_carried_as_they_stand(tmp_path: Path) -> None:
    text = (
        "note;age;income;member;city;grade;since;spent\n"
        '"a ""b""; c";039;1e3;yes;Bern;A;2024/5/1 9:30;0:01:30\n'
        ' x ;\t40 ;+5.50;0;"two\nlines";B;20240501;90.50\n'
    )
    (tmp_path / "in.csv").write_text(text, newline="")
    score_files(Formula(), tmp_path / "in.csv", tmp_path / "out.csv", BatchOptions())
    written = (tmp_path / "out.csv").read_bytes().decode()
    head, _, rest = text.partition("\n")
    assert written.startswith(head + ";Scored Labels;")
    first, second = rest.split("\n", 1)
    assert f"\n{first};no;0." in written
    assert f"\n{second.rstrip()};yes;0." in written


def test_json_lines_are_carried_as_they_stand(tmp_path: Path) -> None:
    line = (
        '{"note" : {"deep": [1, 2.50]}, "age": 39, "income": 1e3, "member": true, '
        '"city": "a\\u0042", "grade": "A", "since": "2024-05-01T13:30:00+02:00", "spent": 90.50 }  '
    )
    nothing = dict.fromkeys(NAMES)
    (tmp_path / "in.jsonl").write_text(f"{line}\n\n{json.dumps(nothing)}\n")
    score_files(Formula(), tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    first, second = (tmp_path / "out.jsonl").read_text().splitlines()
    assert first.startswith(line.rstrip().removesuffix("}").rstrip() + ',"Scored Labels":"no",')
    row = json.loads(first)
    assert row["ends"] == "2024-05-01T11:31:30.500000"
    assert json.loads(second) == nothing | dict.fromkeys(ANSWERS)


def test_a_line_without_keys_is_a_row_where_nothing_must_be_there(tmp_path: Path) -> None:
    signature = replace(
        SIGNATURE, inputs={"people": tuple(replace(f, required=False) for f in FIELDS)}
    )
    (tmp_path / "in.jsonl").write_text('{}\n{ }\n{"note":1}\n')
    score_files(Formula(signature), tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    answers = dict.fromkeys(ANSWERS)
    assert rows == [answers, answers, {"note": 1} | answers]


def test_packed_answers_are_the_plain_ones(tmp_path: Path) -> None:
    SOURCES["in.csv"](tmp_path / "in.csv")
    for name in ("out.csv", "out.csv.gz"):
        score_files(Formula(), tmp_path / "in.csv", tmp_path / name)
    packed = gzip.decompress((tmp_path / "out.csv.gz").read_bytes())
    assert packed == (tmp_path / "out.csv").read_bytes()


def test_a_format_can_be_named_where_the_name_does_not_tell(tmp_path: Path) -> None:
    SOURCES["in.csv"](tmp_path / "in.dat")
    options = BatchOptions(source_format="csv", target_format="json_lines", columns="scores")
    score_files(Formula(), tmp_path / "in.dat", tmp_path / "out.dat", options)
    agree(read_json(tmp_path / "out.dat"), "json")
