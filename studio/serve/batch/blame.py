"""Blame: which rows of a batch cannot be scored, found with few questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from studio.sdk.errors import StudioError
from studio.serve.errors import PACKAGE_FAULTS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.sdk.arrays import Array, Columns

    Rows = NDArray[np.intp]

Inputs = Mapping[str, "Columns"]
Blamed = dict[int, tuple[str, str]]
"""Rows by their index, with the column that is to blame, where one is, and the reason."""

_MOST_SUSPICIONS = 20


@dataclass
class Search:
    """Scores rows, and finds those that cannot be.

    Rows that fail together are asked about in halves. Where a row failed because of a column, rows
    with the same value there are asked about one by one, apart from the others.

    Attributes:
        score: Asks the package; raises a StudioError.
        inputs: The columns of all rows, by input.
        blamed: The rows that cannot be scored.
    """

    score: Callable[[Inputs], Columns]
    inputs: Inputs
    blamed: Blamed = field(default_factory=dict)
    _suspicions: list[tuple[str, Any]] = field(default_factory=list)
    _found: list[tuple[Rows, Columns]] = field(default_factory=list)

    def run(self, count: int) -> Columns:
        """Return the answers to the rows that are not blamed, in order; none where all are.

        Raises what no row is to blame for.
        """
        import numpy as np

        if not count:
            return {}
        try:
            return self.score(self.inputs)
        except PACKAGE_FAULTS:
            raise
        except StudioError as error:
            self._fail(np.arange(count), error)
        if not self._found:
            return {}
        order = np.argsort(np.concatenate([rows for rows, _ in self._found]))
        names = self._found[0][1]
        return {
            name: np.concatenate([columns[name] for _, columns in self._found])[order]
            for name in names
        }

    def _ask(self, rows: Rows) -> None:
        """Score rows, those apart that are like one that failed."""
        import numpy as np

        like = np.zeros(len(rows), dtype=bool)
        for column, value in self._suspicions:
            like |= np.asarray(self._column(column)[rows] == value, dtype=bool)
        for row in rows[like]:
            self._try(np.array([row]))
        self._try(rows[~like])

    def _try(self, rows: Rows) -> None:
        if not len(rows):
            return
        try:
            self._found.append((rows, self.score(self._taken(rows))))
        except PACKAGE_FAULTS:
            raise
        except StudioError as error:
            self._fail(rows, error)

    def _fail(self, rows: Rows, error: StudioError) -> None:
        """Blame a row that failed alone; ask about several in halves."""
        if len(rows) > 1:
            middle = len(rows) // 2
            self._ask(rows[:middle])
            self._ask(rows[middle:])
            return
        row, column = int(rows[0]), error.fields.get("column")
        self.blamed[row] = (str(column) if column else "", error.message.rstrip("."))
        if isinstance(column, str) and self._has(column):
            suspicion = (column, self._column(column)[row])
            if suspicion not in self._suspicions and len(self._suspicions) < _MOST_SUSPICIONS:
                self._suspicions.append(suspicion)

    def _taken(self, rows: Rows) -> Inputs:
        return {
            name: {column: values[rows] for column, values in columns.items()}
            for name, columns in self.inputs.items()
        }

    def _has(self, column: str) -> bool:
        return any(column in columns for columns in self.inputs.values())

    def _column(self, column: str) -> Array:
        return next(columns[column] for columns in self.inputs.values() if column in columns)
