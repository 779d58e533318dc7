"""What a package is for, and where that ends."""

from __future__ import annotations

from collections.abc import Iterator

from studio.export.files import markdown
from studio.export.files.facts import PackageFacts
from studio.export.files.training_text import answers, counted

_SMALL = 1000
"""Rows below which figures differ much from split to split."""


def limit_list(facts: PackageFacts) -> str:
    """Return the limits that follow from the facts, as a list."""
    return "\n".join(f"- {line}" for line in _limits(facts))


def _limits(facts: PackageFacts) -> Iterator[str]:
    training = facts.training
    yield (
        "It is for rows like those it learned from: the same columns, filled in the same way. The "
        "table of columns says what training saw. What lies outside is extrapolation, and no "
        "figure here speaks for it."
    )
    if training.label is not None:
        label = markdown.name(training.label)
        yield (
            f"It predicts “{label}” from what goes with it. It does not say what causes it, nor "
            "what would come of changing a value on purpose."
        )
    if training.rows is not None and training.rows < _SMALL:
        rows = counted(training.rows, "row")
        yield f"It learned from {rows} only; with so few, figures differ much from split to split."
    if any(column.name.startswith("Scored Probabilities") for column in answers(facts)):
        yield (
            "A scored label is the class that the model holds most probable. Where one mistake "
            "costs more than another, decide by the probabilities, with a threshold of your own."
        )
    if facts.metrics:
        yield (
            "The figures are those of the experiment's own evaluation. They do not know what has "
            "changed since: compare answers with what came of them, and train again when they part."
        )
    yield (
        "Nothing here measures whether it treats groups of people alike. Where answers are about "
        "people, measure that first, and let a person decide."
    )
    yield (
        "The proof shows that the package answers as the studio did. It does not show that the "
        "answers are right."
    )
