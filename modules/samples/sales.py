"""The sample dataset “daily sales”: five years of a made-up shop."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from modules.samples.dice import Dice
from studio.sdk import Column, TableSchema

FIRST = dt.datetime(2019, 1, 1)
DAYS = 1_826
SEED = 20_190_101

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

SCHEMA = TableSchema(
    (
        Column("date", "datetime"),
        Column("weekday", "category", levels=_WEEKDAYS),
        Column("holiday", "string"),
        Column("promotion", "boolean"),
        Column("price", "double"),
        Column("visitors", "integer"),
        Column("sales", "double", "label"),
    )
)

_WEEK = (0.92, 0.88, 0.94, 1.0, 1.22, 1.42, 0.62)
_FIXED = {
    (1, 1): "New Year",
    (5, 1): "Labour Day",
    (12, 24): "Christmas Eve",
    (12, 25): "Christmas",
    (12, 26): "Boxing Day",
    (12, 31): "New Year's Eve",
}
_HOLIDAY_SALES = {"Christmas Eve": 1.8, "New Year's Eve": 1.3}
_CLOSED = ((dt.datetime(2020, 3, 23), 12), (dt.datetime(2022, 8, 8), 5))
"""When the shop was shut, and for how many days: gaps in the series."""


def rows() -> list[tuple[Any, ...]]:
    """Return one row a day on which the shop recorded something."""
    dice = Dice(SEED)
    return [row for number in range(DAYS) if (row := _day(dice, number)) is not None]


def _day(dice: Dice, number: int) -> tuple[Any, ...] | None:
    """Return a day's row, or None in a gap; the dice fall alike either way."""
    date = FIRST + dt.timedelta(days=number)
    holiday = _holiday(date)
    promotion = date.day <= 7 and date.month in (2, 5, 9, 11)
    price = round(9.9 + 0.5 * (number // 365) - (1.5 if promotion else 0.0), 2)
    level = 220 + 0.06 * number
    season = 1 + 0.18 * math.sin(2 * math.pi * (number - 80) / 365.25)
    season += 0.25 if date.month == 12 else 0.0
    effect = _HOLIDAY_SALES.get(holiday or "", 0.35) if holiday else 1.0
    expected = level * season * _WEEK[date.weekday()] * effect * (1.35 if promotion else 1.0)
    visitors = max(0, round(expected * dice.bell(1.0, 0.07)))
    sales = round(visitors * price * dice.between(0.52, 0.6), 2)
    lost, uncounted = dice.chance(0.008), dice.chance(0.015)
    if lost or any(start <= date < start + dt.timedelta(days=n) for start, n in _CLOSED):
        return None
    seen = None if uncounted else visitors
    return (date, _WEEKDAYS[date.weekday()], holiday, promotion, price, seen, sales)


def _holiday(date: dt.datetime) -> str | None:
    easter = _easter(date.year)
    moving = {
        easter - dt.timedelta(days=2): "Good Friday",
        easter + dt.timedelta(days=1): "Easter Monday",
        easter + dt.timedelta(days=39): "Ascension Day",
    }
    return _FIXED.get((date.month, date.day)) or moving.get(date)


def _easter(year: int) -> dt.datetime:
    """Return Easter Sunday by the Gregorian computus (Meeus, Astronomical Algorithms, 1991)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * weekday) // 433
    month = (h + weekday - 7 * m + 90) // 25
    day = (h + weekday - 7 * m + 33 * month + 19) % 32
    return dt.datetime(year, month, day)
