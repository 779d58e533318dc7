"""The features of a model: a table's columns as one matrix of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any, ClassVar

from studio.sdk.errors import ModuleError
from studio.sdk.schema import Column, TableSchema
from studio.sdk.transform import Transform

if TYPE_CHECKING:
    import pyarrow as pa

    from studio.sdk.ops import Columns, Ops, Value
    from studio.sdk.table import Table

MATRIX = "features"
DAY = 86_400_000_000.0
SECOND = 1_000_000.0
PIECE = 1 << 22
"""Numbers that the matrix of one batch holds at most, if it has more than a few rows."""


class LevelUnknown(ModuleError):
    """A row to score has a value of a category that training never saw."""

    code = "level_unknown"
    sentence = "Column “{column}” has the value “{value}”, which was not there in training."
    hint = (
        "Switch on “Allow unknown categorical levels” in the learner, or replace the value. "
        "Known: {known}."
    )


class InfiniteValue(ModuleError):
    """A feature is infinite, which no learner can work with."""

    code = "infinite_value"
    sentence = "Column “{column}” has an infinite value in row {row}."
    hint = "Replace or remove infinite values first, for example with Apply SQL Transformation."


@dataclass(frozen=True, eq=False)
class Features(Transform):
    """Numbers as they are, booleans as 0 and 1, dates as days, text as one column a level.

    Attributes:
        levels: The levels of each text column, in order.
        allow_unknown: Whether a level that is not among them may come (as a row of zeros).
    """

    type: ClassVar[str] = "features"

    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    allow_unknown: bool = True

    @property
    def writes(self) -> tuple[str, ...]:
        """The one matrix."""
        return (MATRIX,)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the matrix's columns: a level's is ``column-level``."""
        return tuple(name for name, _ in self._sources())

    @property
    def spoken(self) -> tuple[str, ...]:
        """The matrix's columns as people read them: a level's is ``column = level``."""
        return tuple(
            source if name == source else f"{source} = {name.removeprefix(source + '-')}"
            for name, source in self._sources()
        )

    @property
    def sources(self) -> tuple[str, ...]:
        """For each column of the matrix, the column of the table that it comes from."""
        return tuple(source for _, source in self._sources())

    def output_schema(self, schema: TableSchema) -> TableSchema:
        """Return the table's schema: a matrix is no column of a table."""
        self.check(schema)
        return schema

    def apply(self, columns: Columns, ops: Ops) -> Columns:
        """Return the columns with the matrix among them."""
        return columns | {MATRIX: ops.hstack([self._encoded(c, columns, ops) for c in self.inputs])}

    def missing(self, columns: Columns, ops: Ops) -> Value:
        """Return the mask of the rows where any feature is missing."""
        return reduce(ops.either, [ops.is_missing(columns[name]) for name in self.reads])

    def pieces(self, table: Table) -> Iterator[pa.RecordBatch]:
        """Yield the table's rows in batches so small that their matrix stays small too."""
        rows = max(256, PIECE // max(1, len(self.names)))
        for batch in table.batches():
            for start in range(0, batch.num_rows, rows):
                yield batch.slice(start, rows)

    def refuse(self, columns: Columns, rows: Value, start: int = 0) -> None:
        """Raise InfiniteValue or LevelUnknown for what cannot be scored.

        Only ``rows``, a mask, are looked at; they count from ``start``.
        """
        import numpy as np

        for column in self.inputs:
            values = columns[column.name]
            if not column.is_text:
                infinite = np.flatnonzero(np.isinf(values) & rows)
                if len(infinite):
                    raise InfiniteValue(
                        column=column.name, row=start + int(infinite[0]) + 1, port="dataset"
                    )
            elif not self.allow_unknown:
                known = self.levels[column.name]
                strange = sorted(set(values[rows].tolist()) - set(known) - {None})
                if strange:
                    raise LevelUnknown(
                        column=column.name, value=strange[0], known=known, port="dataset"
                    )

    def _encoded(self, column: Column, columns: Columns, ops: Ops) -> Value:
        values = columns[column.name]
        if column.is_text:
            return ops.onehot(values, self.levels[column.name])
        if column.type == "datetime":
            return ops.div(values, DAY)
        return ops.div(values, SECOND) if column.type == "timespan" else values

    def _sources(self) -> list[tuple[str, str]]:
        return [
            (name, column.name)
            for column in self.inputs
            for name in (
                [f"{column.name}-{level}" for level in self.levels[column.name]]
                if column.is_text
                else [column.name]
            )
        ]


def find_features(
    table: Table, columns: Sequence[Column], *, allow_unknown: bool = True
) -> Features:
    """Return the features of a table's columns; reads the text columns to find their levels.

    A category has the levels that its type declares, a string those that occur, in alphabetical
    order.
    """
    import pyarrow.compute as pc

    found: dict[str, set[Any]] = {c.name: set() for c in columns if c.type == "string"}
    if found:
        for batch in table.batches():
            for name, levels in found.items():
                levels.update(pc.unique(batch.column(name)).to_pylist())
    declared = {c.name: c.levels or () for c in columns if c.type == "category"}
    ordered = {name: tuple(sorted(levels - {None})) for name, levels in found.items()}
    inputs = tuple(Column(c.name, c.type) for c in columns)
    return Features(inputs, {**declared, **ordered}, allow_unknown)


def feature_columns(schema: TableSchema, label: str | None = None) -> tuple[Column, ...]:
    """Return the columns that a model learns from: those of role feature, without the label."""
    return tuple(c for c in schema.visible if c.role == "feature" and c.name != label)
