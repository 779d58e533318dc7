"""A table from columns of text: typed by a sample, and widened where a later value does not fit."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from modules.reading.faults import ValueUnfit
from modules.reading.kinds import TYPES, Kind, Style, infer, joined
from modules.reading.values import Unfit, parse, parse_category, text_values
from studio.sdk import Column, ColumnMissing, ColumnType, Context, Table, TableSchema
from studio.sdk.arrow import Misfit, arrow_schema

TextBatches = Callable[[], Iterator[Sequence[pa.Array]]]
"""Reads the columns of text anew, in batches; each batch has one array of strings a column."""

_SPOKEN: dict[Kind, str] = {
    "unknown": "missing",
    "integer": "a whole number",
    "double": "a number that can be kept exactly",
    "boolean": "true or false",
    "datetime": "a date or time",
    "zoned": "a time with a zone",
    "timespan": "a span of time",
    "string": "text",
}


@dataclass(frozen=True, slots=True)
class TextColumn:
    """One column of text: its name, what its text stands for, and whether a person chose that."""

    name: str
    kind: Kind
    chosen: bool = False
    levels: tuple[str, ...] | None = None


@dataclass(frozen=True)
class TextPlan:
    """How columns of text become a table."""

    columns: tuple[TextColumn, ...]
    style: Style
    read: TextBatches
    ctx: Context

    @property
    def schema(self) -> TableSchema:
        """The schema of the table as it is hoped for now."""
        return TableSchema(
            tuple(Column(c.name, TYPES[c.kind], levels=c.levels) for c in self.columns)
        )

    def table(self) -> Table:
        """Return the table, read when it is asked for, and again where a type is widened."""
        wider: list[TextPlan] = []
        return Table(
            self.schema, lambda: self._batches(wider), relax=lambda _column: wider[-1].table()
        )

    def _batches(self, wider: list[TextPlan]) -> Iterator[pa.RecordBatch]:
        target = arrow_schema(self.schema)
        reading, row = self.read(), 0
        for texts in reading:
            try:
                arrays = [self._parsed(t, c) for t, c in zip(texts, self.columns, strict=True)]
            except Unfit:
                wider.append(self._widened(itertools.chain([texts], reading), row))
                raise Misfit(self.columns[0].name) from None
            yield pa.RecordBatch.from_arrays(arrays, schema=target)
            row += len(texts[0])

    def _parsed(self, text: pa.Array, column: TextColumn) -> pa.Array:
        if column.kind == "category":
            return parse_category(
                text, Column(column.name, "category", levels=column.levels), self.style
            )
        return parse(text, column.kind, self.style, chosen=column.chosen)

    def _widened(self, rest: Iterator[Sequence[pa.Array]], row: int) -> TextPlan:
        """Return the plan under which every value from here to the end fits; raises ValueUnfit."""
        columns = list(self.columns)
        for texts in rest:
            for number, text in enumerate(texts):
                columns[number] = self._fitting(columns[number], text, row)
            row += len(texts[0])
        return replace(self, columns=tuple(columns))

    def _fitting(self, column: TextColumn, text: pa.Array, row: int) -> TextColumn:
        """Return the column widened until it takes all values of a batch, saying so in the log."""
        try:
            self._parsed(text, column)
        except Unfit as unfit:
            place = f"{row + unfit.index + 1:,}"
            if column.chosen:
                raise ValueUnfit(
                    column=column.name,
                    type=TYPES[column.kind],
                    row=place,
                    value=unfit.value,
                    param="column_types",
                ) from None
            kind = joined(column.kind, infer(text, self.style))
            kind = "string" if kind == column.kind else kind
            if column.kind != "unknown":
                shown = unfit.value if len(unfit.value) <= 60 else unfit.value[:59] + "…"
                self.ctx.log(
                    f"Column “{column.name}” is read as {TYPES[kind]}, not {TYPES[column.kind]}: "
                    f"row {place} holds “{shown}”, which is not {_SPOKEN[column.kind]}."
                )
            return self._fitting(replace(column, kind=kind), text, row)
        return column


def plan(
    names: Sequence[str],
    sample: Sequence[pa.Array],
    chosen: Mapping[str, ColumnType],
    style: Style,
    read: TextBatches,
    ctx: Context,
) -> TextPlan:
    """Return the plan for columns of these names, their kinds taken from a sample of their text.

    Raises ColumnMissing where a type is chosen for a column that is not there.
    """
    for name in chosen:
        if name not in names:
            raise ColumnMissing(column=name, available=names, param="column_types")
    columns = tuple(
        _column(name, text, chosen.get(name), style)
        for name, text in zip(names, sample, strict=True)
    )
    made = TextPlan(columns, style, read, ctx)
    return _with_levels(made) if "category" in chosen.values() else made


def _column(name: str, text: pa.Array, chosen: ColumnType | None, style: Style) -> TextColumn:
    if chosen is None:
        return TextColumn(name, infer(text, style))
    if chosen == "datetime" and infer(text, style) == "zoned":
        return TextColumn(name, "zoned", chosen=True)
    return TextColumn(name, chosen, chosen=True)


def _with_levels(made: TextPlan) -> TextPlan:
    """Return the plan with its categories' levels, in the order of their text: a reading more."""
    seen: dict[int, set[str]] = {
        number: set() for number, column in enumerate(made.columns) if column.kind == "category"
    }
    for texts in made.read():
        for number, levels in seen.items():
            values = pc.drop_null(pc.unique(text_values(texts[number], made.style)))
            levels.update(values.to_pylist())
    columns = list(made.columns)
    for number, levels in seen.items():
        columns[number] = replace(columns[number], levels=tuple(sorted(levels)))
    return replace(made, columns=tuple(columns))
