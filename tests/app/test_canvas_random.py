"""A thousand gestures at random: the canvas and the document stay equal, and all can be undone."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from studio.app.canvas.canvas import Canvas
from studio.app.draft import Draft
from studio.app.palette_entry import entry_of
from studio.app.panels.module_search import ModuleSearch
from studio.app.session import Session
from studio.document.edits import AddNode, Connect
from studio.document.items import Link, Node
from tests.app.canvas_hands import ALT, CONTROL, NONE, SHIFT, Hands
from tests.app.canvas_view import assert_shows_document

MODULES = (
    "sample_dataset", "split_data", "edit_metadata", "join_data", "train_model", "score_model",
    "two_class_decision_forest", "evaluate_model", "normalize_data",
)  # fmt: skip
ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)


class Monkey:
    """Does things to a canvas without knowing what they do."""

    def __init__(self, canvas: Canvas, seed: int) -> None:
        self.canvas, self.draft = canvas, canvas.draft
        self.hands = Hands(canvas)
        self.chance = random.Random(seed)

    def act(self) -> None:
        draft = self.draft
        if len(draft.experiment.nodes) < 4:
            self.add()
            return
        if len(draft.experiment.nodes) > 40:
            draft.select(self.chance.sample(sorted(draft.experiment.nodes), 15))
            self.hands.key(Qt.Key.Key_Delete)
            return
        acts = (
            (self.add, 5), (self.link, 14), (self.drag, 10), (self.click, 6), (self.band, 4),
            (self.rename, 3), (self.delete, 2), (self.copy, 3), (self.undo, 8), (self.redo, 5),
            (self.group, 4), (self.fold, 5), (self.ungroup, 1), (self.note, 2), (self.frame, 2),
            (self.cut, 1), (self.arrange, 2), (self.keys, 8), (self.key_link, 3), (self.zoom, 3),
            (self.disable, 2), (self.comment, 2), (self.strange, 2), (self.drop, 2),
            (self.resize, 2), (self.anywhere, 4), (self.out_of_group, 1),
        )  # fmt: skip
        act = self.chance.choices([act for act, _ in acts], [weight for _, weight in acts])[0]
        act()
        self.canvas.inline.close(take=True)

    # What it does.

    def add(self) -> None:
        self.canvas.add_module(self.chance.choice(MODULES), self.place())

    def drop(self) -> None:
        module = self.draft.registry.get(self.chance.choice(MODULES))
        assert module is not None
        self.hands.drop(entry_of(self.draft.registry, module).mime_data(), self.pixel())

    def link(self) -> None:
        ports = [port for card in self.canvas.drawing.shown_cards() for port in card.ports]
        one = self.chance.choice(ports)
        quest = [p for p in ports if p.end.side != one.end.side] or ports
        kinds = [p for p in quest if p.look.kind == one.look.kind] or quest
        other = self.chance.choice(kinds if self.chance.random() < 0.8 else ports)
        at = self.canvas.viewer.mapFromScene
        self.canvas.viewer.show_rect(one.card.rect)
        self.hands.drag(at(one.middle()), at(other.middle()), steps=3)

    def drag(self) -> None:
        thing = self.thing()
        if thing is None:
            return
        self.canvas.viewer.show_rect(thing.rect)
        start = self.canvas.viewer.mapFromScene(thing.rect.topLeft() + QPointF(60, 12))
        self.hands.drag(start, self.pixel(), self.chance.choice((NONE, NONE, SHIFT, ALT)), steps=3)

    def click(self) -> None:
        thing = self.thing()
        if thing is not None:
            at = self.canvas.viewer.mapFromScene(thing.rect.topLeft() + QPointF(60, 12))
            self.hands.click(at, self.chance.choice((NONE, SHIFT, CONTROL)))

    def anywhere(self) -> None:
        modifiers = self.chance.choice((NONE, NONE, SHIFT, CONTROL, ALT))
        self.hands.drag(self.pixel(), self.pixel(), modifiers, steps=3)

    def band(self) -> None:
        self.hands.drag(QPoint(2, 2), self.pixel(), self.chance.choice((NONE, SHIFT)), steps=3)

    def cut(self) -> None:
        self.hands.drag(self.pixel(), self.pixel(), ALT, steps=3)

    def rename(self) -> None:
        self.hands.key(Qt.Key.Key_F2)
        if self.canvas.inline.field is not None:
            self.hands.keys(f"Name {self.chance.randint(0, 99)}")

    def comment(self) -> None:
        self.canvas.comment_selection()
        if self.canvas.inline.field is not None:
            self.hands.keys("Because")

    def delete(self) -> None:
        self.hands.key(Qt.Key.Key_Delete)

    def copy(self) -> None:
        self.chance.choice((self.canvas.copy, self.canvas.cut, self.canvas.duplicate))()
        self.canvas.paste(self.place())

    def undo(self) -> None:
        for _ in range(self.chance.randint(1, 5)):
            self.draft.undo()

    def redo(self) -> None:
        for _ in range(self.chance.randint(1, 4)):
            self.draft.redo()

    def group(self) -> None:
        nodes = sorted(self.draft.experiment.nodes)
        if self.chance.random() < 0.5:
            self.draft.select(self.chance.sample(nodes, min(4, len(nodes))))
        self.canvas.group_selection()

    def ungroup(self) -> None:
        self.some_groups()
        self.canvas.ungroup()

    def fold(self) -> None:
        self.some_groups()
        self.canvas.toggle_group()

    def out_of_group(self) -> None:
        self.canvas.take_out_of_group()

    def note(self) -> None:
        self.canvas.add_note(self.place())
        self.hands.keys("A note")

    def frame(self) -> None:
        self.canvas.add_frame(self.chance.choice((None, self.place())))

    def resize(self) -> None:
        boxes = [*self.canvas.drawing.frames.values(), *self.canvas.drawing.notes.values()]
        if boxes:
            box = self.chance.choice(boxes)
            corner = self.canvas.viewer.mapFromScene(box.rect.bottomRight() - QPointF(4, 4))
            self.hands.drag(corner, corner + QPoint(self.chance.randint(-90, 90), 50), steps=2)

    def arrange(self) -> None:
        self.chance.choice(
            (
                lambda: self.canvas.align(self.chance.choice(("left", "middle", "bottom"))),
                lambda: self.canvas.distribute("horizontal"),
                lambda: self.canvas.auto_layout(self.chance.choice(("down", "right"))),
                self.canvas.select_all,
            )
        )()

    def keys(self) -> None:
        key = self.chance.choice((*ARROWS, *ARROWS, Qt.Key.Key_Return, Qt.Key.Key_Escape))
        self.hands.key(key, self.chance.choice((NONE, NONE, SHIFT, CONTROL)))

    def key_link(self) -> None:
        self.hands.key(Qt.Key.Key_L)
        for _ in range(self.chance.randint(0, 3)):
            self.hands.key(Qt.Key.Key_Right)
        self.hands.key(Qt.Key.Key_Return)
        for _ in range(self.chance.randint(0, 5)):
            self.hands.key(Qt.Key.Key_Right)
        self.hands.key(self.chance.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape)))

    def zoom(self) -> None:
        self.chance.choice(
            (self.canvas.zoom_to_fit, self.canvas.zoom_in, self.canvas.zoom_to_actual)
        )()

    def disable(self) -> None:
        self.canvas.toggle_disabled()

    def strange(self) -> None:
        """Let another view of the document do what no gesture here does."""
        nodes = sorted(self.draft.experiment.nodes)
        number = len(self.draft.experiment.nodes) + self.chance.randint(100, 10_000)
        place = self.place()
        id = f"strange_{number}"
        self.draft.apply(AddNode(Node(id, "not_installed", position=(place.x(), place.y()))))
        self.draft.apply(Connect(Link(id, "out", self.chance.choice(nodes), "in_none")))

    # What it does it to.

    def some_groups(self) -> None:
        groups = sorted(self.draft.experiment.groups)
        if groups:
            self.draft.select(self.chance.sample(groups, 1))

    def thing(self):
        things = sorted(self.canvas.drawing.things(), key=lambda thing: thing.id)
        return self.chance.choice(things) if things else None

    def place(self) -> QPointF:
        return QPointF(self.chance.randint(-40, 40) * 10.0, self.chance.randint(-30, 30) * 10.0)

    def pixel(self) -> QPoint:
        return QPoint(self.chance.randint(5, 990), self.chance.randint(5, 690))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.slow
def test_a_thousand_gestures(qtbot, session: Session, draft: Draft, seed: int) -> None:
    canvas = Canvas(session, draft, ModuleSearch)
    canvas.resize(1000, 700)
    qtbot.addWidget(canvas)
    canvas.show()
    qtbot.waitExposed(canvas)
    monkey = Monkey(canvas, seed)
    for number in range(1000):
        monkey.act()
        if number % 20 == 0:
            assert_shows_document(canvas)
    assert_shows_document(canvas)
    while draft.can_redo:
        draft.redo()
    full = draft.experiment
    steps = 0
    while draft.can_undo:
        draft.undo()
        steps += 1
        if steps % 50 == 0:
            assert_shows_document(canvas)
    assert_shows_document(canvas)
    assert not draft.experiment.ids()
    while draft.can_redo:
        draft.redo()
    assert draft.experiment == full
    assert_shows_document(canvas)
