"""The module that deals with missing values."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, NamedTuple

from modules.conversion.casting import WANTED, ValueUnreadable, cast
from modules.filling.predicted import fit_imputer, has_numbers
from modules.filling.transforms import DropColumns, FillMissing, FillPredicted, KeepComplete
from modules.measures.moments import moments
from modules.measures.ordered import median, most_frequent
from studio.sdk import (
    ALL,
    Column,
    ColumnSelection,
    ColumnTypeWrong,
    Context,
    Effect,
    Meta,
    Module,
    ModuleError,
    Problem,
    Table,
    TableSchema,
    ValueWrong,
    param,
    unique_names,
)
from studio.sdk.arrays import to_array
from studio.sdk.transform import Transform

_PREDICTED = ("mice", "probabilistic_pca")
_STATISTICS = ("mean", "median", "mode", *_PREDICTED)
_NUMBERS = ("integer", "double", "boolean")
_BY_NUMBER = {"by": "type", "values": ["numeric"]}
_WANTED = {
    "mean": "a number or a date for the mean",
    "median": "a number or a date for the median",
    "probabilistic_pca": "a number for probabilistic PCA",
}


class Cleaned(NamedTuple):
    """The cleaned dataset and how it was cleaned."""

    cleaned_dataset: Annotated[Table, "Cleaned dataset"]
    cleaning_transformation: Annotated[Transform, "Cleaning transformation"]


class CleanMissingData(Module):
    """Remove missing values, or put something in their place.

    Most learners cannot use a row with a missing value. Choose the columns to clean and what to do;
    the others pass through. Only columns whose share of missing values lies between the two ratios,
    ends included, are cleaned, each by itself: 0.2 to 1 leaves columns alone that miss less than a
    fifth.

    - **Custom substitution value**: one value for every missing one. It must read as each column's
      type; a category gets it as a new level.
    - **Replace with mean** or **median**: of the column's values, for numbers, booleans, dates and
      spans of time; in columns other than doubles it is rounded. Text columns are refused.
    - **Replace with mode**: the most frequent value; of equally frequent ones the smallest.
    - **Replace using MICE**: each column's numbers are predicted from the other chosen columns of
      numbers by a regression (scikit-learn's Bayesian ridge), beginning with the means, in as many
      rounds as are asked for, or fewer where they no longer change anything. The most likely value
      is taken and none is drawn, so there is one filled dataset, the same in every run. Booleans
      count as 0 and 1; text, dates and spans of time get their mode. It takes long for hundreds of
      columns.
    - **Replace using Probabilistic PCA**: a few components that the chosen columns share are
      estimated from all that is there (expectation maximisation of Tipping and Bishop, columns
      brought to one scale), and what is missing is what they lead one to expect. There are as many
      components as have more than the average variance, at most 20. Numbers and booleans only;
      make indicator columns of text first.
    - **Remove entire row**: rows that miss a value in any of the cleaned columns.
    - **Remove entire column**: columns that miss a value.

    Predicted values are rounded in columns other than doubles. A row's depend on that row alone and
    on what was found here. The label, if it is among the chosen columns, is predicted and predicts
    like any other: leave it out where a model is to learn it.

    A column that has no value at all has neither mean nor mode: it is removed, or propagated as it
    is. Indicator columns `<column>_IsMissing` tell for each cleaned column where a value was
    missing.

    The cleaning transformation does the same to other data with Apply Transformation: it fills in
    the values found here, or predicts them as found here, and leaves out the columns left out here.
    It makes the indicator columns too, so that a model that learned from them finds them. Infinite
    values are not missing; they are left out of means and predictions. Roles and levels stay.
    """

    meta = Meta(
        "clean_missing_data",
        "Clean Missing Data",
        "Data Transformation/Manipulation",
        libraries=("scikit-learn",),
        search=("impute", "fillna", "dropna", "null", "Missing Values Scrubber", "NaN", "MICE"),
    )

    columns: ColumnSelection = param(
        ALL,
        "Columns to be cleaned",
        help="Where to look for missing values.",
        shows={"values": ({"begin": "all"}, {"rules": [{"by": "index", "values": ["1"]}]})},
    )
    minimum_ratio: float = param(
        0.0,
        "Minimum missing value ratio",
        ge=0,
        le=1,
        help="Columns with a smaller share of missing values are left alone.",
        shows={"values": (0.0, 0.5)},
    )
    maximum_ratio: float = param(
        1.0,
        "Maximum missing value ratio",
        ge=0,
        le=1,
        help="Columns with a larger share of missing values are left alone.",
        shows={"values": (0.0, 1.0)},
    )
    mode: Literal[
        "custom_substitution_value",
        "mean",
        "median",
        "mode",
        "mice",
        "probabilistic_pca",
        "remove_row",
        "remove_column",
    ] = param("custom_substitution_value", "Cleaning mode", help="What to do about missing values.")
    replacement_value: str = param(
        "0",
        "Replacement value",
        when={"mode": "custom_substitution_value"},
        help="What takes the place of a missing value.",
        shows={"values": ("0", "1")},
    )
    mice_iterations: int = param(
        5,
        "Number of iterations",
        ge=1,
        le=10,
        when={"mode": "mice"},
        help="The most rounds in which the columns are predicted from one another.",
        shows={"values": (1, 10)},
    )
    ppca_iterations: int = param(
        10,
        "Number of iterations for PCA prediction",
        ge=1,
        le=50,
        when={"mode": "probabilistic_pca"},
        help="Rounds of expectation and maximisation.",
        shows={"values": (1, 50), "params": {"columns": {"rules": [_BY_NUMBER]}}},
    )
    all_missing: Literal["remove", "propagate"] = param(
        "remove",
        "Cols with all missing values",
        when={"mode": _STATISTICS},
        help="What becomes of a column without any value.",
    )
    indicators: bool = param(
        False,
        "Generate missing value indicator column",
        when={"mode": ("custom_substitution_value", *_STATISTICS)},
        help="Add a column that tells where a value was missing.",
    )

    def effect(self) -> Effect:
        """A removed row looks at itself only, a filled value at its column."""
        if self.mode == "remove_row":
            return Effect("subset", "row" if self._all_ratios else "all")
        fixed = self.mode == "custom_substitution_value" and self._all_ratios
        return Effect("same", "row" if fixed else "all")

    def output_schema(self, dataset: TableSchema) -> dict[str, TableSchema]:
        """Return the columns, where they do not depend on what is missing."""
        names = self.columns.names(dataset, param="columns")
        self._refuse_types(dataset, names)
        if self.mode == "remove_row":
            return {"cleaned_dataset": dataset}
        known = self.mode == "custom_substitution_value" or self.all_missing == "propagate"
        if self.mode == "remove_column" or not known or not self._all_ratios:
            return {}
        values = dict.fromkeys(names, None)
        transform = self._filling(dataset, names, values, ())
        return {"cleaned_dataset": transform.output_schema(dataset)}

    def check(self, dataset: TableSchema) -> list[Problem]:
        """Return what does not fit: the ratios, means of text, a value of another type."""
        try:
            self._refuse_ratios()
            self._refuse_types(dataset, self.columns.names(dataset, param="columns"))
        except ModuleError as error:
            return [error.to_problem()]
        return []

    def run(self, dataset: Annotated[Table, "Dataset"], ctx: Context) -> Cleaned:
        """Clean the chosen columns, and say how."""
        self._refuse_ratios()
        names = self.columns.names(dataset.schema, param="columns")
        self._refuse_types(dataset.schema, names)
        rows, missing = dataset.rows, _missing(dataset, names, ctx)
        _tell(missing, rows, ctx)
        ratios = {name: missing[name] / rows if rows else 0.0 for name in names}
        cleaned = [n for n in names if self.minimum_ratio <= ratios[n] <= self.maximum_ratio]
        transform = self._fitted(dataset, cleaned, missing, ctx)
        return Cleaned(transform.apply_table(dataset), transform)

    @property
    def _all_ratios(self) -> bool:
        return self.minimum_ratio == 0 and self.maximum_ratio == 1

    def _fitted(
        self, dataset: Table, names: list[str], missing: dict[str, int], ctx: Context
    ) -> Transform:
        schema = dataset.schema
        if self.mode == "remove_row":
            return KeepComplete(tuple(schema.column(name) for name in names))
        if self.mode == "remove_column":
            return DropColumns((), tuple(name for name in names if missing[name]))
        if self.mode == "custom_substitution_value":
            values = {n: self._substitute(schema.column(n), missing[n]) for n in names}
            return self._filling(schema, names, values, ())
        found = {name: self._statistic(dataset, name, ctx) for name in names}
        empty = tuple(n for n, v in found.items() if v is None and self.all_missing == "remove")
        if dataset.rows == 0:
            empty = ()
        kept = [name for name in names if name not in empty]
        plain = self._filling(schema, kept, found, empty)
        return self._predicting(dataset, plain, ctx) if self.mode in _PREDICTED else plain

    def _predicting(self, dataset: Table, plain: FillMissing, ctx: Context) -> FillMissing:
        """Return a filling that predicts the numbers where ``plain`` would put in one value."""
        pairs = zip(plain.inputs, plain.values, strict=True)
        together = tuple(c.name for c, value in pairs if c.type in _NUMBERS and value is not None)
        if not together:
            return plain
        if self.mode == "mice":
            imputer = fit_imputer(dataset, together, "mice", self.mice_iterations, ctx)
        else:
            rounds = self.ppca_iterations
            imputer = fit_imputer(dataset, together, "probabilistic_pca", rounds, ctx)
        others = zip(plain.reads, plain.values, strict=True)
        values = tuple(None if name in together else value for name, value in others)
        state = {**plain.state(), "values": values}
        return FillPredicted(**state, together=together, imputer=imputer)

    def _filling(
        self,
        schema: TableSchema,
        names: list[str],
        values: dict[str, float | str | None],
        dropped: tuple[str, ...],
    ) -> FillMissing:
        inputs = tuple(schema.column(name) for name in names)
        added = self.replacement_value if self.mode == "custom_substitution_value" else None
        after = tuple(_with_level(column, added) for column in inputs)
        told = [f"{name}_IsMissing" for name in names] if self.indicators else []
        indicators = tuple(unique_names(told, schema.names))
        filling = tuple(values[name] for name in names)
        return FillMissing(inputs, filling, after, indicators, dropped)

    def _substitute(self, column: Column, missing: int) -> float | str | None:
        """Return the replacement as a column's value; it must fit where something is missing."""
        import pyarrow as pa

        if column.is_text:
            return self.replacement_value
        text = pa.array([self.replacement_value], pa.string())
        try:
            value = to_array(cast(text, Column(column.name, "string"), column.type), column)[0]
        except ValueUnreadable:
            value = None
        if value is not None and value == value:
            return float(value)
        if not missing:
            return None
        raise ValueWrong(
            reason=f"“{self.replacement_value}” cannot replace what is missing in "
            f"“{column.name}”: it is not {WANTED[column.type]}.",
            advice="Clean columns of different types in separate steps.",
            param="replacement_value",
        )

    def _statistic(self, dataset: Table, name: str, ctx: Context) -> float | str | None:
        """Return what replaces a column's missing values, rounded to what the column can hold.

        Where they are predicted, 0 says that the column has numbers to predict from.
        """
        column = dataset.schema.column(name)
        if self.mode == "mode" or (self.mode == "mice" and column.type not in _NUMBERS):
            return most_frequent(dataset, name)
        if self.mode in _PREDICTED:
            return 0.0 if has_numbers(dataset, name) else None
        if self.mode == "median":
            value = median(dataset, name, ctx)
        else:
            found = moments(dataset, [name], ctx)[name]
            value = found.mean if found.count else None
        return value if value is None or column.type == "double" else float(round(value))

    def _refuse_ratios(self) -> None:
        if self.minimum_ratio > self.maximum_ratio:
            raise ValueWrong(
                reason=f"The minimum ratio {self.minimum_ratio} is above the maximum ratio "
                f"{self.maximum_ratio}: no column lies between.",
                advice="Exchange the two.",
                param="minimum_ratio",
            )

    def _refuse_types(self, schema: TableSchema, names: list[str]) -> None:
        """Raise ColumnTypeWrong where something is asked for that a column's type does not have."""
        if self.mode not in _WANTED:
            return
        for column in map(schema.column, names):
            refused = column.type not in _NUMBERS if self.mode in _PREDICTED else column.is_text
            if refused:
                raise ColumnTypeWrong(
                    column=column.name,
                    found=column.type,
                    wanted=_WANTED[self.mode],
                    param="columns",
                    port="dataset",
                )


def _missing(dataset: Table, names: list[str], ctx: Context) -> dict[str, int]:
    """Return how many values each column misses."""
    counts = dict.fromkeys(names, 0)
    for batch in dataset.select(names).batches():
        ctx.check()
        for name in names:
            counts[name] += batch.column(name).null_count
    return counts


def _tell(missing: dict[str, int], rows: int, ctx: Context) -> None:
    """Log the share of missing values of each column that has some."""
    for name, count in missing.items():
        if count:
            ctx.log(f"{name}: {count} of {rows} values missing, ratio {count / rows:.9g}")


def _with_level(column: Column, level: str | None) -> Column:
    if column.type != "category" or level is None or column.levels is None:
        return column
    return replace(column, levels=tuple(dict.fromkeys((*column.levels, level))))
