"""Problems that are found without running, and links that may not be drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from small_modules import everything, flow, registry

from studio.document.edits import AddNode, Connect, Remove, SetDisabled, SetParams
from studio.document.errors import LinkRefused
from studio.document.experiment import Experiment
from studio.document.items import ExperimentParameter, Link, Node
from studio.document.naming import fresh_id, new_node
from studio.document.problems import Found, find_problems
from studio.document.wiring import connection


def _found(experiment: Experiment) -> list[tuple[str | None, str, str]]:
    found = find_problems(experiment, registry())
    return [(item.node, item.problem.code, item.problem.sentence) for item in found]


def _with_node(id: str, **fields: Any) -> Experiment:
    experiment = flow()
    return experiment.with_items([replace(experiment.nodes[id], **fields)])


def _with_link(*links: Link) -> Experiment:
    return replace(flow(), links=(*flow().links, *links))


def test_an_experiment_that_is_right_has_no_problems() -> None:
    assert _found(flow()) == []


def test_an_unknown_module() -> None:
    found = _found(_with_node("source", module="gone"))
    assert found == [("source", "module_unknown", "The module “gone” is not installed here.")]


def test_parameters() -> None:
    experiment = _with_node("source", params={"rows": 0, "speed": 3})
    assert sorted(_found(experiment)) == [
        ("source", "parameter_unknown", "“Source” has no parameter “speed”."),
        (
            "source",
            "parameter_wrong",
            "“Rows” must be a whole number at least 1 and at most 100; it is 0.",
        ),
    ]
    found = find_problems(experiment, registry())
    assert {item.problem.param for item in found} == {"rows", "speed"}


def test_a_parameter_that_is_needed_only_where_it_is_shown() -> None:
    found = _found(_with_node("split", params={"mode": "expression"}))
    assert found == [("split", "parameter_needed", "“Expression” must be set.")]


def test_ranges() -> None:
    experiment = flow().with_items([Node("trees", "trees", ranges={"leaves": [2, 1], "x": [1]})])
    assert _found(experiment) == [
        ("trees", "parameter_wrong", "“Leaves” must be a whole number at least 2; it is 1."),
        ("trees", "parameter_unknown", "“Trees” has no parameter “x” that can be swept."),
    ]


def test_bindings() -> None:
    experiment = _with_node("source", bindings={"rows": "n", "speed": "n", "path": "gone"})
    experiment = replace(experiment, parameters=(ExperimentParameter("n", "integer", 500),))
    assert sorted(_found(experiment)) == [
        (
            "source",
            "binding_unknown_field",
            "“Source” has no parameter “speed” that could be bound.",
        ),
        (
            "source",
            "binding_unknown_parameter",
            "The experiment has no parameter “gone”, which “path” is bound to.",
        ),
        (
            "source",
            "parameter_wrong",
            "“Rows” must be a whole number at least 1 and at most 100; it is 500.",
        ),
    ]
    unset = replace(experiment, parameters=(ExperimentParameter("n", "integer"),))
    assert "parameter_wrong" not in {code for _, code, _ in _found(unset)}


def test_experiment_parameters_whose_default_is_of_another_type() -> None:
    experiment = replace(flow(), parameters=(ExperimentParameter("n", "integer", "five"),))
    assert _found(experiment) == [
        (
            None,
            "experiment_parameter_wrong",
            "The experiment's parameter “n” is of type integer; its default “five” is not.",
        )
    ]


def test_inputs_without_a_link() -> None:
    experiment = Remove(("source",)).changed(flow())
    assert _found(experiment) == [
        ("split", "input_needed", "Nothing is linked to “Rows to split” of “Split Data”.")
    ]
    assert find_problems(experiment, registry())[0].problem.port == "dataset"


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        (Link("source", "gone", "script", "second"), "“Source” has no output “gone”"),
        (Link("source", "dataset", "script", "third"), "“Script” has no input “third”"),
        (Link("source", "dataset", "split", "dataset", 1), "“Rows to split” takes only one link"),
    ],
)
def test_links_that_do_not_fit(link: Link, reason: str) -> None:
    (found,) = find_problems(_with_link(link), registry())
    assert found.problem.code == "link_wrong"
    assert found.problem.sentence.endswith(f"does not fit: {reason}.")
    assert (found.node, found.link) == (link.target, link)


def test_links_of_another_type() -> None:
    experiment = AddNode(Node("trees", "trees", title="Trees")).changed(flow())
    experiment = Connect(Link("trees", "learner", "script", "first")).changed(experiment)
    assert _found(experiment) == [
        (
            "script",
            "link_wrong",
            "The link from “Trees” (learner) to “Script” (first) does not fit: “Learner” gives a "
            "Learner, “First dataset” takes a Table.",
        )
    ]


def test_the_same_link_twice() -> None:
    twice = (Link("trees", "learner", "compare", "learners", n) for n in (2, 3))
    experiment = replace(everything(), links=(*everything().links, *twice))
    sentences = [sentence for _, code, sentence in _found(experiment) if code == "link_wrong"]
    ends = "The link from “Trees” (learner) to “Compare” (learners)"
    assert sentences == [f"{ends} does not fit: the same link is there twice."] * 2


def test_circles() -> None:
    experiment = _with_link(
        Link("script", "result", "split", "dataset"), Link("script", "result", "script", "second")
    )
    codes = [(node, code) for node, code, _ in _found(experiment)]
    assert ("script", "cycle") in codes
    assert len([code for code in codes if code[1] == "cycle"]) == 1


def test_a_disabled_node_is_not_looked_into() -> None:
    experiment = SetDisabled(("split",)).changed(Remove(("source",)).changed(flow()))
    assert _found(SetParams("split", {"fraction": 9}).changed(experiment)) == []


def test_a_module_older_than_the_node_is_a_warning() -> None:
    (found,) = find_problems(_with_node("split", version=3), registry())
    assert found.problem.code == "module_older"
    assert found.problem.severity == "warning"
    assert find_problems(_with_node("split", version=1), registry()) == []


def test_a_module_whose_own_code_fails_is_reported() -> None:
    experiment = flow().with_items([Node("faulty", "faulty", params={"key": "x"})])
    assert _found(experiment) == [
        (
            "faulty",
            "module_faulty",
            "“Faulty” failed while it looked at its parameters: KeyError: “'x'”.",
        )
    ]


def test_problems_come_in_the_order_of_the_nodes() -> None:
    nodes = {id: Node(id, "gone") for id in ("c", "a", "b")}
    found = find_problems(Experiment(nodes=nodes), registry())
    assert [item.node for item in found] == ["a", "b", "c"]
    assert isinstance(found[0], Found)


def test_a_link_that_fits_is_drawn() -> None:
    link = Link("source", "dataset", "script", "second")
    edit = connection(flow(), registry(), link)
    assert edit == Connect(link)
    assert link in edit.changed(flow()).links
    many = Link("trees", "learner", "compare", "learners")
    assert connection(everything(), registry(), many, place=0) == Connect(many, True, 0)


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        (Link("trees", "learner", "compare", "dataset"), "“Learner” gives a Learner, “Dataset”"),
        (Link("trees", "gone", "compare", "dataset"), "“Trees” has no output “gone”"),
        (Link("compare", "results", "split", "dataset"), "in a circle"),
        (Link("split", "first", "split", "dataset"), "a node cannot be its own input"),
    ],
)
def test_a_link_that_does_not_fit_is_refused(link: Link, reason: str) -> None:
    with pytest.raises(LinkRefused) as caught:
        connection(everything(), registry(), link)
    assert reason in caught.value.message


def test_links_of_modules_that_are_not_installed_can_be_drawn() -> None:
    link = Link("unknown", "anything", "compare", "dataset")
    assert connection(everything(), registry(), link) == Connect(link)
    with pytest.raises(LinkRefused, match="no input “gone”"):
        connection(everything(), registry(), Link("unknown", "a", "compare", "gone"))


def test_new_nodes_have_ids_and_titles_of_their_own() -> None:
    experiment = flow()
    for number in (2, 3):
        cls = registry().get("split")
        assert cls is not None
        node = new_node(experiment, cls, {"fraction": 0.1}, position=(1, 2))
        assert (node.id, node.title) == (f"split_{number}", f"Split Data ({number})")
        assert (node.module, node.version, node.params) == ("split", 2, {"fraction": 0.1})
        experiment = AddNode(node).changed(experiment)
    assert fresh_id(experiment, "a name.with ünusual/signs") == "a_name_with_nusual_signs"
    assert fresh_id(experiment, "") == "node"
