"""Frames, notes and open groups: rectangles on the canvas that hold or say something."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QTextOption
from PySide6.QtWidgets import QGraphicsItem, QStyle, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from studio.app.canvas.ink import Ink, ink
from studio.app.canvas.metrics import EDGE, TITLE_BAR, TITLES_FROM
from studio.document.items import Frame, Note

Part = Literal["inside", "title", "edge", "corner", "fold", ""]

_CORNER = 16.0
_FOLD = QRectF(8.0, 7.0, 16.0, 16.0)
_NOTE_PADDING = 10.0


class Box(QGraphicsItem):
    """A rectangle that can be selected; its place is that of its upper left corner."""

    def __init__(self, id: str) -> None:
        super().__init__()
        self.id = id
        self.size = QSizeF(1.0, 1.0)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable, True)

    @property
    def body(self) -> QRectF:
        """Its rectangle, in its own coordinates."""
        return QRectF(QPointF(0.0, 0.0), self.size)

    @property
    def rect(self) -> QRectF:
        """Its rectangle in the scene."""
        return self.body.translated(self.pos())

    @property
    def xy_pos(self) -> list[float]:
        """Where it stands, as the library's items say it."""
        return [self.pos().x(), self.pos().y()]

    @override
    def boundingRect(self) -> QRectF:
        return self.body.adjusted(-6.0, -6.0, 6.0, 6.0)

    def set_rect(self, rect: QRectF) -> None:
        """Put it somewhere, in some size."""
        if rect.size() != self.size:
            self.prepareGeometryChange()
            self.size = rect.size()
        self.setPos(rect.topLeft())

    def part_at(self, place: QPointF, scale: float) -> Part:
        """Return which part of it is at a place in the scene."""
        at = place - self.pos()
        edge = EDGE / scale
        if not self.body.adjusted(-edge, -edge, edge, edge).contains(at):
            return ""
        corner = max(_CORNER, _CORNER / scale)
        if at.x() > self.size.width() - corner and at.y() > self.size.height() - corner:
            return "corner"
        if not self.body.adjusted(edge, edge, -edge, -edge).contains(at):
            return "edge"
        return "title" if at.y() < TITLE_BAR else "inside"

    def _is_selected(self, option: QStyleOptionGraphicsItem) -> bool:
        return bool(option.state & QStyle.StateFlag.State_Selected)

    def _paint_title(
        self, painter: QPainter, colours: Ink, text: str, left: float, token: str
    ) -> None:
        painter.setFont(colours.font("strong"))
        painter.setPen(colours.colour(token))
        box = QRectF(left, 0.0, self.size.width() - left - 12.0, TITLE_BAR)
        line = colours.elided(text, "strong", box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line)


class FrameItem(Box):
    """A coloured frame behind the nodes, with a title; it moves what it holds."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.title = ""
        self.colour: str = Frame.colour
        self.setZValue(-10)

    def show_as(self, title: str, colour: str, rect: QRectF) -> None:
        """Show a title, a colour and a place."""
        self.title, self.colour = title, colour
        self.set_rect(rect)
        self.update()

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        colours = ink()
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        edge = QColor(self.colour).darker(125)
        edge.setAlpha(90 if colours.is_dark else 255)
        painter.setPen(colours.pen("accent", 2.0) if self._is_selected(option) else edge)
        painter.setBrush(colours.brush(self.colour, 22 if colours.is_dark else 110))
        painter.drawRoundedRect(self.body, 12.0, 12.0)
        if scale >= TITLES_FROM / 2:
            token = "text" if self.title else "text_faint"
            self._paint_title(painter, colours, self.title or "Frame", 14.0, token)


class NoteItem(Box):
    """A piece of text on the canvas."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.text = ""
        self.colour: str = Note.colour
        self.is_edited = False
        self.setZValue(0)

    def show_as(self, text: str, colour: str, rect: QRectF) -> None:
        """Show a text, a colour and a place."""
        self.text, self.colour = text, colour
        self.set_rect(rect)
        self.update()

    @override
    def part_at(self, place: QPointF, scale: float) -> Part:
        """Return which part of it is at a place in the scene; it has no title."""
        part = super().part_at(place, scale)
        return "inside" if part in ("title", "edge") else part

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        colours = ink()
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        if colours.is_dark:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.brush("surface"))
            painter.drawRoundedRect(self.body, 8.0, 8.0)
        chosen = self._is_selected(option)
        edge = colours.pen(self.colour, 1.0, alpha=70 if colours.is_dark else 255)
        painter.setPen(colours.pen("accent", 2.0) if chosen else edge)
        painter.setBrush(colours.brush(self.colour, 26 if colours.is_dark else 255))
        painter.drawRoundedRect(self.body, 8.0, 8.0)
        if scale < TITLES_FROM or self.is_edited:
            return
        painter.setFont(colours.font("body"))
        painter.setPen(colours.colour("text" if self.text else "text_faint"))
        room = self.body.adjusted(_NOTE_PADDING, _NOTE_PADDING, -_NOTE_PADDING, -_NOTE_PADDING)
        how = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        how.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        painter.save()
        painter.setClipRect(self.body)
        painter.drawText(room, self.text or "Double-click to write", how)
        painter.restore()


class OutlineItem(Box):
    """The outline of an open group around what is in it, with its title and a button to fold it."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.title = ""
        self.comment = ""
        self.is_empty = False
        self.is_lit = False

    def show_as(self, title: str, comment: str, depth: int) -> None:
        """Show a title and comment, above the outlines it is in."""
        self.title, self.comment = title, comment
        self.setZValue(-9 + min(depth, 50) / 100)
        self.update()

    @override
    def part_at(self, place: QPointF, scale: float) -> Part:
        """Return which part of it is at a place in the scene; its size cannot be changed."""
        part = super().part_at(place, scale)
        if part == "title" and _FOLD.adjusted(-5, -5, 5, 5).contains(place - self.pos()):
            return "fold"
        return "edge" if part == "corner" else part

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        colours = ink()
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        chosen = self._is_selected(option) or self.is_lit
        style = Qt.PenStyle.SolidLine if chosen else Qt.PenStyle.DashLine
        painter.setPen(colours.pen("accent", 2.0 if chosen else 1.2, style, 255 if chosen else 150))
        painter.setBrush(colours.brush("accent", 40 if self.is_lit else 14))
        painter.drawRoundedRect(self.body, 12.0, 12.0)
        if scale < TITLES_FROM / 2:
            return
        colours.draw_icon(painter, "chevron-down", "accent", _FOLD, scale)
        text = self.title or "Group"
        if self.comment:
            text += f" — {self.comment}"
        self._paint_title(painter, colours, text, 30.0, "accent")
