"""Estimators that the studio has no way of its own to write down: skl2onnx converts them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from studio.export.onnx.graph import DOUBLE, ML, OPSET, Tensor

if TYPE_CHECKING:
    from onnx import GraphProto

    from studio.export.onnx.ops import OnnxOps

ML_OPSET = 3
"""The newest that skl2onnx writes; the graph's own is newer and still has what is used of it."""


def converted(ops: OnnxOps, fitted: Any, matrix: Tensor) -> list[Tensor]:
    """Return what a bare estimator of scikit-learn's answers, by skl2onnx; raises NotConvertible.

    A classifier gives labels and chances, a regressor a quantity, a transformer a matrix. It is
    computed in double precision; what skl2onnx computes in single precision only is refused, which
    are trees above all. Whether the answers are right is for the gate to find out: some are not.
    """
    graph = _graph(ops, fitted, matrix.width)
    (name,) = (item.name for item in graph.input)
    found = ops.graph.include(graph, {name: matrix.name})
    return [_doubles(ops, graph, number, found) for number in range(len(graph.output))]


def _graph(ops: OnnxOps, fitted: Any, width: int) -> GraphProto:
    try:
        from skl2onnx import convert_sklearn
        from skl2onnx.common.data_types import DoubleTensorType
    except ImportError:
        ops.refuse("skl2onnx, which could convert it, is not installed")
    kind = type(fitted).__name__
    options = {id(fitted): {"zipmap": False}} if hasattr(fitted, "predict_proba") else None
    try:
        with warnings.catch_warnings():
            # The converter speaks of its own libraries' future.
            warnings.simplefilter("ignore")
            model = convert_sklearn(
                fitted,
                initial_types=[("matrix", DoubleTensorType([None, width]))],
                target_opset={"": OPSET, ML: ML_OPSET},
                options=options,
            )
    except Exception as error:  # the converter has no common base for what it cannot do
        ops.refuse(f"there is no conversion of {kind} ({type(error).__name__})")
    graph: GraphProto = model.graph
    for node in graph.node:
        if node.op_type.startswith("TreeEnsemble"):
            ops.refuse(f"the trees of {kind} would be compared in single precision")
        if node.domain not in ("", ML) or any(item.HasField("g") for item in node.attribute):
            ops.refuse(f"the conversion of {kind} needs {node.op_type}")
    return graph


def _doubles(ops: OnnxOps, graph: GraphProto, number: int, found: dict[str, str]) -> Tensor:
    """Return an output as doubles, or labels of text as they are."""
    from onnx import TensorProto

    output = graph.output[number]
    tensor = output.type.tensor_type
    name = found[output.name]
    if tensor.elem_type == TensorProto.STRING:
        return Tensor(name, "text")
    if tensor.elem_type != DOUBLE:
        name = ops.graph.add("Cast", name, to=DOUBLE)
    dims = tensor.shape.dim
    return Tensor(name, "matrix", dims[1].dim_value) if len(dims) == 2 else Tensor(name)
