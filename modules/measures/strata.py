"""The group of each row by a column's value, as a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.sdk import Context, Table

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


def strata(table: Table, name: str | None, ctx: Context) -> NDArray[np.int32] | None:
    """Return a group number for each row by the value of a column, or None without a column.

    0 is where the value is missing, the others are numbered by first appearance. Raises
    ColumnMissing, of the parameter ``stratify_by``.
    """
    import numpy as np
    import pyarrow as pa

    if name is None:
        return None
    table.schema.column(name, param="stratify_by", port="dataset")
    numbers: dict[object, int] = {}
    parts: list[NDArray[np.int32]] = [np.empty(0, dtype=np.int32)]
    for batch in table.batches():
        ctx.check()
        encoded: pa.DictionaryArray = batch.column(name)
        if not isinstance(encoded.type, pa.DictionaryType):
            encoded = encoded.dictionary_encode()
        levels = encoded.dictionary.to_pylist()
        codes = [numbers.setdefault(level, len(numbers) + 1) for level in levels]
        indices = encoded.indices.fill_null(len(levels)).to_numpy(zero_copy_only=False)
        parts.append(np.array([*codes, 0], dtype=np.int32)[indices])
    return np.concatenate(parts)
