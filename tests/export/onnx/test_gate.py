"""The gate: right conversions pass it, and each kind of wrong one is caught."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from studio.export.onnx.foreign import converted
from studio.export.onnx.forests import tree_of
from studio.export.onnx.gate import ABSOLUTE, RELATIVE, Candidate, gate
from studio.export.onnx.graph import Graph, Tensor
from studio.export.onnx.ops import OnnxOps
from studio.export.onnx.program import model_to_onnx, to_onnx
from studio.export.onnx.trees import Tree, tree_sums
from studio.scoring.onnx_model import MATRIX, ModelGraph, with_graphs
from studio.scoring.onnx_session import FORMAT, Declined, OnnxProgram
from studio.scoring.program import Program
from studio.sdk import Column, Context, Table
from studio.sdk.arrays import of_table
from studio.sdk.model import SCORED_DEVIATION, SCORED_MEAN, Model
from studio.sdk.transform import Transform
from tests.export.onnx.paths import (
    around,
    both_steps,
    frame,
    scoring,
    strict_features,
    table,
    trained,
    transforming,
)
from tests.export.onnx.test_program import normalization

TRIALS = (
    "real rows",
    "one row at a time",
    "shuffled",
    "a column missing",
    "every column missing",
    "unseen categories",
    "infinite numbers",
    "at the edges",
)


@dataclass(frozen=True)
class Spoilt:
    """A candidate whose answers are those of the program, but for what is done to them."""

    program: Program
    spoil: Callable[[Any, Any], Any]

    def run(self, tables: Any, threads: int = 1) -> Any:
        return self.spoil(tables, self.program.run(tables, threads))


def rows() -> dict[str, Any]:
    return {"rows": of_table(table())}


def numeric() -> Table:
    return Table.from_pandas(frame()[["x", "z"]].dropna())


@pytest.mark.parametrize("allow", [True, False])
def test_a_right_conversion_passes_every_trial(ctx: Context, allow: bool) -> None:
    params = {"num_trees": 10, "allow_unknown_levels": allow}
    model = trained("two_class_boosted_decision_tree", "answer", ctx, **params)
    program = scoring(model, table())
    result = gate(program, OnnxProgram(to_onnx(program)), rows())
    assert result.passed, result
    assert list(result.counts) == list(TRIALS)
    assert all(result.counts.values())
    assert result.largest_difference < 1e-15
    assert result.first_difference is None
    written = json.loads(json.dumps(result.to_dict()))
    assert written["counts"]["real rows"] == 300
    assert written["tolerance"] == {"relative": RELATIVE, "absolute": ABSOLUTE}


def test_a_model_behind_a_path_that_stays_numpy_passes(ctx: Context) -> None:
    model = trained("multiclass_decision_forest", "third", ctx, num_trees=4)
    program = both_steps(normalization(ctx, "x"), model, table())
    candidate = with_graphs(program, {"s": ModelGraph(model_to_onnx(model))})
    assert gate(program, candidate, rows()).passed


def answered(
    program: Program, write: Callable[[OnnxOps, Model, Tensor], dict[str, Tensor]]
) -> Candidate:
    """Return a program whose model is answered for by a graph that somebody else wrote."""
    model = program.steps[-1].model  # type: ignore[attr-defined]
    graph = Graph()
    matrix = graph.input(MATRIX, "matrix", len(model.features.names))
    columns = []
    for name, value in write(OnnxOps(graph, "test"), model, matrix).items():
        graph.output(name, value)
        columns.append({"column": name, "text": value.kind == "text", "name": name})
    told = {"format": FORMAT, "kind": "model", "cells": 1, "columns": columns}
    spread = any(column["column"] == SCORED_MEAN for column in columns)
    data = graph.to_bytes({**told, "clusters": None, "has_spread": spread})
    return with_graphs(program, {program.steps[-1].node: ModelGraph(data)})


def by_skl2onnx(ops: OnnxOps, model: Model, matrix: Tensor) -> dict[str, Tensor]:
    """Take a classifier's chances from skl2onnx as they come."""
    chance = ops.take(converted(ops, model.estimator, matrix)[1], 1)
    first, second = model.classes
    label = ops.where(ops.gt(chance, 0.5), second, first)
    return {"Scored Labels": label, "Scored Probabilities": chance}


def fitted(estimator: Any) -> Program:
    data = numeric().to_pandas()
    target = (data["x"] + data["z"].clip(-3, 3) > 0.4).astype(int)
    estimator.fit(data.to_numpy(), target)
    return scoring(around(estimator, "binary", classes=("no", "yes")), numeric())


def test_discriminant_analysis_of_two_classes_by_skl2onnx_is_caught() -> None:
    program = fitted(LinearDiscriminantAnalysis())
    found = gate(program, answered(program, by_skl2onnx), {"rows": of_table(numeric())})
    assert not found.passed
    assert found.first_difference is not None
    assert found.first_difference[:2] == ("reply", "Scored Probabilities")
    assert "“real rows”" in found.reason
    assert gate(program, OnnxProgram(to_onnx(program)), {"rows": of_table(numeric())}).passed


def test_a_forest_in_double_precision_by_skl2onnx_is_caught() -> None:
    import onnxruntime
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import DoubleTensorType

    program = fitted(RandomForestClassifier(20, random_state=0))
    model = program.steps[0].model  # type: ignore[attr-defined]
    kind = [("x", DoubleTensorType([None, 2]))]
    options = {id(model.estimator): {"zipmap": False}}
    data = convert_sklearn(model.estimator, initial_types=kind, options=options)
    session = onnxruntime.InferenceSession(
        data.SerializeToString(), providers=["CPUExecutionProvider"]
    )

    def naive(tables: Any, reply: Any) -> Any:
        matrix = np.column_stack([tables["rows"]["x"], tables["rows"]["z"]])
        chances = session.run(None, {"x": matrix})[1][:, 1].astype(np.float64)
        missing = np.isnan(matrix).any(axis=1)
        chances[missing] = np.nan
        return {"reply": {**reply["reply"], "Scored Probabilities": chances}}

    assert not gate(program, Spoilt(program, naive), {"rows": of_table(numeric())}).passed


def test_a_forest_that_compares_doubles_is_caught_at_its_thresholds() -> None:
    data = np.random.default_rng(1).normal(size=(300, 2))
    estimator = RandomForestRegressor(8, max_depth=4, random_state=0).fit(data, data.sum(axis=1))
    names = {"x": data[:, 0], "z": data[:, 1]}
    program = scoring(around(estimator, "regression"), Table.from_pandas(frame()[["x", "z"]]))
    shown = SCORED_MEAN

    def in_doubles(ops: OnnxOps, model: Model, matrix: Tensor) -> dict[str, Tensor]:
        trees: list[Tree] = [
            tree_of(item.tree_, item.tree_.value[:, 0, 0]) for item in model.estimator.estimators_
        ]
        total = ops.take(tree_sums(ops, matrix, trees, [0] * len(trees)), 0)
        spread = ops.sub(total, total)
        return {shown: ops.div(total, float(len(trees))), SCORED_DEVIATION: spread}

    candidate = answered(program, in_doubles)

    def means_only(tables: Any, reply: Any) -> Any:
        made = candidate.run(tables)["reply"][shown]
        return {"reply": {**reply["reply"], shown: made}}

    found = gate(program, Spoilt(program, means_only), {"rows": names})
    assert not found.passed
    assert found.counts["real rows"] == 300
    assert "“at the edges”" in found.reason
    assert gate(program, OnnxProgram(to_onnx(program)), {"rows": names}).passed


def of_reply(change: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """Return what spoils the column of chances."""
    name = "Scored Probabilities"
    return lambda tables, found: {"reply": {**found["reply"], name: change(found["reply"][name])}}


def swapped(tables: Any, found: Any) -> Any:
    labels = found["reply"]["Scored Labels"].copy()
    labels[:1] = "maybe"
    return {"reply": {**found["reply"], "Scored Labels": labels}}


def careless_of_missing(tables: Any, found: Any) -> Any:
    return of_reply(lambda chances: np.nan_to_num(chances))(tables, found)


def with_the_mean_of_its_neighbours(tables: Any, found: Any) -> Any:
    return of_reply(lambda chances: chances + 0.0 * chances[::-1])(tables, found)


def in_single_precision(tables: Any, found: Any) -> Any:
    return of_reply(lambda chances: chances.astype(np.float32).astype(np.float64))(tables, found)


def always_declined(tables: Any, found: Any) -> Any:
    raise Declined("never mind")


def broken(tables: Any, found: Any) -> Any:
    raise ZeroDivisionError


def a_column_less(tables: Any, found: Any) -> Any:
    return {"reply": {k: v for k, v in found["reply"].items() if k != "Scored Probabilities"}}


def of_another_type(tables: Any, found: Any) -> Any:
    return of_reply(lambda chances: chances.astype(object))(tables, found)


def features_a_bit_off(tables: Any, found: Any) -> Any:
    reply = found["reply"]
    return {"reply": {**reply, "z": np.nextafter(reply["z"], np.inf)}}


@pytest.mark.parametrize(
    ("spoil", "trial", "column"),
    [
        (swapped, "real rows", "Scored Labels"),
        (careless_of_missing, "real rows", "Scored Probabilities"),
        (with_the_mean_of_its_neighbours, "real rows", "Scored Probabilities"),
        (in_single_precision, "real rows", "Scored Probabilities"),
        (features_a_bit_off, "real rows", "z"),
        (always_declined, "real rows", None),
        (broken, "real rows", None),
        (a_column_less, "real rows", None),
        (of_another_type, "real rows", None),
    ],
)
def test_wrong_answers_are_caught(
    spoil: Callable[[Any, Any], Any], trial: str, column: str | None, ctx: Context
) -> None:
    program = scoring(trained("two_class_logistic_regression", "answer", ctx), table())
    found = gate(program, Spoilt(program, spoil), rows())
    assert not found.passed
    assert f"“{trial}”" in found.reason
    assert (found.first_difference or (None, None))[1] == column
    assert json.loads(json.dumps(found.to_dict()))["passed"] is False


def test_without_rows_nothing_passes(ctx: Context) -> None:
    program = scoring(trained("linear_regression", "y", ctx), table())
    empty = {"rows": {name: values[:0] for name, values in rows()["rows"].items()}}
    found = gate(program, OnnxProgram(to_onnx(program)), empty)
    assert not found.passed
    assert "no real rows" in found.reason


def test_rows_that_the_program_refuses_must_be_declined(ctx: Context) -> None:
    model = trained("two_class_logistic_regression", "answer", ctx, ("x", "word"))
    lenient = scoring(model, table("x", "word", "answer"))
    strict = replace(model, features=strict_features("x", "word"))
    program = scoring(strict, table("x", "word", "answer"))
    columns = {"rows": of_table(table("x", "word", "answer"))}
    found = gate(program, OnnxProgram(to_onnx(lenient)), columns)
    assert not found.passed
    assert "“unseen categories”" in found.reason
    assert "never" in found.reason or "training" in found.reason
    assert gate(program, OnnxProgram(to_onnx(program)), columns).passed


def test_a_category_that_goes_astray_is_caught(ctx: Context) -> None:
    model = trained("two_class_logistic_regression", "answer", ctx, ("x", "word"))
    program = scoring(model, table("x", "word", "answer"))
    levels = {"word": tuple(sorted({*model.features.levels["word"], "NA"} - {"ü"}))}
    other = replace(model, features=replace(model.features, levels=levels))
    data = to_onnx(scoring(other, table("x", "word", "answer")))
    columns = {"rows": of_table(table("x", "word", "answer"))}
    seen = columns["rows"]["word"] != "ü"
    columns = {"rows": {name: values[seen] for name, values in columns["rows"].items()}}
    found = gate(program, OnnxProgram(data), columns)
    assert not found.passed


@dataclass(frozen=True, eq=False)
class Bins(Transform):
    """Numbers as the number of their bin, after they were brought to another scale."""

    edges: tuple[float, ...]

    def apply(self, columns: Any, ops: Any) -> Any:
        scaled = ops.div(ops.sub(columns["x"], 0.1), 3.0)
        return columns | {"x": ops.bucket(scaled, self.edges)}


@pytest.mark.parametrize("edge", [0.0, 0.37, -1.2])
def test_a_bin_that_begins_one_double_later_is_caught(edge: float) -> None:
    inputs = (Column("x", "double"),)
    rows = Table.from_pandas(frame()[["x"]])
    program = transforming(Bins(inputs, (edge / 3,)), rows)
    later = transforming(Bins(inputs, (float(np.nextafter(edge / 3, 9)),)), rows)
    columns = {"rows": of_table(rows)}
    assert gate(program, OnnxProgram(to_onnx(program)), columns).passed
    found = gate(program, OnnxProgram(to_onnx(later)), columns)
    assert not found.passed
    assert "“at the edges”" in found.reason
    assert found.first_difference is not None
    assert found.first_difference[1] == "x"
