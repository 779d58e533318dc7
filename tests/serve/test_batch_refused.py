"""Rows that cannot be scored: put aside with the reason, and the work goes on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from studio.sdk.errors import FileUnreadable, StudioError
from studio.serve.batch import BatchOptions, json_lines, score_files
from tests.serve.batch_parts import (
    FIELDS,
    NAMES,
    SIGNATURE,
    Formula,
    arrow_table,
    as_json,
    csv_text,
    expected,
    json_text,
    make_rows,
    read_csv,
    read_refused,
)

BAD = (0, 1, 7, 500, 501, 502, 999, 2999)
UNSEEN = "Column “grade” has the value “Z”, which training did not see"


def rows() -> list[dict]:  # type: ignore[type-arg]
    made = make_rows(3000, holes=False)
    for number in BAD:
        made[number]["grade"] = "Z"
    return made


def test_only_the_rows_to_blame_go_aside(tmp_path: Path) -> None:
    made = rows()
    (tmp_path / "in.csv").write_text(csv_text(made), "utf-8", newline="")
    scorer = Formula()
    result = score_files(scorer, tmp_path / "in.csv", tmp_path / "out.csv")
    assert (result.rows, result.scored, result.refused) == (3000, 2992, len(BAD))
    assert result.files[0].rejected == tmp_path / "out.csv.rejected.csv"
    found = read_refused(tmp_path / "out.csv")
    assert [(row, column, reason) for row, column, reason, _ in found] == [
        (number + 1, "grade", UNSEEN) for number in BAD
    ]
    source = (tmp_path / "in.csv").read_text("utf-8")
    assert all(text in source for _, _, _, text in found)
    assert [text.rsplit(",", 1)[1] for *_, text in found] == [made[n]["note"] for n in BAD]
    good = [row for number, row in enumerate(made) if number not in BAD]
    written = read_csv(tmp_path / "out.csv")
    assert [row["note"] for row in written] == [row["note"] for row in good]
    assert [row["points"] for row in written] == [str(expected(row)["points"]) for row in good]
    assert len(scorer.calls) < 100
    assert 0 not in scorer.calls


def test_a_file_of_nothing_else(tmp_path: Path) -> None:
    made = [row | {"grade": f"Z{number}"} for number, row in enumerate(make_rows(300))]
    (tmp_path / "in.csv").write_text(csv_text(made) + "too,few\n", "utf-8", newline="")
    scorer = Formula()
    result = score_files(scorer, tmp_path / "in.csv", tmp_path / "out.parquet")
    assert (result.scored, result.refused) == (0, 301)
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0
    assert 0 not in scorer.calls


@pytest.mark.parametrize("source", ["in.jsonl", "in.parquet"])
def test_rows_of_other_formats(source: str, tmp_path: Path) -> None:
    made = rows()
    if source == "in.jsonl":
        (tmp_path / source).write_text(json_text(made), "utf-8")
    else:
        pq.write_table(arrow_table(made), tmp_path / source)
    score_files(Formula(), tmp_path / source, tmp_path / "out.jsonl")
    found = read_refused(tmp_path / "out.jsonl")
    assert [(row, column, reason) for row, column, reason, _ in found] == [
        (number + 1, "grade", UNSEEN) for number in BAD
    ]
    assert [json.loads(text)["note"] for *_, text in found] == [made[n]["note"] for n in BAD]


def test_json_lines_that_are_none_and_values_that_do_not_fit(tmp_path: Path) -> None:
    good = json_text(make_rows(1, holes=False)).strip()
    lines = [
        good,
        "{",
        good.replace('"age": ', '"age": "x", "b": '),
        "[1]",
        good.replace('"age": ', '"age": 1.5, "b": '),
        good.replace('"member": ', '"member": 1, "b": '),
        good.replace('"spent": ', '"spent": NaN, "b": '),
        good.replace('"since": ', '"since": "soon", "b": '),
        good.replace('"age": ', '"age": 1, "age": '),
        good + good,
        good.replace('"age": ', '"age": 40.0, "b": '),
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), "utf-8")
    result = score_files(Formula(), tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert (result.rows, result.scored) == (11, 2)
    found = read_refused(tmp_path / "out.jsonl")
    assert [(row, column) for row, column, _, _ in found] == [
        (2, ""),
        (3, "age"),
        (4, ""),
        (5, "age"),
        (6, "member"),
        (7, ""),
        (8, "since"),
        (9, ""),
        (10, ""),
    ]
    reasons = [reason for _, _, reason, _ in found]
    assert reasons[1] == ("it has the text “x”; a whole number of at most 64 bits is needed")
    assert reasons[2] == "it is not an object, in braces"
    assert "NaN" in reasons[5]
    assert "twice" in reasons[7]
    assert [text for *_, text in found] == [lines[row - 1] for row, *_ in found]


ABSENT: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "bare": ({}, (*NAMES, "note")),
    "another name": ({"Age": 99}, (*NAMES, "note")),
    "another name among the others": ({"Age": 99}, ("age",)),
    "further down": ({"in": {"age": None}}, ("age",)),
    "in texts": ({"note": ',"age": null', 'k,"age': None}, ("age",)),
    "misfit besides": ({"spent": "x"}, ("age",)),
    "one of many": ({}, ("city",)),
}
"""What a line has first, and which columns it lacks."""


@pytest.mark.parametrize("target", ["out.jsonl", "out.csv"])
@pytest.mark.parametrize("case", ABSENT)
def test_lines_that_lack_a_column_are_put_aside(case: str, target: str, tmp_path: Path) -> None:
    whole = as_json(make_rows(1, holes=False)[0])
    first, lacks = ABSENT[case]
    line = first | {k: v for k, v in whole.items() if k not in (*lacks, *first)}
    lines = [json.dumps(row) for row in (whole, line, whole | {"age": None, "Age": 1})]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    result = score_files(Formula(), tmp_path / "in.jsonl", tmp_path / target)
    assert (result.scored, result.refused) == (2, 1)
    sentence = f"Column “{lacks[0]}” of “people” is missing in row 2"
    assert read_refused(tmp_path / target) == [(2, lacks[0], sentence, lines[1])]


def test_a_key_with_null_is_a_missing_value_however_it_is_written(tmp_path: Path) -> None:
    whole = as_json(make_rows(1, holes=False)[0]) | {"age": None}
    deep = json.dumps(whole | {"in": {"a": {"b": 1}}})
    plain = json.dumps(whole)
    lines = [
        plain,
        plain.replace('"age": null', '"age"\t:  null '),
        plain.replace('"age"', '"\\u0061ge"'),
        deep,
        "{" + plain[1:].replace('"age": null, ', "").removesuffix("}") + ', "age":null}',
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    result = score_files(Formula(), tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert (result.scored, result.refused) == (len(lines), 0)
    assert '"points":null' in (tmp_path / "out.jsonl").read_text()


def test_lines_with_every_key_are_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missing values among them too: only a line that lacks a key is worth a slow look."""
    (tmp_path / "in.jsonl").write_text(json_text(make_rows(300)), "utf-8")
    monkeypatch.setattr(json_lines, "careful_columns", None)
    result = score_files(Formula(), tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert (result.scored, result.refused) == (300, 0)


def test_the_input_that_must_have_a_column_is_named(tmp_path: Path) -> None:
    scorer = Formula()
    fields = tuple(replace(item, required=False) for item in FIELDS)
    scorer.signature = replace(SIGNATURE, inputs={"more": fields, **SIGNATURE.inputs})
    (tmp_path / "in.jsonl").write_text(json_text(make_rows(1)) + "{}\n", "utf-8")
    score_files(scorer, tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    ((_, _, reason, _),) = read_refused(tmp_path / "out.jsonl")
    assert reason == "Column “age” of “people” is missing in row 2"


def test_strict_stops_at_the_first_and_can_be_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(csv_text(rows()), "utf-8", newline="")
    with pytest.raises(StudioError) as caught:
        score_files(Formula(), tmp_path / "in.csv", tmp_path / "out.csv", BatchOptions(strict=True))
    assert caught.value.message == (
        f"Row 1 of “in.csv” cannot be scored: column “grade”: {UNSEEN}."
    )
    assert not (tmp_path / "out.csv").exists()
    result = score_files(
        Formula(), tmp_path / "in.csv", tmp_path / "out.csv", BatchOptions(resume=True)
    )
    assert result.refused == len(BAD)


def test_a_limit_of_rows_put_aside(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(csv_text(rows()), "utf-8", newline="")
    most = BatchOptions(most_refused=len(BAD) - 1)
    with pytest.raises(StudioError) as caught:
        score_files(Formula(), tmp_path / "in.csv", tmp_path / "out.csv", most)
    assert caught.value.message.startswith("More than 7 rows of “in.csv” cannot be scored. Row 1:")
    assert "“out.csv.rejected.csv”" in caught.value.advice
    assert len(read_refused(tmp_path / "out.csv")) == len(BAD)
    assert not (tmp_path / "out.csv").exists()
    enough = BatchOptions(most_refused=len(BAD))
    score_files(Formula(), tmp_path / "in.csv", tmp_path / "out.csv", enough)
    assert (tmp_path / "out.csv").exists()


def test_no_file_is_left_where_nothing_was_put_aside(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(csv_text(rows()), "utf-8", newline="")
    score_files(Formula(), tmp_path / "in.csv", tmp_path / "out.csv")
    assert (tmp_path / "out.csv.rejected.csv").exists()
    (tmp_path / "in.csv").write_text(csv_text(make_rows(5, holes=False)), "utf-8", newline="")
    result = score_files(
        Formula(), tmp_path / "in.csv", tmp_path / "out.csv", BatchOptions(replace=True)
    )
    assert result.files[0].rejected is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_a_fault_of_the_package_blames_no_row(tmp_path: Path) -> None:
    class Broken(Formula):
        def score(self, tables, parameters=None):  # type: ignore[no-untyped-def]
            raise FileUnreadable(path="table.arrow", reason="it is gone", advice="")

    (tmp_path / "in.csv").write_text(csv_text(rows()), "utf-8", newline="")
    with pytest.raises(FileUnreadable):
        score_files(Broken(), tmp_path / "in.csv", tmp_path / "out.csv")


def test_an_answer_of_another_type_is_said(tmp_path: Path) -> None:
    class Halves(Formula):
        def score(self, tables, parameters=None):  # type: ignore[no-untyped-def]
            found = super().score(tables, parameters)["answers"]
            return {"answers": dict(found) | {"points": found["points"] + 0.5}}

    (tmp_path / "in.csv").write_text(csv_text(make_rows(3, holes=False)), "utf-8", newline="")
    with pytest.raises(
        StudioError, match="an answer in column “points” that is not of type integer"
    ):
        score_files(Halves(), tmp_path / "in.csv", tmp_path / "out.csv")


TYPES = {
    "age": [
        (pa.int8(), [39]),
        (pa.uint64(), [39]),
        (pa.float32(), [39.0]),
        (pa.float16(), [39.0]),
        (pa.decimal128(6, 2), ["39.00"]),
        (pa.dictionary(pa.int8(), pa.int32()), [39]),
    ],
    "income": [(pa.int32(), [1000]), (pa.float32(), [1000.0]), (pa.decimal256(40, 3), ["1000"])],
    "member": [(pa.int8(), [1])],
    "city": [
        (pa.large_string(), ["Bern"]),
        (pa.string_view(), ["Bern"]),
        (pa.dictionary(pa.int32(), pa.large_string()), ["Bern"]),
    ],
    "since": [
        (pa.date32(), [18262]),
        (pa.date64(), [18262 * 86_400_000]),
        (pa.timestamp("s"), [1577836800]),
        (pa.timestamp("ns"), [1577836800_000_000_999]),
        (pa.timestamp("ms", "Europe/Zurich"), [1577836800_000]),
        (pa.string(), ["2020-01-01T01:00:00+01:00"]),
    ],
    "spent": [
        (pa.duration("ns"), [90_000_000_000]),
        (pa.time32("s"), [90]),
        (pa.time64("us"), [90_000_000]),
        (pa.float64(), [90.0]),
        (pa.int64(), [90]),
        (pa.string(), ["00:01:30"]),
    ],
}
BASE = {
    "age": 39,
    "income": 1000.0,
    "member": True,
    "city": "Bern",
    "grade": "B",
    "since": 1577836800_000_000,
    "spent": 90_000_000,
    "note": "",
}


@pytest.mark.parametrize(
    ("column", "type_", "values"),
    [(column, type_, values) for column, items in TYPES.items() for type_, values in items],
    ids=str,
)
def test_other_types_become_the_packages(
    column: str, type_: pa.DataType, values: list[object], tmp_path: Path
) -> None:
    from decimal import Decimal

    if pa.types.is_decimal(type_):
        values = [Decimal(str(value)) for value in values]
    table = arrow_table([BASE, BASE])
    place = table.schema.get_field_index(column)
    array = pa.array([*values, None], type_)
    pq_table = table.set_column(place, pa.field(column, type_), array)
    with pa.ipc.new_file(tmp_path / "in.arrow", pq_table.schema) as writer:
        writer.write_table(pq_table)
    result = score_files(Formula(), tmp_path / "in.arrow", tmp_path / "out.parquet")
    assert (result.scored, result.refused) == (2, 0)
    found = pq.read_table(tmp_path / "out.parquet")
    assert found["points"].to_pylist() == [expected(BASE)["points"], None]
    carried = found[column].type
    assert carried == (type_.value_type if pa.types.is_dictionary(type_) else type_) or (
        pa.types.is_timestamp(carried)
        or pa.types.is_date(carried)
        or pa.types.is_time(carried)
        or carried == pa.duration("ns")
    )


@pytest.mark.parametrize(
    ("column", "type_", "value", "reason"),
    [
        ("age", pa.float64(), 39.5, "it has 39.5; a whole number of at most 64 bits is needed"),
        ("age", pa.uint64(), 2**63, "it has 9223372036854775808; a whole number"),
        ("income", pa.float64(), float("inf"), "it has inf; a number that a double can hold"),
        ("member", pa.int8(), 2, "it has 2; true or false is needed"),
        ("since", pa.timestamp("s"), 2**62, "a date and time"),
        ("spent", pa.float64(), 1e300, "a span of time"),
    ],
)
def test_values_that_do_not_fit_put_their_row_aside(
    column: str, type_: pa.DataType, value: object, reason: str, tmp_path: Path
) -> None:
    table = arrow_table([BASE] * 3)
    place = table.schema.get_field_index(column)
    table = table.set_column(place, pa.field(column, type_), pa.array([None, value, None], type_))
    with pa.ipc.new_file(tmp_path / "in.arrow", table.schema) as writer:
        writer.write_table(table)
    result = score_files(
        Formula(), tmp_path / "in.arrow", tmp_path / "out.arrow", BatchOptions(columns="scores")
    )
    assert (result.scored, result.refused) == (2, 1)
    ((row, named, said, _),) = read_refused(tmp_path / "out.arrow")
    assert (row, named) == (2, column)
    assert reason in said
    assert (tmp_path / "out.arrow").exists()


@pytest.mark.parametrize(
    ("column", "array", "message"),
    [
        ("age", pa.array(["39"]), "“in.parquet” holds text; a whole number of at most 64 bits is"),
        ("city", pa.array([1]), "“in.parquet” holds whole numbers; text is needed"),
        ("member", pa.array([1.0]), "“in.parquet” holds numbers; true or false is needed"),
        ("since", pa.array([1]), "“in.parquet” holds whole numbers; a date and time"),
        ("income", pa.array([[1.0]]), "“in.parquet” holds lists; a number"),
    ],
)
def test_types_that_cannot_become_the_packages_are_refused(
    column: str, array: pa.Array, message: str, tmp_path: Path
) -> None:
    table = arrow_table([BASE])
    place = table.schema.get_field_index(column)
    pq.write_table(table.set_column(place, column, array), tmp_path / "in.parquet")
    with pytest.raises(StudioError) as caught:
        score_files(Formula(), tmp_path / "in.parquet", tmp_path / "out.parquet")
    assert f"Column “{column}” of {message}" in caught.value.message
