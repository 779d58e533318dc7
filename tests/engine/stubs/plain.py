"""Modules made for the tests of the engine: small, and each with one habit."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Annotated, NamedTuple

from studio.sdk.context import Context
from studio.sdk.data import Learner, Report
from studio.sdk.errors import ModuleError, Problem
from studio.sdk.module import Meta, Module, out
from studio.sdk.params import FilePath, param
from studio.sdk.schema import Column, TableSchema
from studio.sdk.table import Table

Numbered = Annotated[Table, out("numbers", "Numbers")]


class TooSmall(ModuleError):
    code = "too_small"
    sentence = "“{value}” is too small."


def numbers(values: list[int]) -> Table:
    import pyarrow as pa

    return Table.from_arrow(pa.table({"n": pa.array(values, pa.int64())}))


def values_of(table: Table) -> list[int]:
    return table.to_arrow().column("n").to_pylist()


class Numbers(Module):
    """Whole numbers from ``start``."""

    meta = Meta("numbers", "Numbers", group="Test")

    count: int = param(3, "How many", ge=0)
    start: int = param(0, "From")

    def run(self, ctx: Context) -> Numbered:
        ctx.log(f"counting to {self.count}")
        return numbers(list(range(self.start, self.start + self.count)))

    def output_schema(self) -> TableSchema:
        return TableSchema((Column("n", "integer"),))


class DrawnAnew(Module):
    """Other numbers each time, without saying so."""

    meta = Meta("drawn_anew", "Drawn Anew", group="Test")

    def run(self, ctx: Context) -> Numbered:
        return numbers(list(os.urandom(50)))


class Plus(Module):
    """Add to every number."""

    meta = Meta("plus", "Plus", group="Test", libraries=("pyarrow",))

    amount: int = param(1, "Amount")
    secret: int = param(0, "Hidden unless the amount is 99", when={"amount": 99})

    def run(self, table: Annotated[Table, "Numbers"], ctx: Context) -> Numbered:
        return numbers([value + self.amount for value in values_of(table)])

    def output_schema(self, table: TableSchema) -> TableSchema:
        return table

    def check(self, table: TableSchema) -> list[Problem]:
        return [Problem("odd_amount", "The amount is 13.")] if self.amount == 13 else []


class Sum(Module):
    """Add up several tables, in order of their links."""

    meta = Meta("sum", "Sum", group="Test", report=True)

    def run(
        self, tables: Annotated[tuple[Table, ...], "Numbers"], ctx: Context
    ) -> Annotated[Report, out("report", "Report")]:
        totals = [float(sum(values_of(table))) for table in tables]
        return Report(
            metrics={"total": sum(totals), "first": totals[0]}, tables={"first": tables[0]}
        )


class Halves(NamedTuple):
    low: Table
    high: Table


class Split(Module):
    """Draw each number into one of two sets."""

    meta = Meta("split", "Split", group="Test", seeded=True)

    seed: int = param(0, "Random seed", ge=0)

    def run(self, table: Annotated[Table, "Numbers"], ctx: Context) -> Halves:
        import numpy as np

        chosen = np.random.default_rng(ctx.seed).random(len(values_of(table))) < 0.5
        pairs = list(zip(values_of(table), chosen, strict=True))
        return Halves(numbers([v for v, c in pairs if c]), numbers([v for v, c in pairs if not c]))


class Silent(Module):
    """Pass the table on without a word about its columns."""

    meta = Meta("silent", "Silent", group="Test")

    def run(self, table: Annotated[Table, "Numbers"], ctx: Context) -> Numbered:
        return table


class HangDescribing(Module):
    """Never say which columns come out; the process's number goes into a FIFO."""

    meta = Meta("hang_describing", "Hang Describing", group="Test")

    fifo: str = param(..., "FIFO")

    def run(self, ctx: Context) -> Numbered:
        return numbers([])

    def output_schema(self) -> TableSchema:
        with Path(self.fifo).open("w") as file:
            print(os.getpid(), file=file)
        threading.Event().wait()
        raise AssertionError


class ReadNumbers(Module):
    """Read numbers from a file, one a line."""

    meta = Meta("read_numbers", "Read Numbers", group="Test", world="file")

    path: FilePath = param("", "File")
    change: bool = param(False, "Change the file while it is read")

    def run(self, ctx: Context) -> Numbered:
        path = ctx.path(self.path)
        found = [int(line) for line in path.read_text().split()]
        if self.change:
            path.write_text(path.read_text() + "\n4")
        return numbers(found)


class WriteNumbers(Module):
    """Write numbers into a file, one a line."""

    meta = Meta("write_numbers", "Write Numbers", group="Test", world="writes")

    path: FilePath = param("", "File")

    def run(self, table: Annotated[Table, "Numbers"], ctx: Context) -> None:
        ctx.path(self.path).write_text("\n".join(map(str, values_of(table))))


class Fetch(Module):
    """Numbers from far away: another one each time."""

    meta = Meta("fetch", "Fetch", group="Test", world="external")

    def run(self, ctx: Context) -> Numbered:
        return numbers([int.from_bytes(os.urandom(4))])


class Wrong(Module):
    """Fail in the way that is asked for."""

    meta = Meta("wrong", "Wrong", group="Test")

    how: str = param("sentence", "How")

    def run(self, ctx: Context) -> Numbered:
        if self.how == "sentence":
            raise TooSmall(value=3, param="how")
        if self.how == "warning":
            ctx.warn("few_rows", "There are few rows.")
            return numbers([1])
        if self.how == "exit":
            os._exit(7)
        if self.how == "sys_exit":
            raise SystemExit(3)
        if self.how == "crash":
            import ctypes

            ctypes.string_at(0)
        return numbers([1 // 0])


class Stumble(Module):
    """Fail on what comes in, by a bug."""

    meta = Meta("stumble", "Stumble", group="Test")

    def run(self, table: Annotated[Table, "Numbers"], ctx: Context) -> Numbered:
        return numbers([values_of(table)[0]])


class Meet(Module):
    """Say the process's number, then wait for whoever opens the other end of a FIFO."""

    meta = Meta("meet", "Meet", group="Test")

    path: str = param("", "FIFO")
    end: str = param("r", "Which end to open")

    def run(self, ctx: Context) -> Numbered:
        ctx.log(f"pid {os.getpid()}")
        with Path(self.path).open(self.end) as fifo:
            if self.end == "r":
                fifo.read()
        return numbers([os.getpid()])


class After(Module):
    """Meet, with an input."""

    meta = Meta("after", "After", group="Test")

    path: str = param("", "FIFO")

    def run(self, table: Annotated[Table, "Numbers"], ctx: Context) -> Numbered:
        ctx.log(f"pid {os.getpid()}")
        with Path(self.path).open() as fifo:
            fifo.read()
        return table


class Burn(Module):
    """Never come back from a library's own code, or only when asked to stop."""

    meta = Meta("burn", "Burn", group="Test")

    how: str = param("polite", "How")

    def run(self, ctx: Context) -> Numbered:
        import numpy as np

        ctx.log(f"pid {os.getpid()}")
        if self.how == "sort":
            values = np.random.default_rng(0).random(5_000_000)
            while True:
                np.sort(values)
        if self.how == "matmul":
            values = np.ones((6000, 6000))
            while True:
                values @ values
        if self.how == "regex":
            import re

            # Holds Python's lock for years: no other thread of the process runs meanwhile.
            re.match("(a+)+b", "a" * 60)
        if self.how == "lightgbm":
            import lightgbm

            x = np.random.default_rng(0).random((200_000, 50))
            lightgbm.LGBMRegressor(n_estimators=100_000, n_jobs=1, verbose=-1).fit(x, x[:, 0])
        while True:
            ctx.check()


class Eat(Module):
    """Take memory in the way that is asked for."""

    meta = Meta("eat", "Eat", group="Test")

    how: str = param("numpy", "How")
    megabytes: int = param(2000, "How much")

    def run(self, ctx: Context) -> Numbered:
        size = self.megabytes << 20
        if self.how == "numpy":
            import numpy as np

            return numbers([int(np.ones(size // 8).sum())])
        if self.how == "arrow":
            import pyarrow as pa

            return numbers([pa.allocate_buffer(size).size])
        if self.how == "duckdb":
            from studio.sdk.duck import connection

            query = f"SELECT len(list(random())) FROM range({size // 8})"
            return numbers([connection().execute(query).fetchone()[0]])
        if self.how == "lightgbm":
            import lightgbm
            import numpy as np

            x = np.random.default_rng(0).random((2_000, 200))
            data = lightgbm.Dataset(x, x[:, 0], params={"verbose": -1})
            params = {"num_leaves": 100_000, "verbose": -1, "histogram_pool_size": -1}
            lightgbm.train({**params, "min_data_in_leaf": 1}, data, 1)
        if self.how == "abort":
            import numpy as np

            taken = np.ones(size // 8)
            ctx.log(str(taken.sum()))
            os.abort()
        return numbers([0])


class Big(Module):
    """A table of so many megabytes, made in batches."""

    meta = Meta("big", "Big", group="Test")

    megabytes: int = param(1, "How much")

    def run(self, ctx: Context) -> Numbered:
        import pyarrow as pa

        schema = TableSchema((Column("n", "integer"),))
        batch = pa.record_batch({"n": pa.array(range(1 << 15), pa.int64())})
        return Table.from_batches(schema, lambda: (batch for _ in range(4 * self.megabytes)))


class Told(Module):
    """What the context says."""

    meta = Meta("told", "Told", group="Test", seeded=True)

    def run(self, ctx: Context) -> Annotated[Report, out("report", "Report")]:
        import numpy as np

        ctx.progress(0.5, "half")
        (ctx.scratch / "left.txt").write_text("x")
        figures = {
            "seed": ctx.seed, "threads": ctx.threads, "memory": ctx.memory,
            "draw": float(np.random.random()), "scratch": len(list(ctx.scratch.iterdir())),
        }  # fmt: skip
        return Report(metrics={**figures, "pid": os.getpid()}, texts={"base": str(ctx.base)})


class Row(Module):
    """A learner with a value that can be swept."""

    meta = Meta("row", "Row", group="Test")

    depth: int = param(2, "Depth", ge=1, sweep=[1, 2, 3])

    def run(self, ctx: Context) -> Annotated[Learner, out("learner", "Learner")]:
        return Learner("row", {"depth": self.depth})
