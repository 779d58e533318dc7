"""Where nodes stand when nobody has placed them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from studio.document.edits import AddFrame, AddGroup, AddNode, AddNote, Collapse, Connect, Move
from studio.document.experiment import Experiment
from studio.document.items import Frame, Group, Link, Node, Note
from studio.document.layout import (
    COLUMN,
    MARGIN,
    NODE,
    ROW,
    TITLE,
    arranged,
    arrangement,
    is_placed,
)


def drawn(*links: str) -> Experiment:
    """An experiment of links written as ``a>b``."""
    experiment = Experiment()
    for name in sorted({name for link in links for name in link.split(">")}):
        experiment = AddNode(Node(name, "module")).changed(experiment)
    for link in links:
        start, end = link.split(">")
        experiment = Connect(Link(start, "out", end, f"from_{start}")).changed(experiment)
    return experiment


def test_every_node_stands_to_the_right_of_what_it_needs() -> None:
    experiment = drawn("data>split", "split>train", "learner>train", "train>score", "split>score")
    places = arranged(experiment, "right")
    columns = {name: x / COLUMN for name, (x, _) in places.items()}
    assert columns == {"data": 0, "split": 1, "learner": 1, "train": 2, "score": 3}


def test_nodes_of_a_column_do_not_touch() -> None:
    experiment = drawn(*(f"data>n{number}" for number in range(7)), "n0>end", "n6>end")
    places = arranged(experiment, "right")
    heights = sorted(y for name, (_, y) in places.items() if name.startswith("n"))
    assert [b - a for a, b in pairwise(heights)] == [ROW] * 6
    assert min(y for _, y in places.values()) == 0
    assert len(set(places.values())) == len(places)


def test_an_empty_experiment_has_no_places() -> None:
    assert arranged(Experiment()) == {}
    assert not is_placed(Experiment())


def test_downwards_every_node_stands_below_what_it_needs() -> None:
    experiment = drawn("data>split", "split>train", "learner>train", "train>score", "split>score")
    rows = {name: y / ROW for name, (_, y) in arranged(experiment, "down").items()}
    assert rows == {"data": 0, "split": 1, "learner": 1, "train": 2, "score": 3}


def test_a_long_link_goes_past_the_nodes_between() -> None:
    experiment = drawn("a>b", "b>c", "a>c")
    places = arranged(experiment, "down")
    assert abs(places["b"][0] - places["a"][0]) >= 40
    assert places["a"][0] == places["c"][0]


def test_links_downwards_are_straight_where_ports_say_so() -> None:
    experiment = drawn("a>b")
    found = arrangement(experiment, "down", offsets=lambda link: (30.0, -40.0)).positions
    assert found["b"][0] - found["a"][0] == 70.0


def test_a_circle_is_laid_out_all_the_same() -> None:
    experiment = drawn("a>b", "b>c")
    circle = replace(experiment, links=(*experiment.links, Link("c", "out", "a", "from_c")))
    assert len(set(arranged(circle).values())) == 3


def test_the_same_experiment_is_laid_out_the_same_whatever_the_order_of_its_nodes() -> None:
    experiment = drawn("a>b", "a>c", "d>c", "b>e", "c>e", "d>e")
    turned = replace(experiment, nodes=dict(reversed(list(experiment.nodes.items()))))
    assert arranged(experiment) == arranged(turned)


def test_only_some_are_laid_out_where_they_stand() -> None:
    experiment = drawn("a>b", "b>c")
    experiment = Move({"a": (500.0, 300.0), "b": (700.0, 100.0), "c": (9.0, 9.0)}).changed(
        experiment
    )
    found = arrangement(experiment, "down", ["a", "b"]).positions
    assert found == {"a": (500.0, 100.0), "b": (500.0, 100.0 + ROW)}


def test_an_open_group_stays_together_and_a_folded_one_is_one_box() -> None:
    experiment = drawn("a>b", "b>c", "c>d", "a>x")
    experiment = AddGroup(Group("g"), ("b", "c")).changed(experiment)
    opened = arrangement(experiment, "down").positions
    left = min(opened[id][0] for id in "bc") - MARGIN
    right = max(opened[id][0] for id in "bc") + NODE[0] + MARGIN
    assert opened["x"][0] >= right or opened["x"][0] + NODE[0] <= left
    top = min(opened[id][1] for id in "bc") - MARGIN - TITLE
    assert opened["a"][1] + NODE[1] < top
    folded = arrangement(Collapse("g").changed(experiment), "down").positions
    assert folded["g"][1] == folded["a"][1] + ROW
    assert folded["d"][1] == folded["a"][1] + 2 * ROW


def test_frames_go_around_what_they_held_and_notes_keep_clear() -> None:
    experiment = drawn("a>b", "b>c")
    experiment = Move({"a": (0.0, 0.0), "b": (900.0, 900.0), "c": (0.0, 900.0)}).changed(experiment)
    experiment = AddFrame(Frame("f", rectangle=(-50.0, -50.0, 400.0, 300.0))).changed(experiment)
    for name, place in (("near", (240.0, 0.0)), ("over", (-10.0, 60.0))):
        note = Note(name, rectangle=(*place, 100.0, 60.0))
        experiment = AddNote(note).changed(experiment)
    found = arrangement(experiment, "down")
    (frame,) = found.frames
    x, y = found.positions["a"]
    assert frame.rectangle == (x - MARGIN, y - MARGIN - TITLE, NODE[0] + 2 * MARGIN, 126.0)
    assert found.positions["near"] == (x + 240.0, y)
    boxes = [(*found.positions[id], *NODE) for id in "abc"]
    nx, ny = found.positions["over"]
    assert all(
        nx + 100 <= bx or nx >= bx + w or ny + 60 <= by or ny >= by + h for bx, by, w, h in boxes
    )
