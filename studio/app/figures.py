"""Figures as people read them: sensible digits in cells, statistics and on axes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

SIGNIFICANT = 6
"""Digits that a number is shown with; hover shows all."""
WIDEST = 5
"""Digits that the largest number of a column is shown with; two decimals there are always."""
_DAY = 86_400


def figure(value: object, significant: int = SIGNIFICANT) -> str:
    """Return a number, or a time or span as it came, as text; “–” for none."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, int):
        return f"{value:,}"
    if not isinstance(value, float):
        return str(value)
    if not math.isfinite(value):
        return "Infinity" if value > 0 else "-Infinity" if value < 0 else "–"
    size = abs(value)
    if size and (size < 1e-4 or size >= 1e12):
        return f"{value:.{significant - 2}g}"
    decimals = max(0, significant - 1 - (math.floor(math.log10(size)) if size else 0))
    text = f"{value:,.{min(decimals, significant)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals_of(values: Iterable[object]) -> int:
    """Return how many decimals the numbers of a column need to be told apart at a glance."""
    most, largest = 0, 0.0
    for value in values:
        if isinstance(value, float) and math.isfinite(value):
            text = f"{value:.{SIGNIFICANT}g}"
            if "e" not in text:
                most = max(most, len(text.partition(".")[2]))
                largest = max(largest, abs(value))
    whole = len(str(int(largest)))
    return min(most, max(2, WIDEST - whole))


def cell(value: object, decimals: int = 0) -> str:
    """Return the text of a cell, doubles with so many decimals."""
    if value is None:
        return ""
    if isinstance(value, float):
        if not math.isfinite(value):
            return figure(value)
        size = abs(value)
        if (
            size == 0
            or 10.0 ** (1 - decimals) <= size < 1e15
            or (value.is_integer() and size < 1e15)
        ):
            return f"{value:.{decimals}f}"
        return f"{value:.4g}"
    return str(value)


def full(value: object) -> str:
    """Return all of a value, as it is copied and as hover shows it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def count(number: int, one: str, many: str = "") -> str:
    """Return “1 row”, “1,204 rows”."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def share(part: float, whole: float) -> str:
    """Return a share in percent: “12 %”, “0.3 %”, “<0.1 %”."""
    percent = 100 * part / whole if whole else 0.0
    if 0 < percent < 0.1:
        return "<0.1 %"
    return f"{percent:.1f} %" if 0 < percent < 10 and percent % 1 else f"{percent:.0f} %"


def axis_texts(values: Iterable[float]) -> list[str]:
    """Return the texts of an axis' ticks, all with the same number of decimals."""
    numbers = list(values)
    apart = min((abs(b - a) for a, b in pairwise(numbers)), default=1.0)
    largest = max((abs(number) for number in numbers), default=0.0)
    if largest >= 1e6 or 0 < largest < 1e-3:
        return [_short(number) for number in numbers]
    decimals = max(0, -math.floor(math.log10(apart) + 1e-9)) if apart else 0
    return [f"{number:,.{min(decimals, 6)}f}" for number in numbers]


def span_text(seconds: float) -> str:
    """Return a span of seconds as days, hours, minutes and seconds."""
    sign, rest = ("-", -seconds) if seconds < 0 else ("", seconds)
    days, rest = divmod(rest, _DAY)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    clock = f"{int(hours):02}:{int(minutes):02}:{int(rest):02}"
    return f"{sign}{int(days)}.{clock}" if days else sign + clock


def _short(number: float) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= size and abs(number) < 1e12:
            return f"{number / size:.4g}{letter}"
    return f"{number:.3g}"
