"""How a card is painted, with less detail the smaller it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from studio.app.canvas.card_texts import paint_texts
from studio.app.canvas.ink import Ink, ink
from studio.app.canvas.metrics import CARD_HEIGHT, CARD_RADIUS, DETAILS_FROM, TITLES_FROM
from studio.app.canvas.small_mark import SHAPES, SIZE
from studio.app.node_state import STATUS_ICON, STATUS_TOKEN

if TYPE_CHECKING:
    from studio.app.canvas.card import Card

_TILE = QRectF(12.0, 12.0, 32.0, 32.0)
_TILE_ICON = QRectF(19.0, 19.0, 18.0, 18.0)
_MARK = 16.0
_MARK_TOP = 11.0


def paint_card(card: Card, painter: QPainter, scale: float, selected: bool) -> None:
    """Paint a card at a scale."""
    colours = ink()
    painter.setOpacity(0.55 if card.is_disabled else 1.0)
    if scale < TITLES_FROM:
        _paint_small(card, painter, colours, scale, selected)
    else:
        _paint_body(card, painter, colours, selected)
        _paint_tile(card, painter, colours, scale)
        has_two_lines = paint_texts(card, painter, colours, scale)
        _paint_mark(card, painter, colours, scale, has_two_lines)
        _paint_progress(card, painter, colours)
    if scale >= TITLES_FROM or card.stage.quest is not None:
        _paint_ports(card, painter, colours, scale)


def _paint_small(card: Card, painter: QPainter, colours: Ink, scale: float, selected: bool) -> None:
    """Paint what can be seen from far away: a plate, its colour, and how it stands."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    body = card.body
    painter.fillRect(body, colours.brush("accent" if selected else "line_strong"))
    edge = max(1.0, 1.0 / scale)
    if selected:
        edge *= 2
    painter.fillRect(body.adjusted(edge, edge, -edge, -edge), colours.brush("surface"))
    painter.fillRect(
        QRectF(edge, edge, 44.0, CARD_HEIGHT - 2 * edge), colours.brush(card.look.tint, 90)
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    shape = SHAPES.get(card.state.status)
    if shape is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.brush(STATUS_TOKEN[card.state.status]))
        painter.drawPolygon(shape.translated(body.right() - SIZE - 10, 16.0))


def _paint_body(card: Card, painter: QPainter, colours: Ink, selected: bool) -> None:
    body = card.body
    if selected:
        painter.setPen(colours.pen("accent", 3.0, alpha=90))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(body.adjusted(-2.5, -2.5, 2.5, 2.5), 12.0, 12.0)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.brush("canvas" if colours.is_dark else "text", 16))
        painter.drawRoundedRect(body.translated(0.0, 1.5), CARD_RADIUS, CARD_RADIUS)
    if card.look.count:
        painter.setPen(colours.pen("line_strong"))
        painter.setBrush(colours.brush("sunken"))
        painter.drawRoundedRect(body.adjusted(6, 6, -6, 5), CARD_RADIUS, CARD_RADIUS)
    dashed = card.is_disabled or card.look.unknown
    style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
    line = "bad" if card.state.status == "failed" else "line_strong"
    painter.setPen(colours.pen("accent" if selected else line, 1.2, style))
    painter.setBrush(colours.brush("sunken" if card.look.unknown else "surface"))
    painter.drawRoundedRect(body, CARD_RADIUS, CARD_RADIUS)
    if card.stage.has_focus and card.stage.focused == card.id and not selected:
        painter.setPen(colours.pen("focus", 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(body.adjusted(-3, -3, 3, 3), 12.0, 12.0)


def _paint_tile(card: Card, painter: QPainter, colours: Ink, scale: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.brush(card.look.tint, 46 if colours.is_dark else 30))
    painter.drawRoundedRect(_TILE, 8.0, 8.0)
    colours.draw_icon(painter, card.look.icon, card.look.tint, _TILE_ICON, scale)


def _paint_mark(card: Card, painter: QPainter, colours: Ink, scale: float, is_high: bool) -> None:
    name = STATUS_ICON[card.state.status]
    if not name or card.state.status == "ready":
        return
    top = _MARK_TOP if is_high else (CARD_HEIGHT - _MARK) / 2
    place = QRectF(card.body.width() - _MARK - 12, top, _MARK, _MARK)
    colours.draw_icon(painter, name, STATUS_TOKEN[card.state.status], place, scale)


def _paint_progress(card: Card, painter: QPainter, colours: Ink) -> None:
    if card.state.status != "running":
        return
    track = QRectF(12.0, CARD_HEIGHT - 6.0, card.body.width() - 24.0, 3.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.brush("accent", 50))
    painter.drawRoundedRect(track, 1.5, 1.5)
    if card.state.fraction is not None:
        done = min(max(card.state.fraction, 0.0), 1.0)
        painter.setBrush(colours.brush("accent"))
        painter.drawRoundedRect(
            QRectF(track.left(), track.top(), track.width() * done, 3.0), 1.5, 1.5
        )


def _paint_ports(card: Card, painter: QPainter, colours: Ink, scale: float) -> None:
    detailed = scale >= DETAILS_FROM
    stage = card.stage
    for port in card.ports:
        port.paint_on(painter, colours, stage.port_state(port.end), detailed)
