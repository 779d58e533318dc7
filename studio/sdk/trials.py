"""Values to try a parameter with: those it must refuse, and those that should change something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from studio.sdk.module import Module
from studio.sdk.params import Parameter
from studio.sdk.selection import columns


def setting_that_shows(cls: type[Module], parameter: Parameter) -> dict[str, Any]:
    """Return values of other parameters under which this one is shown."""
    values: dict[str, Any] = {}
    for other, allowed in (parameter.when or {}).items():
        values.update(setting_that_shows(cls, cls.parameter(other)))
        if cls.parameter(other).default not in allowed:
            values[other] = allowed[0]
    return values


def bad_values(parameter: Parameter) -> list[Any]:
    """Return values that a parameter must refuse: no choice, no number, out of bounds."""
    bad: list[Any] = ["no such choice"] if parameter.choices else []
    if parameter.kind in ("integer", "double"):
        bad.append("abc")
    beyond = (
        (parameter.ge, -1),
        (parameter.gt, 0),
        (parameter.le, 1),
        (parameter.lt, 0),
    )
    return bad + [bound + step for bound, step in beyond if bound is not None]


def good_values(parameter: Parameter, default: Any, names: Iterable[str]) -> list[Any]:
    """Return values to try, the default first; none where the declaration gives no clue.

    ``names`` are the columns that a choice of columns has.
    """
    if parameter.shows is not None and "values" in parameter.shows:
        return list(parameter.shows["values"])
    if parameter.kind == "boolean":
        return [False, True]
    if parameter.choices:
        return [default, *(choice for choice in parameter.choices if choice != default)]
    if parameter.sweep:
        return [default, *parameter.sweep]
    if parameter.kind == "column":
        return [default, *names]
    if parameter.kind == "columns":
        return [default, *(columns(name).model_dump() for name in names)]
    if parameter.kind in ("integer", "double") and default is not None:
        return [default, *_other_numbers(parameter, default)]
    return []


def _other_numbers(parameter: Parameter, default: float) -> list[float]:
    step = 1 if parameter.kind == "integer" else 0.25
    tries = [default + step, default - step, default * 2, default / 2]
    if parameter.kind == "integer":
        tries = [int(value) for value in tries]
    return [value for value in tries if _within(parameter, value) and value != default]


def _within(parameter: Parameter, value: float) -> bool:
    return not (
        (parameter.ge is not None and value < parameter.ge)
        or (parameter.gt is not None and value <= parameter.gt)
        or (parameter.le is not None and value > parameter.le)
        or (parameter.lt is not None and value >= parameter.lt)
    )
