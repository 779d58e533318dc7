"""What a canvas shows, read from the items of its scene."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QGraphicsScene

from studio.app.canvas.boxes import FrameItem, NoteItem, OutlineItem
from studio.app.canvas.card import Card
from studio.app.canvas.wire import Wire
from studio.document.items import Link

Place = tuple[float, float]


@dataclass(frozen=True)
class ViewState:
    """What stands on a canvas, by id.

    Attributes:
        nodes: Title, place, comment, whether it is disabled, and whether it shows.
        links: Each with the ids of the cards that it is drawn between, and whether it shows.
        folded: Of folded groups that show: title and place.
        opened: Of open groups that show: title.
        frames, notes: Title or text, colour and rectangle.
    """

    nodes: dict[str, tuple[str, Place, str, bool, bool]]
    links: dict[Link, tuple[str, str, bool]]
    folded: dict[str, tuple[str, Place]]
    opened: dict[str, str]
    frames: dict[str, tuple[str, str, tuple[float, ...]]]
    notes: dict[str, tuple[str, str, tuple[float, ...]]]


def read_view(scene: QGraphicsScene) -> ViewState:
    """Return what the items of a scene show."""
    items = scene.items()
    cards = {card.id: card for card in items if isinstance(card, Card)}
    wires = [item for item in items if isinstance(item, Wire)]
    groups = {id: card for id, card in cards.items() if card.look.count}
    return ViewState(
        nodes={
            id: (card.look.title, _at(card), card.look.comment, card.is_disabled, card.isVisible())
            for id, card in cards.items()
            if id not in groups
        },
        links={w.link: (w.start.card.id, w.stop.card.id, w.isVisible()) for w in wires},
        folded={id: (card.look.title, _at(card)) for id, card in groups.items()},
        opened={box.id: box.title for box in items if isinstance(box, OutlineItem)},
        frames={
            box.id: (box.title, box.colour, _numbers(box))
            for box in items
            if isinstance(box, FrameItem)
        },
        notes={
            box.id: (box.text, box.colour, _numbers(box))
            for box in items
            if isinstance(box, NoteItem)
        },
    )


def _at(card: Card) -> Place:
    return (card.pos().x(), card.pos().y())


def _numbers(box: FrameItem | NoteItem) -> tuple[float, ...]:
    rect = box.rect
    return (rect.x(), rect.y(), rect.width(), rect.height())
