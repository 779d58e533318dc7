"""Modules that turn columns into what learners can use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, NamedTuple

from modules.conversion.levels import levels_of
from modules.measures.moments import Moments, moments
from studio.sdk import (
    CATEGORIES,
    NUMERIC,
    Column,
    ColumnSelection,
    ColumnTypeWrong,
    Context,
    Effect,
    Meta,
    Module,
    ModuleError,
    Problem,
    Table,
    TableSchema,
    param,
    unique_names,
)
from studio.sdk.transform import Transform

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.sdk.ops import Columns, Ops, Value

Method = Literal["zscore", "minmax", "logistic", "lognormal", "tanh"]

MOST_INDICATORS = 10_000


@dataclass(frozen=True, eq=False)
class Normalization(Transform):
    """Numbers brought to a common scale, each column by its own figures.

    Attributes:
        method: How.
        centers: What becomes 0 with zscore and minmax, and the mean of the logarithms with
            lognormal.
        widths: What becomes 1, counted from there: deviation, range, and that of the logarithms.
        constant: What a column of width 0 becomes; None for missing.
    """

    type: ClassVar[str] = "normalization"
    made_by: ClassVar[str] = "normalize_data"

    method: Method
    centers: tuple[float, ...]
    widths: tuple[float, ...]
    constant: float | None

    def apply(self, columns: Columns, ops: Ops) -> Columns:
        """Return the columns on the common scale; what is missing stays missing."""
        fitted = zip(self.reads, self.centers, self.widths, strict=True)
        return columns | {
            name: self._scaled(columns[name], center, width, ops) for name, center, width in fitted
        }

    def _scaled(self, x: Value, center: float, width: float, ops: Ops) -> Value:
        if self.method == "tanh":
            return ops.tanh(x)
        if self.method == "logistic":
            return ops.div(1.0, ops.add(1.0, ops.exp(ops.sub(0.0, x))))
        if width == 0.0:
            return ops.where(ops.eq(x, x), self.constant, None)
        if self.method == "lognormal":
            distance = ops.div(ops.sub(ops.log(x), center), width * sqrt(2.0))
            share = ops.mul(0.5, ops.add(1.0, ops.erf(distance)))
            return ops.where(ops.gt(x, 0.0), share, ops.where(ops.is_missing(x), None, 0.0))
        return ops.div(ops.sub(x, center), width)


class Normalized(NamedTuple):
    """The dataset on a common scale, and how it got there."""

    transformed_dataset: Annotated[Table, "Transformed dataset"]
    transformation_function: Annotated[Transform, "Transformation function"]


class NormalizeData(Module):
    """Bring columns of numbers to a common scale.

    Use it where units differ, before learners that add or compare columns: linear models, clusters,
    neural networks. Trees do not need it.

    - **ZScore**: (x − mean) / standard deviation, the population's (divided by the number of rows).
    - **MinMax**: (x − smallest) / (largest − smallest), from 0 to 1.
    - **Logistic**: 1 / (1 + e^−x).
    - **LogNormal**: the share of a log-normal distribution that lies below x; its two figures are
      the mean
      and the population deviation of the logarithms of the values above 0. Other values become 0.
    - **TanH**: the hyperbolic tangent of x.

    The columns are replaced, as doubles; text, booleans and dates are refused. Missing values are
    left out of the figures and stay missing; so are infinite ones, with a warning. A constant
    column has no spread: it becomes 0 with ZScore, MinMax and LogNormal, or missing when that
    option is off.

    The transformation function does the same to other data, with the figures found here.
    """

    meta = Meta(
        "normalize_data",
        "Normalize Data",
        "Data Transformation/Scale and Reduce",
        version=2,
        search=("standardize", "scale", "zscore", "minmax", "standard scaler", "tanh", "logistic"),
    )

    columns: ColumnSelection = param(
        NUMERIC,
        "Columns to transform",
        help="Columns of numbers.",
        shows={
            "values": (
                {"rules": [{"by": "type", "values": ["numeric"]}]},
                {"rules": [{"by": "type", "values": ["integer"]}]},
            )
        },
    )
    method: Method = param("zscore", "Transformation method", help="How values are scaled.")
    zero_for_constant: bool = param(
        True,
        "Use 0 for constant columns when checked",
        when={"method": ["zscore", "minmax", "lognormal"]},
        help="A column with a single value becomes 0; otherwise missing.",
    )

    def effect(self) -> Effect:
        """Two of the methods look at one value only, the others at the whole column."""
        return Effect("same", "row" if self.method in ("logistic", "tanh") else "all")

    def output_schema(self, dataset: TableSchema) -> dict[str, TableSchema]:
        """Return the columns, the scaled ones as doubles."""
        figures = dict.fromkeys(_chosen(self.columns, dataset, _is_numeric, "a number"), Moments())
        return {"transformed_dataset": self._fitted(dataset, figures).output_schema(dataset)}

    def check(self, dataset: TableSchema) -> list[Problem]:
        """Return which of the columns are not numbers."""
        try:
            _chosen(self.columns, dataset, _is_numeric, "a number")
        except ModuleError as error:
            return [error.to_problem()]
        return []

    def run(self, dataset: Annotated[Table, "Dataset"], ctx: Context) -> Normalized:
        """Find the figures, and scale the columns in batches."""
        names = _chosen(self.columns, dataset.schema, _is_numeric, "a number")
        change = _logarithms if self.method == "lognormal" else None
        figures = moments(dataset, names, ctx, change)
        for name, found in figures.items():
            if found.infinite:
                ctx.warn(
                    "values_infinite",
                    f"Column “{name}” has {found.infinite} infinite values; they are left out.",
                )
        transform = self._fitted(dataset.schema, figures)
        return Normalized(transform.apply_table(dataset), transform)

    def _fitted(self, schema: TableSchema, figures: dict[str, Moments]) -> Normalization:
        by_range = self.method == "minmax"
        spread = {n: 0.0 if f.constant else f.deviation for n, f in figures.items()}
        return Normalization(
            tuple(schema.column(name) for name in figures),
            self.method,
            tuple(f.low if by_range and f.count else f.mean for f in figures.values()),
            tuple(
                f.high - f.low if by_range and f.count else spread[n] for n, f in figures.items()
            ),
            0.0 if self.zero_for_constant else None,
        )


@dataclass(frozen=True, eq=False)
class Indicators(Transform):
    """A column of zeros and ones for each level of some columns.

    Attributes:
        levels: For each input column, its levels.
        names: For each input column, the names of its indicators, in the order of the levels; where
            there
            is one more, it tells of missing values.
        overwrite: Whether the columns themselves are left out.
    """

    type: ClassVar[str] = "indicators"
    made_by: ClassVar[str] = "convert_to_indicator_values"

    levels: tuple[tuple[str, ...], ...]
    names: tuple[tuple[str, ...], ...]
    overwrite: bool

    @property
    def writes(self) -> tuple[str, ...]:
        """The indicators."""
        return tuple(name for names in self.names for name in names)

    @property
    def drops(self) -> tuple[str, ...]:
        """The columns that the indicators take the place of."""
        return self.reads if self.overwrite else ()

    def written(self, schema: TableSchema) -> tuple[Column, ...]:
        """Return the indicators: integers, features."""
        del schema
        return tuple(Column(name, "integer") for name in self.writes)

    def apply(self, columns: Columns, ops: Ops) -> Columns:
        """Return the indicators beside the columns; an unknown level gives zeros."""
        made: Columns = {}
        for source, levels, names in zip(self.reads, self.levels, self.names, strict=True):
            matrix = ops.onehot(columns[source], levels)
            made |= {name: ops.take(matrix, i) for i, name in enumerate(names[: len(levels)])}
            for name in names[len(levels) :]:
                made[name] = ops.num(ops.is_missing(columns[source]))
        return columns | made


class Indicated(NamedTuple):
    """The dataset with indicators, and how they were made."""

    results_dataset: Annotated[Table, "Results dataset"]
    indicator_transformation: Annotated[Transform, "Indicator transformation"]


class ConvertToIndicatorValues(Module):
    """Make a column of zeros and ones for each level of a category.

    Use it where a method needs numbers and the levels have no order. A column `kind` with the
    levels `low` and `high` gives the columns `kind-low` and `kind-high`; where values are missing
    there is one more, `kind- Missing`. All levels of a category get a column, also those that no
    row has; free text is taken too, its levels are the distinct texts in order. Numbers and dates
    are refused: make them categories first, with Edit Metadata.

    Overwriting leaves the original columns out. The new columns come after all others.

    The transformation makes the same columns for other data: a level that was not there gives
    zeros, and so does a missing value where none was missing before.
    """

    meta = Meta(
        "convert_to_indicator_values",
        "Convert to Indicator Values",
        "Data Transformation/Manipulation",
        search=("one hot", "dummy", "get_dummies", "encode", "categorical"),
    )

    columns: ColumnSelection = param(
        CATEGORIES,
        "Categorical columns to convert",
        help="Categories, or columns of text.",
        shows={
            "values": (
                {"rules": [{"by": "type", "values": ["category"]}]},
                {"rules": [{"by": "type", "values": ["text"]}]},
            )
        },
    )
    overwrite: bool = param(
        False, "Overwrite categorical columns", help="Leave the original columns out."
    )

    def effect(self) -> Effect:
        """Which columns come out depends on all rows."""
        return Effect("same", "all")

    def check(self, dataset: TableSchema) -> list[Problem]:
        """Return which of the columns are neither categories nor text."""
        try:
            _chosen(self.columns, dataset, _is_text, "a category or text")
        except ModuleError as error:
            return [error.to_problem()]
        return []

    def run(self, dataset: Annotated[Table, "Dataset"], ctx: Context) -> Indicated:
        """Find the levels, and make their columns in batches."""
        sources = _chosen(self.columns, dataset.schema, _is_text, "a category or text")
        levels = [
            levels_of(dataset, name, ctx, most=MOST_INDICATORS, param="columns") for name in sources
        ]
        missing = _with_missing(dataset, sources, ctx)
        wanted = [
            [f"{source}-{level}" for level in found] + [f"{source}- Missing"] * (source in missing)
            for source, found in zip(sources, levels, strict=True)
        ]
        flat = iter(unique_names([n for names in wanted for n in names], dataset.schema.names))
        transform = Indicators(
            tuple(dataset.schema.column(name) for name in sources),
            tuple(levels),
            tuple(tuple(next(flat) for _ in names) for names in wanted),
            self.overwrite,
        )
        return Indicated(transform.apply_table(dataset), transform)


def _chosen(
    columns: ColumnSelection, schema: TableSchema, fits: Callable[[Column], bool], wanted: str
) -> list[str]:
    """Return the names of the chosen columns; raises ColumnTypeWrong where one does not fit."""
    names = columns.names(schema, param="columns")
    for column in map(schema.column, names):
        if not fits(column):
            raise ColumnTypeWrong(
                column=column.name,
                found=column.type,
                wanted=wanted,
                param="columns",
                port="dataset",
            )
    return names


def _is_numeric(column: Column) -> bool:
    return column.is_numeric


def _is_text(column: Column) -> bool:
    return column.is_text


def _logarithms(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithms of the values above 0; the others are left out."""
    import numpy as np

    chosen: NDArray[np.float64] = np.log(values[values > 0])
    return chosen


def _with_missing(dataset: Table, names: list[str], ctx: Context) -> set[str]:
    found: set[str] = set()
    for batch in dataset.select(names).batches():
        ctx.check()
        found |= {name for name in names if batch.column(name).null_count}
    return found
