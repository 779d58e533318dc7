"""Count, mean and spread of columns, in ordered batches, equal to the last bit in every run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.sdk import Context, Table
from studio.sdk.arrays import to_array

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moments:
    """What is known of a column's finite values after some batches.

    Attributes:
        count: How many finite values.
        infinite: How many infinite ones, which are left out of all else.
        mean: Their mean; 0 where there are none.
        squares: The sum of their squared distances from the mean.
        low, high: The smallest and the largest; infinite where there are none.
    """

    count: int = 0
    infinite: int = 0
    mean: float = 0.0
    squares: float = 0.0
    low: float = math.inf
    high: float = -math.inf

    @classmethod
    def of(cls, values: Numbers) -> Moments:
        """Return the moments of some values; NaN is left out."""
        import numpy as np

        finite = values[np.isfinite(values)]
        infinite = int(np.isinf(values).sum())
        if not len(finite):
            return cls(infinite=infinite)
        mean = float(finite.mean())
        squares = float(np.square(finite - mean).sum())
        return cls(len(finite), infinite, mean, squares, float(finite.min()), float(finite.max()))

    def merged(self, other: Moments) -> Moments:
        """Return the moments of both parts (Chan, Golub and LeVeque 1979)."""
        count = self.count + other.count
        infinite = self.infinite + other.infinite
        if not self.count or not other.count:
            some = self if self.count else other
            return Moments(count, infinite, some.mean, some.squares, some.low, some.high)
        apart = other.mean - self.mean
        mean = self.mean + apart * (other.count / count)
        squares = self.squares + other.squares + apart**2 * (self.count * other.count / count)
        low, high = min(self.low, other.low), max(self.high, other.high)
        return Moments(count, infinite, mean, squares, low, high)

    @property
    def deviation(self) -> float:
        """The population standard deviation; 0 where there are no values."""
        return math.sqrt(self.squares / self.count) if self.count else 0.0

    @property
    def constant(self) -> bool:
        """Whether there are not two different values."""
        return not self.low < self.high


def moments(
    table: Table,
    names: Sequence[str],
    ctx: Context,
    change: Callable[[Numbers], Numbers] | None = None,
) -> dict[str, Moments]:
    """Return the moments of columns of numbers, of their values after ``change``."""
    found = {name: Moments() for name in names}
    columns = [table.schema.column(name) for name in names]
    for batch in table.select(names).batches():
        ctx.check()
        for column in columns:
            values = to_array(batch.column(column.name), column)
            part = Moments.of(values if change is None else change(values))
            found[column.name] = found[column.name].merged(part)
    return found
