"""Where nodes stand when nobody has placed them: in columns, each to the right of what it needs."""

from __future__ import annotations

from collections import defaultdict

from studio.document.experiment import Experiment

COLUMN = 260.0
"""The distance from one column to the next, in scene units."""
ROW = 130.0
"""The distance from one node to the next below it, in scene units."""


def arranged(experiment: Experiment) -> dict[str, tuple[float, float]]:
    """Return a position for every node, left to right; an experiment with a circle is one column.

    A node stands one column after the last of those it needs; one that needs nothing, just before
    the first that takes something from it. In a column, nodes are as high as what they take from.
    """
    columns: dict[int, list[str]] = defaultdict(list)
    for node, column in _columns(experiment).items():
        columns[column].append(node)
    heights: dict[str, float] = {}
    for column in sorted(columns):
        nodes = columns[column]
        wanted = {node: _wanted_height(experiment, node, heights) for node in nodes}
        middle = sum(wanted.values()) / len(nodes)
        nodes.sort(key=wanted.__getitem__)
        for place, node in enumerate(nodes):
            heights[node] = middle + place - (len(nodes) - 1) / 2
    top = min(heights.values(), default=0.0)
    return {
        node: (column * COLUMN, round((heights[node] - top) * ROW, 1))
        for column, nodes in columns.items()
        for node in nodes
    }


def is_placed(experiment: Experiment) -> bool:
    """Whether anybody has said where the nodes stand."""
    return any(node.position != (0.0, 0.0) for node in experiment.nodes.values())


def _columns(experiment: Experiment) -> dict[str, int]:
    if experiment.cycles():
        return dict.fromkeys(experiment.nodes, 0)
    columns: dict[str, int] = {}
    order = experiment.topological()
    for node in order:
        columns[node] = max((columns[s] + 1 for s in experiment.sources(node)), default=0)
    for node in order:
        targets = experiment.targets(node)
        if targets and not experiment.sources(node):
            columns[node] = min(columns[target] for target in targets) - 1
    return columns


def _wanted_height(experiment: Experiment, node: str, heights: dict[str, float]) -> float:
    known = [heights[source] for source in experiment.sources(node)]
    if not known:
        beside = [s for target in experiment.targets(node) for s in experiment.sources(target)]
        known = [heights[other] + 1 for other in beside if other in heights]
    return sum(known) / len(known) if known else 0.0
