"""A port on a card: where it is, and how it looks. The card paints it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QGraphicsItem
from typing_extensions import override

from studio.app.canvas.ends import PortLook
from studio.app.canvas.ink import KIND_TOKEN, Ink
from studio.app.canvas.metrics import PILL, PORT_RADIUS
from studio.app.canvas.nodegraphqt import PortItem

if TYPE_CHECKING:
    from studio.app.canvas.card import Card
    from studio.app.canvas.wire import Wire

_BOUNDS = QRectF(-PORT_RADIUS, -PORT_RADIUS, 2 * PORT_RADIUS, 2 * PORT_RADIUS)
_FLAG = QGraphicsItem.GraphicsItemFlag.ItemHasNoContents


def _regular(corners: int, turn: float, reach: float = 1.0) -> QPolygonF:
    angles = [turn + 2 * math.pi * number / corners for number in range(corners)]
    return QPolygonF([QPointF(reach * math.cos(a), reach * math.sin(a)) for a in angles])


SHAPES: dict[str, QPolygonF] = {
    "Learner": _regular(4, math.pi / 4, 1.3),
    "Model": _regular(4, 0.0, 1.35),
    "Transform": _regular(3, math.pi / 2, 1.4),
    "Report": _regular(6, 0.0, 1.2),
    "Files": _regular(5, -math.pi / 2, 1.3),
}
"""The shape of each type of port but Table, whose shape is a circle; of radius 1."""


def draw_shape(painter: QPainter, kind: str, middle: QPointF, radius: float) -> None:
    """Draw the shape of a type of port with the painter's pen and brush."""
    shape = SHAPES.get(kind)
    if shape is None:
        painter.drawEllipse(middle, radius, radius)
        return
    painter.save()
    painter.translate(middle)
    painter.scale(radius, radius)
    pen = painter.pen()
    pen.setWidthF(pen.widthF() / radius)
    painter.setPen(pen)
    painter.drawPolygon(shape)
    painter.restore()


class CardPort(PortItem):
    """A port of a card; the library finds links by it, and it paints nothing itself."""

    def __init__(self, parent: Card, look: PortLook) -> None:
        # The library's own constructor is left out: it makes each port a cached item that is told
        # of every movement, and with a tooltip.
        QGraphicsItem.__init__(self, parent)
        self.setFlag(_FLAG, True)
        self._pipes = []
        self._width = self._height = 2 * PORT_RADIUS
        self._hovered = False
        self._name = f"{look.end.node}.{look.end.port}"
        self._display_name = False
        self._color = self._border_color = (0, 0, 0, 255)
        self._border_size = 1.0
        self._port_type = look.end.side
        self._multi_connection = look.many or look.end.side == "out"
        self._locked = False
        self.look = look
        self.end = look.end
        self.card = parent
        self.at = QPointF()

    @override
    def boundingRect(self) -> QRectF:
        return _BOUNDS

    @override
    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: Any) -> Any:
        """Let changes pass; the document decides."""
        return value

    def place(self, x: float, y: float) -> None:
        """Put the port on its card."""
        self.at = QPointF(x, y)
        self.setPos(x, y)

    @property
    def wires(self) -> list[Wire]:
        """The links that are drawn to it, in order."""
        return cast(
            "list[Wire]", sorted(self._pipes, key=lambda wire: cast("Wire", wire).link.order)
        )

    @property
    def slots(self) -> int:
        """How many links have room beside one another."""
        return len(self._pipes) + 1 if self.look.many else 1

    @property
    def half_width(self) -> float:
        """How far it reaches to each side of its middle."""
        return PORT_RADIUS + PILL * (self.slots - 1) / 2

    def middle(self) -> QPointF:
        """Return where it is in the scene."""
        return self.card.pos() + self.at

    def slot(self, order: int) -> QPointF:
        """Return where the link of that order ends in the scene."""
        middle = self.middle()
        if self.look.many:
            middle.setX(middle.x() + PILL * (order - (self.slots - 1) / 2))
        return middle

    def paint_on(self, painter: QPainter, ink: Ink, state: str, detailed: bool) -> None:
        """Draw the port; ``state`` is "", "hovered", "fits" or "misfit"."""
        token = KIND_TOKEN.get(self.look.kind, "text_faint")
        radius = PORT_RADIUS
        if state == "misfit":
            painter.setOpacity(painter.opacity() * 0.3)
        elif state:
            radius += 2.0 if state == "fits" else 1.0
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink.brush(token, 60))
            reach = self.half_width + 6
            painter.drawRoundedRect(
                QRectF(self.at.x() - reach, self.at.y() - radius - 4, 2 * reach, 2 * radius + 8),
                radius + 4,
                radius + 4,
            )
        painter.setPen(ink.pen(token, 1.6))
        if not detailed:
            painter.setBrush(ink.brush(token))
            painter.drawEllipse(self.at, radius, radius)
        elif self.look.many:
            self._paint_pill(painter, ink, token, radius)
        else:
            painter.setBrush(ink.brush(token if self._pipes else "surface"))
            draw_shape(painter, self.look.kind, self.at, radius)
        if state == "misfit":
            painter.setOpacity(painter.opacity() / 0.3)

    def _paint_pill(self, painter: QPainter, ink: Ink, token: str, radius: float) -> None:
        """Draw an input that takes several links: one place for each, and one that is free."""
        half = self.half_width + 2
        painter.setBrush(ink.brush("surface"))
        pill = QRectF(self.at.x() - half, self.at.y() - radius - 1, 2 * half, 2 * radius + 2)
        painter.drawRoundedRect(pill, radius + 1, radius + 1)
        for place in range(self.slots):
            x = self.at.x() + PILL * (place - (self.slots - 1) / 2)
            taken = place < len(self._pipes)
            painter.setBrush(ink.brush(token if taken else "surface"))
            draw_shape(painter, self.look.kind, QPointF(x, self.at.y()), radius * 0.55)
