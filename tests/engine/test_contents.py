"""What learners, models, transforms, reports and their trees have to say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studio.engine import messages as say
from studio.engine.engine import Engine
from studio.engine.look.content import content_of
from studio.engine.look.opened import Kept, table_of
from studio.engine.look.trees import MAX_NODES
from studio.sdk import Files, Report, Series
from tests.engine.drawing import Drawing, Told, run
from tests.engine.tables import request, table

COLOURS = "x,colour,y\n" + "".join(
    f"{n},{colour},{2 * n + (10 if colour == 'red' else 0)}\n"
    for n in range(20)
    for colour in ("red", "blue")
)


def content(told: Told, node: str, port: str) -> dict[str, Any]:
    answer = told.engine.preview(told.keys[node], port)
    assert answer.problem is None, answer.problem
    assert answer.content is not None
    sent = json.dumps(say.to_dict(answer), allow_nan=False)
    assert say.from_dict(json.loads(sent)) == answer
    return dict(answer.content)


def trained(engine: Engine, learner: str, data: str, **params: Any) -> Told:
    drawing = Drawing().add("l", learner, **params)
    if data == "colours":
        drawing.add("d", "enter_data_manually", data=COLOURS)
    else:
        drawing.add("d", "sample_dataset", name=data)
    label = {"label": "y"} if data == "colours" else {}
    wires: dict[str, str | list[str]] = {"untrained_model": "l.untrained_model"}
    told = run(engine, drawing.add("t", "train_model", {**wires, "dataset": "d.dataset"}, **label))
    assert told.outcome == "finished", told.problems
    return told


def trees(told: Told, first: int = 0, count: int = 1) -> say.TreesShown:
    answer = told.engine.ask(say.Trees(request(), told.keys["t"], "trained_model", first, count))
    assert isinstance(answer, say.TreesShown)
    assert answer.problem is None, answer.problem
    return answer


def test_a_learner_shows_its_settings(engine: Engine) -> None:
    told = run(engine, Drawing().add("l", "linear_regression", l2_weight=0.5))
    found = content(told, "l", "untrained_model")
    assert (found["kind"], found["title"]) == ("Learner", "Linear Regression")
    weight = {"name": "l2_weight", "label": "L2 regularization weight"}
    assert {**weight, "value": 0.5, "is_default": False} in found["settings"]
    shown = {item["name"] for item in found["settings"]}
    assert "solution_method" in shown
    assert "epochs" not in shown  # it is of the other method


def test_a_linear_model_shows_weights_with_readable_names(engine: Engine) -> None:
    told = trained(engine, "linear_regression", "colours", l2_weight=0.0)
    found = content(told, "t", "trained_model")
    assert (found["kind"], found["task"], found["classes"]) == ("Model", "regression", [])
    assert found["label"]["name"] == "y"
    assert {"label": "Rows learned from", "value": 40} in found["facts"]
    assert [column["name"] for column in found["inputs"]] == ["x", "colour"]
    weights = found["weights"]
    named = {item["name"]: item["weights"][0] for item in weights["features"]}
    assert set(named) == {"x", "colour = blue", "colour = red"}
    assert named["x"] == pytest.approx(2)
    assert named["colour = red"] - named["colour = blue"] == pytest.approx(10)
    sizes = [abs(item["weights"][0]) for item in weights["features"]]
    assert sizes == sorted(sizes, reverse=True)
    assert (weights["classes"], weights["features_in_all"]) == ([""], 3)
    assert trees(told).total == found["trees"] == 0


def test_a_classifier_weighs_for_its_positive_class(engine: Engine) -> None:
    told = trained(engine, "two_class_logistic_regression", "breast_cancer")
    weights = content(told, "t", "trained_model")["weights"]
    assert weights["classes"] == [content(told, "t", "trained_model")["classes"][1]]


@pytest.mark.parametrize(
    ("learner", "data", "measure"),
    [
        ("boosted_decision_tree_regression", "colours", "gain"),
        ("multiclass_boosted_decision_tree", "iris", "gain"),
        ("decision_forest_regression", "colours", "impurity decrease"),
        ("multiclass_decision_forest", "iris", "impurity decrease"),
    ],
)
def test_trees_say_which_features_count(
    engine: Engine, learner: str, data: str, measure: str
) -> None:
    told = trained(engine, learner, data)
    found = content(told, "t", "trained_model")["importances"]
    shares = [item["importance"] for item in found["features"]]
    assert found["measure"] == measure
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)
    answer = trees(told, first=1, count=2)
    assert len(answer.trees) == 2
    assert answer.total > 2
    for tree in answer.trees:
        check_tree(tree, bool(answer.classes) and measure != "gain")


def check_tree(tree: say.Tree, has_shares: bool) -> None:
    followed = [n for node in tree.nodes for n in (node.left, node.right) if n is not None]
    assert sorted(followed) == list(range(1, len(tree.nodes)))
    for node in tree.nodes:
        assert bool(node.rule) == (node.left is not None)
        assert (len(node.shares) > 0) == has_shares
        if node.left is not None and node.right is not None:
            below = [tree.nodes[place].samples for place in (node.left, node.right)]
            assert sum(below) == node.samples  # type: ignore[arg-type]
        if has_shares:
            assert sum(node.shares) == pytest.approx(1)


def test_rules_are_in_words(engine: Engine) -> None:
    told = trained(engine, "boosted_decision_tree_regression", "colours")
    rules = {node.rule for tree in trees(told, count=20).trees for node in tree.nodes}
    assert rules & {"colour is not red", "colour is not blue"}
    assert any(rule.startswith("x <= ") for rule in rules)
    assert trees(told).trees[0].title == "Tree 1"


def test_trees_of_several_classes_are_named(engine: Engine) -> None:
    told = trained(engine, "multiclass_boosted_decision_tree", "iris")
    answer = trees(told, first=2, count=2)
    assert answer.classes == ("setosa", "versicolor", "virginica")
    titles = ["Tree 1, class virginica", "Tree 2, class setosa"]
    assert [tree.title for tree in answer.trees] == titles
    assert trees(told, first=answer.total, count=5).trees == ()
    together = trees(told, count=20).trees
    assert len({tree.nodes for tree in together}) > 10
    assert [trees(told, first=n).trees[0] for n in range(20)] == list(together)


def test_a_large_tree_is_cut(engine: Engine) -> None:
    numbers = ["monthly_charge", "total_charges", "data_usage_gb"]
    params = {"num_trees": 1, "max_depth": 100, "min_samples_per_leaf": 1}
    told = run(
        engine,
        Drawing()
        .add("l", "decision_forest_regression", **params)
        .add("d", "sample_dataset", name="customer_churn")
        .add("s", "select_columns_in_dataset", {"dataset": "d.dataset"}, columns=numbers)
        .add(
            "t",
            "train_model",
            {"untrained_model": "l.untrained_model", "dataset": "s.results_dataset"},
            label="total_charges",
        ),
    )
    assert told.outcome == "finished", told.problems
    nodes = trees(told).trees[0].nodes
    assert MAX_NODES - 2 < len(nodes) <= MAX_NODES
    assert any(node.hidden and node.left is None for node in nodes)


def test_clusters_are_drawn_on_the_rows_beside_them(engine: Engine) -> None:
    drawing = Drawing().add("l", "k_means_clustering", number_of_centroids=3)
    drawing.add("d", "sample_dataset", name="iris")
    wires = {"untrained_model": "l.untrained_model", "dataset": "d.dataset"}
    told = run(engine, drawing.add("t", "train_clustering_model", dict(wires)))
    found = content(told, "t", "trained_model")["clusters"]
    assert (found["names"], found["features_in_all"]) == (["0", "1", "2"], 4)
    assert sum(found["sizes"]) == 150
    picture = found["picture"]
    assert picture["x_label"] == "Principal Component 1"
    assert len(picture["points"]) == 150
    assert {point[2] for point in picture["points"]} == {0, 1, 2}
    for center, ellipse in zip(picture["centers"], picture["ellipses"], strict=True):
        assert [ellipse["x"], ellipse["y"]] == pytest.approx(center, abs=1e-6)
        assert ellipse["a"] >= ellipse["b"] > 0


def test_a_transform_shows_what_it_learned_by_column(engine: Engine) -> None:
    drawing = Drawing().add("d", "enter_data_manually", data="a,b,w\n1,10,x\n3,30,y\n")
    told = run(engine, drawing.add("n", "normalize_data", {"dataset": "d.dataset"}))
    found = content(told, "n", "transformation_function")
    assert (found["kind"], found["title"]) == ("Transform", "Normalize Data")
    assert (found["reads"], found["drops"]) == (["a", "b"], [])
    assert {"label": "Method", "value": "zscore"} in found["settings"]
    assert found["tables"][0]["columns"] == ["Column", "Centers", "Widths"]
    assert found["tables"][0]["rows"] == [["a", 2.0, 1.0], ["b", 20.0, 10.0]]


def test_a_report_is_strict_json(engine: Engine) -> None:
    line = Series("l", (0.0, 1.0), (float("inf"), 2.0))
    report = Report(metrics={"m": float("nan"), "i": float("inf")}, series={"c": (line,)})
    found = content_of(report, engine.store, "none")
    assert found["metrics"] == {"m": None, "i": "Infinity"}
    assert found["series"]["c"][0]["y"] == [None, 2.0]
    json.dumps(found, allow_nan=False)


def test_files_are_listed(engine: Engine, tmp_path: Path) -> None:
    files = Files(tmp_path, table({"path": ["a.png", "b.png"]}))
    assert content_of(files, engine.store, "none") == {"kind": "Files", "files": 2}
    for name in (None, "index"):
        assert table_of(files, {"table": name, "port": "bundle"}) is files.index


def test_what_was_worked_out_is_kept_within_bounds() -> None:
    kept, made = Kept(100), []

    def take(name: str, size: int) -> None:
        kept.get(name, lambda: (made.append(name), size))

    for name in ("a", "b", "a", "c", "a", "b", "large", "large"):
        take(name, 200 if name == "large" else 40)
    assert made == ["a", "b", "c", "b", "large"]


def test_only_what_has_rows_has_rows(engine: Engine) -> None:
    told = trained(engine, "linear_regression", "colours")
    answer = engine.preview(told.keys["t"], "trained_model", table="weights")
    assert answer.problem is not None
    assert answer.problem.code == "not_a_table"
