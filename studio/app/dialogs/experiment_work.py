"""Work on an experiment by a verb beside the window, in a folder of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.app.dialogs.conversion import CHOICE_NEEDED
from studio.app.program import Ended, Program
from studio.app.serving.endpoint import needs_trust
from studio.app.serving.report import ModelChoice
from studio.app.session import Session
from studio.sdk.errors import StudioError


class ExperimentWork(QObject):
    """Writes what a verb reads, runs it, and says what came of it; see :class:`Conversion`.

    ``trust_needed`` carries a sentence that says which code of a package would run; ``done`` what
    :meth:`_result` makes of the verb's end.
    """

    progressed = Signal(str, object)
    choice_needed = Signal(object)
    trust_needed = Signal(str)
    failed = Signal(str)
    done = Signal(object)

    def __init__(self, session: Session) -> None:
        """Take the session that it belongs to, as its program does."""
        super().__init__(session)
        self._session = session
        self._folder = Path(tempfile.mkdtemp(prefix="wireloom-work-"))
        self._program: Program | None = None
        self._is_over = False

    def cancel(self) -> None:
        """Give it up."""
        self._is_over = True
        if self._program is None:
            self._clean()
        else:
            self._program.stop()

    def _run(self, write: Callable[[], None], arguments: list[str]) -> None:
        """Let ``write`` put what the verb reads into the folder, elsewhere; then begin the verb."""
        self._session.bridge.work(write, partial(self._begin, arguments))

    def _result(self, end: Ended) -> object | None:
        """Return what came of the verb; None where it could not do its work."""
        raise NotImplementedError

    def _begin(self, arguments: list[str], problem: StudioError | None) -> None:
        if self._is_over:
            return
        if problem is not None:
            self.failed.emit(problem.in_full)
            return
        self._program = self._session.programs.begin(*arguments, told=self._told, then=self._ended)

    def _told(self, told: Mapping[str, Any]) -> None:
        if "progress" in told and not self._is_over:
            self.progressed.emit(f"{told.get('text', '')}…", told["progress"])

    def _ended(self, end: Ended) -> None:
        self._program = None
        if self._is_over:
            self._clean()
        elif end.code == CHOICE_NEEDED:
            self.choice_needed.emit(ModelChoice.all_of(end.answer))
        elif needs_trust(end):
            self.trust_needed.emit(end.sentence)
        else:
            self._say(self._result(end), end.sentence)

    def _say(self, result: object | None, sentence: str) -> None:
        if result is None:
            self.failed.emit(sentence)
            return
        self._is_over = True
        self._clean()
        self.done.emit(result)

    def _clean(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self.deleteLater()
