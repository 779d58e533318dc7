"""The fields of a signature: what training saw of each column that a request has."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from studio.scoring.signature import Field, Json
from studio.sdk.schema import Column

if TYPE_CHECKING:
    import pyarrow as pa

    from studio.sdk.table import Table

MOST_LEVELS = 50
"""Different texts up to which a column is shown as a choice."""
_SECOND = 1_000_000


def fields_of(table: Table, optional: Collection[str] = ()) -> tuple[Field, ...]:
    """Return the fields of a request with this table's columns; ``optional`` need not come."""
    return tuple(_field(table, column, column.name not in optional) for column in table.schema)


def _field(table: Table, column: Column, required: bool) -> Field:
    seen = _seen(table, column)
    return Field(
        column.name,
        column.type,
        column.role,
        required,
        _levels(column, seen),
        seen["low"],
        seen["high"],
        _json(seen["example"], column),
    )


def _seen(table: Table, column: Column) -> dict[str, Any]:
    """Return the range, the different texts (None for many), and the commonest value of a few."""
    low: float | None = None
    high: float | None = None
    texts: set[str] | None = set()
    example: Any = None
    for batch in table.batches():
        array = batch.column(column.name)
        if example is None:
            example = next((v for v in array.slice(0, 1000) if v.is_valid), None)
        if column.is_text:
            texts = _texts(array, texts)
        else:
            low, high = _range(array, low, high)
    return {"low": low, "high": high, "texts": texts, "example": example}


def _texts(array: pa.Array, texts: set[str] | None) -> set[str] | None:
    import pyarrow.compute as pc

    if texts is None:
        return None
    found = texts | set(pc.unique(pc.drop_null(array)).to_pylist())
    return found if len(found) <= MOST_LEVELS else None


def _range(
    array: pa.Array, low: float | None, high: float | None
) -> tuple[float | None, float | None]:
    import numpy as np
    import pyarrow as pa

    whole = array.cast(pa.int64()) if pa.types.is_temporal(array.type) else array
    values = whole.drop_null().cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    finite = values[np.isfinite(values)]
    if not len(finite):
        return low, high
    least, most = float(finite.min()), float(finite.max())
    return (
        least if low is None else min(low, least),
        most if high is None else max(high, most),
    )


def _levels(column: Column, seen: dict[str, Any]) -> tuple[str, ...] | None:
    if column.type == "category" and column.levels is not None:
        return column.levels
    if not column.is_text or seen["texts"] is None:
        return None
    return tuple(sorted(seen["texts"]))


def _json(value: Any, column: Column) -> Json:
    """Return a value of an Arrow array as a request has it."""
    if value is None:
        return None
    if column.type == "datetime":
        text: str = value.as_py().isoformat()
        return text
    if column.type == "timespan":
        return float(value.value) / _SECOND
    found: Json = value.as_py()
    return found
