"""The figures that describe a column of numbers, read from its values in ascending order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

PERCENTILES = {
    "P0.5": 0.005,
    "P1": 0.01,
    "P5": 0.05,
    "1st Quartile": 0.25,
    "Median": 0.5,
    "3rd Quartile": 0.75,
    "P95": 0.95,
    "P99": 0.99,
    "P99.5": 0.995,
}


@dataclass
class Runs:
    """Equal values that follow one another: how many different ones, and the most frequent."""

    different: int = 0
    mode: float = math.nan
    longest: int = 0
    last: float = math.nan
    length: int = 0

    def add(self, values: Numbers) -> None:
        """Take the next ascending values."""
        import numpy as np

        if not len(values):
            return
        starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
        lengths = np.diff(starts, append=len(values))
        continues = bool(values[0] == self.last)
        if continues:
            lengths[0] += self.length
        self.different += len(starts) - continues
        best = int(np.argmax(lengths))
        if lengths[best] > self.longest:
            self.longest, self.mode = int(lengths[best]), float(values[starts[best]])
        self.last, self.length = float(values[-1]), int(lengths[-1])


def summarize(ordered: Callable[[], Iterator[Numbers]], count: int) -> dict[str, float]:
    """Return the figures of ``count`` ascending values, by name; what is not defined is NaN.

    ``ordered`` gives the values in batches, and is called more than once. Percentiles lie between
    the two nearest values by their distance; variance, skewness and kurtosis are the sample's, the
    last two with the corrections of Joanes and Gill (1998), G1 and G2, the kurtosis as excess over
    the normal.
    """
    if not count:
        return {}
    runs = Runs()
    wanted = {name: share * (count - 1) for name, share in PERCENTILES.items()}
    places = sorted({0, count - 1, *_neighbours(wanted.values())})
    found = _picked(ordered(), places, runs)
    mean = sum(float(values.sum()) for values in ordered()) / count
    powers = _powers(ordered(), mean)
    low, high = found[0], found[count - 1]
    return {
        "Min": low,
        "Max": high,
        "Mean": mean,
        "Mean Deviation": powers[0] / count,
        **{name: _between(found, place) for name, place in wanted.items()},
        "Mode": runs.mode,
        "Range": high - low,
        "Unique Value Count": runs.different,
        **_shape(count, powers),
    }


def _neighbours(places: Iterable[float]) -> Iterator[int]:
    for place in places:
        yield math.floor(place)
        yield math.ceil(place)


def _picked(batches: Iterator[Numbers], places: list[int], runs: Runs) -> dict[int, float]:
    """Return the values at ascending places, and tell the runs of every value."""
    found: dict[int, float] = {}
    start = 0
    for values in batches:
        runs.add(values)
        for place in places:
            if start <= place < start + len(values):
                found[place] = float(values[place - start])
        start += len(values)
    return found


def _between(found: dict[int, float], place: float) -> float:
    """Return the value at a place between two, by the distance to each."""
    low, high = found[math.floor(place)], found[math.ceil(place)]
    return low if low == high else low + (high - low) * (place - math.floor(place))


def _powers(batches: Iterator[Numbers], mean: float) -> list[float]:
    """Return the sums of the distances from the mean, and of their 2nd, 3rd and 4th powers."""
    import numpy as np

    sums = [0.0, 0.0, 0.0, 0.0]
    with np.errstate(all="ignore"):
        for values in batches:
            apart = values - mean
            square = np.square(apart)
            parts = (np.abs(apart), square, square * apart, np.square(square))
            sums = [a + float(part.sum()) for a, part in zip(sums, parts, strict=True)]
    return sums


def _shape(n: int, powers: list[float]) -> dict[str, float]:
    """Return variance, deviation, skewness and kurtosis of the sample."""
    if n < 2:
        return {}
    variance = powers[1] / (n - 1)
    shape = {"Sample Variance": variance, "Sample Standard Deviation": math.sqrt(variance)}
    second, third, fourth = (power / n for power in powers[1:])
    if second <= 0 or not math.isfinite(fourth):
        return shape
    if n > 2:
        skewness = third / second**1.5
        shape["Sample Skewness"] = math.sqrt(n * (n - 1)) / (n - 2) * skewness
    if n > 3:
        excess = fourth / second**2 - 3
        shape["Sample Kurtosis"] = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6)
    return shape
