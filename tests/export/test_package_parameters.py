"""Web service parameters without a default: what the node holds shows how a request sets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studio.api.experiment import Experiment
from studio.document.edits import SetBindings, SetExperiment
from studio.document.items import ExperimentParameter
from studio.export.predictive.parameters import ParameterAmbiguous, ParameterUnshown
from studio.scoring.folder import open_package
from studio.serve.verifying import verify
from studio.session.packaging import Made
from tests.export.conftest import Making
from tests.export.drawn import served
from tests.serve.endpoints import serving

SCRIPT = "SELECT *, 1 AS bonus FROM t1"


def asking(e: Experiment, parameter: ExperimentParameter, **bound: str) -> Experiment:
    """Return an experiment with a parameter that fields of nodes are bound to, by module."""
    document = SetExperiment(parameters=(*e.document.parameters, parameter)).changed(e.document)
    for node in e.document.nodes.values():
        if node.module in bound:
            field = {bound[node.module]: parameter.name}
            document = SetBindings(node.id, field, ()).changed(document)
    e._document = document
    return e


def read(made: Made, name: str) -> Any:
    return json.loads((made.path / name).read_text(encoding="utf-8"))


def test_the_sample_request_sets_what_a_request_must_set(make: Making, trees: Path) -> None:
    e = served(trees, apply_sql_transformation={"script": SCRIPT})
    e = asking(e, ExperimentParameter("query"), apply_sql_transformation="script")
    made = make(asking(e, ExperimentParameter("with_columns"), score_model="append"))
    package = open_package(made.path, None)
    given = {"query": SCRIPT, "with_columns": True}
    told = [(p.name, p.type, p.required, p.default) for p in package.signature.parameters]
    assert told == [
        ("query", "string", True, SCRIPT),
        ("with_columns", "boolean", True, True),
    ]
    request = read(made, "sample_request.json")
    assert request["parameters"] == given
    assert read(made, "serving_input_example.json")["params"] == given
    assert "must be given" in (made.path / "README.md").read_text(encoding="utf-8")
    assert all(t.comparison.is_equal for t in verify(package, whole=True))
    with serving(package.scorer()) as asked:
        assert asked.scored(request) == read(made, "sample_reply.json")
        assert asked.post("/score", {"records": request["records"]}).status_code == 422
        paths = read(made, "openapi.json")["paths"]
        for path in ("/score", "/invocations"):
            content = paths[path]["post"]["requestBody"]["content"]
            assert "text/csv" not in content
            examples = content["application/json"]["examples"]
            assert "list" not in examples
            for example in examples.values():
                asked.scored(example["value"], path)
        infer = paths["/v2/models/{name}/infer"]["post"]["requestBody"]["content"]
        tensors = infer["application/json"]["examples"]["tensors"]["value"]
        asked.scored(tensors, "/v2/models/Served/infer")
        assert asked.get("/").text.count(SCRIPT) > len(examples)  # each form's, and the field's


def test_a_field_that_holds_nothing_shows_nothing(make: Making, trees: Path) -> None:
    e = served(trees, apply_sql_transformation={"script": SCRIPT})
    e = asking(e, ExperimentParameter("query", "integer"), apply_sql_transformation="script")
    with pytest.raises(ParameterUnshown, match=r"“query”.*“SQL.*holds .*, and a whole number is"):
        make(e)


def test_fields_that_differ_show_nothing(make: Making, trees: Path) -> None:
    e = served(trees, apply_sql_transformation={"script": SCRIPT})
    last = e["Score Model"]
    sql = "SELECT *, 2 AS other FROM t1"
    second = e.add("apply_sql_transformation", last, script=sql)
    e.set("Web Service Output", dataset=second)
    e = asking(e, ExperimentParameter("query"), apply_sql_transformation="script")
    with pytest.raises(ParameterAmbiguous, match=r"“query” has no default, and .* differ"):
        make(e)
