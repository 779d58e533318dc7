"""The elementary functions, against forty decimal digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from typing import Any

import numpy as np
import pytest

from studio.sdk.ops_numpy import NUMPY as ops

PI = Decimal("3.14159265358979323846264338327950288419716939937511")


def furthest(name: str, values: Any, truth: Callable[[Decimal], Decimal]) -> float:
    """Return how many units in the last place a function is off at most."""
    found = getattr(ops, name)(values)
    worst = Decimal(0)
    with localcontext(Context(prec=40)):
        for value, made in zip(values.tolist(), found.tolist(), strict=True):
            right = truth(Decimal(value))
            worst = max(worst, abs(Decimal(made) - right) / Decimal(math.ulp(float(right))))
    return float(worst)


def tanh(x: Decimal) -> Decimal:
    if abs(x) < Decimal("1e-9"):
        return x - x**3 / 3
    power = (2 * x).exp()
    return (power - 1) / (power + 1)


def erf(x: Decimal) -> Decimal:
    """Return the error function by its continued fraction far out, else by its series."""
    if abs(x) > 3:
        tail = Decimal(0)
        for n in range(120, 0, -1):
            tail = Decimal(n) / 2 / (abs(x) + tail)
        away = (-x * x).exp() / (abs(x) + tail) / PI.sqrt()
        return (1 - away).copy_sign(x)
    term = total = x
    n = 0
    while abs(term) > abs(total).scaleb(-38):
        n += 1
        term = -term * x * x / n
        total += term / (2 * n + 1)
    return 2 * total / PI.sqrt()


def test_exp_is_within_a_unit_in_the_last_place() -> None:
    rng = np.random.default_rng(1)
    values = [rng.uniform(-707, 709.78, 2_000), rng.normal(size=2_000), rng.normal(size=500) * 1e-5]
    assert furthest("exp", np.concatenate(values), Decimal.exp) < 0.6
    # Below the normal range a result is rounded once more.
    assert furthest("exp", rng.uniform(-745, -708, 500), Decimal.exp) < 1.0


def test_log_is_within_two_units_in_the_last_place() -> None:
    rng = np.random.default_rng(2)
    values = [
        np.exp(rng.uniform(-744, 709, 2_000)),
        rng.uniform(0.5, 2.0, 2_000),
        1 + rng.normal(size=500) * 1e-8,
        2.0 ** np.arange(-1074, 1024, 7),
        np.nextafter(2.0 ** np.arange(-1000, 1024, 7), 0.0),
    ]
    assert furthest("log", np.concatenate(values), Decimal.ln) < 1.5


@pytest.mark.parametrize(("name", "truth"), [("tanh", tanh), ("erf", erf)])
def test_tanh_and_erf_are_within_two_units_in_the_last_place(
    name: str, truth: Callable[[Decimal], Decimal]
) -> None:
    rng = np.random.default_rng(3)
    values = [
        *(rng.uniform(-20, 20, 1_000), rng.normal(size=1_000), rng.normal(size=300) * 1e-4),
        *((np.arange(-400, 400) + 0.5) / 64, rng.normal(size=50) * 1e-200, [5.99, 6.0, 6.01]),
    ]
    assert furthest(name, np.concatenate(values), truth) < 1.5


def test_a_long_column_is_its_parts() -> None:
    values = np.random.default_rng(4).normal(size=20_000)
    for name in ("exp", "log", "tanh", "erf"):
        function = getattr(ops, name)
        parts = [function(values[start : start + 777]) for start in range(0, 20_000, 777)]
        np.testing.assert_array_equal(function(values), np.concatenate(parts))


def test_tanh_and_erf_are_odd_and_keep_the_sign_of_zero() -> None:
    values = np.concatenate([np.random.default_rng(5).normal(size=500) * 5, [0.0, 5e-324, 1e308]])
    for function in (ops.tanh, ops.erf):
        assert function(-values).tolist() == (-function(values)).tolist()
        assert math.copysign(1.0, function(np.array([-0.0]))[0]) == -1.0
