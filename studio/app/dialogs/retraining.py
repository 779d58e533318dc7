"""The work of retraining: the verb beside the window, and what it says of both versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from typing_extensions import override

from studio.app.dialogs.experiment_work import ExperimentWork
from studio.app.draft import Draft
from studio.app.program import Ended
from studio.app.serving.endpoint import TRUST
from studio.app.session import Session
from studio.document.edits import Batch
from studio.document.experiment import Experiment
from studio.document.storage import save
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


class Retraining(ExperimentWork):
    """Retrains; ``done`` carries an :class:`Outcome`."""

    def __init__(self, session: Session, training: Draft, predictive: Draft | None) -> None:
        """Take the training experiment, and the predictive one whose edits stay."""
        super().__init__(session)
        self._training = training
        self._predictive = predictive

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
        self._run(partial(self._save, drafts), arguments)

    @override
    def _result(self, end: Ended) -> Outcome | None:
        is_judged = end.code in (0, GATE_MISSED) and "decision" in end.answer
        return Outcome.from_dict(end.answer) if is_judged else None

    def _save(self, drafts: list[tuple[Experiment, Path]]) -> None:
        """Write what the verb reads, with whole paths, as it lies elsewhere; done elsewhere."""
        for (experiment, base), name in zip(drafts, (_TRAINING, _PREDICTIVE), strict=False):
            edits = tuple(absolute_paths(experiment, self._session.registry, base))
            whole = Batch(edits).changed(experiment)
            if name == _PREDICTIVE:
                whole = replace(whole, training=replace(whole.training, file=_TRAINING))
            save(whole, self._folder / name)
