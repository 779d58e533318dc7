"""The dialog that makes a model package of an experiment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.app.dialogs.dialog import Dialog
from studio.app.dialogs.model_choices import ModelChoices
from studio.app.dialogs.package_form import PackageForm
from studio.app.dialogs.package_result import PackageResult
from studio.app.dialogs.packaging import Packaged, PackageOrder, Packaging
from studio.app.dialogs.problem_note import ProblemNote
from studio.app.dialogs.progress_line import ProgressLine
from studio.app.dialogs.verification import Verification
from studio.app.draft import Draft
from studio.app.serving.package_facts import (
    KnownPackages,
    PackageFacts,
    is_package,
    read_packages,
)
from studio.app.serving.report import ModelChoice
from studio.app.session import Session
from studio.app.theme import SPACE
from studio.app.widgets.icon_label import IconLabel

WIDTH = 600
_FOLDER = "package_folder"
_SENTENCE = "All that another system needs to get the studio's own answers, without the studio."
_INSIDE = (
    ("workflow", "The way from raw columns to scored columns as a program and, where it gives the"
     " very same answers, as one ONNX model"),
    ("circle-check", "The proof: real rows with the studio's answers, which anybody can replay"),
    ("cloud", "A server, Dockerfile, compose file, Kubernetes manifests, OpenAPI and MLflow files"),
    ("scroll-text", "A model card with calls in curl, Python, R, C#, JavaScript and Excel"),
)  # fmt: skip
_MADE_FROM = re.compile(r"\s*[\[(]?predictive( exp\.| experiment)?[\])]?\s*$", re.IGNORECASE)


class ExportPackageDialog(Dialog):
    """Asks, shows how far it is, and what the proof says.

    ``package_made`` carries the path of a package, ``start_wanted`` one that is to be served,
    ``folder_wanted`` one that is to be looked at in the system's own way.
    """

    package_made = Signal(object)
    start_wanted = Signal(object)
    folder_wanted = Signal(object)

    def __init__(self, session: Session, draft: Draft, parent: QWidget | None = None) -> None:
        """Offer to make a package of a draft."""
        super().__init__("export_package_dialog", "Export model package", _SENTENCE, parent)
        self._session = session
        self._draft = draft
        self._work: Packaging | None = None
        self._order: PackageOrder | None = None
        self._made: Packaged | None = None
        self._build()
        self._look()
        session.bridge.work(partial(_known, session.endpoints.facts, self._form.folder), self._know)

    def _build(self) -> None:
        draft = self._draft
        name = _MADE_FROM.sub("", draft.experiment.name) or draft.title
        self._form = PackageForm(name, _first_line(draft.experiment.description), self._place())
        self._form.edited.connect(self._look)
        self._note = QLabel()
        self._note.setObjectName("package_note")
        self._note.setWordWrap(True)
        self._inside = _inside()
        self._choices = ModelChoices()
        self._progress = ProgressLine("package_progress")
        self._problem = ProblemNote("package_problem")
        self._result = PackageResult()
        for widget in (self._form, self._note, self._inside, self._choices, self._progress,
                       self._result, self._problem):  # fmt: skip
            self.add(widget)
        for hidden in (self._choices, self._progress, self._result):
            hidden.hide()
        self._open = self.button("open_package", "Open folder", self._open_folder, left=True)
        self._again = self.button("verify_again", "Verify again", self._verify, left=True)
        self._cancel = self.button("cancel", "Cancel", self.reject)
        self._export = self.button("export", "Export", self._begin, "primary")
        self._start = self.button("start_endpoint", "Start endpoint", self._start_it, "primary")
        for button in (self._open, self._again, self._start):
            button.hide()
        self.rejected.connect(self._give_up)
        self.finish(WIDTH)

    def _place(self) -> Path:
        """Return the folder that packages were put into last, or one beside the experiment."""
        last = self._session.remembered.get(_FOLDER, "")
        if last and Path(last).is_dir():
            return Path(last)
        return self._draft.base if self._draft.path is not None else Path.home()

    def _know(self, known: Any) -> None:
        if isinstance(known, KnownPackages):
            self._form.take_known(known)

    def _look(self) -> None:
        """Say where the package goes, or what is wrong."""
        problem = self._form.problem
        replaces = not problem and self._form.out.exists()
        text = f"{self._form.out}{' is there already and is replaced.' if replaces else ''}"
        self._note.setText(problem or text)
        self._note.setProperty("role", "warning" if problem or replaces else "caption")
        self._note.style().polish(self._note)
        self._export.setText("Replace" if replaces else "Export")
        self._export.setEnabled(not problem)

    def _begin(self) -> None:
        order = self._order or self._form.order
        order = replace(order, replaces=self._form.out.exists(), choice=self._choices.node)
        self._order = order
        self._session.remembered.set(_FOLDER, str(order.out.parent))
        self._show(self._progress)
        self._progress.show_progress("Looking at the experiment…")
        self._export.setEnabled(False)
        if self._work is None:
            self._work = Packaging(self._session, self._draft)
            self._work.progressed.connect(self._progress.show_progress)
            self._work.choice_needed.connect(self._ask)
            self._work.failed.connect(self._fail)
            self._work.done.connect(self._done)
        self._work.start(order)

    def _ask(self, choices: Sequence[ModelChoice]) -> None:
        self.sentence.setText("There are several models. Which one is to answer requests?")
        self._choices.show_choices(choices)
        self._export.setEnabled(True)
        self._show(self._choices)
        self._choices.setFocus()

    def _fail(self, sentence: str) -> None:
        """Say what is wrong over the form, so that it can be set right and tried again."""
        self._order = None
        self._show(self._form, self._note)
        self._problem.say(sentence)
        self._look()
        self.fit()

    def _done(self, made: Packaged) -> None:
        self._work, self._made = None, made
        name, version = (made.manifest.get(key, "") for key in ("name", "version"))
        self.sentence.setText(f"“{name}”, version {version}, is ready.")
        self._result.show_package(made)
        self._show(self._result)
        for button in (self._open, self._again, self._start):
            button.show()
        self._export.hide()
        self._cancel.setText("Close")
        self._start.setFocus()
        self.package_made.emit(made.path)

    def _verify(self) -> None:
        if self._made is None:
            return
        self._again.setEnabled(False)
        self._progress.show_progress("Replaying the proof through every path…")
        self._show(self._result, self._progress)
        work = Verification(self._session, self._made.path)
        self.finished.connect(work.stop)
        work.progressed.connect(self._progress.show_progress)
        work.failed.connect(self._not_verified)
        work.done.connect(self._verified)
        # The code in the package that was just made is the person's own.
        work.start(trusted=True)

    def _verified(self, is_equal: bool, rows: int, paths: Mapping[str, str]) -> None:
        self._again.setEnabled(True)
        self._result.show_proof(rows, paths, is_equal=is_equal)
        self._show(self._result)

    def _not_verified(self, sentence: str) -> None:
        self._again.setEnabled(True)
        self._show(self._result)
        self._problem.say(sentence)
        self.fit()

    def _open_folder(self) -> None:
        if self._made is not None:
            self.folder_wanted.emit(self._made.path)

    def _start_it(self) -> None:
        if self._made is not None:
            self.start_wanted.emit(self._made.path)
            self.accept()

    def _give_up(self) -> None:
        if self._work is not None:
            self._work.cancel()

    def _show(self, *shown: QWidget) -> None:
        """Show some of the parts, and no problem."""
        parts = (self._form, self._note, self._inside, self._choices, self._progress, self._result)
        for part in parts:
            part.setVisible(part in shown)
        self._problem.say("")
        self.fit()


def _inside() -> QFrame:
    """Return a card that says what is in a package."""
    card = QFrame()
    card.setObjectName("package_inside")
    card.setProperty("kind", "card")
    lines = QVBoxLayout(card)
    lines.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
    lines.setSpacing(2 * SPACE)
    head = QLabel("What will be inside")
    head.setProperty("role", "strong")
    lines.addWidget(head)
    for picture, text in _INSIDE:
        line = QHBoxLayout()
        line.setSpacing(2 * SPACE)
        label = QLabel(text)
        label.setProperty("role", "soft")
        label.setWordWrap(True)
        line.addWidget(IconLabel(picture, "accent", side=16))
        line.addWidget(label, 1)
        lines.addLayout(line)
    return card


def _known(facts: Sequence[PackageFacts], folder: Path) -> KnownPackages:
    """Return the packages that are known here, and those in a folder; done elsewhere."""
    try:
        paths = [path for path in folder.iterdir() if is_package(path)]
    except OSError:
        paths = []
    found = [*facts, *read_packages(paths)]
    return KnownPackages.of(item.manifest for item in found)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
