"""Figures of one column: what is in the middle, how far it spreads, how it is distributed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.engine.answers import Box, Frequencies, Histogram
from studio.engine.look.cells import SECOND, cut, finite, span

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from studio.sdk.schema import Column

MAX_OUTLIERS = 100
MAX_BINS = 1000
WHISKER = 1.5
"""How many times the length of the box a whisker may be (Tukey 1977)."""


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a column that can be drawn on an axis.

    Attributes:
        array: The finite ones; times and spans in microseconds.
        infinite: How many more there are.
        is_sorted: Whether they are in order.
    """

    column: Column
    array: NDArray[Any]
    infinite: int = 0
    is_sorted: bool = False

    @property
    def scale(self) -> float:
        """What a value is multiplied by to stand on an axis: times and spans are in seconds."""
        return 1 / SECOND if self.column.type in ("datetime", "timespan") else 1.0

    def ordered(self) -> Values:
        """Return the values in order; the array itself is sorted."""
        self.array.sort()
        return Values(self.column, self.array, self.infinite, is_sorted=True)

    def shown(self, number: Any) -> int | float | str | None:
        """Return a number in the column's unit as people see it."""
        import numpy as np

        if self.column.type == "datetime":
            text = str(np.datetime64(round(number), "us")).replace("T", " ")
            return text.removesuffix(".000000")
        if self.column.type == "timespan":
            return span(round(number))
        number = number.item() if hasattr(number, "item") else number
        return finite(number) if isinstance(number, float) else int(number)


def values_of(data: pa.ChunkedArray, column: Column) -> Values:
    """Return a column's values as an array of its own."""
    import numpy as np
    import pyarrow as pa

    whole = column.type != "double"
    present = data.drop_null()
    array = np.array((present.cast(pa.int64()) if whole else present).to_numpy())
    if whole or np.isfinite(array).all():
        return Values(column, array)
    kept = array[np.isfinite(array)]
    return Values(column, kept, len(array) - len(kept))


def histogram(values: Values, bins: int, *, log: bool = False) -> Histogram | None:
    """Return the histogram of some values; None where no bar can hold any."""
    import numpy as np

    array = values.array
    log = log and values.scale == 1.0
    held = array[array > 0] if log else array
    if not len(held):
        return None
    low, high = (held[0], held[-1]) if values.is_sorted else (held.min(), held.max())
    edges = _edges(float(low), float(high), min(max(bins, 1), MAX_BINS), log=log)
    reach = (float(edges[0]), float(edges[-1]))
    if values.is_sorted:
        places = np.searchsorted(held, edges[:-1], side="left")
        counts = np.diff(np.append(places, len(held)))
    elif log or not np.isfinite(reach[1] - reach[0]):
        counts = np.histogram(held, bins=edges)[0]
    else:
        # The same edges, which numpy finds several times as fast when it makes them itself.
        counts = np.histogram(held, bins=len(edges) - 1, range=reach)[0]
    return Histogram(
        tuple(values.shown(edge) for edge in edges),
        tuple(int(count) for count in counts),
        values.infinite + len(array) - len(held),
    )


def frequencies(data: pa.ChunkedArray, column: Column, most: int) -> tuple[Frequencies, int]:
    """Return the most frequent values, and how many different ones there are."""
    import numpy as np

    values, counts = counted(data, column)
    order = np.argsort(-counts, kind="stable")[: min(max(most, 1), MAX_BINS)]
    rest = int(counts.sum() - counts[order].sum())
    shown = tuple(cut(str(value)) for value in values.take(order).to_pylist())
    tops = tuple(int(count) for count in counts[order])
    return Frequencies(shown, tops, rest, len(counts) - len(order)), len(counts)


def counted(data: pa.ChunkedArray, column: Column) -> tuple[pa.Array, NDArray[np.int64]]:
    """Return the different values of a column of categories, and how often each comes."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    present = data.drop_null()
    if column.type != "category":
        found = pc.value_counts(present)
        counts = found.field("counts").to_numpy(zero_copy_only=False)
        return found.field("values").cast(pa.string()), counts
    if not len(present):
        return pa.array([], pa.string()), np.empty(0, np.int64)
    present = present.unify_dictionaries()
    levels = present.chunk(0).dictionary
    each = sum(
        np.bincount(chunk.indices.to_numpy(), minlength=len(levels)) for chunk in present.chunks
    )
    occurring = np.flatnonzero(each)
    return levels.take(pa.array(occurring)), np.asarray(each)[occurring]


def box(values: Values, name: str) -> Box | None:
    """Return the box plot of values in order; None where there are none."""
    import numpy as np

    array = values.array
    if not len(array):
        return None
    q1, median, q3 = (quantile(array, share) for share in (0.25, 0.5, 0.75))
    reach = WHISKER * (q3 - q1)
    first = int(np.searchsorted(array, q1 - reach, side="left"))
    last = int(np.searchsorted(array, q3 + reach, side="right"))
    beyond = np.concatenate([array[:first], array[last:]])
    chosen = np.linspace(0, len(beyond) - 1, min(len(beyond), MAX_OUTLIERS)).round().astype(int)
    low, high = float(array[first]), float(array[last - 1])
    unit = values.scale
    return Box(
        name,
        len(array),
        low=low * unit,
        q1=q1 * unit,
        median=median * unit,
        q3=q3 * unit,
        high=high * unit,
        mean=mean(array) * unit,
        outliers=tuple(float(number) * unit for number in beyond[chosen]),
        outliers_in_all=len(beyond),
    )


def quantile(array: NDArray[Any], share: float) -> float:
    """Return a quantile of values in order, between two of them in proportion."""
    place = (len(array) - 1) * share
    low = int(place)
    below, above = float(array[low]), float(array[min(low + 1, len(array) - 1)])
    return below * (1 - (place - low)) + above * (place - low)


def mean(array: NDArray[Any]) -> float:
    """Return the mean of some numbers; their sum may be larger than any double."""
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        found = float(array.mean())
    return found if np.isfinite(found) else float((array / len(array)).sum())


def deviation(array: NDArray[Any]) -> float | None:
    """Return the standard deviation of a sample; None where it is larger than any double."""
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        found = float(array.std(ddof=1))
    return found if np.isfinite(found) else None


def _edges(low: float, high: float, bins: int, *, log: bool) -> NDArray[np.float64]:
    """Return the edges of so many bars; values that are all the same get one bar around them."""
    import numpy as np

    if low == high:
        return np.array([low - 0.5, high + 0.5]) if not log else np.array([low / 2, high * 2])
    if log:
        edges = np.asarray(np.geomspace(low, high, bins + 1), dtype=np.float64)
        edges[0], edges[-1] = low, high
        return edges
    if np.isfinite(high - low):
        return np.asarray(np.linspace(low, high, bins + 1), dtype=np.float64)
    shares = np.linspace(0.0, 1.0, bins + 1)
    return np.asarray(low * (1 - shares) + high * shares, dtype=np.float64)
