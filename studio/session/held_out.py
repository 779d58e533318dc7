"""Rows held out to judge an old and a new version on: as a request has them, with their labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from studio.document.experiment import Experiment
from studio.engine.engine import Engine
from studio.export.predictive.choice import Candidate
from studio.export.predictive.flow import Flow
from studio.export.predictive.path import row_marks
from studio.sdk.errors import Problem, StudioError
from studio.session.new_data import source_of, with_files
from studio.session.packaging import Ready, run_to_end
from studio.session.row_positions import RowsUnmatched, followed, origins, positions
from studio.session.run_result import Run

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.sdk.table import Table


class NoRowsHeldOut(StudioError):
    """The rows that an experiment scores are those that its model was trained on."""

    code = "no_rows_held_out"
    sentence = "“{title}” scores the rows that the model was trained on, so none are held out."
    hint = "Split the rows before training, or judge on a file of other rows (--held-out)."


class HeldOutTrained(StudioError):
    """The file of rows that were held out is the one that the new version was trained on."""

    code = "held_out_trained"
    sentence = "“{file}” is the data that the new version is trained on; nothing in it is held out."
    hint = "Give a file of rows that neither version was trained on."


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Rows that were held out.

    Attributes:
        tables: The rows at each web service input, row by row the same ones.
        origin: Whether the experiment's own split left them, or a file has them.
        where: What they are, in words.
        data: The hash of the file that has them.
        warnings: What speaks against judging on them.
    """

    tables: Mapping[str, Table]
    origin: Literal["split", "file"]
    where: str
    data: str = ""
    warnings: tuple[Problem, ...] = ()

    @property
    def rows(self) -> int:
        """How many there are."""
        return next(table.rows for table in self.tables.values())


@dataclass(frozen=True)
class Training:
    """A training experiment that ran: the model that answers, and the node that scores with it."""

    flow: Flow
    run: Run
    candidate: Candidate
    score: str

    @property
    def trained_on(self) -> tuple[str, str]:
        """The output that has the rows which the model learned from."""
        return self._rows(self.candidate.model[0])

    @property
    def scored(self) -> tuple[str, str]:
        """The output that has the rows which are scored."""
        return self._rows(self.score)

    def table(self, wire: tuple[str, str]) -> Table:
        """Return the table at an output; raises NoResult."""
        found: Table = self.run[wire[0]][wire[1]]
        return found

    def _rows(self, node: str) -> tuple[str, str]:
        came = self.flow.data(node)
        if came is None:
            raise TypeError(f"{node} has no data path")
        return came[1]


def rows_of_split(training: Training, ready: Ready) -> HeldOut:
    """Return the rows that the training experiment's own split leaves for scoring.

    They are found at the web service's inputs by their origin, or where a step loses that, by what
    the new version makes of each row. Rows that the model was trained on are not among them.

    Raises NoRowsHeldOut and RowsUnmatched.
    """
    import numpy as np

    title = training.flow.title(training.score)
    _require_same_source(training, ready)
    scored = training.table(training.scored)
    left = _not_trained_on(training, scored)
    if not left.any():
        raise NoRowsHeldOut(title=title)
    tables = dict(_at_inputs(ready, ready.run))
    first = next(iter(tables.values()))
    rows = positions(ready, tables, scored, title)[left]
    warnings: tuple[Problem, ...] = ()
    if not left.all():
        count = int(len(left) - left.sum())
        sentence = f"{count:,} of the rows that “{title}” scores taught the model and are left out."
        warnings = (Problem("rows_trained_on", sentence, severity="warning"),)
    chosen = {
        name: table.take(followed(table, first, title)[rows].astype(np.int64))
        for name, table in tables.items()
    }
    return HeldOut(chosen, "split", f"rows that “{title}” scores", "", warnings)


def rows_of_file(
    engine: Engine, ready: Ready, base: Path, file: Path, shown: bool | None
) -> HeldOut:
    """Return the rows of a file, read as the predictive experiment reads its own.

    Raises HeldOutTrained, RowsUnmatched, RunFailed and what :func:`with_files` raises.
    """
    content = ready.content
    flow = Flow.of(content.order.experiment, content.registry)
    places = content.compiled.places
    begins = {source_of(flow, place.node) for place in places.values()}
    nodes = flow.ancestors(*(place.node for place in places.values()))
    experiment: Experiment = with_files(flow, nodes, begins, {"": file})
    targets = [place.node for place in places.values()]
    run = run_to_end(engine, experiment, base, shown, targets)
    for node in begins:
        if run.record(node).key == ready.run.record(node).key:
            raise HeldOutTrained(file=file.name)
    tables = dict(_at_inputs(ready, run))
    if len({table.rows for table in tables.values()}) > 1:
        reason = "the inputs of the web service have different numbers of them"
        raise RowsUnmatched(title=file.name, reason=reason)
    return HeldOut(tables, "file", f"rows of “{file.name}”", hash_of(engine, run, begins))


def hash_of(engine: Engine, run: Run, nodes: set[str]) -> str:
    """Return the hash of the file that a source read; the first one's where there are several."""
    found = sorted(value for node in nodes for _, value in files_read(engine, run, node))
    return found[0] if found else ""


def files_read(engine: Engine, run: Run, node: str) -> Iterator[tuple[str, str]]:
    """Yield the parameters of a node that name files, and the hashes of these."""
    entry = engine.store.find(run.record(node).key)
    if entry is not None:
        yield from ((name, str(value)) for name, value in entry.parts.get("files", {}).items())


def _at_inputs(ready: Ready, run: Run) -> Iterator[tuple[str, Table]]:
    for name, place in ready.content.compiled.places.items():
        yield name, run[place.node][place.port]


def _require_same_source(training: Training, ready: Ready) -> None:
    """Raise RowsUnmatched where the predictive experiment begins at other rows."""
    content = ready.content
    flow = Flow.of(content.order.experiment, content.registry)
    source = source_of(training.flow, training.score)
    for place in content.compiled.places.values():
        begin = source_of(flow, place.node)
        if ready.run.record(begin).key != training.run.record(source).key:
            title = training.flow.title(training.score)
            reason = "the predictive experiment begins at other rows"
            raise RowsUnmatched(title=title, reason=reason)


def _not_trained_on(training: Training, scored: Table) -> NDArray[Any]:
    """Return the mask of the scored rows that the model did not learn from."""
    import numpy as np

    flow, trained_on = training.flow, training.trained_on
    learned, answered = row_marks(flow, trained_on), row_marks(flow, training.scored)
    trained = training.table(trained_on)
    if training.run.record(learned[-1][0]).key != training.run.record(answered[-1][0]).key:
        return np.ones(scored.rows, dtype=np.bool_)
    if trained.schema.has_origin and scored.schema.has_origin:
        return ~np.isin(origins(scored), origins(trained))
    return np.full(scored.rows, learned != answered)
