"""The view of the scene: what is seen of it, and which gesture the mouse makes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsLineItem, QGraphicsView
from typing_extensions import override

from studio.app.canvas import dropping
from studio.app.canvas.boxes import Box, FrameItem
from studio.app.canvas.dots import Dots
from studio.app.canvas.gestures import Carry, Cut, Gesture, Pan, Resize, RubberBand
from studio.app.canvas.hits import Hit, group_under, hit, wire_under
from studio.app.canvas.ink import ink
from studio.app.canvas.link_gesture import DrawLink
from studio.app.canvas.metrics import WHOLE, ZOOM_LEAST, ZOOM_MOST
from studio.app.canvas.nodegraphqt import NodeViewer
from studio.app.canvas.stage import Stage
from studio.app.canvas.wire import Knife, LiveWire, Wire

if TYPE_CHECKING:
    from studio.app.canvas.drawing import Drawing

_STEP = 1.2
"""What one step of the wheel or of “Zoom in” changes."""


class CanvasViewer(NodeViewer):
    """The library's view, with our own mouse, keys, zoom and background."""

    looked = Signal()
    resized = Signal()
    zoomed = Signal(float)
    focused = Signal(bool)
    key_pressed = Signal(object)
    hovered = Signal(object, QPoint)
    double_clicked = Signal(object, QPointF)
    folded = Signal(str)
    box_resized = Signal(str, object)
    put_into_group = Signal(str, object)
    link_refused = Signal(str)
    module_wanted = Signal(QPointF, QPoint, object)
    menu_wanted = Signal(object, QPointF, QPoint)

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self._dots = Dots()
        self.drawing: Drawing
        self.snaps = True
        self.gesture: Gesture | None = None
        self.mouse: QPointF | None = None
        self._space = False
        self._lit: Wire | None = None
        self._hovered_wire: Wire | None = None
        self._guides: list[QGraphicsLineItem] = []
        self._trim_library()
        flags = QGraphicsView.OptimizationFlag
        self.setOptimizationFlags(flags.DontSavePainterState | flags.DontAdjustForAntialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setSceneRect(-WHOLE, -WHOLE, 2 * WHOLE, 2 * WHOLE)
        self.setInteractive(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.horizontalScrollBar().valueChanged.connect(self.looked)
        self.verticalScrollBar().valueChanged.connect(self.looked)

    def _trim_library(self) -> None:
        """Take away what the library brings for itself, and put our own lines in."""
        # WORKAROUND https://github.com/jchanvfx/NodeGraphQt: its search is a window without a
        # parent that nothing ever closes, and its menu bar takes shortcuts from the window.
        shiboken6.delete(self._search_widget)
        shiboken6.delete(self._ctx_menu_bar)
        self._search_widget = None
        self._kept_scene = self.scene()
        for item in (self._LIVE_PIPE, self._SLICER_PIPE, self._cursor_text):
            self._kept_scene.removeItem(item)
        self.live = self._LIVE_PIPE = LiveWire()
        self.knife = self._SLICER_PIPE = Knife()
        for line in (self.live, self.knife):
            line.setVisible(False)
            self._kept_scene.addItem(line)

    @override
    def _update_scene(self) -> None:
        """Do nothing: the library fits the view to a rectangle, which drifts."""

    # What is seen.

    @property
    def scale_now(self) -> float:
        """The present zoom; 1.0 is 100 %."""
        return self.transform().m11()

    def scene_at(self, position: QPointF) -> QPointF:
        """Return what is at a position of the view, to parts of a pixel."""
        inverted, _ = self.viewportTransform().inverted()
        return inverted.map(position)

    def seen(self) -> QRectF:
        """Return the part of the scene that is seen."""
        size = self.viewport().size()
        far = self.scene_at(QPointF(size.width(), size.height()))
        return QRectF(self.scene_at(QPointF()), far)

    def pan(self, by: QPoint) -> None:
        """Move what is seen by so many pixels."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + by.x())
        down.setValue(down.value() + by.y())

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Zoom so that what is at a position of the view, or in its middle, stays there."""
        middle = QRectF(self.viewport().rect()).center()
        position = middle if at is None else at
        kept = self.scene_at(position)
        scale = min(max(scale, ZOOM_LEAST), ZOOM_MOST)
        self.setTransform(QTransform.fromScale(scale, scale))
        self.pan((self.viewportTransform().map(kept) - position).toPoint())
        self.looked.emit()
        self.zoomed.emit(scale)

    def zoom_by(self, steps: float, at: QPointF | None = None) -> None:
        """Zoom by steps of the wheel."""
        self.zoom_to(self.scale_now * _STEP**steps, at)

    def look_at(self, rect: QRectF, most: float = 1.0) -> None:
        """Show a rectangle of the scene whole, no larger than ``most``."""
        room = self.viewport().size()
        if rect.isEmpty() or room.isEmpty():
            return
        scale = min(room.width() / rect.width(), room.height() / rect.height(), most)
        self.zoom_to(scale)
        self.centerOn(rect.center())
        self.looked.emit()

    def show_rect(self, rect: QRectF) -> None:
        """Move what is seen by no more than it takes to see a rectangle."""
        seen = self.seen()
        if seen.contains(rect):
            return
        x = min(0.0, rect.left() - seen.left()) + max(0.0, rect.right() - seen.right())
        y = min(0.0, rect.top() - seen.top()) + max(0.0, rect.bottom() - seen.bottom())
        self.pan((QPointF(x, y) * self.scale_now).toPoint())

    def scroll_near_edge(self, here: QPoint, edge: int) -> None:
        """Move what is seen a little where the mouse is at the edge of the view."""
        rect = self.viewport().rect().adjusted(edge, edge, -edge, -edge)
        x = min(0, here.x() - rect.left()) + max(0, here.x() - rect.right())
        y = min(0, here.y() - rect.top()) + max(0, here.y() - rect.bottom())
        if x or y:
            self.pan(QPoint(x, y) / 2)

    # Marks.

    def light(self, wire: Wire | None) -> None:
        """Light up the link that something would be put into."""
        for old, lit in ((self._lit, False), (wire, True)):
            if old is not None:
                old.is_lit = lit
                old.update()
        self._lit = wire

    def light_group(self, id: str | None) -> None:
        """Light up the open group that something would be put into."""
        for outline in self.drawing.outlines.values():
            if outline.is_lit != (outline.id == id):
                outline.is_lit = not outline.is_lit
                outline.update()

    def show_guides(self, lines: Iterable[QLineF]) -> None:
        """Show the lines that a dragged thing is in line with."""
        wanted = list(lines)
        while len(self._guides) < len(wanted):
            guide = QGraphicsLineItem()
            guide.setZValue(30)
            self._kept_scene.addItem(guide)
            self._guides.append(guide)
        for number, guide in enumerate(self._guides):
            guide.setVisible(number < len(wanted))
            if number < len(wanted):
                pen = QPen(ink().pen("accent", 1.0))
                pen.setCosmetic(True)
                guide.setPen(pen)
                guide.setLine(wanted[number])

    def link_under(self, place: QPointF) -> Wire | None:
        """Return the link under a place in the scene."""
        reach = 14.0 / self.scale_now
        area = QRectF(place.x() - reach, place.y() - reach, 2 * reach, 2 * reach)
        return wire_under(self.drawing, area)

    def hit_at(self, position: QPointF) -> Hit:
        """Return what is at a position of the view."""
        return hit(self.drawing, self.scene_at(position), self.scale_now)

    # The mouse.

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.gesture is not None:
            if event.button() == Qt.MouseButton.RightButton:
                self.cancel_gesture()
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space):
            self.gesture = Pan(self, event)
        elif left:
            self.gesture = self._begun(event)

    def _begun(self, event: QMouseEvent) -> Gesture | None:
        """Return the gesture that a press of the left button begins."""
        found = self.hit_at(event.position())
        if found.port is not None:
            return DrawLink(self, event, found.port)
        if found.part == "fold" and found.thing is not None:
            self.folded.emit(found.thing.id)
            return None
        if found.part == "corner" and isinstance(found.thing, Box):
            return Resize(self, event, found.thing)
        if found.thing is not None:
            return Carry(self, event, found.thing)
        draft = self.stage.draft
        if found.wire is not None:
            adds = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            draft.select(
                draft.selection if adds else (),
                (*(draft.selected_links if adds else ()), found.wire.link),
            )
            return None
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        return Cut(self, event) if alt else RubberBand(self, event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.mouse = event.position()
        if self.gesture is not None:
            self.gesture.move(event)
        else:
            self._hover(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        gesture, self.gesture = self.gesture, None
        if gesture is not None and gesture.release(event):
            self.gesture = gesture

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.cancel_gesture()
        self.double_clicked.emit(self.hit_at(event.position()), self.scene_at(event.position()))

    def cancel_gesture(self) -> bool:
        """End the present gesture as if nothing had been; returns whether there was one."""
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            gesture.cancel()
        return gesture is not None

    def _hover(self, event: QMouseEvent) -> None:
        found = self.hit_at(event.position())
        end = None if found.port is None else found.port.end
        if end != self.stage.hovered:
            for old in (self.stage.hovered, end):
                port = None if old is None else self.drawing.port(old)
                if port is not None:
                    port.card.update()
            self.stage.hovered = end
        if found.wire is not self._hovered_wire:
            for wire in (self._hovered_wire, found.wire):
                if wire is not None:
                    wire.is_hovered = wire is found.wire
                    wire.update()
            self._hovered_wire = found.wire
        self.viewport().setCursor(self._cursor(found))
        self.hovered.emit(found, event.globalPosition().toPoint())

    def _cursor(self, found: Hit) -> Qt.CursorShape:
        if self._space:
            return Qt.CursorShape.OpenHandCursor
        if found.port is not None:
            return Qt.CursorShape.CrossCursor
        if found.part == "corner":
            return Qt.CursorShape.SizeFDiagCursor
        if found.part == "fold":
            return Qt.CursorShape.PointingHandCursor
        boxed = isinstance(found.thing, FrameItem) and found.part in ("title", "edge")
        return Qt.CursorShape.SizeAllCursor if boxed else Qt.CursorShape.ArrowCursor

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.mouse = None
        if self.stage.hovered is not None:
            port = self.drawing.port(self.stage.hovered)
            self.stage.hovered = None
            if port is not None:
                port.card.update()
        super().leaveEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with the wheel; move with a touchpad."""
        touchpad = event.device().type() == QInputDevice.DeviceType.TouchPad
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if (touchpad or not event.pixelDelta().isNull()) and not control:
            self.pan(-(event.pixelDelta() or event.angleDelta() / 4))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            turned = event.angleDelta()
            self.pan(QPoint(-(turned.y() or turned.x()) // 2, 0))
        else:
            turned = event.angleDelta()
            self.zoom_by((turned.y() or turned.x()) / 120, event.position())
        event.accept()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.gesture is not None or event.reason() == QContextMenuEvent.Reason.Keyboard:
            event.accept()
            return
        position = QPointF(event.pos())
        self.menu_wanted.emit(self.hit_at(position), self.scene_at(position), event.globalPos())
        event.accept()

    # Keys.

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.cancel_gesture():
            return
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            return
        event.ignore()
        self.key_pressed.emit(event)

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self.viewport().unsetCursor()
        event.ignore()

    @override
    def focusNextPrevChild(self, forward: bool) -> bool:
        """Let Tab open the search; Shift+Tab leaves the canvas."""
        return False if forward else super().focusNextPrevChild(forward)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        QGraphicsView.focusInEvent(self, event)
        self.focused.emit(True)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        QGraphicsView.focusOutEvent(self, event)
        self._space = False
        self.focused.emit(False)

    # Drops.

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._consider(event)

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Light up the link that a drop would go into."""
        self._consider(event)
        if event.isAccepted():
            place = self.scene_at(event.position())
            self.light(self.link_under(place))
            self.light_group(group_under(self.drawing, place))

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.light(None)
        self.light_group(None)
        event.accept()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.light(None)
        self.light_group(None)
        self._consider(event)
        if event.isAccepted():
            self.data_dropped.emit(event.mimeData(), self.scene_at(event.position()))

    def _consider(self, event: QDropEvent) -> None:
        if not self.stage.draft.read_only and dropping.is_wanted(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    # The background.

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        QGraphicsView.resizeEvent(self, event)
        self.looked.emit()
        self.resized.emit()

    @override
    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        self._dots.paint(painter, QRectF(rect), self.viewport().size(), self.viewportTransform())
