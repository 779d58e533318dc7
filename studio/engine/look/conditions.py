"""Which rows of a table fulfil conditions, batch by batch."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from studio.engine.look.cells import cells, operand

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from studio.sdk.schema import Column
    from studio.sdk.table import Table

Mask = Callable[["pa.Array"], "NDArray[np.bool_]"]
_COMPARED = {
    "equals": "equal",
    "not_equals": "not_equal",
    "less": "less",
    "at_most": "less_equal",
    "greater": "greater",
    "at_least": "greater_equal",
}


def fulfilled(table: Table, where: Sequence[Mapping[str, Any]]) -> NDArray[np.int64]:
    """Return the numbers of the rows that fulfil all conditions; raises a StudioError."""
    import numpy as np

    tests = []
    for item in where:
        column = table.schema.column(item["column"])
        tests.append((column.name, _mask(column, item["test"], item["value"])))
    found, start = [], 0
    for batch in table.batches():
        masks = [mask(batch.column(name)) for name, mask in tests]
        found.append(np.flatnonzero(reduce(np.logical_and, masks)) + start)
        start += batch.num_rows
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _mask(column: Column, test: str, value: Any) -> Mask:
    """Return how an array of a column is tested."""
    import pyarrow.compute as pc

    if test in ("missing", "present"):
        return lambda array: _bits(pc.is_null(array) if test == "missing" else pc.is_valid(array))
    if test in ("contains", "not_contains"):
        return _containing(column, "" if value is None else str(value), test == "contains")
    wanted = operand(value, column)
    if column.type in ("integer", "datetime", "timespan"):
        return _comparing_whole(test, wanted)
    compare = getattr(pc, _COMPARED[test])
    if column.type == "category":
        return _by_level(lambda levels: _bits(compare(levels, wanted)))
    return lambda array: _bits(compare(array, wanted))


def _comparing_whole(test: str, wanted: int | float) -> Mask:
    """Return how whole numbers are compared, to the last digit and with any number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    limit = math.floor(wanted) if math.isfinite(wanted) else None
    if limit is None or not -(2**63) <= limit < 2**63:
        above = test in ("less", "at_most", "not_equals")
        below = test in ("greater", "at_least", "not_equals")
        is_true = above if wanted > 0 else below
        return lambda array: _bits(pc.is_valid(array)) & is_true
    if limit != wanted:
        # No whole number is equal to it; those up to the one below are less.
        if test in ("equals", "not_equals"):
            return lambda array: _bits(pc.is_valid(array)) & (test == "not_equals")
        test = "at_most" if test in ("less", "at_most") else "greater"
    compare = getattr(pc, _COMPARED[test])
    return lambda array: _bits(compare(array.cast(pa.int64()), pa.scalar(limit, pa.int64())))


def _containing(column: Column, part: str, is_wanted: bool) -> Mask:
    def tested(texts: pa.Array) -> NDArray[np.bool_]:
        import pyarrow.compute as pc

        found = pc.match_substring(texts, part, ignore_case=True)
        return _bits(found if is_wanted else pc.invert(found))

    if column.type == "category":
        return _by_level(tested)
    return lambda array: tested(_shown(array, column))


def _by_level(test: Callable[[pa.Array], NDArray[np.bool_]]) -> Mask:
    """Return a test of a category that looks at each level once."""

    def tested(array: pa.Array) -> NDArray[np.bool_]:
        import numpy as np

        levels = np.append(test(array.dictionary), False)
        codes = array.indices.fill_null(len(levels) - 1)
        return np.asarray(levels[codes.to_numpy(zero_copy_only=False)])

    return tested


def _shown(array: pa.Array, column: Column) -> pa.Array:
    """Return a column as the texts that people see."""
    import pyarrow as pa

    if column.type in ("datetime", "timespan"):
        return pa.array(cells(array, column), pa.string())
    return array.cast(pa.string())


def _bits(found: pa.Array) -> NDArray[np.bool_]:
    """Return a mask in which what is unknown is false."""
    import numpy as np

    return np.asarray(found.fill_null(False).to_numpy(zero_copy_only=False))
