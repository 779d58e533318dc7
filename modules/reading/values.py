"""Values from text: a column of text as numbers, booleans, times; exact, or refused."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from modules.reading.kinds import LONGEST_EXACT, Kind, Style, cleaned, pattern, pointed, without
from studio.sdk import Column
from studio.sdk.text_style import iso_dates

_EXACT = 2.0**53
_DATETIME = pa.timestamp("us")
_TRUE = pa.array(["true", "t", "yes", "y", "1"])
_TIMESPAN = (
    r"^(?P<sign>-?)(?:(?P<days>\d+)(?:\.| days? ))?"
    r"(?P<hours>\d{1,4}):(?P<minutes>\d{2}):(?P<seconds>\d{2})(?:\.(?P<fraction>\d{1,6}))?$"
)


class Unfit(Exception):
    """A value is not of the kind that its column was taken for."""

    def __init__(self, index: int, value: str) -> None:
        super().__init__(value)
        self.index = index
        self.value = value


def parse(text: pa.Array, kind: Kind, style: Style, *, chosen: bool = False) -> pa.Array:
    """Return a column of text as the values it stands for; raises Unfit at the first misfit.

    ``chosen`` kinds were set by a person: they take in more ways of writing, and may lose leading
    zeros.
    """
    if kind in ("string", "category"):
        return text_values(text, style)
    if kind == "unknown":
        return _nothing(text, style)
    quick = None if chosen else _quick(text, kind, style)
    return quick if quick is not None else _careful(text, kind, style, chosen=chosen)


def text_values(text: pa.Array, style: Style) -> pa.Array:
    """Return text as text: only the person's own marks are missing."""
    if style.trim:
        text = pc.utf8_trim_whitespace(text)
    if style.missing:
        text = without(text, style.missing)
    if style.separator is not None:
        text = pc.replace_substring(text, "\x1f", style.separator)
    return text


def parse_category(text: pa.Array, column: Column, style: Style) -> pa.Array:
    """Return text as a category of known levels."""
    indices = pc.index_in(text_values(text, style), value_set=pa.array(column.levels, pa.string()))
    return pa.DictionaryArray.from_arrays(indices, pa.array(column.levels, pa.string()))


def _nothing(text: pa.Array, style: Style) -> pa.Array:
    kept = cleaned(text, style)
    if kept.null_count < len(kept):
        raise _unfit(text, pc.is_valid(kept))
    return kept


def _quick(text: pa.Array, kind: Kind, style: Style) -> pa.Array | None:
    """Return the values where every text is plain, or None when a careful look is needed."""
    try:
        if kind == "integer":
            padded = pc.and_(pc.starts_with(text, "0"), pc.greater(pc.binary_length(text), 1))
            return None if pc.any(padded).as_py() else text.cast(pa.int64())
        if kind == "double" and style.decimal == ".":
            values = text.cast(pa.float64())
            return values if _is_plain(values) else None
        if kind == "boolean":
            length = pc.min_max(pc.binary_length(text)).as_py()
            plain = length["min"] is None or (length["min"] >= 4 and length["max"] <= 5)
            return text.cast(pa.bool_()) if plain else None
        if kind == "datetime" and style.dates == "year_first":
            return text.cast(_DATETIME)
        if kind == "zoned" and style.dates == "year_first":
            return text.cast(pa.timestamp("us", "UTC")).cast(_DATETIME)
    except pa.ArrowInvalid:
        return None
    return None


def _is_plain(values: pa.Array) -> bool:
    """Whether doubles are exact whatever their text was: none is NaN, infinite or above 2^53."""
    ends = pc.min_max(values).as_py()
    if pc.any(pc.is_nan(values)).as_py():
        return False
    return ends["min"] is None or (ends["min"] > -_EXACT and ends["max"] < _EXACT)


def _careful(text: pa.Array, kind: Kind, style: Style, *, chosen: bool) -> pa.Array:
    values = cleaned(text, style)
    if kind == "double":
        values = pointed(values, style)
    fits = pc.match_substring_regex(values, pattern(kind, style, chosen=chosen))
    wrong = pc.invert(fits)
    if pc.any(wrong).as_py():
        raise _unfit(text, wrong)
    result = _cast(values, text, _CONVERSIONS[kind](style))
    if kind == "double" and not chosen:
        _require_exact(text, values, result)
    return result


def _cast(values: pa.Array, text: pa.Array, convert: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Return the converted values; raises Unfit at the first that cannot be (30 February)."""
    try:
        return convert(values)
    except pa.ArrowInvalid:
        for index in range(len(values)):
            try:
                convert(values[index : index + 1])
            except pa.ArrowInvalid:
                raise Unfit(index, str(text[index])) from None
        raise


def _require_exact(text: pa.Array, values: pa.Array, result: pa.Array) -> None:
    """Raise Unfit where a double has lost digits of a whole number, or became infinite."""
    if _is_plain(result):
        return
    infinite = pc.and_(pc.is_inf(result), pc.match_substring_regex(values, r"\d"))
    long = pc.and_(
        pc.match_substring_regex(values, r"^[+-]?\d+$"),
        pc.greater(pc.binary_length(values), LONGEST_EXACT),
    )
    lost = pc.or_(infinite, pc.and_(long, pc.greater_equal(pc.abs(result), _EXACT)))
    if pc.any(lost).as_py():
        raise _unfit(text, lost)


def _unfit(text: pa.Array, mask: pa.Array) -> Unfit:
    index = pc.index(mask, True).as_py()
    return Unfit(index, str(text[index]))


Conversion = Callable[[pa.Array], pa.Array]


def _to_integer(_style: Style) -> Conversion:
    def convert(values: pa.Array) -> pa.Array:
        digits = pc.replace_substring_regex(values, r"^\+|\.0*$", "")
        return digits.cast(pa.int64())

    return convert


def _to_double(_style: Style) -> Conversion:
    return lambda values: values.cast(pa.float64())


def _to_boolean(_style: Style) -> Conversion:
    def convert(values: pa.Array) -> pa.Array:
        found = pc.is_in(pc.utf8_lower(values), value_set=_TRUE)
        return pc.if_else(pc.is_valid(values), found, pa.scalar(None, pa.bool_()))

    return convert


def _to_datetime(style: Style) -> Conversion:
    return lambda values: iso_dates(values, style.dates).cast(_DATETIME)


def _to_utc(style: Style) -> Conversion:
    zoned = pa.timestamp("us", "UTC")
    return lambda values: iso_dates(values, style.dates).cast(zoned).cast(_DATETIME)


def _to_timespan(_style: Style) -> Conversion:
    def convert(values: pa.Array) -> pa.Array:
        parts = pc.extract_regex(values, _TIMESPAN)
        total = pc.cast(pc.utf8_rpad(pc.struct_field(parts, "fraction"), 6, "0"), pa.int64())
        for name, unit in (
            ("days", 86_400_000_000),
            ("hours", 3_600_000_000),
            ("minutes", 60_000_000),
            ("seconds", 1_000_000),
        ):
            number = pc.cast(pc.utf8_lpad(pc.struct_field(parts, name), 1, "0"), pa.int64())
            total = pc.add_checked(total, pc.multiply_checked(number, unit))
        negative = pc.equal(pc.struct_field(parts, "sign"), "-")
        return pc.if_else(negative, pc.negate(total), total).cast(pa.duration("us"))

    return convert


_CONVERSIONS: dict[Kind, Callable[[Style], Conversion]] = {
    "integer": _to_integer,
    "double": _to_double,
    "boolean": _to_boolean,
    "datetime": _to_datetime,
    "zoned": _to_utc,
    "timespan": _to_timespan,
}
