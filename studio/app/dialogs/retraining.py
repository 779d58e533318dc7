"""The work of retraining: the verb beside the window, and what it says of both versions."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.app.dialogs.conversion import CHOICE_NEEDED
from studio.app.draft import Draft
from studio.app.program import Ended, Program
from studio.app.serving.endpoint import TRUST, needs_trust
from studio.app.serving.report import ModelChoice
from studio.app.session import Session
from studio.document.edits import Batch
from studio.document.experiment import Experiment
from studio.document.storage import save
from studio.sdk.errors import StudioError
from studio.session.file_paths import absolute_paths

GATE_MISSED = 4
"""The exit code of the verb where the new version is not good enough."""
_TRAINING, _PREDICTIVE = "training.experiment", "predictive.experiment"


@dataclass(frozen=True)
class RetrainOrder:
    """What is retrained, on what, and what the new version must show.

    Attributes:
        package: The version in use.
        out: Where the next one goes.
        data: Files to train on, by node; those of the experiment where a node is left out.
        metric: The figure that decides; empty for the usual one.
        margin: How much better it must be; below 0, how much worse it may be.
        held_out: A file of rows to judge on; empty for those that the experiment's split leaves.
    """

    package: Path
    out: Path
    version: str
    data: Mapping[str, str] = field(default_factory=dict)
    metric: str = ""
    margin: float = 0.0
    held_out: str = ""
    allow_changes: bool = False
    replaces: bool = False
    choice: str = ""

    @property
    def arguments(self) -> list[str]:
        """The order as the verb takes it, but for the experiment."""
        return [
            str(self.package), str(self.out), "--version", self.version,
            f"--margin={self.margin!r}",
            *(word for node, file in self.data.items() for word in ("--data", f"{node}={file}")),
            *(["--metric", self.metric] if self.metric else []),
            *(["--held-out", self.held_out] if self.held_out else []),
            *(["--allow-changes"] if self.allow_changes else []),
            *(["--replace"] if self.replaces else []),
            *(["--choice", self.choice] if self.choice else []),
        ]  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What came of retraining.

    Attributes:
        path: The new package; None where the new version was not good enough.
        version: The new version.
        metric: The figure that decided.
        previous: The version that it was compared with.
        rows: How many rows both were judged on.
        where: Which rows those were.
        old_figures, new_figures: All figures of both on those rows.
        changes: How the columns of requests and replies differ.
        warnings: Why the figures may be worth less than they seem to be.
    """

    path: Path | None
    version: str
    metric: str
    previous: str
    rows: int
    where: str
    old_figures: Mapping[str, float | None]
    new_figures: Mapping[str, float | None]
    changes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Outcome:
        """Read what the verb ``retrain`` tells last."""
        decision = data.get("decision", {})
        rows, previous = decision.get("rows", {}), decision.get("previous", {})
        package = data.get("package")
        return cls(
            Path(str(package)) if package else None,
            str(data.get("version") or ""),
            str(decision.get("metric", "")),
            str(previous.get("version", "")),
            int(rows.get("judged", 0)),
            str(rows.get("where", "")),
            previous.get("figures", {}),
            decision.get("new", {}).get("figures", {}),
            tuple(map(str, decision.get("changes", ()))),
            tuple(map(str, decision.get("warnings", ()))),
        )


class Retraining(QObject):
    """Retrains; ``trust_needed`` and the other signals are as :class:`Verification` has them.

    ``choice_needed`` carries the models among which one is to be chosen, ``done`` an Outcome.
    """

    progressed = Signal(str, object)
    choice_needed = Signal(object)
    trust_needed = Signal(str)
    failed = Signal(str)
    done = Signal(object)

    def __init__(self, session: Session, training: Draft, predictive: Draft | None) -> None:
        """Take the training experiment, and the predictive one whose edits stay.

        It belongs to the session, as its program does.
        """
        super().__init__(session)
        self._session = session
        self._training = training
        self._predictive = predictive
        self._folder = Path(tempfile.mkdtemp(prefix="wireloom-retrain-"))
        self._program: Program | None = None
        self._is_over = False

    def start(self, order: RetrainOrder, *, trusted: bool = False) -> None:
        """Begin; ``trusted`` lets code run that the package brings."""
        drafts = [(self._training.experiment, self._training.base)]
        if self._predictive is not None:
            drafts.append((self._predictive.experiment, self._predictive.base))
        file = self._folder / (_TRAINING if self._predictive is None else _PREDICTIVE)
        arguments = [
            "retrain", str(file), *order.arguments, "--workspace", str(self._session.workspace),
            *([TRUST] if trusted else []),
        ]  # fmt: skip
        self._session.bridge.work(
            partial(self._save, drafts), partial(self._begin, arguments)
        )  # fmt: skip

    def cancel(self) -> None:
        """Give it up."""
        self._is_over = True
        if self._program is None:
            self._clean()
        else:
            self._program.stop()

    def _save(self, drafts: list[tuple[Experiment, Path]]) -> None:
        """Write what the verb reads, with whole paths, as it lies elsewhere; done elsewhere."""
        for (experiment, base), name in zip(drafts, (_TRAINING, _PREDICTIVE), strict=False):
            edits = tuple(absolute_paths(experiment, self._session.registry, base))
            whole = Batch(edits).changed(experiment)
            if name == _PREDICTIVE:
                whole = replace(whole, training=replace(whole.training, file=_TRAINING))
            save(whole, self._folder / name)

    def _begin(self, arguments: list[str], problem: StudioError | None) -> None:
        if self._is_over:
            return
        if problem is not None:
            self.failed.emit(problem.in_full)
            return
        self._program = self._session.programs.begin(*arguments, told=self._told, then=self._ended)

    def _told(self, told: Mapping[str, Any]) -> None:
        if "progress" in told and not self._is_over:
            self.progressed.emit(f"{told.get('text', '')} …", told["progress"])

    def _ended(self, end: Ended) -> None:
        self._program = None
        if self._is_over:
            self._clean()
        elif end.code == CHOICE_NEEDED:
            self.choice_needed.emit(ModelChoice.all_of(end.answer))
        elif needs_trust(end):
            self.trust_needed.emit(end.sentence)
        elif end.code in (0, GATE_MISSED) and "decision" in end.answer:
            self._is_over = True
            self._clean()
            self.done.emit(Outcome.from_dict(end.answer))
        else:
            self.failed.emit(end.sentence)

    def _clean(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self.deleteLater()
