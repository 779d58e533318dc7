"""The lines of links: those that are there, the one that is being drawn, and the knife."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QStyle,
    QStyleOptionGraphicsItem,
    QWidget,
)
from typing_extensions import override

from studio.app.canvas.ink import KIND_TOKEN, ink
from studio.app.canvas.nodegraphqt import LivePipeItem, PipeItem, SlicerPipeItem
from studio.app.canvas.port_item import CardPort
from studio.document.items import Link

_LEAST_BEND = 36.0
_MOST_BEND = 140.0


def curve(start: QPointF, stop: QPointF) -> QPainterPath:
    """Return the line from an output, which looks down, to an input, which looks up."""
    down = stop.y() - start.y()
    bend = min(max(abs(down) * 0.5, _LEAST_BEND), _MOST_BEND)
    if down < 0:
        bend = min(_MOST_BEND, _LEAST_BEND + abs(down) * 0.35)
    path = QPainterPath(start)
    path.cubicTo(start.x(), start.y() + bend, stop.x(), stop.y() - bend, stop.x(), stop.y())
    return path


class Wire(PipeItem):
    """A link; the ports of the card or of the folded group that it is drawn to are its ends."""

    def __init__(self, link: Link) -> None:
        # The library's own constructor makes two cached items and an arrow for each link.
        QGraphicsPathItem.__init__(self)
        self.setZValue(-1)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable, True)
        self._input_port = self._output_port = None
        self._color = (0, 0, 0, 255)
        self._style = 0
        self._active = self._highlight = False
        self.link = link
        self.is_hovered = False
        self.is_lit = False
        self.setPen(ink().pen("line", 8.0))

    @property
    def start(self) -> CardPort:
        """The output that it is drawn from."""
        port: CardPort = self._output_port
        return port

    @property
    def stop(self) -> CardPort:
        """The input that it is drawn to."""
        port: CardPort = self._input_port
        return port

    @override
    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: Any) -> Any:
        """Let changes pass; the document decides."""
        return value

    def attach(self, start: CardPort, stop: CardPort) -> None:
        """Draw the link between two ports."""
        self.detach()
        self._output_port, self._input_port = start, stop
        start.add_pipe(self)
        stop.add_pipe(self)

    def detach(self) -> None:
        """Let go of both ports."""
        for port in (self._output_port, self._input_port):
            if port is not None:
                port.remove_pipe(self)
        self._output_port = self._input_port = None

    def redraw(self) -> None:
        """Draw the line where its ports are now."""
        start, stop = self.start, self.stop
        shown = start.card.isVisible() and stop.card.isVisible()
        if shown != self.isVisible():
            self.setVisible(shown)
        if shown:
            self.setPath(curve(start.middle(), stop.slot(self.link.order)))

    def is_near(self, area: QRectF) -> bool:
        """Whether the line itself goes through an area."""
        stroker = QPainterPathStroker()
        stroker.setWidth(1.0)
        return stroker.createStroke(self.path()).intersects(area)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        colours = ink()
        token = KIND_TOKEN.get(self.start.look.kind, "text_faint")
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        idle = self.start.card.is_disabled or self.stop.card.is_disabled
        style = Qt.PenStyle.DashLine if idle else Qt.PenStyle.SolidLine
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.is_lit or selected:
            painter.setPen(colours.pen("accent", 8.0, alpha=60))
            painter.drawPath(self.path())
        if self.is_lit or selected:
            painter.setPen(colours.pen("accent", 2.4, style))
        elif self.is_hovered:
            painter.setPen(colours.pen(token, 2.8, style))
        else:
            painter.setPen(colours.pen(token, 1.8, style, alpha=110 if idle else 190))
        painter.drawPath(self.path())


class LiveWire(LivePipeItem):
    """The link that is being drawn."""

    def __init__(self) -> None:
        QGraphicsPathItem.__init__(self)
        self.setZValue(20)
        self._input_port = self._output_port = None
        self._color = (0, 0, 0, 255)
        self._style = 0
        self._active = self._highlight = False
        self.shift_selected = False
        self.kind = ""
        self.is_refused = False
        self.setPen(ink().pen("line", 8.0))

    @override
    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: Any) -> Any:
        """Let changes pass; the document decides."""
        return value

    def stretch(self, port: CardPort, to: QPointF, refused: bool) -> None:
        """Draw it from a port to a place in the scene."""
        self.kind = port.look.kind
        self.is_refused = refused
        at = port.slot(port.slots - 1) if port.look.many else port.middle()
        self.setPath(curve(at, to) if port.end.side == "out" else curve(to, at))
        self.setVisible(True)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        token = "bad" if self.is_refused else KIND_TOKEN.get(self.kind, "text_faint")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(ink().pen(token, 2.2, Qt.PenStyle.DashLine))
        painter.drawPath(self.path())


class Knife(SlicerPipeItem):
    """The line that cuts the links it crosses."""

    def __init__(self) -> None:
        QGraphicsPathItem.__init__(self)
        self.setZValue(21)
        self.setPen(ink().pen("bad", 4.0))

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setPen(ink().pen("bad", 1.6, Qt.PenStyle.DashLine))
        painter.drawPath(self.path())
