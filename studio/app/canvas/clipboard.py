"""Copying parts of an experiment through the system's clipboard, as text."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication

from studio.app.canvas.ends import place_of
from studio.app.canvas.wishes import Wishes
from studio.app.draft import Draft
from studio.document.edits import Paste
from studio.document.items import Fragment
from studio.document.paste import as_experiment, fragment, whole
from studio.document.storage import dumps, loads
from studio.sdk.errors import StudioError

STEP = 30.0
"""How far from the original a copy comes to stand."""


class Clipboard:
    """Takes parts of an experiment and puts them in; each is one step of Undo."""

    def __init__(self, draft: Draft, wishes: Wishes) -> None:
        self._draft = draft
        self._wishes = wishes
        self._last = ""
        self._times = 0

    def copy(self, ids: Iterable[str]) -> bool:
        """Put what is chosen on the clipboard; returns whether there was anything."""
        part = fragment(self._draft.experiment, ids)
        if not part.items:
            return False
        self._last, self._times = dumps(as_experiment(part)), 0
        QGuiApplication.clipboard().setText(self._last)
        return True

    def paste(self, middle: QPointF) -> None:
        """Put in what is on the clipboard: beside where it was where that is seen, else amid."""
        text = QGuiApplication.clipboard().text()
        try:
            part = whole(loads(text.encode(), self._draft.registry)) if text.strip() else Fragment()
        except (StudioError, UnicodeEncodeError):
            part = Fragment()
        if not part.items:
            self._wishes.say("The clipboard has no part of an experiment.")
            return
        self._times = self._times + 1 if text == self._last else 1
        if text == self._last:
            offset = (STEP * self._times, STEP * self._times)
        else:
            offset = _offset_to(part, middle, self._draft)
            self._last, self._times = text, 0
        self.put_in(part, offset)

    def duplicate(self, ids: Iterable[str]) -> None:
        """Put in a copy of what is chosen, beside it."""
        part = fragment(self._draft.experiment, ids)
        if part.items:
            self.put_in(part, (STEP, STEP))

    def put_in(self, part: Fragment, offset: tuple[float, float]) -> None:
        """Put a part in, and select it."""
        before = self._draft.experiment.ids()
        if self._wishes.apply(Paste(part, offset)):
            new = self._draft.experiment.ids() - before
            inside = {id for id in new if self._group_of(id) in new}
            self._draft.select(new - inside)

    def _group_of(self, id: str) -> str | None:
        item = self._draft.experiment.item(id)
        return getattr(item, "group", None)


def _offset_to(part: Fragment, middle: QPointF, draft: Draft) -> tuple[float, float]:
    """Return how far a part moves to stand in the middle; none where its own place is free."""
    corners = [place_of(item) for item in part.items]
    left, top = min(at[0] for at in corners), min(at[1] for at in corners)
    right, bottom = max(at[0] for at in corners), max(at[1] for at in corners)
    if not draft.experiment.ids():
        return (0.0, 0.0)
    x, y = middle.x() - (left + right) / 2 - 110, middle.y() - (top + bottom) / 2 - 28
    return (round(x / 10) * 10.0, round(y / 10) * 10.0)
