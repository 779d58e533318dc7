"""The operations of the studio's own runs: the vocabulary on numpy arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.sdk import elementary
from studio.sdk.ops import Ops, Scalar, Value

Array = NDArray[Any]
Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]

PIECE = 1 << 13
"""Numbers that an elementary function takes at a time: what it works on stays in the cache."""


class NumpyOps:
    """The vocabulary on numpy arrays; every function leaves its arguments as they were.

    Whatever computes is made of operations that IEEE 754 fixes to the last bit, in an order that
    does not depend on the number of rows, so that another back end can give the same doubles.
    """

    def is_missing(self, x: Value) -> Mask:
        """Return the mask of what is missing."""
        if _is_text(x):
            return np.fromiter((item is None or item != item for item in x), np.bool_, len(x))
        return _mask(np.isnan(x))

    def is_infinite(self, x: Value) -> Mask:
        """Return the mask of infinities; text has none."""
        return np.zeros(len(x), np.bool_) if _is_text(x) else _mask(np.isinf(x))

    def fill(self, x: Value, value: Scalar | Value) -> Array:
        """Return the column without holes."""
        return self.where(self.is_missing(x), value, x)

    def add(self, x: Value, y: Value) -> Numbers:
        """Return x + y."""
        with np.errstate(all="ignore"):
            return _numbers(np.add(x, y, dtype=np.float64))

    def sub(self, x: Value, y: Value) -> Numbers:
        """Return x - y."""
        with np.errstate(all="ignore"):
            return _numbers(np.subtract(x, y, dtype=np.float64))

    def mul(self, x: Value, y: Value) -> Numbers:
        """Return x * y."""
        with np.errstate(all="ignore"):
            return _numbers(np.multiply(x, y, dtype=np.float64))

    def div(self, x: Value, y: Value) -> Numbers:
        """Return x / y."""
        with np.errstate(all="ignore"):
            return _numbers(np.divide(x, y, dtype=np.float64))

    def log(self, x: Value) -> Numbers:
        """Return the natural logarithm."""
        return _in_pieces(elementary.log, x)

    def exp(self, x: Value) -> Numbers:
        """Return the exponential."""
        return _in_pieces(elementary.exp, x)

    def sqrt(self, x: Value) -> Numbers:
        """Return the square root."""
        with np.errstate(all="ignore"):
            return _numbers(np.sqrt(x, dtype=np.float64))

    def tanh(self, x: Value) -> Numbers:
        """Return the hyperbolic tangent."""
        return _in_pieces(elementary.tanh, x)

    def erf(self, x: Value) -> Numbers:
        """Return the error function."""
        return _in_pieces(elementary.erf, x)

    def floor(self, x: Value) -> Numbers:
        """Return the floor."""
        return _numbers(np.floor(x, dtype=np.float64))

    def absolute(self, x: Value) -> Numbers:
        """Return the absolute value."""
        return _numbers(np.abs(x, dtype=np.float64))

    def clip(self, x: Value, low: float, high: float) -> Numbers:
        """Return x within bounds."""
        raised = np.where(np.greater(low, x), low, x)
        return _numbers(np.where(np.greater(raised, high), high, raised))

    def eq(self, x: Value, y: Value) -> Mask:
        """Return the mask of equal values."""
        if _is_text(x) or _is_text(y):
            left, right = _same_length(x, y)
            return np.fromiter(
                (a is not None and a == b for a, b in zip(left, right, strict=True)),
                np.bool_,
                len(left),
            )
        return _mask(np.equal(x, y))

    def gt(self, x: Value, y: Value) -> Mask:
        """Return the mask of x > y."""
        return _mask(np.greater(x, y))

    def ge(self, x: Value, y: Value) -> Mask:
        """Return the mask of x >= y."""
        return _mask(np.greater_equal(x, y))

    def both(self, a: Value, b: Value) -> Mask:
        """Return a and b."""
        return _mask(np.logical_and(a, b))

    def either(self, a: Value, b: Value) -> Mask:
        """Return a or b."""
        return _mask(np.logical_or(a, b))

    def negate(self, a: Value) -> Mask:
        """Return not a."""
        return _mask(np.logical_not(a))

    def num(self, a: Value) -> Numbers:
        """Return the mask as 0 and 1."""
        return _numbers(a)

    def where(self, a: Value, x: Scalar | Value, y: Scalar | Value) -> Array:
        """Return x where a, else y."""
        if _is_text(x) or _is_text(y):
            chosen = np.empty(len(a), dtype=object)
            chosen[...] = y
            chosen[a] = x[a] if isinstance(x, np.ndarray) else x
            return chosen
        return _numbers(np.where(a, _number(x), _number(y)))

    def bucket(self, x: Value, edges: Sequence[float], *, upper: bool = False) -> Numbers:
        """Return the number of the bin."""
        found = np.searchsorted(np.asarray(edges, np.float64), x, side="left" if upper else "right")
        return _numbers(np.where(np.isnan(x), np.nan, found))

    def lookup(
        self, x: Value, table: Mapping[Any, Scalar], default: Scalar | Value = None
    ) -> Array:
        """Return the table's value for each value of x."""
        missing = self.is_missing(x)
        outcomes = [*table.values(), default]
        text = any(_is_text(item) for item in outcomes)
        found = np.empty(len(x), dtype=object)
        found[...] = default
        for row, item in enumerate(x.tolist()):
            if missing[row]:
                found[row] = None
            elif item in table:
                found[row] = table[item]
        return found if text else _numbers(found)

    def onehot(self, x: Value, levels: Sequence[Any]) -> Numbers:
        """Return one column of zeros and ones a level."""
        number = {level: index for index, level in enumerate(levels)}
        codes = np.fromiter((number.get(item, -1) for item in x.tolist()), np.intp, len(x))
        matrix = np.zeros((len(x), len(levels)))
        rows = np.flatnonzero(codes >= 0)
        matrix[rows, codes[rows]] = 1.0
        return matrix

    def hstack(self, parts: Sequence[Value]) -> Numbers:
        """Return the parts side by side."""
        wide = [part[:, None] if part.ndim == 1 else part for part in parts]
        return _numbers(np.concatenate(wide, axis=1))

    def take(self, matrix: Value, index: int) -> Numbers:
        """Return one column of the matrix."""
        return _numbers(matrix[:, index])

    def matmul(self, matrix: Value, weights: Value) -> Numbers:
        """Return the product, summed over the columns from the first to the last."""
        constant = _numbers(weights)
        wide = matrix if constant.ndim == 1 else matrix[:, :, None]
        total = np.zeros((len(matrix), *constant.shape[1:]))
        with np.errstate(all="ignore"):
            for column, weight in enumerate(constant):
                part = np.multiply(wide[:, column], weight)
                total = part if column == 0 else np.add(total, part)
        return total

    def estimator(self, fitted: Any, matrix: Value) -> Numbers:
        """Return the fitted transformer's result, dense."""
        result = fitted.transform(matrix)
        dense = result.toarray() if hasattr(result, "toarray") else result
        return _numbers(dense)

    def host(self, function: Callable[..., Value], *columns: Value) -> Value:
        """Return the function's result."""
        return function(*columns)


NUMPY: Ops = NumpyOps()
"""The numpy back end."""


class _Steps:
    """What the elementary functions are made of, on numpy arrays."""

    add = staticmethod(np.add)
    sub = staticmethod(np.subtract)
    mul = staticmethod(np.multiply)
    div = staticmethod(np.divide)
    floor = staticmethod(np.floor)
    absolute = staticmethod(np.absolute)
    gt = staticmethod(np.greater)
    ge = staticmethod(np.greater_equal)
    both = staticmethod(np.logical_and)
    select = staticmethod(np.where)

    def pick(self, table: Numbers, x: Numbers) -> Numbers:
        """Return the entries of a table at the whole numbers x."""
        return _numbers(table[x.astype(np.intp)])

    def rough_log2(self, x: Numbers) -> Numbers:
        """Return a whole number that is within 1 of the base-2 logarithm."""
        return _numbers(np.floor(np.log2(x)))


_STEPS: elementary.Steps = _Steps()


def _in_pieces(function: Callable[[Value, elementary.Steps], Value], x: Value) -> Numbers:
    """Return an elementary function of a column, a piece at a time."""
    numbers = _numbers(x)
    with np.errstate(all="ignore"):
        if numbers.size <= PIECE:
            return _numbers(function(numbers, _STEPS))
        made = np.empty_like(numbers)
        for start in range(0, len(numbers), PIECE):
            part = slice(start, start + PIECE)
            made[part] = function(numbers[part], _STEPS)
    return made


def _is_text(x: Any) -> bool:
    return isinstance(x, str) or (isinstance(x, np.ndarray) and x.dtype == object)


def _numbers(x: Any) -> Numbers:
    return np.asarray(x, dtype=np.float64)


def _mask(x: Any) -> Mask:
    return np.asarray(x, dtype=np.bool_)


def _number(x: Any) -> Any:
    return np.nan if x is None else x


def _same_length(x: Any, y: Any) -> tuple[Any, Any]:
    if not isinstance(y, np.ndarray):
        return x, [y] * len(x)
    return (x, y) if isinstance(x, np.ndarray) else ([x] * len(y), y)
