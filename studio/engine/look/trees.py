"""The trees of a model, node by node, in words."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from studio.engine.answers import Tree, TreeNode
from studio.engine.look.cells import cut, span
from studio.engine.look.opened import value_of
from studio.sdk.features import DAY, SECOND

if TYPE_CHECKING:
    from studio.engine.worker import Worker
    from studio.sdk.features import Features
    from studio.sdk.model import Model

MAX_TREES = 20
MAX_NODES = 2000


def answer(worker: Worker, job: Mapping[str, Any]) -> dict[str, Any]:
    """Return some of the trees of a model."""
    from studio.engine.look.model_content import class_names
    from studio.sdk.model import Model

    model = value_of(worker, job)
    if not isinstance(model, Model):
        return {}
    total = tree_count(model.estimator)
    first = max(job["first"], 0)
    numbers = range(first, min(first + min(job["count"], MAX_TREES), total))
    questions = Questions(model.features)
    boosted = hasattr(model.estimator, "booster_")
    made = (_boosted if boosted else _grown)(model, numbers, questions, class_names(model))
    return {
        "total": total,
        "first": first,
        "classes": class_names(model),
        "trees": [asdict(tree) for tree in made],
    }


def tree_count(estimator: Any) -> int:
    """Return how many trees an estimator has."""
    if hasattr(estimator, "booster_"):
        return int(estimator.booster_.num_trees())
    inner: Any = getattr(estimator, "estimators_", ())
    return len(inner) if len(inner) and hasattr(inner[0], "tree_") else 0


class Questions:
    """What a place in a tree asks of a feature, in words."""

    def __init__(self, features: Features) -> None:
        self._names = features.spoken
        self._sources = [
            next(column for column in features.inputs if column.name == source)
            for source in features.sources
        ]

    def text(self, feature: int, limit: float) -> str:
        """Return the question that rows answer with yes when their feature is at most ``limit``."""
        column = self._sources[feature]
        if column.is_text:
            level = self._names[feature].removeprefix(f"{column.name} = ")
            return cut(f"{column.name} is not {level}")
        if column.type == "boolean":
            return f"{column.name} is false"
        return f"{column.name} <= {_limit(limit, column.type)}"


def _limit(limit: float, kind: str) -> str:
    """Return a limit in the column's own unit: days and seconds become times and spans."""
    import numpy as np

    if kind == "datetime":
        time = np.datetime64(round(limit * DAY), "us")
        return str(time).replace("T", " ").removesuffix(".000000")
    return span(round(limit * SECOND)) if kind == "timespan" else f"{limit:.6g}"


@dataclass(frozen=True, slots=True)
class _Place:
    """A node as a library has it: what it says, and what follows it, if anything does."""

    node: TreeNode
    left: Any = None
    right: Any = None


def _listed(root: Any, read: Callable[[Any], _Place]) -> tuple[TreeNode, ...]:
    """Return the nodes of a tree, those nearest to the root first, as many as an answer holds."""
    nodes: list[TreeNode] = []
    waiting: deque[Any] = deque([root])
    promised = 1
    while waiting:
        place = read(waiting.popleft())
        node = place.node
        if place.left is not None and promised + 2 <= MAX_NODES:
            node = replace(node, left=promised, right=promised + 1)
            promised += 2
            waiting += [place.left, place.right]
        elif place.left is not None:
            node = replace(node, hidden=True)
        nodes.append(node)
    return tuple(nodes)


def _grown(model: Model, numbers: range, questions: Questions, classes: list[str]) -> list[Tree]:
    """Return trees of a forest of scikit-learn's."""

    def reader(tree: Any) -> Callable[[Any], _Place]:
        def read(mark: int) -> _Place:
            is_leaf = tree.children_left[mark] < 0
            samples, value = float(tree.n_node_samples[mark]), tree.value[mark, 0]
            rule = "" if is_leaf else questions.text(tree.feature[mark], tree.threshold[mark])
            if classes:
                total = float(value.sum()) or 1.0
                node = TreeNode(rule, samples=samples, shares=tuple((value / total).tolist()))
            else:
                node = TreeNode(rule, samples=samples, value=float(value[0]))
            if is_leaf:
                return _Place(node)
            return _Place(node, int(tree.children_left[mark]), int(tree.children_right[mark]))

        return read

    trees = [model.estimator.estimators_[number].tree_ for number in numbers]
    return [
        Tree(f"Tree {number + 1}", _listed(0, reader(tree)))
        for number, tree in zip(numbers, trees, strict=True)
    ]


def _boosted(model: Model, numbers: range, questions: Questions, classes: list[str]) -> list[Tree]:
    """Return trees of a booster of lightgbm's, which come one a class and round."""

    def read(mark: Mapping[str, Any]) -> _Place:
        if "leaf_value" in mark:
            samples = mark.get("leaf_count")
            value = float(mark["leaf_value"])
            return _Place(TreeNode("", samples=_counted(samples), value=value))
        rule = questions.text(mark["split_feature"], float(mark["threshold"]))
        samples, value = _counted(mark["internal_count"]), float(mark["internal_value"])
        node = TreeNode(rule, samples=samples, value=value)
        return _Place(node, mark["left_child"], mark["right_child"])

    booster = model.estimator.booster_
    a_round = booster.num_model_per_iteration()
    first = numbers.start // a_round
    rounds = -(-numbers.stop // a_round) - first
    if rounds <= 0:
        return []
    dumped = booster.dump_model(num_iteration=rounds, start_iteration=first)["tree_info"]
    trees = []
    for number in numbers:
        title = f"Tree {number // a_round + 1}"
        title += f", class {classes[number % a_round]}" if a_round > 1 else ""
        root = dumped[number - first * a_round]["tree_structure"]
        trees.append(Tree(title, _listed(root, read)))
    return trees


def _counted(samples: Any) -> float | None:
    return None if samples is None else float(samples)
