"""The OpenAPI document: valid, honest about the package, and kept by the endpoint."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from studio.serve.jobs import Jobs, jobs_mount
from studio.serve.jobs.request_options import KNOWN
from studio.serve.keys import add_key
from tests.serve.endpoints import Asked, serving
from tests.serve.scorers import FIELDS, Linear, Two, row


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    with serving(Linear()) as found:
        yield found


@pytest.fixture(scope="module")
def document(asked: Asked) -> dict[str, Any]:
    found: dict[str, Any] = asked.get("/openapi.json").json()
    return found


def fits(document: dict[str, Any], schema: dict[str, Any], value: Any) -> bool:
    """Whether a value is what a schema of the document says."""
    whole = {**schema, "components": document["components"]}  # what its references lead to
    validator = jsonschema.Draft202012Validator(whole)
    return bool(validator.is_valid(value))


def schema_of(document: dict[str, Any], path: str, status: str = "") -> dict[str, Any]:
    """Return the schema of an operation's body, or of its answer with a status."""
    operation = document["paths"][path]["post"]
    whole = operation["responses"][status] if status else operation["requestBody"]
    found: dict[str, Any] = whole["content"]["application/json"]["schema"]
    return found


@pytest.mark.parametrize("scorer", [Linear(), Two()])
def test_the_document_is_valid(scorer: Any, tmp_path: Path) -> None:
    with serving(scorer) as asked:
        document = asked.get("/openapi.json").json()
        validate(document)
        assert document["openapi"].startswith("3.1")
        assert "security" not in document
    add_key(tmp_path / "keys.json", "shop")
    with serving(scorer, keys=tmp_path / "keys.json") as asked:
        document = asked.get("/openapi.json").json()
        validate(document)
        assert document["security"] == [{"bearer": []}, {"header": []}]


def test_every_example_is_answered_as_the_document_says(
    asked: Asked, document: dict[str, Any]
) -> None:
    for path in ("/score", "/invocations", "/v2/models/{name}/infer"):
        content = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        assert content["examples"]
        for example in content["examples"].values():
            body = example["value"]
            assert fits(document, content["schema"], body)
            if "inputs" in body and path.startswith("/v2"):
                path = "/v2/models/people/infer"
            answer = asked.scored(body, path)
            answered = schema_of(document, path.replace("people", "{name}"), "200")
            assert fits(document, answered, answer), answer


def test_examples_of_several_inputs() -> None:
    with serving(Two()) as asked:
        document = asked.get("/openapi.json").json()
        content = document["paths"]["/score"]["post"]["requestBody"]["content"]["application/json"]
        assert set(content["examples"]) == {"tables", "azure_records", "azure_tables"}
        assert "/invocations" not in document["paths"]
        body = content["examples"]["tables"]["value"]
        assert not fits(document, content["schema"], body)  # a parameter has no default
        body["parameters"] = {"title": "t"}
        assert fits(document, content["schema"], body)
        asked.scored(body)


@pytest.mark.parametrize(
    ("change", "fit"),
    [
        ({}, True),
        ({"age": None}, True),
        ({"income": 3}, True),
        ({"age": 3.0}, True),
        ({"age": "3"}, False),
        ({"age": 2.5}, False),
        ({"age": 2**63}, False),
        ({"hours": 1e309}, False),
        ({"member": 1}, False),
        ({"city": 3}, False),
        ({"since": "2024-01-01"}, True),
        ({"since": "2024-01-01T10:00:00.123456789Z"}, True),
        ({"since": "01.01.2024"}, False),
        ({"strange": 1}, False),
    ],
)
def test_the_schema_of_rows_is_what_is_taken(
    asked: Asked, document: dict[str, Any], change: dict[str, Any], fit: bool
) -> None:
    body = [row(**change)]
    assert fits(document, schema_of(document, "/score"), body) == fit
    reply = asked.send("/score", json.dumps(body).replace("Infinity", "1e309").encode())
    assert reply.status_code == (200 if fit else 422)


def test_what_training_saw(document: dict[str, Any]) -> None:
    columns = document["components"]["schemas"]["Input1"]
    assert columns["properties"]["age"]["description"] == "Training saw 17 to 90."
    assert "“red”, “green”, “blue”" in columns["properties"]["colour"]["description"]
    assert "1970-01-01T00:00:00 to" in columns["properties"]["since"]["description"]
    assert columns["properties"]["stay"]["description"] == "In seconds. Training saw 0 to 3600."
    assert columns["required"] == [field.name for field in FIELDS if field.required]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 422), (b"[" + b"{}," * 60 + b"{}]", 413), (b"[{}]", 422)],
)
def test_errors_have_the_form_of_the_document(
    document: dict[str, Any], body: bytes, status: int
) -> None:
    with serving(Linear(), max_rows=50) as asked:
        reply = asked.send("/score", body)
        assert reply.status_code == status
        assert fits(document, schema_of(document, "/score", str(status)), reply.json())
        reply = asked.send("/v2/models/people/infer", body)
        schema = schema_of(document, "/v2/models/{name}/infer", str(reply.status_code))
        assert fits(document, schema, reply.json())


@pytest.fixture(scope="module")
def with_jobs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with (
        Jobs(tmp_path_factory.mktemp("jobs"), Linear) as jobs,
        serving(Linear(), mounts=[jobs_mount(jobs)]) as found,
    ):
        yield found


def test_jobs_are_in_the_document(with_jobs: Asked) -> None:
    document = with_jobs.get("/openapi.json").json()
    validate(document)
    assert {path for path in document["paths"] if path.startswith("/jobs")} == {
        "/jobs", "/jobs/{id}", "/jobs/{id}/result", "/jobs/{id}/rejected",
    }  # fmt: skip
    posted = document["paths"]["/jobs"]["post"]
    names = {item["name"] for item in posted["parameters"]} - {"Idempotency-Key"}
    assert names == set(KNOWN) - {"parameters"}
    reply = with_jobs.post("/jobs", [row()])
    answered = posted["responses"]["202"]["content"]["application/json"]["schema"]
    assert fits(document, answered, reply.json())
    listing = document["paths"]["/jobs"]["get"]["responses"]["200"]["content"]["application/json"]
    assert fits(document, listing["schema"], with_jobs.get("/jobs").json())


SCHEMATHESIS = """
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "422"]

# No schema says what delimited text and tensors in bytes have to be.
[[operations]]
include-path = ["/invocations"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "404", "422"]

[[operations]]
include-path-regex = "^/admin/"
checks.positive_data_acceptance.expected-statuses = ["2xx", "403", "409"]

[[operations]]
include-path-regex = "/infer$"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "404", "422"]

[[operations]]
include-path-regex = "^/jobs"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "404", "409", "422", "429"]
"""


@pytest.mark.slow
@pytest.mark.parametrize("scorer", [Linear(), Two()], ids=["one", "two"])
@pytest.mark.parametrize("with_keys", [False, True])
def test_schemathesis_finds_nothing(scorer: Any, with_keys: bool, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(SCHEMATHESIS)
    options: dict[str, Any] = {}
    more: list[str] = []
    if with_keys:
        key = add_key(tmp_path / "keys.json", "office", "admin")
        options["keys"] = tmp_path / "keys.json"
        more = ["--header", f"Authorization: Bearer {key}"]
    with serving(scorer, **options) as asked:
        tried(asked, tmp_path, *more)


@pytest.mark.slow
def test_schemathesis_finds_nothing_in_jobs(with_jobs: Asked, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(SCHEMATHESIS)
    tried(with_jobs, tmp_path, "--include-path-regex", "^/jobs")


def tried(asked: Asked, folder: Path, *more: str) -> None:
    """Let schemathesis try an endpoint; it has to find nothing."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{asked.url}/openapi.json"),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", "20"),
        *("--seed", "7", "--no-color", *more),
    ]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert not [line for line in asked.lines() if line["event"] == "unexpected"]
