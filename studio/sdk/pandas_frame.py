"""A pandas data frame as Arrow, column by column, and a sentence for what does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.sdk.schema import unique_names

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Return the frame's columns as an Arrow table; names become unique strings.

    Raises MixedColumn for a column of several kinds of values.
    """
    import pyarrow as pa

    names = unique_names(str(name) for name in frame.columns)
    arrays = [_array(name, frame.iloc[:, i]) for i, name in enumerate(names)]
    if not arrays:
        return pa.table({})
    return pa.Table.from_arrays(arrays, names=names)


def _array(name: str, series: pd.Series) -> pa.Array | pa.ChunkedArray:
    import pandas as pd
    import pyarrow as pa

    from studio.sdk.table import MixedColumn, ValueBeyond

    if isinstance(series.dtype, pd.CategoricalDtype):
        series = _text_levels(series)
    if isinstance(series.dtype, pd.SparseDtype):
        series = pd.Series(series.to_numpy(), index=series.index)
    try:
        return pa.Array.from_pandas(series)
    except OverflowError:
        raise ValueBeyond(column=name, type="integer") from None
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise MixedColumn(column=name, reason=_kinds(series) or _first_line(error)) from None


def _kinds(series: pd.Series) -> str:
    """Return the types of a column's values, or an empty text where there is one only."""
    found = [kind.__name__ for kind in series.dropna().map(type).unique()]
    return f"{', '.join(found[:-1])} and {found[-1]}" if len(found) > 1 else ""


def _text_levels(series: pd.Series) -> pd.Series:
    """Return a categorical whose levels are text; other levels become plain values."""
    if all(isinstance(level, str) for level in series.cat.categories):
        return series
    return series.astype(series.cat.categories.dtype if not series.isna().any() else object)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")
