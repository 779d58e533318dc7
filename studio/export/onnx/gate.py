"""The gate: a conversion is used only where it answers as the numpy program does."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from studio.export.onnx.trials import Trial, taken, trials
from studio.scoring.onnx_session import Declined
from studio.scoring.program import OUTSIDE, Program, ScoreStep, TransformStep, Wire
from studio.scoring.scorer import Tables
from studio.sdk.errors import StudioError

if TYPE_CHECKING:
    from studio.sdk.arrays import Columns

RELATIVE, ABSOLUTE = 1e-9, 1e-12
"""How far a score may lie from the program's, of its size and at all.

A model's answer is a sum of many terms, which libraries add in an order of their own, by as many
digits at a time as the processor has room for. Doubles hold sixteen digits; the order costs the
last few where terms cancel each other. Single precision, the wrong side of a threshold or another
formula cost the eighth or an earlier one. Whatever is no sum is the same to the last bit.
"""


class Candidate(Protocol):
    """What may answer in the program's place."""

    def run(self, tables: Tables, threads: int = 1) -> Mapping[str, Columns]:
        """Return the columns of each output; raises Declined for what the program must answer."""


@dataclass(frozen=True)
class GateResult:
    """What the gate found.

    Attributes:
        passed: Whether the conversion may be used.
        counts: How many rows were compared, by trial.
        largest_difference: The largest between a score and the program's.
        first_difference: Output, column and row of the trial of what was not the same.
        reason: What was wrong, in a sentence.
    """

    passed: bool
    counts: Mapping[str, int]
    largest_difference: float = 0.0
    first_difference: tuple[str, str, int] | None = None
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON-able data."""
        first = self.first_difference
        return {
            "passed": self.passed,
            "counts": dict(self.counts),
            "largest_difference": self.largest_difference,
            "first_difference": None if first is None else list(first),
            "reason": self.reason,
            "tolerance": {"relative": RELATIVE, "absolute": ABSOLUTE},
        }


def gate(program: Program, candidate: Candidate, tables: Tables) -> GateResult:
    """Return whether a candidate answers real rows, and what is made of them, as a program does.

    The rows come whole, one at a time, shuffled, with each column missing in turn, with categories
    that training never saw, with infinite numbers, next to every kind of edge that the path has,
    and without any value. Text, labels and whatever is computed without a model must be the same;
    a score within the tolerance. What the program refuses must be declined. The gate stops at the
    first difference.
    """
    judge = _Judge(program, candidate)
    # Overflows are part of what is tried.
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            for trial in trials(program, tables):
                judge.look(trial)
            if not judge.counts["real rows"]:
                raise _Differs("There are no real rows to compare the answers on.")
        except _Differs as found:
            return GateResult(False, judge.counts, judge.largest, found.where, found.reason)
    return GateResult(True, judge.counts, judge.largest)


class _Differs(Exception):
    """A candidate answered otherwise."""

    def __init__(self, reason: str, where: tuple[str, str, int] | None = None) -> None:
        super().__init__(reason)
        self.reason, self.where = reason, where


@dataclass
class _Judge:
    """Compares answers, and keeps count."""

    program: Program
    candidate: Candidate
    counts: dict[str, int] = field(default_factory=dict)
    largest: float = 0.0

    def __post_init__(self) -> None:
        self._scored = _scored(self.program)

    def look(self, trial: Trial) -> None:
        """Compare the answers to a trial's rows; raises _Differs."""
        self.counts[trial.name] = 0
        if not trial.pieces:
            return
        try:
            expected = self.program.run(trial.tables)
        except StudioError:
            for piece in trial.pieces:
                for row in piece:
                    self._look_at_row(trial, np.array([row]))
            return
        for piece in trial.pieces:
            found = self._found(trial, piece)
            if found is None:
                raise _Differs(f"In the trial “{trial.name}” it declines what can be answered.")
            self._compare(trial.name, taken(expected, piece), found, piece)

    def _look_at_row(self, trial: Trial, row: NDArray[np.intp]) -> None:
        """Compare the answers to a row that may be refused."""
        alone = taken(trial.tables, row)
        found = self._found(trial, row)
        try:
            expected = self.program.run(alone)
        except StudioError as error:
            if found is not None:
                raise _Differs(
                    f"In the trial “{trial.name}” it answers row {row[0]}, which the program "
                    f"refuses: {error.message}"
                ) from error
            self.counts[trial.name] += 1
            return
        if found is None:
            raise _Differs(f"In the trial “{trial.name}” it declines what can be answered.")
        self._compare(trial.name, expected, found, row)

    def _found(self, trial: Trial, rows: NDArray[np.intp]) -> Mapping[str, Columns] | None:
        """Return the candidate's answers; None where it declines."""
        try:
            return self.candidate.run(taken(trial.tables, rows))
        except (Declined, StudioError):
            return None
        except Exception as error:  # a runtime's errors have no common base
            sentence = f"In the trial “{trial.name}” it stops: {type(error).__name__}."
            raise _Differs(sentence) from error

    def _compare(self, trial: str, expected: Tables, found: Tables, rows: NDArray[np.intp]) -> None:
        for output, columns in expected.items():
            for name, right in columns.items():
                made = found.get(output, {}).get(name)
                if made is None or made.shape != right.shape or made.dtype != right.dtype:
                    raise _Differs(
                        f"In the trial “{trial}” column “{name}” of “{output}” is not there, or "
                        "is of another kind."
                    )
                close = name in self._scored[output] and right.dtype == np.float64
                wrong = self._wrong(right, made) if close else ~_same(right, made)
                if wrong.any():
                    at = int(np.flatnonzero(wrong)[0])
                    raise _Differs(
                        f"In the trial “{trial}” column “{name}” of “{output}” is {made[at]!r} in "
                        f"row {rows[at]}, and the program says {right[at]!r}.",
                        (output, name, int(rows[at])),
                    )
        self.counts[trial] += len(rows)

    def _wrong(self, right: NDArray[Any], made: NDArray[Any]) -> NDArray[np.bool_]:
        apart = np.abs(made - right)
        finite = apart[np.isfinite(apart)]
        self.largest = max(self.largest, float(finite.max(initial=0.0)))
        near = apart <= ABSOLUTE + RELATIVE * np.abs(right)
        return np.asarray(~(near | _same(right, made)))


def _same(right: NDArray[Any], made: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which values are the same; what is missing is the same as what is missing."""
    same = np.asarray(right == made, np.bool_)
    return same if right.dtype == object else same | (np.isnan(right) & np.isnan(made))


def _scored(program: Program) -> dict[str, frozenset[str]]:
    """Return the columns of each output that are a model's doubles, or computed from them."""
    known: dict[Wire, frozenset[str]] = {
        Wire(OUTSIDE, name): frozenset() for name in program.inputs
    }
    for step in program.steps:
        found = frozenset[str]().union(*(known[wire] for wire in step.inputs.values()))
        if isinstance(step, ScoreStep):
            found |= {c.name for c in step.model.score_columns() if c.type == "double"}
        elif isinstance(step, TransformStep):
            reads, writes = step.transform.reads, step.transform.writes
            found |= frozenset(writes) if found.intersection(reads) else frozenset()
        elif found:
            found |= {name for schema in step.after.values() for name in schema.names}
        known |= {Wire(step.node, port): found for port in step.after}
    return {name: known[wire] for name, wire in program.outputs.items()}
