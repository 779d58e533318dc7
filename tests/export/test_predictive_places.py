"""Where the nodes of a predictive experiment stand."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from studio.document.experiment import Experiment
from studio.document.items import Frame, Group
from studio.document.layout import NODE
from studio.document.storage import load
from studio.export.predictive import Choice, convert
from studio.registry.discovery import open_registry
from studio.session.templates import templates
from tests.engine.drawing import Drawing
from tests.export.training import left, registry, scored, trained


def overlapping(experiment: Experiment) -> list[tuple[str, str]]:
    return [
        (one.id, other.id)
        for one, other in combinations(experiment.nodes.values(), 2)
        if abs(one.position[0] - other.position[0]) < NODE[0]
        and abs(one.position[1] - other.position[1]) < NODE[1]
    ]


@pytest.mark.parametrize("name", [template.name for template in templates()])
def test_nodes_stay_where_they_were_and_none_overlaps(name: str) -> None:
    path = next(template.path for template in templates() if template.name == name)
    before = load(path, open_registry()).experiment
    choice = Choice("train_model") if name == "compare-two-models" else None
    made = convert(before, registry(), left(before), choice).experiment
    assert overlapping(made) == []
    kept = [id for id in made.nodes if id in before.nodes]
    assert [made.nodes[id].position for id in kept] == [before.nodes[id].position for id in kept]
    inputs = made.nodes["web_service_input"].position
    assert made.nodes["sample_dataset"].position[1] < inputs[1]


def tight() -> Drawing:
    """Nodes in one column, each right below the other."""
    drawing = Drawing().add("data", "sample_dataset")
    drawing.add("step", "apply_sql_transformation", {"t1": "data.dataset"})
    drawing.add("split", "split_data", {"dataset": "step.results_dataset"})
    return scored(trained(drawing))


def at(experiment: Experiment, **places: tuple[float, float]) -> Experiment:
    nodes = (replace(experiment.nodes[id], position=place) for id, place in places.items())
    return experiment.with_items(nodes)


PLACES = {
    "data": (0.0, 0.0),
    "step": (0.0, 130.0),
    "split": (0.0, 260.0),
    "trees": (-260.0, 260.0),
    "train": (-120.0, 390.0),
    "score": (0.0, 520.0),
}


def test_where_there_is_no_room_below_the_source_the_rest_moves_down() -> None:
    before = at(tight().experiment, **PLACES)
    made = convert(before, registry(), left(before)).experiment
    assert made.nodes["web_service_input"].position == (0.0, 130.0)
    assert made.nodes["step"].position == (0.0, 260.0)
    assert made.nodes["score"].position == (0.0, 650.0)
    assert made.nodes["train"].position == (-120.0, 520.0)
    assert overlapping(made) == []


def test_what_nobody_placed_is_arranged() -> None:
    before = tight().experiment
    made = convert(before, registry(), left(before)).experiment
    assert overlapping(made) == []


def test_groups_and_frames_stay_around_what_is_left_of_them() -> None:
    before = at(tight().experiment, **PLACES)
    grouped = [replace(before.nodes[id], group="inner") for id in ("train", "trees")]
    grouped.append(replace(before.nodes["split"], group="away"))
    before = before.with_items(
        [
            *grouped,
            Group("outer", "Outer"),
            Group("inner", "Inner", parent="outer"),
            Group("away", "Away"),
            Frame("half", "Half", (-300.0, 240.0, 600.0, 220.0)),
            Frame("gone", "Gone", (-20.0, 240.0, 260.0, 100.0)),
        ]
    )
    made = convert(before, registry(), left(before)).experiment
    assert set(made.groups) == {"outer", "inner"}
    assert made.nodes["train"].group == "inner"
    assert [frame.id for frame in made.frames.values()] == ["half"]
    x, y, width, height = made.frames["half"].rectangle
    assert (x, y) <= (-120, 520)
    assert (x + width, y + height) >= (100, 576)
    assert overlapping(made) == []
