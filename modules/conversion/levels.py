"""The levels of a category: the distinct values of a column, as text in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modules.conversion.casting import cast
from studio.sdk import Context, ModuleError, Table

if TYPE_CHECKING:
    import pyarrow as pa

MOST_LEVELS = 1_000_000


class TooManyLevels(ModuleError):
    """A column has more distinct values than a category may have."""

    code = "too_many_levels"
    sentence = "Column “{column}” has more than {most} different values; a category may not."
    hint = "Leave the column as it is, or group its values first."


def levels_of(
    table: Table, name: str, ctx: Context, *, most: int = MOST_LEVELS, param: str | None = None
) -> tuple[str, ...]:
    """Return the distinct values of a column, sorted; those of a category are its levels.

    Numbers, dates and spans are sorted as such, and written as text. Raises TooManyLevels.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    column = table.schema.column(name, param=param)
    if column.type == "category" and column.levels is not None:
        return column.levels
    seen: pa.Array | None = None
    for batch in table.batches():
        ctx.check()
        found = pc.unique(_plain(batch.column(name)))
        seen = found if seen is None else pc.unique(pa.concat_arrays([seen, found]))
        if len(seen) - seen.null_count > most:
            raise TooManyLevels(column=name, most=most, param=param)
    if seen is None:
        return ()
    distinct = pc.drop_null(seen)
    distinct = distinct.take(pc.sort_indices(distinct))
    return tuple(dict.fromkeys(cast(distinct, column, "string").to_pylist()))


def _plain(array: pa.Array) -> pa.Array:
    import pyarrow as pa

    return array.cast(pa.string()) if isinstance(array.type, pa.DictionaryType) else array
