"""A batch: rows of a file that are read, scored and written together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


class Refused(NamedTuple):
    """A row that cannot be scored: its number in the file from 1, and why."""

    row: int
    column: str
    reason: str
    text: str


@dataclass(frozen=True, eq=False)
class Batch:
    """Rows of a file that are read, scored and written together.

    Attributes:
        numbers: The number of each row in its file, from 1.
        values: What the package is asked with, as a table has it, by column.
        text: Returns a row's original text.
        lines: The rows as they stand in the file, for a text that is carried through as it is.
        carried: The columns that go beside the answers, where the rows do not go as lines.
        refused: The rows that could not be read, in order.
        read: How many rows these are, with those that were refused.
        position: Where the next batch begins.
    """

    numbers: NDArray[np.int64]
    values: Mapping[str, pa.Array]
    text: Callable[[int], str]
    lines: pa.Array | None
    carried: pa.RecordBatch | None
    refused: tuple[Refused, ...]
    read: int
    position: int

    @property
    def rows(self) -> int:
        """How many rows can be scored."""
        return len(self.numbers)

    def without(self, bad: Mapping[int, tuple[str, str]]) -> Batch:
        """Return the batch without rows, by index, that are refused for a column and a reason."""
        import numpy as np
        import pyarrow as pa

        if not bad:
            return self
        kept = np.ones(self.rows, dtype=bool)
        kept[list(bad)] = False
        mask = pa.array(kept)
        places = np.flatnonzero(kept)
        more = [
            Refused(int(self.numbers[index]), column, reason, self.text(index))
            for index, (column, reason) in bad.items()
        ]
        return replace(
            self,
            numbers=self.numbers[kept],
            values={name: array.filter(mask) for name, array in self.values.items()},
            text=lambda index: self.text(int(places[index])),
            lines=None if self.lines is None else self.lines.filter(mask),
            carried=None if self.carried is None else self.carried.filter(mask),
            refused=tuple(sorted((*self.refused, *more))),
        )
