"""Columns: found by name, carried or dropped, and which ones are answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from studio.scoring.signature import Field, Signature
from studio.sdk.errors import StudioError
from studio.sdk.schema import Column, Role
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


def column_of(path: Path, name: str) -> list[object]:
    if path.suffix == ".parquet":
        return list(pq.read_table(path)[name].to_pylist())
    if path.suffix == ".jsonl":
        return [json.loads(line)[name] for line in path.read_text("utf-8").splitlines()]
    return [row[name] for row in read_csv(path)]


class Labels:
    """Says yes to a number."""

    name, version, path = "labels", "1", "program"
    signature = Signature(
        {"in": (Field("x", "double"),)}, {"out": (Column("Scored Labels", "string", "score"),)}
    )

    def score(self, tables, parameters=None):  # type: ignore[no-untyped-def]
        return {"out": {"Scored Labels": np.full(len(tables["in"]["x"]), "yes", dtype=object)}}


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
def test_a_scored_file_that_is_scored_again_keeps_what_it_had(target: str, tmp_path: Path) -> None:
    first = score(tmp_path, "in.csv", target)
    again = tmp_path / f"again-{target}"
    score_files(Formula(), first, again, BatchOptions(parameters={"shift": 5}))
    before = [f"{name} (1)" for name in ANSWERS]
    assert names_of(again) == [*NAMES, "note", *before, *ANSWERS]
    wanted = [expected(row, 5)["Scored Probabilities"] for row in ROWS]
    found = [float(value) for value in column_of(again, "Scored Probabilities")]
    assert found == pytest.approx(wanted, rel=1e-14)
    for name in ANSWERS:
        assert column_of(again, f"{name} (1)") == column_of(first, name)
    third = tmp_path / f"third-{target}"
    score_files(Formula(), again, third)
    assert names_of(third) == [*NAMES, "note", *before, *(f"{n} (2)" for n in ANSWERS), *ANSWERS]
    assert column_of(third, "Scored Labels (2)") == column_of(again, "Scored Labels")
    assert column_of(third, "Scored Labels (1)") == column_of(first, "Scored Labels")
    dropped = tmp_path / f"dropped-{target}"
    score_files(Formula(), again, dropped, BatchOptions(extra="drop"))
    assert names_of(dropped) == [*NAMES, *ANSWERS]


@pytest.mark.parametrize("target", ["out.csv", "out.jsonl", "out.parquet"])
@pytest.mark.parametrize("source", ["in.csv", "in.jsonl", "in.parquet"])
def test_a_column_called_like_an_answer_gets_the_next_free_name(
    source: str, target: str, tmp_path: Path
) -> None:
    rows = [{"Scored Labels": "mine", "x": 1.5, "Scored Labels (1)": "other"}]
    if source == "in.csv":
        (tmp_path / source).write_text("Scored Labels,x,Scored Labels (1)\nmine,1.5,other\n")
    elif source == "in.jsonl":
        (tmp_path / source).write_text(json.dumps(rows[0]) + "\n")
    else:
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / source)
    score_files(Labels(), tmp_path / source, tmp_path / target)
    found = {name: column_of(tmp_path / target, name)[0] for name in names_of(tmp_path / target)}
    assert found | {"x": float(found["x"])} == {
        "Scored Labels (2)": "mine",
        "x": 1.5,
        "Scored Labels (1)": "other",
        "Scored Labels": "yes",
    }
    assert list(found)[:3] == ["Scored Labels (2)", "x", "Scored Labels (1)"]


def test_a_late_key_that_is_called_like_an_answer_is_kept(tmp_path: Path) -> None:
    """Beyond the lines that tell which columns a file has."""
    lines = [{"x": 1}] * 1500
    lines.append({"x": 1, "Scored Labels": "mine", "Scored Labels (1)": "other"})
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    score_files(Labels(), tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    last = json.loads((tmp_path / "out.jsonl").read_text().splitlines()[-1])
    assert last == {
        "x": 1,
        "Scored Labels (1) (1)": "mine",
        "Scored Labels (1)": "other",
        "Scored Labels": "yes",
    }


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

    outputs = dict(SIGNATURE.outputs) | {"other": (Column("sum", "double", "score"),)}
    scorer = Two(replace(SIGNATURE, outputs=outputs))
    (tmp_path / "in.csv").write_text(csv_text(ROWS), "utf-8", newline="")
    options = BatchOptions(columns="scores", output="other")
    score_files(scorer, tmp_path / "in.csv", tmp_path / "out.csv", options)
    found = [float(row["sum"]) for row in read_csv(tmp_path / "out.csv")]
    assert found == [row["age"] for row in ROWS]
    result = score_files(scorer, tmp_path / "in.csv", tmp_path / "first.csv")
    assert (result.output, result.other_outputs) == ("answers", ("other",))
    with pytest.raises(StudioError, match="The output cannot be “third”"):
        score_files(scorer, tmp_path / "in.csv", tmp_path / "o", BatchOptions(output="third"))


@pytest.mark.parametrize(("role", "written"), [("score", "scores"), ("feature", "plain")])
def test_the_first_output_with_scores_is_the_one_that_is_written(
    role: Role, written: str, tmp_path: Path
) -> None:
    class Two(Labels):
        signature = Signature(
            Labels.signature.inputs,
            {"plain": (Column("x", "double"),), "scores": (Column("y", "double", role),)},
        )

        def score(self, tables, parameters=None):  # type: ignore[no-untyped-def]
            x = tables["in"]["x"]
            return {"plain": {"x": x}, "scores": {"y": x * 2}}

    (tmp_path / "in.csv").write_text("x\n1.5\n")
    options = BatchOptions(columns="output")
    result = score_files(Two(), tmp_path / "in.csv", tmp_path / "out.csv", options)
    other = "plain" if written == "scores" else "scores"
    assert (result.output, result.other_outputs) == (written, (other,))
    wanted = {"scores": "y\n3.0\n", "plain": "x\n1.5\n"}[written]
    assert (tmp_path / "out.csv").read_text() == wanted
    options = BatchOptions(columns="output", output=other, replace=True)
    result = score_files(Two(), tmp_path / "in.csv", tmp_path / "out.csv", options)
    assert (result.output, result.other_outputs) == (other, (written,))
    assert (tmp_path / "out.csv").read_text() != wanted


def test_a_row_feeds_every_input(tmp_path: Path) -> None:
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
