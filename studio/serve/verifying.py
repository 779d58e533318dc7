"""The proof of a package, replayed through every path that it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.scoring.folder import Package
from studio.scoring.proof import (
    ANSWERS,
    ROWS,
    STEPS,
    Comparison,
    Proof,
    chosen,
    compare,
    first_step,
)
from studio.scoring.scorer import Tables
from studio.sdk.arrays import all_missing

if TYPE_CHECKING:
    from numpy.typing import NDArray

Answering = Callable[[Tables], Tables]
SEED = 20
"""Of the order in which rows are shuffled: any will do, and the same one each time."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The proof's rows sent through one path in one way.

    Attributes:
        path: “program”, “mixed”, “onnx” or “http”.
        how: “whole”, “one row at a time”, “shuffled” or “without the label”.
        comparison: How the answers compare with the studio's own.
        step: The title of the first step that differs, where that is known.
    """

    path: str
    how: str
    comparison: Comparison
    step: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the trial as JSON-able data."""
        found = self.comparison
        return {
            "path": self.path,
            "how": self.how,
            "rows": found.rows,
            "equal": found.is_equal,
            "distance": found.distance if found.is_equal else None,
            "first": "" if found.first is None else str(found.first),
            "step": self.step,
        }

    def __str__(self) -> str:
        where = f" (first in “{self.step}”)" if self.step else ""
        return f"{self.path}, {self.how}: {self.comparison.rows} rows {self.comparison}{where}"


def read_proof(package: Package) -> Proof:
    """Return the proof of a package; raises ProofUnreadable and PackageUnreadable."""
    return Proof.read({name: package.json(name) for name in (ROWS, ANSWERS, STEPS)})


def verify(package: Package, *, http: bool = True, whole: bool = False) -> Iterator[Trial]:
    """Replay the proof through every path of a package and yield what came of each trial.

    ``whole`` leaves out what takes its time: one row after another, and in another order. Raises a
    StudioError for a package that cannot be loaded or a proof that cannot be read.
    """
    proof = read_proof(package)
    for path, answering in _paths(package):
        yield from _trials(package, proof, path, answering, whole)
    if http:
        from studio.serve.verifying_http import answering_server

        with answering_server(package) as answering:
            yield from _trials(package, proof, "http", answering, whole)


def _paths(package: Package) -> Iterator[tuple[str, Answering]]:
    yield "program", package.program.run
    if package.mixed is not None:
        yield "mixed", package.mixed.run
    if package.graph is not None:
        yield "onnx", package.scorer().score


def _trials(
    package: Package, proof: Proof, path: str, answering: Answering, whole: bool
) -> Iterator[Trial]:
    import numpy as np

    count = proof.count
    titles = {step.node: step.title for step in package.program.steps}
    order = np.arange(count)
    shuffled = np.random.default_rng(SEED).permutation(count)
    ways: list[tuple[str, Proof, list[NDArray[Any]]]] = [
        ("whole", proof, [order]),
        ("one row at a time", proof, [order[row : row + 1] for row in range(count)]),
        ("shuffled", proof, [shuffled]),
    ]
    blank = _without_optional(package, proof)
    if blank is not None:
        ways.append(("without the label", blank, [order]))
    for how, told, pieces in ways[:1] if whole else ways:
        found = Comparison(0)
        for piece in pieces:
            found += compare(answering(chosen(told.rows, piece)), chosen(told.answers, piece))
        step = "" if found.is_equal or path != "program" else first_step(package.program, proof)
        yield Trial(path, how, found, titles.get(step, ""))


def _without_optional(package: Package, proof: Proof) -> Proof | None:
    """Return the proof without what a request need not have; None where it must have all."""
    inputs = package.signature.inputs
    optional = {n: [f.column for f in fields if not f.required] for n, fields in inputs.items()}
    if not any(optional.values()):
        return None
    rows = {
        name: {**columns, **{c.name: all_missing(proof.count, c) for c in optional[name]}}
        for name, columns in proof.rows.items()
    }
    gone = {column.name for columns in optional.values() for column in columns}
    answers = {
        name: {column: v for column, v in columns.items() if column not in gone}
        for name, columns in proof.answers.items()
    }
    return Proof(rows, answers, {})
