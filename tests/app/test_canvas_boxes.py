"""Notes, frames and groups on a canvas."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.app.canvas_hands import CONTROL, put
from tests.app.canvas_view import assert_shows_document


def test_a_note_is_written_where_it_stands(canvas, hands, draft) -> None:
    canvas.add_note(QPointF(0, 0))
    hands.keys("Look here")
    hands.click(QPoint(20, 700))
    (note,) = draft.experiment.notes.values()
    assert note.text == "Look here"
    hands.double_click(hands.middle(note.id))
    hands.keys(" now")
    QTest.keyClick(canvas.inline.field, Qt.Key.Key_Return, CONTROL)
    assert draft.experiment.notes[note.id].text == "Look here now"


def test_a_note_is_resized_at_its_corner_and_moved(canvas, hands, draft) -> None:
    canvas.add_note(QPointF(0, 0))
    (id,) = draft.experiment.notes
    hands.click(QPoint(20, 700))
    corner = canvas.node_rect(id).bottomRight() - QPoint(5, 5)
    hands.drag(corner, corner + QPoint(62, 41))
    assert draft.experiment.notes[id].rectangle == (0.0, 0.0, 260.0, 140.0)
    hands.drag(hands.middle(id), hands.middle(id) + QPoint(50, 30))
    assert draft.experiment.notes[id].rectangle == (50.0, 30.0, 260.0, 140.0)


def test_a_frame_goes_around_what_is_selected_and_carries_it(canvas, hands, draft) -> None:
    inside, outside = put(canvas, "sample_dataset", 0, 0), put(canvas, "split_data", 0, 300)
    draft.select([inside])
    canvas.add_frame()
    (frame,) = draft.experiment.frames
    before = draft.experiment.nodes[inside].position
    title = canvas.node_rect(frame).topLeft() + QPoint(60, 14)
    hands.drag(title, title + QPoint(100, -50))
    x, y = draft.experiment.nodes[inside].position
    assert (x, y) == (before[0] + 100, before[1] - 50)
    assert draft.experiment.nodes[outside].position == (-110.0, 270.0)
    draft.undo()
    assert draft.experiment.nodes[inside].position == before


def test_a_press_within_a_frame_is_as_on_the_canvas(canvas, hands, draft) -> None:
    canvas.add_frame(QPointF(-200, -150))
    node = put(canvas, "sample_dataset", -40, -40)
    (frame,) = draft.experiment.frames
    at = canvas.node_rect(frame).topLeft() + QPoint(20, 50)
    hands.drag(at, hands.middle(node))
    assert draft.selection == {node}


def test_a_frame_is_renamed_and_coloured(canvas, hands, draft) -> None:
    canvas.add_frame(QPointF(-100, -100))
    (id,) = draft.experiment.frames
    hands.double_click(canvas.node_rect(id).topLeft() + QPoint(60, 14))
    hands.keys("Preparing")
    hands.enter()
    assert draft.experiment.frames[id].title == "Preparing"
    hands.key(Qt.Key.Key_Menu)
    menu = QApplication.activePopupWidget()
    next(action for action in menu.actions() if action.text() == "Green").trigger()
    menu.close()
    assert draft.experiment.frames[id].colour == canvas.drawing.frames[id].colour != "#dde7f0"


def test_a_selection_becomes_a_group_that_folds_and_opens(canvas, hands, draft) -> None:
    data, split = put(canvas, "sample_dataset", 0, -200), put(canvas, "split_data", 0, 0)
    summary = put(canvas, "summarize_data", 0, 200)
    hands.link(data, "dataset", split, "dataset")
    hands.link(split, "results_dataset1", summary, "dataset")
    draft.select([data, split])
    canvas.group_selection()
    hands.keys("Preparing")
    hands.enter()
    (group,) = draft.experiment.groups.values()
    assert group.title == "Preparing"
    assert canvas.view_state().opened == {group.id: "Preparing"}
    outline = canvas.node_rect(group.id)
    hands.click(outline.topLeft() + QPoint(16, 15))
    assert draft.experiment.groups[group.id].collapsed
    assert not canvas.drawing.cards[data].isVisible()
    ports = [port.end.port for port in canvas.drawing.folded[group.id].ports]
    assert ports == ["results_dataset1", "results_dataset2"]
    assert canvas.port_point(split, "results_dataset1", "out") == canvas.viewer.mapFromScene(
        canvas.drawing.folded[group.id].ports[0].middle()
    )
    assert_shows_document(canvas)
    hands.double_click(hands.middle(group.id))
    assert not draft.experiment.groups[group.id].collapsed
    assert canvas.drawing.cards[data].isVisible()


def test_a_folded_group_is_linked_like_a_node(canvas, hands, draft) -> None:
    split, summary = put(canvas, "split_data", 0, 0), put(canvas, "summarize_data", 0, 200)
    draft.select([split])
    canvas.group_selection()
    hands.enter()
    canvas.toggle_group()
    hands.link(split, "results_dataset2", summary, "dataset")
    assert [link.ends for link in draft.experiment.links] == [
        (split, "results_dataset2", summary, "dataset")
    ]
    at = hands.port(summary, "dataset", "in")
    hands.drag(at, at + QPoint(-200, 40))
    assert not draft.experiment.links


def test_groups_are_nested_and_move_with_all_that_is_in_them(canvas, hands, draft) -> None:
    one, two = put(canvas, "sample_dataset", -130, 0), put(canvas, "split_data", 130, 0)
    draft.select([one])
    canvas.group_selection()
    hands.enter()
    (inner,) = draft.experiment.groups
    canvas.toggle_group()
    draft.select([inner, two])
    canvas.group_selection()
    hands.enter()
    (outer,) = set(draft.experiment.groups) - {inner}
    assert draft.experiment.groups[inner].parent == outer
    before = {id: draft.experiment.nodes[id].position for id in (one, two)}
    title = canvas.node_rect(outer).topLeft() + QPoint(100, 14)
    hands.drag(title, title + QPoint(40, 70))
    after = {id: draft.experiment.nodes[id].position for id in (one, two)}
    assert after == {id: (x + 40, y + 70) for id, (x, y) in before.items()}
    draft.select([outer])
    canvas.toggle_group()
    state = canvas.view_state()
    assert set(state.folded) == {outer}
    assert not any(shown for *_, shown in state.nodes.values())
    canvas.toggle_group()
    assert set(canvas.view_state().folded) == {inner}
    draft.select([outer])
    canvas.ungroup()
    assert draft.experiment.groups[inner].parent is None


def test_a_folded_group_is_deleted_with_what_is_in_it(canvas, hands, draft) -> None:
    put(canvas, "sample_dataset", 0, 0)
    canvas.group_selection()
    hands.enter()
    canvas.toggle_group()
    hands.key(Qt.Key.Key_Delete)
    assert not draft.experiment.ids()
    draft.undo()
    assert len(draft.experiment.ids()) == 2


def test_a_node_is_shown_by_the_folded_group_that_it_is_in(canvas, hands, draft) -> None:
    node = put(canvas, "sample_dataset", 3000, 0)
    canvas.group_selection()
    hands.enter()
    canvas.toggle_group()
    (group,) = draft.experiment.groups
    canvas.show_node(node)
    assert draft.selection == {group}
    assert canvas.viewer.seen().contains(canvas.drawing.folded[group].rect)
