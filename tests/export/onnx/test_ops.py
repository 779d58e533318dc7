"""Each operation of the vocabulary: what a graph gives is what numpy gives, to the last bit."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.export.onnx.errors import NotConvertible
from studio.export.onnx.graph import Graph
from studio.export.onnx.ops import OnnxOps
from studio.sdk.ops import Ops
from tests.export.onnx.graphs import INF, NAN, BothBackEnds, adversarial

EDGES = [-1.0, 0.0, 1.0, 1.0, 2.0]
PRODUCT = np.array([[1.0, -2.5], [1e300, 0.1], [-0.0, 3.0]])

BODIES: dict[str, Any] = {
    "is_missing": lambda c, ops: ops.is_missing(c["x"]),
    "is_missing of text": lambda c, ops: ops.is_missing(c["words"]),
    "is_infinite": lambda c, ops: ops.is_infinite(c["x"]),
    "is_infinite of text": lambda c, ops: ops.is_infinite(c["words"]),
    "fill": lambda c, ops: ops.fill(c["x"], -1.0),
    "fill by a column": lambda c, ops: ops.fill(c["x"], c["y"]),
    "fill text": lambda c, ops: ops.fill(c["words"], ""),
    "fill text by a column": lambda c, ops: ops.fill(c["words"], c["others"]),
    "add": lambda c, ops: ops.add(c["x"], c["y"]),
    "add a number": lambda c, ops: ops.add(0.1, c["x"]),
    "sub": lambda c, ops: ops.sub(c["x"], c["y"]),
    "sub from a number": lambda c, ops: ops.sub(0.0, c["x"]),
    "mul": lambda c, ops: ops.mul(c["x"], c["y"]),
    "mul by a whole number": lambda c, ops: ops.mul(c["x"], 3),
    "div": lambda c, ops: ops.div(c["x"], c["y"]),
    "div by 0": lambda c, ops: ops.div(c["x"], 0.0),
    "log": lambda c, ops: ops.log(c["x"]),
    "exp": lambda c, ops: ops.exp(c["x"]),
    "sqrt": lambda c, ops: ops.sqrt(c["x"]),
    "tanh": lambda c, ops: ops.tanh(c["x"]),
    "erf": lambda c, ops: ops.erf(c["x"]),
    "floor": lambda c, ops: ops.floor(c["x"]),
    "absolute": lambda c, ops: ops.absolute(c["x"]),
    "clip": lambda c, ops: ops.clip(c["x"], -1.0, 1.0),
    "clip at 0": lambda c, ops: ops.clip(c["x"], 0.0, 0.0),
    "eq": lambda c, ops: ops.eq(c["x"], c["y"]),
    "eq to a number": lambda c, ops: ops.eq(c["x"], 1.0),
    "eq of text": lambda c, ops: ops.eq(c["words"], c["others"]),
    "eq to a text": lambda c, ops: ops.eq("nan", c["words"]),
    "eq of text to a number": lambda c, ops: ops.eq(c["words"], 1.0),
    "eq to nothing": lambda c, ops: ops.eq(c["words"], None),
    "gt": lambda c, ops: ops.gt(c["x"], c["y"]),
    "gt a number": lambda c, ops: ops.gt(c["x"], 1.0),
    "ge": lambda c, ops: ops.ge(c["x"], c["y"]),
    "ge of a number": lambda c, ops: ops.ge(1.0, c["x"]),
    "both": lambda c, ops: ops.both(ops.gt(c["x"], c["y"]), ops.is_missing(c["words"])),
    "either": lambda c, ops: ops.either(ops.gt(c["x"], c["y"]), ops.is_missing(c["words"])),
    "either of many": lambda c, ops: ops.either(
        ops.either(ops.is_missing(c["x"]), ops.is_missing(c["words"])),
        ops.either(
            ops.either(ops.is_missing(c["y"]), ops.is_infinite(c["y"])),
            ops.either(ops.is_missing(ops.sqrt(c["y"])), ops.is_missing(c["others"])),
        ),
    ),
    "negate": lambda c, ops: ops.negate(ops.is_missing(c["x"])),
    "num": lambda c, ops: ops.num(ops.is_missing(c["words"])),
    "where": lambda c, ops: ops.where(ops.gt(c["x"], c["y"]), c["x"], c["y"]),
    "where nothing": lambda c, ops: ops.where(ops.gt(c["x"], 0.0), None, c["y"]),
    "where of numbers": lambda c, ops: ops.where(ops.gt(c["x"], 0.0), 1.0, None),
    "where of a number": lambda c, ops: ops.where(ops.gt(c["x"], c["y"]), c["x"], 0.0),
    "where of -0": lambda c, ops: ops.where(ops.gt(c["x"], c["y"]), -0.0, c["x"]),
    "where of text": lambda c, ops: ops.where(ops.gt(c["x"], 0.0), c["words"], c["others"]),
    "where of texts": lambda c, ops: ops.where(ops.gt(c["x"], 0.0), "a", None),
    "bucket": lambda c, ops: ops.bucket(c["x"], EDGES),
    "bucket below": lambda c, ops: ops.bucket(c["x"], EDGES, upper=True),
    "bucket without edges": lambda c, ops: ops.bucket(c["x"], []),
    "lookup": lambda c, ops: ops.lookup(c["words"], {"a": 1.0, "": 2, "nan": None}, -1.0),
    "lookup text": lambda c, ops: ops.lookup(c["words"], {"a": "A", "ü": None}, "?"),
    "lookup without default": lambda c, ops: ops.lookup(c["words"], {"a\0b": "A", "None": ""}),
    "lookup or a column": lambda c, ops: ops.lookup(c["words"], {"a": 1.0, "b": None}, c["x"]),
    "lookup or a column of text": lambda c, ops: ops.lookup(
        c["words"], {"a": "A", "b": None}, c["others"]
    ),
    "lookup numbers": lambda c, ops: ops.lookup(
        c["x"], {-0.0: 1.0, 1: 2.0, 2**53 + 1: 7.0, NAN: 8.0, INF: 9.0, "a": 3.0, 0.1: None}, c["y"]
    ),
    "lookup numbers for text": lambda c, ops: ops.lookup(c["x"], {True: "yes", 0.5: None}, "no"),
    "lookup nothing": lambda c, ops: ops.lookup(c["words"], {}, 1.0),
    "lookup no number": lambda c, ops: ops.lookup(c["x"], {}, None),
    "onehot": lambda c, ops: ops.onehot(c["words"], ["b", "", "a", "nan", "nowhere"]),
    "onehot of numbers": lambda c, ops: ops.onehot(c["x"], [1, 0.5, 0.0, INF]),
    "onehot of a level twice": lambda c, ops: ops.onehot(c["words"], ["a", "b", "a"]),
    "hstack": lambda c, ops: ops.hstack([c["x"], c["matrix"], c["y"]]),
    "hstack of one": lambda c, ops: ops.hstack([c["y"]]),
    "hstack of levels": lambda c, ops: ops.hstack(
        [
            ops.onehot(c["words"], ["a", "b"]),
            c["x"],
            ops.onehot(c["others"], ["ü"]),
            c["matrix"],
            ops.onehot(c["x"], [1.0]),
            c["y"],
        ]
    ),
    "hstack of no level": lambda c, ops: ops.hstack([ops.onehot(c["words"], []), c["x"]]),
    "take": lambda c, ops: ops.take(c["matrix"], 1),
    "matmul": lambda c, ops: ops.matmul(c["matrix"], PRODUCT),
    "matmul by a vector": lambda c, ops: ops.matmul(c["matrix"], [0.1, -3.0, 1e-3]),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_graph_gives_what_numpy_gives_on_values_that_break_careless_code(name: str) -> None:
    columns = adversarial()
    both = BothBackEnds({name: BODIES[name]}, columns)
    both.check(columns)
    for rows in (0, 1, 2, 3):
        both.check({column: values[len(values) - rows :] for column, values in columns.items()})


def test_every_operation_is_tried() -> None:
    operations = {name for name in vars(Ops) if not name.startswith("_")}
    assert operations - {name.split()[0] for name in BODIES} == {"estimator", "host"}


DOUBLES = st.floats(allow_nan=True, allow_infinity=True, width=64)
WORDS = st.one_of(st.none(), st.sampled_from(["a", "b", "", "nan", "ü"]), st.text(max_size=5))


@cache
def everything() -> BothBackEnds:
    return BothBackEnds(BODIES, adversarial())


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.tuples(DOUBLES, DOUBLES, WORDS, WORDS), max_size=20))
def test_a_graph_gives_what_numpy_gives_on_anything(rows: Any) -> None:
    x, y = (np.array([row[i] for row in rows], np.float64) for i in (0, 1))
    words, others = (np.array([row[i] for row in rows], object) for i in (2, 3))
    matrix = np.column_stack([x, y, x])
    everything().check({"x": x, "y": y, "words": words, "others": others, "matrix": matrix})


@pytest.mark.parametrize("name", ["log", "exp", "tanh", "erf"])
def test_functions_are_the_same_all_over_their_range(name: str) -> None:
    rng = np.random.default_rng(5)
    powers = 2.0 ** np.arange(-1074, 1024)
    x = np.concatenate(
        [
            *(powers, np.nextafter(powers, 0.0), np.nextafter(powers, INF)),
            *(rng.uniform(-750, 720, 20_000), rng.normal(size=20_000), rng.uniform(-7, 7, 20_000)),
            *(np.exp(rng.uniform(-745, 709, 20_000)), (np.arange(-1300, 1300) + 0.5) / 64),
        ]
    )
    BothBackEnds({name: BODIES[name]}, {"x": x}).check({"x": x})


def test_edges_part_neighbouring_doubles() -> None:
    rng = np.random.default_rng(6)
    edges = np.sort(rng.normal(size=50) * 10.0 ** rng.integers(-8, 9, 50))
    x = np.concatenate([edges, np.nextafter(edges, INF), np.nextafter(edges, -INF)])
    bodies: dict[str, Any] = {
        "above": lambda c, ops: ops.bucket(c["x"], edges),
        "below": lambda c, ops: ops.bucket(c["x"], edges, upper=True),
    }
    BothBackEnds(bodies, {"x": x}).check({"x": x})


def test_many_levels_are_told_apart() -> None:
    levels = [f"level {i}" for i in range(5_000)]
    words = np.array([*levels[::7], "level", None, "level 5000"], object)
    bodies: dict[str, Any] = {
        "text": lambda c, ops: ops.lookup(c["w"], {level: level[::-1] for level in levels}),
        "levels": lambda c, ops: ops.onehot(c["w"], levels),
    }
    BothBackEnds(bodies, {"w": words}).check({"w": words})


def test_what_is_python_is_refused_by_name() -> None:
    graph = Graph()
    ops = OnnxOps(graph, "My Script")
    with pytest.raises(NotConvertible) as refused:
        ops.host(len, graph.input("x", "number"))
    assert "“My Script”" in refused.value.message
    assert "Python" in refused.value.message


def test_a_matrix_without_columns_is_refused() -> None:
    graph = Graph()
    ops = OnnxOps(graph, "Train Model")
    with pytest.raises(NotConvertible):
        ops.hstack([ops.onehot(graph.input("w", "text"), [])])


def test_equal_nodes_are_one() -> None:
    graph = Graph()
    ops = OnnxOps(graph, "test")
    x = graph.input("x", "number")
    assert ops.add(x, 1.0) == ops.add(x, 1.0)
    assert ops.add(x, 1.0) != ops.add(x, 2.0)
