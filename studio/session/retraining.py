"""Retraining: an experiment trained on new data, and the next version of its package."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from studio.document.experiment import Experiment
from studio.engine.engine import Engine
from studio.export.predictive.choice import Choice
from studio.export.predictive.flow import Flow
from studio.export.predictive.report import Prediction
from studio.export.writing import refuse_taken
from studio.registry.discovery import open_registry
from studio.scoring.folder import Package
from studio.sdk.errors import StudioError
from studio.session.decision import Decision
from studio.session.evaluation import find_judge
from studio.session.gate import Gate
from studio.session.held_out import Training
from studio.session.library import Library
from studio.session.new_data import training_of, with_data
from studio.session.packaging import (
    Made,
    Progress,
    Ready,
    Wish,
    put_package,
    ready_package,
    require_no_trouble,
    require_version,
    run_to_end,
)
from studio.session.predictive import remembered_choice, set_up, update
from studio.session.trial import Trial

_LAST_NUMBER = re.compile(r"(\d+)(\D*)$")


class VersionTaken(StudioError):
    """The new version would be called as the old one is."""

    code = "version_taken"
    sentence = "The old package is version {version} already."
    hint = "Give another one (--version), or none, to count on."


class Predictive(NamedTuple):
    """A predictive experiment that a person has edited, and the folder its paths start from."""

    experiment: Experiment
    base: Path


@dataclass(frozen=True)
class Order:
    """What is retrained, on what.

    Attributes:
        data: Files to train on, by node; see :func:`with_data`. Empty for those of the experiment.
        predictive: The predictive experiment of which the old package was made, where a person
            edited it: its edits stay.
        shown: Whether runs show how far they are; by default on a terminal only.
    """

    data: Mapping[str, Path] = field(default_factory=dict)
    predictive: Predictive | None = None
    shown: bool | None = None


@dataclass(frozen=True)
class Retrained:
    """What came of retraining.

    Attributes:
        decision: Whether the gate was met, and by what that was decided.
        made: The new version; None where the gate was not met: then nothing was written.
    """

    decision: Decision
    made: Made | None


def retrain(
    engine: Engine,
    experiment: Experiment,
    base: Path,
    package: Package,
    out: Path,
    wish: Wish,
    gate: Gate,
    progress: Progress,
    order: Order | None = None,
) -> Retrained:
    """Train an experiment on new data, and write the next version of its package if that is better.

    What is in the store is not computed again. Both versions answer the same rows that were held
    out, and the experiment's own evaluation judges the answers.

    Args:
        experiment, base: The training experiment, and the folder that its paths start from.
        package: The old version.
        out: Where the new version is written: a folder, or a .zip file.
        wish: What is wanted of it. Where it leaves that empty, name and description are the old
            version's, and the version is counted on.
        gate: What the new version must show.
        order: What else is to be known: by default, the experiment is run as it is.

    Raises a StudioError where that cannot be found out; then nothing is written either.
    """
    order = order or Order()
    wish = _next(wish, package)
    refuse_taken(out, replace=wish.replace)
    work = _Retraining(engine, base, package, gate, progress, order)
    with TemporaryDirectory(prefix="wireloom-saved-") as saved:
        ready, decision = work.decided(experiment, wish, Library(Path(saved)))
    if not decision.is_met:
        return Retrained(decision, None)
    return Retrained(decision, put_package(ready, out, progress, replace=wish.replace))


def next_version(version: str) -> str:
    """Return a version counted on: “1” gives “2”, “1.4” gives “1.5”, “beta” gives “beta.2”."""
    found = _LAST_NUMBER.search(version)
    if found is None:
        return f"{version}.2"
    digits, rest = found.groups()
    return f"{version[: found.start()]}{int(digits) + 1:0{len(digits)}}{rest}"


def _next(wish: Wish, package: Package) -> Wish:
    old = package.manifest
    version = wish.version or next_version(old.version)
    if version == old.version:
        raise VersionTaken(version=version)
    require_version(version)
    return replace(
        wish,
        name=wish.name or old.name,
        version=version,
        description=wish.description or old.description,
        previous=wish.previous or old.content,
    )


@dataclass(frozen=True)
class _Retraining:
    """One retraining under way."""

    engine: Engine
    base: Path
    package: Package
    gate: Gate
    progress: Progress
    order: Order

    def decided(
        self, experiment: Experiment, wish: Wish, library: Library
    ) -> tuple[Ready, Decision]:
        """Return a package that is ready to be written, and whether it is to be."""
        registry, predictive = open_registry(), self.order.predictive
        choice = wish.choice
        if choice is None and predictive is not None:
            choice = remembered_choice(predictive.experiment, experiment)
        experiment = with_data(experiment, registry, self.order.data, choice)
        flow = Flow.of(experiment, registry)
        candidate, score = training_of(flow, choice)
        self.progress(0.0, "Running the training experiment")
        run = run_to_end(self.engine, experiment, self.base, self.order.shown)
        training = Training(flow, run, candidate, score)
        judge, metric = find_judge(flow, run, score, self.gate)
        self.gate.direction(metric)
        ready = self._ready(self._converted(training, choice, library), wish)
        self.progress(0.8, "Judging both versions on the rows held out")
        trial = Trial(
            self.engine, self.package, training, self.base, ready, self._predictive_base,
            self.order.shown,
        )  # fmt: skip
        decision = trial.decision(self.gate, judge, metric)
        return _with(ready, decision), decision

    @property
    def _predictive_base(self) -> Path:
        return self.base if self.order.predictive is None else self.order.predictive.base

    def _converted(self, training: Training, choice: Choice | None, library: Library) -> Prediction:
        experiment, predictive = training.flow.experiment, self.order.predictive
        if predictive is None:
            made = set_up(
                self.engine, experiment, self.base, choice=choice, run=training.run,
                library=library,
            )  # fmt: skip
        else:
            made = update(
                self.engine, predictive.experiment, experiment, self.base,
                predictive_base=predictive.base, choice=choice, run=training.run, library=library,
            )  # fmt: skip
        require_no_trouble(experiment, made)
        return made

    def _ready(self, prediction: Prediction, wish: Wish) -> Ready:
        ready = ready_package(
            self.engine, prediction.experiment, self._predictive_base, wish, self.progress,
            shown=self.order.shown,
        )  # fmt: skip
        return replace(ready, prediction=prediction)


def _with(ready: Ready, decision: Decision) -> Ready:
    """Return a package whose manifest says how it was decided that it is made."""
    order = ready.content.order
    run = {**order.run, "retraining": decision.to_dict()}
    content = replace(ready.content, order=replace(order, run=run))
    return replace(ready, content=content)
