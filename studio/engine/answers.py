"""The answers to questions: plain data that is bounded in size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.sdk.errors import Problem

Number = int | float | str | None
"""A number; a time as ISO text, a span as "1.02:03:04", an infinite one as "Infinity"."""


@dataclass(frozen=True, slots=True)
class Described:
    """The answer to Describe.

    Attributes:
        schemas: For each node, the schema of each Table output, or None where nothing is known.
        problems: For each node that has any, its problems.
        guessed: Nodes whose schemas are those of an earlier result.
        keys: For each node, the key under which its result is or would be kept; None where unknown.
        stored: Nodes whose result is in the store.
        problem: Why there is no answer.
    """

    request: str
    schemas: Mapping[str, Mapping[str, Any]]
    problems: Mapping[str, tuple[Problem, ...]]
    guessed: tuple[str, ...] = ()
    keys: Mapping[str, str | None] = field(default_factory=dict)
    stored: tuple[str, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Previewed:
    """The answer to Preview: rows of a table from ``offset``, or what a value has to say.

    Attributes:
        total: How many rows fulfil the conditions.
        rows: Their cells, column by column: JSON values, None where missing.
        content: What there is to say of a value that is not a table; its ``kind`` says which.
        rows_in_all: How many rows the table has.
    """

    request: str
    total: int = 0
    offset: int = 0
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    content: Mapping[str, Any] | None = None
    problem: Problem | None = None
    rows_in_all: int = 0


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many values lie in each bar: ``edges`` has one more than ``counts``.

    A bar holds its left edge; the last one holds both. ``left_out`` are values that no bar can
    hold: infinite ones and, on a logarithmic axis, those that are not above 0.
    """

    edges: tuple[Number, ...]
    counts: tuple[int, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Frequencies:
    """The most frequent values and how often each comes, the most frequent first.

    Attributes:
        rest: How often all other values come together.
        rest_values: How many other values there are.
    """

    values: tuple[str, ...]
    counts: tuple[int, ...]
    rest: int = 0
    rest_values: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A box plot, as numbers on the axis (times and spans in seconds, times since 1970).

    Attributes:
        name: What the box is of: a category, or the column.
        low, high: The ends of the whiskers: the outermost values within 1.5 × (q3 - q1) of the box.
        outliers: Some of the values beyond the whiskers, the lowest and the highest among them.
        outliers_in_all: How many there are.
    """

    name: str
    count: int
    low: float
    q1: float
    median: float
    q3: float
    high: float
    mean: float
    outliers: tuple[float, ...] = ()
    outliers_in_all: int = 0


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What can be said of one column.

    Attributes:
        type, role: As in the schema.
        feature_type: As people call it: "Numeric Feature", "String Label", "Categorical Feature".
        rows: How many rows were looked at.
        missing: In how many of them there is no value.
        unique: How many different values there are; None of numbers in a brief profile, which has
            no median and no box either.
        infinite: How many values are infinite; they count in no figure below.
        standard_deviation: Of the sample (n - 1); of times and spans in seconds.
        histogram: Of numbers, times and spans; None where there is nothing to draw.
        frequencies: Of texts, categories and booleans.
        box: Of numbers, times and spans.
    """

    name: str
    type: str
    role: str
    feature_type: str
    rows: int
    missing: int
    unique: int | None
    infinite: int = 0
    mean: Number = None
    median: Number = None
    minimum: Number = None
    maximum: Number = None
    standard_deviation: float | None = None
    histogram: Histogram | None = None
    frequencies: Frequencies | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Profiled:
    """The answer to Profile.

    Attributes:
        total: How many rows fulfil the conditions.
        sampled_rows: How many evenly spaced ones of them were looked at, where not all were.
    """

    request: str
    total: int = 0
    columns: tuple[ColumnProfile, ...] = ()
    sampled_rows: int | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Scatter:
    """Two columns of numbers (times and spans in seconds, times since 1970).

    Attributes:
        points: Evenly spaced rows, as (x, y).
        slope, intercept: Of the least-squares line over all rows; None where there is none.
        correlation: Pearson's r over all rows; None where one column does not vary.
    """

    points: tuple[tuple[float, float], ...]
    slope: float | None = None
    intercept: float | None = None
    correlation: float | None = None


@dataclass(frozen=True, slots=True)
class Boxes:
    """A column of numbers by category, the most frequent categories first.

    Attributes:
        category, number: The names of the columns.
        left_out: How many categories are not shown, and ``left_out_rows`` in how many rows.
    """

    category: str
    number: str
    boxes: tuple[Box, ...]
    left_out: int = 0
    left_out_rows: int = 0


@dataclass(frozen=True, slots=True)
class CrossTab:
    """Two columns of categories: ``counts[i][j]`` rows have ``x_values[i]`` and ``y_values[j]``.

    Attributes:
        x_rest, y_rest: How many less frequent values are summed in a last row or column of
            ``counts`` that has no value; where 0, there is none.
    """

    x_values: tuple[str, ...]
    y_values: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    x_rest: int = 0
    y_rest: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """The answer to Compare: one of the three pictures.

    Attributes:
        rows: In how many rows both columns have a value.
        missing: In how many rows one has none, or an infinite one.
        sampled_rows: As in Profiled; figures and points are then of those rows.
    """

    request: str
    x: str = ""
    y: str = ""
    x_type: str = ""
    y_type: str = ""
    rows: int = 0
    missing: int = 0
    sampled_rows: int | None = None
    scatter: Scatter | None = None
    boxes: Boxes | None = None
    cross_tab: CrossTab | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A place in a tree where it divides, or a leaf.

    Attributes:
        rule: What is asked, "price <= 3.5"; rows for which it holds go left. Empty for a leaf.
        left, right: Places of what follows, in the tree's ``nodes``; None for a leaf, and where the
            rest is not shown.
        samples: How many rows came here when it was fitted; None where the model does not know.
        value: What it says here: a quantity, or what the tree adds to the sum.
        shares: Of a classifying tree: the share of each class.
        hidden: Whether something follows that is not shown.
    """

    rule: str
    left: int | None = None
    right: int | None = None
    samples: float | None = None
    value: float | None = None
    shares: tuple[float, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree of a model: its nodes, the root first; ``title`` has its number, and class if any."""

    title: str
    nodes: tuple[TreeNode, ...]


@dataclass(frozen=True, slots=True)
class TreesShown:
    """The answer to Trees: those from ``first``; ``total`` is 0 for a model without trees."""

    request: str
    total: int = 0
    first: int = 0
    classes: tuple[str, ...] = ()
    trees: tuple[Tree, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Snapshotted:
    """The answer to Snapshot: what was saved ("dataset", "model" or "transform"), and where."""

    request: str
    kind: str = ""
    path: str = ""
    problem: Problem | None = None


Answer = Described | Previewed | Profiled | Compared | TreesShown | Snapshotted
