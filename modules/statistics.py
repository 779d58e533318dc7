"""Modules that describe the columns of a dataset in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from modules.measures.ordered import ascending
from modules.measures.summary import summarize
from studio.sdk import Column, Context, Effect, Meta, Module, Table, TableSchema, out
from studio.sdk.arrays import to_array

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

GROUP = "Statistical Functions"

FIGURES = (
    "Min",
    "Max",
    "Mean",
    "Mean Deviation",
    "1st Quartile",
    "Median",
    "3rd Quartile",
    "Mode",
    "Range",
    "Sample Variance",
    "Sample Standard Deviation",
    "Sample Skewness",
    "Sample Kurtosis",
    "P0.5",
    "P1",
    "P5",
    "P95",
    "P99",
    "P99.5",
)
_COUNTS = ("Count", "Unique Value Count", "Missing Value Count")
SUMMARY = TableSchema(
    (
        Column("Feature", "string"),
        *(Column(name, "integer") for name in _COUNTS),
        *(Column(name, "double") for name in FIGURES),
    )
)


class SummarizeData(Module):
    """Describe each column by counts and figures: one row a column.

    Use it to get to know a dataset: what is missing, how far values reach, what is unusual.

    Count is the number of rows, Missing Value Count those without a value (their quotient is the
    missing ratio), Unique Value Count the number of different values. The figures of columns of
    numbers leave missing values out; booleans count as 0 and 1. Mean Deviation is the mean distance
    from the mean. Quartiles and percentiles lie between the two nearest values by their distance.
    Of equally frequent values Mode is the smallest. Variance, standard deviation, skewness and
    kurtosis are those of a sample; kurtosis is 0 for a normal distribution. Text, dates and spans
    of time have counts only. A figure that is not defined is missing: the spread of one value, the
    skewness of a constant.
    """

    meta = Meta(
        "summarize_data",
        "Summarize Data",
        GROUP,
        report=True,
        search=(
            "Descriptive Statistics",
            "describe",
            "statistics",
            "mean",
            "quantile",
            "profile",
            "missing ratio",
        ),
    )

    def effect(self) -> Effect:
        """Each row describes a whole column."""
        return Effect("new", "all")

    def output_schema(self, dataset: TableSchema) -> TableSchema:
        """Return the columns of the description, the same for every dataset."""
        del dataset
        return SUMMARY

    def run(
        self, dataset: Annotated[Table, "Dataset"], ctx: Context
    ) -> Annotated[Table, out("results_dataset", "Results dataset")]:
        """Describe column after column."""
        import pyarrow as pa

        rows = []
        for number, column in enumerate(dataset.schema.visible):
            ctx.progress(number / len(dataset.schema), column.name)
            rows.append(_described(dataset, column, ctx))
        data = {column.name: [row.get(column.name) for row in rows] for column in SUMMARY}
        data = {name: [None if v != v else v for v in values] for name, values in data.items()}
        types = [pa.string(), *[pa.int64()] * len(_COUNTS), *[pa.float64()] * len(FIGURES)]
        arrays = [pa.array(v, t) for v, t in zip(data.values(), types, strict=True)]
        return Table.from_arrow(pa.Table.from_arrays(arrays, names=list(data)), SUMMARY)


class ComputeLinearCorrelation(Module):
    """Measure how far pairs of columns rise and fall together: Pearson's correlation.

    The result has a row and a column for each column of the input, in its order: 1 where two lie on
    a rising line, −1 on a falling one, 0 where there is no linear relation. Columns that are not
    numbers, constant columns and columns with missing values have no correlation: their row and
    column are missing. Use Clean Missing Data first.
    """

    meta = Meta(
        "compute_linear_correlation",
        "Compute Linear Correlation",
        GROUP,
        report=True,
        search=("Linear Correlation", "pearson", "corr", "covariance", "correlation matrix"),
    )

    def effect(self) -> Effect:
        """Each row is about whole columns."""
        return Effect("new", "all")

    def output_schema(self, dataset: TableSchema) -> TableSchema:
        """Return the same columns, as doubles."""
        return TableSchema(tuple(Column(name, "double") for name in dataset.names))

    def run(
        self, dataset: Annotated[Table, "Dataset"], ctx: Context
    ) -> Annotated[Table, out("results_dataset", "Results dataset")]:
        """Compute the correlations of all pairs in one pass."""
        import numpy as np
        import pyarrow as pa

        numeric = [c for c in dataset.schema.visible if c.is_numeric]
        found = _correlations(dataset, numeric, ctx)
        position = {column.name: number for number, column in enumerate(numeric)}
        rows = [position.get(name, -1) for name in dataset.schema.names]
        wide = np.pad(found, (0, 1), constant_values=np.nan)
        whole = wide[np.ix_(rows, rows)]
        schema = self.output_schema(dataset.schema)
        arrays = [pa.array(column) for column in whole.T]
        return Table.from_arrow(pa.Table.from_arrays(arrays, names=list(schema.names)), schema)


def _described(table: Table, column: Column, ctx: Context) -> dict[str, object]:
    """Return the counts and figures of one column."""
    counts = {"Count": 0, "Missing Value Count": 0}
    for batch in table.select([column.name]).batches():
        counts["Count"] += batch.num_rows
        counts["Missing Value Count"] += batch.column(0).null_count
    row: dict[str, object] = {"Feature": column.name, **counts}
    if column.is_numeric or column.type == "boolean":
        present = counts["Count"] - counts["Missing Value Count"]
        figures = summarize(lambda: ascending(table, column.name, ctx), present)
        return {"Unique Value Count": 0, **row, **figures}
    return {**row, "Unique Value Count": _distinct(table, column.name)}


def _distinct(table: Table, name: str) -> int:
    """Return how many different values a column has."""
    import narwhals as nw

    lazy = table.select([name]).select_visible().lazy()
    values = lazy.frame.select(value=lazy.col(name)).filter(~nw.col("value").is_null())
    counted = values.select(nw.col("value").n_unique()).to_native().to_arrow_table()
    return int(counted.column(0)[0].as_py() or 0)


def _correlations(table: Table, columns: list[Column], ctx: Context) -> NDArray[np.float64]:
    """Return Pearson's correlations of columns of numbers; NaN where one has a gap or no spread."""
    import numpy as np

    count, size = 0, len(columns)
    mean, products = np.zeros(size), np.zeros((size, size))
    names = [column.name for column in columns]
    with np.errstate(all="ignore"):
        for batch in table.select(names).batches():
            ctx.check()
            part = _matrix(batch, columns)
            here = part.mean(axis=0)
            apart = here - mean
            total = count + len(part)
            products += (part - here).T @ (part - here)
            products += np.outer(apart, apart) * (count * len(part) / total)
            mean += apart * (len(part) / total)
            count = total
        spread = np.sqrt(np.diag(products))
        found: NDArray[np.float64] = np.clip(products / np.outer(spread, spread), -1.0, 1.0)
    np.fill_diagonal(found, np.where(np.isnan(np.diag(found)), np.nan, 1.0))
    return found


def _matrix(batch: pa.RecordBatch, columns: list[Column]) -> NDArray[np.float64]:
    import numpy as np

    return np.column_stack([to_array(batch.column(c.name), c) for c in columns])
