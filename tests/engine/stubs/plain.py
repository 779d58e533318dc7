"""Modules made for the tests of the engine: small, and each with one habit."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Annotated, NamedTuple

from studio.sdk.context import Context
from studio.sdk.data import Report
from studio.sdk.errors import Problem
from studio.sdk.module import Effect, Meta, Module, out
from studio.sdk.params import FilePath, param
from studio.sdk.schema import TableSchema
from studio.sdk.table import Table


def numbers(count: int, start: int = 0) -> Table:
    import pyarrow as pa

    return Table.from_arrow(pa.table({"n": pa.array(range(start, start + count), pa.int64())}))


class Numbers(Module):
    """Whole numbers from ``start``."""

    meta = Meta("numbers", "Numbers", group="Test")

    count: int = param(3, "How many", ge=0)
    start: int = param(0, "From")

    def run(self, ctx: Context) -> Annotated[Table, out("numbers", "Numbers")]:
        ctx.log(f"counting to {self.count}")
        return numbers(self.count, self.start)


class Plus(Module):
    """Add to every number."""

    meta = Meta("plus", "Plus", group="Test")

    amount: int = param(1, "Amount")

    def run(
        self, table: Annotated[Table, "Numbers"], ctx: Context
    ) -> Annotated[Table, out("sum", "Sums")]:
        import pyarrow as pa
        import pyarrow.compute as pc

        column = table.to_arrow().column("n")
        return Table.from_arrow(pa.table({"n": pc.add(column, self.amount)}))

    def output_schema(self, table: TableSchema) -> TableSchema:
        return table
