"""The vocabulary that fitted things are written in: about thirty operations on columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

Value: TypeAlias = Any
"""A column, mask or matrix of a back end: a numpy array, or a node of an exported graph."""
Columns: TypeAlias = dict[str, Any]
"""Columns by name, in order: numbers (integers, booleans and times too) and text."""
Scalar: TypeAlias = float | str | None


class Ops(Protocol):
    """Operations on whole columns, the same whichever back end runs them.

    A column of numbers is float64 with NaN for what is missing; a column of text holds strings with
    None for what is missing; a mask is true or false for each row; a matrix is float64 with two
    dimensions. Where an operand may be a ``Value`` it may be a number or a string as well. Nothing
    raises for a value: arithmetic follows IEEE 754, comparisons with something missing are false.
    """

    def is_missing(self, x: Value) -> Value:
        """Return the mask of what is missing: NaN in numbers, None in text; "" is not missing."""

    def is_infinite(self, x: Value) -> Value:
        """Return the mask of what is plus or minus infinity."""

    def fill(self, x: Value, value: Scalar | Value) -> Value:
        """Return the column with ``value`` where something was missing."""

    def add(self, x: Value, y: Value) -> Value:
        """Return x + y."""

    def sub(self, x: Value, y: Value) -> Value:
        """Return x - y."""

    def mul(self, x: Value, y: Value) -> Value:
        """Return x * y."""

    def div(self, x: Value, y: Value) -> Value:
        """Return x / y; a division by zero gives an infinity, or NaN for 0 / 0."""

    def log(self, x: Value) -> Value:
        """Return the natural logarithm; -inf at 0, NaN below."""

    def exp(self, x: Value) -> Value:
        """Return e to the power of x; too large gives an infinity."""

    def sqrt(self, x: Value) -> Value:
        """Return the square root; NaN below 0."""

    def tanh(self, x: Value) -> Value:
        """Return the hyperbolic tangent."""

    def erf(self, x: Value) -> Value:
        """Return the error function."""

    def floor(self, x: Value) -> Value:
        """Return the largest whole number that is not above x."""

    def absolute(self, x: Value) -> Value:
        """Return x without its sign."""

    def clip(self, x: Value, low: float, high: float) -> Value:
        """Return x, at least ``low`` and at most ``high``; what is missing stays missing."""

    def eq(self, x: Value, y: Value) -> Value:
        """Return the mask of x = y; something missing equals nothing, not even itself."""

    def gt(self, x: Value, y: Value) -> Value:
        """Return the mask of x > y, for numbers."""

    def ge(self, x: Value, y: Value) -> Value:
        """Return the mask of x >= y, for numbers."""

    def both(self, a: Value, b: Value) -> Value:
        """Return the mask that is true where both masks are."""

    def either(self, a: Value, b: Value) -> Value:
        """Return the mask that is true where at least one mask is."""

    def negate(self, a: Value) -> Value:
        """Return the mask that is true where this one is not."""

    def num(self, a: Value) -> Value:
        """Return a mask as numbers, 1 for true and 0 for false."""

    def where(self, a: Value, x: Scalar | Value, y: Scalar | Value) -> Value:
        """Return x where the mask is true and y where it is not."""

    def bucket(self, x: Value, edges: Sequence[float], *, upper: bool = False) -> Value:
        """Return the number of the bin between ascending ``edges``; what is missing stays missing.

        Bin 0 lies below the first edge. A value on an edge belongs to the bin above it, or with
        ``upper`` to the bin below it.
        """

    def lookup(
        self, x: Value, table: Mapping[Any, Scalar], default: Scalar | Value = None
    ) -> Value:
        """Return for each value what ``table`` has for it, else ``default``.

        All of the table's values are numbers, or all are text; None stands for missing. What is
        missing stays missing. Keys of a column of numbers are numbers.
        """

    def onehot(self, x: Value, levels: Sequence[Any]) -> Value:
        """Return a matrix with one column a level, 1 where x is that level and else 0.

        A value that is no level, or is missing, gives a row of zeros.
        """

    def hstack(self, parts: Sequence[Value]) -> Value:
        """Return columns and matrices side by side as one matrix."""

    def take(self, matrix: Value, index: int) -> Value:
        """Return one column of a matrix."""

    def matmul(self, matrix: Value, weights: Value) -> Value:
        """Return the product of a matrix with constant weights (a vector gives a column)."""

    def estimator(self, fitted: Any, matrix: Value) -> Value:
        """Return what a fitted scikit-learn transformer makes of the matrix, as a matrix."""

    def host(self, function: Callable[..., Value], *columns: Value) -> Value:
        """Return what any Python function makes of the columns; a back end may refuse it."""
