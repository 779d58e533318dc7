"""Hands for a canvas: the mouse and the keys, as a person uses them."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.app.canvas.canvas import Canvas

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
LEFT = Qt.MouseButton.LeftButton


class Hands:
    """Acts on a canvas by events alone."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    @property
    def viewport(self):
        return self.canvas.viewport

    def drag(
        self, start: QPoint, stop: QPoint, modifiers=NONE, button=LEFT, steps: int = 4
    ) -> None:
        self.press(start, modifiers, button)
        for step in range(1, steps + 1):
            self.move(start + (stop - start) * step / steps)
        self.release(stop, modifiers, button)

    def press(self, at: QPoint, modifiers=NONE, button=LEFT) -> None:
        self.move(at)
        QTest.mousePress(self.viewport, button, modifiers, at)

    def move(self, at: QPoint) -> None:
        QTest.mouseMove(self.viewport, at)

    def release(self, at: QPoint, modifiers=NONE, button=LEFT) -> None:
        QTest.mouseRelease(self.viewport, button, modifiers, at)

    def click(self, at: QPoint, modifiers=NONE, button=LEFT) -> None:
        self.move(at)
        QTest.mouseClick(self.viewport, button, modifiers, at)

    def double_click(self, at: QPoint) -> None:
        self.click(at)
        QTest.mouseDClick(self.viewport, LEFT, NONE, at)
        QTest.mouseRelease(self.viewport, LEFT, NONE, at)

    def key(self, key, modifiers=NONE) -> None:
        QTest.keyClick(self.canvas.viewer, key, modifiers)

    def keys(self, text: str) -> None:
        """Type into the field that is open over the canvas."""
        field = self.canvas.inline.field
        assert field is not None
        QTest.keyClicks(field, text)

    def enter(self) -> None:
        field = self.canvas.inline.field
        assert field is not None
        QTest.keyClick(field, Qt.Key.Key_Return)

    def middle(self, id: str) -> QPoint:
        return self.canvas.node_rect(id).center()

    def port(self, node: str, port: str, side: str) -> QPoint:
        return self.canvas.port_point(node, port, side)

    def link(self, source: str, out: str, target: str, into: str) -> None:
        self.drag(self.port(source, out, "out"), self.port(target, into, "in"))

    def drop(self, mime: QMimeData, at: QPoint) -> None:
        """Drop something that was dragged from elsewhere."""
        place, none, copy = QPointF(at), Qt.MouseButton.NoButton, Qt.DropAction.CopyAction
        for event in (
            QDragEnterEvent(at, copy, mime, none, NONE),
            QDragMoveEvent(at, copy, mime, none, NONE),
            QDropEvent(place, copy, mime, none, NONE),
        ):
            QApplication.sendEvent(self.viewport, event)
            assert event.isAccepted()


def put(canvas: Canvas, module: str, x: float, y: float) -> str:
    """Put a module on a canvas with its middle at a place; returns the node's id."""
    id = canvas.add_module(module, QPointF(x, y))
    assert id is not None
    return id
