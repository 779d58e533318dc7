"""The dialog that makes a predictive experiment of a training one, or brings it up to date."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.app.dialogs.conversion import Conversion
from studio.app.dialogs.dialog import Dialog
from studio.app.dialogs.model_choices import ModelChoices
from studio.app.dialogs.problem_note import ProblemNote
from studio.app.dialogs.progress_line import ProgressLine
from studio.app.draft import Draft
from studio.app.serving.report import ModelChoice
from studio.app.session import Session

WIDTH = 520
_NEW = (
    "A predictive experiment is made of “{title}”. What was trained and fitted is saved, what only"
    " served the training goes, and the places where requests come in and replies go out are set."
)
_UPDATE = (
    "The predictive experiment takes over what “{title}” has trained and fitted since. What you"
    " changed in it stays; all of it is one step of Undo."
)
_CHOOSE = "The experiment trains several models. Which one is to answer requests?"


class SetUpServiceDialog(Dialog):
    """Shows how far it is, asks which model is meant, says what is wrong.

    ``made`` carries the predictive experiment and the report of what was done.
    """

    made = Signal(object, object)

    def __init__(
        self,
        session: Session,
        training: Draft,
        predictive: Draft | None = None,
        choice: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Begin at once; with ``predictive`` it is brought up to date, and with ``choice``, which a
        repair comes with, a problem is solved.
        """
        title = "Set up web service" if predictive is None else "Update predictive experiment"
        text = _NEW if predictive is None else _UPDATE
        super().__init__("set_up_service_dialog", title, text.format(title=training.title), parent)
        self._work = Conversion(session, training, predictive)
        self._progress = ProgressLine("service_progress")
        self._choices = ModelChoices()
        self._choices.hide()
        self._problem = ProblemNote("service_problem")
        for widget in (self._progress, self._choices, self._problem):
            self.add(widget)
        self._cancel = self.button("cancel", "Cancel", self.reject)
        self._go_on = self.button("go_on", "Set up", self._go_on_with, "primary")
        self._go_on.hide()
        self._work.progressed.connect(self._progress.show_progress)
        self._work.choice_needed.connect(self._ask)
        self._work.failed.connect(self._fail)
        self._work.done.connect(self._done)
        self.rejected.connect(self._work.cancel)
        self.finish(WIDTH)
        self._progress.show_progress("Looking at the experiment…")
        self._work.start(choice)

    def _ask(self, choices: Sequence[ModelChoice]) -> None:
        self.sentence.setText(_CHOOSE)
        self._progress.hide()
        self._choices.show_choices(choices)
        self._choices.show()
        self._choices.setFocus()
        self._go_on.show()
        self.fit()

    def _go_on_with(self) -> None:
        self._choices.setEnabled(False)
        self._go_on.setEnabled(False)
        self._progress.show()
        self._work.start(self._choices.node)

    def _fail(self, sentence: str) -> None:
        self._progress.hide()
        self._choices.hide()
        self._go_on.hide()
        self._problem.say(sentence)
        self._cancel.setText("Close")
        self._cancel.setFocus()
        self.fit()

    def _done(self, experiment: object, report: object) -> None:
        self.made.emit(experiment, report)
        self.accept()
