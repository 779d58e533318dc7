"""A trial: the old and the new version answer the same rows, and the experiment's judge decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.engine.engine import Engine
from studio.scoring.folder import Package
from studio.sdk.errors import Problem, StudioError
from studio.serve.switchboard import compare
from studio.session.decision import Decision, Rows
from studio.session.evaluation import Judge, judged
from studio.session.gate import Figures, Gate
from studio.session.held_out import HeldOut, Training, files_read, rows_of_file, rows_of_split
from studio.session.known_rows import doubts
from studio.session.new_data import file_parameter
from studio.session.packaging import Ready
from studio.session.version_answers import Answers, NothingAnswered, Version, answers_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.sdk.table import Table

_NEW = "The new model"


class ColumnsDiffer(StudioError):
    """The new version would be asked with other columns than the old one, or answer with others."""

    code = "columns_differ"
    sentence = "The new version differs from version {version} in its columns: {differences}."
    hint = "Whoever asks an endpoint would notice; allow it if they know (--allow-changes)."


@dataclass(frozen=True, eq=False)
class Trial:
    """Two versions that are to be compared.

    Attributes:
        package: The old version.
        training, base: The training that made the new one, and the folder of its paths.
        ready, predictive_base: The new version, and the folder of its predictive experiment.
        shown: Whether runs show how far they are.
    """

    engine: Engine
    package: Package
    training: Training
    base: Path
    ready: Ready
    predictive_base: Path
    shown: bool | None = None

    def decision(self, gate: Gate, judge: Judge, metric: str) -> Decision:
        """Return whether the new version meets a gate, by a figure that a judge gives.

        Raises ColumnsDiffer, NothingAnswered, RunFailed, and what finding the rows raises.
        """
        changes = self._changes(gate)
        held_out = self._held_out(gate)
        old, new = self._answers(held_out)
        both = old.complete & new.complete
        if not both.any():
            reasons = [*old.refusals, *new.refusals]
            raise NothingAnswered(rows=held_out.rows, why=f": {reasons[0]}" if reasons else "")
        figures = self._figures(judge, old.table(both), new.table(both))
        data = dict(self._data())
        return Decision(
            metric=metric,
            better=gate.direction(metric),
            margin=gate.margin,
            is_usual=not gate.metric,
            judge=self.training.flow.title(judge.node),
            previous=self.package.manifest.version,
            content=self.package.manifest.content,
            rows=Rows(
                held_out.origin, held_out.where, held_out.rows, int(both.sum()), held_out.data
            ),
            old_figures=figures["old"],
            new_figures=figures["new"],
            changes=changes,
            data=data,
            warnings=(
                *held_out.warnings,
                *self._doubts(held_out, data),
                *self._strange(held_out, old, new, both),
            ),
        )

    def _changes(self, gate: Gate) -> tuple[str, ...]:
        """Return how the columns differ from the old version's; raises ColumnsDiffer."""
        found = compare(self.package.signature, self.ready.content.signature)
        if found and not gate.allow_changes:
            version = self.package.manifest.version
            raise ColumnsDiffer(version=version, differences="; ".join(found))
        return tuple(found)

    def _held_out(self, gate: Gate) -> HeldOut:
        if gate.held_out is None:
            return rows_of_split(self.training, self.ready)
        base = self.predictive_base
        return rows_of_file(self.engine, self.ready, base, gate.held_out, self.shown)

    def _answers(self, held_out: HeldOut) -> tuple[Answers, Answers]:
        package, content = self.package, self.ready.content
        old = Version(self._old, package.program, package.signature)
        new = Version(_NEW, content.program, content.signature)
        return answers_of(old, held_out.tables), answers_of(new, held_out.tables)

    def _figures(self, judge: Judge, old: Table, new: Table) -> dict[str, Figures]:
        flow, score = self.training.flow, self.training.score
        scored = {"old": old, "new": new}
        return judged(self.engine, flow, self.base, score, judge, scored, self.shown)

    def _doubts(self, held_out: HeldOut, data: dict[str, str]) -> Iterator[Problem]:
        """Yield why the rows may have taught one of the versions."""
        if self.ready.content.order.experiment.id != self.package.manifest.experiment:
            sentence = "The old package was made from another experiment than this one."
            yield Problem("other_experiment", sentence, severity="warning")
        place = next(iter(self.ready.content.compiled.places.values()))
        whole: Table = self.ready.run[place.node][place.port]
        rows = next(iter(held_out.tables.values()))
        files = [*data.values(), held_out.data]
        is_split = held_out.origin == "split"
        yield from doubts(self.package, whole, rows, files, is_split=is_split)

    def _strange(
        self, held_out: HeldOut, old: Answers, new: Answers, both: NDArray[Any]
    ) -> Iterator[Problem]:
        """Yield what is strange about the answers."""
        for name, answers in ((self._old, old), (_NEW, new)):
            for why, count in answers.refusals.items():
                sentence = (
                    f"{name} cannot answer {count:,} of the {held_out.rows:,} rows held out, "
                    f"which are left out for both: {why}."
                )
                yield Problem("rows_refused", sentence, severity="warning")
        pairs = zip(old.labels, new.labels, strict=False)
        if not all(bool((one[both] == other[both]).all()) for one, other in pairs):
            sentence = (
                f"{self._old} and the new model treat the label in different ways before they "
                "score, so that figures in its units cannot be compared."
            )
            yield Problem("labels_differ", sentence, severity="warning")

    def _data(self) -> Iterator[tuple[str, str]]:
        """Yield the files that the new version was made from: where each was read, and its hash."""
        flow, run = self.training.flow, self.training.run
        for node in sorted(flow.ancestors(self.training.score)):
            if file_parameter(flow, node) is not None:
                for param, value in files_read(self.engine, run, node):
                    yield f"{node}.{param}", value

    @property
    def _old(self) -> str:
        return f"Version {self.package.manifest.version}"
