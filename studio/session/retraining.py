"""Retraining: an experiment trained on new data, and the next version of its package."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from studio.document.experiment import Experiment
from studio.engine.engine import Engine
from studio.export.predictive.choice import Choice
from studio.export.predictive.flow import Flow
from studio.export.predictive.report import Prediction
from studio.export.writing import refuse_taken
from studio.registry.discovery import open_registry
from studio.scoring.folder import Package
from studio.sdk.errors import Problem, StudioError
from studio.serve.switchboard import compare
from studio.session.evaluation import Judge, find_judge, judged
from studio.session.gate import Decision, Gate, Rows
from studio.session.held_out import HeldOut, Training, files_read, rows_of_file, rows_of_split
from studio.session.known_rows import doubts
from studio.session.library import Library
from studio.session.new_data import file_parameter, training_of, with_data
from studio.session.packaging import (
    Made,
    Progress,
    Ready,
    Wish,
    put_package,
    ready_package,
    require_no_trouble,
    run_to_end,
)
from studio.session.predictive import choice_of, set_up, update
from studio.session.version_answers import Answers, NothingAnswered, Version, answers_of

if TYPE_CHECKING:
    from studio.sdk.table import Table

_LAST_NUMBER = re.compile(r"(\d+)(\D*)$")


class ColumnsDiffer(StudioError):
    """The new version would be asked with other columns than the old one, or answer with others."""

    code = "columns_differ"
    sentence = "The new version differs from version {version} in its columns: {differences}."
    hint = "Whoever asks an endpoint would notice; allow it with --allow-changes."


class VersionTaken(StudioError):
    """The new version would be called as the old one is."""

    code = "version_taken"
    sentence = "The old package is version {version} already."
    hint = "Leave --version out to count on, or give another one."


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
            choice = choice_of(predictive.experiment, experiment)
        experiment = with_data(experiment, registry, self.order.data, choice)
        flow = Flow.of(experiment, registry)
        candidate, score = training_of(flow, choice)
        self.progress(0.0, "Running the training experiment")
        run = run_to_end(self.engine, experiment, self.base, self.order.shown)
        training = Training(flow, run, candidate, score)
        bench = _Bench(*find_judge(flow, run, score, self.gate))
        self.gate.direction(bench.metric)
        prediction = self._converted(training, choice, library)
        ready = self._ready(prediction, wish)
        self.progress(0.9, "Judging both versions on the rows held out")
        decision = self._decision(training, ready, bench)
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

    def _decision(self, training: Training, ready: Ready, bench: _Bench) -> Decision:
        changes = self._changes(ready)
        held_out = self._held_out(training, ready)
        old, new, warnings = self._answers(ready, held_out)
        both = old.complete & new.complete
        if not both.any():
            reasons = [*old.refusals, *new.refusals]
            raise NothingAnswered(rows=held_out.rows, why=f": {reasons[0]}" if reasons else "")
        figures = judged(
            self.engine, training.flow, self.base, training.score, bench.judge,
            {"old": old.table(both), "new": new.table(both)}, self.order.shown,
        )  # fmt: skip
        data = dict(self._data(training))
        doubted = doubts(
            self.package, _first(ready), next(iter(held_out.tables.values())), data.values(),
            is_split=held_out.origin == "split",
        )  # fmt: skip
        return Decision(
            metric=bench.metric,
            better=self.gate.direction(bench.metric),
            margin=self.gate.margin,
            is_usual=not self.gate.metric,
            judge=training.flow.title(bench.judge.node),
            previous=self.package.manifest.version,
            content=self.package.manifest.content,
            rows=Rows(
                held_out.origin, held_out.where, held_out.rows, int(both.sum()), held_out.data
            ),
            old_figures=figures["old"],
            new_figures=figures["new"],
            changes=changes,
            data=data,
            warnings=(*held_out.warnings, *self._other(ready), *doubted, *warnings),
        )

    def _changes(self, ready: Ready) -> tuple[str, ...]:
        """Return how the columns differ from the old version's; raises ColumnsDiffer."""
        found = compare(self.package.signature, ready.content.signature)
        if found and not self.gate.allow_changes:
            raise ColumnsDiffer(
                version=self.package.manifest.version, differences="; ".join(found[:10])
            )
        return tuple(found)

    def _held_out(self, training: Training, ready: Ready) -> HeldOut:
        file, base = self.gate.held_out, self._predictive_base
        if file is None:
            return rows_of_split(training, ready)
        return rows_of_file(self.engine, ready, base, file, self.order.shown)

    def _answers(self, ready: Ready, held_out: HeldOut) -> tuple[Answers, Answers, list[Problem]]:
        """Return the answers of the old and the new version, and what is strange about them."""
        version, content = f"Version {self.package.manifest.version}", ready.content
        old = answers_of(
            Version(version, self.package.program, self.package.signature), held_out.tables
        )
        new = answers_of(
            Version("The new model", content.program, content.signature), held_out.tables
        )
        warnings = [
            Problem(
                "rows_refused",
                f"{name} cannot answer {count:,} of the {held_out.rows:,} rows held out, which "
                f"are left out for both: {why}.",
                severity="warning",
            )
            for name, answers in ((version, old), ("The new model", new))
            for why, count in answers.refusals.items()
        ]
        if not _equal_labels(old, new):
            sentence = (
                f"{version} and the new model treat the label in different ways before they score: "
                "figures that depend on its units cannot be compared."
            )
            warnings.append(Problem("labels_differ", sentence, severity="warning"))
        return old, new, warnings

    def _other(self, ready: Ready) -> Iterator[Problem]:
        if ready.content.order.experiment.id != self.package.manifest.experiment:
            sentence = "The old package was made from another experiment than this one."
            yield Problem("other_experiment", sentence, severity="warning")

    def _data(self, training: Training) -> Iterator[tuple[str, str]]:
        """Yield the files that the new version was made from: where each was read, and its hash."""
        flow = training.flow
        for node in flow.ancestors(training.score):
            if file_parameter(flow, node) is not None:
                for param, value in files_read(self.engine, training.run, node):
                    yield f"{node}.{param}", value


class _Bench(NamedTuple):
    """Who judges, and by which figure."""

    judge: Judge
    metric: str


def _first(ready: Ready) -> Table:
    """Return the rows that the new version was made from, as requests have them."""
    place = next(iter(ready.content.compiled.places.values()))
    found: Table = ready.run[place.node][place.port]
    return found


def _equal_labels(old: Answers, new: Answers) -> bool:
    import numpy as np

    both = old.complete & new.complete
    pairs = zip(old.labels, new.labels, strict=False)
    return all(bool(np.array_equal(one[both], other[both])) for one, other in pairs)


def _with(ready: Ready, decision: Decision) -> Ready:
    """Return a package whose manifest says how it was decided that it is made."""
    order = ready.content.order
    run = {**order.run, "retraining": decision.to_dict()}
    content = replace(ready.content, order=replace(order, run=run))
    return replace(ready, content=content)
