"""Values as text that reads back exactly: numbers with all digits, times as ISO writes them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from studio.sdk import Column

_DAY = 86_400_000_000


def as_text(array: pa.Array, column: Column) -> pa.Array:
    """Return a column of a table as text; what is missing stays missing."""
    if column.type == "double":
        return _doubles(array)
    if column.type == "datetime":
        text = array.cast(pa.string())
        return pc.replace_substring_regex(text, r"\.000000$", "")
    if column.type == "timespan":
        return _timespans(array)
    return array.cast(pa.string())


def _doubles(array: pa.Array) -> pa.Array:
    """Return doubles with every digit; a whole one gets ``.0`` and reads back as a double."""
    text = array.cast(pa.string())
    whole = pc.match_substring_regex(text, r"^-?\d+$")
    if not pc.any(whole).as_py():
        return text
    return pc.if_else(whole, pc.binary_join_element_wise(text, pa.scalar(".0"), ""), text)


def _timespans(array: pa.Array) -> pa.Array:
    """Return spans as ``-1.02:03:04.500000``: days, hours, minutes, seconds, parts of one."""
    total = array.cast(pa.int64())
    size = pc.abs(total)
    days = pc.divide(size, _DAY)
    rest = pc.subtract(size, pc.multiply(days, _DAY))
    parts = []
    for unit in (3_600_000_000, 60_000_000, 1_000_000):
        count = pc.divide(rest, unit)
        rest = pc.subtract(rest, pc.multiply(count, unit))
        parts.append(pc.utf8_lpad(count.cast(pa.string()), 2, "0"))
    clock = pc.binary_join_element_wise(*parts, ":")
    fraction = pc.binary_join_element_wise(
        pa.scalar("."), pc.utf8_lpad(rest.cast(pa.string()), 6, "0"), ""
    )
    clock = pc.binary_join_element_wise(clock, pc.if_else(pc.equal(rest, 0), "", fraction), "")
    day = pc.binary_join_element_wise(days.cast(pa.string()), pa.scalar("."), "")
    day = pc.if_else(pc.equal(days, 0), "", day)
    sign = pc.if_else(pc.less(total, 0), "-", "")
    return pc.binary_join_element_wise(sign, day, clock, "")
