"""The dialog that retrains an experiment and makes the next version of its package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from studio.app.dialogs.dialog import Dialog
from studio.app.dialogs.model_choices import ModelChoices
from studio.app.dialogs.problem_note import ProblemNote
from studio.app.dialogs.progress_line import ProgressLine
from studio.app.dialogs.retrain_form import RetrainForm
from studio.app.dialogs.retrain_result import RetrainResult
from studio.app.dialogs.retraining import Outcome, Retraining, RetrainOrder
from studio.app.dialogs.trust import TrustDialog
from studio.app.draft import Draft
from studio.app.serving.package_facts import PackageFacts, read_package
from studio.app.serving.report import ModelChoice
from studio.app.session import Session
from studio.sdk.errors import StudioError
from studio.session.new_data import sources

WIDTH = 640
_SENTENCE = (
    "The experiment is trained on new data. If the new model is good enough, judged on the same"
    " rows as the version in use, it becomes the next version of the package."
)


class RetrainDialog(Dialog):
    """Asks, shows how far it is, and what both versions reach.

    ``package_made`` carries the path of a new version, ``start_wanted`` one that is to be served,
    ``folder_wanted`` one that is to be looked at in the system's own way.
    """

    package_made = Signal(object)
    start_wanted = Signal(object)
    folder_wanted = Signal(object)

    def __init__(
        self,
        session: Session,
        training: Draft,
        predictive: Draft | None,
        parent: QWidget | None = None,
    ) -> None:
        """Offer to retrain a draft; the edits of the predictive one stay."""
        super().__init__("retrain_dialog", "Retrain", _SENTENCE, parent)
        self._session = session
        self._training = training
        self._predictive = predictive
        self._work: Retraining | None = None
        self._order: RetrainOrder | None = None
        self._made: Path | None = None
        self._build()
        self._look()

    def _build(self) -> None:
        experiment = self._training.experiment
        readers = sources(experiment, self._session.registry)
        self._form = RetrainForm(self._session.endpoints.facts, readers)
        self._form.edited.connect(self._look)
        self._form.wanted.connect(self._read)
        self._note = QLabel()
        self._note.setObjectName("retrain_note")
        self._note.setWordWrap(True)
        self._choices = ModelChoices()
        self._progress = ProgressLine("retrain_progress")
        self._result = RetrainResult()
        self._problem = ProblemNote("retrain_problem")
        self._parts = (self._form, self._note, self._choices, self._progress, self._result)
        for widget in (*self._parts, self._problem):
            self.add(widget)
        for hidden in (self._choices, self._progress, self._result):
            hidden.hide()
        self._open = self.button("open_retrained", "Open folder", self._open_folder, left=True)
        self._cancel = self.button("cancel", "Cancel", self.reject)
        self._go = self.button("retrain", "Retrain", self._begin, "primary")
        self._start = self.button("start_retrained", "Start endpoint", self._start_it, "primary")
        self._open.hide()
        self._start.hide()
        self.rejected.connect(self._give_up)
        self.finish(WIDTH)

    def _read(self, path: Path) -> None:
        self._session.bridge.work(partial(read_package, path), self._take)

    def _take(self, found: PackageFacts | StudioError) -> None:
        if isinstance(found, StudioError):
            self._say(found.message, is_wrong=True)
        else:
            self._form.take_facts(found)

    def _look(self) -> None:
        """Say where the next version goes, or what is wrong."""
        problem = self._form.problem
        replaces = not problem and self._form.out.exists()
        text = f"Version {self._form.version} goes to {self._form.out}"
        self._say(problem or text + (", and replaces what is there." if replaces else "."),
                  is_wrong=bool(problem) or replaces)  # fmt: skip
        self._go.setEnabled(not problem)

    def _say(self, text: str, *, is_wrong: bool) -> None:
        self._note.setText(text)
        self._note.setProperty("role", "warning" if is_wrong else "caption")
        self._note.style().polish(self._note)

    def _begin(self) -> None:
        order = self._order or self._form.order
        replaces = order.out.exists()
        self._order = replace(order, replaces=replaces, choice=self._choices.node)
        self._run()

    def _run(self, *, trusted: bool = False) -> None:
        if self._order is None:
            return
        self._show(self._progress)
        self._progress.show_progress("Looking at the experiment…")
        self._go.setEnabled(False)
        if self._work is None:
            self._work = Retraining(self._session, self._training, self._predictive)
            self._work.progressed.connect(self._progress.show_progress)
            self._work.choice_needed.connect(self._ask)
            self._work.trust_needed.connect(self._ask_trust)
            self._work.failed.connect(self._fail)
            self._work.done.connect(self._done)
        self._work.start(self._order, trusted=trusted)

    def _ask(self, choices: Sequence[ModelChoice]) -> None:
        self.sentence.setText("There are several models. Which one is to answer requests?")
        self._choices.show_choices(choices)
        self._go.setEnabled(True)
        self._show(self._choices)
        self._choices.setFocus()

    def _ask_trust(self, sentence: str) -> None:
        facts = self._form.facts
        dialog = TrustDialog("The package" if facts is None else facts.title, sentence, self)
        dialog.accepted.connect(lambda: self._run(trusted=True))
        dialog.rejected.connect(self.reject)
        dialog.open()

    def _fail(self, sentence: str) -> None:
        """Say what is wrong over the form, so that it can be set right and tried again."""
        self._order = None
        self._show(self._form, self._note)
        self._problem.say(sentence)
        self._look()
        self.fit()

    def _done(self, outcome: Outcome) -> None:
        self._work, self._made = None, outcome.path
        self._go.hide()
        self._cancel.setText("Close")
        self._result.show_outcome(outcome)
        if outcome.path is None:
            self.sentence.setText("The new model is not good enough, so no version was made.")
            self._cancel.setFocus()
        else:
            self.sentence.setText(f"Version {outcome.version} is good enough, and was made.")
            self._open.show()
            self._start.show()
            self._start.setFocus()
            self.package_made.emit(outcome.path)
        self._show(self._result)

    def _open_folder(self) -> None:
        if self._made is not None:
            self.folder_wanted.emit(self._made)

    def _start_it(self) -> None:
        if self._made is not None:
            self.start_wanted.emit(self._made)
            self.accept()

    def _give_up(self) -> None:
        if self._work is not None:
            self._work.cancel()

    def _show(self, *shown: QWidget) -> None:
        """Show some of the parts, and no problem."""
        for part in self._parts:
            part.setVisible(part in shown)
        self._problem.say("")
        self.fit()
