"""The vocabulary of fitted things as a builder of graphs: what numpy computes, written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import copysign
from typing import TYPE_CHECKING, Any, NoReturn

from studio.export.onnx.blocks import Levels, side_by_side
from studio.export.onnx.errors import NotConvertible
from studio.export.onnx.graph import DOUBLE, INT64, Graph, Tensor
from studio.export.onnx.levels import codes, looked_up
from studio.export.onnx.masks import Asked, any_of
from studio.scoring.onnx_session import MISSING
from studio.sdk import elementary
from studio.sdk.ops import Scalar, Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAN = float("nan")


class OnnxOps:
    """The vocabulary as nodes of a graph.

    Numbers are doubles and missing ones NaN, as they are in numpy; a tensor of text has no place
    for None, so that a text that nobody writes stands for it. With a runtime that leaves the graph
    as it is, each operation gives what the numpy back end gives, to the last bit: arithmetic and
    comparisons are fixed by IEEE 754, sums run from the first to the last term, and the functions
    that runtimes compute each in their own way are those of :mod:`studio.sdk.elementary`.

    Attributes:
        graph: What is built.
        title: What a person calls the step that is written down, for sentences.
    """

    def __init__(self, graph: Graph, title: str) -> None:
        self.graph = graph
        self.title = title
        self._levels: dict[str, Levels] = {}
        self._asked: dict[str, Asked] = {}

    def is_missing(self, x: Value) -> Tensor:
        """Return the mask of what is missing."""
        if _is_text(x):
            return self._told(Asked(texts=(self.text(x),)))
        return self._told(Asked(missing=(self.number(x),)))

    def is_infinite(self, x: Value) -> Tensor:
        """Return the mask of infinities; text has none."""
        if _is_text(x):
            mask = self.is_missing(x)
            return self.both(mask, self.negate(mask))
        return self._told(Asked(infinite=(self.number(x),)))

    def fill(self, x: Value, value: Scalar | Value) -> Tensor:
        """Return the column without holes."""
        return self.where(self.is_missing(x), value, x)

    def add(self, x: Value, y: Value) -> Tensor:
        """Return x + y."""
        return self._computed("Add", x, y)

    def sub(self, x: Value, y: Value) -> Tensor:
        """Return x - y."""
        return self._computed("Sub", x, y)

    def mul(self, x: Value, y: Value) -> Tensor:
        """Return x * y."""
        return self._computed("Mul", x, y)

    def div(self, x: Value, y: Value) -> Tensor:
        """Return x / y."""
        return self._computed("Div", x, y)

    def log(self, x: Value) -> Tensor:
        """Return the natural logarithm."""
        return self._made(elementary.log(x, self))

    def exp(self, x: Value) -> Tensor:
        """Return the exponential."""
        return self._made(elementary.exp(x, self))

    def sqrt(self, x: Value) -> Tensor:
        """Return the square root."""
        return self._computed("Sqrt", x)

    def tanh(self, x: Value) -> Tensor:
        """Return the hyperbolic tangent."""
        return self._made(elementary.tanh(x, self))

    def erf(self, x: Value) -> Tensor:
        """Return the error function."""
        return self._made(elementary.erf(x, self))

    def floor(self, x: Value) -> Tensor:
        """Return the floor."""
        return self._computed("Floor", x)

    def absolute(self, x: Value) -> Tensor:
        """Return the absolute value."""
        return self._computed("Abs", x)

    def clip(self, x: Value, low: float, high: float) -> Tensor:
        """Return x within bounds."""
        raised = self.where(self.gt(low, x), low, x)
        return self.where(self.gt(raised, high), high, raised)

    def eq(self, x: Value, y: Value) -> Tensor:
        """Return the mask of equal values."""
        if not _is_text(x) and not _is_text(y):
            return self._mask("Equal", self.number(x), self.number(y))
        column = x if isinstance(x, Tensor) else y
        there = self.negate(self.is_missing(column))
        if not _is_text(x) or not _is_text(y):
            return self.both(there, self.negate(there))
        return self.both(there, self._mask("Equal", self.text(x), self.text(y)))

    def gt(self, x: Value, y: Value) -> Tensor:
        """Return the mask of x > y."""
        return self._mask("Greater", self.number(x), self.number(y))

    def ge(self, x: Value, y: Value) -> Tensor:
        """Return the mask of x >= y."""
        return self._mask("GreaterOrEqual", self.number(x), self.number(y))

    def both(self, a: Value, b: Value) -> Tensor:
        """Return a and b."""
        return self._mask("And", a.name, b.name)

    def either(self, a: Value, b: Value) -> Tensor:
        """Return a or b."""
        first, second = self._asked.get(a.name), self._asked.get(b.name)
        if first is not None and second is not None:
            return self._told(first.with_(second))
        return self._mask("Or", a.name, b.name)

    def negate(self, a: Value) -> Tensor:
        """Return not a."""
        return self._mask("Not", a.name)

    def num(self, a: Value) -> Tensor:
        """Return the mask as 0 and 1."""
        return Tensor(self.number(a))

    def where(self, a: Value, x: Scalar | Value, y: Scalar | Value) -> Tensor:
        """Return x where a, else y."""
        if _is_text(x) or _is_text(y):
            return Tensor(self.graph.add("Where", a.name, self.text(x), self.text(y)), "text")
        if _keeps_sign(x):
            return self.select(a, x, y)
        if _keeps_sign(y):
            return self.select(self.negate(a), y, x)
        return self.mul(self.select(self.negate(a), 1.0, x), self.select(a, 1.0, y))

    def select(self, a: Value, x: Value, y: Value) -> Tensor:
        """Return x where a, else y, as the runtime does: a -0 that is taken from x becomes 0."""
        name = self.graph.add("Where", a.name, self.number(x), self.number(y))
        return self._shaped(name, a, x, y)

    def bucket(self, x: Value, edges: Sequence[float], *, upper: bool = False) -> Tensor:
        """Return the number of the bin: how many edges lie below."""
        graph = self.graph
        if not len(edges):
            return self.where(self.is_missing(x), None, 0.0)
        graph.holds(len(edges))
        tall = graph.add("Unsqueeze", self.number(x), self.axis(1))
        row = graph.numbers([list(map(float, edges))])
        above = graph.add("Greater" if upper else "GreaterOrEqual", tall, row)
        counted = graph.add("Cast", above, to=DOUBLE)
        count = Tensor(graph.add("ReduceSum", counted, self.axis(1), keepdims=0))
        return self.where(self.is_missing(x), None, count)

    def lookup(
        self, x: Value, table: Mapping[Any, Scalar], default: Scalar | Value = None
    ) -> Tensor:
        """Return the table's value for each value of x."""
        return looked_up(self, x, table, default)

    def onehot(self, x: Value, levels: Sequence[Any]) -> Tensor:
        """Return one column of zeros and ones a level."""
        import numpy as np

        graph, position = self.graph, codes(self, x, levels)
        graph.holds(len(levels))
        tall = graph.add("Unsqueeze", position, self.axis(1))
        found = graph.add("Equal", tall, graph.numbers(np.arange(len(levels))[None], np.int64))
        name = graph.add("Cast", found, to=DOUBLE)
        self._levels[name] = Levels(position, len(levels))
        return Tensor(name, "matrix", len(levels))

    def hstack(self, parts: Sequence[Value]) -> Tensor:
        """Return the parts side by side."""
        return side_by_side(self, parts, self._levels)

    def take(self, matrix: Value, index: int) -> Tensor:
        """Return one column of the matrix."""
        import numpy as np

        position = self.graph.numbers(index, np.int64)
        return Tensor(self.graph.add("Gather", matrix.name, position, axis=1))

    def matmul(self, matrix: Value, weights: Value) -> Tensor:
        """Return the product, summed over the columns from the first to the last."""
        import numpy as np

        constant = np.asarray(weights, np.float64)
        graph, vector = self.graph, constant.ndim == 1
        graph.holds(constant.size)
        wide = matrix.name if vector else graph.add("Unsqueeze", matrix.name, self.axis(2))
        parts = graph.add("Mul", wide, graph.numbers(constant[None]))
        name = self.total(parts, len(constant))
        return Tensor(name) if vector else Tensor(name, "matrix", constant.shape[1])

    def estimator(self, fitted: Any, matrix: Value) -> Tensor:
        """Return what a fitted scikit-learn transformer makes of the matrix."""
        from studio.export.onnx.transformers import transformed

        return transformed(self, fitted, matrix)

    def host(self, function: Callable[..., Value], *columns: Value) -> NoReturn:
        """Refuse: a graph calls no Python."""
        del function, columns
        self.refuse("it runs a function of Python's")

    def pick(self, table: NDArray[np.float64], x: Value) -> Tensor:
        """Return the entries of a table at the whole numbers x."""
        index = self.graph.add("Cast", self.number(x), to=INT64)
        return self._shaped(self.graph.add("Gather", self.graph.numbers(table), index), x)

    def rough_log2(self, x: Value) -> Tensor:
        """Return a whole number that is within 1 of the base-2 logarithm."""
        natural = self._computed("Log", x)
        return self.floor(self.mul(natural, elementary.LOG2_E))

    def total(self, terms: str, count: int) -> str:
        """Return the sum along the second axis, from the first term to the last."""
        import numpy as np

        sums = self.graph.add("CumSum", terms, self.graph.numbers(1, np.int64))
        return self.graph.add("Gather", sums, self.graph.numbers(count - 1, np.int64), axis=1)

    def number(self, x: Value) -> str:
        """Return the name of a column of numbers, of a mask as numbers, or of a constant."""
        if not isinstance(x, Tensor):
            return self.graph.numbers(NAN if x is None else x)
        return self.graph.add("Cast", x.name, to=DOUBLE) if x.kind == "mask" else x.name

    def text(self, x: Value) -> str:
        """Return the name of a column of text, or of a constant."""
        if isinstance(x, Tensor):
            return x.name
        return self.graph.texts(MISSING if x is None else x)

    def axis(self, number: int) -> str:
        """Return the name of a constant that says along which axis."""
        import numpy as np

        return self.graph.numbers([number], np.int64)

    def refuse(self, reason: str) -> NoReturn:
        """Raise NotConvertible for the step that is written down."""
        raise NotConvertible(title=self.title, reason=reason)

    def _computed(self, op: str, *operands: Value) -> Tensor:
        name = self.graph.add(op, *(self.number(item) for item in operands))
        return self._shaped(name, *operands)

    def _made(self, value: Value) -> Tensor:
        if not isinstance(value, Tensor):
            raise TypeError("an elementary function gives a value of the graph")
        return value

    def _shaped(self, name: str, *operands: Value) -> Tensor:
        """Return a result that is a matrix where an operand is."""
        wide = [item for item in operands if isinstance(item, Tensor) and item.kind == "matrix"]
        return Tensor(name, "matrix", wide[0].width) if wide else Tensor(name)

    def _told(self, asked: Asked) -> Tensor:
        mask = Tensor(any_of(self, asked), "mask")
        self._asked[mask.name] = asked
        return mask

    def _mask(self, op: str, *inputs: str) -> Tensor:
        return Tensor(self.graph.add(op, *inputs), "mask")


def _keeps_sign(x: Value) -> bool:
    """Whether a value is never -0."""
    if isinstance(x, Tensor):
        return x.kind == "mask"
    return x is None or x != 0 or copysign(1.0, x) > 0


def _is_text(x: Value) -> bool:
    return isinstance(x, str) or (isinstance(x, Tensor) and x.kind == "text")
