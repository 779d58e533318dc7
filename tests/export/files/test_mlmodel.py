"""MLmodel, read as MLflow reads it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import yaml

from studio.export.files.facts import PackageFacts
from studio.export.files.mlmodel import mlflow_files
from studio.scoring.signature import Field, Signature, WebParameter
from studio.sdk.schema import Column
from tests.export.files.builders import ODD_NAMES, facts, odd_facts


def model(some: PackageFacts) -> Any:
    return yaml.safe_load(mlflow_files(some)["MLmodel"])


def test_it_is_opened_by_the_package_itself() -> None:
    from studio.scoring import mlflow as loader

    flavor = model(facts())["flavors"]["python_function"]
    assert flavor == {
        "code": "code",
        "data": ".",
        "env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
        "loader_module": loader.__name__,
        "python_version": "3.11.7",
    }
    assert callable(loader._load_pyfunc)


def test_its_identity_comes_from_the_content() -> None:
    assert model(facts())["model_uuid"] == "0123456789abcdef" * 2
    assert "utc_time_created" not in model(facts())


def test_the_signature_names_every_column() -> None:
    signature = model(facts())["signature"]
    inputs = json.loads(signature["inputs"])
    assert [(item["name"], item["required"]) for item in inputs] == [
        ("age", True),
        ("workclass", True),
        ("since", True),
        ("lasted", True),
        ("member", True),
        ("income", False),
    ]
    assert {item["name"]: item["type"] for item in json.loads(signature["outputs"])} == {
        "age": "long",
        "Scored Labels": "string",
        "Scored Probabilities": "double",
    }
    assert json.loads(signature["params"]) == [
        {"name": "threshold", "type": "double", "default": 0.5, "shape": None},
        {"name": "filters", "type": "string", "default": "[1, 2]", "shape": None},
        {"name": "must", "type": "string", "default": None, "shape": None},
    ]


def test_odd_names_stay_what_they_are() -> None:
    signature = model(odd_facts())["signature"]
    assert [item["name"] for item in json.loads(signature["inputs"])] == list(ODD_NAMES)
    assert signature["params"] is None


def test_the_example_is_the_sample_request() -> None:
    files = mlflow_files(facts())
    table = json.loads(files["input_example.json"])
    assert dict(zip(table["columns"], table["data"][0], strict=True)) == {
        "age": 39,
        "workclass": "Private",
        "since": "1970-01-01T12:00:00",
        "lasted": 1.5,
        "member": None,
    }
    assert json.loads(files["serving_input_example.json"]) == {"dataframe_split": table}
    named = model(facts())["saved_input_example_info"]
    assert {named["artifact_path"], named["serving_input_path"]} < set(files)


def test_the_served_example_sets_what_the_sample_sets() -> None:
    given = {"must": "x", "filters": [3]}
    request = json.dumps({**json.loads(facts().sample_request), "parameters": given})
    known = (WebParameter("filters", "any", [3], True), WebParameter("must", "string", "x", True))
    some = facts(sample_request=request, signature=replace(facts().signature, parameters=known))
    files = mlflow_files(some)
    served = json.loads(files["serving_input_example.json"])
    assert served["params"] == {"must": "x", "filters": "[3]"}
    assert served["dataframe_split"] == json.loads(files["input_example.json"])
    told = json.loads(model(some)["signature"]["params"])
    assert [item["default"] for item in told] == [None, None]


def test_several_inputs_have_no_signature_of_mlflows() -> None:
    fields = (Field("a", "double"),)
    signature = Signature({"b": fields, "c": fields}, {"output": (Column("a", "double"),)})
    request = json.dumps({"tables": {"b": {"records": [{"a": 1}]}, "c": {"records": []}}})
    some = facts(signature=signature, sample_request=request)
    assert set(mlflow_files(some)) == {"MLmodel"}
    assert "signature" not in model(some)
