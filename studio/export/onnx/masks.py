"""Masks of rows where any of several columns is missing or infinite, in few nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from studio.scoring.onnx_session import MISSING

if TYPE_CHECKING:
    from studio.export.onnx.ops import OnnxOps

MANY = 3
"""From so many columns on it is quicker to ask them together."""


class Asked(NamedTuple):
    """What a mask is true of: rows where any of some columns is missing or infinite.

    Attributes:
        missing, infinite: Columns of numbers.
        texts: Columns of text; these can be missing only.
    """

    missing: tuple[str, ...] = ()
    infinite: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    def with_(self, other: Asked) -> Asked:
        """Return what is true where either mask is."""
        pairs = zip(self, other, strict=True)
        return Asked(*(tuple(dict.fromkeys((*mine, *others))) for mine, others in pairs))


def any_of(ops: OnnxOps, asked: Asked) -> str:
    """Return the name of the mask."""
    graph = ops.graph
    masks = [
        *_masks(ops, "IsNaN", asked.missing),
        *_masks(ops, "IsInf", asked.infinite),
        *_masks(ops, "Equal", asked.texts, graph.texts(MISSING)),
    ]
    found = masks[0]
    for mask in masks[1:]:
        found = graph.add("Or", found, mask)
    return found


def _masks(ops: OnnxOps, op: str, columns: Sequence[str], *others: str) -> list[str]:
    import numpy as np

    if len(columns) < MANY:
        return [ops.graph.add(op, column, *others) for column in columns]
    joined = ops.graph.add("Concat", *columns, axis=0)
    found = ops.graph.add(op, joined, *others)
    shape = ops.graph.numbers([len(columns), -1], np.int64)
    folded = ops.graph.add("Reshape", found, shape)
    return [ops.graph.add("ReduceMax", folded, ops.axis(0), keepdims=0)]
