"""Rows scored over HTTP: every form of a request, answered in kind."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.serve.endpoints import Asked, serving
from tests.serve.scorers import Halves, Linear, Two, expected, row

ROWS = [row(), row(id=2**63 - 1, age=20, city=None, colour="red", hours=0.1), row(age=None)]
COLUMNS = list(row())
VALUES = [list(item.values()) for item in ROWS]


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    with serving(Linear()) as found:
        yield found


@pytest.fixture(scope="module")
def two() -> Iterator[Asked]:
    with serving(Two()) as found:
        yield found


def check(answers: list[dict[str, Any]]) -> None:
    """Compare what was answered to ROWS with plain arithmetic."""
    assert [item["id"] for item in answers] == [17, 2**63 - 1, 17]
    assert [item["city"] for item in answers] == ["Zürich", None, "Zürich"]
    scores = [item["Scored Probabilities"] for item in answers]
    assert scores == [expected(ROWS[0]), pytest.approx(expected(ROWS[1]), rel=1e-15), None]
    assert [item["Scored Labels"] for item in answers] == ["high", "high", None]
    assert [item["whole"] for item in answers] == [45, 25, None]
    assert [item["likely"] for item in answers] == [True, True, None]
    assert {item["until"] for item in answers} == {"2020-02-29T12:31:30.500000"}
    assert {item["spent"] for item in answers} == {181.0}


def records(columns: list[str], rows: list[list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, item, strict=True)) for item in rows]


def test_a_list_of_records(asked: Asked) -> None:
    check(asked.scored(ROWS))


def test_records_in_an_object(asked: Asked) -> None:
    answer = asked.scored({"records": ROWS})
    assert set(answer) == {"records"}
    check(answer["records"])


def test_columns_and_rows(asked: Asked) -> None:
    answer = asked.scored({"columns": COLUMNS, "rows": VALUES})
    assert set(answer) == {"columns", "rows"}
    check(records(answer["columns"], answer["rows"]))


def test_columns_in_another_order(asked: Asked) -> None:
    turned = {"columns": COLUMNS[::-1], "rows": [values[::-1] for values in VALUES]}
    answer = asked.scored(turned)
    check(records(answer["columns"], answer["rows"]))


def test_a_frame_as_pandas_splits_it(asked: Asked) -> None:
    answer = asked.scored({"columns": COLUMNS, "index": [7, 8, 9], "data": VALUES})
    assert answer["index"] == [0, 1, 2]
    check(records(answer["columns"], answer["data"]))


@pytest.mark.parametrize("path", ["/score", "/invocations"])
@pytest.mark.parametrize(
    "body",
    [
        {"dataframe_records": ROWS},
        {"dataframe_split": {"columns": COLUMNS, "data": VALUES}},
        {"dataframe_split": {"columns": COLUMNS, "index": [0, 1, 2], "data": VALUES}},
        {"inputs": ROWS},
        {"inputs": {name: [item[name] for item in ROWS] for name in COLUMNS}},
        {"instances": ROWS, "params": {}},
    ],
)
def test_the_forms_of_mlflow(asked: Asked, path: str, body: dict[str, Any]) -> None:
    answer = asked.scored(body, path)
    assert set(answer) == {"predictions"}
    check(answer["predictions"])


def test_delimited_text_for_mlflow(asked: Asked) -> None:
    lines = [",".join(COLUMNS)]
    for item in ROWS:
        cells = ["" if value is None else str(value) for value in item.values()]
        lines.append(",".join(cells))
    reply = asked.send("/invocations", "\r\n".join(lines).encode(), "text/csv; charset=utf-8")
    assert reply.status_code == 200, reply.text
    check(reply.json()["predictions"])


def test_marks_of_missing_values_in_delimited_text(asked: Asked) -> None:
    text = f"{','.join(COLUMNS)}\n1,?,1,1,1,1,true,red,NA,2020-01-01 00:00:00,00:01:00\n"
    reply = asked.send("/invocations", text.encode(), "text/csv")
    (answer,) = reply.json()["predictions"]
    assert answer["Scored Probabilities"] is None
    assert answer["city"] == "NA"
    assert answer["spent"] == 120.0


def test_optional_columns_may_come(asked: Asked) -> None:
    assert asked.scored([row(income=1.5), row()])[1]["whole"] == 45
    assert asked.scored([row(income=None)])[0]["whole"] == 45
    body = {"columns": [*COLUMNS, "income"], "rows": [[*VALUES[0], 3]]}
    assert asked.scored(body)["rows"][0][4] == 45


def test_what_passes_through_is_as_it_was_sent(asked: Asked) -> None:
    """Whole numbers that a double cannot hold, and any way of writing one that it can."""
    ids = [2**53 + 1, -(2**63), 9007199254740993, None, 5.0]
    body = json.dumps([row(id=value) for value in ids]).encode()
    answer = asked.send("/score", body).text
    found = [item["id"] for item in json.loads(answer)]
    assert found == ids
    assert '"id":9007199254740993' in answer
    assert '"id":5.0' in answer


def test_numbers_without_end_are_said_in_words() -> None:
    with serving(Linear(shift=float("inf"))) as asked:
        (answer,) = asked.scored([row()])
        assert answer["Scored Probabilities"] == "Infinity"
        assert answer["whole"] is None


def test_the_header_tells_the_version(asked: Asked) -> None:
    reply = asked.post("/score", [row()])
    assert reply.headers["x-model-version"] == "1"
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)]
)
def test_packed_bodies(asked: Asked, coding: str, pack: Any) -> None:
    headers = {"content-type": "application/json", "content-encoding": coding}
    content = pack(json.dumps(ROWS).encode())
    reply = asked.client.post("/score", content=content, headers=headers)
    check(reply.json())


def test_a_body_in_pieces(asked: Asked) -> None:
    content = json.dumps(ROWS).encode()
    pieces = iter([content[:10], content[10:200], content[200:]])
    headers = {"content-type": "application/json; charset=UTF-8"}
    check(asked.client.post("/score", content=pieces, headers=headers).json())


def test_many_rows_in_threads(asked: Asked) -> None:
    rows = [row(id=number, age=number % 80) for number in range(3000)]
    answers = asked.scored(rows)
    assert [item["id"] for item in answers] == list(range(3000))
    assert [item["Scored Probabilities"] for item in answers] == [expected(item) for item in rows]


def test_a_name_for_each_of_several_inputs(two: Asked) -> None:
    body = {
        "tables": {
            "left": [{"x": 1.5, "n": 2}, {"x": 2.5, "n": 3}],
            "right": {"columns": ["y"], "rows": [[4.0], [0.25]]},
        },
        "parameters": {"title": "row"},
    }
    assert two.scored(body) == {
        "tables": {
            "sum": [{"total": 7.5}, {"total": 5.75}],
            "names": [{"name": "row"}, {"name": "row"}],
        }
    }


def test_the_shape_of_the_first_of_several_inputs(two: Asked) -> None:
    body = {
        "tables": {
            "left": {"columns": ["n", "x"], "rows": [[2, 1.5]]},
            "right": {"records": [{"y": 4.0}]},
        },
        "parameters": {"title": "row", "factor": 2, "times": 2, "loud": True, "extra": [1]},
    }
    assert two.scored(body) == {
        "tables": {
            "sum": {"columns": ["total"], "rows": [[15.0]]},
            "names": {"columns": ["name"], "rows": [["ROWROW"]]},
        }
    }


def test_one_input_may_be_named_too(asked: Asked) -> None:
    answer = asked.scored({"tables": {"input1": ROWS}})
    check(answer["tables"]["output1"])


def test_azures_tables(asked: Asked) -> None:
    texts = [[None if v is None else str(v) for v in values] for values in VALUES]
    body = {"Inputs": {"input1": {"ColumnNames": COLUMNS, "Values": texts}}, "GlobalParameters": {}}
    (name, output), *rest = asked.scored(body)["Results"].items()
    assert (name, rest) == ("output1", [])
    assert output["type"] == "DataTable"
    value = output["value"]
    assert value["ColumnNames"][:4] == ["id", "city", "Scored Labels", "Scored Probabilities"]
    assert value["ColumnTypes"] == [
        *("Int64", "String", "String", "Double", "Int64", "Boolean", "DateTime", "TimeSpan"),
    ]
    first, second, third = value["Values"]
    assert first == [
        *("17", "Zürich", "high", "45.375", "45", "true"),
        *("2020-02-29 12:31:30.500000", "00:03:01"),
    ]
    assert second[:2] == ["9223372036854775807", None]
    assert float(second[3]) == pytest.approx(expected(ROWS[1]), rel=1e-15)
    assert third[2:6] == [None, None, None, None]


def test_azures_tables_with_plain_values(asked: Asked) -> None:
    body = {"Inputs": {"input1": {"ColumnNames": COLUMNS, "Values": VALUES}}}
    value = asked.scored(body)["Results"]["output1"]["value"]
    assert value["Values"][1][0] == "9223372036854775807"


def test_azures_records(asked: Asked) -> None:
    texts = {name: str(value) for name, value in row().items()}
    body = {"Inputs": {"input1": [texts]}, "GlobalParameters": None}
    (answer,) = asked.scored(body)["Results"]["output1"]
    assert answer["Scored Probabilities"] == 45.375
    assert answer["id"] == "17"


def test_azures_parameters_may_be_text(two: Asked) -> None:
    body = {
        "Inputs": {
            "left": {"ColumnNames": ["x", "n"], "Values": [["1.5", "2"]]},
            "right": {"ColumnNames": ["y"], "Values": [["4"]]},
        },
        "GlobalParameters": {"title": "t", "factor": "0.5", "times": "3", "loud": "True"},
    }
    results = two.scored(body)["Results"]
    assert results["sum"]["value"]["Values"] == [["3.75"]]
    assert results["names"]["value"]["Values"] == [["TTT"]]


def test_empty_text_is_missing_in_azures_numbers_alone(asked: Asked) -> None:
    values = [("" if name in ("age", "city") else value) for name, value in row().items()]
    body = {"Inputs": {"input1": {"ColumnNames": COLUMNS, "Values": [values]}}}
    (answer,) = asked.scored(body)["Results"]["output1"]["value"]["Values"]
    assert answer[1] == ""
    assert answer[3] is None


def test_the_first_of_several_outputs_for_mlflow() -> None:
    with serving(Halves()) as asked:
        answer = asked.scored({"inputs": [{"x": 2.5}]}, "/invocations")
        assert answer == {"predictions": [{"half": 1.25}]}
        assert asked.scored({"records": [{"x": 2.5}]}) == {
            "tables": {"first": {"records": [{"half": 1.25}]}, "second": {"records": [{"x": 2.5}]}}
        }
