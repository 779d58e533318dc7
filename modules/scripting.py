"""Modules that run what a person wrote: SQL and Python."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from modules.scripts.python import BUNDLE, Script, compiled, unpack
from modules.scripts.sql import Database, Statements, unordered
from studio.sdk import (
    Context,
    Effect,
    Files,
    Meta,
    Module,
    ModuleError,
    Problem,
    PythonCode,
    Report,
    SqlCode,
    Table,
    TableSchema,
    out,
    param,
)
from studio.sdk.table import empty


class ApplySqlTransformation(Module):
    """Make a table with SQL.

    The datasets are the tables `t1`, `t2` and `t3`; the result of the last statement is the output.
    Use it to filter, compute, join, group and sort in one step. Several statements are separated by
    `;`, so that `CREATE TEMP TABLE` or `CREATE VIEW` may prepare what the last one reads; nothing
    of it outlives the step.

    The dialect is DuckDB's, which is close to PostgreSQL's. Names with blanks or signs stand in
    double quotes: `SELECT "engine-size" FROM t1`. Case does not count in names: where two columns
    differ in case only, the second has a number added, `name_1`, and comes out under its own name.
    Statements reach nothing but these tables: no files and no network.

    Missing values are NULL. Types, roles and levels come back to columns that keep their name. Rows
    come as the database returns them: a query that joins or groups and has no ORDER BY may give
    them in another order next time, and a warning says so.
    """

    meta = Meta(
        "apply_sql_transformation",
        "Apply SQL Transformation",
        "Data Transformation/Manipulation",
        libraries=("duckdb",),
        search=("sqlite", "duckdb", "query", "select", "group by", "filter", "aggregate"),
    )

    script: SqlCode = param(
        "SELECT * FROM t1",
        "SQL query script",
        help="Statements over t1, t2 and t3; the last one's result is the output.",
        shows={"values": ("SELECT * FROM t1", "SELECT * FROM t1 LIMIT 3")},
    )

    def effect(self) -> Effect:
        """A query may do anything to the rows."""
        return Effect("new", "unknown")

    def check(
        self, t1: TableSchema, t2: TableSchema | None, t3: TableSchema | None
    ) -> list[Problem]:
        """Return what the database says of the script, tried on tables without rows."""
        given = {"t1": t1, "t2": t2, "t3": t3}
        tables = {name: empty(schema) for name, schema in given.items() if schema is not None}
        try:
            Database(tables).run(Statements.read(self.script))
        except ModuleError as error:
            return [error.to_problem()]
        return []

    def run(
        self,
        t1: Annotated[Table, "Table t1"],
        t2: Annotated[Table | None, "Table t2"],
        t3: Annotated[Table | None, "Table t3"],
        ctx: Context,
    ) -> Annotated[Table, out("results_dataset", "Results dataset")]:
        """Run the statements; the last one's result is read when it is kept."""
        ctx.check()
        given = {"t1": t1, "t2": t2, "t3": t3}
        database = Database({name: table for name, table in given.items() if table is not None})
        for spoken, name in database.written.items():
            ctx.log(f"In this query the column “{name}” is called {spoken}.")
        statements = Statements.read(self.script)
        relation = database.run(statements)
        if unordered(statements.parts[-1].query):
            ctx.warn(
                "order_unknown",
                "The query joins or groups rows without ORDER BY: their order may change.",
            )
        return database.table(relation)


class ScriptResults(NamedTuple):
    """What a script returned, and what it printed and drew."""

    result_dataset: Annotated[Table, "Result dataset"]
    result_dataset2: Annotated[Table, "Result dataset2"]
    python_device: Annotated[Report, "Python device"]


SCRIPT = '''\
import pandas as pd


def azureml_main(dataframe1=None, dataframe2=None):
    """Return one or two data frames; what is not connected is None."""
    return dataframe1,
'''


class ExecutePythonScript(Module):
    """Run a Python script on one or two datasets.

    The script defines `azureml_main(dataframe1=None, dataframe2=None)` and returns a sequence of
    one or two pandas data frames: `return dataframe1,`. A dataset that is not connected is None; a
    second output that is not returned is an empty table. The index of a frame is left out: use
    `reset_index()` to keep it.

    What the script prints, every matplotlib figure that is open at its end and every PNG file that
    it writes into its folder are kept at the Python device. A script bundle (a zip file, or a
    folder of files) lies unpacked in `./Script Bundle`, and what is in it can be imported.

    Integers with missing values arrive as doubles, categories as pandas categories. Types, roles
    and levels come back to columns that keep their name. The generators of `random` and
    `numpy.random` start from the experiment's seed, so that a run can be repeated.

    An error stops the run with its sentence and the line of the script. The script can do what you
    can do on this computer: run only scripts that you trust.
    """

    meta = Meta(
        "execute_python_script",
        "Execute Python Script",
        "Python Language",
        seeded=True,
        libraries=("pandas", "numpy"),
        trust=True,
        search=("pandas", "code", "custom", "azureml_main", "matplotlib"),
    )

    script: PythonCode = param(
        SCRIPT,
        "Python script",
        help="Defines azureml_main(dataframe1, dataframe2), which returns data frames.",
        shows={"values": (SCRIPT, SCRIPT.replace("dataframe1,\n", "dataframe1.head(3),\n"))},
    )

    def effect(self) -> Effect:
        """A script may do anything to the rows."""
        return Effect("new", "unknown")

    def check(self) -> list[Problem]:
        """Return what keeps the script from being read as Python; it is not run."""
        try:
            compiled(self.script)
        except ModuleError as error:
            return [error.to_problem()]
        return []

    def run(
        self,
        dataset1: Annotated[Table | None, "Dataset1"],
        dataset2: Annotated[Table | None, "Dataset2"],
        script_bundle: Annotated[Files | None, "Script bundle"],
        ctx: Context,
    ) -> ScriptResults:
        """Run the script in the node's own folder."""
        import random

        import numpy as np

        ctx.check()
        folder = ctx.scratch / "script"
        folder.mkdir()
        if script_bundle is not None:
            unpack(script_bundle, folder / BUNDLE)
        frames = [None if table is None else table.to_pandas() for table in (dataset1, dataset2)]
        random.seed(ctx.seed)
        np.random.seed(ctx.seed % 2**32)
        script = Script(folder, ctx.log)
        results = script.run(self.script, frames)
        tables = [Table.from_pandas(frame) for frame in results[:2]]
        tables += [empty(TableSchema())] * (2 - len(tables))
        texts = {"Standard output": script.printed, "Standard error": script.complained}
        shown = {name: text for name, text in texts.items() if text}
        return ScriptResults(tables[0], tables[1], Report(texts=shown, images=script.pictures))
