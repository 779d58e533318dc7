"""A predictive experiment that a person changed, made anew after its training changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.document.experiment import Experiment
from studio.document.items import ExperimentParameter, Node
from studio.document.storage import dumps, loads
from studio.export.predictive import Prediction, made_of, updated
from studio.export.predictive.feeds import merged_feeds
from tests.engine.drawing import Drawing
from tests.export.training import converted, rewired, scored, trained, wires


def training(*steps: str, **params: object) -> Drawing:
    """A source, some SQL steps one after another, a split and a model."""
    drawing, wire = Drawing().add("data", "sample_dataset"), "data.dataset"
    for step in steps:
        drawing.add(step, "apply_sql_transformation", {"t1": wire}, **params)
        drawing.nodes[step] = replace(drawing.nodes[step], title=step)
        wire = f"{step}.results_dataset"
    drawing.add("split", "split_data", {"dataset": wire})
    return scored(trained(drawing))


def merged(mine: Experiment, drawing: Drawing) -> Prediction:
    """What a person's experiment is after an update, written to a file in between."""
    mine = loads(dumps(mine))
    return updated(mine, made_of(mine), converted(drawing))


def told(prediction: Prediction) -> list[str]:
    """What the report says of the person's changes."""
    return [
        f"{entry.action}: {entry.what}"
        for entry in prediction.report
        if entry.action in ("yours", "lost")
    ]


def with_node(experiment: Experiment, node: Node, **feeds: str) -> Experiment:
    """An experiment with a node of the person's own."""
    named = {end.replace("__", "."): start for end, start in feeds.items()}
    return rewired(experiment.with_items([node]), named)


SCORES_ALONE = Node(
    "mine", "select_columns_in_dataset", title="Scores alone", position=(0.0, 900.0)
)


def with_selection(drawing: Drawing) -> Experiment:
    """A conversion in which a person chose columns before the reply."""
    return with_node(
        converted(drawing).experiment,
        SCORES_ALONE,
        mine__dataset="score-reply.results_dataset",
        web_service_output__dataset="mine.results_dataset",
    )


def test_what_nobody_changed_becomes_the_new_conversion() -> None:
    mine = converted(training("sql")).experiment
    new = converted(training("sql", "more", script="SELECT x, y FROM t1"))
    made = merged(mine, training("sql", "more", script="SELECT x, y FROM t1"))
    assert told(made) == []
    assert made.experiment.links == new.experiment.links
    assert made.experiment.nodes.keys() == new.experiment.nodes.keys()
    for id, node in new.experiment.nodes.items():
        assert replace(made.experiment.nodes[id], position=node.position) == node
    assert made.experiment.training == new.experiment.training


def test_nothing_changes_where_training_did_not() -> None:
    mine = with_selection(training("sql"))
    made = merged(mine, training("sql"))
    assert made.experiment == mine
    assert told(made) == [
        "yours: “Scores alone” stays: you added it.",
        "yours: What you linked to “Web Service Output” stays.",
    ]


def test_a_step_of_the_persons_stays_where_training_got_another_before_it() -> None:
    mine = with_node(
        converted(training("sql")).experiment,
        Node("mine", "apply_sql_transformation", title="Mine"),
        mine__t1="sql.results_dataset",
        score__dataset="mine.results_dataset",
    )
    made = merged(mine, training("sql", "more")).experiment
    assert wires(made, "more") == {"t1": "sql.results_dataset"}
    assert wires(made, "mine") == {"t1": "more.results_dataset"}
    assert wires(made, "score")["dataset"] == "mine.results_dataset"


def test_a_step_of_the_persons_stays_where_training_lost_the_one_before_it() -> None:
    mine = with_node(
        converted(training("sql", "more")).experiment,
        Node("mine", "apply_sql_transformation", title="Mine"),
        mine__t1="more.results_dataset",
        score__dataset="mine.results_dataset",
    )
    made = merged(mine, training("sql"))
    assert "more" not in made.experiment.nodes
    assert wires(made.experiment, "mine") == {"t1": "sql.results_dataset"}
    assert wires(made.experiment, "score")["dataset"] == "mine.results_dataset"


def test_a_moved_input_stays_where_it_was_moved_to() -> None:
    moved = {
        "sql.t1": "data.dataset",
        "web_service_input.dataset": "sql.results_dataset",
        "score.dataset": "web_service_input.request",
    }
    mine = rewired(converted(training("sql")).experiment, moved)
    same = merged(mine, training("sql")).experiment
    assert {end: wires(same, end.split(".")[0])[end.split(".")[1]] for end in moved} == moved
    more = merged(mine, training("sql", "more")).experiment
    assert wires(more, "web_service_input") == {"dataset": "more.results_dataset"}
    assert wires(more, "more") == {"t1": "sql.results_dataset"}
    assert wires(more, "score")["dataset"] == "web_service_input.request"


def test_a_step_that_the_persons_links_lead_past_is_named() -> None:
    moved = {
        "sql.t1": "data.dataset",
        "web_service_input.dataset": "sql.results_dataset",
        "score.dataset": "web_service_input.request",
    }
    mine = rewired(converted(training("sql")).experiment, moved)
    made = merged(mine, training("first", "sql"))
    assert wires(made.experiment, "sql") == {"t1": "data.dataset"}
    assert "lost: The links that you drew lead past “first”." in told(made)


def test_a_step_that_the_person_removed_stays_away() -> None:
    before = converted(training("sql", "more")).experiment
    mine = rewired(before.with_items(drop=["sql"]), {"more.t1": "web_service_input.request"})
    mine = replace(mine, links=tuple(x for x in mine.links if x.target != "sql"))
    made = merged(mine, training("sql", "more"))
    assert "sql" not in made.experiment.nodes
    assert wires(made.experiment, "more") == {"t1": "web_service_input.request"}
    assert told(made) == [
        "yours: “sql” stays away: you removed it.",
        "yours: What you linked to “more” stays.",
    ]


def test_each_parameter_is_as_the_one_has_it_who_changed_it() -> None:
    before = converted(training("sql", script="SELECT x FROM t1")).experiment
    node = before.nodes["sql"]
    mine = before.with_items([replace(node, comment="Mine", params={"script": "SELECT y FROM t1"})])
    kept = merged(mine, training("sql", script="SELECT 1 FROM t1"))
    assert kept.experiment.nodes["sql"].params == {"script": "SELECT y FROM t1"}
    assert kept.experiment.nodes["sql"].comment == "Mine"
    noted = before.with_items([replace(node, comment="Mine")])
    new = merged(noted, training("sql", script="SELECT 1 FROM t1")).experiment.nodes["sql"]
    assert (new.params, new.comment) == ({"script": "SELECT 1 FROM t1"}, "Mine")


def test_what_was_changed_of_a_step_that_training_lost_is_said() -> None:
    before = converted(training("sql")).experiment
    mine = before.with_items([replace(before.nodes["sql"], params={"script": "SELECT y FROM t1"})])
    made = merged(mine, training())
    assert "sql" not in made.experiment.nodes
    assert told(made) == ["lost: “sql” is gone, and what you changed of it."]
    assert wires(made.experiment, "score")["dataset"] == "web_service_input.request"


def test_what_was_changed_of_a_step_that_became_another_is_said() -> None:
    before = converted(training("step")).experiment
    mine = before.with_items([replace(before.nodes["step"], params={"script": "SELECT y FROM t1"})])
    drawing = training("step").change("step", module="edit_metadata", params={})
    drawing.links = [link for link in drawing.links if "step" not in (link.source, link.target)]
    links = Drawing().add("step", "x", {"dataset": "data.dataset"})
    drawing.links += links.add("split", "x", {"dataset": "step.results_dataset"}).links
    made = merged(mine, drawing)
    assert made.experiment.nodes["step"].module == "edit_metadata"
    assert made.experiment.nodes["step"].params == {}
    assert told(made) == ["lost: What you changed of “step” is gone."]
    assert wires(made.experiment, "step") == {"dataset": "web_service_input.request"}


def test_a_node_of_the_persons_gives_way_with_its_name_only() -> None:
    mine = with_node(
        converted(training("sql")).experiment,
        Node("more", "select_columns_in_dataset", title="Mine"),
        more__dataset="score-reply.results_dataset",
        web_service_output__dataset="more.results_dataset",
    )
    made = merged(mine, training("sql", "more")).experiment
    assert made.nodes["more"].module == "apply_sql_transformation"
    assert made.nodes["more_2"].title == "Mine"
    assert wires(made, "more_2") == {"dataset": "score-reply.results_dataset"}
    assert wires(made, "web_service_output") == {"dataset": "more_2.results_dataset"}


def test_links_that_would_lead_in_a_circle_are_given_up() -> None:
    mine = with_node(
        converted(training("one", "two")).experiment,
        Node("mine", "apply_sql_transformation", title="Mine"),
        mine__t1="one.results_dataset",
        two__t2="mine.results_dataset",
    )
    drawing = training("two", "one")
    made = merged(mine, drawing)
    assert made.experiment.cycles() == []
    assert wires(made.experiment, "one") == {"t1": "two.results_dataset"}
    assert "lost: The links that you drew are gone." in told(made)


def test_name_parameters_and_places_are_the_persons() -> None:
    drawing = training("sql").change("sql", bindings={"script": "query"})
    drawing.parameters = (ExperimentParameter("query", "string", "SELECT * FROM t1"),)
    before = converted(drawing).experiment
    mine = replace(
        before.with_items([replace(before.nodes["sql"], position=(700.0, 10.0))]),
        name="Prices",
        parameters=(
            ExperimentParameter("query", "string", "SELECT x FROM t1"),
            ExperimentParameter("own", "integer", 3),
        ),
    )
    drawing.seed = 5
    made = merged(mine, drawing).experiment
    assert (made.id, made.name, made.seed) == (before.id, "Prices", 5)
    assert [(p.name, p.default) for p in made.parameters] == [
        ("query", "SELECT x FROM t1"),
        ("own", 3),
    ]
    assert made.nodes["sql"].position == (700.0, 10.0)


@pytest.mark.parametrize("steps", [(), ("sql",), ("sql", "more"), ("more", "sql"), ("new",)])
def test_a_second_update_changes_nothing(steps: tuple[str, ...]) -> None:
    once = merged(with_selection(training("sql")), training(*steps)).experiment
    assert merged(once, training(*steps)).experiment == once


def test_an_input_that_a_person_wired_to_a_step_of_training_stays_so() -> None:
    a, x, c = ("a", "out"), ("x", "out"), ("c", "out")
    base = {("b", "in"): (a,), ("x", "in"): (a,)}
    mine = {("b", "in"): (x,), ("x", "in"): (a,)}
    new = {("b", "in"): (c,), ("x", "in"): (a,)}
    assert merged_feeds(mine, base, new, {"a", "b", "c", "x"}) == mine
