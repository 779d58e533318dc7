"""Modules that choose columns and say what they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

from modules.conversion.casting import SAME_VALUE, WANTED, NoConversion, cast, converts
from modules.conversion.levels import levels_of
from studio.sdk import (
    ALL,
    Column,
    ColumnSelection,
    ColumnType,
    ColumnTypeWrong,
    Context,
    Effect,
    Meta,
    Module,
    ModuleError,
    Problem,
    Role,
    Table,
    TableSchema,
    ValueWrong,
    out,
    param,
    unique_names,
)
from studio.sdk.rowwise import Reshape

if TYPE_CHECKING:
    import pyarrow as pa

GROUP = "Data Transformation/Manipulation"


class SelectColumnsInDataset(Module):
    """Keep some columns of a dataset and leave out the others.

    Use it to take out what a model must not see (an id, a column that gives the answer away) or to
    make a wide table easier to read. Columns are chosen by rules: begin with all or with none, then
    include or exclude by name, number, type, role or pattern.

    Columns come out in the order of the input. When the selection preserves its own order, they
    come in the order of its rules, and a column that is asked for twice comes twice, the second as
    `Name (1)`. Rows, values, roles and missing values stay as they are.
    """

    meta = Meta(
        "select_columns_in_dataset",
        "Select Columns in Dataset",
        GROUP,
        search=("Project Columns", "drop columns", "choose", "subset"),
    )

    columns: ColumnSelection = param(
        ...,
        "Select columns",
        help="Which columns to keep.",
        shows={"values": ({"begin": "all"}, {"rules": [{"by": "index", "values": ["1"]}]})},
    )

    def output_schema(self, dataset: TableSchema) -> TableSchema:
        """Return the chosen columns."""
        return self._chosen(dataset)[1]

    def run(
        self, dataset: Annotated[Table, "Dataset"], ctx: Context
    ) -> Annotated[Table, out("results_dataset", "Results dataset")]:
        """Keep the chosen columns."""
        ctx.check()
        names, schema = self._chosen(dataset.schema)
        if len(set(names)) == len(names):
            return dataset.select(names)
        hidden = [column.name for column in dataset.schema.by_role("origin")]
        return dataset.map_batches(schema, lambda batch: _with_copies(batch, names + hidden))

    def row_program(self, dataset: TableSchema) -> Reshape:
        """Return the chosen columns of a row."""
        names, schema = self._chosen(dataset.without_origin())
        return Reshape.of(dataset, dict(zip(schema.names, names, strict=True)))

    def _chosen(self, schema: TableSchema) -> tuple[list[str], TableSchema]:
        names = self.columns.names(schema, param="columns")
        shown = unique_names(names)
        columns = [
            replace(schema.column(old), name=new) for old, new in zip(names, shown, strict=True)
        ]
        return names, TableSchema((*columns, *schema.by_role("origin")))


_ROLES: dict[str, Role] = {"features": "feature", "labels": "label", "weights": "weight"}
_CLEARED: dict[str, Role] = {
    "clear_labels": "label",
    "clear_scores": "score",
    "clear_weights": "weight",
}


class EditMetadata(Module):
    """Change what is said of columns: type, whether they are categories, role, and name.

    Use it to tell that a number is really a code (make it categorical), which column is the label,
    or to give columns names that are easier to read. Options left at “unchanged” do nothing.

    **Data type** converts the values. Text is read without the blanks around it; empty text becomes
    missing. A value that does not read as the new type stops the run with a sentence that shows it.
    Dates are read as ISO 8601 (2024-01-31 14:00) or, where that does not fit, with the month first
    (1/31/2024). Numbers become boolean by being 0 or not, and spans of time by their seconds. A
    number with a fraction does not become an integer.

    **Categorical** makes a column a category, whose levels are its distinct values in order
    (numbers by size), or turns a category back into text.

    **Fields** gives columns a role. Clear features takes columns out of learning without dropping
    them; they are kept as ids. A clear option changes only columns that have that role.

    **New column names** renames the selected columns, one name for each, in their order. Rows and
    missing values stay as they are.
    """

    meta = Meta(
        "edit_metadata",
        "Edit Metadata",
        GROUP,
        search=(
            "Metadata Editor",
            "rename",
            "cast",
            "convert",
            "type",
            "role",
            "label",
            "categorical",
        ),
    )

    columns: ColumnSelection = param(
        ALL,
        "Column",
        help="The columns to change.",
        shows={
            "values": ({"begin": "all"}, {"rules": [{"by": "index", "values": ["1"]}]}),
            "params": {"fields": "labels"},
        },
    )
    data_type: Literal[
        "unchanged", "string", "integer", "double", "boolean", "datetime", "timespan"
    ] = param("unchanged", "Data type", help="Convert the values to this type.")
    categorical: Literal["unchanged", "make_categorical", "make_non_categorical"] = param(
        "unchanged", "Categorical", help="Whether the columns hold one of a set of levels."
    )
    fields: Literal[
        "unchanged",
        "features",
        "labels",
        "weights",
        "clear_features",
        "clear_labels",
        "clear_scores",
        "clear_weights",
    ] = param("unchanged", "Fields", help="What the columns stand for when a model learns.")
    new_column_names: tuple[str, ...] = param(
        (),
        "New column names",
        help="A new name for each selected column, in their order; empty to keep the names.",
        shows={
            "values": ((), ("renamed",)),
            "params": {"columns": {"rules": [{"by": "index", "values": ["1"]}]}},
        },
    )

    def effect(self) -> Effect:
        """Values are changed one by one; the levels of a new category come from all of them."""
        return Effect("same", "row", levels=self.categorical == "make_categorical")

    def output_schema(self, dataset: TableSchema) -> TableSchema:
        """Return the columns as they will be; levels that only the data can tell are left open."""
        return self._changed(dataset, {})

    def check(self, dataset: TableSchema) -> list[Problem]:
        """Return what does not fit the selected columns: types, names, weights."""
        try:
            self._changed(dataset, {})
        except ModuleError as error:
            return [error.to_problem()]
        return []

    def run(
        self, dataset: Annotated[Table, "Dataset"], ctx: Context
    ) -> Annotated[Table, out("results_dataset", "Results dataset")]:
        """Change the selected columns, in batches."""
        chosen = self.columns.names(dataset.schema, param="columns")
        self._changed(dataset.schema, {})
        levels = {}
        if self.categorical == "make_categorical":
            levels = {name: self._levels(dataset, name, ctx) for name in chosen}
        before, after = dataset.schema, self._changed(dataset.schema, levels)
        steps = [
            self._step(old, new) if old.name in chosen else _same
            for old, new in zip(before.columns, after.columns, strict=True)
        ]

        def change(batch: pa.RecordBatch) -> pa.RecordBatch:
            import pyarrow as pa

            ctx.check()
            arrays = [step(array) for step, array in zip(steps, batch.columns, strict=True)]
            return pa.RecordBatch.from_arrays(arrays, names=[c.name for c in after.columns])

        return dataset.map_batches(after, change)

    def row_program(self, dataset: TableSchema) -> Reshape | None:
        """Return the columns under their new names; None where values are converted."""
        before = dataset.without_origin()
        after = self._changed(before, {})
        pairs = list(zip(before.columns, after.columns, strict=True))
        if any(
            old.type != new.type and (old.type, new.type) not in SAME_VALUE for old, new in pairs
        ):
            return None
        return Reshape.of(dataset, {new.name: old.name for old, new in pairs})

    def _changed(self, schema: TableSchema, levels: dict[str, tuple[str, ...]]) -> TableSchema:
        names = self.columns.names(schema, param="columns")
        columns = [self._column(schema.column(name), levels.get(name)) for name in names]
        changed = schema.replace(*columns)
        return changed.rename(self._renames(schema, names))

    def _column(self, column: Column, levels: tuple[str, ...] | None) -> Column:
        made = replace(column, role=self._role(column))
        if self.data_type != "unchanged":
            made = _typed(made, self.data_type)
        if self.categorical == "make_categorical" and made.type != "category":
            made = replace(made, type="category", levels=levels)
        if self.categorical == "make_non_categorical" and made.type == "category":
            made = replace(made, type="string", levels=None)
        if made.role == "weight" and self.fields == "weights" and not made.is_numeric:
            raise ColumnTypeWrong(
                column=column.name, found=made.type, wanted="a number", param="fields"
            )
        return made

    def _role(self, column: Column) -> Role:
        if self.fields == "clear_features":
            return "id" if column.role == "feature" else column.role
        if self.fields in _CLEARED:
            return "feature" if column.role == _CLEARED[self.fields] else column.role
        return _ROLES.get(self.fields, column.role)

    def _levels(self, dataset: Table, name: str, ctx: Context) -> tuple[str, ...]:
        """Return the levels of a column after its type has changed."""
        column = dataset.schema.column(name)
        if self.data_type == "unchanged":
            return levels_of(dataset, name, ctx, param="columns")
        made = _typed(column, self.data_type)
        step = self._step(column, made)
        alone = dataset.select([name]).select_visible()

        def change(batch: pa.RecordBatch) -> pa.RecordBatch:
            import pyarrow as pa

            return pa.RecordBatch.from_arrays([step(batch.column(0))], names=[name])

        return levels_of(
            alone.map_batches(TableSchema((made,)), change), name, ctx, param="columns"
        )

    def _step(self, old: Column, new: Column) -> Callable[[pa.Array], pa.Array]:
        """Return how an array of the old column becomes one of the new one."""
        between = old if self.data_type == "unchanged" else _typed(old, self.data_type)
        if old.type == between.type == new.type:
            return _same
        return lambda array: cast(cast(array, old, between.type), between, new.type)

    def _renames(self, schema: TableSchema, names: list[str]) -> dict[str, str]:
        if not self.new_column_names:
            return {}
        if len(self.new_column_names) != len(names):
            raise ValueWrong(
                reason=f"The number of new names ({len(self.new_column_names)}) is not that of the "
                f"selected columns ({len(names)}).",
                advice="Give one name for each selected column.",
                param="new_column_names",
            )
        renames = dict(zip(names, self.new_column_names, strict=True))
        after = [renames.get(name, name) for name in schema.names]
        wrong = [new for new in renames.values() if not new.strip() or after.count(new) > 1]
        if wrong or unique_names(after) != after:
            raise ValueWrong(
                reason=f"“{wrong[0] if wrong else ''}” cannot be a new name: names are not empty, "
                "and no two columns have the same.",
                advice="Choose another name.",
                param="new_column_names",
            )
        return renames


def _with_copies(batch: pa.RecordBatch, names: list[str]) -> pa.RecordBatch:
    import pyarrow as pa

    arrays = [batch.column(name) for name in names]
    return pa.RecordBatch.from_arrays(arrays, names=[str(i) for i in range(len(names))])


def _typed(column: Column, to: ColumnType) -> Column:
    if not converts(column, to):
        raise NoConversion(
            column=column.name, found=column.type, wanted=WANTED[to], param="data_type"
        )
    if column.type == "category" and to == "string":
        return column
    return replace(column, type=to, levels=None)


def _same(array: pa.Array) -> pa.Array:
    return array
