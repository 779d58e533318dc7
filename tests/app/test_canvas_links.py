"""Drawing, moving and refusing links with the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt

from studio.app.canvas.canvas import Canvas
from studio.app.draft import Draft
from studio.app.panels.module_search import ModuleSearch
from studio.app.session import Session
from studio.document.editor import Editor
from studio.document.items import Link
from studio.registry.discovery import Registry
from tests.app.canvas_hands import ALT, CONTROL, SHIFT, Hands, put
from tests.app.canvas_view import assert_shows_document
from tests.document.small_modules import Compare, Source, Trees


def ends(draft: Draft) -> list[tuple[str, ...]]:
    return [link.ends for link in draft.experiment.links]


def test_a_link_is_drawn_by_dragging_from_an_output_to_an_input(canvas, hands, draft) -> None:
    data, split = put(canvas, "sample_dataset", 0, -150), put(canvas, "split_data", 0, 50)
    hands.link(data, "dataset", split, "dataset")
    assert ends(draft) == [(data, "dataset", split, "dataset")]
    draft.undo()
    assert not draft.experiment.links


def test_a_link_can_be_drawn_backwards_and_dropped_on_the_card_itself(canvas, hands, draft) -> None:
    data, split = put(canvas, "sample_dataset", 0, -150), put(canvas, "split_data", 0, 50)
    hands.drag(hands.port(split, "dataset", "in"), hands.middle(data))
    assert ends(draft) == [(data, "dataset", split, "dataset")]


def test_a_click_on_an_output_lets_the_link_follow_the_mouse(canvas, hands, draft) -> None:
    data, split = put(canvas, "sample_dataset", 0, -150), put(canvas, "split_data", 0, 50)
    hands.click(hands.port(data, "dataset", "out"))
    assert canvas.stage.quest is not None
    hands.click(hands.port(split, "dataset", "in"))
    assert ends(draft) == [(data, "dataset", split, "dataset")]
    assert canvas.stage.quest is None


def test_a_second_link_replaces_the_first_in_one_step(canvas, hands, draft) -> None:
    one, two = put(canvas, "sample_dataset", -150, -150), put(canvas, "sample_dataset", 150, -150)
    split = put(canvas, "split_data", 0, 50)
    hands.link(one, "dataset", split, "dataset")
    hands.link(two, "dataset", split, "dataset")
    assert ends(draft) == [(two, "dataset", split, "dataset")]
    draft.undo()
    assert ends(draft) == [(one, "dataset", split, "dataset")]


def test_one_output_feeds_many_inputs(canvas, hands, draft) -> None:
    data = put(canvas, "sample_dataset", 0, -150)
    splits = [put(canvas, "split_data", x, 50) for x in (-250, 0, 250)]
    for split in splits:
        hands.link(data, "dataset", split, "dataset")
    assert [link.target for link in draft.experiment.links_from(data)] == sorted(splits)


def test_a_port_of_another_type_is_refused_with_the_reason(canvas, hands, draft, session) -> None:
    data, score = put(canvas, "sample_dataset", 0, -150), put(canvas, "score_model", 0, 50)
    said = []
    session.said.connect(lambda _, sentence: said.append(sentence))
    hands.link(data, "dataset", score, "trained_model")
    assert not draft.experiment.links
    assert said == ["“Dataset” gives a Table, “Trained model” takes a Model."]


def test_a_circle_is_refused_with_the_reason(canvas, hands, draft, session) -> None:
    one, two = put(canvas, "edit_metadata", -200, -100), put(canvas, "edit_metadata", 200, 100)
    hands.link(one, "results_dataset", two, "dataset")
    said = []
    session.said.connect(lambda _, sentence: said.append(sentence))
    hands.link(two, "results_dataset", one, "dataset")
    assert ends(draft) == [(one, "results_dataset", two, "dataset")]
    assert "circle" in said[0]


def test_ports_that_fit_light_up_and_others_say_why_not(canvas, hands) -> None:
    data, score = put(canvas, "sample_dataset", 0, -150), put(canvas, "score_model", 0, 50)
    start = hands.port(data, "dataset", "out")
    hands.press(start)
    hands.move(start + QPoint(10, 40))
    card = canvas.drawing.cards[score]
    states = {port.look.end.port: canvas.stage.port_state(port.end) for port in card.ports}
    assert states == {"trained_model": "misfit", "dataset": "fits", "scored_dataset": "misfit"}
    hands.move(hands.port(score, "trained_model", "in"))
    assert canvas.viewer.live.is_refused
    hands.key(Qt.Key.Key_Escape)
    assert canvas.stage.quest is None


def test_a_link_is_taken_away_by_dragging_it_off_its_input(canvas, hands, draft) -> None:
    data, split = put(canvas, "sample_dataset", 0, -150), put(canvas, "split_data", 0, 50)
    hands.link(data, "dataset", split, "dataset")
    at = hands.port(split, "dataset", "in")
    hands.drag(at, at + QPoint(-250, 30))
    assert not draft.experiment.links
    draft.undo()
    assert ends(draft) == [(data, "dataset", split, "dataset")]


def test_a_link_is_moved_to_another_input_in_one_step(canvas, hands, draft) -> None:
    data = put(canvas, "sample_dataset", 0, -150)
    one, two = put(canvas, "split_data", -150, 50), put(canvas, "split_data", 150, 50)
    hands.link(data, "dataset", one, "dataset")
    hands.drag(hands.port(one, "dataset", "in"), hands.port(two, "dataset", "in"))
    assert ends(draft) == [(data, "dataset", two, "dataset")]
    draft.undo()
    assert ends(draft) == [(data, "dataset", one, "dataset")]


def test_escape_while_dragging_a_link_off_leaves_it(canvas, hands, draft) -> None:
    data, split = put(canvas, "sample_dataset", 0, -150), put(canvas, "split_data", 0, 50)
    hands.link(data, "dataset", split, "dataset")
    at = hands.port(split, "dataset", "in")
    hands.press(at)
    hands.move(at + QPoint(-200, 30))
    hands.key(Qt.Key.Key_Escape)
    hands.release(at + QPoint(-200, 30))
    assert ends(draft) == [(data, "dataset", split, "dataset")]


def test_links_are_cut_with_alt_and_selected_and_deleted(canvas, hands, draft) -> None:
    data, split = put(canvas, "sample_dataset", 0, -150), put(canvas, "split_data", 0, 50)
    hands.link(data, "dataset", split, "dataset")
    middle = (hands.port(data, "dataset", "out") + hands.port(split, "dataset", "in")) / 2
    hands.drag(middle - QPoint(60, 5), middle + QPoint(60, 5), ALT)
    assert not draft.experiment.links
    draft.undo()
    hands.click(middle)
    assert draft.selected_links == draft.experiment.links
    hands.key(Qt.Key.Key_Delete)
    assert not draft.experiment.links


def test_a_node_dropped_on_a_link_is_put_into_it(canvas, hands, draft) -> None:
    data, split = put(canvas, "sample_dataset", 0, -200), put(canvas, "split_data", 0, 150)
    clean = put(canvas, "edit_metadata", 300, 0)
    hands.link(data, "dataset", split, "dataset")
    middle = (hands.port(data, "dataset", "out") + hands.port(split, "dataset", "in")) / 2
    hands.drag(hands.middle(clean), middle, steps=8)
    assert ends(draft) == [
        (data, "dataset", clean, "dataset"),
        (clean, "results_dataset", split, "dataset"),
    ]
    draft.undo()
    assert ends(draft) == [(data, "dataset", split, "dataset")]
    assert draft.experiment.nodes[clean].position == (190.0, -30.0)


def test_an_input_that_takes_several_keeps_their_order(qtbot, session: Session) -> None:
    registry = Registry.of(Source, Trees, Compare)
    from studio.document.experiment import Experiment

    draft = Draft(session.bridge, registry, Editor(Experiment()), parent=session)
    canvas = Canvas(session, draft, ModuleSearch)
    canvas.resize(1000, 800)
    qtbot.addWidget(canvas)
    canvas.show()
    hands = Hands(canvas)
    trees = [put(canvas, "trees", x, -150) for x in (-250, 0, 250)]
    compare = put(canvas, "compare", 0, 100)
    for tree in trees:
        hands.link(tree, "learner", compare, "learners")
    assert [link.source for link in draft.experiment.links_into(compare)] == trees
    canvas.wishes.place(Link(trees[2], "learner", compare, "learners"), 0)
    assert [link.source for link in draft.experiment.links_into(compare)] == [
        trees[2], *trees[:2],
    ]  # fmt: skip
    assert set(canvas.view_state().links) == set(draft.experiment.links)
    port = canvas.drawing.cards[compare].inputs_by_end
    first = next(iter(port.values()))
    taken_up = canvas.viewer.mapFromScene(first.slot(1))
    hands.drag(taken_up, taken_up + QPoint(-200, 80))
    assert [link.source for link in draft.experiment.links_into(compare)] == [trees[2], trees[1]]
    draft.close()


def test_nothing_can_be_linked_in_an_experiment_that_is_for_reading_only(qtbot, session) -> None:
    from studio.document.edits import AddNode
    from studio.document.experiment import Experiment
    from studio.document.items import Node

    experiment = Experiment()
    for node in (
        Node("a", "sample_dataset", position=(-110.0, -150.0)),
        Node("b", "split_data", position=(-110.0, 50.0)),
    ):
        experiment = AddNode(node).changed(experiment)
    editor = Editor(experiment, read_only=True)
    draft = Draft(session.bridge, session.registry, editor, parent=session)
    canvas = Canvas(session, draft, ModuleSearch)
    canvas.resize(1000, 800)
    qtbot.addWidget(canvas)
    canvas.show()
    hands = Hands(canvas)
    hands.link("a", "dataset", "b", "dataset")
    hands.drag(hands.middle("a"), hands.middle("a") + QPoint(50, 50))
    hands.key(Qt.Key.Key_Delete)
    hands.drag(hands.middle("b"), hands.middle("b") + QPoint(50, 50), SHIFT | CONTROL)
    assert draft.experiment is experiment
    assert_shows_document(canvas)
    draft.close()


def test_a_small_card_can_still_be_taken_hold_of_between_its_ports(canvas, draft) -> None:
    split = put(canvas, "split_data", 0, 0)
    canvas.viewer.zoom_to(0.5)
    port = canvas.port_point(split, "dataset", "in")
    assert canvas.viewer.hit_at(QPointF(port.x(), port.y() - 10)).port is not None
    middle = QPointF(port.x(), canvas.node_rect(split).center().y())
    assert canvas.viewer.hit_at(middle).thing is canvas.drawing.cards[split]
    above = middle - QPointF(0, 6)
    assert canvas.viewer.hit_at(above).thing is canvas.drawing.cards[split]
