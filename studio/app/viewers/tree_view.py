"""One tree of a model, drawn: a rule at each node, what it says at each leaf."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsView,
    QStyleOptionGraphicsItem,
    QWidget,
)
from typing_extensions import override

from studio.app.figures import figure, share
from studio.app.theme import theme
from studio.app.viewers.charts import shade
from studio.app.viewers.tree_layout import HEIGHT, WIDTH, below, children, places
from studio.engine.answers import Tree, TreeNode

OPEN_LEVELS = 3
"""Levels that are open at first."""
_STEP = 1.15
_STILL = 4
_SMALLEST = 0.6


class NodeItem(QGraphicsItem):
    """A node: its rule or answer, how many rows came, and what they were."""

    def __init__(self, view: TreeView, place: int, node: TreeNode, is_closed: bool) -> None:
        """Take the node, and whether what follows it is closed."""
        super().__init__()
        self._view, self.place, self.node, self.is_closed = view, place, node, is_closed
        self.setToolTip(view.describe(place))
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        if node.left is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    @override
    def boundingRect(self) -> QRectF:
        return QRectF(-2, -2, WIDTH + 4, HEIGHT + 14)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        look, node = theme(), self.node
        frame = QRectF(0.5, 0.5, WIDTH - 1, HEIGHT - 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.colour("line_strong"))
        painter.setBrush(look.colour("surface"))
        painter.drawRoundedRect(frame, 6, 6)
        tint = self._view.tint(node)
        if not node.rule:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint)
            painter.drawRoundedRect(frame, 6, 6)
        self._paint_texts(painter)
        if node.shares:
            self._paint_shares(painter)
        if self.is_closed or node.hidden:
            knob = QRectF(WIDTH / 2 - 8, HEIGHT - 7, 16, 16)
            painter.setPen(look.colour("line_strong"))
            painter.setBrush(look.colour("raised"))
            painter.drawEllipse(knob)
            painter.setPen(look.colour("accent"))
            painter.setFont(look.font("strong"))
            painter.drawText(knob, Qt.AlignmentFlag.AlignCenter, "…" if node.hidden else "+")

    def _paint_texts(self, painter: QPainter) -> None:
        look = theme()
        font = look.font("strong")
        painter.setFont(font)
        painter.setPen(look.colour("text"))
        text = QFontMetrics(font).elidedText(
            rule_text(self.node) or self._view.answer(self.node),
            Qt.TextElideMode.ElideMiddle,
            int(WIDTH - 20),
        )
        upper = QRectF(10, 8, WIDTH - 20, 20)
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, text)
        painter.setFont(look.font("caption"))
        painter.setPen(look.colour("text_soft"))
        lower = QRectF(10, 28, WIDTH - 20, 16)
        painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, self._view.caption(self.node))

    def _paint_shares(self, painter: QPainter) -> None:
        """Draw the shares of the classes as a thin bar of their colours."""
        left, room = 10.0, WIDTH - 20
        painter.setPen(Qt.PenStyle.NoPen)
        for place, part in enumerate(self.node.shares):
            painter.setBrush(shade(place))
            painter.drawRect(QRectF(left, HEIGHT - 10, room * part, 4))
            left += room * part


class LinkItem(QGraphicsItem):
    """The way from a node to what follows: the broader, the more rows take it."""

    def __init__(self, start: QPointF, end: QPointF, width: float, text: str) -> None:
        """Take both ends, the width, and “yes” or “no”."""
        super().__init__()
        self._start, self._end, self._width, self._text = start, end, width, text
        self.setZValue(-1)

    @override
    def boundingRect(self) -> QRectF:
        return QRectF(self._start, self._end).normalized().adjusted(-24, -8, 24, 8)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        look = theme()
        middle = (self._start.y() + self._end.y()) / 2
        path = QPainterPath(self._start)
        path.cubicTo(QPointF(self._start.x(), middle), QPointF(self._end.x(), middle), self._end)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(look.colour("line_strong"), self._width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.setFont(look.font("caption"))
        painter.setPen(look.colour("text_faint"))
        side = -1 if self._end.x() < self._start.x() else 1
        spot = QRectF(
            self._end.x() - 14 + side * (14 + self._width / 2), self._end.y() - 20, 28, 14
        )
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, self._text)


class TreeView(QGraphicsView):
    """Draws a tree; a click on a node opens or closes what follows, the wheel with Ctrl zooms."""

    def __init__(self, classes: Sequence[str]) -> None:
        """Take the names of the classes, none for a tree of quantities."""
        super().__init__()
        self._classes = tuple(classes)
        self._tree: Tree | None = None
        self._closed: set[int] = set()
        self._extent = 1.0
        self._pressed = QPoint()
        self.setObjectName("tree_view")
        self.setAccessibleName("Tree")
        self.setScene(QGraphicsScene(self))
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_tree(self, tree: Tree, classes: Sequence[str]) -> None:
        """Draw another tree."""
        self._tree, self._classes = tree, tuple(classes)
        self._closed = below(tree.nodes, OPEN_LEVELS)
        values = [abs(node.value) for node in tree.nodes if node.value is not None]
        self._extent = max(values, default=1.0) or 1.0
        self.setAccessibleName(tree.title)
        self._draw()
        self.fit()

    def toggle(self, place: int) -> None:
        """Open or close what follows a node."""
        if self._tree is None or self._tree.nodes[place].left is None:
            return
        if place in self._closed:
            self._closed.discard(place)
            self._closed |= {
                child
                for child in children(self._tree.nodes, place, ())
                if self._tree.nodes[child].left is not None
            }
        else:
            self._closed.add(place)
        self._draw()

    def fit(self) -> None:
        """Show the whole tree, never larger than life and never too small to read."""
        self.resetTransform()
        view, whole = self.viewport().rect(), self.sceneRect()
        if not whole.width() or not whole.height():
            return
        scale = min(view.width() / whole.width(), view.height() / whole.height(), 1.0)
        shown = max(scale, _SMALLEST)
        self.scale(shown, shown)
        centre = whole.center()
        self.centerOn(centre.x(), whole.top() if scale < _SMALLEST else centre.y())

    def zoom(self, steps: int) -> None:
        """Show it larger or smaller."""
        factor = _STEP**steps
        if 0.1 < self.transform().m11() * factor < 4:
            self.scale(factor, factor)

    def answer(self, node: TreeNode) -> str:
        """Return what a node says, in words."""
        if node.shares and self._classes:
            best = max(range(len(node.shares)), key=lambda i: node.shares[i])
            name = self._classes[best] if best < len(self._classes) else str(best)
            return f"{name} ({share(node.shares[best], 1)})"
        return "" if node.value is None else figure(node.value, 4)

    def caption(self, node: TreeNode) -> str:
        """Return the small line below: how many rows, and what they say."""
        said = []
        if node.samples is not None:
            said.append(f"{node.samples:,.0f} rows")
        if node.rule and self.answer(node):
            said.append(self.answer(node))
        return " · ".join(said)

    def describe(self, place: int) -> str:
        """Return all that is known of a node, for hover."""
        if self._tree is None:
            return ""
        node = self._tree.nodes[place]
        lines = [rule_text(node) or self.answer(node), self.caption(node)]
        for name, part in zip(self._classes, node.shares, strict=False):
            lines.append(f"{name}: {share(part, 1)}")
        return "\n".join(line for line in lines if line)

    def tint(self, node: TreeNode) -> object:
        """Return the colour of a leaf: its class', or the deeper the larger its value."""
        if node.shares:
            best = max(range(len(node.shares)), key=lambda i: node.shares[i])
            return shade(best, 0.08 + 0.2 * node.shares[best])
        value = node.value or 0.0
        return shade("accent" if value >= 0 else 1, 0.06 + 0.3 * abs(value) / self._extent)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1)
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom(-1)
        elif event.key() == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        spot = event.position().toPoint()
        item = self.itemAt(spot)
        if (spot - self._pressed).manhattanLength() < _STILL and isinstance(item, NodeItem):
            self.toggle(item.place)

    def _draw(self) -> None:
        if self._tree is None:
            return
        scene, nodes = self.scene(), self._tree.nodes
        scene.clear()
        found = places(nodes, self._closed)
        most = (nodes[0].samples or 0.0) if nodes else 0.0
        for place, (x, y) in found.items():
            item = NodeItem(self, place, nodes[place], place in self._closed)
            item.setPos(x, y)
            scene.addItem(item)
            for number, child in enumerate(children(nodes, place, self._closed)):
                part = (nodes[child].samples or 0.0) / most if most else 0.0
                start = QPointF(x + WIDTH / 2, y + HEIGHT)
                end = QPointF(found[child][0] + WIDTH / 2, found[child][1])
                width = 1.5 + 8 * math.sqrt(part)
                scene.addItem(LinkItem(start, end, width, "no" if number else "yes"))
        scene.setSceneRect(scene.itemsBoundingRect().adjusted(-24, -24, 24, 24))

    def _restyle(self) -> None:
        self.setBackgroundBrush(theme().colour("canvas"))
        self.viewport().update()


def rule_text(node: TreeNode) -> str:
    """Return the rule of a node in the signs that people write."""
    return node.rule.replace("<=", "≤").replace(">=", "≥")
