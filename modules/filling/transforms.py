"""The transformations that deal with missing values, as they are kept and applied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from studio.sdk import Column, ColumnType, TableSchema
from studio.sdk.transform import Transform

if TYPE_CHECKING:
    from studio.sdk.ops import Columns, Ops, Value

LARGEST = float(2**63 - 1024)
"""The largest double that a whole number of a table can be."""


@dataclass(frozen=True, eq=False)
class FillMissing(Transform):
    """Missing values replaced by one value a column, and told of by indicator columns.

    Attributes:
        values: What takes the place of a missing value, for each input column; None leaves it
            missing.
        after: The columns as they are afterwards: a category may have got a level.
        indicators: The name of each column's indicator; empty for none.
        dropped: Columns that are left out: they had no values.
    """

    type: ClassVar[str] = "fill_missing"
    made_by: ClassVar[str] = "clean_missing_data"

    values: tuple[float | str | None, ...]
    after: tuple[Column, ...]
    indicators: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def writes(self) -> tuple[str, ...]:
        """The columns themselves, and their indicators."""
        return (*self.reads, *self.indicators)

    @property
    def drops(self) -> tuple[str, ...]:
        """The columns that had no values."""
        return self.dropped

    def written(self, schema: TableSchema) -> tuple[Column, ...]:
        """Return the columns with what they may have got by filling, and the indicators."""
        columns = [_filled(schema.column(c.name), c) for c in self.after]
        return (*columns, *(Column(name, "boolean") for name in self.indicators))

    def apply(self, columns: Columns, ops: Ops) -> Columns:
        """Return the columns filled, and whether something was missing."""
        filled = {
            name: columns[name] if value is None else ops.fill(columns[name], value)
            for name, value in zip(self.reads, self.values, strict=True)
        }
        told = {
            indicator: ops.num(ops.is_missing(columns[name]))
            for indicator, name in zip(self.indicators, self.reads, strict=False)
        }
        return columns | filled | told


@dataclass(frozen=True, eq=False)
class FillPredicted(FillMissing):
    """Missing numbers predicted from a row's other numbers; all else as :class:`FillMissing`.

    Attributes:
        together: The columns of numbers, which a fitted imputer looks at and fills together.
        imputer: The fitted imputer: it takes and gives a matrix of those columns.
    """

    type: ClassVar[str] = "fill_predicted"
    trusted: ClassVar[tuple[str, ...]] = (
        "modules.estimators.chained.ChainedEquations",
        "modules.estimators.ppca.ProbabilisticPca",
    )

    together: tuple[str, ...] = ()
    imputer: Any = None

    def apply(self, columns: Columns, ops: Ops) -> Columns:
        """Return the columns filled; an infinite number is as good as none for predicting."""
        matrix = ops.hstack(
            [ops.where(ops.is_infinite(columns[n]), None, columns[n]) for n in self.together]
        )
        made = ops.estimator(self.imputer, matrix)
        types = {column.name: column.type for column in self.inputs}
        predicted = {
            name: ops.fill(columns[name], _held(ops.take(made, number), types[name], ops))
            for number, name in enumerate(self.together)
        }
        return super().apply(columns, ops) | predicted


@dataclass(frozen=True, eq=False)
class KeepComplete(Transform):
    """Only the rows that have a value in every input column."""

    type: ClassVar[str] = "keep_complete"
    made_by: ClassVar[str] = "clean_missing_data"

    @property
    def writes(self) -> tuple[str, ...]:
        """Nothing: rows are left out, none is changed."""
        return ()

    def apply(self, columns: Columns, ops: Ops) -> Columns:
        """Return the columns as they are."""
        del ops
        return columns

    def keeps(self, columns: Columns, ops: Ops) -> Value | None:
        """Return the mask of the rows without missing values."""
        missing: Value | None = None
        for name in self.reads:
            mask = ops.is_missing(columns[name])
            missing = mask if missing is None else ops.either(missing, mask)
        return None if missing is None else ops.negate(missing)


@dataclass(frozen=True, eq=False)
class DropColumns(Transform):
    """Some columns left out."""

    type: ClassVar[str] = "drop_columns"
    made_by: ClassVar[str] = "clean_missing_data"

    names: tuple[str, ...]

    @property
    def drops(self) -> tuple[str, ...]:
        """The columns that are left out."""
        return self.names

    def apply(self, columns: Columns, ops: Ops) -> Columns:
        """Return the columns as they are."""
        del ops
        return columns


def _held(x: Value, kind: ColumnType, ops: Ops) -> Value:
    """Return predicted numbers rounded to what a column of a type can hold."""
    if kind == "double":
        return x
    low, high = (0.0, 1.0) if kind == "boolean" else (-LARGEST, LARGEST)
    return ops.clip(ops.floor(ops.add(x, 0.5)), low, high)


def _filled(column: Column, fitted: Column) -> Column:
    """Return a table's column as it is after filling: levels may come, fractions too."""
    if column.type == "category" and column.levels is not None:
        levels = dict.fromkeys((*column.levels, *(fitted.levels or ())))
        return replace(column, levels=tuple(levels))
    if column.type != fitted.type and not column.is_text:
        return replace(column, type="double")
    return column
