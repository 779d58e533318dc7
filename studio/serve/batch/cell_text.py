"""Columns as text: what stands in the cells of a delimited file, and in the lines of JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from studio.serve.answers import INFINITY
from studio.serve.times import write_span

if TYPE_CHECKING:
    import pyarrow as pa

_SPECIAL = r'["\\\x00-\x1f]'
_BLANK = 32
_NO_FRACTION = r"\.0+(Z?)$"


def plain_text(array: pa.Array) -> pa.Array:
    """Return a column as text that reads back the same; what is missing stays missing.

    Doubles have the fewest digits and a point or an exponent; times are written as ISO 8601 has
    them, with a blank before the time of day, and with a fraction only where there is one.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as pt

    if pt.is_float16(array.type):
        array = array.cast(pa.float32())
    if pt.is_floating(array.type):
        return _doubles(array)
    if pt.is_duration(array.type):
        return _spans(array)
    if pt.is_timestamp(array.type) and array.type.tz is not None:
        array = array.cast(pa.timestamp(array.type.unit, "UTC"))
    text = array.cast(pa.string())
    if pt.is_timestamp(array.type) or pt.is_time(array.type):
        text = pc.replace_substring_regex(text, _NO_FRACTION, r"\1")
    return text


def _doubles(array: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    array = pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array)
    text = array.cast(pa.string())
    if not pc.any(pc.equal(pc.floor(array), array)).as_py():
        return text
    whole = pc.match_substring_regex(text, r"^-?\d+$")
    return pc.if_else(whole, pc.binary_join_element_wise(text, pa.scalar(".0"), ""), text)


def _spans(array: pa.Array) -> pa.Array:
    """Return spans as text; a column of them has few different ones, or is short."""
    import pyarrow as pa

    coded = array.cast(pa.duration("us"), safe=False).cast(pa.int64()).dictionary_encode()
    written = [write_span(value) for value in coded.dictionary.to_pylist()]
    return pa.array(written, pa.string()).take(coded.indices)


def shown(array: pa.Array, index: int) -> Any:
    """Return a value as JSON or a sentence may have it; times as text, for Python has fewer."""
    import pyarrow.types as pt

    one = array.slice(index, 1)
    return (plain_text(one) if pt.is_temporal(array.type) else one)[0].as_py()


def is_text(kept: pa.DataType) -> bool:
    """Whether an Arrow type holds text."""
    import pyarrow.types as pt

    return any(is_one(kept) for is_one in (pt.is_string, pt.is_large_string, pt.is_string_view))


def cells(array: pa.Array, separator: str, quote: str, decimal: str) -> pa.Array:
    """Return a column as the cells of a delimited file, in quotes where that is needed.

    What is missing is an empty cell, and an empty text one in quotes.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as pt

    text = plain_text(array)
    if decimal != "." and (pt.is_floating(array.type) or pt.is_decimal(array.type)):
        text = pc.replace_substring(text, ".", decimal)
    if is_text(array.type):
        text = quoted(text.cast(pa.string()), separator, quote)
    return pc.fill_null(text, pa.scalar(""))


def quoted(text: pa.Array, separator: str, quote: str) -> pa.Array:
    """Return text in quotes where it holds a separator, a quote or a line end, or is empty.

    Where a file has no quotes, only what would break its rows is put in some.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    held = bytes_of(text)
    signs = [sign for sign in (separator, quote, "\r", "\n") if sign]
    some_empty = bool(quote) and not pc.min(pc.binary_length(text)).as_py()
    if not some_empty and not any(sign.encode() in held for sign in signs):
        return text
    rule = "".join(f"\\x{ord(sign):02x}" for sign in signs)
    needed = pc.match_substring_regex(text, f"^$|[{rule}]" if quote else f"[{rule}]")
    mark = quote or '"'
    doubled = pc.replace_substring(text, mark, mark * 2)
    around = pc.binary_join_element_wise(pa.scalar(mark), doubled, pa.scalar(mark), "")
    return pc.if_else(needed, around, text)


def bytes_of(text: pa.Array) -> bytes:
    """Return the texts, one after the other."""
    import numpy as np

    _, offsets, data = text.buffers()
    if data is None:
        return b""
    ends = np.frombuffer(offsets, dtype=np.int32)[text.offset : text.offset + len(text) + 1]
    return bytes(memoryview(data)[ends[0] : ends[-1]])


def json_values(array: pa.Array) -> pa.Array:
    """Return a column as JSON: null for what is missing, spans in seconds, times as ISO 8601."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as pt

    if pt.is_duration(array.type):
        micro = array.cast(pa.duration("us"), safe=False).cast(pa.int64())
        array = pc.divide(micro.cast(pa.float64(), safe=False), 1e6)
    if is_text(array.type):
        text = _json_text(array.cast(pa.string()))
    elif pt.is_timestamp(array.type):
        text = _in_quotes(pc.replace_substring(plain_text(array), " ", "T", max_replacements=1))
    elif pt.is_temporal(array.type):
        text = _in_quotes(plain_text(array))
    elif pt.is_floating(array.type):
        text = _endless(array, plain_text(array))
    else:
        text = plain_text(array)
    return pc.fill_null(text, pa.scalar("null"))


def _json_text(array: pa.Array) -> pa.Array:
    """Return texts as JSON has them, those that need care one by one."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    held = bytes_of(array)
    plain = _in_quotes(array)
    if not (b'"' in held or b"\\" in held or (np.frombuffer(held, np.uint8) < _BLANK).any()):
        return plain
    special = pc.match_substring_regex(array, _SPECIAL)
    none = pa.scalar(None, pa.string())
    coded = pc.if_else(special, array, none).dictionary_encode()
    written = [json.dumps(text, ensure_ascii=False) for text in coded.dictionary.to_pylist()]
    return pc.if_else(special, pa.array(written, pa.string()).take(coded.indices), plain)


def _in_quotes(text: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(pa.scalar('"'), text, pa.scalar('"'), "")


def _endless(numbers: pa.Array, text: pa.Array) -> pa.Array:
    """Return numbers as text, those without end as the text that an answer over HTTP has."""
    import pyarrow.compute as pc

    endless = pc.is_inf(numbers)
    if not pc.any(endless).as_py():
        return text
    word = pc.if_else(pc.greater(numbers, 0), f'"{INFINITY}"', f'"-{INFINITY}"')
    return pc.if_else(pc.fill_null(endless, False), word, text)
