"""Packages: the studio's own answers, the same bytes each time, and what stands in the way."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from studio.document.edits import SetBindings, SetExperiment
from studio.document.items import ExperimentParameter
from studio.export.compiling import NoServicePorts, NotServable
from studio.export.package import AnswersDiffer
from studio.export.proving import RowsLost
from studio.export.writing import PackageExists, PackageNotWritten
from studio.scoring.folder import Package, open_package
from studio.serve.verifying import read_proof, verify
from studio.session import engines
from studio.session.packaging import Made
from tests.export.conftest import Making
from tests.export.drawn import served, training


def opened(made: Made) -> Package:
    return open_package(made.path, None)


def test_a_training_experiment_becomes_a_package_that_proves_itself(
    make: Making, trees: Path
) -> None:
    made = make(training(trees))
    package = opened(made)
    trials = list(verify(package))
    assert {(t.path, t.how) for t in trials} == {
        (path, how)
        for path in ("program", "onnx", "http")
        for how in ("whole", "one row at a time", "shuffled", "without the label")
    }
    assert all(trial.comparison.is_equal for trial in trials)
    fields = {item.name: item for item in package.signature.inputs["input1"]}
    assert list(fields) == ["girth", "kind", "day", "tall"]
    assert [name for name, item in fields.items() if not item.required] == ["tall"]
    assert fields["kind"].levels == ("ash", "elm", "oak")
    assert fields["day"].type == "datetime"
    assert package.signature.missing_marks == ("", "?")
    assert "tall" not in {c.name for c in package.signature.outputs["output1"]}
    assert made.manifest.metrics["Evaluate Model"]["accuracy"] > 0.8


def test_the_same_experiment_gives_the_same_bytes_in_another_workspace(
    make: Making, trees: Path, tmp_path: Path
) -> None:
    experiment = training(trees, "two_class_boosted_decision_tree")
    with engines.open_engine(tmp_path / "other") as other:
        first, second = make(experiment, "a"), make(experiment, "b", engine=other)
    names = {path.relative_to(first.path) for path in first.path.rglob("*") if path.is_file()}
    assert names == {p.relative_to(second.path) for p in second.path.rglob("*") if p.is_file()}
    others = sorted(names - {Path("manifest.json")})
    one, two = ({n: (made.path / n).read_bytes() for n in others} for made in (first, second))
    assert [str(name) for name in others if one[name] != two[name]] == []
    one, two = (made.manifest.model_dump() for made in (first, second))
    assert one.pop("made") != two.pop("made")
    assert one == two


def test_a_zip_is_the_same_package(make: Making, trees: Path) -> None:
    folder, packed = make(training(trees)), make(training(trees), "package.zip")
    assert packed.path.is_file()
    assert opened(packed).manifest.files.keys() == folder.manifest.files.keys()


def test_what_is_there_is_not_lost(make: Making, trees: Path, tmp_path: Path) -> None:
    made = make(training(trees))
    with pytest.raises(PackageExists, match="exists already"):
        make(training(trees))
    assert make(training(trees), replace=True, version="2").manifest.version == "2"
    assert opened(made).manifest.version == "2"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(PackageExists, match="is no package"):
        make(training(trees), "mine", replace=True)
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"
    with pytest.raises(PackageNotWritten, match="could not be written"):
        make(training(trees), "trees.csv/package")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_step_of_sql_is_kept_and_proven(make: Making, trees: Path) -> None:
    sql = {"apply_sql_transformation": {"script": "SELECT *, girth * girth AS area FROM t1"}}
    made = make(served(trees, **sql))
    assert made.manifest.paths == ("mixed", "program")
    assert "Apply SQL Transformation" in made.manifest.conversion["refusal"]
    assert all(t.comparison.is_equal for t in verify(opened(made), whole=True))


def test_a_row_that_hangs_on_the_others_is_found_and_the_step_is_named(
    make: Making, trees: Path, tmp_path: Path
) -> None:
    mean = "SELECT girth - avg(girth) OVER () AS girth, kind, day, tall FROM t1"
    with pytest.raises(AnswersDiffer, match="“Apply SQL Transformation”"):
        make(served(trees, apply_sql_transformation={"script": mean}))
    assert not (tmp_path / "package").exists()


def test_rows_that_cannot_be_told_apart_are_no_answer(make: Making, trees: Path) -> None:
    some = "SELECT girth, kind, day, tall FROM t1 WHERE girth > 30"
    with pytest.raises(RowsLost, match=r"made .* rows of 240"):
        make(served(trees, apply_sql_transformation={"script": some}))


def test_what_chooses_rows_or_looks_at_all_is_no_part_of_a_service(
    make: Making, trees: Path
) -> None:
    with pytest.raises(NotServable, match="it chooses or makes rows"):
        make(served(trees, split_data={"fraction": 0.5}))
    with pytest.raises(NotServable, match="depends on the other rows"):
        make(
            served(
                trees,
                normalize_data={"columns": {"rules": [{"by": "type", "values": ["numeric"]}]}},
            )
        )


def test_without_an_input_there_is_nothing_to_ask(make: Making, trees: Path) -> None:
    e = training(trees)
    score = e["Score Model"]
    e.add("web_service_output", score)
    with pytest.raises(NoServicePorts, match="has no Web Service Input"):
        make(e)


def test_a_script_is_listed_and_runs_only_when_trusted(make: Making, trees: Path) -> None:
    script = "def azureml_main(a, b):\n    a['girth'] = a['girth'] + 1\n    return a,\n"
    made = make(served(trees, execute_python_script={"script": script}))
    (trusted,) = made.manifest.trust
    assert (trusted.title, trusted.module) == ("Execute Python Script", "Execute Python Script")
    from studio.scoring.trust import TrustNeeded

    with pytest.raises(TrustNeeded):
        _ = open_package(made.path).program
    assert open_package(made.path, {trusted.hash}).program.steps


def test_a_side_table_is_frozen_into_the_package(make: Making, trees: Path, tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text("kind,price\noak,5.5\nelm,4\nash,3.25\n")
    e = served(trees)
    prices = e.add("import_data", path=str(tmp_path / "prices.csv"))
    key = {"rules": [{"by": "name", "values": ["kind"]}]}
    join = e.add(
        "join_data", e["Web Service Input"], prices, left_keys=key, right_keys=key,
        join_type="left_outer", keep_right_keys=False,
    )  # fmt: skip
    e.set("Score Model", dataset=join)
    made = make(e)
    (table,) = made.manifest.tables
    assert (table["rows"], table["file"]) == (3, "tables/1.arrow")
    package = opened(made)
    assert "price" in {c.name for c in package.signature.outputs["output1"]}
    assert all(t.comparison.is_equal for t in verify(package, whole=True))


def test_a_parameter_of_a_node_becomes_one_of_the_service(make: Making, trees: Path) -> None:
    e = served(trees, apply_sql_transformation={"script": "SELECT * FROM t1"})
    sql = e["Apply SQL Transformation"].id
    script = "SELECT *, 1 AS bonus FROM t1"
    drawn = SetExperiment(parameters=(ExperimentParameter("query", "string", script),)).changed(
        e.document
    )
    bound = SetBindings(sql, {"script": "query"}, ()).changed(drawn)
    e._document = bound
    made = make(e)
    package = opened(made)
    (parameter,) = package.signature.parameters
    assert (parameter.name, parameter.default, parameter.required) == ("query", script, False)
    proof = read_proof(package)
    usual = package.scorer().score(proof.rows)
    other = package.scorer().score(proof.rows, {"query": script.replace("1 AS", "2 AS")})
    assert set(usual["output1"]["bonus"]) == {1.0}
    assert set(other["output1"]["bonus"]) == {2.0}
    chances = [found["output1"]["Scored Probabilities"] for found in (usual, other)]
    assert np.array_equal(*chances, equal_nan=True)


def test_the_sample_request_is_answered_with_the_sample_reply(make: Making, trees: Path) -> None:
    made = make(training(trees))
    request = json.loads((made.path / "sample_request.json").read_text())
    reply = json.loads((made.path / "sample_reply.json").read_text())
    assert len(request["records"]) == len(reply["records"]) == 2
    assert "tall" not in request["records"][0]
    assert reply["records"][0]["Scored Labels"] in ("tall", "low")
