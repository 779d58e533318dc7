"""The places of a web service: rows pass through them untouched, names tell them apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from modules.columns import EditMetadata
from modules.web_service import WebServiceInput, WebServiceOutput
from studio.document.edits import AddNode, SetBindings, SetDisabled, SetParams
from studio.document.experiment import Experiment
from studio.document.items import ExperimentParameter
from studio.document.naming import new_node
from studio.document.problems import find_problems
from studio.registry.discovery import open_registry
from studio.sdk import Context, Module
from studio.sdk.bench import Case, ordinary, same_table
from studio.sdk.checks import Bench, effect_true
from studio.sdk.module import read_params
from tests.modules.frames import first

PLACES = (WebServiceInput, WebServiceOutput)


@pytest.mark.parametrize("cls", PLACES)
def test_rows_pass_untouched_with_roles_levels_and_origins(cls: type[Module], ctx: Context) -> None:
    whole = ordinary()
    made = first(cls(), ctx, dataset=whole)
    assert made.schema == whole.schema
    assert made.schema.has_origin
    assert same_table(made, whole, tolerance=0.0)


@pytest.mark.parametrize("name", ["", "1st", "a b", "ä", "a.b", "x" * 61])
@pytest.mark.parametrize("cls", PLACES)
def test_a_name_is_made_of_letters_and_digits(cls: type[Module], name: str) -> None:
    module, problems = read_params(cls, {"name": name})
    assert module is None
    assert problems[0].param == "name"
    assert problems[0].sentence.startswith("“Name”")


def with_places(*classes: type[Module]) -> Experiment:
    experiment = Experiment(id="service")
    for cls in classes:
        experiment = AddNode(new_node(experiment, cls)).changed(experiment)
    return experiment


def doubled(experiment: Experiment) -> list[str | None]:
    found = find_problems(experiment, open_registry())
    return [item.node for item in found if item.problem.code == "service_name_twice"]


def test_a_new_place_gets_a_name_that_is_free() -> None:
    experiment = with_places(WebServiceInput, WebServiceInput, WebServiceOutput, WebServiceInput)
    names = {id: node.params.get("name") for id, node in experiment.nodes.items()}
    assert names == {
        "web_service_input": None,
        "web_service_input_2": "input2",
        "web_service_output": None,
        "web_service_input_3": "input3",
    }
    assert doubled(experiment) == []


def test_two_places_with_one_name_are_a_problem() -> None:
    experiment = with_places(WebServiceInput, WebServiceOutput)
    same = SetParams("web_service_output", {"name": "input1"}).changed(experiment)
    assert doubled(same) == ["web_service_output"]
    (problem,) = [
        item.problem
        for item in find_problems(same, open_registry())
        if item.problem.code == "service_name_twice"
    ]
    assert problem.sentence == (
        "“Web Service Input” and “Web Service Output” both have the name “input1”."
    )
    assert problem.param == "name"
    assert doubled(SetDisabled(("web_service_output",)).changed(same)) == []


def test_a_name_from_a_parameter_of_the_experiment_counts() -> None:
    experiment = with_places(WebServiceInput, WebServiceOutput)
    bound = SetBindings("web_service_output", {"name": "place"}).changed(experiment)
    bound = Experiment(
        id=bound.id,
        nodes=bound.nodes,
        parameters=(ExperimentParameter("place", "string", "input1"),),
    )
    assert doubled(bound) == ["web_service_output"]


def test_levels_from_all_rows_leave_the_values_of_a_row_to_that_row(tmp_path: Path) -> None:
    case = Case({"categorical": "make_categorical", "columns": ["when", "y", "word"]})
    bench = Bench.of(EditMetadata, tmp_path, case, open_registry().get)
    assert bench.module().effect().reads == "row"
    effect_true(bench)
