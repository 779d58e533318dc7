"""The editor: an experiment that is being changed, with undo and redo of everything."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from studio.document.change import Change
from studio.document.edit import Edit
from studio.document.errors import DocumentReadOnly
from studio.document.experiment import Experiment

Listener = Callable[[Change], None]
EditListener = Callable[[Edit, Experiment], None]

MERGE_SECONDS = 1.0
"""How long a pause in typing may be within one step of Undo."""


@dataclass(frozen=True)
class Step:
    """Something that can be undone: the edit, its inverse, its name, and the state before it."""

    edit: Edit
    inverse: Edit
    label: str
    before: Experiment


class Editor:
    """Applies edits to an experiment, takes them back, and tells listeners what changed."""

    def __init__(
        self,
        experiment: Experiment,
        *,
        read_only: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with an experiment that counts as saved; ``clock`` gives seconds."""
        self._experiment = experiment
        self._saved: Experiment | None = experiment
        self._read_only = read_only
        self._clock = clock
        self._undo: list[Step] = []
        self._redo: list[Step] = []
        self._typed_at: float | None = None
        self._listeners: list[Listener] = []
        self._edit_listeners: list[EditListener] = []
        self._waiting: deque[Change] = deque()
        self._is_telling = False

    @property
    def experiment(self) -> Experiment:
        """The experiment as it is now."""
        return self._experiment

    @property
    def read_only(self) -> bool:
        """Whether edits are refused."""
        return self._read_only

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether there is something to redo."""
        return bool(self._redo)

    @property
    def undo_text(self) -> str:
        """What Undo would take back, or an empty text."""
        return self._undo[-1].label if self._undo else ""

    @property
    def redo_text(self) -> str:
        """What Redo would do again, or an empty text."""
        return self._redo[-1].label if self._redo else ""

    @property
    def is_modified(self) -> bool:
        """Whether the experiment differs from the one that was saved."""
        return self._saved is not self._experiment and self._saved != self._experiment

    def apply(self, edit: Edit) -> Change:
        """Do an edit and return what it changed; raises StudioError and then changes nothing.

        An edit that changes nothing is no step of Undo.
        """
        if self._read_only:
            raise DocumentReadOnly(name=self._experiment.name or "The experiment")
        before = self._experiment
        after, inverse, change = edit.apply(before)
        if not change:
            return change
        step = Step(edit, inverse, edit.label(before), before)
        previous = self._undo[-1] if self._undo and self._continues(edit) else None
        if previous is not None:
            self._undo.pop()
            step = Step(edit, previous.inverse, previous.label, previous.before)
        if previous is None or step.before != after:
            self._undo.append(step)
        self._redo.clear()
        self._typed_at = self._clock() if edit.field_typed_into else None
        self._go_to(after, edit, change)
        return change

    def undo(self) -> Change:
        """Take the last step back and return what that changed; nothing where there is none."""
        if not self._undo:
            return Change()
        step = self._undo.pop()
        self._redo.append(step)
        return self._do_again(step.inverse)

    def redo(self) -> Change:
        """Do the step again that was taken back last; nothing where there is none."""
        if not self._redo:
            return Change()
        step = self._redo.pop()
        self._undo.append(step)
        return self._do_again(step.edit)

    def end_typing(self) -> None:
        """Let the next edit begin a new step of Undo: the focus left the field."""
        self._typed_at = None

    def mark_saved(self, experiment: Experiment | None = None) -> None:
        """Remember the state that is in the file: the given one, or the present one."""
        self._saved = self._experiment if experiment is None else experiment
        self.end_typing()

    def mark_modified(self) -> None:
        """Remember that no file holds the present state."""
        self._saved = None

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Tell a listener of every change; returns a function that ends it.

        A change that a listener makes is told to all after the one that it was told of.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def on_edit(self, listener: EditListener) -> Callable[[], None]:
        """Give a listener every edit that is done, inverses too, and the state after it."""
        self._edit_listeners.append(listener)
        return lambda: self._edit_listeners.remove(listener)

    def _continues(self, edit: Edit) -> bool:
        """Whether an edit goes on with the typing of the last step."""
        if edit.field_typed_into is None or self._typed_at is None:
            return False
        same_field = edit.field_typed_into == self._undo[-1].edit.field_typed_into
        return same_field and self._clock() - self._typed_at <= MERGE_SECONDS

    def _do_again(self, edit: Edit) -> Change:
        after, _, change = edit.apply(self._experiment)
        self.end_typing()
        self._go_to(after, edit, change)
        return change

    def _go_to(self, experiment: Experiment, edit: Edit, change: Change) -> None:
        self._experiment = experiment
        for listener in tuple(self._edit_listeners):
            listener(edit, experiment)
        self._waiting.append(change)
        if self._is_telling:
            return
        self._is_telling = True
        try:
            while self._waiting:
                change = self._waiting.popleft()
                for view in tuple(self._listeners):
                    view(change)
        finally:
            self._is_telling = False
            self._waiting.clear()
