"""Values looked up: what each of a set of values becomes, in a graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any

from studio.export.onnx.graph import BOOL, DOUBLE, INT64, ML, STRING, Tensor, text_tensor
from studio.scoring.onnx_session import MISSING
from studio.sdk.ops import Scalar, Value

if TYPE_CHECKING:
    from onnx import TensorProto

    from studio.export.onnx.ops import OnnxOps


def codes(ops: OnnxOps, x: Tensor, levels: Sequence[Any]) -> str:
    """Return the name of the levels' positions; what is no level has their number.

    A level that comes twice counts where it comes last.
    """
    return _encoded(ops, x, {level: i for i, level in enumerate(levels)}, len(levels), INT64)


def looked_up(
    ops: OnnxOps, x: Tensor, table: Mapping[Any, Scalar], default: Scalar | Value
) -> Tensor:
    """Return the table's value for each value of x, else the default; see ``Ops.lookup``."""
    outcomes = [*table.values(), default]
    text = any(
        isinstance(item, str) or (isinstance(item, Tensor) and item.kind == "text")
        for item in outcomes
    )
    given = {key: _outcome(value, text) for key, value in table.items()}
    kind = STRING if text else DOUBLE
    if isinstance(default, Tensor):
        known = _encoded(ops, x, dict.fromkeys(given, 1), 0, INT64)
        there = Tensor(ops.graph.add("Cast", known, to=BOOL), "mask")
        found = _column(_encoded(ops, x, given, _outcome(None, text), kind), text)
        found = ops.where(there, found, default)
    else:
        found = _column(_encoded(ops, x, given, _outcome(default, text), kind), text)
    return ops.where(ops.is_missing(x), None, found)


def _encoded(ops: OnnxOps, x: Tensor, table: Mapping[Any, Any], default: Any, kind: int) -> str:
    """Return the name of what a table has for each value of x."""
    text = x.kind == "text"
    fitting = {key: value for key, value in table.items() if _fits(key, text)}
    # A table without entries is none for the operator: this key equals nothing that comes.
    keys = list(fitting) or [MISSING if text else float("inf")]
    values = list(fitting.values()) or [default]
    return ops.graph.add(
        "LabelEncoder",
        ops.text(x) if text else ops.number(x),
        domain=ML,
        keys_tensor=_tensor("keys", STRING if text else DOUBLE, keys),
        values_tensor=_tensor("values", kind, values),
        default_tensor=_tensor("default", kind, [default]),
    )


def _tensor(name: str, element: int, items: list[Any]) -> TensorProto:
    from onnx import helper

    if element == STRING:
        return text_tensor(name, items, [len(items)])
    return helper.make_tensor(name, element, [len(items)], items)


def _fits(key: Any, text: bool) -> bool:
    """Whether a key can equal a value of a column: a whole number that no double is cannot."""
    if text:
        return isinstance(key, str)
    return isinstance(key, Real) and float(key) == key


def _outcome(value: Any, text: bool) -> Any:
    if value is None:
        return MISSING if text else float("nan")
    return value if text else float(value)


def _column(name: str, text: bool) -> Tensor:
    return Tensor(name, "text" if text else "number")
