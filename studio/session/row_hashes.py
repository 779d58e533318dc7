"""Hashes of rows, by which equal rows are found in two tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.sdk.arrays import Array, Columns
    from studio.sdk.table import Table

_FACTOR = 0x100000001B3
"""The factor by which the hashes of a row's cells are put together (that of FNV-1a)."""
_BITS = 40
"""Bits of a number that count where its last digits do not: twelve digits of sixteen."""


def table_hashes(table: Table, names: Sequence[str], *, nearly: bool = False) -> NDArray[Any]:
    """Return a hash of each row of a table, read in batches; see :func:`row_hashes`."""
    import numpy as np

    from studio.sdk.arrays import to_columns

    parts = [
        row_hashes(to_columns(batch, table.schema, names), names, nearly=nearly)
        for batch in table.batches()
    ]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.uint64)


def row_hashes(columns: Columns, names: Sequence[str], *, nearly: bool = False) -> NDArray[Any]:
    """Return a hash of each row in these columns: equal rows have equal ones, whatever is missing.

    With ``nearly``, the last digits of numbers do not count.
    """
    import numpy as np
    import pandas as pd

    total = np.zeros(len(columns[names[0]]), dtype=np.uint64)
    for name in names:
        values = columns[name]
        plain = values if values.dtype == object else _number(values, nearly)
        cells = pd.util.hash_array(plain, categorize=False)
        total = (total ^ cells) * np.uint64(_FACTOR)
    return total


def _number(values: Array, nearly: bool) -> Array:
    """Return numbers without negative zeros, and without their last digits."""
    import numpy as np

    if nearly:
        part, power = np.frexp(values)
        values = np.ldexp(np.rint(part * 2.0**_BITS), power - _BITS)
    return np.asarray(values + 0.0)
