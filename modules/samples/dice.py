"""Dice that fall the same on every machine, by the part of Python's generator that is fixed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """Random choices made from ``random.Random(seed).random()`` and exact arithmetic alone."""

    def __init__(self, seed: int) -> None:
        self._next = random.Random(seed).random

    def chance(self, probability: float) -> bool:
        """Return true with this probability."""
        return self._next() < probability

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self._next() * (high - low + 1))

    def between(self, low: float, high: float) -> float:
        """Return a number of a range."""
        return low + self._next() * (high - low)

    def bell(self, mean: float, spread: float) -> float:
        """Return a number near ``mean``: twelve even draws added, close to a normal one."""
        return mean + spread * (sum(self._next() for _ in range(12)) - 6.0)

    def one_of(self, items: Sequence[Item], weights: Sequence[float] | None = None) -> Item:
        """Return one of the items, by weight where weights are given."""
        if weights is None:
            return items[self.whole(0, len(items) - 1)]
        left = self._next() * sum(weights)
        for item, weight in zip(items, weights, strict=True):
            left -= weight
            if left < 0:
                return item
        return items[-1]
