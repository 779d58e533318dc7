"""Gestures of the mouse that change no link: panning, choosing, moving, resizing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QMouseEvent, QPainterPath, QPainterPathStroker
from typing_extensions import override

from studio.app.canvas.boxes import Box
from studio.app.canvas.card import Card
from studio.app.canvas.carrying import carried, groups_around, places
from studio.app.canvas.drawing import Thing
from studio.app.canvas.hits import group_under, wire_under
from studio.app.canvas.metrics import DRAG_DISTANCE, GRID, SMALLEST_BOX
from studio.app.canvas.quest import links_that_fit
from studio.app.canvas.snapping import Snapping
from studio.app.canvas.wire import Wire

if TYPE_CHECKING:
    from studio.app.canvas.viewer import CanvasViewer

_ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
_EDGE = 24
"""How near to the edge of the view, in pixels, a drag begins to scroll it."""


class Gesture:
    """Something that is done with the mouse from a press to a release."""

    def __init__(self, viewer: CanvasViewer, event: QMouseEvent) -> None:
        self.viewer = viewer
        self.start = event.position().toPoint()
        self.scene_start = viewer.scene_at(event.position())
        self.has_moved = False

    def move(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        far = (event.position().toPoint() - self.start).manhattanLength()
        self.has_moved = self.has_moved or far >= DRAG_DISTANCE
        if self.has_moved:
            self.drag(event)

    def drag(self, event: QMouseEvent) -> None:
        """Follow the mouse once it has moved."""

    def release(self, event: QMouseEvent) -> bool:  # noqa: ARG002
        """End where the mouse is; returns whether the gesture goes on all the same."""
        return False

    def cancel(self) -> None:
        """End as if nothing had been."""


class Pan(Gesture):
    """Moves the view."""

    def __init__(self, viewer: CanvasViewer, event: QMouseEvent) -> None:
        super().__init__(viewer, event)
        self._last = event.position().toPoint()
        viewer.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    @override
    def move(self, event: QMouseEvent) -> None:
        here = event.position().toPoint()
        self.viewer.pan(self._last - here)
        self._last = here

    @override
    def release(self, event: QMouseEvent) -> bool:
        self.cancel()
        return False

    @override
    def cancel(self) -> None:
        self.viewer.viewport().unsetCursor()


class RubberBand(Gesture):
    """Selects what is in a rectangle; with Shift, beside what is selected already."""

    def __init__(self, viewer: CanvasViewer, event: QMouseEvent) -> None:
        super().__init__(viewer, event)
        self._adds = bool(event.modifiers() & _ADDING)
        self._before = viewer.stage.draft.selection if self._adds else frozenset()

    @override
    def drag(self, event: QMouseEvent) -> None:
        here = event.position().toPoint()
        band = self.viewer._rubber_band
        band.setGeometry(QRect(self.start, here).normalized())
        band.show()
        self.viewer.scroll_near_edge(here, _EDGE)

    @override
    def release(self, event: QMouseEvent) -> bool:
        self.viewer._rubber_band.hide()
        if not self.has_moved:
            if not self._adds:
                self.viewer.stage.draft.select(())
            return False
        area = QRectF(self.scene_start, self.viewer.scene_at(event.position())).normalized()
        found = {thing.id for thing in self.viewer.drawing.things() if self._takes(thing, area)}
        self.viewer.node_selection_changed.emit(sorted(self._before | found), [])
        return False

    @override
    def cancel(self) -> None:
        self.viewer._rubber_band.hide()

    @staticmethod
    def _takes(thing: Thing, area: QRectF) -> bool:
        return area.intersects(thing.rect) if isinstance(thing, Card) else area.contains(thing.rect)


class Moved(NamedTuple):
    """A thing at its new place, as the library's signal hands it on."""

    id: str
    xy_pos: tuple[float, float]


class Carry(Gesture):
    """Moves what is selected with all that goes with it; a click selects just one."""

    def __init__(self, viewer: CanvasViewer, event: QMouseEvent, thing: Thing) -> None:
        super().__init__(viewer, event)
        self._thing = thing
        draft = viewer.stage.draft
        self._was_selected = thing.id in draft.selection
        if event.modifiers() & _ADDING:
            draft.select(draft.selection ^ {thing.id}, draft.selected_links)
        elif not self._was_selected:
            viewer.node_selection_changed.emit([thing.id], [])
        self._from: dict[str, tuple[float, float]] = {}
        self._things: dict[str, tuple[Thing, QPointF]] = {}
        self._snapping = Snapping((), False)
        self._rect = QRectF()
        self._delta = QPointF()
        self._target: Wire | None = None
        self._group: str | None = None
        self._not_into: frozenset[str] = frozenset()

    @override
    def drag(self, event: QMouseEvent) -> None:
        viewer = self.viewer
        if viewer.stage.draft.read_only:
            return
        if not self._from:
            self._take_hold()
        delta = viewer.scene_at(event.position()) - self.scene_start
        lines: list[QLineF] = []
        if not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            rest, lines = self._snapping.rest(self._rect.translated(delta), viewer.scale_now)
            delta += rest
        if delta != self._delta:
            self._delta = delta
            for thing, origin in self._things.values():
                thing.setPos(origin + delta)
            viewer.drawing.follow(self._from)
        viewer.show_guides(lines)
        self._look_for_link()
        self._look_for_group(viewer.scene_at(event.position()))
        viewer.scroll_near_edge(event.position().toPoint(), _EDGE)

    @override
    def release(self, event: QMouseEvent) -> bool:
        viewer = self.viewer
        viewer.show_guides([])
        target, group = self._target, self._group
        self._aim_at(None)
        viewer.light_group(None)
        if not self._from:
            if not event.modifiers() & _ADDING and self._was_selected:
                viewer.node_selection_changed.emit([self._thing.id], [])
            return False
        x, y = self._delta.x(), self._delta.y()
        moved = {Moved(id, (at[0] + x, at[1] + y)): at for id, at in self._from.items()}
        if target is not None:
            viewer.insert_node.emit(target, self._thing.id, moved)
        elif group is not None:
            viewer.put_into_group.emit(group, {item.id: item.xy_pos for item in moved})
        elif not self._delta.isNull():
            viewer.moved_nodes.emit(moved)
        return False

    @override
    def cancel(self) -> None:
        self.viewer.show_guides([])
        self._aim_at(None)
        self.viewer.light_group(None)
        self.viewer.drawing.restore(self._from)

    def _take_hold(self) -> None:
        viewer = self.viewer
        draft, drawing = viewer.stage.draft, viewer.drawing
        chosen = draft.selection if self._thing.id in draft.selection else {self._thing.id}
        self._from = places(draft.experiment, carried(draft.experiment, drawing, chosen))
        for id in self._from:
            thing = drawing.thing(id)
            if thing is not None and id not in drawing.outlines:
                self._things[id] = (thing, thing.pos())
        self._not_into = frozenset(self._from) | groups_around(draft.experiment, self._thing.id)
        self._rect = self._thing.rect
        seen = viewer.seen()
        others = (
            thing.rect
            for thing in drawing.things()
            if thing.id not in self._from
            and not isinstance(thing, Box)
            and seen.intersects(thing.rect)
        )
        self._snapping = Snapping(others, viewer.snaps)

    def _look_for_link(self) -> None:
        """Aim at the link under a single node that nothing is linked to."""
        viewer, card = self.viewer, self._thing
        if not isinstance(card, Card) or len(self._from) > 1 or card.look.count:
            return
        if any(port.connected_pipes for port in card.ports):
            return
        middle = card.rect.center()
        area = QRectF(middle.x() - 30, middle.y() - 14, 60, 28)
        wire = wire_under(viewer.drawing, area, card)
        module = viewer.stage.draft.module(card.id)
        if wire is not None and module is not None:
            fits = links_that_fit(viewer.stage.draft, module, wire.link) is not None
            wire = wire if fits else None
        self._aim_at(wire)

    def _look_for_group(self, place: QPointF) -> None:
        """Aim at an open group under the mouse, where what is moved is in none that is around."""
        viewer = self.viewer
        if not isinstance(self._thing, Card):
            return
        self._group = group_under(viewer.drawing, place, self._not_into)
        viewer.light_group(self._group)

    def _aim_at(self, wire: Wire | None) -> None:
        if wire is not self._target:
            self.viewer.light(wire)
            self._target = wire


class Resize(Gesture):
    """Gives a frame or a note another size."""

    def __init__(self, viewer: CanvasViewer, event: QMouseEvent, box: Box) -> None:
        super().__init__(viewer, event)
        self._box = box
        self._rect = box.rect
        viewer.node_selection_changed.emit([box.id], [])

    @override
    def drag(self, event: QMouseEvent) -> None:
        if not self.viewer.stage.draft.read_only:
            self._box.set_rect(QRectF(self._rect.topLeft(), self._size(event.position())))

    @override
    def release(self, event: QMouseEvent) -> bool:
        rect = self._box.rect
        if rect != self._rect:
            numbers = (rect.x(), rect.y(), rect.width(), rect.height())
            self.viewer.box_resized.emit(self._box.id, numbers)
        return False

    @override
    def cancel(self) -> None:
        self._box.set_rect(self._rect)

    def _size(self, position: QPointF) -> QSizeF:
        delta = self.viewer.scene_at(position) - self.scene_start
        sides = (self._rect.width() + delta.x(), self._rect.height() + delta.y())
        if self.viewer.snaps:
            sides = (round(sides[0] / GRID) * GRID, round(sides[1] / GRID) * GRID)
        return QSizeF(*(max(a, b) for a, b in zip(sides, SMALLEST_BOX, strict=True)))


class Cut(Gesture):
    """Takes away the links that a line crosses."""

    @override
    def drag(self, event: QMouseEvent) -> None:
        knife = self.viewer.knife
        knife.draw_path(self.scene_start, self.viewer.scene_at(event.position()))
        knife.setVisible(True)

    @override
    def release(self, event: QMouseEvent) -> bool:
        path = self.viewer.knife.path()
        self.cancel()
        if self.has_moved:
            wires = [item for item in self.viewer.drawing.wires.values() if item.isVisible()]
            cut = [wire for wire in wires if _crosses(wire, path)]
            self.viewer.connection_sliced.emit([(wire.stop, wire.start) for wire in cut])
        return False

    @override
    def cancel(self) -> None:
        self.viewer.knife.setVisible(False)


def _crosses(wire: Wire, path: QPainterPath) -> bool:
    stroker = QPainterPathStroker()
    stroker.setWidth(1.0)
    return stroker.createStroke(wire.path()).intersects(stroker.createStroke(path))
