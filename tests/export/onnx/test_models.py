"""Every learner: a graph scores what the numpy program scores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from modules.estimators.centroids import Centroids
from studio.export.onnx.program import model_to_onnx, to_onnx
from studio.scoring.onnx_model import ModelGraph, with_graphs
from studio.scoring.onnx_session import OnnxProgram
from studio.sdk import Table
from studio.sdk.arrays import of_table
from studio.sdk.model import Model
from tests.export.onnx.paths import around, context, frame, learners, scoring, table, trained

LINEAR = ("logistic", "linear", "cosine")


def same(found: Any, expected: Any, tolerance: float) -> None:
    """Fail unless labels and gaps are the same and scores are close."""
    assert list(found) == list(expected)
    for name, right in expected.items():
        made = found[name]
        assert made.dtype == right.dtype, name
        if right.dtype == object:
            assert made.tolist() == right.tolist(), name
        else:
            np.testing.assert_allclose(made, right, rtol=tolerance, atol=tolerance, err_msg=name)


def tolerance(module_id: str) -> float:
    """Return how close scores must be: what trees and distances add is added in the same order."""
    return 1e-11 if any(word in module_id for word in LINEAR) else 1e-15


@pytest.fixture(scope="module", params=learners(), ids="-".join)
def fitted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    module_id, label = request.param
    folder: Path = tmp_path_factory.mktemp("scratch")
    params = {"num_trees": 12} if "tree" in module_id or "forest" in module_id else {}
    return module_id, trained(module_id, label, context(folder), **params)


def test_a_graph_scores_as_the_program_does(fitted: tuple[str, Model]) -> None:
    module_id, model = fitted
    columns = {"rows": of_table(table())}
    for append in (True, False):
        program = scoring(model, table(), append=append)
        expected = program.run(columns)["reply"]
        opened = OnnxProgram(to_onnx(program))
        found = opened.run(columns)["reply"]
        same(found, expected, tolerance(module_id))
        scores = [name for name in expected if name not in columns["rows"]]
        gaps = frame()["x"].isna() | frame()["word"].isna()
        for name in scores:
            missing = [value is None or value != value for value in expected[name].tolist()]
            assert missing == gaps.tolist()


def test_a_row_alone_is_scored_as_among_others(fitted: tuple[str, Model]) -> None:
    _, model = fitted
    opened = OnnxProgram(to_onnx(scoring(model, table(), append=False)))
    columns = of_table(table())
    whole = opened.run({"rows": columns})["reply"]
    for row in range(60):
        alone = opened.run({"rows": {n: v[row : row + 1] for n, v in columns.items()}})["reply"]
        for name, values in alone.items():
            np.testing.assert_array_equal(values, whole[name][row : row + 1])


def test_a_model_without_its_features_scores_as_the_program_does(
    fitted: tuple[str, Model],
) -> None:
    module_id, model = fitted
    program = scoring(model, table())
    changed = with_graphs(program, {"s": ModelGraph(model_to_onnx(model))})
    columns = {"rows": of_table(table())}
    same(changed.run(columns)["reply"], program.run(columns)["reply"], tolerance(module_id))
    assert changed.steps[0].model.estimator is None  # type: ignore[attr-defined]


def test_the_same_model_gives_the_same_file(fitted: tuple[str, Model]) -> None:
    _, model = fitted
    assert to_onnx(scoring(model, table())) == to_onnx(scoring(model, table()))
    assert model_to_onnx(model) == model_to_onnx(model)


def splits_of(model: Model) -> dict[int, list[float]]:
    """Return the thresholds of a model's trees by the column of the matrix that they look at."""
    found: dict[int, list[float]] = {}
    if hasattr(model.estimator, "booster_"):
        waiting = [
            tree["tree_structure"] for tree in model.estimator.booster_.dump_model()["tree_info"]
        ]
        while waiting:
            node = waiting.pop()
            if "threshold" in node:
                found.setdefault(node["split_feature"], []).append(node["threshold"])
                waiting += [node["left_child"], node["right_child"]]
        return found
    for tree in (item.tree_ for item in model.estimator.estimators_):
        for feature, threshold in zip(tree.feature, tree.threshold, strict=True):
            if feature >= 0:
                found.setdefault(int(feature), []).append(float(threshold))
    return found


@pytest.mark.parametrize(
    ("module_id", "label"),
    [pair for pair in learners() if "tree" in pair[0] or "forest" in pair[0]],
)
def test_neighbours_of_a_threshold_go_the_same_way(
    module_id: str, label: str, tmp_path: Path
) -> None:
    model = trained(module_id, label, context(tmp_path), ("x", "z"), num_trees=20)
    splits = splits_of(model)
    assert splits
    rng = np.random.default_rng(4)
    near = {"x": [rng.normal(size=3_000)], "z": [rng.choice([0.0, 1.0, 2.5], 3_000)]}
    for column, name in enumerate(near):
        exact = np.array(splits.get(column, [0.0]))
        single = exact.astype(np.float32)
        middles = [
            (single.astype(float) + np.nextafter(single, np.float32(end)).astype(float)) / 2
            for end in (np.inf, -np.inf)
        ]
        for values in (exact, single.astype(float), *middles):
            for value in (values, np.nextafter(values, np.inf), np.nextafter(values, -np.inf)):
                near[name].append(value)
    x, z = (np.concatenate(parts) for parts in near.values())
    size = max(len(x), len(z))
    rows = {"x": rng.permutation(np.resize(x, size)), "z": rng.permutation(np.resize(z, size))}
    program = scoring(model, Table.from_pandas(frame()[["x", "z"]]))
    expected = program.run({"rows": rows})["reply"]
    same(OnnxProgram(to_onnx(program)).run({"rows": rows})["reply"], expected, 1e-15)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("width", [1, 2, 7, 8, 9, 16, 23, 128, 130, 300])
def test_distances_of_any_width_are_the_programs(metric: str, width: int) -> None:
    rng = np.random.default_rng(width)
    names = [f"c{i}" for i in range(width)]
    matrix = rng.integers(-3, 4, size=(60, width)) / 10
    model = around(
        Centroids(4, metric=metric, random_state=1).fit(matrix), "clustering", names=names
    )
    graph = ModelGraph(model_to_onnx(model))
    rows = np.vstack([matrix, np.zeros((1, width)), rng.normal(size=(40, width)) * 1e3])
    found, expected = graph.predict(rows), model.predict(rows)
    if metric == "euclidean":
        for name, values in expected.items():
            np.testing.assert_array_equal(found[name], values)
    else:
        same(found, expected, 1e-12)


def test_a_tie_goes_to_the_first_class() -> None:
    rows = np.zeros((4, 2))
    tree = DecisionTreeClassifier().fit(rows, [0, 1, 2, 2])
    even = DecisionTreeClassifier().fit(rows[:2], [0, 1])
    for estimator, task, classes in (
        (tree, "multiclass", ("b", "a", "c")),
        (even, "binary", ("b", "a")),
        (even, "multiclass", (3, 1)),
    ):
        model = around(estimator, task, classes=classes)
        found, expected = ModelGraph(model_to_onnx(model)).predict(rows), model.predict(rows)
        assert found["Scored Labels"].tolist() == expected["Scored Labels"].tolist()
        assert found["Scored Labels"].tolist()[0] == (
            classes[2] if len(classes) == 3 else classes[0]
        )
