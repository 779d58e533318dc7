"""The proof in a package: real rows, the studio's own answers to them, and what lay between."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.sdk.errors import StudioError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.scoring.program import Program
    from studio.scoring.scorer import Tables
    from studio.sdk.arrays import Columns

RELATIVE, ABSOLUTE = 1e-9, 1e-12
"""How far a double may be off: sums in another order move the last digits, nothing moves more."""
ROWS, ANSWERS, STEPS = "proof/rows.json", "proof/answers.json", "proof/steps.json"


class ProofUnreadable(StudioError):
    """The proof of a package cannot be read."""

    code = "proof_unreadable"
    sentence = "The package's proof cannot be read: {reason}."
    hint = "Make the package again from its experiment."


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two answers to one row are not equal: what was given and what was wanted."""

    table: str
    column: str
    row: int
    given: Any
    wanted: Any

    def __str__(self) -> str:
        return (
            f"row {self.row + 1}, column “{self.column}” of {self.table}: "
            f"{self.given!r} instead of {self.wanted!r}"
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing answers: the largest distance of two doubles, the first difference."""

    rows: int
    distance: float = 0.0
    first: Difference | None = None

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs by more than the last digits."""
        return self.first is None

    def __add__(self, other: Comparison) -> Comparison:
        first = self.first or other.first
        return Comparison(self.rows + other.rows, max(self.distance, other.distance), first)

    def __str__(self) -> str:
        if self.first is not None:
            return f"differs: {self.first}"
        return f"equal, within {self.distance:.2g}" if self.distance else "equal"


@dataclass(frozen=True, eq=False)
class Proof:
    """Rows of each input, the answers of each output, and the tables at each step's outputs.

    Attributes:
        steps: By ``node.port``, each with the columns that its step made.
    """

    rows: Tables
    answers: Tables
    steps: Tables

    @property
    def count(self) -> int:
        """The number of rows."""
        return next(len(values) for values in next(iter(self.answers.values())).values())

    def files(self) -> dict[str, bytes]:
        """Return the proof as the files of a package."""
        tables = {ROWS: self.rows, ANSWERS: self.answers, STEPS: self.steps}
        return {name: _text(found).encode() for name, found in tables.items()}

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Proof:
        """Read what :meth:`files` wrote, parsed; raises ProofUnreadable."""
        try:
            return cls(*(_tables(data[name]) for name in (ROWS, ANSWERS, STEPS)))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProofUnreadable(reason=str(error)) from error


def chosen(tables: Tables, rows: NDArray[Any]) -> dict[str, Columns]:
    """Return some rows of tables, in the order of their numbers."""
    return {
        name: {column: values[rows] for column, values in columns.items()}
        for name, columns in tables.items()
    }


def compare(given: Tables, wanted: Tables, start: int = 0) -> Comparison:
    """Compare answers with those that were wanted, column by column; rows count from ``start``."""
    result = Comparison(0)
    for name, columns in wanted.items():
        rows = next((len(values) for values in columns.values()), 0)
        found = Comparison(rows)
        for column, values in columns.items():
            made = given.get(name, {}).get(column)
            if made is None or len(made) != len(values):
                count = None if made is None else len(made)
                lost = Difference(name, column, start, count, len(values))
                found += Comparison(0, math.inf, lost)
            else:
                found += _column(name, column, made, values, start)
        result += found
    return result


def first_step(program: Program, proof: Proof) -> str:
    """Return the node of the first step that makes something else of the proof's rows, or ""."""
    for wire, frame in program.trace(proof.rows):
        place = f"{wire.node}.{wire.port}"
        if place in proof.steps:
            made = {place: frame.columns}
            if not compare(made, {place: proof.steps[place]}).is_equal:
                return wire.node
    return ""


def _column(
    name: str, column: str, made: NDArray[Any], wanted: NDArray[Any], start: int
) -> Comparison:
    import numpy as np

    if (made.dtype == object) != (wanted.dtype == object):
        return Comparison(0, math.inf, Difference(name, column, start, made[:1], wanted[:1]))
    distance = 0.0
    if wanted.dtype == object:
        differs = np.fromiter((a != b for a, b in zip(made, wanted, strict=True)), np.bool_)
    else:
        with np.errstate(invalid="ignore"):
            apart = np.abs(made - wanted)
            limit = ABSOLUTE + RELATIVE * np.abs(wanted)
            same = (made == wanted) | (np.isnan(made) & np.isnan(wanted))
            differs = ~(same | (apart <= limit))
        finite = apart[np.isfinite(apart)]
        distance = float(finite.max()) if len(finite) else 0.0
    bad = np.flatnonzero(differs)
    if not len(bad):
        return Comparison(0, distance)
    at = int(bad[0])
    found = Difference(name, column, start + at, _plain(made[at]), _plain(wanted[at]))
    return Comparison(0, distance, found)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _text(tables: Tables) -> str:
    data = {
        name: {
            column: {"text": values.dtype == object, "values": [_cell(v) for v in values.tolist()]}
            for column, values in columns.items()
        }
        for name, columns in tables.items()
    }
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _cell(value: Any) -> Any:
    """Return a value as JSON has it: missing as null, an infinity as its name."""
    if not isinstance(value, float):
        return value
    if math.isnan(value):
        return None
    return str(value) if math.isinf(value) else value


def _tables(data: Any) -> dict[str, Columns]:
    return {
        name: {column: _array(found) for column, found in columns.items()}
        for name, columns in data.items()
    }


def _array(found: Mapping[str, Any]) -> NDArray[Any]:
    import numpy as np

    values = found["values"]
    if found["text"]:
        array = np.empty(len(values), dtype=object)
        array[:] = values
        return array
    return np.array([math.nan if v is None else float(v) for v in values], dtype=np.float64)
