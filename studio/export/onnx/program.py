"""A program, or a model of it, as an ONNX file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from studio.export.onnx.answers import answers, scores
from studio.export.onnx.errors import NotConvertible
from studio.export.onnx.graph import Graph, Kind, Tensor
from studio.export.onnx.ops import OnnxOps
from studio.scoring.onnx_model import MATRIX
from studio.scoring.onnx_session import FORMAT
from studio.scoring.program import (
    OUTSIDE,
    ModuleStep,
    Program,
    ScoreStep,
    Step,
    TableStep,
    TransformStep,
    Wire,
)

if TYPE_CHECKING:
    from studio.sdk.model import Model
    from studio.sdk.schema import Column

Tensors = dict[str, Tensor]
"""The columns of a table by name."""


def to_onnx(program: Program) -> bytes:
    """Return a program as one graph, from the raw columns to those of each output.

    Columns that come out as they went in are no part of the graph; the description in its metadata
    says where they come from. Besides the outputs' columns it gives, for each model, the mask of
    the rows that the numpy program must look at. The same program gives the same bytes. Raises
    NotConvertible, which names the step.
    """
    graph = Graph()
    refusals: list[str] = []
    frames: dict[Wire, Tensors] = {
        Wire(OUTSIDE, port): {column.name: _input(graph, port, column) for column in schema}
        for port, schema in program.inputs.items()
    }
    for step in program.steps:
        made = _stepped(graph, step, frames, refusals)
        (port,) = step.after
        frames[Wire(step.node, port)] = made
    outputs = [
        {"name": name, "columns": _given(graph, program, name, frames[wire])}
        for name, wire in program.outputs.items()
    ]
    if not graph.needed():
        raise NotConvertible(title=", ".join(program.outputs), reason="nothing is computed for it")
    return graph.to_bytes(
        {
            "format": FORMAT,
            "kind": "program",
            "cells": graph.cells,
            "inputs": _asked(graph, program),
            "outputs": outputs,
            "refusals": refusals,
        }
    )


def model_to_onnx(model: Model, title: str = "") -> bytes:
    """Return a model without its features as a graph: a matrix in, the score columns out.

    The same model gives the same bytes. Raises NotConvertible, which names the step ``title``.
    """
    graph = Graph()
    ops = OnnxOps(graph, title or model.learner.module)
    made = answers(ops, model, graph.input(MATRIX, "matrix", len(model.features.names)))
    columns = []
    for name, value in made.items():
        graph.output(f"out/{name}", value)
        columns.append({"column": name, "text": value.kind == "text", "name": f"out/{name}"})
    outline = model.outline
    return graph.to_bytes(
        {
            "format": FORMAT,
            "kind": "model",
            "cells": graph.cells,
            "columns": columns,
            "clusters": outline.clusters,
            "has_spread": outline.has_spread,
        }
    )


def _input(graph: Graph, port: str, column: Column) -> Tensor:
    kind: Kind = "text" if column.is_text else "number"
    return graph.input(f"in/{port}/{column.name}", kind, rows=f"rows of {port}")


def _stepped(
    graph: Graph, step: Step, frames: Mapping[Wire, Tensors], refusals: list[str]
) -> Tensors:
    """Return the columns after a step; adds the mask of the rows that it refuses."""
    ops = OnnxOps(graph, step.title)
    if isinstance(step, TableStep):
        ops.refuse("its table is kept in the package and has rows of its own")
    if isinstance(step, ModuleStep):
        ops.refuse("its module runs as it does in the studio")
    (columns,) = (frames[wire] for wire in step.inputs.values())
    (after,) = step.after.values()
    if isinstance(step, TransformStep):
        made = step.transform.apply(dict(columns), ops)
        return {name: made[name] for name in after.names}
    if not isinstance(step, ScoreStep):
        ops.refuse("it is a step of another kind")
    found, wrong = scores(ops, step.model, columns)
    if wrong is not None:
        refusals.append(f"refused/{step.node}")
        graph.output(refusals[-1], wrong)
    return {name: found[name] if name in found else columns[name] for name in after.names}


def _given(graph: Graph, program: Program, output: str, columns: Tensors) -> list[dict[str, Any]]:
    """Return where each column of an output is found; adds the outputs of the graph."""
    sources = {
        f"in/{port}/{column}": (port, column)
        for port, schema in program.inputs.items()
        for column in schema.names
    }
    found = []
    for column, value in columns.items():
        item: dict[str, Any] = {"column": column, "text": value.kind == "text"}
        if value.name in sources:
            item["source"] = sources[value.name]
        else:
            item["name"] = f"out/{output}/{column}"
            graph.output(item["name"], value)
        found.append(item)
    return found


def _asked(graph: Graph, program: Program) -> list[dict[str, Any]]:
    needed = graph.needed()
    return [
        {
            "port": port,
            "column": column.name,
            "name": f"in/{port}/{column.name}",
            "text": column.is_text,
        }
        for port, schema in program.inputs.items()
        for column in schema
        if f"in/{port}/{column.name}" in needed
    ]
