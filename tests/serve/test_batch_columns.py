"""Columns: found by name, carried or dropped, and which ones are answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from studio.sdk.errors import StudioError
from studio.serve.batch import BatchOptions, score_files
from tests.serve.batch_parts import (
    ANSWERS,
    FIELDS,
    NAMES,
    SIGNATURE,
    Formula,
    arrow_table,
    csv_text,
    expected,
    json_text,
    make_rows,
    read_csv,
)

ROWS = make_rows(12, holes=False)


def score(tmp_path: Path, source: str, target: str, **options: object) -> Path:
    path = tmp_path / source
    if source.endswith("csv"):
        path.write_text(csv_text(ROWS), "utf-8", newline="")
    elif source.endswith("jsonl"):
        path.write_text(json_text(ROWS), "utf-8")
    else:
        pq.write_table(arrow_table(ROWS), path)
    score_files(Formula(), path, tmp_path / target, BatchOptions(**options))  # type: ignore[arg-type]
    return tmp_path / target


def names_of(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        return list(pq.read_schema(path).names)
    if path.suffix == ".jsonl":
        return list(json.loads(path.read_text("utf-8").splitlines()[0]))
    return list(read_csv(path)[0])


@pytest.mark.parametrize("target", ["out.csv", "out.jsonl", "out.parquet"])
@pytest.mark.parametrize("source", ["in.csv", "in.jsonl", "in.parquet"])
def test_what_is_carried_and_what_is_not(source: str, target: str, tmp_path: Path) -> None:
    assert names_of(score(tmp_path, source, target)) == [*NAMES, "note", *ANSWERS]
    dropped = score(tmp_path, source, f"1{target}", extra="drop")
    assert names_of(dropped) == [*NAMES, *ANSWERS]
    scores = score(tmp_path, source, f"2{target}", columns="scores")
    assert names_of(scores) == list(ANSWERS)
    output = score(tmp_path, source, f"3{target}", columns="output")
    assert names_of(output) == [*NAMES, *ANSWERS]


def test_missing_columns_are_named_before_anything_is_written(tmp_path: Path) -> None:
    names = [name for name in NAMES if name not in ("city", "since")]
    (tmp_path / "in.csv").write_text(csv_text(ROWS, names), "utf-8", newline="")
    (tmp_path / "in.jsonl").write_text(json.dumps({"age": 1, "Income": 2}) + "\n")
    pq.write_table(arrow_table(ROWS).select(names), tmp_path / "in.parquet")
    for source in ("in.csv", "in.parquet"):
        with pytest.raises(StudioError) as caught:
            score_files(Formula(), tmp_path / source, tmp_path / "new" / "out.csv")
        assert caught.value.message == f"“{source}” has no column “city” and no column “since”."
        assert caught.value.code == "columns_missing"
    with pytest.raises(StudioError) as caught:
        score_files(Formula(), tmp_path / "in.jsonl", tmp_path / "new" / "out.csv")
    assert "“income”" in caught.value.message
    assert "Income" in caught.value.advice
    assert not (tmp_path / "new").exists()


def test_the_label_need_not_be_there_and_may(tmp_path: Path) -> None:
    rows = [row | {"outcome": "yes"} for row in ROWS]
    (tmp_path / "in.csv").write_text(csv_text(rows), "utf-8", newline="")
    score_files(Formula(), tmp_path / "in.csv", tmp_path / "out.csv")
    found = read_csv(tmp_path / "out.csv")
    assert [row["points"] for row in found] == [str(expected(row)["points"]) for row in rows]
    assert {row["outcome"] for row in found} == {"yes"}


@pytest.mark.parametrize("target", ["out.csv", "out.jsonl", "out.parquet"])
def test_a_scored_file_that_is_scored_again_keeps_its_columns(target: str, tmp_path: Path) -> None:
    first = score(tmp_path, "in.csv", target)
    again = tmp_path / f"again-{target}"
    score_files(Formula(), first, again, BatchOptions(parameters={"shift": 5}))
    assert names_of(again) == names_of(first)
    values = (
        [row["Scored Probabilities"] for row in read_csv(again)]
        if target == "out.csv"
        else [json.loads(x)["Scored Probabilities"] for x in again.read_text("utf-8").splitlines()]
        if target == "out.jsonl"
        else pq.read_table(again)["Scored Probabilities"].to_pylist()
    )
    wanted = [expected(row, 5)["Scored Probabilities"] for row in ROWS]
    assert [float(value) for value in values] == pytest.approx(wanted, rel=1e-14)


def test_whole_numbers_that_a_double_does_not_hold_pass_through(tmp_path: Path) -> None:
    row = ROWS[0] | {"age": 2**53 + 1}
    (tmp_path / "in.csv").write_text(csv_text([row]), "utf-8", newline="")
    (tmp_path / "in.jsonl").write_text(json_text([row]), "utf-8")
    pq.write_table(arrow_table([row]), tmp_path / "in.parquet")
    for source in ("in.csv", "in.jsonl", "in.parquet"):
        for number, columns in enumerate(("append", "output")):
            target = tmp_path / f"{source}{number}.parquet"
            options = BatchOptions(columns=columns)  # type: ignore[arg-type]
            score_files(Formula(), tmp_path / source, target, options)
            assert pq.read_table(target)["age"].to_pylist() == [2**53 + 1]


def test_an_output_can_be_chosen(tmp_path: Path) -> None:
    class Two(Formula):
        def score(self, tables, parameters=None):  # type: ignore[no-untyped-def]
            return dict(super().score(tables, parameters)) | {
                "other": {"sum": tables["people"]["age"]}
            }

    from studio.sdk.schema import Column

    outputs = dict(SIGNATURE.outputs) | {"other": (Column("sum", "double", "score"),)}
    scorer = Two(replace(SIGNATURE, outputs=outputs))
    (tmp_path / "in.csv").write_text(csv_text(ROWS), "utf-8", newline="")
    options = BatchOptions(columns="scores", output="other")
    score_files(scorer, tmp_path / "in.csv", tmp_path / "out.csv", options)
    found = [float(row["sum"]) for row in read_csv(tmp_path / "out.csv")]
    assert found == [row["age"] for row in ROWS]
    with pytest.raises(StudioError, match="The output cannot be “third”"):
        score_files(scorer, tmp_path / "in.csv", tmp_path / "o", BatchOptions(output="third"))


def test_a_row_feeds_every_input(tmp_path: Path) -> None:
    from studio.scoring.signature import Signature
    from studio.sdk.schema import Column

    class Sum:
        name, version, path = "sum", "1", "program"
        signature = Signature(
            {"a": FIELDS[:2], "b": (FIELDS[1],)}, {"out": (Column("sum", "double", "score"),)}
        )

        def score(self, tables, parameters=None):  # type: ignore[no-untyped-def]
            return {"out": {"sum": tables["a"]["age"] + tables["b"]["income"]}}

    (tmp_path / "in.csv").write_text("income,age\n1.5,20\n2.5,30\n")
    score_files(Sum(), tmp_path / "in.csv", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "income,age,sum\n1.5,20,21.5\n2.5,30,32.5\n"


def test_parameters_are_checked_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(csv_text(ROWS), "utf-8", newline="")
    for parameters, code in (
        ({"shft": 1}, "parameter_unknown"),
        ({"shift": "x"}, "parameter_unfit"),
    ):
        options = BatchOptions(parameters=parameters)
        with pytest.raises(StudioError) as caught:
            score_files(Formula(), tmp_path / "in.csv", tmp_path / "out.csv", options)
        assert caught.value.code == code
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_extra_columns_of_any_type_are_carried_into_columnar_files(tmp_path: Path) -> None:
    table = arrow_table(ROWS).append_column("tags", pa.array([[1, 2]] * len(ROWS)))
    table = table.append_column("raw", pa.array([b"\0\xff"] * len(ROWS)))
    pq.write_table(table, tmp_path / "in.parquet")
    score_files(Formula(), tmp_path / "in.parquet", tmp_path / "out.parquet")
    found = pq.read_table(tmp_path / "out.parquet")
    assert found["tags"].to_pylist() == [[1, 2]] * len(ROWS)
    assert found["raw"].to_pylist() == [b"\0\xff"] * len(ROWS)
    for target in ("out.csv", "out.jsonl"):
        with pytest.raises(StudioError) as caught:
            score_files(Formula(), tmp_path / "in.parquet", tmp_path / target)
        assert caught.value.message == (
            "Column “tags” of “in.parquet” holds lists; they cannot be written as text."
        )
        options = BatchOptions(extra="drop")
        assert score_files(Formula(), tmp_path / "in.parquet", tmp_path / target, options).scored
