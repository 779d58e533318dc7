"""A table as a lazy frame: narwhals expressions that DuckDB runs out of core."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from studio.sdk.arrow import Misfit
from studio.sdk.errors import ColumnMissing
from studio.sdk.schema import ORIGIN, Column, TableSchema
from studio.sdk.table import BATCH_ROWS, Table

if TYPE_CHECKING:
    import narwhals as nw
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Lazy:
    """A lazy frame with generated column names, and which column each of them shows.

    Attributes:
        frame: The narwhals frame. Its names are generated, since DuckDB ignores the case of names.
        names: Shown name -> name in the frame, in the order of the result. A timespan is in it as a
            whole number of microseconds.
        schema: Ours, by shown name; computed columns may be absent and get the type that DuckDB
            gives.
        position: Name in the frame of the row's number in the physical order, from 0.
    """

    frame: nw.LazyFrame[Any]
    names: Mapping[str, str]
    schema: TableSchema
    position: str

    def col(self, name: str) -> nw.Expr:
        """Return the expression of a column by its shown name; raises ColumnMissing."""
        import narwhals as nw

        return nw.col(self._inner(name))

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
        kept = {name: self._inner(name) for name in names}
        if ORIGIN in self.names:
            kept[ORIGIN] = self.names[ORIGIN]
        known = TableSchema(tuple(c for c in self.schema.columns if c.name in kept))
        return replace(self, names=kept, schema=known)

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

    def joined(
        self,
        other: Lazy,
        keys: Sequence[tuple[nw.Expr, nw.Expr]],
        how: Literal["inner", "left", "full", "semi"],
        shown: Mapping[str, str],
    ) -> Lazy:
        """Return the rows of both where each pair of keys is equal; missing keys match nothing.

        Rows come in this frame's order, those of one row in the other's order, and the rows that
        only the other has last. ``shown`` says which of the other's columns come along, and under
        which names; a semi-join takes none. The hidden origin stays in a semi-join only, whose rows
        come in no order until sorted. The two frames must have different prefixes.
        """
        left_on = [f"{self.position}_key{number}" for number in range(len(keys))]
        right_on = [f"{other.position}_key{number}" for number in range(len(keys))]
        left = self.frame.with_columns(
            **{name: key for name, (key, _) in zip(left_on, keys, strict=True)}
        )
        right = other.frame.with_columns(
            **{name: key for name, (_, key) in zip(right_on, keys, strict=True)}
        )
        frame = left.join(right, how=how, left_on=left_on, right_on=right_on)
        if how == "semi":
            return self.with_frame(frame)
        frame = frame.sort(self.position, other.position, nulls_last=True)
        taken = {new: other.names[old] for old, new in shown.items()}
        columns = [replace(other.schema.column(old), name=new) for old, new in shown.items()]
        names = {name: self.names[name] for name in self.schema.names} | taken
        schema = TableSchema((*self.schema.visible, *columns))
        return replace(self, frame=frame, names=names, schema=schema)

    def _inner(self, name: str) -> str:
        if name not in self.names:
            raise ColumnMissing(column=name, available=[n for n in self.names if n != ORIGIN])
        return self.names[name]

    def mask(self, rows: int) -> NDArray[np.bool_]:
        """Return which of a table's ``rows`` rows are in the frame: to choose them from the table.

        That is quicker than to read the frame where whole rows are chosen by a few columns.
        """
        import numpy as np

        found = np.zeros(rows, dtype=np.bool_)
        for batch in self.frame.select(self.position).to_native().to_arrow_reader(BATCH_ROWS):
            found[batch.column(0).to_numpy()] = True
        return found

    def table(self) -> Table:
        """Return the table that the frame makes, read in batches each time it is asked for."""
        relation = self.frame.select(*self.names.values()).to_native()
        return stored(relation, self.names, self.schema)


def scan(table: Table, prefix: str) -> Lazy:
    """Return a lazy frame over a table; columns are named by ``prefix`` and their number."""
    import narwhals as nw

    from studio.sdk.duck import connection

    data = table.to_arrow(origin=True)
    for number, column in enumerate(table.schema.columns):
        if column.type == "timespan":
            micros = data.column(number).cast("int64")
            data = data.set_column(number, column.name, micros)
    inner = [f"{prefix}{number}" for number in range(data.num_columns)]
    position = f"{prefix}_position"
    relation = connection().from_arrow(data.rename_columns(inner))
    relation = relation.project(f'*, row_number() OVER () - 1 AS "{position}"')
    names = dict(zip([c.name for c in table.schema.columns], inner, strict=True))
    return Lazy(nw.from_native(relation), names, table.schema, position)


def stored(relation: Any, names: Mapping[str, str], known: TableSchema) -> Table:
    """Return a DuckDB relation as a table, read in batches each time it is asked for.

    ``names`` says which column of the relation each shown column is; ``known`` gives type, levels
    and role to the columns that it has. Where a value does not fit, that column gets DuckDB's own
    type.
    """
    kinds = dict(zip(relation.columns, map(str, relation.types), strict=True))
    relation = relation.project(", ".join(_read(inner, kinds[inner]) for inner in names.values()))
    natural = _natural(relation, names, kinds, known)
    hoped = [
        known.column(column.name)
        if column.name in known
        else (replace(column, type="integer") if kinds[names[column.name]] in _WIDE else column)
        for column in natural.columns
    ]

    def batches() -> Iterator[pa.RecordBatch]:
        yield from relation.to_arrow_reader(BATCH_ROWS)

    return _hoping(batches, natural, TableSchema(tuple(hoped)))


_WIDE = ("HUGEINT", "UHUGEINT")
"""What DuckDB's sums of whole numbers are: kept as integers as far as they fit."""


def _read(inner: str, kind: str) -> str:
    """Return how a column is read: an interval as its microseconds."""
    return f'epoch_us("{inner}") AS "{inner}"' if kind == "INTERVAL" else f'"{inner}"'


def _hoping(
    batches: Callable[[], Iterable[pa.RecordBatch]], natural: TableSchema, hoped: TableSchema
) -> Table:
    """Return the table under the types hoped for, each given up when a value does not fit."""
    fitted = Table.from_batches(hoped, batches)

    def relax(column: str) -> Table:
        if hoped.column(column) == natural.column(column):
            raise Misfit(column)
        return _hoping(batches, natural, hoped.replace(natural.column(column)))

    return Table(hoped, fitted.batches, relax=relax)


def _natural(
    relation: Any, names: Mapping[str, str], kinds: Mapping[str, str], known: TableSchema
) -> TableSchema:
    """Return our schema of a relation's columns by the types that DuckDB gives."""
    from studio.sdk.arrow import natural_type

    arrow = relation.limit(0).to_arrow_table().schema
    columns = []
    for name, inner in names.items():
        role = known.column(name).role if name in known else "feature"
        kind = natural_type(name, arrow.field(inner).type)
        columns.append(Column(name, "timespan" if kinds[inner] == "INTERVAL" else kind, role))
    return TableSchema(tuple(columns))
