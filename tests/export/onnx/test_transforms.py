"""Every transform that exists: what its graph gives is what numpy gives, to the last bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from studio.export.onnx.errors import NotConvertible
from studio.export.onnx.graph import Graph
from studio.export.onnx.ops import OnnxOps
from studio.registry.discovery import open_registry
from studio.sdk import Context, Table
from studio.sdk.features import MATRIX, find_features
from studio.sdk.rowwise import row_program
from studio.sdk.schema import Column
from studio.sdk.transform import Chain, Transform
from tests.export.onnx.graphs import NUMBERS, TEXTS, BothBackEnds
from tests.modules.cases import made
from tests.modules.frames import configured


def odd() -> Table:
    """Return a small table with gaps, a constant column, and text that is easily misread."""
    rng = np.random.default_rng(2)
    size = np.exp(rng.normal(size=40))
    words = np.array(["a", "", "nan", "ü", "None"], object)[rng.integers(0, 5, 40)]
    frame = pd.DataFrame(
        {
            "x": rng.normal(size=40),
            "size": np.where(np.arange(40) % 7 == 2, np.nan, size),
            "far": rng.normal(size=40) * 1e140,
            "same": 2.5,
            "n": pd.array([None if i % 9 == 4 else i % 5 for i in range(40)], "Int64"),
            "word": np.where(np.arange(40) % 11 == 5, None, words),
            "kind": pd.Categorical(np.array(["lo", "hi"])[np.arange(40) % 2], ["lo", "mid", "hi"]),
            "flag": pd.array([None if i % 13 == 6 else i % 3 == 0 for i in range(40)], "boolean"),
            "when": pd.Timestamp("2024-02-29") + pd.to_timedelta(rng.integers(0, 10**6, 40), "s"),
            "took": pd.to_timedelta(rng.integers(0, 10**6, 40), "s"),
        }
    )
    return Table.from_pandas(frame)


def chosen(*names: str) -> dict[str, Any]:
    return {"begin": "none", "rules": [{"by": "name", "values": list(names)}]}


NUMERIC = ("x", "size", "far", "same", "n")


def normalized(ctx: Context) -> Iterator[Transform]:
    for method in ("zscore", "minmax", "logistic", "lognormal", "tanh"):
        for zero in (True, False):
            params = {"method": method, "zero_for_constant": zero, "columns": chosen(*NUMERIC)}
            found = made("normalize_data", ctx, {"dataset": odd()}, **params)
            yield found["transformation_function"]


def indicators(ctx: Context) -> Iterator[Transform]:
    for overwrite in (True, False):
        params = {"columns": chosen("word", "kind"), "overwrite": overwrite}
        found = made("convert_to_indicator_values", ctx, {"dataset": odd()}, **params)
        yield found["indicator_transformation"]


def cleaned(ctx: Context, mode: str, *names: str, **params: Any) -> Transform:
    columns = chosen(*names) if names else {"begin": "all"}
    inputs = {"dataset": odd()}
    found = made("clean_missing_data", ctx, inputs, mode=mode, columns=columns, **params)
    transform = found["cleaning_transformation"]
    assert isinstance(transform, Transform)
    return transform


def filled(ctx: Context) -> Iterator[Transform]:
    yield cleaned(ctx, "mean", *NUMERIC, "flag", "when", indicators=True)
    yield cleaned(ctx, "mode", indicators=True)
    yield cleaned(ctx, "custom_substitution_value", "word", "kind", replacement_value="nan")


def predicted(ctx: Context) -> Iterator[Transform]:
    for mode in ("mice", "probabilistic_pca"):
        yield cleaned(ctx, mode, "x", "size", "n")


def features(ctx: Context) -> Iterator[Transform]:
    for columns in (odd().schema.visible, odd().schema.visible[:3], odd().schema.visible[5:7]):
        for allow in (True, False):
            yield find_features(odd(), columns, allow_unknown=allow)


def reshaped(ctx: Context) -> Iterator[Transform]:
    cls = open_registry().get("select_columns_in_dataset")
    assert cls is not None
    names = ("word", "x", "word")
    rules = [{"by": "name", "values": [name]} for name in names]
    module = configured(cls, columns={"begin": "none", "rules": rules, "keep_order": True})
    found = row_program(module, {"dataset": odd().schema})
    assert isinstance(found, Transform)
    yield found


def chained(ctx: Context) -> Iterator[Transform]:
    steps = [cleaned(ctx, "remove_row", "word"), *filled(ctx), *list(normalized(ctx))[:2]]
    yield Chain.of(*steps, *indicators(ctx))


SAMPLES: dict[str, Callable[[Context], Iterator[Transform]]] = {
    "normalization": normalized,
    "indicators": indicators,
    "fill_missing": filled,
    "fill_predicted": predicted,
    "keep_complete": lambda ctx: iter([cleaned(ctx, "remove_row")]),
    "drop_columns": lambda ctx: iter([cleaned(ctx, "remove_column")]),
    "features": features,
    "reshape": reshaped,
    "chain": chained,
}
REFUSED = {"fill_predicted": "no conversion of"}


def known_types() -> set[str]:
    """Return the types of the transforms of the studio and its modules."""
    open_registry()
    found, waiting = set(), [Transform]
    while waiting:
        cls = waiting.pop()
        waiting.extend(cls.__subclasses__())
        if cls.type and cls.__module__.split(".")[0] in ("studio", "modules"):
            found.add(cls.type)
    return found


def test_every_transform_has_a_sample() -> None:
    assert known_types() == set(SAMPLES)


@pytest.mark.parametrize("type", sorted(set(SAMPLES) - set(REFUSED)))
def test_a_graph_gives_what_numpy_gives(type: str, ctx: Context) -> None:
    for transform in SAMPLES[type](ctx):
        assert transform.type == type
        columns = awkward(transform)
        outputs: dict[str, Any] = {
            name: lambda c, ops, name=name, made=transform: made.apply(dict(c), ops)[name]
            for name in transform.apply(dict(columns), _numpy())
        }
        if transform.chooses_rows:
            outputs["kept"] = lambda c, ops, made=transform: made.keeps(dict(c), ops)
        if type == "features":
            outputs["missing"] = lambda c, ops, made=transform: made.missing(dict(c), ops)
        both = BothBackEnds({f"out/{name}": body for name, body in outputs.items()}, columns)
        both.check(columns)
        both.check({name: values[:1] for name, values in columns.items()})


@pytest.mark.parametrize("type", sorted(REFUSED))
def test_what_has_no_counterpart_is_refused_by_name(type: str, ctx: Context) -> None:
    for transform in SAMPLES[type](ctx):
        graph = Graph()
        given = {column.name: graph.input(column.name, "number") for column in transform.inputs}
        with pytest.raises(NotConvertible) as refused:
            transform.apply(given, OnnxOps(graph, "Clean Missing Data"))
        assert "“Clean Missing Data”" in refused.value.message
        assert REFUSED[type] in refused.value.message


def awkward(transform: Transform) -> dict[str, Any]:
    """Return columns for a transform: values that break careless code, and its own levels."""
    rng = np.random.default_rng(3)
    columns = (*transform.inputs, Column("beside", "double"))
    return {column.name: _values(column, rng) for column in columns}


def _values(column: Column, rng: np.random.Generator) -> Any:
    if not column.is_text:
        return rng.permutation(np.resize(np.array(NUMBERS), 300))
    levels = [str(value) for value in odd().to_arrow()[column.name].to_pylist() if value]
    return rng.permutation(np.resize(np.array([*TEXTS, *sorted(set(levels))], object), 300))


def _numpy() -> Any:
    from studio.sdk.ops_numpy import NUMPY

    return NUMPY


def test_the_matrix_is_what_a_model_reads(ctx: Context) -> None:
    transform = next(features(ctx))
    assert MATRIX in transform.apply(awkward(transform), _numpy())
