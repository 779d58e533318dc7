"""The work of verifying a package: its proof replayed by a program beside the window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.app.figures import count
from studio.app.program import Ended, Program
from studio.app.serving.endpoint import TRUST, needs_trust
from studio.app.session import Session


class Verification(QObject):
    """Verifies a package.

    ``progressed`` carries a text and how far it is; ``done`` whether everything was equal, how many
    rows were replayed, and by path what was found; ``failed`` a sentence; ``trust_needed`` one that
    says which code of the package would run.
    """

    progressed = Signal(str, object)
    trust_needed = Signal(str)
    failed = Signal(str)
    done = Signal(bool, int, object)

    def __init__(self, session: Session, path: Path) -> None:
        """Take the package; it belongs to the session, as its program does."""
        super().__init__(session)
        self._session = session
        self._path = path
        self._program: Program | None = None

    def start(self, *, trusted: bool = False) -> None:
        """Begin; ``trusted`` lets code run that the package brings."""
        trust = [TRUST] if trusted else []
        self._program = self._session.programs.begin(
            "verify", str(self._path), *trust, told=self._told, then=self._ended
        )

    def stop(self) -> None:
        """Give it up."""
        if self._program is None:
            self.deleteLater()
        else:
            self._program.stop()

    def _told(self, told: Mapping[str, Any]) -> None:
        if "progress" in told:
            self.progressed.emit(str(told.get("text", "")), told["progress"])

    def _ended(self, end: Ended) -> None:
        self._program = None
        trials = end.answer.get("trials")
        if isinstance(trials, list):
            rows = max((int(trial.get("rows", 0)) for trial in trials), default=0)
            self.done.emit(bool(end.answer.get("equal")), rows, trial_texts(trials))
        elif needs_trust(end):
            self.trust_needed.emit(end.sentence)
        elif end.was_stopped:
            self.deleteLater()
        else:
            self.failed.emit(end.sentence)


def trial_texts(trials: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return, by path, what its trials found: the ways, the largest distance, what differs."""
    by_path: dict[str, list[Mapping[str, Any]]] = {}
    for trial in trials:
        by_path.setdefault(str(trial.get("path", "")), []).append(trial)
    return {path: _text(found) for path, found in by_path.items()}


def _text(trials: list[Mapping[str, Any]]) -> str:
    differing = next((trial for trial in trials if trial.get("first")), None)
    if differing is not None:
        return f"differs, {differing.get('how', '')}: {differing['first']}"
    distance = max(float(trial.get("distance") or 0.0) for trial in trials)
    within = f", within {distance:.2g}" if distance else ""
    return f"equal{within}, in {count(len(trials), 'way')}"
