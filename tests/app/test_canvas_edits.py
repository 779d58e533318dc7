"""Adding, moving, naming, copying and removing on a canvas, with mouse and keys."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.app.canvas.canvas import Canvas
from studio.app.palette_entry import entry_of
from studio.app.panels.module_search import ModuleSearch
from studio.document.edits import SetParams
from studio.document.storage import loads
from tests.app.canvas_hands import CONTROL, SHIFT, put
from tests.app.canvas_view import assert_shows_document


def test_a_module_of_the_palette_drops_at_the_cursor(canvas, hands, draft) -> None:
    module = draft.registry.get("split_data")
    hands.drop(entry_of(draft.registry, module).mime_data(), QPoint(400, 300))
    (node,) = draft.experiment.nodes.values()
    assert node.title == "Split Data"
    assert canvas.node_rect(node.id).contains(QPoint(400, 300))
    assert draft.selection == {node.id}


def test_a_module_dropped_on_a_link_goes_into_it(canvas, hands, draft) -> None:
    data, split = put(canvas, "sample_dataset", 0, -200), put(canvas, "split_data", 0, 200)
    hands.link(data, "dataset", split, "dataset")
    middle = (hands.port(data, "dataset", "out") + hands.port(split, "dataset", "in")) / 2
    module = draft.registry.get("edit_metadata")
    hands.drop(entry_of(draft.registry, module).mime_data(), middle)
    assert [link.ends for link in draft.experiment.links] == [
        (data, "dataset", "edit_metadata", "dataset"),
        ("edit_metadata", "results_dataset", split, "dataset"),
    ]
    draft.undo()
    assert set(draft.experiment.nodes) == {data, split}
    assert len(draft.experiment.links) == 1


def test_a_file_with_data_drops_as_an_import(hands, draft, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "cars.csv"))])
    hands.drop(mime, QPoint(300, 300))
    (node,) = draft.experiment.nodes.values()
    assert (node.module, node.params["path"]) == ("import_data", str(tmp_path / "cars.csv"))


def test_tab_searches_and_adds_at_the_mouse(canvas, hands, draft) -> None:
    hands.move(QPoint(500, 350))
    hands.key(Qt.Key.Key_Tab)
    popup = canvas.findChild(object, "module_search")
    field = canvas.findChild(object, "module_search_field")
    assert popup.isVisible()
    QTest.keyClicks(field, "split data")
    QTest.keyClick(field, Qt.Key.Key_Return)
    (node,) = draft.experiment.nodes.values()
    assert node.module == "split_data"
    assert canvas.node_rect(node.id).contains(QPoint(500, 350))


def test_a_link_let_go_over_nothing_offers_what_fits_and_links_it(canvas, hands, draft) -> None:
    learner = put(canvas, "two_class_decision_forest", 0, -150)
    start = hands.port(learner, "untrained_model", "out")
    hands.drag(start, start + QPoint(0, 150))
    field = canvas.findChild(object, "module_search_field")
    rows = canvas.findChild(object, "module_search_list").model()
    offered = {rows.entry(rows.index(row, 0)).module for row in range(rows.rowCount())}
    assert offered == {"train_model", "train_clustering_model", "cross_validate_model"}
    QTest.keyClicks(field, "train model")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert [link.ends for link in draft.experiment.links] == [
        (learner, "untrained_model", "train_model", "untrained_model")
    ]
    draft.undo()
    assert set(draft.experiment.nodes) == {learner}


def test_a_double_click_on_nothing_searches(canvas, hands) -> None:
    hands.double_click(QPoint(200, 200))
    assert canvas.findChild(object, "module_search").isVisible()


def test_a_dragged_node_keeps_to_the_grid(canvas, hands, draft) -> None:
    node = put(canvas, "sample_dataset", 0, 0)
    hands.drag(hands.middle(node), hands.middle(node) + QPoint(33, 57))
    assert draft.experiment.nodes[node].position == (-80.0, 30.0)
    draft.undo()
    canvas.set_snap(False)
    hands.drag(hands.middle(node), hands.middle(node) + QPoint(33, 57))
    assert draft.experiment.nodes[node].position == (-77.0, 27.0)


def test_a_dragged_node_comes_to_rest_in_line_with_others(canvas, hands, draft) -> None:
    put(canvas, "sample_dataset", 0, 0)
    node = put(canvas, "split_data", 20, 300)
    draft.apply(SetParams(node, {"fraction": 0.5}))
    hands.press(hands.middle(node))
    hands.move(hands.middle(node) - QPoint(10, 0))
    hands.move(hands.middle(node) - QPoint(14, 0))
    assert any(guide.isVisible() for guide in canvas.viewer._guides)
    hands.release(hands.middle(node))
    assert draft.experiment.nodes[node].position[0] == -110.0
    assert not any(guide.isVisible() for guide in canvas.viewer._guides)


def test_a_rubber_band_selects_what_it_touches_and_shift_adds(canvas, hands, draft) -> None:
    one, two = put(canvas, "sample_dataset", -250, 0), put(canvas, "split_data", 250, 0)
    corner = canvas.node_rect(one).topLeft() - QPoint(20, 20)
    hands.drag(corner, canvas.node_rect(one).center())
    assert draft.selection == {one}
    corner = canvas.node_rect(two).topLeft() - QPoint(20, 20)
    hands.drag(corner, canvas.node_rect(two).center(), SHIFT)
    assert draft.selection == {one, two}
    hands.click(QPoint(20, 700))
    assert not draft.selection


def test_several_are_moved_and_deleted_together(canvas, hands, draft) -> None:
    one, two = put(canvas, "sample_dataset", -150, 0), put(canvas, "split_data", 150, 100)
    hands.click(hands.middle(one))
    hands.click(hands.middle(two), SHIFT)
    before = {id: node.position for id, node in draft.experiment.nodes.items()}
    hands.drag(hands.middle(two), hands.middle(two) + QPoint(0, 60))
    moved = {id: node.position for id, node in draft.experiment.nodes.items()}
    assert moved == {id: (x, y + 60) for id, (x, y) in before.items()}
    hands.key(Qt.Key.Key_Delete)
    assert not draft.experiment.nodes
    draft.undo()
    assert set(draft.experiment.nodes) == {one, two}
    assert_shows_document(canvas)


def test_a_node_is_renamed_in_place(canvas, hands, draft) -> None:
    node = put(canvas, "sample_dataset", 0, 0)
    hands.key(Qt.Key.Key_F2)
    hands.keys("Cars")
    hands.enter()
    assert draft.experiment.nodes[node].title == "Cars"
    hands.key(Qt.Key.Key_F2)
    hands.keys("Trains")
    QTest.keyClick(canvas.inline.field, Qt.Key.Key_Escape)
    assert draft.experiment.nodes[node].title == "Cars"
    assert canvas.inline.field is None


@pytest.mark.parametrize("at", [QPoint(80, 14), QPoint(80, 42)], ids=["title", "below it"])
def test_a_double_click_on_a_node_shows_what_came_out(canvas, hands, session, qtbot, at) -> None:
    node = put(canvas, "split_data", 0, 0)
    with qtbot.waitSignal(session.output_requested) as asked:
        hands.double_click(canvas.node_rect(node).topLeft() + at)
    assert asked.args[1:] == [node, "results_dataset1"]


def test_a_comment_is_written_below_the_node(canvas, hands, draft) -> None:
    node = put(canvas, "sample_dataset", 0, 0)
    canvas.comment_selection()
    hands.keys("From the museum")
    QTest.keyClick(canvas.inline.field, Qt.Key.Key_Return, CONTROL)
    assert draft.experiment.nodes[node].comment == "From the museum"
    assert canvas.view_state().nodes[node][2] == "From the museum"


def test_nodes_are_switched_off_and_on(canvas, draft) -> None:
    node = put(canvas, "sample_dataset", 0, 0)
    canvas.toggle_disabled()
    assert draft.experiment.nodes[node].disabled
    assert canvas.drawing.cards[node].is_disabled
    canvas.toggle_disabled()
    assert not draft.experiment.nodes[node].disabled


def test_copies_go_from_one_experiment_to_another_as_text(
    qtbot, canvas, hands, draft, session
) -> None:
    data, split = put(canvas, "sample_dataset", 0, -150), put(canvas, "split_data", 0, 50)
    draft.apply(SetParams(split, {"fraction": 0.25}))
    hands.link(data, "dataset", split, "dataset")
    canvas.select_all()
    canvas.copy()
    text = QGuiApplication.clipboard().text()
    assert set(loads(text.encode(), draft.registry).nodes) == {data, split}
    canvas.paste()
    assert len(draft.experiment.nodes) == 4
    assert len(draft.experiment.links) == 2
    other = session.new()
    second = Canvas(session, other, ModuleSearch)
    qtbot.addWidget(second)
    second.show()
    second.paste()
    assert len(other.experiment.links) == 1
    assert other.experiment.nodes[split].params == {"fraction": 0.25}
    assert_shows_document(second)


def test_cut_and_paste_bring_the_same_back(canvas, hands, draft) -> None:
    put(canvas, "sample_dataset", 0, 0)
    canvas.cut()
    assert not draft.experiment.nodes
    canvas.paste()
    (node,) = draft.experiment.nodes.values()
    assert node.title == "Sample Dataset"


def test_text_that_is_no_experiment_is_not_pasted(canvas, draft, session) -> None:
    said = []
    session.said.connect(lambda _, sentence: said.append(sentence))
    QGuiApplication.clipboard().setText("Dear diary")
    canvas.paste()
    assert not draft.experiment.ids()
    assert said == ["The clipboard has no part of an experiment."]


def test_things_are_put_in_line_and_at_equal_distances(canvas, draft) -> None:
    ids = [put(canvas, "sample_dataset", x, y) for x, y in ((-300, 0), (-20, 30), (330, 70))]
    canvas.select_all()
    canvas.align("top")
    assert {node.position[1] for node in draft.experiment.nodes.values()} == {-30.0}
    canvas.distribute("horizontal")
    xs = [draft.experiment.nodes[id].position[0] for id in ids]
    assert xs[1] - xs[0] == xs[2] - xs[1]
    draft.undo()
    draft.undo()
    assert draft.experiment.nodes[ids[1]].position[1] == 0.0


def test_a_layout_from_top_to_bottom_is_one_step(canvas, hands, draft) -> None:
    data, split = put(canvas, "sample_dataset", 300, 300), put(canvas, "split_data", -300, -100)
    hands.link(data, "dataset", split, "dataset")
    canvas.draft.select(())
    canvas.auto_layout("down")
    places = {id: node.position for id, node in draft.experiment.nodes.items()}
    assert places[split][1] > places[data][1]
    assert places[split][0] == places[data][0]
    draft.undo()
    assert draft.experiment.nodes[data].position == (190.0, 270.0)


def test_zoom_stays_where_the_mouse_is(canvas) -> None:
    viewer, at = canvas.viewer, QPointF(200, 300)
    before = viewer.scene_at(at)
    viewer.zoom_by(3, at)
    after = viewer.scene_at(at)
    assert viewer.scale_now > 1.5
    assert (after - before).manhattanLength() < 2
    canvas.zoom_to_actual()
    assert viewer.scale_now == 1.0


def test_the_minimap_is_there_when_not_all_is_seen_and_moves_the_view(canvas, qtbot) -> None:
    put(canvas, "sample_dataset", 0, 0)
    assert not canvas.minimap.isVisible()
    far = put(canvas, "split_data", 4000, 3000)
    assert canvas.minimap.isVisible()
    corner = canvas.minimap.rect().bottomRight() - QPoint(14, 12)
    qtbot.mouseClick(canvas.minimap, Qt.MouseButton.LeftButton, pos=corner)
    assert canvas.viewer.seen().intersects(canvas.drawing.cards[far].rect)
    canvas.resize(500, 300)
    view, size = canvas.viewport.size(), canvas.minimap.size()
    assert size.width() <= view.width() / 4
    assert size.height() <= view.height() / 3
    assert canvas.viewport.rect().contains(canvas.minimap.geometry())
    canvas.set_minimap(False)
    assert not canvas.minimap.isVisible()


def test_space_and_the_middle_button_move_the_view(canvas, hands) -> None:
    before = canvas.viewer.seen()
    hands.drag(QPoint(300, 300), QPoint(250, 280), button=Qt.MouseButton.MiddleButton)
    assert canvas.viewer.seen().topLeft() - before.topLeft() == QPointF(50, 20)
    QTest.keyPress(canvas.viewer, Qt.Key.Key_Space)
    hands.drag(QPoint(300, 300), QPoint(350, 320))
    QTest.keyRelease(canvas.viewer, Qt.Key.Key_Space)
    assert canvas.viewer.seen() == before


def test_the_menu_of_a_node_runs_and_shows(canvas, hands, draft, session, qtbot) -> None:
    node = put(canvas, "sample_dataset", 0, 0)
    hands.key(Qt.Key.Key_Menu)
    menu = QApplication.activePopupWidget()
    texts = [action.text().partition("\t")[0] for action in menu.actions() if action.text()]
    assert texts[:4] == ["Run to here", "Run this again, ignoring the store", "View log", "Dataset"]
    part = next(action.menu() for action in menu.actions() if action.text() == "Dataset")
    entries = {action.text(): action for action in part.actions()}
    assert not entries["Save as dataset…"].isEnabled()
    with qtbot.waitSignal(session.output_requested) as asked:
        entries["Visualize"].trigger()
    assert asked.args == [draft, node, "dataset"]
    menu.close()


def test_an_unknown_module_keeps_the_ports_of_its_links(canvas, draft) -> None:
    from studio.document.edits import AddNode, Connect
    from studio.document.items import Link, Node

    draft.apply(AddNode(Node("old", "gone", title="Old", position=(0.0, 0.0))))
    split = put(canvas, "split_data", 0, 200)
    draft.apply(Connect(Link("old", "rows", split, "dataset")))
    assert not canvas.port_point("old", "rows", "out").isNull()
    assert canvas.drawing.cards["old"].look.unknown
    draft.undo()
    assert canvas.port_point("old", "rows", "out").isNull()


def test_closing_a_canvas_leaves_nothing(qtbot, session, draft) -> None:
    made = Canvas(session, draft, ModuleSearch)
    put(made, "sample_dataset", 0, 0)
    made.show()
    qtbot.waitExposed(made)
    before = {widget for widget in QApplication.topLevelWidgets() if widget.parent() is None}
    assert before & {made}
    with qtbot.waitSignal(made.destroyed):
        made.close()
        made.deleteLater()
    draft.undo()
    draft.redo()
    left = [type(widget).__name__ for widget in QApplication.allWidgets()]
    assert not {"Canvas", "CanvasViewer", "TabSearchMenuWidget", "Minimap"} & set(left)


def test_the_focused_node_is_told_to_screen_readers(canvas, hands, draft) -> None:
    put(canvas, "sample_dataset", 0, 0)
    description = canvas.viewer.accessibleDescription()
    assert description.startswith("Sample Dataset")
    assert canvas.viewer.accessibleName() == "Canvas"


def test_hovering_a_port_says_its_name_and_type(canvas, hands) -> None:
    from studio.app.canvas.hits import Hit
    from studio.app.canvas.hover import tip

    node = put(canvas, "evaluate_model", 0, 0)
    card = canvas.drawing.cards[node]
    text = tip(canvas.draft, Hit(port=card.ports[1]))
    assert "Scored dataset to compare" in text
    assert "Table, optional" in text


def test_what_is_removed_is_gone_at_once(canvas, hands, draft) -> None:
    """An item that waits for the collection of garbage would be deleted on another thread."""
    data, split = put(canvas, "sample_dataset", 0, -150), put(canvas, "split_data", 0, 50)
    hands.link(data, "dataset", split, "dataset")
    drawing = canvas.drawing
    items = [weakref.ref(item) for item in (*drawing.cards.values(), *drawing.wires.values())]
    gc.collect()
    collects = gc.isenabled()
    gc.disable()
    try:
        canvas.select_all()
        canvas.remove_selection()
        assert [item() for item in items] == [None] * 3
    finally:
        if collects:
            gc.enable()
