"""A table as a lazy frame: narwhals expressions that DuckDB runs out of core."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from studio.sdk.schema import ORIGIN, Column, TableSchema
from studio.sdk.table import BATCH_ROWS, Table

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa


@dataclass(frozen=True)
class Lazy:
    """A lazy frame with generated column names, and which column each of them shows.

    Attributes:
        frame: The narwhals frame. Its names are generated, since DuckDB ignores the case of names.
        names: Shown name -> name in the frame, in the order of the result.
        schema: Ours, by shown name; computed columns may be absent and get the type that DuckDB gives.
        position: Name in the frame of the row's number in the physical order, from 0.
    """

    frame: nw.LazyFrame[Any]
    names: Mapping[str, str]
    schema: TableSchema
    position: str

    def col(self, name: str) -> nw.Expr:
        """Return the expression of a column by its shown name; raises ColumnMissing."""
        import narwhals as nw

        self.schema.column(name)
        return nw.col(self.names[name])

    def row(self) -> nw.Expr:
        """Return the expression of the row's number in the physical order, from 0."""
        import narwhals as nw

        return nw.col(self.position)

    def with_frame(self, frame: nw.LazyFrame[Any]) -> Lazy:
        """Return the same columns over another frame: filtered, sorted, joined."""
        return replace(self, frame=frame)

    def filter(self, *tests: nw.Expr) -> Lazy:
        """Return the rows that pass every test, in order; a test that is missing does not pass."""
        return self.with_frame(self.frame.filter(*tests))

    def select(self, names: Iterable[str]) -> Lazy:
        """Return these columns, the hidden origin with them; raises ColumnMissing."""
        schema = self.schema.select(names)
        kept = {column.name: self.names[column.name] for column in schema.columns}
        return replace(self, names=kept, schema=schema)

    def sorted(self) -> Lazy:
        """Return the rows in their physical order: after a join, say."""
        return self.with_frame(self.frame.sort(self.position))

    def assign(self, computed: Mapping[str, nw.Expr], schema: TableSchema | None = None) -> Lazy:
        """Return the frame with columns computed, by shown name, replaced in place or appended.

        ``schema`` says type and role of the result's columns where DuckDB's type would not do.
        """
        names = dict(self.names)
        hidden = {ORIGIN: names.pop(ORIGIN)} if ORIGIN in names else {}
        inner = {name: f"{self.position}_{len(self.names)}_{i}" for i, name in enumerate(computed)}
        frame = self.frame.with_columns(
            **{inner[name]: expression for name, expression in computed.items()}
        )
        names.update(inner)
        known = schema if schema is not None else self.schema.drop(set(computed))
        return replace(self, frame=frame, names=names | hidden, schema=known)

    def table(self) -> Table:
        """Return the table that the frame makes, read in batches each time it is asked for."""
        relation = self.frame.select(*self.names.values()).to_native()
        natural = _schema(relation, self.names, self.schema)
        inner = list(self.names.values())
        timespans = {
            n
            for n, kind in zip(relation.columns, relation.types, strict=True)
            if kind == "INTERVAL"
        }
        if timespans:
            relation = relation.project(
                ", ".join(
                    f'epoch_us("{n}") AS "{n}"' if n in timespans else f'"{n}"' for n in inner
                )
            )

        def batches() -> Iterator[pa.RecordBatch]:
            yield from relation.to_arrow_reader(BATCH_ROWS)

        raw = Table.from_batches(natural, batches)
        hoped = TableSchema(
            tuple(
                self.schema.column(n) if n in self.schema else natural.column(n) for n in self.names
            )
        )
        return raw.shaped(hoped) if hoped != natural else raw


def scan(table: Table, prefix: str) -> Lazy:
    """Return a lazy frame over a table; columns are named by ``prefix`` and their number."""
    import narwhals as nw

    from studio.sdk.duck import connection

    data = table.to_arrow(origin=True)
    inner = [f"{prefix}{number}" for number in range(data.num_columns)]
    position = f"{prefix}_position"
    relation = connection().from_arrow(data.rename_columns(inner))
    relation = relation.project(f'*, row_number() OVER () - 1 AS "{position}"')
    names = dict(zip([c.name for c in table.schema.columns], inner, strict=True))
    return Lazy(nw.from_native(relation), names, table.schema, position)


def _schema(relation: Any, names: Mapping[str, str], known: TableSchema) -> TableSchema:
    """Return our schema of a relation's columns by the types that DuckDB gives."""
    from studio.sdk.arrow import natural_type

    arrow = relation.limit(0).to_arrow_table().schema
    columns = []
    for name, inner in names.items():
        kind = arrow.field(inner).type
        role = known.column(name).role if name in known else "feature"
        spoken = "timespan" if str(kind) == "month_day_nano_interval" else natural_type(name, kind)
        columns.append(Column(name, spoken, role))
    return TableSchema(tuple(columns))
