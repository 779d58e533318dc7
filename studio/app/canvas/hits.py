"""What is at a place of the canvas."""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF

from studio.app.canvas.boxes import Part
from studio.app.canvas.card import Card
from studio.app.canvas.drawing import Drawing, Thing
from studio.app.canvas.metrics import PORT_REACH, WIRE_REACH
from studio.app.canvas.port_item import CardPort
from studio.app.canvas.wire import Wire


class Hit(NamedTuple):
    """What is at a place: at most one of a port, a thing with the part of it, and a link."""

    port: CardPort | None = None
    thing: Thing | None = None
    part: Part = ""
    wire: Wire | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but the canvas."""
        return self == Hit()

    @property
    def card(self) -> Card | None:
        """The card, where there is one."""
        return self.thing if isinstance(self.thing, Card) else None


def hit(drawing: Drawing, place: QPointF, scale: float, ports: bool = True) -> Hit:
    """Return what is at a place in the scene, looked at in a scale."""
    reach = PORT_REACH / min(max(scale, 0.5), 1.0)
    area = QRectF(place.x() - reach, place.y() - reach, 2 * reach, 2 * reach)
    items = drawing.scene.items(area)
    cards = [item for item in items if isinstance(item, Card)]
    if ports and scale > 0.2:
        near = [card.port_near(place, scale) for card in cards]
        port = next((port for port in near if port is not None), None)
        if port is not None:
            return Hit(port=port)
    for card in cards:
        if card.rect.contains(place):
            return Hit(thing=card, part=_part_of_card(card, place))
    for note in drawing.notes.values():
        part = note.part_at(place, scale)
        if part:
            return Hit(thing=note, part=part)
    line = WIRE_REACH / scale
    near_line = QRectF(place.x() - line, place.y() - line, 2 * line, 2 * line)
    for item in items:
        if isinstance(item, Wire) and item.is_near(near_line):
            return Hit(wire=item)
    return _hit_box(drawing, place, scale)


def wire_under(drawing: Drawing, area: QRectF, but: Card | None = None) -> Wire | None:
    """Return a link whose line goes through an area and that does not touch a card."""
    wires = (item for item in drawing.scene.items(area) if isinstance(item, Wire))
    others = (wire for wire in wires if but not in (wire.start.card, wire.stop.card))
    return next((wire for wire in others if wire.is_near(area)), None)


def group_under(drawing: Drawing, place: QPointF, but: Container[str] = ()) -> str | None:
    """Return the innermost open group around a place in the scene, but none of some groups."""
    around = [
        box for box in drawing.outlines.values() if box.id not in but and box.rect.contains(place)
    ]
    return max(around, key=lambda box: box.zValue()).id if around else None


def _part_of_card(card: Card, place: QPointF) -> Part:
    at = place - card.pos()
    return "title" if at.x() > 50 and at.y() < 29 else "inside"


def _hit_box(drawing: Drawing, place: QPointF, scale: float) -> Hit:
    """Return the frame or open group that can be taken hold of: by its title or its edge."""
    outlines = sorted(drawing.outlines.values(), key=lambda item: -item.zValue())
    for box in (*outlines, *sorted(drawing.frames.values(), key=lambda item: item.rect.width())):
        part = box.part_at(place, scale)
        if part and part != "inside":
            return Hit(thing=box, part=part)
    return Hit()
