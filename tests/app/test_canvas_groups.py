"""Things go into groups: dropped on an open one, by the menu, and straight from a search."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu

from tests.app.canvas_hands import put


def _group(canvas, hands, *nodes: str) -> str:
    """Make a group of nodes as a person does, and return its id."""
    before = set(canvas.draft.experiment.groups)
    canvas.draft.select(nodes)
    canvas.group_selection()
    hands.enter()
    (group,) = canvas.draft.experiment.groups.keys() - before
    return group


def _menu(hands, at: QPoint) -> QMenu:
    hands.key(Qt.Key.Key_Menu)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu), at
    return menu


def test_a_node_dropped_on_an_open_group_goes_into_it(canvas, hands, draft) -> None:
    group = _group(canvas, hands, put(canvas, "sample_dataset", -200, 0))
    other = put(canvas, "split_data", 250, 0)
    before = draft.experiment.nodes[other].position
    to = canvas.node_rect(group).center() + QPoint(0, 25)
    hands.press(hands.middle(other))
    for part in (0.3, 0.6, 1.0):
        hands.move(hands.middle(other) + (to - hands.middle(other)) * part)
    hands.move(to)
    assert canvas.drawing.outlines[group].is_lit
    hands.release(to)
    assert not canvas.drawing.outlines[group].is_lit
    assert draft.experiment.nodes[other].group == group
    assert draft.experiment.nodes[other].position != before
    draft.undo()
    assert draft.experiment.nodes[other].group is None
    assert draft.experiment.nodes[other].position == before


def test_a_node_moved_within_its_group_stays_in_it(canvas, hands, draft) -> None:
    one, two = put(canvas, "sample_dataset", -200, -100), put(canvas, "split_data", 100, 100)
    inner = _group(canvas, hands, one)
    outer = _group(canvas, hands, inner, two)
    hands.drag(hands.middle(one), hands.middle(one) + QPoint(30, 30))
    assert (draft.experiment.nodes[one].group, draft.experiment.groups[inner].group) == (
        inner,
        outer,
    )


def test_the_menu_moves_what_is_selected_into_a_group_and_out_again(canvas, hands, draft) -> None:
    group = _group(canvas, hands, put(canvas, "sample_dataset", -200, 0))
    other = put(canvas, "split_data", 250, 0)
    menu = _menu(hands, hands.middle(other))
    part = menu.findChild(QMenu, "group_moves")
    (entry,) = part.actions()
    assert entry.text() == draft.experiment.groups[group].title
    entry.trigger()
    menu.close()
    assert draft.experiment.nodes[other].group == group
    menu = _menu(hands, hands.middle(other))
    assert menu.findChild(QMenu, "group_moves") is None
    out = next(action for action in menu.actions() if action.text() == "Move out of the group")
    out.trigger()
    menu.close()
    assert draft.experiment.nodes[other].group is None


def test_a_module_added_within_an_open_group_is_in_it(canvas, hands, draft) -> None:
    group = _group(canvas, hands, put(canvas, "sample_dataset", 0, 0))
    place = canvas.viewer.mapToScene(canvas.node_rect(group).topLeft() + QPoint(60, 50))
    inside = put(canvas, "split_data", place.x(), place.y())
    outside = put(canvas, "split_data", 0, 300)
    assert draft.experiment.nodes[inside].group == group
    assert draft.experiment.nodes[outside].group is None
