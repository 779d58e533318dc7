"""Drawing a link with the mouse: from a port, or from where a link ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QToolTip
from typing_extensions import override

from studio.app.canvas.gestures import Gesture
from studio.app.canvas.hits import hit
from studio.app.canvas.port_item import CardPort
from studio.app.canvas.quest import LinkQuest
from studio.app.canvas.wire import Wire

if TYPE_CHECKING:
    from studio.app.canvas.viewer import CanvasViewer


class DrawLink(Gesture):
    """Draws a link to the port where the mouse is let go; a click lets it follow the mouse.

    From an input that has its link, that link is taken up: let go over nothing, it is gone. A new
    link that is let go over nothing asks for a module that fits.
    """

    def __init__(self, viewer: CanvasViewer, event: QMouseEvent, port: CardPort) -> None:
        super().__init__(viewer, event)
        self._moved = _taken_up(port, self.scene_start)
        self._origin = port if self._moved is None else self._moved.start
        self._pressed = port
        self._is_sticky = False
        self._begun = False

    @override
    def drag(self, event: QMouseEvent) -> None:
        viewer = self.viewer
        if viewer.stage.draft.read_only:
            return
        if not self._begun:
            self._begin()
        place = viewer.scene_at(event.position())
        port = self._port_at(place)
        reason = None if port is None or port is self._origin else self._quest.misfit(port.end)
        viewer.live.stretch(self._origin, place if port is None else port.middle(), bool(reason))
        here = event.globalPosition().toPoint()
        if reason:
            QToolTip.showText(here, reason, viewer.viewport())
        else:
            QToolTip.hideText()

    @override
    def move(self, event: QMouseEvent) -> None:
        if self._is_sticky:
            self.drag(event)
        else:
            super().move(event)

    @override
    def release(self, event: QMouseEvent) -> bool:
        if self.viewer.stage.draft.read_only:
            return False
        if not self.has_moved and not self._is_sticky:
            if self._moved is not None:
                return False
            self._is_sticky = True
            self.drag(event)
            return True
        place = self.viewer.scene_at(event.position())
        port = self._port_at(place)
        self._end()
        if port is None:
            self._let_go(place, event)
        elif port is not self._origin:
            self._link_to(port)
        return False

    @override
    def cancel(self) -> None:
        self._end()

    def _begin(self) -> None:
        viewer = self.viewer
        self._begun = True
        moved = None if self._moved is None else self._moved.link
        self._quest = LinkQuest(viewer.stage.draft, self._origin.end, moved)
        viewer.stage.quest = self._quest
        if self._moved is not None:
            self._moved.setVisible(False)
        viewer.viewport().update()

    def _end(self) -> None:
        viewer = self.viewer
        viewer.stage.quest = None
        viewer.live.setVisible(False)
        QToolTip.hideText()
        if self._moved is not None and self._moved.scene() is not None:
            self._moved.redraw()
        viewer.viewport().update()

    def _port_at(self, place: QPointF) -> CardPort | None:
        """Return the port at a place, or the first that fits of the card that is there."""
        found = hit(self.viewer.drawing, place, self.viewer.scale_now)
        if found.port is not None or found.card is None:
            return found.port
        ports = (port for port in found.card.ports if self._quest.misfit(port.end) is None)
        return min(ports, key=lambda port: bool(port.connected_pipes), default=None)

    def _link_to(self, port: CardPort) -> None:
        viewer = self.viewer
        reason = self._quest.misfit(port.end)
        if reason is not None:
            viewer.link_refused.emit(reason)
            return
        gone = []
        if self._moved is not None:
            if port.end == self._pressed.end:
                return
            gone = [(self._moved.stop, self._moved.start)]
        viewer.connection_changed.emit(gone, [(self._origin, port)])

    def _let_go(self, place: QPointF, event: QMouseEvent) -> None:
        viewer = self.viewer
        if self._moved is not None:
            viewer.connection_changed.emit([(self._moved.stop, self._moved.start)], [])
        elif hit(viewer.drawing, place, viewer.scale_now).card is None:
            viewer.module_wanted.emit(place, event.globalPosition().toPoint(), self._quest)


def _taken_up(port: CardPort, place: QPointF) -> Wire | None:
    """Return the link that a press on a port takes up: of an input, the one that ends there."""
    if port.end.side == "out" or not port.connected_pipes:
        return None
    if port.look.many:
        free = port.slot(port.slots - 1)
        wires = port.wires
        nearest = min(wires, key=lambda wire: abs(port.slot(wire.link.order).x() - place.x()))
        at = port.slot(nearest.link.order)
        return None if abs(free.x() - place.x()) < abs(at.x() - place.x()) else nearest
    return port.wires[0]
