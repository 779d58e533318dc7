"""Random choices that depend on the seed and the row's position alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, Decimal
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Positions = NDArray[np.int64]
    Strata = NDArray[np.integer[Any]]

_BATCH = 1 << 20


def hashes(rows: int, seed: int) -> NDArray[np.uint64]:
    """Return a keyed 64-bit hash of each position from 0 to ``rows - 1``.

    The mixing function is splitmix64 (Steele, Lea and Flood 2014), keyed by the hash of the seed.
    """
    import numpy as np

    key = _mixed(np.array([seed & 0xFFFFFFFFFFFFFFFF], dtype=np.uint64))[0]
    result = np.empty(rows, dtype=np.uint64)
    for start in range(0, rows, _BATCH):
        stop = min(start + _BATCH, rows)
        result[start:stop] = _mixed(np.arange(start, stop, dtype=np.uint64) ^ key)
    return result


def order(rows: int, seed: int) -> Positions:
    """Return the positions in random order: sorted by their keyed hash, ties by position."""
    import numpy as np

    shuffled: Positions = np.argsort(hashes(rows, seed), kind="stable").astype(np.int64)
    return shuffled


def chosen(
    rows: int, fraction: float, seed: int | None, strata: Strata | None = None
) -> NDArray[np.bool_]:
    """Return which rows a random choice takes: exactly ``floor(rows * fraction)`` of them.

    Without a seed these are the first rows. With ``strata`` (a group number for each row) the same
    of each group.
    """
    import numpy as np

    mask = np.zeros(rows, dtype=np.bool_)
    if strata is not None:
        for group in _groups(rows, seed, strata):
            mask[group[: count(len(group), fraction)]] = True
    elif seed is None:
        mask[: count(rows, fraction)] = True
    else:
        mask[_lowest(hashes(rows, seed), count(rows, fraction))] = True
    return mask


def portions(
    rows: int,
    proportions: Sequence[float],
    seed: int | None,
    strata: Strata | None = None,
) -> NDArray[np.int32]:
    """Return a part's number for each row, of the sizes that ``proportions`` (sum 1) say.

    Part k ends at ``floor(rows * (sum of the first k + 1 proportions))``, so that no row is left
    over. Without a seed the parts follow one another in the order of the rows. With ``strata`` each
    group is divided so.
    """
    import numpy as np

    steps = list(accumulate(Decimal(repr(share)) for share in proportions))
    steps[-1] = max(steps[-1], Decimal(1))
    numbers = np.empty(rows, dtype=np.int32)
    for group in _groups(rows, seed, strata):
        ends = [min(_floor(len(group) * step), len(group)) for step in steps]
        for part, (start, end) in enumerate(pairwise([0, *ends])):
            numbers[group[start:end]] = part
    return numbers


def drawn(rows: int, seed: int, strata: Strata | None = None) -> Positions:
    """Return ``rows`` positions drawn with replacement, with ``strata`` from each group its size.

    Ascending, so that a table can be read once from front to back.
    """
    import numpy as np

    result = np.empty(rows, dtype=np.int64)
    start = 0
    for group in _groups(rows, None, strata):
        share = hashes(rows, seed)[group] / np.float64(2.0**64)
        picked = np.minimum((share * len(group)).astype(np.int64), len(group) - 1)
        result[start : start + len(group)] = group[picked]
        start += len(group)
    return np.sort(result)


def folds(
    rows: int, count: int, seed: int | None, strata: Strata | None = None
) -> NDArray[np.int32]:
    """Return a fold number from 0 to ``count - 1`` for each row, folds as equal as can be.

    Without a seed the rows are dealt round-robin in their own order. With ``strata`` each group is
    dealt out.
    """
    import numpy as np

    numbers = np.empty(rows, dtype=np.int32)
    start = 0
    for group in _groups(rows, seed, strata):
        for first in range(0, len(group), _BATCH):
            part = group[first : first + _BATCH]
            numbers[part] = np.arange(start, start + len(part)) % count
            start += len(part)
    return numbers


def count(rows: int, fraction: float) -> int:
    """Return ``floor(rows * fraction)``, 0.7 of 10 being 7 whatever 0.7 is in binary."""
    return _floor(rows * Decimal(repr(fraction)))


def _floor(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_FLOOR))


def _groups(rows: int, seed: int | None, strata: Strata | None) -> Iterator[Positions]:
    """Yield the positions of each group, shuffled by the seed, or in their order without one."""
    import numpy as np

    if strata is None:
        yield np.arange(rows) if seed is None else order(rows, seed)
        return
    if seed is None:
        sequence = np.argsort(strata, kind="stable")
    else:
        sequence = np.lexsort((hashes(rows, seed), strata))
    yield from np.split(sequence, np.flatnonzero(np.diff(strata[sequence])) + 1)


def _lowest(keys: NDArray[np.uint64], count: int) -> Positions:
    import numpy as np

    if count >= len(keys):
        return np.arange(len(keys))
    if count == 0:
        return np.empty(0, dtype=np.int64)
    cut = np.partition(keys, count - 1)[count - 1]
    below = np.flatnonzero(keys < cut)
    ties = np.flatnonzero(keys == cut)
    return np.concatenate([below, ties[: count - len(below)]])


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    import numpy as np

    with np.errstate(over="ignore"):
        z = values + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed: NDArray[np.uint64] = z ^ (z >> np.uint64(31))
    return mixed
