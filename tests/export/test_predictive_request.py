"""What a request has, and what it may set."""

from __future__ import annotations

import pytest

from studio.document.items import ExperimentParameter, Node
from studio.export.predictive import Choice, requests
from studio.export.predictive.parameters import web_parameters
from studio.scoring.signature import WebParameter
from tests.engine.drawing import Drawing
from tests.export.training import (
    converted,
    left,
    lines,
    registry,
    rewired,
    scored,
    table,
    trained,
    wires,
)

CARS = table(("make", "string"), ("x", "double"), ("price", "double"), ("w", "double", "weight"))


def renaming() -> Drawing:
    """A step that may rename columns, between the source and the split."""
    drawing = Drawing().add("data", "sample_dataset")
    drawing.add("step", "edit_metadata", {"dataset": "data.dataset"})
    drawing.add("split", "split_data", {"dataset": "step.results_dataset"})
    return scored(trained(drawing))


def test_label_and_weight_need_not_be_in_a_request() -> None:
    model = {"label": {"name": "price", "type": "double"}}
    said = dict.fromkeys(("data.dataset", "split.results_dataset2"), CARS)
    made = converted(scored(trained()), said={**said, "train.trained_model": model})
    (request,) = made.requests.values()
    assert list(made.requests) == ["input1"]
    assert request.optional == ("price", "w")
    assert [(column.name, column.role) for column in request.schema] == [
        ("make", "feature"),
        ("x", "feature"),
        ("price", "label"),
        ("w", "weight"),
    ]


@pytest.mark.parametrize(
    ("after", "optional"),
    [
        (("make", "x", "cost", "w"), ("price", "w")),
        (("Marke", "x", "cost", "Gewicht"), ("price", "w")),
        (("x", "cost"), ()),
        (("make", "cost", "x", "w"), ("w",)),
    ],
    ids=["renamed", "several renamed", "made of others", "moved and renamed"],
)
def test_a_label_is_followed_back_through_renamings_only(
    after: tuple[str, ...], optional: tuple[str, ...]
) -> None:
    types = {"make": "string", "Marke": "string"}
    roles = {"w": "weight", "Gewicht": "weight"}
    step = table(*((n, types.get(n, "double"), roles.get(n, "feature")) for n in after))
    plain = table(("make", "string"), ("x", "double"), ("price", "double"), ("w", "double"))
    said = {
        "data.dataset": plain,
        "step.results_dataset": step,
        "split.results_dataset2": step,
        "train.trained_model": {"features": [], "label": {"name": "cost", "type": "double"}},
    }
    (request,) = converted(renaming(), said=said).requests.values()
    assert request.optional == optional


def test_a_label_of_the_source_that_the_model_learned_from_is_needed() -> None:
    columns = table(("x", "double", "label"), ("y", "double"))
    said = dict.fromkeys(("data.dataset", "split.results_dataset2"), columns)
    (request,) = converted(scored(trained()), said=said).requests.values()
    assert request.optional == ("y",)


def test_what_another_model_learned_from_need_not_be_there() -> None:
    drawing = scored(trained()).add("line", "linear_regression")
    inputs: dict[str, str | list[str]] = {"untrained_model": "line.untrained_model"}
    drawing.add("train2", "train_model", {**inputs, "dataset": "split.results_dataset1"})
    model: dict[str, str | list[str]] = {"trained_model": "train2.trained_model"}
    drawing.add("score2", "score_model", {**model, "dataset": "split.results_dataset2"})
    other = {"features": ["y"], "label": {"name": "x", "type": "double"}}
    made = converted(drawing, Choice("train"), {"train2.trained_model": other})
    assert made.requests["input1"].optional == ("y",)


def test_a_reply_without_label_needs_no_step_that_leaves_it_out() -> None:
    bare = table(("Scored Labels", "double", "score"))
    made = converted(scored(trained()), said={"score.scored_dataset": bare})
    assert lines(made, "score-reply") == []
    assert wires(made.experiment, "web_service_output") == {"dataset": "score.scored_dataset"}


def test_an_input_that_was_moved_has_the_columns_of_its_new_place() -> None:
    feeds = {
        "step.dataset": "data.dataset",
        "web_service_input.dataset": "step.results_dataset",
        "score.dataset": "web_service_input.request",
    }
    moved = rewired(converted(renaming()).experiment, feeds)
    there = table(("x", "double"), ("target", "double"))
    said = {
        "step.results_dataset": there,
        "web_service_input.request": there,
        "train.trained_model": {"label": {"name": "target", "type": "double"}},
    }
    found = requests(moved, registry(), left(moved, said))
    assert list(found) == ["input1"]
    assert found["input1"].schema.names == ("x", "target")
    assert found["input1"].optional == ("target",)


def bound() -> Drawing:
    """A drawing with parameters of its own, taken by steps that stay and by such that go."""
    drawing = Drawing().add("data", "sample_dataset")
    drawing.add("step", "apply_sql_transformation", {"t1": "data.dataset"})
    drawing.add("split", "split_data", {"dataset": "step.results_dataset"})
    scored(trained(drawing))
    drawing.change("step", bindings={"script": "query"})
    drawing.change("score", bindings={"append": "with_columns"})
    drawing.change("split", bindings={"fraction": "share"})
    drawing.change("data", bindings={"name": "sample"})
    drawing.parameters = (
        ExperimentParameter("query", "any", "SELECT * FROM t1", "What to select"),
        ExperimentParameter("with_columns", "boolean"),
        ExperimentParameter("share", "double", 0.7),
        ExperimentParameter("sample", "string", "iris"),
        ExperimentParameter("spare", "integer", 3),
    )
    return drawing


def test_parameters_of_steps_that_stay_are_kept() -> None:
    made = converted(bound())
    assert [p.name for p in made.experiment.parameters] == [
        "query",
        "with_columns",
        "sample",
        "spare",
    ]
    assert made.experiment.nodes["step"].bindings == {"script": "query"}
    gone = [entry for entry in made.report if "parameter" in entry.what]
    assert [(entry.node, entry.what) for entry in gone] == [
        ("split", "The parameter “share” goes.")
    ]


def test_what_a_request_may_set_is_what_a_step_takes_that_it_passes() -> None:
    made = converted(bound()).experiment
    assert web_parameters(made, registry()) == (
        WebParameter("query", "string", "SELECT * FROM t1", False, "What to select"),
        WebParameter(
            "with_columns",
            "boolean",
            True,  # what the node holds shows how; a request must still say it
            True,
            "Append score columns to output of “Score Model”",
        ),
    )


def test_without_places_of_a_web_service_nothing_can_be_set() -> None:
    assert web_parameters(bound().experiment, registry()) == ()


def test_what_stands_above_an_input_is_not_set_by_a_request() -> None:
    second = Node("second", "web_service_input", params={"name": "input2"})
    feeds = {"second.dataset": "step.results_dataset", "score.dataset": "second.request"}
    moved = rewired(converted(bound()).experiment.with_items([second]), feeds)
    assert [item.name for item in web_parameters(moved, registry())] == ["with_columns"]
