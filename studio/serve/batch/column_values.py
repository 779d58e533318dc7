"""Columns of a columnar file as values: which types become what, and which values do not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.scoring.signature import Field
from studio.serve.batch.cell_text import shown
from studio.serve.batch.errors import ColumnUnfit
from studio.serve.batch.text_values import Reasons, from_seconds, read_texts
from studio.serve.texts import WANTED

if TYPE_CHECKING:
    import pyarrow as pa

Fit = Callable[["pa.Array"], "tuple[pa.Array, Reasons]"]
"""Returns a column as a table keeps it, and why values do not fit; those are missing in it."""


def fitting(field: Field, found: pa.DataType, name: str) -> Fit:
    """Return how a column of that Arrow type becomes the package's; raises ColumnUnfit.

    Whole numbers, doubles and decimals become each other where no value is lost; 0 and 1 become
    booleans; ISO 8601 text becomes times, dates become times, times of day and seconds become
    spans; times with a zone become UTC.
    """
    import pyarrow as pa
    import pyarrow.types as pt

    if pt.is_dictionary(found):
        inner = fitting(field, found.value_type, name)
        return lambda array: inner(array.dictionary_decode())
    if pt.is_null(found):
        return lambda array: (array.cast(_kept(field)), {})
    if pt.is_large_string(found) or pt.is_string_view(found):
        inner = fitting(field, pa.string(), name)
        return lambda array: inner(array.cast(pa.string()))
    if pt.is_float16(found):
        inner = fitting(field, pa.float32(), name)
        return lambda array: inner(array.cast(pa.float32()))
    fit = _fit_text(field) if pt.is_string(found) else _fit(field, found)
    if fit is None:
        raise ColumnUnfit(
            column=field.name,
            name=name,
            found=spoken(found),
            wanted=f"{WANTED[field.type]} is needed",
            advice="Convert it first.",
        )
    return fit


def spoken(found: pa.DataType) -> str:
    """Return what values of an Arrow type are, as a sentence says it."""
    import pyarrow.types as pt

    for is_one, words in (
        (pt.is_boolean, "true and false"),
        (pt.is_integer, "whole numbers"),
        (pt.is_floating, "numbers"),
        (pt.is_decimal, "decimals"),
        (pt.is_string, "text"),
        (pt.is_temporal, "times"),
        (pt.is_list, "lists"),
        (pt.is_large_list, "lists"),
        (pt.is_nested, "nested values"),
        (pt.is_binary, "raw bytes"),
    ):
        if is_one(found):
            return words
    return f"values of type {found}"


def _kept(field: Field) -> pa.DataType:
    import pyarrow as pa

    from studio.sdk.arrow import arrow_type

    return pa.string() if field.column.is_text else arrow_type(field.column)


def _fit_text(field: Field) -> Fit | None:
    if field.column.is_text:
        return lambda array: (array, {})
    if field.type in ("datetime", "timespan"):
        return lambda array: read_texts(array, field, ())
    return None


def _fit(field: Field, found: pa.DataType) -> Fit | None:
    import pyarrow.types as pt

    number = pt.is_integer(found) or pt.is_floating(found) or pt.is_decimal(found)
    if field.type == "double" and number:
        return _doubles
    if field.type == "integer" and number:
        return _integers
    if field.type == "boolean" and pt.is_boolean(found):
        return lambda array: (array, {})
    if field.type == "boolean" and pt.is_integer(found):
        return _truths
    if field.type == "datetime" and (pt.is_timestamp(found) or pt.is_date(found)):
        return _times
    if field.type == "timespan" and number:
        return _seconds
    if field.type == "timespan" and (pt.is_duration(found) or pt.is_time(found)):
        return _times
    return None


def _doubles(array: pa.Array) -> tuple[pa.Array, Reasons]:
    import pyarrow as pa
    import pyarrow.compute as pc

    values = array.cast(pa.float64(), safe=False)
    values = pc.if_else(pc.is_nan(values), pa.scalar(None, pa.float64()), values)
    return _refusing(values, pc.is_finite(values), array, WANTED["double"])


def _integers(array: pa.Array) -> tuple[pa.Array, Reasons]:
    import pyarrow as pa
    import pyarrow.compute as pc

    fits = _is_whole(array)
    kept = pc.if_else(fits, array, pa.scalar(None, array.type))
    missing = pc.is_nan(array) if pa.types.is_floating(array.type) else pa.repeat(False, len(array))
    wrong = pc.and_(pc.and_not(pc.invert(fits), missing), pc.is_valid(array))
    return kept.cast(pa.int64()), _reasons(pc.invert(wrong), array, WANTED["integer"])


def _is_whole(array: pa.Array) -> pa.Array:
    """Return which numbers are whole ones of at most 64 bits."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as pt

    if array.type == pa.uint64():
        return pc.less(array, pa.scalar(2**63, pa.uint64()))
    if pt.is_integer(array.type):
        return pc.is_valid(array)
    size = pc.abs(array.cast(pa.float64()))
    return pc.and_(pc.equal(pc.floor(array), array), pc.less(size, 2.0**63))


def _truths(array: pa.Array) -> tuple[pa.Array, Reasons]:
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = array.cast(pa.int64(), safe=False)
    fits = pc.or_(pc.equal(whole, 0), pc.equal(whole, 1))
    return _refusing(pc.equal(whole, 1), fits, array, WANTED["boolean"])


def _times(array: pa.Array) -> tuple[pa.Array, Reasons]:
    """Return times as microseconds without a zone; what is finer is cut off."""
    import pyarrow as pa
    import pyarrow.types as pt

    from studio.sdk.arrow import Misfit, fit_array
    from studio.sdk.schema import Column

    is_span = pt.is_duration(array.type) or pt.is_time(array.type)
    column = Column("", "timespan" if is_span else "datetime")
    try:
        return fit_array(array, column), {}
    except Misfit:
        pass
    values, fits = [], []
    for index in range(len(array)):
        try:
            values.append(fit_array(array[index : index + 1], column)[0])
            fits.append(True)
        except Misfit:
            values.append(None)
            fits.append(False)
    return pa.array(values), _reasons(pa.array(fits), array, WANTED[column.type])


def _seconds(array: pa.Array) -> tuple[pa.Array, Reasons]:
    import pyarrow as pa
    import pyarrow.compute as pc

    values, reasons = _doubles(array)
    fits = pc.less(pc.abs(values), 2.0**63 / 1e6)
    kept = pc.if_else(fits, values, pa.scalar(None, pa.float64()))
    return from_seconds(kept), reasons | _reasons(fits, array, WANTED["timespan"])


def _refusing(
    values: pa.Array, fits: pa.Array, found: pa.Array, wanted: str
) -> tuple[pa.Array, Reasons]:
    import pyarrow as pa
    import pyarrow.compute as pc

    reasons = _reasons(fits, found, wanted)
    kept = pc.if_else(fits, values, pa.scalar(None, values.type)) if reasons else values
    return kept, reasons


def _reasons(fits: pa.Array, found: pa.Array, wanted: str) -> Reasons:
    import pyarrow.compute as pc

    places = pc.indices_nonzero(pc.invert(fits)).to_pylist()
    return {index: f"it has {shown(found, index)}; {wanted} is needed" for index in places}
