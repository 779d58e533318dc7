"""Columns side by side as one matrix, in few nodes: a node costs more than a number of one row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from studio.export.onnx.graph import DOUBLE, Tensor

if TYPE_CHECKING:
    from studio.export.onnx.ops import OnnxOps


class Levels(NamedTuple):
    """How a matrix of zeros and ones came to be: the level's position in each row, of how many."""

    codes: str
    number: int


def side_by_side(ops: OnnxOps, parts: Sequence[Tensor], levels: dict[str, Levels]) -> Tensor:
    """Return columns and matrices as one matrix, in the order of the parts.

    Columns of numbers are taken together, and so are the matrices that tell of levels; where that
    is not the order of the parts, the columns are brought into it at the end.
    """
    columns = [i for i, part in enumerate(parts) if part.kind != "matrix"]
    coded = [i for i, part in enumerate(parts) if part.name in levels and part.width]
    if len(coded) < 2:
        coded = []
    rest = [i for i, part in enumerate(parts) if i not in {*columns, *coded} and part.width]
    blocks = [parts[i].name for i in rest]
    if coded:
        blocks.insert(0, _told(ops, [levels[parts[i].name] for i in coded]))
    if columns:
        blocks.insert(0, _turned(ops, [ops.number(parts[i]) for i in columns]))
    if not blocks:
        ops.refuse("none of its columns has a value that could be told from others")
    width = sum(part.width for part in parts)
    ops.graph.holds(width)
    name = blocks[0] if len(blocks) == 1 else ops.graph.add("Concat", *blocks, axis=1)
    return Tensor(_ordered(ops, name, parts, [*columns, *coded, *rest]), "matrix", width)


def _turned(ops: OnnxOps, columns: Sequence[str]) -> str:
    """Return columns as a matrix: one upon the other, turned."""
    import numpy as np

    if len(columns) == 1:
        return ops.graph.add("Unsqueeze", columns[0], ops.axis(1))
    joined = ops.graph.add("Concat", *columns, axis=0)
    shape = ops.graph.numbers([len(columns), -1], np.int64)
    return ops.graph.add("Transpose", ops.graph.add("Reshape", joined, shape), perm=[1, 0])


def _told(ops: OnnxOps, levels: Sequence[Levels]) -> str:
    """Return several matrices of levels as one: each of its columns looks at one row of codes."""
    import numpy as np

    codes = _turned(ops, [item.codes for item in levels])
    source = np.repeat(np.arange(len(levels)), [item.number for item in levels])
    wanted = np.concatenate([np.arange(item.number) for item in levels])
    spread = ops.graph.add("Gather", codes, ops.graph.numbers(source, np.int64), axis=1)
    found = ops.graph.add("Equal", spread, ops.graph.numbers(wanted, np.int64))
    return ops.graph.add("Cast", found, to=DOUBLE)


def _ordered(ops: OnnxOps, matrix: str, parts: Sequence[Tensor], taken: Sequence[int]) -> str:
    """Return a matrix whose parts stand as they were taken with its columns in the parts' order."""
    import numpy as np

    if list(taken) == sorted(taken):
        return matrix
    starts, start = {}, 0
    for i in taken:
        starts[i], start = start, start + parts[i].width
    order = [starts[i] + n for i in sorted(taken) for n in range(parts[i].width)]
    return ops.graph.add("Gather", matrix, ops.graph.numbers(order, np.int64), axis=1)
