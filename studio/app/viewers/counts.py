"""The counts of right and wrong answers of two classes at a threshold, and what follows of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """How many answers were right and wrong, by what they should have been."""

    hit: int
    missed: int
    false: int
    right: int

    @property
    def total(self) -> int:
        """How many answers there are."""
        return self.hit + self.missed + self.false + self.right

    @property
    def accuracy(self) -> float | None:
        """The share of right answers."""
        return _ratio(self.hit + self.right, self.total)

    @property
    def precision(self) -> float | None:
        """The share of positives among what was called positive."""
        return _ratio(self.hit, self.hit + self.false)

    @property
    def recall(self) -> float | None:
        """The share of positives that were found."""
        return _ratio(self.hit, self.hit + self.missed)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        return _ratio(2 * self.hit, 2 * self.hit + self.false + self.missed)

    @property
    def false_share(self) -> float | None:
        """The share of negatives that were called positive."""
        return _ratio(self.false, self.false + self.right)

    @property
    def positive_share(self) -> float | None:
        """The share of all that was called positive."""
        return _ratio(self.hit + self.false, self.total)

    @property
    def lift(self) -> float | None:
        """How many times more positives were found than by choosing blindly."""
        recall, share = self.recall, self.positive_share
        return recall / share if recall is not None and share else None


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
