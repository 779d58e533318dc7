"""Modules that choose rows: splits, samples, folds, and one of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from modules.expressions.row_tests import RowTest, pattern_test, relative_test
from modules.measures.strata import strata
from studio.sdk import (
    ALL,
    ColumnName,
    ColumnSelection,
    Context,
    Effect,
    Meta,
    Module,
    ModuleError,
    Problem,
    Table,
    TableSchema,
    out,
    param,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


GROUP = "Data Transformation/Sample and Split"


class SplitRows(NamedTuple):
    """The two parts of a split."""

    results_dataset1: Annotated[Table, "Results dataset1"]
    results_dataset2: Annotated[Table, "Results dataset2"]


class SplitData(Module):
    """Divide the rows of a dataset into two.

    Use it to keep rows back for testing a model on data that it has not seen, or to take the rows
    that pass a test apart from the others. Every row goes to exactly one output, and both keep the
    order of the input.

    **Rows** gives the first output a fraction of the rows: exactly the whole part of rows ×
    fraction, drawn at random, or the first rows when the split is not randomized. The same seed
    always draws the same positions, seed 0 too. With a stratification column each of its values is
    divided so by itself; missing is one of the values.

    **Regular expression** sends the rows where a column's text holds a pattern to the first output:
    `\\"city" ^San` or, by the column's number counted from 0, `(\\1) ^[a-f]`. Patterns follow RE2:
    no look-around and no back-references.

    **Relative expression** compares a column with numbers, dates (2024-01-31) or text: `\\"age" >
    40 & <= 60 | == 99`. The signs are < > <= >= == !=; `&` binds closer than `|`; text knows == and
    != only, and may stand in quotes.

    A missing value passes no test, not even !=: its row goes to the second output.
    """

    meta = Meta(
        "split_data",
        "Split Data",
        GROUP,
        seeded=True,
        search=("Split", "train test", "holdout", "filter rows", "stratified", "where"),
    )

    mode: Literal["rows", "regular_expression", "relative_expression"] = param(
        "rows", "Splitting mode", help="How it is decided where a row goes."
    )
    fraction: float = param(
        0.5,
        "Fraction of rows in the first output dataset",
        ge=0,
        le=1,
        when={"mode": "rows"},
        help="0.7 sends seven rows of ten to the first output.",
    )
    randomized: bool = param(
        True,
        "Randomized split",
        when={"mode": "rows"},
        help="Draw the rows at random; otherwise the first rows are taken.",
    )
    seed: int = param(
        0,
        "Random seed",
        ge=0,
        when={"mode": "rows", "randomized": True},
        help="Another number draws other rows.",
    )
    stratify_by: ColumnName | None = param(
        None,
        "Stratification key column",
        when={"mode": "rows"},
        help="Divide each value of this column by itself, so both outputs have its mix.",
        shows={"values": (None, "kind")},
    )
    expression: str = param(
        "",
        "Expression",
        when={"mode": ["regular_expression", "relative_expression"]},
        help='A column and a test: \\"name" ^pattern, or \\"name" > 40 & <= 60.',
        shows={
            "values": ('\\"number" > 3', '\\"number" > 5'),
            "params": {"mode": "relative_expression"},
        },
    )

    def effect(self) -> Effect:
        """Each row goes to one of the outputs as it is."""
        return Effect("split", "row")

    def output_schema(self, dataset: TableSchema) -> tuple[TableSchema, TableSchema]:
        """Return the input's columns for both outputs."""
        return dataset, dataset

    def check(self, dataset: TableSchema) -> list[Problem]:
        """Return what is wrong with the expression or the stratification column."""
        try:
            if self.mode != "rows":
                self._test(dataset)
            elif self.stratify_by is not None:
                dataset.column(self.stratify_by, param="stratify_by", port="dataset")
        except ModuleError as error:
            return [error.to_problem()]
        return []

    def run(self, dataset: Annotated[Table, "Dataset"], ctx: Context) -> SplitRows:
        """Divide the rows."""
        mask = self._first(dataset, ctx)
        return SplitRows(dataset.filter(mask), dataset.filter(~mask))

    def _first(self, dataset: Table, ctx: Context) -> NDArray[np.bool_]:
        """Return which rows go to the first output."""
        from studio.sdk.chance import chosen

        if self.mode != "rows":
            return _passing(dataset, self._test(dataset.schema), ctx)
        groups = strata(dataset, self.stratify_by, ctx)
        seed = ctx.seed if self.randomized else None
        return chosen(dataset.rows, self.fraction, seed, groups)

    def _test(self, schema: TableSchema) -> RowTest:
        read = pattern_test if self.mode == "regular_expression" else relative_test
        return read(self.expression, schema)


class RemoveDuplicateRows(Module):
    """Keep one row of those that are equal in the key columns.

    Use it where the same thing was recorded several times. Rows are equal when all key columns have
    equal values; missing equals missing, and upper and lower case differ. The first of equal rows
    is kept, or the last, with all its columns. The rows that are kept stay in the order of the
    input.
    """

    meta = Meta(
        "remove_duplicate_rows",
        "Remove Duplicate Rows",
        "Data Transformation/Manipulation",
        search=("distinct", "unique", "deduplicate", "duplicates"),
    )

    columns: ColumnSelection = param(
        ALL,
        "Key column selection",
        help="Rows that are equal in all of these are duplicates.",
        shows={"values": ({"begin": "all"}, {"rules": [{"by": "type", "values": ["category"]}]})},
    )
    retain_first: bool = param(
        True,
        "Retain first duplicate row",
        help="Keep the first of equal rows; otherwise the last.",
        shows={
            "values": (True, False),
            "params": {"columns": {"rules": [{"by": "type", "values": ["category"]}]}},
        },
    )

    def effect(self) -> Effect:
        """Whether a row stays depends on the others."""
        return Effect("subset", "all")

    def output_schema(self, dataset: TableSchema) -> TableSchema:
        """Return the input's columns."""
        self.columns.names(dataset, param="columns")
        return dataset

    def run(
        self, dataset: Annotated[Table, "Dataset"], ctx: Context
    ) -> Annotated[Table, out("results_dataset", "Results dataset")]:
        """Keep one of equal rows."""
        ctx.check()
        keys = self.columns.names(dataset.schema, param="columns")
        lazy = dataset.lazy()
        chosen = lazy.row().min() if self.retain_first else lazy.row().max()
        groups = lazy.frame.group_by(*(lazy.names[key] for key in keys)).agg(chosen)
        return dataset.filter(lazy.with_frame(groups).mask(dataset.rows))


def _passing(dataset: Table, test: RowTest, ctx: Context) -> NDArray[np.bool_]:
    import numpy as np

    parts: list[NDArray[np.bool_]] = [np.empty(0, dtype=np.bool_)]
    for batch in dataset.batches():
        ctx.check()
        parts.append(test(batch))
    return np.concatenate(parts)
