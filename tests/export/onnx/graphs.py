"""What both back ends make of the same columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from studio.export.onnx.graph import Graph, Kind, Tensor
from studio.export.onnx.ops import OnnxOps
from studio.scoring.onnx_session import FORMAT, GraphSession, as_column, text_tensors
from studio.sdk.ops import Ops
from studio.sdk.ops_numpy import NUMPY

INF, NAN = float("inf"), float("nan")
TINY = 5e-324
NUMBERS = (
    *(NAN, INF, -INF, 0.0, -0.0, TINY, -TINY, 2.0**-1022, 1e308, -1e308, 1.7976931348623157e308),
    *(0.5, 1.0, np.nextafter(1.0, 2.0), np.nextafter(1.0, 0.0), -1.0, 1.5, 2.0, 3.0, 1e-5),
    *(2.0**53, 2.0**53 + 2, -(2.0**53), 2.0**63, 709.0, 710.0, -745.0, -746.0, 20.0, 6.0, 1e-300),
    *(np.nextafter(2.0, 1.0), np.nextafter(2.0, 3.0), np.nextafter(0.5, 0.0), 0.1, 1e15, -7.25),
)
TEXTS = (None, "", "a", "b", "A", "nan", "NaN", "None", "ü", "u\u0308", "名前", "a b", "a\0b", "😀")

Body = Callable[[Mapping[str, Any], Any], Any]


def numbers(*values: float) -> Any:
    return np.array(values, np.float64)


def texts(*values: str | None) -> Any:
    return np.array(values, object)


def adversarial(seed: int = 0) -> dict[str, Any]:
    """Return columns in which everything stands beside everything: x, y, words, others, matrix."""
    rng = np.random.default_rng(seed)
    pairs = len(NUMBERS) * 12
    x = np.concatenate([np.tile(NUMBERS, 12), rng.normal(size=200) * np.exp(rng.normal(size=200))])
    y = np.concatenate([np.repeat(NUMBERS, 12), rng.normal(size=200)])
    words = texts(*(TEXTS[i % len(TEXTS)] for i in range(len(x))))
    others = texts(*(TEXTS[i // len(TEXTS) % len(TEXTS)] for i in range(len(x))))
    assert pairs + 200 == len(x) == len(y)
    return {"x": x, "y": y, "words": words, "others": others, "matrix": np.column_stack([x, y, x])}


class BothBackEnds:
    """Operations on columns, written down once and carried out by both back ends."""

    def __init__(self, bodies: Mapping[str, Body], like: Mapping[str, Any]) -> None:
        self.bodies = bodies
        graph = Graph()
        given = {name: graph.input(name, *_kind(array)) for name, array in like.items()}
        ops: Ops = OnnxOps(graph, "test")
        self.made: dict[str, Tensor] = {name: body(given, ops) for name, body in bodies.items()}
        for name, value in self.made.items():
            graph.output(name, value)
        self.needed = graph.needed()
        told = {"format": FORMAT, "kind": "test", "cells": graph.cells}
        self.session = GraphSession(graph.to_bytes(told), "test")

    def check(self, columns: Mapping[str, Any]) -> None:
        """Fail unless both give the same, to the last bit."""
        feed = {
            name: text_tensors({name: array})[name] if array.dtype == object else array
            for name, array in columns.items()
            if name in self.needed
        }
        found = self.session.run(list(self.bodies), feed)
        for (name, body), tensor in zip(self.bodies.items(), found, strict=True):
            made = as_column(tensor, self.made[name].kind == "text")
            assert_same(name, made, body(columns, NUMPY))


def assert_same(name: str, found: Any, expected: Any) -> None:
    """Fail unless two arrays hold the same, NaN the same as NaN and 0 not the same as -0."""
    assert found.dtype == expected.dtype, name
    assert found.shape == expected.shape, name
    if found.dtype != np.float64:
        assert found.tolist() == expected.tolist(), name
        return
    same = found.view(np.int64) == np.ascontiguousarray(expected).view(np.int64)
    wrong = np.argwhere(~(same | (np.isnan(found) & np.isnan(expected))))
    assert not len(wrong), (name, wrong[:3], found[tuple(wrong[0])], expected[tuple(wrong[0])])


def _kind(array: Any) -> tuple[Kind, int]:
    if array.ndim == 2:
        return "matrix", array.shape[1]
    return ("text" if array.dtype == object else "number"), 1
