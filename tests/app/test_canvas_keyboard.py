"""Everything on a canvas with the keys alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.app.canvas.hint import Hint
from tests.app.canvas_hands import CONTROL, SHIFT, put

KEYS = Qt.Key


def test_arrows_go_along_links_and_to_the_side(canvas, hands, draft) -> None:
    data, learner = (
        put(canvas, "sample_dataset", -200, -200),
        put(canvas, "linear_regression", 200, -180),
    )
    train = put(canvas, "train_model", 0, 0)
    hands.link(data, "dataset", train, "dataset")
    hands.link(learner, "untrained_model", train, "untrained_model")
    draft.select([train])
    hands.key(KEYS.Key_Up)
    first = draft.selection
    hands.key(KEYS.Key_Right if first == {data} else KEYS.Key_Left)
    assert first | draft.selection == {data, learner}
    hands.key(KEYS.Key_Down)
    assert draft.selection == {train}
    hands.key(KEYS.Key_Up, SHIFT)
    assert len(draft.selection) == 2


def test_control_and_arrows_move_a_node(canvas, hands, draft) -> None:
    node = put(canvas, "sample_dataset", 0, 0)
    x, y = draft.experiment.nodes[node].position
    hands.key(KEYS.Key_Right, CONTROL)
    hands.key(KEYS.Key_Down, CONTROL | SHIFT)
    assert draft.experiment.nodes[node].position == (x + 10, y + 50)


def test_a_link_is_drawn_with_the_keys(canvas, hands, draft) -> None:
    data = put(canvas, "sample_dataset", 0, -200)
    near, far = put(canvas, "split_data", 0, 0), put(canvas, "summarize_data", 0, 300)
    draft.select([data])
    hands.key(KEYS.Key_L)
    assert "“Dataset” of “Sample Dataset”" in canvas.viewer.accessibleDescription()
    hands.key(KEYS.Key_Return)
    assert canvas.stage.quest is not None
    hands.key(KEYS.Key_Right)
    hands.key(KEYS.Key_Return)
    assert [link.ends for link in draft.experiment.links] == [(data, "dataset", far, "dataset")]
    assert canvas.stage.quest is None
    assert not canvas.findChild(Hint).isVisible()
    hands.key(KEYS.Key_L)
    hands.key(KEYS.Key_Return)
    hands.key(KEYS.Key_Escape)
    assert near not in {link.target for link in draft.experiment.links}
    assert not canvas.viewer.live.isVisible()


def test_a_link_with_the_keys_says_when_nothing_fits(canvas, hands, session) -> None:
    put(canvas, "sample_dataset", 0, 0)
    said = []
    session.said.connect(lambda _, sentence: said.append(sentence))
    hands.key(KEYS.Key_L)
    hands.key(KEYS.Key_Return)
    assert said == [
        "Nothing on the canvas fits “Dataset” of “Sample Dataset”. Press Tab to add a module."
    ]


def test_enter_opens_the_output_and_opens_groups(canvas, hands, draft, session, qtbot) -> None:
    node = put(canvas, "sample_dataset", 0, 0)
    with qtbot.waitSignal(session.output_requested) as asked:
        hands.key(KEYS.Key_Return)
    assert asked.args == [draft, node, "dataset"]
    canvas.group_selection()
    hands.enter()
    canvas.toggle_group()
    hands.key(KEYS.Key_Return)
    (group,) = draft.experiment.groups.values()
    assert not group.collapsed


def test_a_whole_experiment_is_built_with_the_keys(canvas, hands, draft) -> None:
    for words in ("sample dataset", "summarize data"):
        hands.key(KEYS.Key_Tab)
        field = canvas.findChild(object, "module_search_field")
        QTest.keyClicks(field, words)
        QTest.keyClick(field, KEYS.Key_Return)
    hands.key(KEYS.Key_L)
    hands.key(KEYS.Key_Right)
    hands.key(KEYS.Key_Return)
    hands.key(KEYS.Key_Return)
    (link,) = draft.experiment.links
    assert link.ends == ("sample_dataset", "dataset", "summarize_data", "dataset")


def test_escape_selects_nothing_and_delete_removes(canvas, hands, draft) -> None:
    put(canvas, "sample_dataset", 0, 0)
    hands.key(KEYS.Key_Escape)
    assert not draft.selection
    canvas.select_all()
    hands.key(KEYS.Key_Delete)
    assert not draft.experiment.nodes


def test_shift_tab_leaves_the_canvas_and_tab_does_not(canvas) -> None:
    assert not canvas.viewer.focusNextPrevChild(True)
