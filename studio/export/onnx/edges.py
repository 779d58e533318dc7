"""Rows at the edges: raw values next to where a bin, a bound or a tree's branch begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.export.onnx.thresholds import thresholds
from studio.scoring.program import OUTSIDE, Frame, Program, ScoreStep, TransformStep, Wire
from studio.scoring.scorer import Tables
from studio.sdk.errors import StudioError
from studio.sdk.features import MATRIX
from studio.sdk.ops import Scalar, Value
from studio.sdk.ops_numpy import NumpyOps

if TYPE_CHECKING:
    from studio.sdk.arrays import Columns

    Numbers = NDArray[np.float64]

Splits = Mapping[int, NDArray[np.float64]]
"""What trees compare the columns of a matrix with."""
MOST_EDGES = 32
"""Edges that are tried of one place, spread evenly."""
ROUNDS = 120
"""Halvings after which two doubles of ordinary size are neighbours."""


class Place(NamedTuple):
    """Where a program compares: the numbers of all rows, and what they are compared with."""

    values: Numbers
    edges: Numbers


class Recorder(NumpyOps):
    """The numpy back end, which writes down what numbers are compared with.

    Attributes:
        places: What was compared, in order.
    """

    def __init__(self) -> None:
        self.places: list[Place] = []

    def clip(self, x: Value, low: float, high: float) -> Numbers:
        """Return x within bounds."""
        self._note(x, [low, high])
        return super().clip(x, low, high)

    def eq(self, x: Value, y: Value) -> NDArray[np.bool_]:
        """Return the mask of equal values."""
        self._note_pair(x, y)
        return super().eq(x, y)

    def gt(self, x: Value, y: Value) -> NDArray[np.bool_]:
        """Return the mask of x > y."""
        self._note_pair(x, y)
        return super().gt(x, y)

    def ge(self, x: Value, y: Value) -> NDArray[np.bool_]:
        """Return the mask of x >= y."""
        self._note_pair(x, y)
        return super().ge(x, y)

    def bucket(self, x: Value, edges: Sequence[float], *, upper: bool = False) -> Numbers:
        """Return the number of the bin."""
        self._note(x, edges)
        return super().bucket(x, edges, upper=upper)

    def lookup(
        self, x: Value, table: Mapping[Any, Scalar], default: Scalar | Value = None
    ) -> NDArray[Any]:
        """Return the table's value for each value of x."""
        self._note(x, list(table))
        return super().lookup(x, table, default)

    def onehot(self, x: Value, levels: Sequence[Any]) -> Numbers:
        """Return one column of zeros and ones a level."""
        self._note(x, levels)
        return super().onehot(x, levels)

    def note_trees(self, matrix: Numbers, splits: Splits) -> None:
        """Write down what trees compare a matrix with."""
        places = (Place(matrix[:, column], edges) for column, edges in splits.items())
        self.places.extend(places)

    def _note_pair(self, x: Value, y: Value) -> None:
        if isinstance(x, np.ndarray) and isinstance(y, float | int):
            self._note(x, [y])
        elif isinstance(y, np.ndarray) and isinstance(x, float | int):
            self._note(y, [x])

    def _note(self, x: Value, edges: Sequence[Any] | Numbers) -> None:
        if isinstance(x, np.ndarray) and x.dtype == np.float64 and x.ndim == 1:
            numbers = np.array([edge for edge in edges if isinstance(edge, Real)], np.float64)
            self.places.append(Place(x, np.unique(numbers[np.isfinite(numbers)])))


def edge_rows(program: Program, tables: Tables) -> Iterator[Tables]:
    """Yield tables of real rows in which one number is moved next to an edge.

    Where a number is compared as it came in, the four doubles around the edge come; where it was
    computed on the way, those between which what was computed crosses the edge. They are found by
    halving the range of the column's real values, and a little beyond.
    """
    rows = len(next(iter(next(iter(tables.values())).values())))
    splits = {
        step.node: thresholds(step.model.estimator)
        for step in program.steps
        if isinstance(step, ScoreStep)
    }
    for port, schema in program.inputs.items():
        for column in schema:
            real = tables[port][column.name]
            if column.is_text or not np.isfinite(real).any():
                continue
            found = _around(_Search(program, splits, tables, port, column.name), real, rows)
            if found is not None:
                yield found


class _Search(NamedTuple):
    """Which number of the rows is moved."""

    program: Program
    splits: Mapping[str, Splits]
    tables: Tables
    port: str
    column: str

    def moved(self, rows: NDArray[np.intp], values: Numbers) -> dict[str, Columns]:
        """Return some of the rows with other values in the column."""
        taken = {
            port: {name: array[rows] for name, array in columns.items()}
            for port, columns in self.tables.items()
        }
        return {**taken, self.port: {**taken[self.port], self.column: values}}

    def places(self, rows: NDArray[np.intp], values: Numbers) -> list[Place]:
        """Return where the moved rows are compared."""
        return _places(self.program, self.splits, self.moved(rows, values))

    def at(self, rows: NDArray[np.intp], values: Numbers, places: NDArray[np.intp]) -> Numbers:
        """Return what is compared at one place a row."""
        seen = self.places(rows, values)
        return np.array([seen[p].values[i] for i, p in enumerate(places.tolist())], np.float64)


def _around(search: _Search, real: Numbers, rows: int) -> dict[str, Columns] | None:
    """Return rows with values on both sides of each edge that the column can be moved across."""
    finite = real[np.isfinite(real)]
    span = float(np.ptp(finite)) or 1.0
    ends = np.array([finite.min() - span / 8, finite.max() + span / 8])
    seen = search.places(np.zeros(2, np.intp), ends)
    pairs = [
        (number, edge)
        for number, place in enumerate(seen)
        if place.values[0] != place.values[1]
        for edge in _spread(place.edges)
    ]
    if not pairs:
        return None
    places = np.array([number for number, _ in pairs], np.intp)
    edges = np.array([edge for _, edge in pairs])
    chosen = np.arange(len(pairs)) % rows
    low, high = np.full(len(pairs), ends[0]), np.full(len(pairs), ends[1])
    side = search.at(chosen, low, places) <= edges
    crossed = side != (search.at(chosen, high, places) <= edges)
    for _ in range(ROUNDS):
        middle = low / 2 + high / 2
        if ((middle == low) | (middle == high)).all():
            break
        same = (search.at(chosen, middle, places) <= edges) == side
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    if not crossed.any():
        return None
    values = [np.nextafter(low, -np.inf), low, high, np.nextafter(high, np.inf)]
    return search.moved(
        np.tile(chosen[crossed], len(values)), np.concatenate([v[crossed] for v in values])
    )


def _spread(edges: Numbers) -> Numbers:
    if len(edges) <= MOST_EDGES:
        return edges
    return edges[np.linspace(0, len(edges) - 1, MOST_EDGES).astype(np.intp)]


def _places(program: Program, splits: Mapping[str, Splits], tables: Tables) -> list[Place]:
    """Return where a program compares its rows, as far as it gets with them."""
    recorder = Recorder()
    frames: dict[Wire, Frame] = {
        Wire(OUTSIDE, name): Frame(schema, dict(tables[name]))
        for name, schema in program.inputs.items()
    }
    for step in program.steps:
        given = {port: frames[wire] for port, wire in step.inputs.items()}
        if isinstance(step, TransformStep):
            (frame,), ((port, after),) = given.values(), step.after.items()
            made = step.transform.apply(dict(frame.columns), recorder)
            results: Mapping[str, Columns] = {port: {n: made[n] for n in after.names}}
        else:
            if isinstance(step, ScoreStep):
                (frame,) = given.values()
                matrix = step.model.features.apply(dict(frame.columns), recorder)[MATRIX]
                recorder.note_trees(matrix, splits[step.node])
            if step is program.steps[-1]:
                break
            try:
                results = step.run(given, 1)
            except StudioError:
                break
        for port, columns in results.items():
            frames[Wire(step.node, port)] = Frame(step.after[port], columns)
    return recorder.places
