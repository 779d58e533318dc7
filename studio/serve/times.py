"""Times and spans of time as text: read into microseconds, written from them."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta

DAY = 86_400_000_000
HOUR = 3_600_000_000
MINUTE = 60_000_000
SECOND = 1_000_000

LONGEST_SPAN = 9.2e12
"""Seconds of the longest span of time, whose microseconds are a whole number of 64 bits."""

ISO = (
    r"\d{4}-\d{2}-\d{2}"
    r"([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?)?"
)
"""A date, or a date and a time, as requests have it; one with a zone becomes UTC."""

_ISO = re.compile(ISO, re.ASCII)
_WRITTEN = re.compile(
    r"(\d{4})(?:([-/])(\d{1,2})(?:[-/](\d{1,2}))?|(\d{2})(\d{2}))"
    r"(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?: ?(Z|[+-]\d{2}(?::?\d{2})?))?)?",
    re.ASCII,
)
_SPAN = re.compile(
    r"(-?)(?:(\d+)(?:\.| days? ))?(\d{1,4}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?", re.ASCII
)
_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)


def read_time(text: str) -> float:
    """Return the microseconds since 1970 of ISO 8601 text; raises ValueError.

    Digits below the microsecond are cut off.
    """
    if _ISO.fullmatch(text) is None:
        raise ValueError(text)
    return _microseconds(datetime.fromisoformat(text))


def read_written_time(text: str) -> float:
    """Return the microseconds since 1970 of a date as people write it, the year first.

    Besides ISO 8601, 2024/1/31 9:30, 2024-01 and 20240131 are read. Raises ValueError.
    """
    if _ISO.fullmatch(text) is not None:
        return _microseconds(datetime.fromisoformat(text))
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, _, month, day, month2, day2, hour, minute, second, fraction, zone = found.groups()
    plain = (
        f"{year}-{int(month or month2):02}-{int(day or day2 or 1):02}"
        f"T{int(hour or 0):02}:{minute or '00'}:{second or '00'}"
        f".{(fraction or '0')[:6]:0<6}{zone or ''}"
    )
    return _microseconds(datetime.fromisoformat(plain))


def _microseconds(time: datetime) -> float:
    ahead = time.utcoffset()
    since = time.replace(tzinfo=None) - _EPOCH
    return float((since if ahead is None else since - ahead) // _MICROSECOND)


def read_span(text: str) -> float:
    """Return the microseconds of a span such as -1.02:03:04.5; raises ValueError.

    So it does for a span longer than LONGEST_SPAN.
    """
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    sign, days, hours, minutes, seconds, fraction = found.groups()
    size = (
        int(days or 0) * DAY
        + int(hours) * HOUR
        + int(minutes) * MINUTE
        + int(seconds) * SECOND
        + int(f"{fraction or '0':0<6}")
    )
    if size > LONGEST_SPAN * SECOND:
        raise ValueError(text)
    return float(-size if sign else size)


def write_time(microseconds: float, separator: str = "T") -> str:
    """Return a time as ISO 8601 text without a zone, with a fraction only where there is one."""
    try:
        return (_EPOCH + timedelta(microseconds=round(microseconds))).isoformat(separator)
    except OverflowError:
        return _write_far_time(microseconds, separator)


def _write_far_time(microseconds: float, separator: str) -> str:
    """Return a time before year 1 or after year 9999, or an infinite one as text."""
    import numpy as np

    if not math.isfinite(microseconds) or abs(microseconds) >= 2.0**63:
        return repr(microseconds)
    text = str(np.datetime64(round(microseconds), "us"))
    return text.removesuffix(".000000").replace("T", separator)


def write_span(microseconds: float) -> str:
    """Return a span as -1.02:03:04.500000: days, hours, minutes, seconds, parts of one."""
    size = abs(round(microseconds))
    days, size = divmod(size, DAY)
    hours, size = divmod(size, HOUR)
    minutes, size = divmod(size, MINUTE)
    seconds, size = divmod(size, SECOND)
    sign = "-" if microseconds < 0 else ""
    day = f"{days}." if days else ""
    fraction = f".{size:06}" if size else ""
    return f"{sign}{day}{hours:02}:{minutes:02}:{seconds:02}{fraction}"
