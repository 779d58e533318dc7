"""What can be asked about an experiment's columns and about stored results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Scalar = bool | int | float | str | None
Test = Literal[
    "contains",
    "not_contains",
    "equals",
    "not_equals",
    "less",
    "at_most",
    "greater",
    "at_least",
    "missing",
    "present",
]


@dataclass(frozen=True, slots=True)
class Sort:
    """By which column to order rows; equal ones keep their order, missing ones are last."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """What a row must fulfil; a missing value fulfils nothing but ``missing``.

    Attributes:
        value: What to compare with, in the column's type: a number, true or false, a time as ISO
            text, a span as "1.02:03:04" or in seconds, a text. ``contains`` looks at the value as
            it is shown, whatever its type, and takes capitals for small letters.
    """

    column: str
    test: Test
    value: Scalar = None


@dataclass(frozen=True, slots=True)
class Describe:
    """Ask for the columns at every port and the problems that only module code can find."""

    request: str
    experiment: Mapping[str, Any]
    base: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Ask for some rows of a stored table, or for what there is to say of another stored value.

    The answer is bounded: at most 1,000 rows and 50,000 cells, 4 MB, and 1,000 letters a cell.

    Attributes:
        table: Name of one of a report's tables, or "index" for the list of files; None for a table,
            and for a report's or any other value's own content.
        sort: The order of the rows; empty for the order in which they are stored.
        where: Conditions that a row must all fulfil to be shown.
    """

    request: str
    key: str
    port: str
    offset: int = 0
    limit: int = 100
    columns: tuple[str, ...] | None = None
    table: str | None = None
    sort: tuple[Sort, ...] = ()
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """Ask for statistics and a histogram of columns of a stored table.

    Attributes:
        columns: Which; None for all. Ask for a screenful at a time: others get their turn between.
        table: As in Preview.
        bins: How many bars a histogram of numbers has, and how many values are counted of others.
        log_x: Whether the bars of numbers are of equal width in logarithms.
        where: Conditions that a row must all fulfil to count.
        brief: Whether the histogram, the frequencies and what is missing are enough: it is several
            times as quick.
    """

    request: str
    key: str
    port: str
    columns: tuple[str, ...] | None = None
    table: str | None = None
    bins: int = 10
    log_x: bool = False
    where: tuple[Condition, ...] = ()
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """Ask how two columns of a stored table go together; ``limit`` is for the points of a scatter.

    The other attributes are those of Preview.
    """

    request: str
    key: str
    port: str
    x: str
    y: str
    table: str | None = None
    limit: int = 2000
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Trees:
    """Ask for some of the trees of a stored model, from the ``first``, counted from 0."""

    request: str
    key: str
    port: str
    first: int = 0
    count: int = 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Ask for a stored table, model or transform to be saved under a name for good.

    Attributes:
        name: What the person calls it; it becomes a file's name.
        replace: Whether something saved under that name before may go.
        source: Where it comes from, as a person reads it: the experiment, and the node perhaps.
        folder: The folder of saved things; empty for the user's own.
    """

    request: str
    key: str
    port: str
    name: str
    replace: bool = False
    source: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Forget:
    """Give up a question: it is dropped or stopped, and gets no answer any more."""

    request: str


Look = Preview | Profile | Compare | Trees | Snapshot
"""A question about one stored value."""
Question = Describe | Look
