"""What can be written on the canvas where it stands: titles, notes and comments."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF

from studio.app.canvas.boxes import Box
from studio.app.canvas.inline_editor import InlineEditor
from studio.app.canvas.metrics import CARD_HEIGHT, TITLE_BAR
from studio.app.canvas.viewer import CanvasViewer
from studio.app.canvas.wishes import Wishes


class Writing:
    """Opens a field over what is edited; what was written becomes an edit."""

    def __init__(self, viewer: CanvasViewer, inline: InlineEditor, wishes: Wishes) -> None:
        self._viewer = viewer
        self._inline = inline
        self._wishes = wishes
        self._draft = viewer.stage.draft

    def edit(self, id: str) -> None:
        """Edit a title, or the text of a note."""
        note = self._viewer.drawing.notes.get(id)
        if note is None:
            self.rename(id)
            return
        if self._draft.read_only:
            return
        note.is_edited = True
        note.update()
        self._viewer.show_rect(note.rect)
        self._inline.open_text(
            note.rect,
            note.text,
            "Text of the note",
            partial(self._wishes.write, id),
            partial(self._note_closed, id),
        )

    def rename(self, id: str) -> None:
        """Edit a title."""
        thing = self._viewer.drawing.thing(id)
        if thing is None or id not in self._draft.experiment or self._draft.read_only:
            return
        rect = thing.rect
        bar = QRectF(rect.x() + 48, rect.y() + 6, rect.width() - 56, 26)
        if isinstance(thing, Box):
            bar = QRectF(rect.x() + 26, rect.y() + 2, max(rect.width() - 40, 120), 26)
        self._viewer.show_rect(bar)
        renamed = partial(self._viewer.node_name_changed.emit, id)
        self._inline.open_line(bar, self._wishes.title_of(id), "Title", renamed)

    def comment(self, id: str) -> None:
        """Edit the comment of a node or group, below it."""
        experiment = self._draft.experiment
        item = experiment.nodes.get(id) or experiment.groups.get(id)
        thing = self._viewer.drawing.thing(id)
        if item is None or thing is None or self._draft.read_only:
            return
        below = TITLE_BAR if isinstance(thing, Box) else CARD_HEIGHT + 4
        width = max(thing.rect.width(), 200)
        place = QRectF(thing.rect.x(), thing.rect.top() + below, width, 64)
        self._viewer.show_rect(place)
        self._inline.open_text(
            place, item.comment, "Comment", partial(self._wishes.comment, id), lambda: None
        )

    def _note_closed(self, id: str) -> None:
        note = self._viewer.drawing.notes.get(id)
        if note is not None:
            note.is_edited = False
            note.update()
