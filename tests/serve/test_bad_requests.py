"""What cannot be answered is refused with a reason, a place and a hint; never with a fault."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.serve.endpoints import Asked, problem, serving
from tests.serve.scorers import Linear, Two, row

COLUMNS = list(row())
VALUES = list(row().values())
BODY = json.dumps([row()]).encode()


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    with serving(Linear(), max_rows=50, max_body=20_000_000) as found:
        yield found


@pytest.fixture(scope="module")
def two() -> Iterator[Asked]:
    with serving(Two()) as found:
        yield found


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in row().items() if key != name}


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        ([row(), row(strange=1)], "column_unknown", {"column": "strange"}),
        ([row(), without("hours")], "column_missing", {"column": "hours", "row": 2}),
        ([row(), row(), row(age="old")], "value_unfit", {"column": "age", "row": 3}),
        ([row(), row(colour="pink")], "level_unknown", {"column": "colour", "row": 2}),
        ([], "rows_none", {}),
        ({"records": []}, "rows_none", {}),
        ({"columns": COLUMNS, "rows": []}, "rows_none", {}),
        ({"inputs": {name: [] for name in COLUMNS}}, "rows_none", {}),
        ({"columns": [*COLUMNS, "id"], "rows": [[*VALUES, 1]]}, "column_twice", {"column": "id"}),
        ({"columns": COLUMNS, "rows": [VALUES, VALUES[:-1]]}, "row_length", {"row": 2}),
        ({"columns": COLUMNS[1:], "rows": [VALUES[1:]]}, "column_missing", {"column": "id"}),
        ({"records": [row()], "parameters": {"x": 1}}, "parameter_unknown", {"parameter": "x"}),
    ],
)
def test_rows_that_do_not_fit(asked: Asked, data: Any, code: str, place: dict[str, Any]) -> None:
    told = asked.problem(422, data)
    assert told["code"] == code
    assert told["hint"]
    if "parameter" not in place:
        assert told["input"] == "input1"
    for key, value in place.items():
        assert told[key] == value
        assert str(value) in told["message"] or code == "level_unknown"


def test_the_columns_that_there_are_stand_in_the_hint(asked: Asked) -> None:
    told = asked.problem(422, [row(Age=3)])
    assert told["message"] == "Column “Age” is not a column of “input1”."
    assert "age, hours" in told["hint"]


@pytest.mark.parametrize(
    "data",
    [
        None,
        5,
        "rows",
        {},
        {"rows": 3},
        {"strange": []},
        {"records": [row()], "more": 1},
        {"records": {}},
        {"records": [row()], "parameters": []},
        {"columns": COLUMNS},
        {"columns": "all", "rows": [VALUES]},
        {"columns": [1], "rows": [[1]]},
        {"columns": COLUMNS, "rows": [row()]},
        {"columns": COLUMNS, "data": "x"},
        [1, 2],
        [row(), None],
        [[1]],
        {"tables": []},
        {"tables": {}},
        {"tables": {"other": [row()]}},
        {"tables": {"input1": 3}},
        {"Inputs": []},
        {"Inputs": {"input1": 3}},
        {"Inputs": {"input1": {"ColumnNames": COLUMNS}}},
        {"Inputs": {"input1": [row()]}, "Parameters": {}},
        {"dataframe_split": []},
        {"dataframe_split": {"columns": COLUMNS, "data": [VALUES], "names": 1}},
        {"inputs": {"id": 3}},
        {"inputs": {name: [1] if name == "id" else [] for name in COLUMNS}},
        {"inputs": {name: [1, 2] if name == "id" else [1] for name in COLUMNS}},
        {"inputs": 3},
        {"inputs": [row()], "instances": [row()]},
    ],
)
@pytest.mark.parametrize("path", ["/score", "/invocations"])
def test_no_form_of_a_request(asked: Asked, path: str, data: Any) -> None:
    reply = asked.send(path, json.dumps(data).encode())
    assert reply.status_code in (400, 422)
    told = problem(reply, reply.status_code)
    assert told["code"] in ("form_unknown", "rows_none", "column_missing", "column_length")
    assert told["hint"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"[NaN]", "not_json"),
        (b"[Infinity]", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b'["\\ud800"]', "not_json"),
        (b"[" + b"9" * 5000 + b"]", "not_json"),
        (BODY.replace(b'"age": 38', b'"age": 38, "age": 39'), "key_twice"),
        (b"[" * 10_000_000, "too_deep"),
        (b'{"a":' * 2_000_000, "too_deep"),
    ],
)
def test_what_is_not_json(asked: Asked, content: bytes, code: str) -> None:
    assert problem(asked.send("/score", content), 400)["code"] == code


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        (b'"hours": 40.5', b'"hours": 1e400', "hours"),
        (b'"hours": 40.5', b'"hours": -1e400', "hours"),
        (b'"hours": 40.5', b'"hours": ' + b"9" * 400, "hours"),
        (b'"age": 38', b'"age": ' + b"9" * 400, "age"),
        (b'"stay": 90.5', b'"stay": 1e300', "stay"),
        (b'"since": "2020-02-29T12:30:00"', b'"since": "0000-01-01"', "since"),
        (b'"since": "2020-02-29T12:30:00"', b'"since": "yesterday"', "since"),
    ],
)
def test_numbers_and_times_beyond_reach(asked: Asked, old: bytes, new: bytes, column: str) -> None:
    assert old in BODY
    told = problem(asked.send("/score", BODY.replace(old, new)), 422)
    assert (told["code"], told["column"], told["row"]) == ("value_unfit", column, 1)


@pytest.mark.parametrize(
    "type_", ["text/plain", "", "application/json; charset=latin-1", "multipart/form-data"]
)
def test_other_content(asked: Asked, type_: str) -> None:
    reply = asked.client.post("/score", content=BODY, headers={"content-type": type_})
    assert problem(reply, 415)["code"] == "content_type_wrong"


def test_no_content_type(asked: Asked) -> None:
    assert problem(asked.client.post("/score", content=BODY), 415)["hint"]


@pytest.mark.parametrize(
    ("coding", "content", "status"),
    [
        ("br", BODY, 415),
        ("gzip", BODY, 400),
        ("gzip", gzip.compress(BODY)[:-9], 400),
        ("gzip", gzip.compress(BODY) + b"more", 400),
        ("deflate", b"", 400),
        ("deflate", zlib.compress(b" " * 30_000_000), 413),
    ],
)
def test_bodies_that_cannot_be_unpacked(
    asked: Asked, coding: str, content: bytes, status: int
) -> None:
    headers = {"content-type": "application/json", "content-encoding": coding}
    problem(asked.client.post("/score", content=content, headers=headers), status)


def test_methods_and_addresses(asked: Asked) -> None:
    reply = asked.get("/score")
    assert problem(reply, 405)["code"] == "method_wrong"
    assert reply.headers["allow"] == "POST"
    reply = asked.client.put("/metrics")
    assert reply.status_code == 405
    assert reply.headers["allow"] == "GET, HEAD"
    for path in ("/nothing", "/score/", "/%00", "/%FF"):
        assert problem(asked.get(path), 404)["code"] == "not_found"
    for path in ("/v2/models", "/v2/models//infer", "/v2/models/other"):
        reply = asked.get(path)
        assert (reply.status_code, reply.json()["problem"]["code"]) == (404, "not_found")
    assert asked.client.head("/health/live").status_code == 200


def test_too_many_rows(asked: Asked) -> None:
    told = asked.problem(413, [row()] * 51)
    assert told["code"] == "rows_too_many"
    assert "51" in told["message"]
    assert "50" in told["message"]
    assert len(asked.scored([row()] * 50)) == 50


def test_bodies_too_large() -> None:
    with serving(Linear(), max_body=1000) as asked:
        told = problem(asked.send("/score", b" " * 1001), 413)
        assert told["code"] == "body_too_large"
        pieces = iter([b" " * 600, b" " * 600])
        headers = {"content-type": "application/json"}
        assert asked.client.post("/score", content=pieces, headers=headers).status_code == 413
        assert asked.send("/score", BODY + b" " * (1000 - len(BODY))).status_code == 200


@pytest.mark.parametrize("path", ["/score", "/invocations"])
def test_nan_is_a_missing_value_where_mlflow_writes_it(asked: Asked, path: str) -> None:
    body = json.dumps({"dataframe_records": [row(age=float("nan"), city=float("nan"))]}).encode()
    reply = asked.send(path, body)
    if path == "/score":
        assert problem(reply, 400)["code"] == "not_json"
    else:
        (answer,) = reply.json()["predictions"]
        assert (answer["Scored Probabilities"], answer["city"]) == (None, None)


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        (b"", 400, "form_unknown"),
        (b"\xff\n1", 400, "form_unknown"),
        (b'a\n"1', 400, "form_unknown"),
        (b"id,age\n1,2\n", 422, "column_missing"),
        (",".join(COLUMNS).encode(), 422, "rows_none"),
        (f"{','.join(COLUMNS)}\n1,2\n".encode(), 422, "row_length"),
    ],
)
def test_delimited_text_that_does_not_fit(
    asked: Asked, text: bytes, status: int, code: str
) -> None:
    assert problem(asked.send("/invocations", text, "text/csv"), status)["code"] == code


TABLES = {"left": [{"x": 1, "n": 1}], "right": [{"y": 1}]}


@pytest.mark.parametrize(
    ("parameters", "code", "name"),
    [
        ({}, "parameter_missing", "title"),
        ({"title": "t", "other": 1}, "parameter_unknown", "other"),
        ({"title": 5}, "parameter_unfit", "title"),
        ({"title": "t", "factor": "2"}, "parameter_unfit", "factor"),
        ({"title": "t", "factor": True}, "parameter_unfit", "factor"),
        ({"title": "t", "factor": None}, "parameter_unfit", "factor"),
        ({"title": "t", "factor": 10**400}, "parameter_unfit", "factor"),
        ({"title": "t", "times": 1.5}, "parameter_unfit", "times"),
        ({"title": "t", "times": 2**63}, "parameter_unfit", "times"),
        ({"title": "t", "loud": 1}, "parameter_unfit", "loud"),
    ],
)
def test_parameters_that_do_not_fit(
    two: Asked, parameters: dict[str, Any], code: str, name: str
) -> None:
    told = two.problem(422, {"tables": TABLES, "parameters": parameters})
    assert (told["code"], told["parameter"]) == (code, name)
    assert name in told["message"]


def test_several_inputs_have_to_be_named(two: Asked) -> None:
    told = two.problem(400, [{"x": 1, "n": 1}])
    assert "left, right" in told["message"]
    told = two.problem(400, {"tables": {"left": TABLES["left"]}, "parameters": {"title": "t"}})
    assert "right" in told["message"]
    tables = {**TABLES, "right": [{"y": 1}, {"y": 2}]}
    told = two.problem(422, {"tables": tables, "parameters": {"title": "t"}})
    assert (told["code"], told["hint"]) == ("rows_unequal", "Send as many rows for each.")
    tables = {**TABLES, "right": [{"y": "1"}]}
    told = two.problem(422, {"tables": tables, "parameters": {"title": "t"}})
    assert (told["input"], told["column"], told["row"]) == ("right", "y", 1)


def test_a_fault_of_ours_is_told_in_the_log_alone() -> None:
    scorer = Linear()
    with serving(scorer) as asked:
        scorer.gate = 5
        reply = asked.post("/score", [row()], headers={"x-request-id": "abc-1"})
        told = problem(reply, 500)
        assert told["code"] == "unexpected"
        assert "abc-1" in told["hint"]
        assert "Traceback" not in reply.text
        assert "'int'" not in reply.text
        (line,) = [line for line in asked.lines() if line["event"] == "unexpected"]
        assert line["request_id"] == "abc-1"
        assert "AttributeError" in line["traceback"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
CELLS = JSON | st.sampled_from(VALUES)
RECORDS = st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELLS))
KEYS = (
    *("records", "columns", "rows", "data", "index", "tables", "parameters", "Inputs"),
    *("dataframe_split", "dataframe_records", "inputs", "instances", "params", "GlobalParameters"),
)
BODIES = st.one_of(
    JSON,
    st.lists(RECORDS, max_size=3),
    st.dictionaries(st.sampled_from(KEYS), JSON | st.lists(RECORDS, max_size=3), max_size=4),
    st.builds(lambda rows: {"columns": COLUMNS, "rows": rows}, st.lists(st.lists(CELLS))),
    st.builds(lambda table: {"Inputs": {"input1": table}}, JSON | st.lists(RECORDS, max_size=2)),
)
PATHS = st.sampled_from(["/score", "/invocations", "/v2/models/people/infer"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(path=PATHS, content=st.binary(max_size=60) | BODIES.map(lambda b: json.dumps(b).encode()))
def test_nothing_that_is_sent_is_a_fault(asked: Asked, path: str, content: bytes) -> None:
    reply = asked.send(path, content)
    assert reply.status_code in (200, 400, 422), reply.text
    if reply.status_code != 200:
        told = reply.json()
        told = told["problem"] if path.startswith("/v2") else told["error"]
        assert told["code"]
        assert told["message"]
