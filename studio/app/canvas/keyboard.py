"""The keys of the canvas: walking, linking, adding and what is done with the focused node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from studio.app.canvas.boxes import OutlineItem
from studio.app.canvas.hover import spoken
from studio.app.canvas.key_link import KeyLink
from studio.app.canvas.metrics import GRID
from studio.app.canvas.walking import Direction, next_card

if TYPE_CHECKING:
    from studio.app.canvas.canvas import Canvas

_ARROWS: dict[int, Direction] = {
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
}
_STEPS: dict[Direction, tuple[float, float]] = {
    "up": (0.0, -GRID),
    "down": (0.0, GRID),
    "left": (-GRID, 0.0),
    "right": (GRID, 0.0),
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class Keyboard:
    """What the keys do while the canvas has the focus."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._link: KeyLink | None = None

    def press(self, event: QKeyEvent) -> None:
        """Take a key, or leave it to the window."""
        if self._pressed(event):
            event.accept()
        else:
            event.ignore()

    def stop(self) -> None:
        """End what the keys have begun: the canvas lost the focus, or the document changed."""
        link, self._link = self._link, None
        if link is not None and not link.is_over:
            link.end()

    def focused(self) -> str | None:
        """Return the id of the node or folded group that the keys act on."""
        canvas = self._canvas
        id = canvas.stage.focused
        shown = {card.id for card in canvas.drawing.shown_cards()}
        if id in shown:
            return id
        selected = sorted(canvas.draft.selection & shown)
        return selected[0] if selected else None

    def focus(self, id: str | None) -> None:
        """Let the keys act on a node; what it is and how it stands is told to screen readers."""
        canvas = self._canvas
        old, canvas.stage.focused = canvas.stage.focused, id
        for each in (old, id):
            thing = canvas.drawing.thing(each) if each else None
            if thing is not None:
                thing.update()
        canvas.tell_focus("" if id is None else self._spoken(id))

    def _pressed(self, event: QKeyEvent) -> bool:
        link = self._link
        if link is not None:
            known = link.press(event.key())
            if link.is_over:
                self._link = None
            return known
        if event.key() in _ARROWS:
            return self._arrow(_ARROWS[event.key()], event.modifiers())
        if event.modifiers() & (_CONTROL | Qt.KeyboardModifier.AltModifier):
            return False
        return self._plain(event)

    def _plain(self, event: QKeyEvent) -> bool:
        """Do what a key without Ctrl or Alt does; returns whether it does anything."""
        canvas, key = self._canvas, event.key()
        if key == Qt.Key.Key_Tab:
            canvas.open_search()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            canvas.remove_selection()
        elif key == Qt.Key.Key_F2:
            canvas.rename_selection()
        elif key == Qt.Key.Key_Menu or (key == Qt.Key.Key_F10 and event.modifiers() & _SHIFT):
            canvas.open_menu_by_key()
        elif key in _ENTER:
            self._enter()
        elif key == Qt.Key.Key_L:
            self._start_link()
        elif key == Qt.Key.Key_Escape:
            canvas.draft.select(())
        else:
            return False
        return True

    def _arrow(self, direction: Direction, modifiers: Qt.KeyboardModifier) -> bool:
        canvas = self._canvas
        if modifiers & _CONTROL:
            times = 5 if modifiers & _SHIFT else 1
            x, y = _STEPS[direction]
            canvas.arranging.nudge(canvas.draft.selection, x * times, y * times)
            return True
        id = next_card(canvas.drawing, self.focused(), direction)
        if id is not None:
            chosen = canvas.draft.selection | {id} if modifiers & _SHIFT else {id}
            canvas.draft.select(chosen)
            self.focus(id)
            thing = canvas.drawing.thing(id)
            if thing is not None:
                canvas.viewer.show_rect(thing.rect.adjusted(-40, -40, 40, 40))
        return True

    def _enter(self) -> None:
        """Look at what comes out of the focused node, or open the folded group."""
        id = self.focused()
        if id is not None and id in self._canvas.drawing.folded:
            self._canvas.grouping.fold(id, False)
        elif id is not None:
            self._canvas.wishes.look_into(id)
        else:
            for chosen in self._canvas.draft.selection:
                self._canvas.edit_in_place(chosen)

    def _start_link(self) -> None:
        id = self.focused()
        canvas = self._canvas
        if id is None or id not in canvas.drawing.cards or canvas.draft.read_only:
            return
        self._link = KeyLink(canvas.viewer, canvas.wishes, id, canvas.show_hint)
        if self._link.is_over:
            self._link = None

    def _spoken(self, id: str) -> str:
        canvas = self._canvas
        if id in canvas.draft.experiment.nodes:
            return spoken(canvas.draft, id)
        thing = canvas.drawing.thing(id)
        if isinstance(thing, OutlineItem):
            return f"Group {thing.title}, open"
        group = canvas.draft.experiment.groups.get(id)
        return "" if group is None else f"Group {group.title}, folded"
