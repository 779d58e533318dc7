"""A card: what stands on the canvas for a node, or for a group that is folded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QStaticText
from PySide6.QtWidgets import (
    QGraphicsItem,
    QStyle,
    QStyleOptionGraphicsItem,
    QWidget,
)
from typing_extensions import override

from studio.app.canvas.card_paint import paint_card
from studio.app.canvas.card_texts import Line
from studio.app.canvas.ends import End, PortLook
from studio.app.canvas.ink import Ink
from studio.app.canvas.metrics import (
    CARD_HEIGHT,
    CARD_WIDTH,
    COMMENT_HEIGHT,
    PORT_INWARD,
    PORT_REACH,
    PORT_STEP,
)
from studio.app.canvas.nodegraphqt import NodeItem
from studio.app.canvas.port_item import CardPort
from studio.app.canvas.stage import Stage
from studio.app.node_state import NodeState

_AROUND = 12.0


@dataclass(frozen=True)
class CardLook:
    """What a card shows, apart from how its node stands.

    Attributes:
        detail: The second line while nothing happens.
        tint: The token of the colour behind the icon.
        count: For a folded group, how many nodes are in it; else 0.
        unknown: Whether the module is not installed.
    """

    title: str
    detail: str = ""
    icon: str = "box"
    tint: str = "report"
    comment: str = ""
    disabled: bool = False
    unknown: bool = False
    count: int = 0


class Card(NodeItem):
    """A card with its ports: inputs on top, outputs at the bottom. It paints all of it itself."""

    def __init__(self, stage: Stage, id: str, look: CardLook, ports: Iterable[PortLook]) -> None:
        # The library's own constructor makes five more items and two icons for each node.
        QGraphicsItem.__init__(self)
        flags = QGraphicsItem.GraphicsItemFlag
        self.setFlag(flags.ItemIsSelectable, True)
        self.setZValue(1)
        self._properties = {
            "id": id,
            "name": look.title,
            "color": (0, 0, 0, 255),
            "border_color": (0, 0, 0, 255),
            "text_color": (0, 0, 0, 255),
            "type_": "card",
            "selected": False,
            "disabled": look.disabled,
            "visible": True,
            "layout_direction": 1,
            "icon": None,
        }
        self._input_items = OrderedDict()
        self._output_items = OrderedDict()
        self._widgets = {}
        self._proxy_mode = False
        self._width, self._height = CARD_WIDTH, CARD_HEIGHT
        self.stage = stage
        self.look = look
        self.state = NodeState()
        self.inputs_by_end: dict[End, CardPort] = {}
        self.outputs_by_end: dict[End, CardPort] = {}
        self.lines: dict[str, tuple[Line, QStaticText, Ink]] = {}
        self._bounds = QRectF()
        for port in ports:
            self._add_port(port)
        self.arrange()

    # What the library asks of a node's item.

    @override
    def draw_node(self) -> None:
        """Draw the card anew."""
        self.arrange()

    @override
    def boundingRect(self) -> QRectF:
        return self._bounds

    @override
    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: Any) -> Any:
        """Let changes pass; the document decides."""
        return value

    # Its ports.

    @property
    def ports(self) -> list[CardPort]:
        """The inputs and then the outputs."""
        return [*self.inputs_by_end.values(), *self.outputs_by_end.values()]

    def port(self, end: End) -> CardPort | None:
        """Return the port that stands for an end, or None."""
        return (self.inputs_by_end if end.side == "in" else self.outputs_by_end).get(end)

    def port_near(self, place: QPointF, scale: float) -> CardPort | None:
        """Return the port that can be taken hold of at a place in the scene, the nearest one."""
        at = place - self.pos()
        reach = PORT_REACH / min(max(scale, 0.5), 1.0)
        best, least = None, min(reach, PORT_INWARD) if self.body.contains(at) else reach
        for port in self.ports:
            beside = max(0.0, abs(at.x() - port.at.x()) - (port.half_width - 5.0))
            distance = max(beside, abs(at.y() - port.at.y()))
            if distance < least:
                best, least = port, distance
        return best

    def _add_port(self, look: PortLook) -> None:
        port = CardPort(self, look)
        if look.end.side == "in":
            self.inputs_by_end[look.end] = port
            self._input_items[port] = None
        else:
            self.outputs_by_end[look.end] = port
            self._output_items[port] = None

    # Its place and size.

    @property
    def body(self) -> QRectF:
        """The rectangle of the card, in its own coordinates."""
        return QRectF(0.0, 0.0, self._width, self._height)

    @property
    def rect(self) -> QRectF:
        """The rectangle of the card in the scene."""
        at = self.pos()
        return QRectF(at.x(), at.y(), self._width, self._height)

    @property
    def is_disabled(self) -> bool:
        """Whether what it stands for is switched off."""
        return self.look.disabled

    def set_look(self, look: CardLook) -> None:
        """Show something else, with the same ports."""
        if look != self.look:
            self.look = look
            self._properties["disabled"] = look.disabled
            self.arrange()
            self.update()

    def set_state(self, state: NodeState) -> None:
        """Show how the node stands."""
        if state != self.state:
            self.state = state
            self.update()

    def arrange(self) -> None:
        """Find room for the ports and the comment."""
        rows = (self.inputs_by_end.values(), self.outputs_by_end.values())
        wanted = max(PORT_STEP * (len(row) + 1) + sum(p.half_width for p in row) for row in rows)
        width = max(CARD_WIDTH, wanted) if wanted > CARD_WIDTH else CARD_WIDTH
        below = COMMENT_HEIGHT if self.look.comment else 0.0
        bounds = QRectF(-_AROUND, -_AROUND, width + 2 * _AROUND, CARD_HEIGHT + 2 * _AROUND + below)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
            self._width = width
        for row, y in zip(rows, (0.0, CARD_HEIGHT), strict=True):
            for place, port in enumerate(row, 1):
                port.place(width * place / (len(row) + 1), y)

    def let_go(self) -> None:
        """Let go of the ports, so that the card is gone at once.

        What waits for the collection of garbage is deleted on whatever thread that happens.
        """
        for port in self.ports:
            del port.card
        self.inputs_by_end.clear()
        self.outputs_by_end.clear()
        self._input_items.clear()
        self._output_items.clear()

    def redraw_wires(self) -> None:
        """Draw the links of the card where it is now."""
        for port in self.ports:
            for wire in port.wires:
                wire.redraw()

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        paint_card(self, painter, scale, selected)
