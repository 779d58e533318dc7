"""The contract tests find what they are there to find: one faulty module for each check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import pandas as pd
import pytest

from studio.sdk import Context, Effect, Meta, Module, NoRows, Table, TableSchema, out, param
from studio.sdk.bench import Case
from studio.sdk.checks import Bench, CheckFailed, check_module, effect_true

Result = Annotated[Table, out("result", "Result of the trial")]
HELP = "long enough to count as a page of help for a module on trial"


class Parts(NamedTuple):
    """Two outputs."""

    first: Annotated[Table, "First part"]
    second: Annotated[Table, "Second part"]


class Good(Module):
    """Keep the first rows. This is long enough to count as a page of help for a module on trial."""

    meta = Meta("keep_first", "Keep First", group="Trial")
    rows: int = param(10, "Rows to keep", ge=0, le=1000)

    def run(self, dataset: Annotated[Table, "Rows"], ctx: Context) -> Result:
        """Keep them."""
        ctx.check()
        if dataset.rows == 0:
            raise NoRows(port_label="Rows")
        return dataset.head(self.rows)

    def output_schema(self, dataset: TableSchema) -> TableSchema:
        """The input's own."""
        return dataset

    def effect(self) -> Effect:
        """Some rows, chosen by their position."""
        return Effect("subset", "order")


class NoHelp(Good):
    """Short."""


class WrongId(Good):
    __doc__ = Good.__doc__
    meta = Meta("Keep-First", "Keep First", group="Trial")


class NoLabel(Good):
    __doc__ = Good.__doc__
    more: bool = param(False)


class NoBounds(Good):
    __doc__ = Good.__doc__
    more: int = param(1, "More")


class Forgetful(Good):
    __doc__ = Good.__doc__
    more: bool = param(False, "More")


class Moody(Good):
    __doc__ = Good.__doc__

    def run(self, dataset: Annotated[Table, "Rows"], ctx: Context) -> Result:
        """Choose rows by the clock."""
        chosen = np.random.default_rng().permutation(dataset.rows)[: self.rows]
        return dataset.take(np.sort(chosen))


class Breaker(Good):
    __doc__ = Good.__doc__

    def run(self, dataset: Annotated[Table, "Rows"], ctx: Context) -> Result:
        """Stumble over a table without rows."""
        if not dataset.rows:
            raise ZeroDivisionError
        return dataset.head(self.rows)


class Liar(Good):
    __doc__ = Good.__doc__

    def output_schema(self, dataset: TableSchema) -> TableSchema:
        """Another role than comes out."""
        return dataset.without_origin()

    def run(self, dataset: Annotated[Table, "Rows"], ctx: Context) -> Result:
        """Keep rows that were not promised to keep their origin."""
        return dataset.head(self.rows)

    def effect(self) -> Effect:
        """Not true: ten rows are not all rows."""
        return Effect("same", "row")


class Leaky(Good):
    __doc__ = Good.__doc__

    def run(self, dataset: Annotated[Table, "Rows"], ctx: Context) -> Result:
        """Choose the rows above the mean, which looks at all of them."""
        values = dataset.to_arrow().column("number").to_numpy() if dataset.rows else np.zeros(0)
        return dataset.filter(values > values.mean() + self.rows % 2 - 1)

    def effect(self) -> Effect:
        """Not true: one row depends on the others."""
        return Effect("subset", "row")


class Overlapping(Good):
    __doc__ = Good.__doc__

    def run(self, dataset: Annotated[Table, "Rows"], ctx: Context) -> Parts:
        """Give a row twice."""
        return Parts(dataset.head(self.rows + 1), dataset.filter(_after(dataset.rows, self.rows)))

    def output_schema(self, dataset: TableSchema) -> tuple[TableSchema, TableSchema]:
        """The input's own, twice."""
        return dataset, dataset

    def effect(self) -> Effect:
        """Not true: a row is in both parts."""
        return Effect("split", "order")


class Levelled(Good):
    __doc__ = Good.__doc__

    def run(self, dataset: Annotated[Table, "Rows"], ctx: Context) -> Result:
        """Make a category of numbers, whose levels are all that there are."""
        texts = dataset.to_pandas()["y"].astype(str)
        return Table.from_pandas(pd.DataFrame({"y": pd.Categorical(texts)}))

    def output_schema(self, dataset: TableSchema) -> TableSchema | None:
        """Only the data tells the levels."""
        return None

    def effect(self) -> Effect:
        """Not true: the levels come from all rows."""
        return Effect("same", "row")


class HonestlyLevelled(Levelled):
    __doc__ = Good.__doc__

    def effect(self) -> Effect:
        """True: only the levels come from all rows."""
        return Effect("same", "row", levels=True)


def _after(rows: int, first: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.arange(rows) >= first


def test_a_good_module_passes(tmp_path: Path) -> None:
    check_module(Good, tmp_path)


def test_levels_of_all_rows_are_no_fault_where_they_are_said(tmp_path: Path) -> None:
    effect_true(Bench.of(HonestlyLevelled, tmp_path))


@pytest.mark.parametrize(
    ("module", "complaint"),
    [
        (NoHelp, "help"),
        (WrongId, "snake_case"),
        (NoLabel, "label"),
        (NoBounds, "bounds"),
        (Forgetful, "no value of “more” changed"),
        (Moody, "second run gave another"),
        (Breaker, "ZeroDivisionError"),
        (Liar, "said to be the same"),
        (Leaky, "a slice gave other rows"),
        (Overlapping, "disjoint and complete"),
        (Levelled, "a slice gave other rows"),
    ],
)
def test_a_faulty_module_is_found(module: type[Module], complaint: str, tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match=complaint):
        check_module(module, tmp_path, Case())
