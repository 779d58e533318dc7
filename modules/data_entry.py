"""Modules that bring tables without a file: typed by hand, and samples."""

from __future__ import annotations

from typing import Annotated, Literal

from studio.sdk import (
    Context,
    Effect,
    Meta,
    Module,
    Table,
    TableSchema,
    Text,
    out,
    param,
)

GROUP = "Data Input and Output"

SampleName = Literal[
    "iris", "wine", "breast_cancer", "diabetes", "digits", "customer_churn", "daily_sales"
]


class EnterDataManually(Module):
    """Type or paste a small table.

    Use it for a handful of rows: a lookup table, an example, values to score. The text is CSV, TSV,
    ARFF or SVMLight.

    **CSV and TSV**: types are found as in Import Data, from every row. Without a header row columns
    are Col1, Col2 and so on. An empty field is missing; an empty line is a row of missing values,
    except at the end.

    **ARFF**: types and levels are those of the `@attribute` lines; `?` is missing; sparse rows in
    braces work.

    **SVMLight**: each line is a label and pairs `index:value`; columns are Labels (its role is
    label), Col1, Col2 and so on up to the largest index, and what a line leaves out is 0. Values
    are taken as they are; rows are not scaled.
    """

    meta = Meta(
        "enter_data_manually",
        "Enter Data Manually",
        GROUP,
        libraries=("pyarrow",),
        search=("type", "paste", "inline", "arff", "svmlight", "table"),
    )

    data_format: Literal["CSV", "TSV", "ARFF", "SVMLight"] = param(
        "CSV", "Data format", help="How the text below is written."
    )
    has_header: bool = param(
        True,
        "First row is a header",
        when={"data_format": ("CSV", "TSV")},
        help="Otherwise columns are Col1, Col2, ….",
    )
    data: Text = param(
        ...,
        "Data",
        help="The rows, one a line.",
        shows={"values": ("a,b\n1,2\n", "a,b\n1,3\n")},
    )

    def effect(self) -> Effect:
        """Answer that the rows are new."""
        return Effect("new", "all")

    def output_schema(self) -> TableSchema:
        """Return the columns that the text has; raises TextUnreadable."""
        from pathlib import Path

        return self._table(Context(scratch=Path())).schema

    def run(self, ctx: Context) -> Annotated[Table, out("dataset", "Dataset")]:
        """Return the typed table; raises TextUnreadable."""
        return self._table(ctx).with_origin()

    def _table(self, ctx: Context) -> Table:
        from modules.reading.typed import read_typed

        return read_typed(self.data, self.data_format, self.has_header, ctx)


class SampleDataset(Module):
    """A ready table to try things on.

    - **iris**, **wine**, **breast_cancer**, **diabetes**, **digits**: the classics, as scikit-learn
      brings them (diabetes with its columns scaled). The last column is the label: species,
      cultivar, diagnosis (benign or malignant), progression (a number), digit.
    - **customer_churn**: 5,000 made-up telephone customers with what real tables have: dates,
      categories, holes, 60 doubled rows, regions spelled in several ways, impossible ages and
      usages in the wrong unit. The label is churned (no or yes).
    - **daily_sales**: five years of a made-up shop, with a trend, weekly and yearly seasons,
      holidays, promotions, days that are missing and counts that are missing. The label is sales.

    The made-up tables come out of generators with a fixed seed and are the same on every machine.
    Missing values are left as they are.
    """

    meta = Meta(
        "sample_dataset",
        "Sample Dataset",
        GROUP,
        libraries=("scikit-learn",),
        search=("example", "demo", "iris", "wine", "cancer", "digits", "churn", "sales", "saved"),
    )

    name: SampleName = param("iris", "Dataset", help="Which table to give.")

    def effect(self) -> Effect:
        """Answer that the rows are new."""
        return Effect("new", "all")

    def output_schema(self) -> TableSchema:
        """Return the table's columns."""
        from modules.samples import churn, classics, sales

        made = {"customer_churn": churn.SCHEMA, "daily_sales": sales.SCHEMA}
        return made.get(self.name) or classics.SCHEMAS[self.name]

    def run(self, ctx: Context) -> Annotated[Table, out("dataset", "Dataset")]:
        """Return the table."""
        from modules.samples import churn, classics, sales
        from modules.samples.made import table

        ctx.check()
        if self.name == "customer_churn":
            return table(churn.SCHEMA, churn.rows()).with_origin()
        if self.name == "daily_sales":
            return table(sales.SCHEMA, sales.rows()).with_origin()
        return classics.table(self.name).with_origin()
