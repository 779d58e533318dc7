"""Modules that put two datasets together: side by side, one below the other, by keys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

from studio.sdk import (
    Column,
    ColumnSelection,
    Context,
    Effect,
    Meta,
    Module,
    ModuleError,
    Problem,
    Table,
    TableSchema,
    ValueWrong,
    out,
    param,
    unique_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import narwhals as nw
    import pyarrow as pa

    from studio.sdk.lazy import Lazy

GROUP = "Data Transformation/Manipulation"


class ColumnsDoNotMatch(ModuleError):
    """Two datasets that should have the same columns do not."""

    code = "columns_do_not_match"
    sentence = "The datasets do not have the same columns: {reason}."
    hint = "Choose and order the columns alike with Select Columns in Dataset."


class AddColumns(Module):
    """Put the columns of two datasets side by side.

    Row one of the right dataset stands beside row one of the left, and so on: use it only where
    both have the same order; Join Data matches rows by keys. Where one dataset has fewer rows, its
    columns are missing in the rows that are left. A column of the right dataset whose name is taken
    becomes `Name (1)`. Values, types and roles stay as they are.
    """

    meta = Meta(
        "add_columns", "Add Columns", GROUP, search=("concatenate", "cbind", "zip", "merge")
    )

    def effect(self) -> Effect:
        """A row stands beside the one of the same number."""
        return Effect("more", "order")

    def output_schema(self, left: TableSchema, right: TableSchema) -> TableSchema:
        """Return the columns of both."""
        return TableSchema((*left.visible, *_unlike(right, left.names).visible))

    def run(
        self,
        left: Annotated[Table, "Left dataset"],
        right: Annotated[Table, "Right dataset"],
        ctx: Context,
    ) -> Annotated[Table, out("combined_dataset", "Combined dataset")]:
        """Put the rows side by side, in batches."""
        schema = self.output_schema(left.schema, right.schema)
        first, second = left.settled(), right.settled().select_visible()
        if second.rows > first.rows or not first.schema.has_origin:
            first = first.select_visible()
        else:
            schema = TableSchema((*schema.columns, *first.schema.by_role("origin")))
        visible = len(first.schema.visible)

        def beside() -> Iterator[pa.RecordBatch]:
            for one, other in _paired(first, second):
                ctx.check()
                arrays = [*one[:visible], *other, *one[visible:]]
                yield _batch(arrays)

        return Table.from_batches(schema, beside)


class AddRows(Module):
    """Put the rows of one dataset below those of another.

    Both need the same columns in the same order, under the same names. Types may differ where one
    can hold the other: integers with doubles give doubles, categories with text give text, and two
    categories give one with the levels of both. Roles are those of the first dataset. All rows are
    kept, equal ones too, and missing values stay missing.
    """

    meta = Meta("add_rows", "Add Rows", GROUP, search=("append", "concatenate", "union", "rbind"))

    def effect(self) -> Effect:
        """The rows of the second dataset are added."""
        return Effect("more", "row")

    def output_schema(self, dataset1: TableSchema, dataset2: TableSchema) -> TableSchema:
        """Return the columns that hold both; raises ColumnsDoNotMatch."""
        one, other = dataset1.visible, dataset2.visible
        if len(one) != len(other):
            raise ColumnsDoNotMatch(
                reason=f"the first has {len(one)}, the second {len(other)}", port="dataset2"
            )
        pairs = enumerate(zip(one, other, strict=True), start=1)
        return TableSchema(tuple(_common(a, b, number) for number, (a, b) in pairs))

    def run(
        self,
        dataset1: Annotated[Table, "Dataset1"],
        dataset2: Annotated[Table, "Dataset2"],
        ctx: Context,
    ) -> Annotated[Table, out("results_dataset", "Results dataset")]:
        """Put the rows below each other."""
        ctx.check()
        schema = self.output_schema(dataset1.schema, dataset2.schema)
        parts = [dataset1.select_visible(), dataset2.select_visible()]
        return Table.concat(schema, parts)


class JoinData(Module):
    """Put together the rows of two datasets that have the same keys.

    Use it to add what another table knows of each customer, product or day. Several key columns may
    be given for each side; the first key of one belongs to the first key of the other, and so on.
    Without keys for the right dataset, columns of the same names are used.

    - **Inner join**: rows whose keys are in both. A key that is there several times gives every
      pair.
    - **Left outer join**: also the rows that only the first dataset has, the second's columns
      missing.
    - **Full outer join**: also the rows that only the second has, after all others.
    - **Left semi-join**: the rows of the first whose keys are in the second, each once and
      unchanged.

    A missing key matches nothing, not even another missing key, as in SQL. When the case need not
    match, “Ann” equals “ann”. Rows come in the order of the first dataset, then of the second. A
    column of the second whose name is taken becomes `Name (1)`. Without the right key columns, a
    full outer join has the second's keys in the first's columns for rows that only the second has.
    """

    meta = Meta(
        "join_data",
        "Join Data",
        GROUP,
        search=("merge", "lookup", "inner join", "left outer join", "vlookup"),
    )

    left_keys: ColumnSelection = param(
        ...,
        "Join key columns for left dataset",
        help="The columns whose values are compared; their order counts.",
        shows={
            "values": (
                {"rules": [{"by": "index", "values": ["1"]}]},
                {"rules": [{"by": "index", "values": ["3"]}]},
            )
        },
    )
    right_keys: ColumnSelection = param(
        ColumnSelection(),
        "Join key columns for right dataset",
        help="As many columns, in the same order; none for those of the same names.",
        port="dataset2",
        shows={
            "values": (
                {"rules": [{"by": "index", "values": ["1"]}]},
                {"rules": [{"by": "index", "values": ["3"]}]},
            )
        },
    )
    match_case: bool = param(
        True,
        "Match case",
        help="Whether upper and lower case must be the same in text keys.",
    )
    join_type: Literal["inner", "left_outer", "full_outer", "left_semi"] = param(
        "inner", "Join type", help="Which rows come out."
    )
    keep_right_keys: bool = param(
        True,
        "Keep right key columns in joined table",
        when={"join_type": ["inner", "left_outer", "full_outer"]},
        help="Whether the keys of the second dataset come along.",
    )

    def effect(self) -> Effect:
        """A semi-join chooses rows, the others make new ones."""
        return Effect("subset" if self.join_type == "left_semi" else "new", "row")

    def output_schema(self, dataset1: TableSchema, dataset2: TableSchema) -> TableSchema:
        """Return the columns of the joined table; raises an error for keys that do not fit."""
        keys = self._keys(dataset1, dataset2)
        if self.join_type == "left_semi":
            return dataset1
        left = dataset1.replace(*self._merged(keys)).visible
        shown = self._shown(dataset1, dataset2, keys)
        right = [replace(dataset2.column(old), name=new) for old, new in shown.items()]
        return TableSchema((*left, *right))

    def check(self, dataset1: TableSchema, dataset2: TableSchema) -> list[Problem]:
        """Return which keys are not there or cannot be compared."""
        try:
            self._keys(dataset1, dataset2)
        except ModuleError as error:
            return [error.to_problem()]
        return []

    def run(
        self,
        dataset1: Annotated[Table, "Dataset1"],
        dataset2: Annotated[Table, "Dataset2"],
        ctx: Context,
    ) -> Annotated[Table, out("results_dataset", "Results dataset")]:
        """Join the two, out of core."""
        ctx.check()
        keys = self._keys(dataset1.schema, dataset2.schema)
        left, right = dataset1.lazy("l"), dataset2.lazy("r")
        pairs = [(self._key(left, a, b), self._key(right, b, a)) for a, b in keys]
        how = _HOW[self.join_type]
        if how == "semi":
            return dataset1.filter(left.joined(right, pairs, how, {}).mask(dataset1.rows))
        joined = left.joined(right, pairs, how, self._shown(dataset1.schema, dataset2.schema, keys))
        merged = self._merged(keys)
        if not merged:
            return joined.table()
        schema = joined.schema.replace(*merged)
        return joined.assign({a.name: _either(left, a, right, b) for a, b in keys}, schema).table()

    def _keys(self, one: TableSchema, other: TableSchema) -> list[tuple[Column, Column]]:
        """Return the pairs of key columns; raises ValueWrong where they cannot be compared."""
        names = _in_order(self.left_keys).names(one, param="left_keys")
        if self.right_keys == ColumnSelection():
            partners = [other.column(n, param="right_keys", port="dataset2").name for n in names]
        else:
            partners = _in_order(self.right_keys).names(other, param="right_keys")
        if len(names) != len(partners):
            raise ValueWrong(
                reason=f"The number of key columns on the left ({len(names)}) is not that on the "
                f"right ({len(partners)}).",
                advice="Choose as many on one side as on the other.",
                param="right_keys",
            )
        pairs = [(one.column(a), other.column(b)) for a, b in zip(names, partners, strict=True)]
        for a, b in pairs:
            if _family(a) != _family(b):
                raise ValueWrong(
                    reason=f"“{a.name}” is of type {a.type} and “{b.name}” of type {b.type}; they "
                    "cannot be compared.",
                    advice="Give both the same type with Edit Metadata.",
                    param="right_keys",
                )
        return pairs

    def _shown(
        self, one: TableSchema, other: TableSchema, keys: list[tuple[Column, Column]]
    ) -> dict[str, str]:
        """Return which columns of the second dataset come along, and under which names."""
        left_out = set() if self.keep_right_keys else {b.name for _, b in keys}
        taken = [name for name in other.names if name not in left_out]
        return dict(zip(taken, unique_names(taken, one.names), strict=True))

    def _merged(self, keys: list[tuple[Column, Column]]) -> list[Column]:
        """Return the key columns that hold the keys of both datasets, where there are such."""
        if self.join_type != "full_outer" or self.keep_right_keys:
            return []
        return [_wider(a, b) for a, b in keys]

    def _key(self, lazy: Lazy, column: Column, other: Column) -> nw.Expr:
        """Return what is compared: text without its case if that need not match."""
        import narwhals as nw

        key = lazy.col(column.name)
        if column.is_text:
            key = key.cast(nw.String)
            return key if self.match_case else key.str.to_lowercase()
        return key.cast(nw.Float64) if column.type != other.type else key


_HOW: dict[str, Literal["inner", "left", "full", "semi"]] = {
    "inner": "inner",
    "left_outer": "left",
    "full_outer": "full",
    "left_semi": "semi",
}


def _either(left: Lazy, a: Column, right: Lazy, b: Column) -> nw.Expr:
    """Return the key of the first dataset, or where that is missing the second's."""
    import narwhals as nw

    one, other = left.col(a.name), right.col(b.name)
    if a.is_text:
        one, other = one.cast(nw.String), other.cast(nw.String)
    return nw.coalesce(one, other)


def _in_order(selection: ColumnSelection) -> ColumnSelection:
    return selection.model_copy(update={"keep_order": True})


def _unlike(schema: TableSchema, taken: tuple[str, ...]) -> TableSchema:
    """Return the visible columns under names that are not taken."""
    names = unique_names(schema.names, taken)
    return schema.without_origin().rename(dict(zip(schema.names, names, strict=True)))


def _family(column: Column) -> str:
    if column.is_text:
        return "text"
    return "number" if column.is_numeric else column.type


def _common(one: Column, other: Column, number: int) -> Column:
    """Return the column that holds the values of both, or raise ColumnsDoNotMatch."""
    if one.name != other.name:
        raise ColumnsDoNotMatch(
            reason=f"column {number} is “{one.name}” in the first and “{other.name}” in the second",
            port="dataset2",
        )
    if _family(one) != _family(other):
        raise ColumnsDoNotMatch(
            reason=f"“{one.name}” is {one.type} in the first and {other.type} in the second",
            port="dataset2",
        )
    return _wider(one, other)


def _wider(one: Column, other: Column) -> Column:
    """Return the first column with a type, and levels, that hold the values of both."""
    if one.type == other.type == "category" and None not in (one.levels, other.levels):
        levels = tuple(dict.fromkeys((*(one.levels or ()), *(other.levels or ()))))
        return replace(one, levels=levels)
    if one.type == other.type:
        return one
    return replace(one, type="string" if one.is_text else "double", levels=None)


def _paired(one: Table, other: Table) -> Iterator[tuple[list[pa.Array], list[pa.Array]]]:
    """Yield pieces of equal length of two tables; the shorter one is followed by missing values."""
    first, second = _Cut(one), _Cut(other)
    while rows := min(filter(None, (first.ready(), second.ready())), default=0):
        yield first.take(rows), second.take(rows)


class _Cut:
    """A table's batches, cut as they are asked for; nothing but missing values after the last."""

    def __init__(self, table: Table) -> None:
        self._schema = table.schema
        self._batches = iter(table.batches())
        self._batch: pa.RecordBatch | None = None

    def ready(self) -> int:
        """Return how many rows can be taken at once; 0 after the last."""
        while self._batch is None or self._batch.num_rows == 0:
            self._batch = next(self._batches, None)
            if self._batch is None:
                return 0
        return int(self._batch.num_rows)

    def take(self, rows: int) -> list[pa.Array]:
        """Return the arrays of the next rows."""
        import pyarrow as pa

        from studio.sdk.arrow import arrow_type

        if self._batch is None:
            return [pa.nulls(rows, arrow_type(column)) for column in self._schema.columns]
        taken = self._batch.slice(0, rows)
        self._batch = self._batch.slice(rows)
        return list(taken.columns)


def _batch(arrays: list[pa.Array]) -> pa.RecordBatch:
    import pyarrow as pa

    return pa.RecordBatch.from_arrays(arrays, names=[str(i) for i in range(len(arrays))])
