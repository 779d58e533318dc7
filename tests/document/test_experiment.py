"""The experiment as a value: queries, and reading what is not one."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_edits import random_experiment
from small_modules import everything

from studio.document.errors import CycleFound, DocumentInvalid, ItemMissing
from studio.document.experiment import Experiment
from studio.document.frozen import FrozenMap, freeze, thaw
from studio.document.items import ExperimentParameter, Link, Node


def test_an_experiment_cannot_be_changed() -> None:
    node = everything().nodes["unknown"]
    with pytest.raises(FrozenInstanceError):
        node.title = "x"
    with pytest.raises(TypeError):
        node.params["list"] = 1
    assert isinstance(node.params["list"], tuple)
    assert isinstance(node.params["map"]["é"], FrozenMap)
    given_list = [1]
    node = Node("n", "m", params={"a": given_list})
    given_list.append(2)
    assert node.params["a"] == (1,)


def test_experiments_are_compared_hashed_copied_and_pickled() -> None:
    first, second = everything(), everything()
    assert first == second
    assert hash(first) == hash(second)
    assert copy.deepcopy(first) == first
    assert pickle.loads(pickle.dumps(first)) == first
    assert first != replace(first, seed=1)


def test_frozen_values_tell_types_apart() -> None:
    assert freeze({"a": [1, {"b": 2}]}) == freeze({"a": [1, {"b": 2}]})
    for left, right in ((1, True), (1, 1.0), (0, False), ([1], [True]), ({"b": 1}, {"b": 1.0})):
        assert freeze({"a": left}) != freeze({"a": right})
    assert freeze({"a": 1}) != freeze({"b": 1})
    assert freeze({"a": 1}) != 1
    assert repr(freeze({"a": 1})) == "FrozenMap({'a': 1})"
    assert repr(freeze(-0.0)) == "0.0"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.just("text"),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("abc"), inner),
    )
)
def test_thaw_takes_freeze_back(value: Any) -> None:
    assert thaw(freeze(value)) == value


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_data_leads_back_to_the_experiment(data: st.DataObject) -> None:
    experiment = random_experiment(data.draw)
    assert Experiment.from_dict(experiment.to_dict()) == experiment


def test_everything_survives_as_data() -> None:
    assert Experiment.from_dict(everything().to_dict()) == everything()


def test_where_things_stand_is_apart_from_what_they_do() -> None:
    before = everything()
    nodes = {**before.nodes, "split": replace(before.nodes["split"], position=(1, 1))}
    groups = {**before.groups, "inner": replace(before.groups["inner"], collapsed=False)}
    after = replace(before, nodes=nodes, groups=groups, frames={}, notes={})
    assert after.to_dict()["experiment"] == before.to_dict()["experiment"]
    assert after.to_dict()["layout"] != before.to_dict()["layout"]


def test_links_keep_a_fixed_order_and_count_from_zero() -> None:
    links = [
        Link("a", "x", "c", "many", 7),
        Link("b", "x", "c", "many", 3),
        Link("a", "x", "b", "i"),
    ]
    experiment = Experiment(nodes={id: Node(id, "m") for id in "abc"}, links=tuple(links))
    assert [(str(link), link.order) for link in experiment.links] == [
        ("a.x → b.i", 0),
        ("b.x → c.many", 0),
        ("a.x → c.many", 1),
    ]
    assert experiment == replace(experiment, links=tuple(reversed(experiment.links)))


def test_walks_along_links() -> None:
    experiment = everything()
    assert experiment.upstream(["compare"]) == {
        "compare", "trees", "more_trees", "split", "source",
    }  # fmt: skip
    assert experiment.downstream(["split"]) == {"split", "compare", "script"}
    assert experiment.sources("compare") == ["split", "more_trees", "trees"]
    assert experiment.targets("split") == ["compare", "script"]
    assert experiment.topological() == [
        "more_trees", "source", "split", "trees", "compare", "unknown", "script",
    ]  # fmt: skip
    assert experiment.within(["outer"]) == {"outer", "inner", "split", "more_trees"}
    assert set(experiment.members("outer")) == {"inner", "more_trees"}
    with pytest.raises(ItemMissing, match="no node “gone”"):
        experiment.node("gone")
    with pytest.raises(ItemMissing, match="no item “gone”"):
        experiment.item("gone")


def test_a_circle_is_found() -> None:
    nodes = {id: Node(id, "m") for id in "abcde"}
    pairs = ("ab", "bc", "ca", "cd", "ee")
    links = tuple(Link(start, "out", end, "in") for start, end in pairs)
    experiment = Experiment(nodes=nodes, links=links)
    assert experiment.cycles() == [["a", "b", "c"], ["e"]]
    with pytest.raises(CycleFound, match="in a circle: a, b, c"):
        experiment.topological()


def test_bound_parameters_take_the_experiments_values() -> None:
    experiment = everything()
    assert experiment.params_of("split") == {"fraction": 0.6}
    assert experiment.params_of("split", {"share": 0.9}) == {"fraction": 0.9}
    unset = replace(experiment, parameters=(ExperimentParameter("share", "double"),))
    assert unset.params_of("split") == {"fraction": 0.7}
    assert experiment.params_of("unknown")["list"] == [1, 2.5, None, True, "a", [], {}]


def test_types_of_experiment_parameters() -> None:
    values = (1, 1.5, True, "a", [1])
    accepted = {
        "integer": [True, False, False, False, False],
        "double": [True, True, False, False, False],
        "boolean": [False, False, True, False, False],
        "string": [False, False, False, True, False],
        "any": [True] * 5,
    }
    for kind, expected in accepted.items():
        parameter = ExperimentParameter("p", kind)
        assert [parameter.accepts(value) for value in values] == expected


def _changed(path: str, value: Any) -> dict[str, Any]:
    """The data of everything(), with one entry set (or taken out, for None) at a path."""
    data = everything().to_dict()
    *steps, last = path.split("/")
    place: Any = data
    for step in steps:
        place = place[int(step) if isinstance(place, list) else step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("format", "1", "The document: “format” must be a whole number."),
        ("format", 3, "The document: “format” must be 1 to 2."),
        ("experiment", [], "The document: “experiment” must be an object with named entries."),
        ("experiment/id", None, "Section “experiment”: “id” is missing."),
        ("experiment/id", "../../etc", "Section “experiment”: “id” must be 1 to 120 letters,"),
        ("experiment/seed", -1, "Section “experiment”: “seed” must be at least 0."),
        ("experiment/seed", True, "Section “experiment”: “seed” must be a whole number."),
        ("experiment/name", 3, "Section “experiment”: “name” must be text."),
        ("experiment/name", "\0", "Section “experiment”: A text holds a NUL character."),
        ("experiment/colour", "red", "Section “experiment”: “colour” is not a known entry."),
        ("experiment/nodes", [], "Section “experiment”: “nodes” must be an object with named"),
        ("experiment/nodes/split/module", None, "Node “split”: “module” is missing."),
        ("experiment/nodes/split/version", "2", "Node “split”: “version” must be a whole number."),
        ("experiment/nodes/split/params", [1], "Node “split”: “params” must be an object with na"),
        ("experiment/nodes/split/disabled", 1, "Node “split”: “disabled” must be true or false."),
        ("experiment/nodes/split/x", 1, "Node “split”: “x” is not a known entry."),
        ("experiment/nodes/split/position", [1, 2], "“position” does not belong here."),
        ("experiment/nodes/split/id", "b", "Node “split”: “id” does not belong here."),
        ("experiment/nodes/split/group", "no", "Node “split”: there is no group “no”."),
        ("experiment/nodes/a b", {"module": "m"}, "Node “a b”: “id” must be 1 to 120 letters,"),
        ("experiment/nodes/frame", {"module": "m"}, "two things are called “frame”."),
        ("experiment/groups/outer/parent", "inner", "Group “inner”: it is inside itself."),
        ("experiment/links/split.dataset", ["no.x"], "there is no node “no”."),
        ("experiment/links/split.dataset", ["x"], "“x” must be a node, a dot and a port."),
        ("experiment/links/split.dataset", "a.b", "“links → split.dataset” must be a list."),
        ("experiment/links/split.", ["a.b"], "Links into “split.”: “port” must be 1 to 120"),
        (
            "experiment/parameters/0/type",
            "text",
            "Experiment: Parameter “share”: “type” must be one",
        ),
        ("layout/nodes/split", [1], "Section “layout”: “nodes → split → 1” is missing."),
        ("layout/nodes/split", [1, float("nan")], "“nodes → split → 1” must be a finite number."),
        ("layout/nodes/split", "ab", "Section “layout”: “nodes → split” must be a list."),
        ("layout/frames/frame/colour", "red", "Frame “frame”: “colour” is not right"),
        ("layout/groups/inner/title", "x", "Group “inner”: “title” does not belong here."),
    ],
)
def test_data_that_is_no_experiment_is_refused_naming_the_place(
    path: str, value: Any, sentence: str
) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        Experiment.from_dict(_changed(path, value))
    assert sentence in caught.value.message
    assert "pydantic" not in caught.value.message


def test_places_of_things_that_are_gone_are_passed_over() -> None:
    data = _changed("layout/nodes/gone", [1, 2])
    assert Experiment.from_dict(data) == everything()


def test_a_chain_of_thousands_of_nodes_is_no_problem() -> None:
    count = 5000
    nodes = {f"n{i}": Node(f"n{i}", "script") for i in range(count)}
    links = tuple(Link(f"n{i}", "result", f"n{i + 1}", "first") for i in range(count - 1))
    experiment = Experiment(nodes=nodes, links=links)
    assert experiment.topological() == [f"n{i}" for i in range(count)]
    assert experiment.cycles() == []
    assert len(experiment.upstream([f"n{count - 1}"])) == count
    assert Experiment.from_dict(experiment.to_dict()).links == experiment.links
