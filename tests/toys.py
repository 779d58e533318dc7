"""Small modules of a user's own, for tests that act through the doors."""

from __future__ import annotations

from pathlib import Path

MODULES = '''
"""Small modules for tests."""

from __future__ import annotations

import time
from typing import Annotated, NamedTuple

from studio.sdk import (
    Column, ColumnMissing, Context, Meta, Module, Problem, Report, Table, TableSchema, out, param
)


class Numbers(Module):
    """Whole numbers in a column.

    The page of Numbers.
    """

    meta = Meta("toy_numbers", "Toy Numbers", "Toys")
    count: int = param(3, "Count", ge=1, le=1000)
    start: int = param(0, "Start")
    names: list[str] = param([], "Names")

    def run(self, ctx: Context) -> Annotated[Table, out("dataset", "Numbers")]:
        import pandas as pd

        ctx.log(f"counting to {self.count}")
        return Table.from_pandas(pd.DataFrame({"x": range(self.start, self.start + self.count)}))

    def output_schema(self) -> TableSchema:
        return TableSchema((Column("x", "integer"),))


class Halves(NamedTuple):
    first: Annotated[Table, "First half"]
    second: Annotated[Table, "Second half"]


class Halve(Module):
    """The first and the second half of the rows."""

    meta = Meta("toy_halve", "Toy Halve", "Toys")

    def run(self, dataset: Annotated[Table, "Rows"], ctx: Context) -> Halves:
        middle = dataset.rows // 2
        frame = dataset.to_pandas()
        return Halves(Table.from_pandas(frame[:middle]), Table.from_pandas(frame[middle:]))


class Scale(Module):
    """A column times a factor."""

    meta = Meta("toy_scale", "Toy Scale", "Toys", search=("multiply",))
    column: str = param("x", "Column")
    factor: float = param(2.0, "Factor", ge=0)

    def run(
        self, dataset: Annotated[Table, "Rows"], ctx: Context
    ) -> Annotated[Table, out("dataset", "Scaled")]:
        frame = dataset.to_pandas()
        if self.column not in frame:
            raise ColumnMissing(column=self.column, available=list(frame), param="column")
        if self.factor == 0:
            ctx.warn("all_zero", "Everything becomes zero.")
        return Table.from_pandas(frame.assign(**{self.column: frame[self.column] * self.factor}))

    def check(self, dataset: TableSchema) -> list[Problem]:
        if self.column in dataset:
            return []
        missing = ColumnMissing(column=self.column, available=dataset.names, param="column")
        return [missing.to_problem()]


class Total(Module):
    """The sum of a column."""

    meta = Meta("toy_total", "Toy Total", "Toys", report=True)

    def run(
        self,
        dataset: Annotated[Table, "Rows"],
        other: Annotated[Table | None, "More rows"],
        ctx: Context,
    ) -> Annotated[Report, out("report", "Total")]:
        total = dataset.to_pandas()["x"].sum()
        if other is not None:
            total += other.to_pandas()["x"].sum()
        return Report(metrics={"total": float(total)})


class Wait(Module):
    """Tell whoever reads the pipe beside the experiment, then wait for some time."""

    meta = Meta("toy_wait", "Toy Wait", "Toys")
    seconds: float = param(60.0, "Seconds")

    def run(self, ctx: Context) -> Annotated[Table, out("dataset", "Nothing")]:
        import pandas as pd

        ctx.path("waiting").write_bytes(b"!")
        time.sleep(self.seconds)
        return Table.from_pandas(pd.DataFrame({"x": [1]}))
'''


def install(home: Path) -> None:
    """Put the small modules into the user's folder of modules."""
    folder = home / "modules"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "toys.py").write_text(MODULES, encoding="utf-8")
