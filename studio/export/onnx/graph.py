"""A graph that is being built: inputs, constants, nodes and outputs."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from studio.scoring.onnx_session import DESCRIPTION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike
    from onnx import GraphProto, NodeProto, TensorProto, ValueInfoProto

Kind = Literal["number", "text", "mask", "matrix"]

OPSET, ML_OPSET, IR_VERSION = 21, 5, 10
"""What a runtime must know: trees that compare in double precision came with the last of ML's."""
ML = "ai.onnx.ml"
FLOAT, UINT8, INT64, STRING, BOOL, DOUBLE = 1, 2, 7, 8, 9, 11
"""ONNX's numbers for types."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A value of a graph.

    Attributes:
        name: Its name in the graph.
        kind: What it holds: a column of numbers, text or truth, or a matrix of numbers.
        width: The number of a matrix's columns.
        rows: What the number of an input's rows is called; inputs that call it the same have as
            many. Where it is not said it is nobody's.
    """

    name: str
    kind: Kind = "number"
    width: int = 1
    rows: str | None = None


class Graph:
    """Nodes in the order in which they were added; equal nodes and equal constants are one.

    Attributes:
        cells: The most numbers that any value holds for one row.
    """

    def __init__(self) -> None:
        self.cells = 1
        self._inputs: dict[str, Tensor] = {}
        self._outputs: dict[str, Tensor] = {}
        self._constants: dict[Hashable, TensorProto] = {}
        self._nodes: list[NodeProto] = []
        self._known: dict[Hashable, tuple[str, ...]] = {}
        self._count = 0

    def input(self, name: str, kind: Kind, width: int = 1, rows: str = "rows") -> Tensor:
        """Return a new input."""
        self._inputs[name] = Tensor(name, kind, width, rows)
        return self._inputs[name]

    def output(self, name: str, value: Tensor) -> None:
        """Give a value out under a name of its own."""
        from onnx import helper

        self._nodes.append(helper.make_node("Identity", [value.name], [name]))
        self._outputs[name] = Tensor(name, value.kind, value.width)

    def numbers(self, values: ArrayLike, dtype: type[np.generic] | type[float] = float) -> str:
        """Return the name of a constant, a double or of another type."""
        import numpy as np
        from onnx import numpy_helper

        array = np.ascontiguousarray(values, dtype).reshape(np.shape(values))
        key = (str(array.dtype), array.shape, array.tobytes())
        if key not in self._constants:
            self._constants[key] = numpy_helper.from_array(array, self._name())
        return str(self._constants[key].name)

    def texts(self, values: str | Sequence[str]) -> str:
        """Return the name of a constant text, or of a column of texts."""
        alone = isinstance(values, str)
        listed = (values,) if isinstance(values, str) else tuple(values)
        key = ("text", alone, listed)
        if key not in self._constants:
            dims = [] if alone else [len(listed)]
            self._constants[key] = text_tensor(self._name(), listed, dims)
        return str(self._constants[key].name)

    def add(self, op: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Return the name of what a node gives."""
        return self.add_many(op, *inputs, domain=domain, outputs=1, **attributes)[0]

    def add_many(
        self, op: str, *inputs: str, outputs: int, domain: str = "", **attributes: Any
    ) -> tuple[str, ...]:
        """Return the names of what a node gives."""
        from onnx import helper

        told = tuple((name, _key(value)) for name, value in sorted(attributes.items()))
        key = (op, domain, outputs, inputs, told)
        if key not in self._known:
            names = tuple(self._name() for _ in range(outputs))
            node = helper.make_node(op, inputs, names, domain=domain, **attributes)
            self._nodes.append(node)
            self._known[key] = names
        return self._known[key]

    def include(self, graph: GraphProto, inputs: Mapping[str, str]) -> dict[str, str]:
        """Take in another graph, fed by values of this one; return what its outputs are here."""
        from onnx import NodeProto, TensorProto

        names = dict(inputs)
        for tensor in graph.initializer:
            constant = TensorProto()
            constant.CopyFrom(tensor)
            constant.name = names[tensor.name] = self._name()
            self._constants["included", constant.name] = constant
        for node in graph.node:
            names |= {name: self._name() for name in node.output if name}
            copy = NodeProto()
            copy.CopyFrom(node)
            copy.name = ""
            copy.input[:] = [names[name] if name else "" for name in node.input]
            copy.output[:] = [names[name] if name else "" for name in node.output]
            self._nodes.append(copy)
        return {output.name: names[output.name] for output in graph.output}

    def holds(self, cells: int) -> None:
        """Say how many numbers some value holds for one row."""
        self.cells = max(self.cells, cells)

    def needed(self) -> frozenset[str]:
        """Return the names of the inputs that an output depends on."""
        return self._needed()[0] & frozenset(self._inputs)

    def to_bytes(self, description: Mapping[str, Any]) -> bytes:
        """Return the model's file, with a description in its metadata.

        Only what an output depends on is in it.
        """
        from onnx import helper

        names, nodes = self._needed()
        graph = helper.make_graph(
            nodes,
            "path",
            [_info(value) for value in self._inputs.values() if value.name in names],
            [_info(value) for value in self._outputs.values()],
            [tensor for tensor in self._constants.values() if tensor.name in names],
        )
        imports = [helper.make_opsetid("", OPSET), helper.make_opsetid(ML, ML_OPSET)]
        model = helper.make_model(
            graph, opset_imports=imports, ir_version=IR_VERSION, producer_name="Wireloom"
        )
        helper.set_model_props(model, {DESCRIPTION: json.dumps(description, sort_keys=True)})
        return bytes(model.SerializeToString(deterministic=True))

    def _needed(self) -> tuple[frozenset[str], list[NodeProto]]:
        names = set(self._outputs)
        nodes = []
        for node in reversed(self._nodes):
            if names.intersection(node.output):
                names.update(node.input)
                nodes.append(node)
        return frozenset(names), nodes[::-1]

    def _name(self) -> str:
        self._count += 1
        return f"#{self._count}"


def text_tensor(name: str, values: Sequence[str], dims: Sequence[int]) -> TensorProto:
    """Return a tensor of text."""
    from onnx import TensorProto

    data = [text.encode() for text in values]
    return TensorProto(name=name, data_type=STRING, dims=dims, string_data=data)


def _key(value: Any) -> Hashable:
    """Return an attribute's value as something that can be compared."""
    if isinstance(value, list):
        return tuple(value)
    if hasattr(value, "SerializeToString"):
        return bytes(value.SerializeToString())
    return str(value)


def _info(value: Tensor) -> ValueInfoProto:
    from onnx import helper

    types = {"text": STRING, "mask": BOOL}
    shape: list[str | int | None] = [value.rows]
    if value.kind == "matrix":
        shape.append(value.width)
    return helper.make_tensor_value_info(value.name, types.get(value.kind, DOUBLE), shape)
