"""The Python API, acting on the real engine with built-in modules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import studio
from studio.document.errors import DocumentUnreadable

ROWS = "name,amount\n" + "".join(f"row {n},{n}\n" for n in range(10))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One workspace, and so one engine, for the tests of this file."""
    return tmp_path_factory.mktemp("workspace")


def built(name: str = "Rows") -> studio.Experiment:
    """Ten rows, split, and a sum made by SQL of the second part."""
    e = studio.Experiment(name, seed=0)
    data = e.add("enter_data_manually", data=ROWS)
    split = e.add("split_data", data, fraction=0.6, randomized=False)
    e.add(
        "apply_sql_transformation",
        split["results_dataset2"],
        script="SELECT sum(amount) AS total FROM t1",
    )
    return e


def test_a_node_stands_for_its_first_output_and_ports_have_names(workspace: Path) -> None:
    e = built()
    run = e.run(workspace)
    split = e["split_data"]
    assert run[split].to_pandas()["amount"].tolist() == [0, 1, 2, 3, 4, 5]
    assert run[split]["results_dataset2"].to_pandas()["amount"].tolist() == [6, 7, 8, 9]
    assert run[split["results_dataset2"]].rows == 4
    assert run["apply_sql_transformation"].to_pandas()["total"].tolist() == [30]
    assert run["Split Data"].rows == 6
    assert run.schema(split["results_dataset2"]).names == ("name", "amount")


def test_a_second_run_reuses_everything_also_of_a_copy(workspace: Path) -> None:
    built().run(workspace)
    again = built("Another name").run(workspace)
    assert set(again.outcomes.values()) == {"reused"}
    assert again.finished == "finished"


def test_changing_a_parameter_runs_that_node_and_what_follows(workspace: Path) -> None:
    e = built()
    e.run(workspace)
    e.set("split_data", fraction=0.8)
    run = e.run(workspace)
    assert run.outcomes == {
        "enter_data_manually": "reused",
        "split_data": "finished",
        "apply_sql_transformation": "finished",
    }
    assert run["apply_sql_transformation"].to_pandas()["total"].tolist() == [17]
    assert run.record("split_data").why == ("parameter fraction",)
    e.reset("split_data", "fraction")
    assert "fraction" not in e["split_data"].params


def test_targets_leave_out_what_they_do_not_need_and_fresh_runs_again(workspace: Path) -> None:
    e = built()
    e.run(workspace)
    run = e.run(workspace, targets="split_data", fresh=e["split_data"])
    assert run.outcomes == {"enter_data_manually": "reused", "split_data": "finished"}
    with pytest.raises(studio.StudioError, match="not part of this run"):
        run["apply_sql_transformation"].to_pandas()


def test_inputs_are_wired_by_name_and_may_be_rewired(workspace: Path) -> None:
    e = studio.Experiment("By name")
    one = e.add("enter_data_manually", data="a\n1\n")
    two = e.add("enter_data_manually", data="a\n2\n")
    rows = e.add("add_rows", dataset2=one, dataset1=two)
    assert e.run(workspace)[rows].to_pandas()["a"].tolist() == [2, 1]
    e.set(rows, dataset2=two)
    assert e.run(workspace)[rows].to_pandas()["a"].tolist() == [2, 2]


def test_columns_may_be_given_as_names(workspace: Path) -> None:
    e = studio.Experiment()
    data = e.add("enter_data_manually", data=ROWS)
    by_list = e.add("select_columns_in_dataset", data, columns=["amount"])
    by_rule = e.add("select_columns_in_dataset", data, columns=studio.columns(exclude=["name"]))
    run = e.run(workspace)
    assert run.schema(by_list).names == run.schema(by_rule).names == ("amount",)


def test_a_failed_run_names_the_node_and_has_what_there_is(workspace: Path) -> None:
    e = built()
    e.set("apply_sql_transformation", script="SELECT nothing FROM t1")
    with pytest.raises(studio.RunFailed, match=r"“Apply SQL Transformation”: .*nothing") as caught:
        e.run(workspace)
    run = caught.value.run
    assert run.outcome("split_data") in ("finished", "reused")
    assert run.outcome("apply_sql_transformation") == "failed"
    assert [node for node, _ in caught.value.problems] == ["apply_sql_transformation"]
    assert run["split_data"].rows == 6
    with pytest.raises(studio.StudioError, match="has no result"):
        run["apply_sql_transformation"].to_pandas()


def test_check_and_schema_need_no_run(workspace: Path) -> None:
    e = built()
    assert e.check(workspace) == []
    e.add("select_columns_in_dataset", e["split_data"], columns=["amonut"])
    (node, problem), *rest = e.check(workspace)
    assert (node, rest) == ("select_columns_in_dataset", [])
    assert "amonut" in problem.sentence
    schema = e.schema(e["split_data"]["results_dataset2"], workspace)
    assert schema is not None
    assert schema.names == ("name", "amount")


@pytest.mark.parametrize(
    ("module", "given", "sentence"),
    [
        ("splitdata", {}, "no module “splitdata”; did you mean “split_data”"),
        ("project columns", {}, "did you mean “select_columns_in_dataset”"),
        ("split_data", {"fractoin": 0.5}, "“fractoin”; did you mean “fraction”"),
        ("split_data", {"fraction": 1.5}, "at most 1; it is 1.5"),
        ("split_data", {"dataset": 3}, "needs a node at its input “dataset”"),
    ],
)
def test_what_is_wrong_is_said_at_once(
    module: str, given: dict[str, object], sentence: str
) -> None:
    e = studio.Experiment()
    with pytest.raises(studio.StudioError, match=sentence):
        e.add(module, **given)
    assert e.nodes == []


def test_facts_of_an_experiment_that_cannot_be_are_refused() -> None:
    with pytest.raises(studio.StudioError) as caught:
        studio.Experiment("Seed", seed=-1)
    assert str(caught.value) == "The experiment cannot be made: “seed” must be at least 0."
    assert caught.value.advice == ""


@pytest.mark.parametrize("name", [None, 3, ["import_data"]])
def test_what_is_no_name_is_as_a_name_that_nothing_has(name: Any) -> None:
    e = built()
    with pytest.raises(studio.StudioError, match="There is no module “"):
        e.add(name)
    with pytest.raises(studio.StudioError, match="The experiment has no node “"):
        e.run(targets=[name])
    with pytest.raises(studio.StudioError, match="“Split Data” has no output “"):
        e["split_data"][name]


def test_what_a_document_cannot_keep_is_refused_by_name(workspace: Path) -> None:
    import pandas as pd

    e = studio.Experiment()
    for name, value in (("path", pd.DataFrame({"a": [1]})), ("skip_lines", 10**30)):
        with pytest.raises(studio.StudioError, match="cannot be set: a ") as caught:
            e.add("import_data", **{name: value})
        assert "\n" not in str(caught.value)
    with pytest.raises(studio.StudioError, match="was given a DataFrame"):
        e.add("split_data", pd.DataFrame({"a": [1]}))
    assert repr(e.run(workspace)).startswith("<Run finished: no nodes in ")


def test_a_document_needs_a_name_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(studio.StudioError, match="not the name of a file"):
        built().save("")
    with pytest.raises(studio.StudioError, match=r"the folder “.*none” does not exist"):
        built().save(tmp_path / "none" / "x")
    with pytest.raises(studio.StudioError, match="It does not exist") as caught:
        studio.open_experiment(tmp_path / "none.experiment")
    assert caught.value.advice == f"It was looked for in {tmp_path}."


def test_links_that_do_not_fit_are_refused() -> None:
    e = built()
    learner = e.add("linear_regression")
    other = studio.Experiment().add("enter_data_manually", data="a\n1\n")
    with pytest.raises(studio.StudioError, match=r"takes a Table .* is a Learner"):
        e.add("split_data", learner)
    with pytest.raises(studio.StudioError, match="another experiment"):
        e.add("split_data", other)
    with pytest.raises(studio.StudioError, match="no output “rest”; there are “results_dataset1”"):
        e["split_data"]["rest"]
    with pytest.raises(studio.StudioError, match="has 1 input, and was given 2"):
        e.add("split_data", e["split_data"], e["split_data"])
    with pytest.raises(studio.StudioError, match="given twice"):
        e.add("split_data", e["split_data"], dataset=e["split_data"])
    with pytest.raises(studio.StudioError, match="is a parameter of “Split Data”"):
        e.add("split_data", fraction=e["split_data"])
    with pytest.raises(studio.StudioError, match="circle"):
        e.set("split_data", dataset=e["apply_sql_transformation"])
    assert len(e.nodes) == 4


def test_saving_and_opening_gives_the_same_experiment(tmp_path: Path) -> None:
    e = built()
    path = e.save(tmp_path / "rows")
    assert path == tmp_path / "rows.experiment"
    opened = studio.open_experiment(path)
    assert opened.to_dict() == e.to_dict()
    assert [node.title for node in opened.nodes] == [node.title for node in e.nodes]
    positions = [node.position for node in opened.document.nodes.values()]
    assert len(set(positions)) == 3


def test_paths_follow_the_document(
    tmp_path: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, outside = tmp_path / "project", tmp_path / "elsewhere"
    for folder in (inside / "data", outside):
        folder.mkdir(parents=True)
        (folder / "rows.csv").write_text(ROWS)
    monkeypatch.chdir(tmp_path)
    e = studio.Experiment("Files")
    near = e.add("import_data", path=str(inside / "data" / "rows.csv"))
    far = e.add("import_data", path=Path("elsewhere", "rows.csv"))
    assert e.run(workspace)[far].rows == 10
    e.save(inside / "files.experiment")
    assert near.params["path"] == "data/rows.csv"
    assert far.params["path"] == str(outside / "rows.csv")
    monkeypatch.chdir(outside)
    run = studio.open_experiment(inside / "files.experiment").run(workspace)
    assert run["import_data"].rows == run["import_data_2"].rows == 10


def test_opening_what_is_no_experiment_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.experiment").write_text("no json")
    with pytest.raises(DocumentUnreadable, match=r"x\.experiment"):
        studio.open_experiment(tmp_path / "x.experiment")


def test_copies_are_independent() -> None:
    e = built()
    twin = e.copy("Twin")
    twin.remove("apply_sql_transformation")
    twin.rename("split_data", "Halves")
    assert (len(e.nodes), len(twin.nodes)) == (3, 2)
    assert (e["split_data"].title, twin["Halves"].id) == ("Split Data", "split_data")
    assert e.document.id != twin.document.id


def test_modules_are_listed_with_what_they_take() -> None:
    found = {module.id: module for module in studio.modules()}
    split = found["split_data"]
    assert (split.title, [port.name for port in split.inputs]) == ("Split Data", ["dataset"])
    assert "fraction" in [parameter.name for parameter in split.parameters]
    assert split.help.startswith(split.summary)


def test_logs_and_warnings_are_kept_with_the_result(workspace: Path) -> None:
    e = studio.Experiment()
    script = "def azureml_main(a=None, b=None):\n    print('said once')\n    return a,\n"
    node = e.add("execute_python_script", e.add("enter_data_manually", data=ROWS), script=script)
    first = e.run(workspace)
    second = e.run(workspace)
    assert second.outcome(node) == "reused"
    assert second.log(node) == first.log(node)
