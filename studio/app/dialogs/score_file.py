"""The dialog that scores a whole file with a package, beside the window."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from studio.app.dialogs.dialog import Dialog
from studio.app.dialogs.problem_note import ProblemNote
from studio.app.dialogs.progress_line import ProgressLine
from studio.app.dialogs.trust import TrustDialog
from studio.app.figures import count
from studio.app.program import Ended, Program
from studio.app.serving.endpoint import TRUST, needs_trust
from studio.app.session import Session
from studio.app.theme import SPACE
from studio.app.widgets.folders import show_folder
from studio.app.widgets.path_line import TABLES, PathLine

WIDTH = 560
_SENTENCE = (
    "Every row of a file is answered by “{title}”, however large the file is. Rows that cannot be"
    " answered are put into a file of their own, with the reason."
)


class ScoreFileDialog(Dialog):
    """Asks for the file and for where the answers go, and shows how far it is."""

    def __init__(
        self, session: Session, package: Path, title: str, parent: QWidget | None = None
    ) -> None:
        """Offer to score a file with a package."""
        super().__init__("score_file_dialog", "Score a file", _SENTENCE.format(title=title), parent)
        self._session = session
        self._package = package
        self._title = title
        self._program: Program | None = None
        self._has_own_out = False
        self._in = PathLine("score_in", "File with rows", "open")
        self._out = PathLine("score_out", "File for the answers", "save")
        self._form = self._made_form()
        self._progress = ProgressLine("score_progress")
        self._done_text = QLabel()
        self._done_text.setObjectName("score_done")
        self._done_text.setWordWrap(True)
        self._problem = ProblemNote("score_problem")
        for widget in (self._form, self._progress, self._done_text, self._problem):
            self.add(widget)
        self._progress.hide()
        self._done_text.hide()
        self._show = self.button("open_scored", "Open folder", self._open_folder, left=True)
        self._show.hide()
        self._cancel = self.button("cancel", "Cancel", self.reject)
        self._score = self.button("score", "Score", self._begin, "primary")
        self._in.edited.connect(self._offer_out)
        self._out.typed.connect(self._out_typed)
        self._out.edited.connect(lambda _: self._look())
        self.rejected.connect(self._give_up)
        self._look()
        self.finish(WIDTH)

    def _made_form(self) -> QWidget:
        form = QWidget()
        grid = QGridLayout(form)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE)
        for row, field in enumerate((self._in, self._out)):
            field.filter = TABLES
            label = QLabel(field.line.accessibleName())
            label.setProperty("role", "soft")
            label.setBuddy(field.line)
            grid.addWidget(label, 2 * row, 0)
            grid.addWidget(field, 2 * row + 1, 0)
        return form

    def _offer_out(self, text: str) -> None:
        """Offer a file beside the one that is scored."""
        path = Path(text)
        if not self._has_own_out and path.name:
            self._out.text = str(path.with_name(f"{path.stem} scored{path.suffix}"))
        self._look()

    def _out_typed(self, text: str) -> None:
        self._has_own_out = bool(text)

    def _look(self) -> None:
        out = self._out.text
        self._score.setEnabled(bool(self._in.text and out))
        self._score.setText("Replace" if out and Path(out).is_file() else "Score")

    def _begin(self) -> None:
        self._problem.say("")
        self._form.setEnabled(False)
        self._score.setEnabled(False)
        self._progress.show_progress("Starting…")
        self._progress.show()
        self.fit()
        self._run()

    def _run(self, *options: str) -> None:
        out = Path(self._out.text)
        replace = ["--replace"] if out.exists() else []
        self._program = self._session.programs.begin(
            "score", str(self._package), self._in.text, str(out), *replace, *options,
            told=self._told, then=self._ended,
        )  # fmt: skip

    def _ask_trust(self, sentence: str) -> None:
        dialog = TrustDialog(self._title, sentence, self)
        dialog.accepted.connect(lambda: self._run(TRUST))
        dialog.rejected.connect(self.reject)
        dialog.open()

    def _told(self, told: dict[str, Any]) -> None:
        if "progress" in told:
            self._progress.show_progress(str(told.get("text", "")), told["progress"])

    def _ended(self, end: Ended) -> None:
        self._program = None
        if needs_trust(end):
            self._ask_trust(end.sentence)
            return
        self._progress.hide()
        if end.is_well:
            self._form.hide()
            self._done_text.setText(_result(end.answer, self._out.text))
            self._done_text.show()
            self._show.show()
            self._score.hide()
            self._cancel.setText("Close")
        elif not end.was_stopped:
            self._form.setEnabled(True)
            self._problem.say(end.sentence)
            self._look()
        self.fit()

    def _open_folder(self) -> None:
        show_folder(Path(self._out.text))

    def _give_up(self) -> None:
        if self._program is not None:
            self._program.stop()


def _result(answer: Mapping[str, Any], out: str) -> str:
    """Return what came of it: how many rows were answered, and how many could not be."""
    refused = int(answer.get("refused", 0))
    said = f"{count(int(answer.get('scored', 0)), 'row')} answered. The answers are in {out}."
    if not refused:
        return said
    why = f"{count(refused, 'row')} could not be: see {out}.rejected.csv."
    return f"{said} {why}"
