"""The minimap: the whole drawing in a corner, with the part that is seen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.app.canvas.boxes import FrameItem, NoteItem
from studio.app.canvas.drawing import Drawing
from studio.app.canvas.ink import ink
from studio.app.canvas.viewer import CanvasViewer
from studio.app.node_state import STATUS_TOKEN

_SIZE = QSize(200, 140)
_OF_VIEW = 4, 3
"""It takes a fourth of the view's width and a third of its height at most."""
_AWAY = 16
_INSIDE = 8.0
_TELLING = ("running", "queued", "failed", "finished", "reused", "incomplete")


class Minimap(QWidget):
    """Shows where one is; a press or a drag moves what is seen. Hidden while all is seen."""

    def __init__(self, viewer: CanvasViewer, drawing: Drawing) -> None:
        super().__init__(viewer.viewport())
        self.setObjectName("minimap")
        self.setAccessibleName("Minimap")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._viewer = viewer
        self._drawing = drawing
        self._is_wanted = True
        self._whole = QRectF()
        self._picture: QPixmap | None = None
        viewer.looked.connect(self.follow)
        self.hide()

    def set_wanted(self, wanted: bool) -> None:
        """Show it where it is of use, or never."""
        self._is_wanted = wanted
        self.refresh()

    def refresh(self) -> None:
        """Measure the drawing anew."""
        self._whole = self._drawing.rect()
        self._picture = None
        self.follow()

    def recolour(self) -> None:
        """Show how the nodes stand now."""
        self._picture = None
        self.update()

    def follow(self) -> None:
        """Show where the view is now."""
        view = self._viewer.viewport().size()
        across, down = _OF_VIEW
        size = _SIZE.scaled(
            QSize(view.width() // across, view.height() // down).boundedTo(_SIZE),
            Qt.AspectRatioMode.KeepAspectRatio,
        )
        self.resize(size)
        self.move(view.width() - size.width() - _AWAY, view.height() - size.height() - _AWAY)
        seen = self._viewer.seen()
        needed = self._is_wanted and not self._whole.isEmpty() and not seen.contains(self._whole)
        if needed != self.isVisible():
            self.setVisible(needed)
        if needed:
            self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._picture = None

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = ink()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colours.pen("line_strong"))
        painter.setBrush(colours.brush("raised", 235))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        scale, origin = self._scale()
        if self._picture is None:
            self._picture = self._drawn(scale, origin)
        painter.drawPixmap(0, 0, self._picture)
        painter.setPen(colours.pen("accent", 1.5))
        painter.setBrush(colours.brush("accent", 24))
        inside = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.drawRoundedRect(_small(self._viewer.seen(), scale, origin) & inside, 3, 3)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go_to(event.position())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(event.position())

    def _drawn(self, scale: float, origin: QPointF) -> QPixmap:
        """Return the picture of all that is there, which is kept until something is another."""
        colours = ink()
        picture = QPixmap(self.size())
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        boxes: list[FrameItem | NoteItem] = [*self._drawing.frames.values()]
        for box in (*boxes, *self._drawing.notes.values()):
            painter.fillRect(_small(box.rect, scale, origin), colours.brush(box.colour, 130))
        painter.setPen(Qt.PenStyle.NoPen)
        by_token: dict[str, list[QRectF]] = {}
        for card in self._drawing.shown_cards():
            status = card.state.status
            token = STATUS_TOKEN[status] if status in _TELLING else "text_faint"
            by_token.setdefault(token, []).append(_small(card.rect, scale, origin))
        for token, rects in by_token.items():
            painter.setBrush(colours.brush(token, 200))
            painter.drawRects(rects)
        painter.end()
        return picture

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep the release from the canvas below."""
        event.accept()

    def _go_to(self, position: QPointF) -> None:
        scale, origin = self._scale()
        self._viewer.centerOn((position - origin) / scale)
        self._viewer.looked.emit()

    def _scale(self) -> tuple[float, QPointF]:
        """Return the scale of the map and where the scene's origin is on it."""
        room = QRectF(self.rect()).adjusted(_INSIDE, _INSIDE, -_INSIDE, -_INSIDE)
        whole = self._whole
        scale = min(room.width() / max(whole.width(), 1), room.height() / max(whole.height(), 1))
        return scale, room.center() - whole.center() * scale


def _small(rect: QRectF, scale: float, origin: QPointF) -> QRectF:
    corner = rect.topLeft() * scale + origin
    return QRectF(
        corner.x(), corner.y(), max(rect.width() * scale, 2), max(rect.height() * scale, 2)
    )
