"""Going from node to node with the arrow keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from PySide6.QtCore import QPointF

from studio.app.canvas.card import Card
from studio.app.canvas.drawing import Drawing

Direction = Literal["up", "down", "left", "right"]

_ASIDE = 2.0
"""How much more a step to the side counts than one ahead."""


def next_card(drawing: Drawing, id: str | None, direction: Direction) -> str | None:
    """Return the card that an arrow key leads to from a card, or None.

    Up and down follow links where there are some, else go to the nearest card there; left and
    right go to the nearest card on that side.
    """
    cards = {card.id: card for card in drawing.shown_cards()}
    here = cards.get(id or "")
    if here is None:
        return _first(cards.values())
    if direction in ("up", "down"):
        linked = _linked(here, direction)
        if linked:
            return min(linked, key=lambda card: (_distance(here, card), card.id)).id
    others = [card for card in cards.values() if _is_ahead(here, card, direction)]
    if not others:
        return None
    return min(others, key=lambda card: (_effort(here, card, direction), card.id)).id


def _first(cards: Iterable[Card]) -> str | None:
    """Return the uppermost card, of several the leftmost."""
    ordered = sorted(cards, key=lambda card: (card.pos().y(), card.pos().x(), card.id))
    return ordered[0].id if ordered else None


def _linked(card: Card, direction: Direction) -> set[Card]:
    if direction == "up":
        return {wire.start.card for port in card.inputs_by_end.values() for wire in port.wires}
    return {wire.stop.card for port in card.outputs_by_end.values() for wire in port.wires}


def _between(here: Card, there: Card) -> QPointF:
    return there.rect.center() - here.rect.center()


def _distance(here: Card, there: Card) -> float:
    return _between(here, there).manhattanLength()


def _is_ahead(here: Card, there: Card, direction: Direction) -> bool:
    if there is here:
        return False
    way = _between(here, there)
    ahead, aside = (way.y(), way.x()) if direction in ("up", "down") else (way.x(), way.y())
    forward = -ahead if direction in ("up", "left") else ahead
    return forward > 1.0 and (direction in ("up", "down") or abs(aside) < 2 * forward + 60)


def _effort(here: Card, there: Card, direction: Direction) -> float:
    way = _between(here, there)
    ahead, aside = (way.y(), way.x()) if direction in ("up", "down") else (way.x(), way.y())
    return abs(ahead) + _ASIDE * abs(aside)
