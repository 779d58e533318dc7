"""Where nodes stand when nobody has placed them."""

from __future__ import annotations

from itertools import pairwise

from studio.document.edits import AddNode, Connect
from studio.document.experiment import Experiment
from studio.document.items import Link, Node
from studio.document.layout import COLUMN, ROW, arranged, is_placed


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
    places = arranged(experiment)
    columns = {name: x / COLUMN for name, (x, _) in places.items()}
    assert columns == {"data": 0, "split": 1, "learner": 1, "train": 2, "score": 3}


def test_nodes_of_a_column_do_not_touch() -> None:
    experiment = drawn(*(f"data>n{number}" for number in range(7)), "n0>end", "n6>end")
    places = arranged(experiment)
    heights = sorted(y for name, (_, y) in places.items() if name.startswith("n"))
    assert [b - a for a, b in pairwise(heights)] == [ROW] * 6
    assert min(y for _, y in places.values()) == 0
    assert len(set(places.values())) == len(places)


def test_an_empty_experiment_has_no_places() -> None:
    assert arranged(Experiment()) == {}
    assert not is_placed(Experiment())
