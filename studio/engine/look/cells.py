"""Single values on their way to people: as JSON has them, and back from what people write."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from studio.sdk.errors import StudioError

if TYPE_CHECKING:
    import pyarrow as pa

    from studio.sdk.schema import Column

MAX_TEXT = 1000
SECOND = 1_000_000
_DAY = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1)
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")
_SPAN = re.compile(r"\s*(-?)(?:(\d+)\.)?(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?\s*")


class ConditionWrong(StudioError):
    """A condition compares a column with what is no value of its type."""

    code = "condition_wrong"
    sentence = "“{value}” cannot be compared with column “{column}”, which holds {kind}."
    hint = "Write {example}."


_KINDS = {
    "integer": ("whole numbers", "a number, such as 12"),
    "double": ("numbers", "a number, such as 12.5"),
    "boolean": ("true or false", "true or false"),
    "datetime": ("times", "a time, such as 2024-01-31 or 2024-01-31 12:00:00"),
    "timespan": ("spans of time", "a span, such as 1.02:03:04, or a number of seconds"),
}


def cells(array: pa.Array | pa.ChunkedArray, column: Column) -> list[Any]:
    """Return a column's values as JSON has them: times as text, long text cut."""
    if column.type == "datetime":
        return times(array)
    if column.type == "timespan":
        return spans(array)
    values = array.to_pylist()
    if column.type == "double":
        return [finite(value) for value in values]
    if column.is_text:
        return [None if value is None else cut(value) for value in values]
    return list(values)


def times(array: pa.Array | pa.ChunkedArray) -> list[str | None]:
    """Return times as text, such as ``2024-01-31 12:00:00``."""
    import pyarrow as pa

    texts: Iterable[str | None] = array.cast(pa.string()).to_pylist()
    return [None if text is None else text.removesuffix(".000000") for text in texts]


def spans(array: pa.Array | pa.ChunkedArray) -> list[str | None]:
    """Return spans as text, such as ``1.02:03:04``."""
    import pyarrow as pa

    return [None if n is None else span(n) for n in array.cast(pa.int64()).to_pylist()]


def span(microseconds: int) -> str:
    """Return a span as text: days, hours, minutes, seconds, and parts of one where there are."""
    days, rest = divmod(abs(microseconds), _DAY)
    seconds, parts = divmod(rest, SECOND)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    sign = "-" if microseconds < 0 else ""
    return sign + (f"{days}." if days else "") + clock + (f".{parts:06}" if parts else "")


def finite(value: float | None) -> float | str | None:
    """Return a number as strict JSON has it: an infinite one as text, NaN as missing."""
    if value is None or math.isfinite(value):
        return value
    return None if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def cut(text: str) -> str:
    """Return a text no longer than a cell may be."""
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"


def plain(value: Any) -> Any:
    """Return any value as bounded, strict JSON data; what JSON does not have becomes text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return finite(value)
    if isinstance(value, str):
        return cut(value)
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return plain(value.item()) if hasattr(value, "item") else cut(str(value))


def operand(value: Any, column: Column) -> Any:
    """Return what a person wrote as a value to compare a column with; raises ConditionWrong.

    Times and spans come as microseconds.
    """
    try:
        if column.is_text:
            return value if isinstance(value, str) else str(value)
        if column.type == "boolean":
            return _boolean(value)
        if column.type == "datetime":
            return _microseconds(str(value))
        if column.type == "timespan":
            return _span(value)
        number = _number(value)
        return number if column.type == "integer" else float(number)
    except (ValueError, TypeError, OverflowError) as error:
        kind, example = _KINDS[column.type]
        raise ConditionWrong(
            value="" if value is None else value, column=column.name, kind=kind, example=example
        ) from error


def _boolean(value: Any) -> bool:
    text = str(value).strip().lower()
    if text not in _TRUE + _FALSE:
        raise ValueError(text)
    return text in _TRUE


def _number(value: Any) -> int | float:
    if isinstance(value, str):
        text = value.strip().replace("−", "-")
        value = int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    if isinstance(value, float) and math.isnan(value):
        raise ValueError("nothing compares with NaN")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _microseconds(text: str) -> int:
    time = datetime.fromisoformat(text.strip())
    if time.tzinfo is not None:
        time = time.astimezone(UTC).replace(tzinfo=None)
    gone = time - _EPOCH
    return (gone.days * 86_400 + gone.seconds) * SECOND + gone.microseconds


def _span(value: Any) -> int:
    found = _SPAN.fullmatch(str(value))
    if found is None:
        return round(float(value) * SECOND)
    sign, days, hours, minutes, seconds, parts = found.groups()
    total = ((int(days or 0) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(seconds)
    return (-1 if sign else 1) * (total * SECOND + int((parts or "0").ljust(6, "0")))
