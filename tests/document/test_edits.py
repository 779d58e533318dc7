"""Edits: each knows its inverse, says what it changed, and survives being written down."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_edits import do_random, random_experiment
from small_modules import everything, flow

from studio.document.change import Change
from studio.document.edits import (
    AddGroup,
    AddNode,
    Batch,
    Connect,
    Disconnect,
    Edit,
    InsertOnLink,
    Move,
    MoveToGroup,
    Paste,
    Remove,
    Rename,
    SetComment,
    SetDisabled,
    SetExperiment,
    SetFrame,
    SetNote,
    SetParams,
    difference,
    read_edit,
)
from studio.document.errors import (
    DocumentInvalid,
    IdTaken,
    ItemMissing,
    LinkRefused,
    NotStorable,
)
from studio.document.experiment import Experiment
from studio.document.form import require_sound
from studio.document.items import ExperimentParameter, Frame, Group, Link, Node, Note
from studio.document.paste import fragment
from studio.document.storage import dumps
from studio.sdk import StudioError


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_inverse_takes_an_edit_back(data: st.DataObject) -> None:
    before = random_experiment(data.draw)
    for edit, _ in do_random(data.draw, before, 4):
        after, inverse, change = edit.apply(before)
        require_sound(after)
        back, again, change_back = inverse.apply(after)
        assert back == before
        assert dumps(back) == dumps(before)
        assert dumps(again.changed(back)) == dumps(after)
        assert bool(change) == (dumps(before) != dumps(after)) == bool(change_back)
        before = after


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_an_edit_survives_being_written_down(data: st.DataObject) -> None:
    before = random_experiment(data.draw)
    for edit, after in do_random(data.draw, before, 3):
        for written, start, end in (
            (edit, before, after),
            (difference(before, after), before, after),
            (difference(after, before), after, before),
        ):
            again = read_edit(json.loads(json.dumps(written.to_dict())))
            assert again == written
            assert dumps(again.changed(start)) == dumps(end)
        before = after


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_change_leads_a_view_to_the_new_state(data: st.DataObject) -> None:
    before = random_experiment(data.draw)
    for _, after in do_random(data.draw, before, 4):
        change = Change.between(before, after)
        nodes = {*before.nodes} - {*change.nodes_removed} | {*change.nodes_added}
        assert nodes == {*after.nodes}
        links = {*before.links} - {*change.links_removed} | {*change.links_added}
        assert links == {*after.links}
        touched = {*change.nodes_changed, *change.nodes_moved, *change.nodes_added}
        assert all(before.nodes[id] == after.nodes[id] for id in nodes - touched)
        before = after


def test_what_a_change_says() -> None:
    before = flow()
    change = SetParams("source", {"rows": 7}).apply(before)[2]
    assert change == Change(nodes_changed={"source": frozenset({"params"})})
    assert change.touches_results
    change = Move({"source": (5, 5), "split": before.nodes["split"].position}).apply(before)[2]
    assert change == Change(nodes_moved=("source",))
    assert not change.touches_results
    change = Remove(("split",)).apply(before)[2]
    assert change == Change(nodes_removed=("split",), links_removed=before.links)
    change = SetExperiment(seed=3).apply(before)[2]
    assert change == Change(meta=frozenset({"seed"}))
    assert change.touches_results
    assert not SetExperiment(name="Other").apply(before)[2].touches_results


def test_an_edit_that_changes_nothing_says_so() -> None:
    before = everything()
    for edit in (
        SetParams("split", {"fraction": 0.7}),
        SetParams("split", unset=("absent",)),
        Rename("split", "Split Data"),
        SetComment("split", before.nodes["split"].comment),
        SetDisabled(("script",)),
        Move({"split": (260, -12.5), "frame": (-20, -20)}),
        SetFrame(before.frames["frame"]),
        SetNote(before.notes["note"]),
        Connect(Link("source", "dataset", "split", "dataset")),
        MoveToGroup(("split",), "inner"),
        SetExperiment(seed=42),
        Batch(()),
    ):
        after, _, change = edit.apply(before)
        assert after == before
        assert not change, edit


def test_true_one_and_one_point_zero_are_different_values() -> None:
    before = SetParams("source", {"rows": 1}).changed(flow())
    for value in (True, 1.0, [1], [True], {"a": 1}, {"a": True}):
        before, _, change = SetParams("source", {"rows": value}).apply(before)
        assert change.nodes_changed == {"source": frozenset({"params"})}
    parameters = [(ExperimentParameter("p", "any", default),) for default in (1, True, 1.0)]
    for value in parameters:
        before, _, change = SetExperiment(parameters=value).apply(before)
        assert change.meta == {"parameters"}


def test_a_link_takes_the_place_of_the_one_that_is_there() -> None:
    new = Link("source", "dataset", "script", "first")
    after, inverse, change = Connect(new).apply(flow())
    assert after.links_into("script") == (new,)
    assert change.links_removed == (Link("split", "first", "script", "first"),)
    assert inverse.changed(after) == flow()


def test_links_of_one_input_are_ordered() -> None:
    experiment = everything()
    moved = Connect(Link("more_trees", "learner", "compare", "learners"), many=True)
    sources = [link.source for link in moved.changed(experiment).links_into("compare")]
    assert sources == ["split", "trees", "more_trees"]
    third = AddNode(Node("third", "trees")).changed(experiment)
    first = Connect(Link("third", "learner", "compare", "learners"), many=True, place=0)
    links = first.changed(third).links_into("compare")[1:]
    assert [(link.source, link.order) for link in links] == [
        ("third", 0),
        ("more_trees", 1),
        ("trees", 2),
    ]
    less = Remove(("more_trees",)).changed(experiment).links_into("compare")[1:]
    assert [(link.source, link.order) for link in less] == [("trees", 0)]


def test_a_node_goes_into_a_link_in_one_step() -> None:
    link = Link("split", "first", "script", "first")
    before = AddNode(Node("new", "script")).changed(flow())
    after, inverse, _ = InsertOnLink(link, "new", "first", "result").apply(before)
    assert after.links_into("new") == (Link("split", "first", "new", "first"),)
    assert after.links_into("script") == (Link("new", "result", "script", "first"),)
    assert inverse.changed(after) == before


def test_a_node_in_a_link_keeps_the_place_among_many() -> None:
    link = everything().links_into("compare")[1]
    assert (link.source, link.order) == ("more_trees", 0)
    before = AddNode(Node("new", "script")).changed(everything())
    after = InsertOnLink(link, "new", "first", "result").changed(before)
    assert [item.source for item in after.links_into("compare")] == ["split", "new", "trees"]


def test_members_of_a_removed_group_move_to_the_group_around() -> None:
    after = Remove(("inner",)).changed(everything())
    assert after.nodes["split"].group == "outer"
    after = Remove(("inner", "outer")).changed(everything())
    assert (after.nodes["split"].group, after.nodes["more_trees"].group) == (None, None)
    whole = everything()
    emptied = Remove(tuple(sorted(whole.within(["outer"])))).changed(whole)
    assert set(emptied.nodes) == set(whole.nodes) - {"split", "more_trees"}
    assert not emptied.groups


@pytest.mark.parametrize(
    ("edit", "error", "sentence"),
    [
        (SetParams("gone", {"a": 1}), ItemMissing, "There is no node “gone” in the experiment."),
        (
            Connect(Link("script", "result", "source", "x")),
            LinkRefused,
            "“Script” cannot be linked to “Source”: the nodes would wait for one another in a "
            "circle.",
        ),
        (Connect(Link("split", "first", "split", "dataset")), LinkRefused, "its own input"),
        (Connect(Link("split", "first", "gone", "dataset")), ItemMissing, "“gone”"),
        (Disconnect((Link("source", "dataset", "script", "first"),)), ItemMissing, "no link"),
        (AddNode(Node("split", "x")), IdTaken, "“split”"),
        (AddNode(Node("new", "x", group="gone")), ItemMissing, "no group “gone”"),
        (AddGroup(Group("source"), ("split",)), IdTaken, "“source”"),
        (AddGroup(Group("g"), ("gone",)), ItemMissing, "“gone”"),
        (MoveToGroup(("split",), "gone"), ItemMissing, "no group “gone”"),
        (Move({"gone": (0, 0)}), ItemMissing, "“gone”"),
        (Remove(("split", "gone")), ItemMissing, "“gone”"),
        (SetFrame(Frame("gone")), ItemMissing, "no frame “gone”"),
        (SetNote(Note("gone")), ItemMissing, "no note “gone”"),
        (
            SetExperiment(parameters=(ExperimentParameter("a"), ExperimentParameter("a"))),
            DocumentInvalid,
            "two have the same name",
        ),
    ],
)
def test_an_edit_that_cannot_be_done_says_why(
    edit: Edit, error: type[StudioError], sentence: str
) -> None:
    with pytest.raises(error) as caught:
        edit.apply(flow())
    assert sentence in caught.value.message


def test_a_group_cannot_be_put_into_itself() -> None:
    with pytest.raises(DocumentInvalid, match="inside itself"):
        MoveToGroup(("outer",), "inner").apply(everything())


def test_notes_have_no_title_and_frames_no_comment() -> None:
    with pytest.raises(ItemMissing, match="node, group or frame"):
        Rename("note", "A title").apply(everything())
    with pytest.raises(ItemMissing, match="node or group"):
        SetComment("frame", "A comment").apply(everything())
    with pytest.raises(ItemMissing, match="node or group"):
        MoveToGroup(("frame",), "outer").apply(everything())


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), {1: 2}, {1, 2}, b"bytes", object(), "\0", "\ud800", 2**70],
)
def test_values_that_no_file_can_hold_are_refused(value: object) -> None:
    with pytest.raises(NotStorable):
        SetParams("source", {"rows": value})


def test_values_nested_too_deeply_are_refused() -> None:
    value: object = 1
    for _ in range(10_000):
        value = [value]
    with pytest.raises(NotStorable, match="levels deep"):
        SetParams("source", {"rows": value})


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"edit": []}, {"edit": "nothing"}, {"edit": "move"}, {"edit": "move", "x": 1},
     {"edit": "batch", "edits": [{"edit": "rename"}]}, {"edit": "add_node", "node": {"id": 1}}],
)  # fmt: skip
def test_data_that_is_no_edit_is_refused(data: object) -> None:
    with pytest.raises(DocumentInvalid):
        read_edit(data)


def test_what_undo_calls_an_edit() -> None:
    labels = {
        SetParams("source", {"rows": 1}): "Set “rows” of “Source”",
        AddNode(Node("n", "source", title="New")): "Add “New”",
        Connect(Link("source", "dataset", "script", "first")): "Link “Source” to “Script”",
        Remove(("split",)): "Remove “Split Data”",
        Remove(("split", "source")): "Remove 2 things",
        Move({"split": (1, 1), "source": (2, 2)}): "Move 2 things",
        Move({"split": (1, 1)}): "Move “Split Data”",
        Rename("split", "Part"): "Rename to “Part”",
        Batch((Move({"split": (1, 1)}),)): "Move “Split Data”",
        Batch((Move({"split": (1, 1)}),), "Tidy up"): "Tidy up",
    }
    assert {edit: edit.label(flow()) for edit in labels} == labels


def test_a_paste_gets_fresh_ids_and_titles() -> None:
    before = everything()
    part = fragment(before, ["outer", "source", "frame", "note"])
    assert {node.id for node in part.nodes} == {"source", "split", "more_trees"}
    after, _, change = Paste(part, (10, 20)).apply(before)
    assert set(change.nodes_added) == {"source_2", "split_2", "more_trees_2"}
    assert change.links_added == (Link("source_2", "dataset", "split_2", "dataset"),)
    copy, original = after.nodes["split_2"], before.nodes["split"]
    assert (copy.title, copy.group) == ("Split Data (2)", "inner_2")
    assert copy.position == (270.0, 7.5)
    assert (copy.params, copy.bindings, copy.comment) == (
        original.params,
        original.bindings,
        original.comment,
    )
    assert after.groups["inner_2"].parent == "outer_2"
    assert after.frames["frame_2"].rectangle == (-10.0, 0.0, 700.0, 300.0)
    again = Paste(part).changed(after)
    assert again.nodes["split_3"].title == "Split Data (3)"


def test_a_paste_into_a_group() -> None:
    part = fragment(flow(), ["split"])
    assert part.links == ()
    after = Paste(part, group="inner").changed(everything())
    assert after.nodes["split_2"].group == "inner"


def test_a_part_can_only_be_taken_of_what_is_there() -> None:
    with pytest.raises(ItemMissing):
        fragment(Experiment(), ["gone"])
