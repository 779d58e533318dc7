"""What is seen of a drawing at first: as much as can be read, or on an empty one how to begin."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, QSizeF, Qt
from PySide6.QtWidgets import QLabel

from studio.app.canvas.drawing import Drawing
from studio.app.canvas.metrics import AROUND, DETAILS_FROM
from studio.app.canvas.viewer import CanvasViewer
from studio.app.draft import Draft

_BEGIN = "Drag a module here, or press Tab to search for one.\nA file with data can be dropped too."


class FirstLook(QObject):
    """Shows a drawing, and again when its room changes, until the person looks elsewhere.

    The room changes after the first look: the panels around the canvas find their places late.
    """

    def __init__(self, viewer: CanvasViewer, drawing: Drawing, draft: Draft) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self._drawing = drawing
        self._draft = draft
        self._left: tuple[float, int, int] | None = None
        self._is_done = False
        # A child of the viewport would move with what is seen.
        self._begin = QLabel(_BEGIN, viewer)
        self._begin.setObjectName("canvas_begin")
        self._begin.setProperty("role", "soft")
        self._begin.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._begin.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        viewer.resized.connect(self._take_size)
        draft.changed.connect(self._take_change)
        self._show_begin()

    def take(self) -> None:
        """Look for the first time; later calls do nothing."""
        if not self._is_done:
            self._is_done = True
            self.look()

    def look(self) -> None:
        """Look as if for the first time."""
        if self._draft.experiment.ids():
            self._viewer.look_at(self._readable())
        else:
            self._viewer.centerOn(0.0, 0.0)
        self._left = self._place()

    def _take_change(self) -> None:
        self._left = None
        self._show_begin()

    def _take_size(self) -> None:
        self._place_begin()
        if self._left is not None and self._left == self._place():
            self.look()

    def _readable(self) -> QRectF:
        """Return all of the drawing, or its beginning where all could not be read."""
        rect = self._drawing.rect().adjusted(-AROUND, -AROUND, AROUND, AROUND)
        room = QSizeF(self._viewer.viewport().size()) / DETAILS_FROM
        if room.isEmpty():
            return rect
        return QRectF(rect.topLeft(), rect.size().boundedTo(room))

    def _place(self) -> tuple[float, int, int]:
        viewer = self._viewer
        across, down = viewer.horizontalScrollBar(), viewer.verticalScrollBar()
        return viewer.scale_now, across.value(), down.value()

    def _show_begin(self) -> None:
        self._begin.setVisible(not self._draft.read_only and not self._draft.experiment.ids())
        self._place_begin()

    def _place_begin(self) -> None:
        room = self._viewer.size()
        self._begin.adjustSize()
        free = room - self._begin.size()
        self._begin.move(free.width() // 2, free.height() // 2)
