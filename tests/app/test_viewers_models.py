"""Models, learners and transforms tell how they were set and what they learned."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QTableView, QTabWidget
from pytestqt.qtbot import QtBot

from studio.app.draft import Draft
from studio.app.session import Session
from studio.app.theme import theme
from studio.app.viewers.charts import Chart
from studio.app.viewers.chips import Chips
from studio.app.viewers.grid import Grid
from studio.app.viewers.kinds import open_viewer
from studio.app.viewers.point_drawings import ClustersDrawing
from studio.app.viewers.settings_part import SettingsPart
from studio.app.viewers.tree_view import NodeItem, TreeView
from studio.app.viewers.trees_part import TreesPart
from studio.app.viewers.viewer import Viewer
from tests.app.looking import SECONDS, build, result, run


def train(draft: Draft, sample: str, learner: str, label: str | None, **params: object) -> None:
    trainer = "train_clustering_model" if label is None else "train_model"
    build(
        draft,
        [
            ("data", "sample_dataset", {"name": sample}),
            ("learner", learner, params),
            ("train", trainer, {} if label is None else {"label": label}),
        ],
        [("learner.untrained_model", "train.untrained_model"), ("data.dataset", "train.dataset")],
    )


def opened(session: Session, draft: Draft, qtbot: QtBot, node: str, port: str) -> Viewer:
    run(draft, qtbot)
    viewer = open_viewer(session, draft, result(draft, node, port))
    qtbot.addWidget(viewer, before_close_func=lambda _, kept=viewer: kept.release())
    viewer.resize(1200, 800)
    viewer.show()
    return viewer


def tab(viewer: Viewer, qtbot: QtBot, name: str) -> None:
    qtbot.waitUntil(lambda: viewer.findChild(QTabWidget) is not None, timeout=SECONDS)
    tabs = viewer.findChild(QTabWidget)
    assert isinstance(tabs, QTabWidget)
    texts = [tabs.tabText(place) for place in range(tabs.count())]
    tabs.setCurrentIndex(texts.index(name))


def texts(viewer: Viewer) -> list[str]:
    return [label.text() for label in viewer.findChildren(QLabel)]


def test_weights_of_a_linear_model(session: Session, draft: Draft, qtbot: QtBot) -> None:
    train(draft, "diabetes", "linear_regression", "progression")
    viewer = opened(session, draft, qtbot, "train", "trained_model")
    tab(viewer, qtbot, "Weights")
    table = viewer.findChild(QTableView, "weights_table")
    assert isinstance(table, QTableView)
    model = table.model()
    sizes = [abs(float(_plain(model.index(row, 1).data()))) for row in range(model.rowCount())]
    assert len(sizes) == 10
    assert sizes == sorted(sizes, reverse=True)
    field = viewer.findChild(QLineEdit, "weights_filter")
    assert isinstance(field, QLineEdit)
    qtbot.keyClicks(field, "bmi")
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["bmi"]
    assert any("intercept 152.1" in text for text in texts(viewer))


def test_trees_are_drawn_and_opened(session: Session, draft: Draft, qtbot: QtBot) -> None:
    train(draft, "iris", "multiclass_decision_forest", "species")
    viewer = opened(session, draft, qtbot, "train", "trained_model")
    tab(viewer, qtbot, "Trees")
    part = viewer.findChild(TreesPart)
    assert isinstance(part, TreesPart)
    assert part.list.model().rowCount() == 8
    view = part.view

    def nodes() -> list[NodeItem]:
        return [item for item in view.scene().items() if isinstance(item, NodeItem)]

    qtbot.waitUntil(lambda: bool(nodes()), timeout=SECONDS)
    root = next(item for item in nodes() if item.place == 0)
    assert "≤" in root.toolTip() or "is" in root.toolTip()
    before = len(nodes())
    spot = view.mapFromScene(root.sceneBoundingRect().center())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert len(nodes()) == 1 < before
    first = part.findChild(QLabel, "tree_title")
    assert isinstance(first, QLabel)
    title = first.text()
    qtbot.keyClick(part.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: first.text() != title, timeout=SECONDS)
    assert len(nodes()) > 1


def test_importances_and_settings_of_boosted_trees(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    train(
        draft, "breast_cancer", "two_class_boosted_decision_tree", "diagnosis", num_leaves=7
    )  # fmt: skip
    viewer = opened(session, draft, qtbot, "train", "trained_model")
    tab(viewer, qtbot, "Feature importances")
    table = viewer.findChild(QTableView, "weights_table")
    assert isinstance(table, QTableView)
    model = table.model()
    shares = [float(model.index(row, 1).data()) for row in range(model.rowCount())]
    assert abs(sum(shares) - 1) < 0.001
    leaves = viewer.findChild(QLabel, "setting_maximum_number_of_leaves_per_tree")
    assert isinstance(leaves, QLabel)
    assert leaves.text() == "7"
    assert leaves.property("role") == "strong"
    grid = viewer.findChild(Grid, "grid_inputs")
    assert isinstance(grid, Grid)
    assert grid.model().rowCount() == 30


def test_clusters_are_drawn(session: Session, draft: Draft, qtbot: QtBot) -> None:
    train(draft, "iris", "k_means_clustering", None)
    viewer = opened(session, draft, qtbot, "train", "trained_model")
    tab(viewer, qtbot, "Clusters")
    chart = viewer.findChild(Chart)
    assert isinstance(chart, Chart)
    assert isinstance(chart.drawing, ClustersDrawing)
    centre = chart.drawing.picture["centers"][1]
    assert chart.drawing.say((centre[0], centre[1])) == f"Cluster {chart.drawing.names[1]}"
    grid = viewer.findChild(Grid, "grid_centres")
    assert isinstance(grid, Grid)
    assert sum(row[1] for row in grid.table.rows) == 150


def test_a_learner_shows_its_settings(session: Session, draft: Draft, qtbot: QtBot) -> None:
    train(draft, "iris", "multiclass_decision_forest", "species")
    viewer = opened(session, draft, qtbot, "learner", "untrained_model")
    qtbot.waitUntil(lambda: viewer.findChild(SettingsPart) is not None, timeout=SECONDS)
    assert "Multiclass Decision Forest" in texts(viewer)
    assert "Number of decision trees" in texts(viewer)


def test_a_transform_shows_what_it_learned(session: Session, draft: Draft, qtbot: QtBot) -> None:
    build(
        draft,
        [("data", "sample_dataset", {"name": "iris"}), ("scale", "normalize_data", {})],
        [("data.dataset", "scale.dataset")],
    )
    run(draft, qtbot)
    outputs = draft.state("scale").outputs
    port = next(name for name, about in outputs.items() if about["kind"] == "Transform")
    viewer = opened(session, draft, qtbot, "scale", port)
    qtbot.waitUntil(lambda: viewer.findChild(Chips) is not None, timeout=SECONDS)
    assert "Normalize Data" in texts(viewer)
    grid = viewer.findChild(Grid)
    assert isinstance(grid, Grid)
    assert grid.table.columns[0] == "Column"
    assert grid.table.rows[0][0] == "sepal length (cm)"
    for choice in ("dark", "light"):
        theme().choose(choice)  # type: ignore[arg-type]
        assert not viewer.grab().isNull()


def test_tree_view_zooms_with_the_keyboard(qtbot: QtBot) -> None:
    view = TreeView(())
    qtbot.addWidget(view)
    view.show()
    before = view.transform().m11()
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.transform().m11() > before
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.transform().m11() == 1


def _plain(text: str) -> str:
    return text.replace(",", "")
