"""Columns of text as values: whole columns at once, and one by one only what is written oddly."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from studio.scoring.signature import Field
from studio.sdk.schema import ColumnType
from studio.sdk.text_style import DateOrder, TextStyle, iso_dates
from studio.serve.cells import INTEGERS, found
from studio.serve.errors import ValueUnfit
from studio.serve.texts import MISSING, WANTED, read_column, whole_number

if TYPE_CHECKING:
    import pyarrow as pa

Reasons = dict[int, str]
"""Why values do not fit, by their index."""

_PLAIN: dict[ColumnType, str] = {
    "integer": r"^-?\d{1,18}$",
    "double": r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$",
    "datetime": r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?$",
}
_ZONED = r"^.{10}[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$"
_DATED: dict[DateOrder, str] = {
    "year_first": WANTED["datetime"],
    "day_first": "a date and time such as 31.01.2024 13:30:00",
    "month_first": "a date and time such as 01/31/2024 13:30:00",
}
_WHOLE = r"\.0*$"
_LEAST_YEAR = -62_135_596_800_000_000
"""The year 1, in microseconds; what is before it Arrow reads and others do not."""


def read_texts(
    text: pa.Array, field: Field, marks: Collection[str], style: TextStyle | None = None
) -> tuple[pa.Array, Reasons]:
    """Return text as a table keeps a column of that type, and why values do not fit.

    What does not fit is missing among the values. The rules are those of
    :func:`studio.serve.texts.read_column`, but that an empty text which is there is a text; a style
    (of a delimited file) adds its own ways of writing numbers, times and text.
    """
    import pyarrow.compute as pc

    if field.column.is_text:
        text = pc.utf8_trim_whitespace(text) if style is not None and style.trim else text
        return without(text, [mark for mark in marks if mark]), {}
    wrong: Reasons = {}
    decimal = "." if style is None else style.decimal
    if decimal != "." and field.type in ("double", "integer", "timespan"):
        text, wrong = _pointed(text, decimal, field)
    values = quick_values(text, field)
    if values is None:
        text = without(text, [*MISSING, *marks])
        values = quick_values(text, field)
    if values is not None:
        return values, wrong
    if style is not None and field.type == "datetime":
        return _dates(text, field, marks, style.dates)
    values, more = _careful(text, field, marks)
    return values, more | wrong


def _dates(
    text: pa.Array, field: Field, marks: Collection[str], dates: DateOrder
) -> tuple[pa.Array, Reasons]:
    """Return times whose dates are written in that order, or as ISO 8601 has them."""
    import pyarrow.compute as pc

    rewritten = iso_dates(pc.utf8_trim_whitespace(text), dates)
    values = quick_values(rewritten, field)
    if values is not None:
        return values, {}
    values, reasons = _careful(rewritten, field, marks)
    wanted = _DATED[dates]
    return values, {
        index: f"it has {found(text[index].as_py())}; {wanted} is needed" for index in reasons
    }


def quick_values(text: pa.Array, field: Field) -> pa.Array | None:
    """Return text as values where all of it is written plainly, else None."""
    return _QUICK[field.type](text)


def without(text: pa.Array, marks: list[str]) -> pa.Array:
    """Return text in which the marks are missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not marks:
        return text
    found = pc.is_in(text, value_set=pa.array(marks, pa.string()))
    if not pc.any(found).as_py():
        return text
    return pc.if_else(found, pa.scalar(None, pa.string()), text)


def _pointed(text: pa.Array, decimal: str, field: Field) -> tuple[pa.Array, Reasons]:
    """Return numbers with a point, and those that had one: it may separate thousands."""
    import pyarrow as pa
    import pyarrow.compute as pc

    dotted = pc.fill_null(pc.match_substring(text, "."), False)
    wanted = f"{WANTED[field.type]}, with “{decimal}” as decimal mark, is needed"
    places = pc.indices_nonzero(dotted).to_pylist()
    wrong = {index: f"it has {found(text[index].as_py())}; {wanted}" for index in places}
    kept = pc.if_else(dotted, pa.scalar(None, pa.string()), text) if wrong else text
    return pc.replace_substring(kept, decimal, ".", max_replacements=1), wrong


def _careful(text: pa.Array, field: Field, marks: Collection[str]) -> tuple[pa.Array, Reasons]:
    """Return the values, read at once where they are plain and one by one where they are not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    plain, values = _plain(text, field)
    odd = pc.if_else(plain, pa.scalar(None, pa.string()), text).dictionary_encode()
    wrong: dict[str, str] = {}
    read = [_one(word, field, marks, wrong) for word in odd.dictionary.to_pylist()]
    known = _kept(read, field.type).take(odd.indices)
    return pc.if_else(plain, values, known), _places(text, wrong)


def _plain(text: pa.Array, field: Field) -> tuple[pa.Array, pa.Array]:
    """Return which texts are plain, and their values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    none = pa.scalar(None, pa.string())
    rule = _PLAIN.get(field.type)
    if rule is not None:
        shorn = pc.replace_substring_regex(text, _WHOLE, "") if field.type == "integer" else text
        plain = pc.fill_null(pc.match_substring_regex(shorn, rule), False)
        values = _QUICK[field.type](pc.if_else(plain, shorn, none))
        if values is not None:
            return plain, values
    nothing = _kept([None], field.type)
    return pa.repeat(False, len(text)), nothing.take(pa.repeat(0, len(text)))


def _one(
    word: str, field: Field, marks: Collection[str], wrong: dict[str, str]
) -> float | int | None:
    try:
        value = float(read_column([word], field, "", marks)[0])
    except ValueUnfit as error:
        wrong[word] = misfit(error)
        return None
    if value != value:
        return None
    if field.type == "timespan" and abs(value) >= INTEGERS:
        wrong[word] = f"it has {found(word)}; {WANTED[field.type]} is needed"
        return None
    # A double does not hold every whole number.
    return whole_number(word) if field.type == "integer" else value


def misfit(error: ValueUnfit) -> str:
    """Return why a value does not fit, as the end of a sentence."""
    return f"it has {error.fields['found']}; {error.fields['wanted']} is needed"


def _places(text: pa.Array, wrong: dict[str, str]) -> Reasons:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not wrong:
        return {}
    found = pc.is_in(text, value_set=pa.array(list(wrong), pa.string()))
    places: Iterable[int] = pc.indices_nonzero(found).to_pylist()
    return {index: wrong[text[index].as_py()] for index in places}


def _kept(numbers: list[float | int | None], type_: ColumnType) -> pa.Array:
    """Return numbers as the type keeps them: microseconds as times, 0 and 1 as booleans."""
    import pyarrow as pa

    if type_ == "double":
        return pa.array(numbers, pa.float64())
    whole = pa.array([None if n is None else int(n) for n in numbers], pa.int64())
    kept = {
        "boolean": pa.bool_(),
        "datetime": pa.timestamp("us"),
        "timespan": pa.duration("us"),
    }
    return whole.cast(kept[type_]) if type_ in kept else whole


def _integers(text: pa.Array) -> pa.Array | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pc.any(pc.match_substring(text, "x", ignore_case=True)).as_py():
        return None  # Arrow reads 0x1F
    return _cast(text, pa.int64())


def _doubles(text: pa.Array) -> pa.Array | None:
    import pyarrow as pa

    values = _cast(text, pa.float64())
    return values if values is not None and is_finite(values) else None


def _booleans(text: pa.Array) -> pa.Array | None:
    import pyarrow as pa

    return _cast(text, pa.bool_())


def _datetimes(text: pa.Array) -> pa.Array | None:
    """Return times written as ISO 8601 has them, to the minute or finer."""
    import pyarrow as pa
    import pyarrow.compute as pc

    hours_alone = pc.equal(pc.binary_length(text), len("2024-01-31T09"))
    if pc.any(hours_alone).as_py():
        return None
    values = _cast(text, pa.timestamp("us"))
    if values is None and pc.all(pc.match_substring_regex(text, _ZONED)).as_py():
        values = _cast(text, pa.timestamp("us", "UTC"))
    if values is None:
        return None
    values = values.cast(pa.timestamp("us"))
    least = pc.min(values.cast(pa.int64())).as_py()
    return values if least is None or least >= _LEAST_YEAR else None


def _timespans(text: pa.Array) -> pa.Array | None:
    """Return spans of less than a day such as 09:30:00.5, or whole columns of seconds."""
    import pyarrow as pa
    import pyarrow.compute as pc

    shortest = pc.min(pc.binary_length(text)).as_py()
    if (shortest or 8) >= len("09:30:00"):
        first_day = pc.binary_join_element_wise(pa.scalar("1970-01-01"), text, " ")
        clock = _cast(first_day, pa.timestamp("us"))
        if clock is not None:
            return clock.cast(pa.int64()).cast(pa.duration("us"))
    seconds = _doubles(text)
    return None if seconds is None else from_seconds(seconds)


_QUICK: dict[ColumnType, Callable[[pa.Array], pa.Array | None]] = {
    "integer": _integers,
    "double": _doubles,
    "boolean": _booleans,
    "datetime": _datetimes,
    "timespan": _timespans,
}


def from_seconds(seconds: pa.Array) -> pa.Array | None:
    """Return seconds as spans; None where one is beyond what a span can be."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        micro = pc.round(pc.multiply(seconds, 1e6), round_mode="half_to_even")
        return micro.cast(pa.int64()).cast(pa.duration("us"))
    except pa.ArrowInvalid:
        return None


def is_finite(values: pa.Array) -> bool:
    """Whether every value that is there is a finite number."""
    import pyarrow.compute as pc

    return pc.all(pc.is_finite(values)).as_py() is not False


def _cast(text: pa.Array, wanted: pa.DataType) -> pa.Array | None:
    import pyarrow as pa

    try:
        return text.cast(wanted)
    except pa.ArrowInvalid:
        return None
