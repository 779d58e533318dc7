"""The Open Inference Protocol, as it is written down."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

import pytest

from tests.serve.endpoints import Asked, serving
from tests.serve.scorers import FIELDS, Linear, Two, expected, row
from tests.serve.tensors import DATATYPES, tensors

ROWS = [row(), row(id=2**53 + 1, age=20, colour="red"), row(rate=-0.5, city="")]
INFER = "/v2/models/people/infer"


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    with serving(Linear()) as found:
        yield found


def outputs(answer: dict[str, Any]) -> dict[str, Any]:
    return {item["name"]: item for item in answer["outputs"]}


def refused(asked: Asked, status: int, body: dict[str, Any], path: str = INFER) -> dict[str, Any]:
    reply = asked.post(path, body)
    assert reply.status_code == status, reply.text
    told = reply.json()
    assert told["error"].startswith(told["problem"]["message"])
    problem: dict[str, Any] = told["problem"]
    return problem


def test_metadata(asked: Asked) -> None:
    server = asked.get("/v2").json()
    assert server["name"] == "wireloom"
    assert server["extensions"] == ["binary_tensor_data"]
    for path in ("/v2/models/people", "/v2/models/people/versions/1"):
        model = asked.get(path).json()
        assert (model["name"], model["versions"]) == ("people", ["1"])
        assert model["platform"] == "wireloom_program"
        assert [item["name"] for item in model["inputs"]] == [field.name for field in FIELDS]
        found = {item["name"]: (item["datatype"], item["shape"]) for item in model["inputs"]}
        assert found == {field.name: (DATATYPES[field.type], [-1]) for field in FIELDS}
        assert [item["datatype"] for item in model["outputs"]] == [
            *("INT64", "BYTES", "BYTES", "FP64", "INT64", "BOOL", "BYTES", "FP64"),
        ]
    for path in ("/v2/health/live", "/v2/health/ready", "/v2/models/people/ready"):
        assert asked.get(path).status_code == 200
    assert asked.get("/v2/models/people/versions/9").status_code == 404


def test_tensors_in_json(asked: Asked) -> None:
    answer = asked.scored({"id": "q-1", "inputs": tensors(ROWS)}, INFER)
    assert (answer["model_name"], answer["model_version"], answer["id"]) == ("people", "1", "q-1")
    found = outputs(answer)
    assert all(item["shape"] == [3] for item in found.values())
    assert found["Scored Probabilities"]["data"] == [expected(item) for item in ROWS]
    assert found["id"]["data"] == [17, 2**53 + 1, 17]
    assert found["likely"] == {
        "name": "likely",
        "datatype": "BOOL",
        "shape": [3],
        "data": [True, True, True],
    }


def test_tensors_of_two_dimensions(asked: Asked) -> None:
    given = tensors(ROWS)
    for item in given:
        item["shape"] = [3, 1]
        item["data"] = [[value] for value in item["data"]]
    found = outputs(asked.scored({"inputs": given}, INFER))
    assert found["Scored Probabilities"]["data"] == [expected(item) for item in ROWS]


def test_outputs_that_are_asked_for(asked: Asked) -> None:
    wanted = [{"name": "whole"}, {"name": "city"}]
    answer = asked.scored({"inputs": tensors(ROWS), "outputs": wanted}, INFER)
    assert [item["name"] for item in answer["outputs"]] == ["whole", "city"]
    assert "id" not in answer


def test_missing_values(asked: Asked) -> None:
    given = tensors([row(), row(age=None, id=None, city=None)])
    body = json.dumps({"inputs": given}).replace("null", "NaN", 1).encode()
    answer = outputs(asked.send(INFER, body).json())
    assert answer["whole"]["datatype"] == "FP64"
    assert answer["whole"]["data"] == [45.0, None]
    assert answer["likely"]["datatype"] == "FP64"
    assert answer["id"]["data"] == [17.0, None]
    assert answer["city"]["data"] == ["Zürich", None]


def test_numbers_without_end_need_bytes() -> None:
    with serving(Linear(shift=float("inf"))) as asked:
        told = refused(asked, 422, {"inputs": tensors(ROWS)})
        assert (told["code"], told["column"]) == ("value_unheld", "Scored Probabilities")
        wanted = [{"name": "Scored Probabilities", "parameters": {"binary_data": True}}]
        reply = asked.post(INFER, {"inputs": tensors(ROWS), "outputs": wanted})
        assert reply.content.endswith(struct.pack("<3d", *[float("inf")] * 3))


def test_other_numbers_than_the_metadata_says(asked: Asked) -> None:
    given = tensors(ROWS)
    for item in given:
        if item["datatype"] == "INT64":
            item["datatype"] = "FP64"
        elif item["datatype"] == "FP64":
            item["datatype"] = "FP32"
    found = outputs(asked.scored({"inputs": given}, INFER))
    assert found["whole"]["data"][0] == 45


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"inputs": None}, 400),
        ({"inputs": []}, 400),
        ({"inputs": [3]}, 400),
        ({"inputs": [{"datatype": "FP64"}]}, 400),
        ({"id": 3}, 400),
        ({"more": 3}, 400),
        ({"parameters": []}, 400),
        ({"parameters": {"strange": 1}}, 422),
        ({"outputs": [{"name": "strange"}]}, 422),
        ({"outputs": "all"}, 400),
        ({"outputs": [{"name": "whole", "parameters": {"classification": 2}}]}, 422),
    ],
)
def test_requests_that_do_not_hold_together(
    asked: Asked, change: dict[str, Any], status: int
) -> None:
    refused(asked, status, {"inputs": tensors(ROWS), **change})


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"name": "strange"}, 422, "strange"),
        ({"datatype": "INT4"}, 422, "INT4"),
        ({"datatype": "BYTES"}, 422, "BYTES"),
        ({"datatype": 5}, 422, "the number 5"),
        ({"shape": [2]}, 422, "3 values, and its shape says 2"),
        ({"shape": [3, 2]}, 422, "[N, 1]"),
        ({"shape": "3"}, 422, "[N, 1]"),
        ({"shape": [-1]}, 422, "[N, 1]"),
        ({"data": None}, 422, "no list"),
        ({"data": [[1], [2, 3], [4]]}, 422, "exactly one value"),
        ({"data": [1, 2, "x"]}, 422, "row 3"),
        ({"data": [1, 2, 2.5]}, 422, "row 3"),
        ({"parameters": {"binary_data_size": 8}}, 422, "size in bytes"),
        ({"parameters": {"shared_memory_region": "x"}}, 422, "shared_memory_region"),
        ({"parameters": 3}, 422, "no object"),
    ],
)
def test_tensors_that_do_not_fit(
    asked: Asked, change: dict[str, Any], status: int, said: str
) -> None:
    given = tensors(ROWS)
    given[1] |= change
    assert said in refused(asked, status, {"inputs": given})["message"]


def test_tensors_that_are_missing_or_twice(asked: Asked) -> None:
    given = tensors(ROWS)
    assert refused(asked, 422, {"inputs": given[1:]})["column"] == "id"
    assert "twice" in refused(asked, 422, {"inputs": [*given, given[0]]})["message"]
    short = tensors(ROWS[:1])
    assert refused(asked, 422, {"inputs": [*given[:-1], short[-1]]})["column"] == "stay"
    empty = tensors([])
    assert refused(asked, 422, {"inputs": empty})["code"] == "rows_none"


def test_models_that_are_not_there(asked: Asked) -> None:
    body = {"inputs": tensors(ROWS)}
    assert "people" in refused(asked, 404, body, "/v2/models/other/infer")["hint"]
    assert refused(asked, 404, body, "/v2/models/people/versions/2/infer")["code"] == "not_found"
    assert asked.scored(body, "/v2/models/people/versions/1/infer")["model_version"] == "1"


@pytest.mark.parametrize(
    ("length", "cut", "said"),
    [
        ("x", 0, "no number"),
        ("99999999", 0, "bytes"),
        (None, -1, "size in bytes"),
        (None, 1, "no tensor"),
    ],
)
def test_bytes_that_do_not_add_up(asked: Asked, length: str | None, cut: int, said: str) -> None:
    given = tensors(ROWS)
    del given[1]["data"]
    given[1]["parameters"] = {"binary_data_size": 24}
    header = json.dumps({"inputs": given}).encode()
    content = header + struct.pack("<3q", 1, 2, 3) + b"\0"
    content = content[: len(content) - 1 + cut]
    headers = {"inference-header-content-length": length or str(len(header))}
    reply = asked.client.post(INFER, content=content, headers=headers)
    # A tensor that is cut short is one that does not hold together; a wrong header is no form.
    assert reply.status_code == (422 if cut < 0 else 400)
    assert said in reply.json()["error"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("age", b"\0" * 23, "no whole number of values"),
        ("age", b"\0" * 16, "2 values"),
        ("city", b"\2\0\0\0ab\5\0\0\0abc", "within a text"),
        ("city", b"\2\0\0\0ab\5\0", "length of a text"),
        ("city", b"\2\0\0\0\xff\xff", "UTF-8"),
    ],
)
def test_bytes_that_are_no_values(asked: Asked, name: str, content: bytes, said: str) -> None:
    given = tensors(ROWS)
    item = next(item for item in given if item["name"] == name)
    del item["data"]
    item["parameters"] = {"binary_data_size": len(content)}
    header = json.dumps({"inputs": given}).encode()
    headers = {"inference-header-content-length": str(len(header))}
    reply = asked.client.post(INFER, content=header + content, headers=headers)
    assert reply.status_code == 422
    assert said in reply.json()["error"]


def test_several_inputs_and_outputs_have_names_in_two_parts() -> None:
    with serving(Two()) as asked:
        model = asked.get("/v2/models/two").json()
        assert [item["name"] for item in model["inputs"]] == ["left/x", "left/n", "right/y"]
        assert [item["name"] for item in model["outputs"]] == ["sum/total", "names/name"]
        given = [
            {"name": "left/x", "shape": [1], "datatype": "FP64", "data": [1.5]},
            {"name": "left/n", "shape": [1], "datatype": "INT64", "data": [2]},
            {"name": "right/y", "shape": [1], "datatype": "FP64", "data": [4]},
        ]
        body = {"inputs": given, "parameters": {"title": "t", "priority": 3}}
        found = outputs(asked.scored(body, "/v2/models/two/infer"))
        assert found["sum/total"]["data"] == [7.5]
        assert found["names/name"]["data"] == ["t"]
