"""Exponential, logarithm, hyperbolic tangent and error function, the same to the last bit anywhere.

The functions of numpy, of ONNX runtimes and of C libraries differ from each other in the last
digit, and from one processor to the next, so that a value next to a bin's edge or a tree's
threshold could go one way in the studio and the other in a deployed model. These are made of
operations that IEEE 754 fixes to the last bit, in a fixed order, and of tables worked out in fifty
decimal digits; whoever carries the operations out gets the same doubles. Each is within about one
unit in the last place of the true value.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from functools import cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.sdk.ops import Value

    Table = NDArray[np.float64]

INF, NAN = float("inf"), float("nan")
DIGITS = Context(prec=50)
EXP_PARTS, LOG_PARTS = 512, 128
"""Parts of a factor of two that have an entry in the tables of exponential and logarithm."""
STEP = 64
"""Entries for a unit in the tables of tanh and erf."""
TANH_TOP, ERF_TOP = 19.0625, 6.0
"""From here on the value is 1 to the last bit."""
LEAST_POWER, MOST_POWER = -1100, 1100
LOG2_E = 1.4426950408889634
TWO_BY_ROOT_PI = Decimal("1.1283791670955125738961589031215451716881012586580")


class Steps(Protocol):
    """What the functions are made of, on columns of any back end; numbers may be operands too."""

    def add(self, x: Value, y: Value) -> Value:
        """Return x + y."""

    def sub(self, x: Value, y: Value) -> Value:
        """Return x - y."""

    def mul(self, x: Value, y: Value) -> Value:
        """Return x * y."""

    def div(self, x: Value, y: Value) -> Value:
        """Return x / y."""

    def floor(self, x: Value) -> Value:
        """Return the largest whole number that is not above x."""

    def absolute(self, x: Value) -> Value:
        """Return x without its sign."""

    def gt(self, x: Value, y: Value) -> Value:
        """Return the mask of x > y."""

    def ge(self, x: Value, y: Value) -> Value:
        """Return the mask of x >= y."""

    def both(self, a: Value, b: Value) -> Value:
        """Return the mask that is true where both masks are."""

    def select(self, a: Value, x: Value, y: Value) -> Value:
        """Return x where the mask is true and y where it is not; x is not -0 where it is taken."""

    def pick(self, table: Table, x: Value) -> Value:
        """Return the entries of a table at the whole numbers x, from 0."""

    def rough_log2(self, x: Value) -> Value:
        """Return a whole number that is within 1 of the base-2 logarithm of x, for 0 < x < inf."""


def exp(x: Value, steps: Steps) -> Value:
    """Return e to the power of x.

    x = (512 m + j) ln 2 / 512 + r, and e^x = 2^m · 2^(j/512) · e^r with a short series for e^r.
    """
    high, low, whole, rest = _exp_tables()
    s = steps
    within = s.select(s.gt(x, 710.0), 710.0, s.select(s.gt(x, -746.0), x, -746.0))
    k = s.floor(s.add(s.mul(within, EXP_PARTS * LOG2_E), 0.5))
    m = s.floor(s.mul(k, 1.0 / EXP_PARTS))
    j = s.sub(k, s.mul(m, float(EXP_PARTS)))
    r = s.sub(s.sub(within, s.mul(k, whole)), s.mul(k, rest))
    series = _horner((1.0 / 24.0, 1.0 / 6.0, 0.5), r, s)
    grown = s.add(r, s.mul(s.mul(r, r), series))
    base = s.pick(high, j)
    value = s.add(base, s.add(s.pick(low, j), s.mul(base, grown)))
    return s.select(s.ge(x, x), _scaled(value, m, s), x)


def log(x: Value, steps: Steps) -> Value:
    """Return the natural logarithm; -inf at 0, NaN below.

    x = 2^e · c · (1 + r) with c the nearest of 128 steps from 1 to 2, and a short series for
    log(1 + r).
    """
    high, low, whole, rest = _log_tables()
    s = steps
    finite = s.both(s.gt(x, 0.0), s.gt(INF, x))
    within = s.select(finite, x, 1.0)
    rough = s.rough_log2(within)
    part = _scaled(within, s.sub(0.0, rough), s)
    above, below = s.ge(part, 2.0), s.gt(1.0, part)
    e = s.add(rough, s.select(above, 1.0, s.select(below, -1.0, 0.0)))
    z = s.mul(part, s.select(above, 0.5, s.select(below, 2.0, 1.0)))
    i = s.floor(s.add(s.mul(s.sub(z, 1.0), float(LOG_PARTS)), 0.5))
    c = s.add(1.0, s.mul(i, 1.0 / LOG_PARTS))
    r = s.div(s.sub(z, c), c)
    series = _horner((1.0 / 7.0, -1.0 / 6.0, 0.2, -0.25, 1.0 / 3.0, -0.5), r, s)
    small = s.add(s.mul(e, rest), s.pick(low, i))
    value = s.add(
        s.add(s.mul(e, whole), s.pick(high, i)),
        s.add(r, s.add(small, s.mul(s.mul(r, r), series))),
    )
    return s.select(finite, value, s.select(s.gt(x, 0.0), x, s.select(s.ge(x, 0.0), -INF, NAN)))


def tanh(x: Value, steps: Steps) -> Value:
    """Return the hyperbolic tangent."""
    return _odd(x, _tanh_tables(), TANH_TOP, steps)


def erf(x: Value, steps: Steps) -> Value:
    """Return the error function."""
    return _odd(x, _erf_tables(), ERF_TOP, steps)


def _odd(x: Value, tables: tuple[Table, ...], top: float, s: Steps) -> Value:
    """Return an odd function that is 1 above ``top``, by its Taylor series at the nearest entry.

    The tables hold the value in two parts, and then the coefficients from the first on.
    """
    size = s.absolute(x)
    inside = s.both(s.gt(size, 0.0), s.ge(top, size))
    within = s.select(inside, size, 0.0)
    i = s.floor(s.add(s.mul(within, float(STEP)), 0.5))
    h = s.sub(within, s.mul(i, 1.0 / STEP))
    total = s.pick(tables[-1], i)
    for table in reversed(tables[2:-1]):
        total = s.add(s.pick(table, i), s.mul(total, h))
    value = s.add(s.pick(tables[0], i), s.add(s.pick(tables[1], i), s.mul(h, total)))
    # What is neither within the table nor above it is 0 or missing, and stays as it is.
    found = s.select(s.gt(size, top), 1.0, s.select(inside, value, x))
    return s.select(s.gt(0.0, x), s.sub(0.0, found), found)


def _scaled(x: Value, power: Value, s: Steps) -> Value:
    """Return x · 2^power, rounded at most once: a half of the power at a time stays in range."""
    first, second = _powers()
    i = s.sub(power, float(LEAST_POWER))
    return s.mul(s.mul(x, s.pick(first, i)), s.pick(second, i))


def _horner(coefficients: tuple[float, ...], x: Value, s: Steps) -> Value:
    """Return a polynomial's value, coefficients from the highest power down."""
    total: Value = coefficients[0]
    for coefficient in coefficients[1:]:
        total = s.add(coefficient, s.mul(total, x))
    return total


@cache
def _powers() -> tuple[Table, Table]:
    """Return 2^n as two factors, for n from LEAST_POWER on."""
    import numpy as np

    powers = np.arange(LEAST_POWER, MOST_POWER + 1)
    half = powers // 2
    return np.ldexp(1.0, half), np.ldexp(1.0, powers - half)


@cache
def _exp_tables() -> tuple[Table, Table, float, float]:
    """Return 2^(j/512) in two parts, and ln 2 / 512 in two parts, the first of few bits."""
    with localcontext(DIGITS):
        step = Decimal(2).ln() / EXP_PARTS
        high, low = _split([(step * j).exp() for j in range(EXP_PARTS)])
        whole, rest = _rounded(step, 42)
    return high, low, whole, rest


@cache
def _log_tables() -> tuple[Table, Table, float, float]:
    """Return log(1 + i/128) and ln 2 in two parts, the first of few bits so that sums are exact."""
    with localcontext(DIGITS):
        steps = [1 + Decimal(i) / LOG_PARTS for i in range(LOG_PARTS + 1)]
        pairs = [_rounded(step.ln(), 42) for step in steps]
        whole, rest = _rounded(Decimal(2).ln(), 42)
    high, low = zip(*pairs, strict=True)
    return _table(high), _table(low), whole, rest


@cache
def _tanh_tables() -> tuple[Table, ...]:
    return _taylor(TANH_TOP, _tanh_series)


@cache
def _erf_tables() -> tuple[Table, ...]:
    return _taylor(ERF_TOP, _erf_series)


def _taylor(top: float, series: Callable[[Decimal], list[Decimal]]) -> tuple[Table, ...]:
    """Return the tables of :func:`_odd`."""
    with localcontext(DIGITS):
        rows = [series(Decimal(i) / STEP) for i in range(int(top * STEP) + 1)]
        first, *others = zip(*rows, strict=True)
        return (*_split(first), *map(_table, others))


def _tanh_series(center: Decimal) -> list[Decimal]:
    """Return the Taylor coefficients of tanh: its derivative is 1 - tanh²."""
    power = (2 * center).exp()
    found = [(power - 1) / (power + 1)]
    for n in range(8):
        square = sum((found[i] * found[n - i] for i in range(n + 1)), Decimal(0))
        found.append(((1 if n == 0 else 0) - square) / (n + 1))
    return found


def _erf_series(center: Decimal) -> list[Decimal]:
    """Return the Taylor coefficients of erf: its derivative is 2/√π e^(-x²)."""
    slope = TWO_BY_ROOT_PI * (-center * center).exp()
    term = total = center
    n = 0
    while term > total.scaleb(-45):
        n += 1
        term = term * 2 * center * center / (2 * n + 1)
        total += term
    slopes = [slope, -2 * center * slope]
    for n in range(1, 7):
        slopes.append(-2 * (center * slopes[n] + slopes[n - 1]) / (n + 1))
    return [slope * total, *(value / (n + 1) for n, value in enumerate(slopes))]


def _split(values: list[Decimal] | tuple[Decimal, ...]) -> tuple[Table, Table]:
    """Return numbers as the nearest doubles, and what is left of them."""
    high = [float(value) for value in values]
    low = [value - Decimal(part) for value, part in zip(values, high, strict=True)]
    return _table(high), _table(low)


def _rounded(value: Decimal, bits: int) -> tuple[float, float]:
    """Return a number as a double with that many bits behind the point, and what is left."""
    whole = float(round(value * (1 << bits))) / (1 << bits)
    return whole, float(value - Decimal(whole))


def _table(values: list[float] | list[Decimal] | tuple[float, ...] | tuple[Decimal, ...]) -> Table:
    import numpy as np

    return np.array([float(value) for value in values])
