"""An endpoint: a model package that the window serves, or could serve, on this machine."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app.program import Ended, Program, Programs
from studio.app.serving.http import Http, Reply
from studio.app.serving.log_line import log_text
from studio.app.serving.metrics import Figures, Readings, read_metrics
from studio.app.serving.package_facts import PackageFacts
from studio.sdk.errors import StudioError

State = Literal["stopped", "starting", "ready", "stopping", "failed"]
STATE_TEXT: Mapping[State, str] = {
    "stopped": "Stopped",
    "starting": "Starting",
    "ready": "Running",
    "stopping": "Stopping",
    "failed": "Failed",
}
READ_MS = 1_000
"""How long after a reading of its figures the next one is taken."""
LINES = 1_000
"""So many of the last lines of its log are kept."""
TRUST = "--trust"
"""What lets code run that a package brings; a verb that needs it says so in its sentence."""


class Endpoint(QObject):
    """Serves a package in a process of its own, and follows how it does.

    ``changed`` says that its state or what is known of the package is another, ``measured`` that
    its figures are, ``logged`` carries a line of its log, and ``trust_needed`` asks whether code
    that the package brings may run, with the sentence that says which.
    """

    changed = Signal()
    measured = Signal()
    logged = Signal(str)
    trust_needed = Signal(str)

    def __init__(self, path: Path, programs: Programs, parent: QObject | None = None) -> None:
        """Take the package in a folder or .zip file; nothing is read or started yet."""
        super().__init__(parent)
        self.path = path
        self.facts: PackageFacts | None = None
        self.problem = ""
        self.url = ""
        self.lines: deque[str] = deque(maxlen=LINES)
        self.figures = Figures()
        self._programs = programs
        self._program: Program | None = None
        self._state: State = "stopped"
        self._readings = Readings()
        self.http = Http(self)
        self._timer = QTimer(self, singleShot=True, interval=READ_MS)
        self._timer.timeout.connect(self._read)

    @property
    def state(self) -> State:
        """How it stands."""
        return self._state

    @property
    def is_running(self) -> bool:
        """Whether there is a process of it."""
        return self._program is not None

    @property
    def title(self) -> str:
        """What the window calls it."""
        return self.path.stem if self.facts is None else self.facts.title

    def take_facts(self, found: PackageFacts | StudioError) -> None:
        """Take what was read of the package, or why it could not be."""
        if isinstance(found, StudioError):
            self.facts = None
            self.problem = found.message
        else:
            self.facts = found
            self.problem = "" if self._state != "failed" else self.problem
        self.changed.emit()

    def start(self, *, trusted: bool = False) -> None:
        """Begin to serve; ``trusted`` lets code run that the package brings."""
        if self.is_running:
            return
        self.lines.clear()
        self._readings.clear()
        self.figures = Figures()
        self.problem = ""
        arguments = ["serve", str(self.path), "--port", "0", *([TRUST] if trusted else [])]
        self._program = self._programs.begin(*arguments, told=self._told, then=self._ended)
        self._program.complained.connect(self._log)
        self._set_state("starting")

    def stop(self) -> None:
        """Stop serving."""
        if self._program is not None and self._state != "stopping":
            self._set_state("stopping")
            self._program.stop()

    def _told(self, told: Mapping[str, Any]) -> None:
        url = told.get("url")
        if self._state == "starting" and isinstance(url, str):
            self.url = url
            self._set_state("ready")
            self._read()

    def _ended(self, end: Ended) -> None:
        self._program = None
        self.url = ""
        self._timer.stop()
        if end.was_stopped or end.code == 0:
            self._set_state("stopped")
        elif needs_trust(end):
            self._set_state("stopped")
            self.trust_needed.emit(end.sentence)
        else:
            self.problem = end.sentence
            self._set_state("failed")

    def _log(self, line: str) -> None:
        text = log_text(line)
        if text:
            self.lines.append(text)
            self.logged.emit(text)

    def _read(self) -> None:
        if self._state == "ready":
            self.http.get(f"{self.url}/metrics", self._take_metrics)

    def _take_metrics(self, reply: Reply) -> None:
        if self._state != "ready":
            return
        if reply.is_well:
            self._readings.add(read_metrics(reply.body, time.monotonic()))
            self.figures = self._readings.figures()
            self.measured.emit()
        self._timer.start()

    def _set_state(self, state: State) -> None:
        self._state = state
        self.changed.emit()


def needs_trust(end: Ended) -> bool:
    """Whether a verb ended because nobody said that code of a package may run."""
    return end.code == 1 and TRUST in end.sentence
