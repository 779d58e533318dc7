"""The work of making a predictive experiment: run, convert beside the window, read what came."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.app.draft import Draft
from studio.app.figures import count
from studio.app.node_titles import node_title
from studio.app.program import Ended, Program
from studio.app.serving.report import ModelChoice, ServiceReport
from studio.app.session import Session
from studio.document.edits import Batch, SetParams
from studio.document.experiment import Experiment
from studio.document.storage import load, save
from studio.sdk.errors import StudioError
from studio.session.file_paths import absolute_paths

CHOICE_NEEDED = 3
"""The exit code of a verb that asks which model is meant."""
_UP_TO_DATE = ("finished", "reused", "disabled")
_CONVERTING = "Following the path of a request…"


class Conversion(QObject):
    """Makes a predictive experiment of a training one, or brings one up to date.

    ``progressed`` carries a text and how far it is, or None; ``choice_needed`` the models among
    which one is to be chosen; ``failed`` a sentence; ``done`` the predictive experiment and the
    report.
    """

    progressed = Signal(str, object)
    choice_needed = Signal(object)
    failed = Signal(str)
    done = Signal(object, object)

    def __init__(self, session: Session, training: Draft, predictive: Draft | None) -> None:
        """Take what is converted, and what is brought up to date, if anything is.

        It belongs to the session: who began it may be gone before its program is.
        """
        super().__init__(session)
        self._session = session
        self._training = training
        self._predictive = predictive
        self._folder = Path(tempfile.mkdtemp(prefix="wireloom-service-"))
        self._file = self._folder / "training.experiment"
        self._out = self._folder / "predictive.experiment"
        self._old = None if predictive is None else predictive.experiment
        self._choice = ""
        self._program: Program | None = None
        self._is_over = False
        self._waits_for_run = False
        training.run_changed.connect(self._run_changed)

    def start(self, choice: str = "") -> None:
        """Begin, or go on with what was chosen: a node, or the text that a repair comes with."""
        self._choice = choice
        if self._training.is_running or not self._is_up_to_date():
            self._waits_for_run = True
            if not self._training.is_running:
                self._training.end_typing()
                self._training.run()
            self._run_changed()
        else:
            self._write()

    def cancel(self) -> None:
        """Give it up; a run that it began is stopped."""
        if self._waits_for_run:
            self._training.cancel()
        self._finish()

    def _is_up_to_date(self) -> bool:
        states = map(self._training.state, self._training.experiment.nodes)
        return all(state.status in _UP_TO_DATE for state in states)

    def _run_changed(self) -> None:
        run = self._training.last_run
        if not self._waits_for_run or run is None:
            return
        if run.outcome is None:
            fraction = run.done / run.total if run.total else None
            nodes = f": {run.done} of {count(run.total, 'node')}" if run.total else "…"
            self.progressed.emit(f"Running the training experiment{nodes}", fraction)
            return
        self._waits_for_run = False
        if run.outcome == "finished":
            self._write()
        else:
            self._fail(self._why_not(run.outcome))

    def _why_not(self, outcome: str) -> str:
        if outcome == "cancelled":
            return "The run was stopped before it had a result. Run the experiment to its end."
        for node in self._training.experiment.nodes:
            state = self._training.state(node)
            if state.status in ("failed", "incomplete"):
                return f"The run failed at “{node_title(self._training, node)}”: {state.sentence}"
        return "The run failed. Look at the Problems panel, set it right and try again."

    def _write(self) -> None:
        self.progressed.emit(_CONVERTING, None)
        training = self._training.experiment
        self._session.bridge.work(partial(self._save, training, self._old), self._convert)

    def _save(self, training: Experiment, predictive: Experiment | None) -> None:
        """Write what the verb reads; done elsewhere.

        What it writes over lies in another folder than the document, so that paths are absolute.
        """
        save(training, self._file)
        if predictive is not None:
            save(Batch(tuple(self._full_paths(predictive))).changed(predictive), self._out)

    def _full_paths(self, predictive: Experiment) -> Iterator[SetParams]:
        base = self._training.base if self._predictive is None else self._predictive.base
        return absolute_paths(predictive, self._session.registry, base)

    def _convert(self, problem: StudioError | None) -> None:
        if self._is_over:
            return
        if problem is not None:
            self._fail(problem.in_full)
            return
        arguments = [
            "predictive", str(self._file), str(self._out),
            "--base", str(self._training.base), "--workspace", str(self._session.workspace),
            *(["--choice", self._choice] if self._choice else []),
            *(["--update"] if self._predictive is not None else []),
        ]  # fmt: skip
        self._program = self._session.programs.begin(*arguments, told=self._told, then=self._ended)

    def _told(self, told: dict[str, Any]) -> None:
        if "progress" in told and not self._is_over:
            self.progressed.emit(str(told.get("text") or _CONVERTING), told["progress"])

    def _ended(self, end: Ended) -> None:
        self._program = None
        if self._is_over:
            self._clean()
        elif end.code == CHOICE_NEEDED:
            self.choice_needed.emit(ModelChoice.all_of(end.answer))
        elif not end.is_well:
            self._fail(end.sentence)
        else:
            report = ServiceReport.from_dict(end.answer)
            self._session.bridge.work(self._load, partial(self._take, report))

    def _load(self) -> Experiment:
        """Read what the verb wrote, paths as the person wrote them; done elsewhere."""
        made = load(self._out, self._session.registry).experiment
        if self._old is None:
            return made
        edits = [
            SetParams(edit.node, {name: self._old.nodes[edit.node].params[name]})
            for edit in self._full_paths(self._old)
            for name, path in edit.values.items()
            if edit.node in made.nodes and made.nodes[edit.node].params.get(name) == path
        ]
        return Batch(tuple(edits)).changed(made)

    def _take(self, report: ServiceReport, found: Experiment | StudioError) -> None:
        if self._is_over:
            return
        if isinstance(found, StudioError):
            self._fail(found.in_full)
            return
        self._finish()
        self.done.emit(found, report)

    def _fail(self, sentence: str) -> None:
        if not self._is_over:
            self.failed.emit(sentence)

    def _finish(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._training.run_changed.disconnect(self._run_changed)
        if self._program is None:
            self._clean()
        else:
            self._program.stop()

    def _clean(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self.deleteLater()
