"""Reports are laid out by what they have to say, and their figures can be read off the screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLabel, QPlainTextEdit, QSlider, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from studio.app.draft import Draft
from studio.app.session import Session
from studio.app.viewers.bar_drawings import HistogramDrawing
from studio.app.viewers.charts import Chart
from studio.app.viewers.heat_table import HeatTable
from studio.app.viewers.kinds import open_viewer
from studio.app.viewers.pictures import PictureButton
from studio.app.viewers.point_drawings import LinesDrawing
from studio.app.viewers.report_parts import ImagePart, TablePart
from studio.app.viewers.viewer import Viewer
from studio.app.widgets.names import name_of
from tests.app.looking import SECONDS, NodeSpec, build, result, run

Kind = TypeVar("Kind", bound=QWidget)
PRINTS = """
import pandas, matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
def azureml_main(one=None, two=None):
    print("hello from the script")
    plt.plot([1, 2, 3])
    plt.show()
    return pandas.DataFrame({"a": [1]}),
"""


def trained(sample: str, learner: str, label: str) -> tuple[list[NodeSpec], list[tuple[str, str]]]:
    """Return an experiment that trains on a half of a sample and evaluates on the other."""
    nodes: list[NodeSpec] = [
        ("data", "sample_dataset", {"name": sample}),
        ("split", "split_data", {}),
        ("learner", learner, {}),
        ("train", "train_model", {"label": label}),
        ("score", "score_model", {}),
        ("evaluate", "evaluate_model", {}),
    ]
    links = [
        ("data.dataset", "split.dataset"),
        ("learner.untrained_model", "train.untrained_model"),
        ("split.results_dataset1", "train.dataset"),
        ("train.trained_model", "score.trained_model"),
        ("split.results_dataset2", "score.dataset"),
        ("score.scored_dataset", "evaluate.scored_dataset"),
    ]
    return nodes, links


def opened(session: Session, draft: Draft, qtbot: QtBot, node: str, port: str) -> Viewer:
    run(draft, qtbot)
    viewer = open_viewer(session, draft, result(draft, node, port))
    qtbot.addWidget(viewer, before_close_func=lambda _, kept=viewer: kept.release())
    viewer.resize(1200, 800)
    viewer.show()
    return viewer


def waiting_for(viewer: QWidget, qtbot: QtBot, kind: type[Kind], name: str = "") -> Kind:
    """Return a widget of the viewer when it is there."""

    def find() -> Kind | None:
        found: Kind | None = viewer.findChild(kind, name) if name else viewer.findChild(kind)
        return found

    qtbot.waitUntil(lambda: find() is not None, timeout=SECONDS)
    made = find()
    assert made is not None
    return made


def figure(viewer: QWidget, name: str) -> str:
    found = viewer.findChild(QLabel, f"figure_{name_of(name)}")
    assert isinstance(found, QLabel)
    return found.text()


def drawing_of(chart: Chart) -> Callable[[], LinesDrawing]:
    def drawing() -> LinesDrawing:
        assert isinstance(chart.drawing, LinesDrawing)
        return chart.drawing

    return drawing


def test_two_classes_two_datasets_and_a_threshold(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    nodes, links = trained("breast_cancer", "two_class_logistic_regression", "diagnosis")
    nodes += [
        ("other", "two_class_boosted_decision_tree", {}),
        ("train2", "train_model", {"label": "diagnosis"}),
        ("score2", "score_model", {}),
    ]
    links += [
        ("other.untrained_model", "train2.untrained_model"),
        ("split.results_dataset1", "train2.dataset"),
        ("train2.trained_model", "score2.trained_model"),
        ("split.results_dataset2", "score2.dataset"),
        ("score2.scored_dataset", "evaluate.scored_dataset_to_compare"),
    ]
    build(draft, nodes, links)
    viewer = opened(session, draft, qtbot, "evaluate", "evaluation_results")
    slider = waiting_for(viewer, qtbot, QSlider, "threshold")
    metrics = draft.state("evaluate").outputs["evaluation_results"]["metrics"]
    table = waiting_for(viewer, qtbot, HeatTable)
    qtbot.waitUntil(lambda: sum(table.heat.sums) > 0, timeout=SECONDS)
    assert float(figure(viewer, "Accuracy")) == round(metrics["accuracy"], 4)
    assert float(figure(viewer, "AUC")) == round(metrics["auc"], 4)
    drawing = drawing_of(waiting_for(viewer, qtbot, Chart))
    assert [curve.name for curve in drawing().curves] == [
        "Scored dataset", "Scored dataset to compare",
    ]  # fmt: skip
    assert [curve.is_strong for curve in drawing().curves] == [True, False]

    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert figure(viewer, "Recall") == "1"
    assert float(figure(viewer, "Accuracy")) < 0.6
    assert table.heat.counts[0][1] == 0
    assert drawing().marks[0][1] == 1
    qtbot.keyClick(slider, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: figure(viewer, "Precision") == "–", timeout=SECONDS)
    slider.setValue(500)

    other = waiting_for(viewer, qtbot, QAbstractButton, "legend_1")
    qtbot.mouseClick(other, Qt.MouseButton.LeftButton)
    assert float(figure(viewer, "AUC")) == round(metrics["auc_to_compare"], 4)
    assert [curve.is_strong for curve in drawing().curves] == [False, True]

    tabs = waiting_for(viewer, qtbot, QTabBar, "curve_tabs")
    tabs.setCurrentIndex(2)
    assert drawing().y_label == "Lift"
    bins = [part.viewer for part in viewer.findChildren(TablePart) if part.isVisible()]
    assert len(bins) == 1
    qtbot.waitUntil(lambda: bins[0].model.text(0, 0) == "(0.900,1.000]", timeout=SECONDS)


def test_several_classes(session: Session, draft: Draft, qtbot: QtBot) -> None:
    build(draft, *trained("iris", "multiclass_decision_forest", "species"))
    viewer = opened(session, draft, qtbot, "evaluate", "evaluation_results")
    table = waiting_for(viewer, qtbot, HeatTable)
    assert table.heat.rows == ("setosa", "versicolor", "virginica") == table.heat.columns
    assert sum(table.heat.sums) == 75
    assert float(figure(viewer, "Overall accuracy")) > 0.8
    right = sum(table.heat.counts[place][place] for place in range(3))
    assert float(figure(viewer, "Overall accuracy")) == round(right / 75, 4)
    assert table.model().data(table.model().index(0, 0)).startswith("100 %")


def test_a_quantity(session: Session, draft: Draft, qtbot: QtBot, tmp_path: Path) -> None:
    build(draft, *trained("diabetes", "linear_regression", "progression"))
    viewer = opened(session, draft, qtbot, "evaluate", "evaluation_results")
    chart = waiting_for(viewer, qtbot, Chart)
    qtbot.waitUntil(lambda: chart.drawing is not None, timeout=SECONDS)
    metrics = draft.state("evaluate").outputs["evaluation_results"]["metrics"]
    shown = figure(viewer, "Coefficient of Determination (R²)")
    assert float(shown) == round(metrics["coefficient_of_determination"], 4)
    assert isinstance(chart.drawing, HistogramDrawing)
    assert sum(chart.drawing.histogram.counts) == 221
    middle = (float(chart.drawing.histogram.edges[0] or 0) + 1.0, 0.0)
    assert "rows" in chart.drawing.say(middle)

    button = waiting_for(chart, qtbot, PictureButton)
    button.copy()
    assert QGuiApplication.clipboard().image().width() == 2 * chart.width()
    for suffix in ("png", "svg"):
        path = tmp_path / f"errors.{suffix}"
        button.save(str(path))
        assert path.stat().st_size > 2_000
    drawn = (tmp_path / "errors.svg").read_text(encoding="utf-8")
    assert drawn.count("<rect") > 10
    assert "<image" not in drawn
    with qtbot.waitSignal(session.said) as said:
        button.save(str(tmp_path / "no such folder" / "errors.png"))
    assert said.args is not None
    assert said.args[0] == "error"


def test_what_a_script_printed_and_drew(session: Session, draft: Draft, qtbot: QtBot) -> None:
    build(draft, [("script", "execute_python_script", {"script": PRINTS})])
    run(draft, qtbot)
    ports = draft.state("script").outputs
    port = next(name for name, about in ports.items() if about["kind"] == "Report")
    viewer = opened(session, draft, qtbot, "script", port)
    waiting_for(viewer, qtbot, ImagePart)
    texts = viewer.findChildren(QPlainTextEdit)
    assert any("hello from the script" in text.toPlainText() for text in texts)


def test_clusters_are_told_in_a_table(session: Session, draft: Draft, qtbot: QtBot) -> None:
    build(
        draft,
        [
            ("data", "sample_dataset", {"name": "iris"}),
            ("learner", "k_means_clustering", {}),
            ("train", "train_clustering_model", {}),
            ("assign", "assign_data_to_clusters", {}),
            ("evaluate", "evaluate_model", {}),
        ],
        [
            ("data.dataset", "train.dataset"),
            ("learner.untrained_model", "train.untrained_model"),
            ("train.trained_model", "assign.trained_model"),
            ("data.dataset", "assign.dataset"),
            ("assign.results_dataset", "evaluate.scored_dataset"),
        ],
    )
    viewer = opened(session, draft, qtbot, "evaluate", "evaluation_results")
    waiting_for(viewer, qtbot, TablePart)
    assert float(figure(viewer, "Number Of Points").replace(",", "")) == 150
