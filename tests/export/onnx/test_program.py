"""A request path as one file: what is in it, what is not, and what cannot be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import onnx
import pytest

from modules.filling.transforms import DropColumns
from studio.export.onnx.errors import NotConvertible
from studio.export.onnx.program import to_onnx
from studio.registry.discovery import open_registry
from studio.scoring.onnx_session import OnnxProgram
from studio.scoring.program import OUTSIDE, ModuleStep, Program, TableStep, TransformStep, Wire
from studio.sdk import Column, Context, TableSchema
from studio.sdk.arrays import of_table
from studio.sdk.transform import Transform
from tests.export.onnx.paths import both_steps, scoring, table, trained, transforming
from tests.modules.cases import made
from tests.modules.frames import configured


def normalization(ctx: Context, *names: str) -> Transform:
    columns = {"begin": "none", "rules": [{"by": "name", "values": list(names)}]}
    params = {"method": "lognormal", "columns": columns}
    found = made("normalize_data", ctx, {"dataset": table()}, **params)["transformation_function"]
    assert isinstance(found, Transform)
    return found


def same(found: Any, expected: Any) -> None:
    assert {name: list(columns) for name, columns in found.items()} == {
        name: list(columns) for name, columns in expected.items()
    }
    for name, columns in expected.items():
        for column, values in columns.items():
            np.testing.assert_array_equal(found[name][column], values)


def test_a_path_of_two_steps_is_one_graph(ctx: Context) -> None:
    transform = normalization(ctx, "x", "z")
    between = transforming(transform, table())
    columns = {"rows": of_table(table())}
    scaled = between.run(columns)["reply"]
    model = trained("decision_forest_regression", "y", ctx, ("x", "word"))
    program = both_steps(transform, model, table())
    opened = OnnxProgram(to_onnx(program))
    found = opened.run(columns)
    same(found, program.run(columns))
    np.testing.assert_array_equal(found["reply"]["x"], scaled["x"])


def test_several_inputs_and_outputs_are_told_apart_by_their_names(ctx: Context) -> None:
    transform = normalization(ctx, "x")
    schema = TableSchema((Column("x", "double"), Column("größe", "double")))
    after = transform.output_schema(schema)
    steps = tuple(
        TransformStep(
            node, node, {"dataset": Wire(OUTSIDE, port)}, {"made": after}, transform=transform
        )
        for node, port in (("first", "left/in"), ("second", "rechts"))
    )
    program = Program(
        {"left/in": schema, "rechts": schema},
        steps,
        {
            "both": Wire("first", "made"),
            "left/in": Wire("second", "made"),
            "as is": Wire(OUTSIDE, "rechts"),
        },
    )
    tables = {
        "left/in": {"x": np.array([1.0, np.nan]), "größe": np.array([1.0, 2.0])},
        "rechts": {"x": np.array([3.0, 4.0]), "größe": np.array([-0.0, np.inf])},
    }
    opened = OnnxProgram(to_onnx(program))
    same(opened.run(tables), program.run(tables))
    for left, right in ((1, 900), (900, 1), (900, 0)):
        sizes = {"left/in": left, "rechts": right}
        tables = {
            port: {name: np.arange(1.0, size + 1) for name in schema.names}
            for port, size in sizes.items()
        }
        for threads in (1, 2):
            same(opened.run(tables, threads), program.run(tables))


def test_columns_that_nothing_changes_stay_outside(ctx: Context) -> None:
    program = scoring(trained("linear_regression", "y", ctx, ("x",)), table())
    graph = onnx.load_from_string(to_onnx(program)).graph
    assert [item.name for item in graph.input] == ["in/rows/x"]
    columns = of_table(table())
    found = OnnxProgram(to_onnx(program)).run({"rows": columns})["reply"]
    assert found["word"] is columns["word"]


def test_a_file_is_a_valid_model_of_the_versions_it_names(ctx: Context) -> None:
    program = scoring(trained("multiclass_boosted_decision_tree", "third", ctx), table())
    model = onnx.load_from_string(to_onnx(program))
    onnx.checker.check_model(model, full_check=True)
    assert {item.domain: item.version for item in model.opset_import} == {"": 21, "ai.onnx.ml": 5}
    names = [output for node in model.graph.node for output in node.output]
    assert len(names) == len(set(names))


def test_the_same_program_gives_the_same_bytes(ctx: Context) -> None:
    files = set()
    for _ in range(3):
        model = trained("two_class_decision_forest", "answer", ctx)
        files.add(to_onnx(both_steps(normalization(ctx, "z"), model, table())))
    assert len(files) == 1


def test_a_module_and_a_table_of_the_package_are_refused_by_name(ctx: Context) -> None:
    program = scoring(trained("linear_regression", "y", ctx, ("x",)), table())
    cls = open_registry().get("execute_python_script")
    assert cls is not None
    script = ModuleStep(
        "m", "My Script", {}, {"a": table().schema, "b": table().schema}, module=configured(cls)
    )
    frozen = TableStep("t", "Prices", {}, {"data": table().schema}, file="t", load=dict)
    for step in (script, frozen):
        with pytest.raises(NotConvertible) as refused:
            to_onnx(replace(program, steps=(step, *program.steps)))
        assert f"“{step.title}”" in refused.value.message


def test_a_path_that_computes_nothing_is_refused() -> None:
    program = transforming(DropColumns((), ("x",)), table())
    assert "x" not in program.run({"rows": of_table(table())})["reply"]
    with pytest.raises(NotConvertible, match="nothing is computed"):
        to_onnx(program)


def test_what_a_model_may_not_score_is_declined_row_by_row(ctx: Context) -> None:
    import onnxruntime

    model = trained(
        "two_class_logistic_regression", "answer", ctx, ("x", "word"), allow_unknown_levels=False
    )
    data = to_onnx(scoring(model, table()))
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    feed = {
        "in/rows/x": np.array([1.0, np.inf, np.nan, 1.0, np.nan, -np.inf]),
        "in/rows/word": np.array(["red", "red", "red", "blue", "blue", ""], object),
    }
    (mask,) = session.run(["refused/s"], feed)
    assert mask.tolist() == [False, True, False, True, False, True]
