"""Imputers: what predicts a column's missing numbers from the others, fitted on a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from studio.sdk import Context, ModuleError, Table
from studio.sdk.arrays import to_array

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

Method = Literal["mice", "probabilistic_pca"]

COPIES = 6
"""About how many copies of the numbers are held while fitting."""


class TooManyNumbers(ModuleError):
    """The columns do not fit into memory, where they must be to predict from one another."""

    code = "too_many_numbers"
    sentence = (
        "Predicting missing values from {rows} rows of {width} columns needs about {needed} MB, "
        "and {budget} MB may be used."
    )
    hint = "Choose fewer columns, fill by mean or median, or clean a sample and apply its result."


class NotPredictable(ModuleError):
    """The numbers are of such a size that no model of them can be worked out."""

    code = "not_predictable"
    sentence = "The columns {columns} have numbers too large to predict missing values from."
    hint = "Leave out columns with extremely large values, or bring them to another scale first."


def has_numbers(dataset: Table, name: str) -> bool:
    """Whether a column of numbers has any that is neither missing nor infinite."""
    import numpy as np

    column = dataset.schema.column(name)
    batches = dataset.select([name]).batches()
    return any(np.isfinite(to_array(batch.column(name), column)).any() for batch in batches)


def fit_imputer(
    dataset: Table, names: Sequence[str], method: Method, iterations: int, ctx: Context
) -> Any:
    """Return an imputer fitted on columns of numbers; infinite ones are left out.

    Raises TooManyNumbers and NotPredictable.
    """
    import numpy as np

    imputer = _imputer(method, iterations)
    numbers = _numbers(dataset, names, ctx)
    try:
        with np.errstate(all="ignore"):
            imputer.fit(numbers)
    except (ValueError, np.linalg.LinAlgError) as error:
        raise NotPredictable(columns=tuple(names), param="columns", port="dataset") from error
    return imputer


def _imputer(method: Method, iterations: int) -> Any:
    if method == "mice":
        from modules.estimators.chained import ChainedEquations

        return ChainedEquations(iterations)
    from modules.estimators.ppca import ProbabilisticPca

    return ProbabilisticPca(max_iter=iterations)


def _numbers(dataset: Table, names: Sequence[str], ctx: Context) -> Numbers:
    """Return the columns as a matrix, with NaN for what is missing or infinite."""
    import numpy as np

    rows = dataset.rows
    needed = rows * len(names) * 8 * COPIES
    if needed > ctx.memory:
        raise TooManyNumbers(
            rows=rows,
            width=len(names),
            needed=needed >> 20,
            budget=ctx.memory >> 20,
            param="columns",
            port="dataset",
        )
    matrix = np.empty((rows, len(names)))
    start = 0
    for batch in dataset.select(names).batches():
        ctx.check()
        for position, name in enumerate(names):
            values = to_array(batch.column(name), dataset.schema.column(name))
            matrix[start : start + batch.num_rows, position] = values
        start += batch.num_rows
    matrix[np.isinf(matrix)] = np.nan
    return matrix
