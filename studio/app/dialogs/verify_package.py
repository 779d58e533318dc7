"""The dialog that replays a package's proof through every path that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtWidgets import QWidget

from studio.app.dialogs.dialog import Dialog
from studio.app.dialogs.package_result import PackageResult
from studio.app.dialogs.problem_note import ProblemNote
from studio.app.dialogs.progress_line import ProgressLine
from studio.app.dialogs.trust import TrustDialog
from studio.app.dialogs.verification import Verification
from studio.app.session import Session

WIDTH = 520
_SENTENCE = "The rows in “{title}” are answered again, and compared with what the studio said."


class VerifyPackageDialog(Dialog):
    """Begins at once, and shows what came of it."""

    def __init__(
        self, session: Session, path: Path, title: str, parent: QWidget | None = None
    ) -> None:
        """Verify the package in a folder or .zip file."""
        sentence = _SENTENCE.format(title=title)
        super().__init__("verify_package_dialog", "Verify the package", sentence, parent)
        self._progress = ProgressLine("verify_progress")
        self._result = PackageResult()
        self._result.hide()
        self._problem = ProblemNote("verify_problem")
        for widget in (self._progress, self._result, self._problem):
            self.add(widget)
        self.button("close", "Close", self.reject, "primary").setFocus()
        self.finish(WIDTH)
        self._title = title
        self._progress.show_progress("Starting…")
        self._work = Verification(session, path)
        self._work.progressed.connect(self._progress.show_progress)
        self._work.done.connect(self._done)
        self._work.failed.connect(self._fail)
        self._work.trust_needed.connect(self._ask_trust)
        self.finished.connect(self._work.stop)
        self._work.start()

    def _done(self, is_equal: bool, rows: int, paths: Mapping[str, str]) -> None:
        self._progress.hide()
        self._result.show_proof(rows, paths, is_equal=is_equal)
        self._result.show()
        self.fit()

    def _ask_trust(self, sentence: str) -> None:
        dialog = TrustDialog(self._title, sentence, self)
        dialog.accepted.connect(lambda: self._work.start(trusted=True))
        dialog.rejected.connect(self.reject)
        dialog.open()

    def _fail(self, sentence: str) -> None:
        self._progress.hide()
        self._problem.say(sentence)
        self.fit()
