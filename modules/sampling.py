"""Modules that take samples of rows and number their folds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from modules.measures.strata import strata
from studio.sdk import (
    Column,
    ColumnName,
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

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


GROUP = "Data Transformation/Sample and Split"


class PartitionAndSample(Module):
    """Take a sample of the rows, their head, or divide them into folds.

    Use it to try things on fewer rows, or to say which rows belong together in cross-validation.

    **Sampling** keeps exactly the whole part of rows × rate, drawn at random, in the order of the
    input. With a stratification column each of its values is sampled so by itself.

    **Assign to folds** adds a column `Fold` that numbers the folds from 1 and has the role “fold”:
    models do not learn from it, and Cross-Validate Model uses it. A fold column that is there
    already is replaced. Folds are equally large, or as large as the proportions say; where
    proportions add up to less than 1, the rest is one more fold. Rows are dealt at random or, when
    not randomized, in their own order (evenly: one after another; by proportions: the first rows
    are fold 1). With replacement each fold draws its rows from all rows, so that a row may be there
    several times, or not at all.

    **Pick fold** keeps the rows of one fold, or with the complement all the others.

    **Head** keeps the first rows.

    Missing values are kept; as a stratification value, missing is a value like the others.
    """

    meta = Meta(
        "partition_and_sample",
        "Partition and Sample",
        GROUP,
        seeded=True,
        search=("fold", "cross validation", "head", "top rows", "random sample", "bootstrap"),
    )

    mode: Literal["sampling", "assign_to_folds", "pick_fold", "head"] = param(
        "sampling", "Partition or sample mode", help="What to do with the rows."
    )
    with_replacement: bool = param(
        False,
        "Use replacement in the partitioning",
        when={"mode": "assign_to_folds"},
        help="Let a row be drawn several times.",
    )
    randomized: bool = param(
        True,
        "Randomized split",
        when={"mode": "assign_to_folds", "with_replacement": False},
        help="Deal the rows at random; otherwise in their own order.",
    )
    seed: int = param(
        0,
        "Random seed",
        ge=0,
        when={"mode": ["sampling", "assign_to_folds"]},
        help="Another number draws other rows.",
    )
    partitioner: Literal["evenly", "proportions"] = param(
        "evenly",
        "Partitioner method",
        when={"mode": "assign_to_folds"},
        help="Folds of equal size, or of the sizes given.",
        shows={"values": ("evenly", "proportions"), "params": {"proportions": [0.2, 0.8]}},
    )
    folds: int = param(
        5,
        "Number of folds",
        ge=1,
        le=1_000_000,
        when={"mode": "assign_to_folds", "partitioner": "evenly"},
        help="How many folds of equal size.",
    )
    proportions: tuple[float, ...] = param(
        (),
        "Proportions",
        when={"mode": "assign_to_folds", "partitioner": "proportions"},
        help="The share of the rows in each fold, such as 0.5, 0.3, 0.2.",
        shows={"values": ((0.5, 0.5), (0.2, 0.3))},
    )
    fold: int = param(
        1,
        "Fold to pick",
        ge=1,
        when={"mode": "pick_fold"},
        help="The number of the fold, counted from 1.",
    )
    complement: bool = param(
        False,
        "Pick complement of the selected fold",
        when={"mode": "pick_fold"},
        help="Keep all rows but those of the fold.",
    )
    rate: float = param(
        0.01,
        "Rate of sampling",
        ge=0,
        le=1,
        when={"mode": "sampling"},
        help="0.1 keeps one row of ten.",
    )
    stratify_by: ColumnName | None = param(
        None,
        "Stratification key column",
        when={"mode": ["sampling", "assign_to_folds"]},
        help="Draw from each value of this column by itself.",
        shows={"values": (None, "kind"), "params": {"mode": "assign_to_folds"}},
    )
    rows: int = param(
        10,
        "Number of rows to select",
        ge=0,
        when={"mode": "head"},
        help="How many of the first rows to keep.",
    )

    def effect(self) -> Effect:
        """What becomes of a row depends on the mode."""
        if self.mode == "head":
            return Effect("subset", "order")
        if self.mode == "pick_fold":
            return Effect("subset", "row")
        if self.mode == "sampling":
            return Effect("subset", "all")
        return Effect("new" if self.with_replacement else "same", "all")

    def output_schema(self, dataset: TableSchema) -> TableSchema:
        """Return the input's columns, and that of the folds where they are assigned."""
        return _with_fold(dataset) if self.mode == "assign_to_folds" else dataset

    def check(self, dataset: TableSchema) -> list[Problem]:
        """Return what is wrong with proportions, folds or the stratification column."""
        try:
            self._shares()
            if self.mode == "pick_fold":
                _fold_column(dataset)
            elif self.mode != "head" and self.stratify_by is not None:
                dataset.column(self.stratify_by, param="stratify_by", port="dataset")
        except ModuleError as error:
            return [error.to_problem()]
        return []

    def run(
        self, dataset: Annotated[Table, "Dataset"], ctx: Context
    ) -> Annotated[Table, out("results_dataset", "Results dataset")]:
        """Choose rows, or number their folds."""
        from studio.sdk.chance import chosen

        if self.mode == "head":
            return dataset.head(self.rows)
        if self.mode == "pick_fold":
            return self._picked(dataset, ctx)
        groups = strata(dataset, self.stratify_by, ctx)
        if self.mode == "sampling":
            return dataset.filter(chosen(dataset.rows, self.rate, ctx.seed, groups))
        return self._assigned(dataset, groups, ctx)

    def _picked(self, dataset: Table, ctx: Context) -> Table:
        import numpy as np

        name = _fold_column(dataset.schema).name
        parts: list[NDArray[np.float64]] = [
            batch.column(name).cast("float64").to_numpy(zero_copy_only=False)
            for batch in dataset.batches()
        ]
        numbers = np.concatenate([np.empty(0), *parts])
        known = np.unique(numbers[~np.isnan(numbers)]).astype(np.int64).tolist()
        if len(numbers) and self.fold not in known:
            raise ValueWrong(
                reason=f"There is no fold {self.fold} in the input.",
                advice=f"It has the folds {', '.join(map(str, known[:20]))}.",
                param="fold",
            )
        ctx.check()
        mask = numbers == self.fold
        return dataset.filter(~mask if self.complement else mask)

    def _assigned(self, dataset: Table, groups: NDArray[np.int32] | None, ctx: Context) -> Table:
        """Return the rows, or rows drawn from them, with the number of each row's fold."""
        from studio.sdk import chance

        count = dataset.rows
        seed = ctx.seed if self.randomized or self.with_replacement else None
        taken = None
        if self.with_replacement:
            taken = chance.drawn(count, ctx.seed, groups)
            groups = None if groups is None else groups[taken]
            seed = ctx.seed + 1
        if self.partitioner == "evenly":
            numbers = chance.folds(count, self.folds, seed, groups)
        else:
            numbers = chance.portions(count, self._shares(), seed, groups)
        return _numbered(dataset, taken, numbers, drop_origin=self.with_replacement)

    def _shares(self) -> tuple[float, ...]:
        """Return the proportions, the rest as one more; raises ValueWrong for senseless ones."""
        from decimal import Decimal

        if self.mode != "assign_to_folds" or self.partitioner != "proportions":
            return ()
        shares = [Decimal(repr(share)) for share in self.proportions]
        if not shares or min(shares) <= 0 or sum(shares) > 1:
            raise ValueWrong(
                reason="Proportions must be above 0 and add up to at most 1; "
                f"they are {', '.join(map(str, self.proportions)) or 'not given'}.",
                advice="Write one for each fold, such as 0.5, 0.3, 0.2.",
                param="proportions",
            )
        rest = 1 - sum(shares)
        return (*self.proportions, float(rest)) if rest > 0 else self.proportions


def _with_fold(schema: TableSchema) -> TableSchema:
    """Return the schema with a column of folds, in the place of one that is there."""
    bare = schema.drop({column.name for column in schema.by_role("fold")})
    (name,) = unique_names(["Fold"], bare.names)
    return bare.append(Column(name, "integer", "fold"))


def _fold_column(schema: TableSchema) -> Column:
    found = schema.by_role("fold")
    if not found or not found[0].is_numeric:
        raise ValueWrong(
            reason="The input has no column of folds to pick from.",
            advice="Assign the rows to folds first, with another Partition and Sample.",
            param="mode",
            port="dataset",
        )
    return found[0]


def _numbered(
    dataset: Table,
    taken: NDArray[np.int64] | None,
    numbers: NDArray[np.int32],
    *,
    drop_origin: bool,
) -> Table:
    """Return the rows of these ascending positions, or all, with folds; ``numbers`` are from 0."""
    import numpy as np
    import pyarrow as pa

    before = dataset.select_visible() if drop_origin else dataset
    after = _with_fold(before.schema)
    (fold,) = after.by_role("fold")
    names = [column.name for column in after.columns]

    def numbered() -> Iterator[pa.RecordBatch]:
        start = 0
        for batch in before.batches():
            first, last = start, start + batch.num_rows
            chosen = batch
            if taken is not None:
                first, last = np.searchsorted(taken, [first, last]).tolist()
                chosen = batch.take(pa.array(taken[first:last] - start))
            part = pa.array(numbers[first:last] + 1)
            start += batch.num_rows
            arrays = [part if name == fold.name else chosen.column(name) for name in names]
            yield pa.RecordBatch.from_arrays(arrays, names=names)

    return Table.from_batches(after, numbered)
