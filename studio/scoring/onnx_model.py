"""A model whose answers come from a graph: features as they are, and no estimator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.scoring.onnx_session import GraphSession, as_column
from studio.scoring.program import Program, ScoreStep
from studio.sdk.model import Model
from studio.sdk.outline import Outline

if TYPE_CHECKING:
    from numpy.typing import NDArray

MATRIX = "matrix"
"""The input of a graph that is a model without its features."""


class ModelGraph:
    """A model's answers on a matrix without missing values, as a graph; for several threads."""

    def __init__(self, source: bytes | Path) -> None:
        """Open a graph; raises GraphUnreadable."""
        self._session = GraphSession(source, "model")
        told = self._session.told
        self._columns = [(item["column"], item["text"]) for item in told["columns"]]
        self._names = [item["name"] for item in told["columns"]]
        self.clusters: int | None = told["clusters"]
        self.has_spread: bool = told["has_spread"]

    def predict(self, matrix: NDArray[Any], threads: int = 1) -> dict[str, NDArray[Any]]:
        """Return the score columns for the rows of a matrix, as ``Model.predict`` does."""
        found = self._session.run(self._names, {MATRIX: matrix}, threads)
        return {
            name: as_column(tensor, text)
            for (name, text), tensor in zip(self._columns, found, strict=True)
        }


@dataclass(frozen=True, eq=False)
class OnnxModel(Model):
    """A model that a graph answers for; it needs no estimator and no library that fitted one."""

    graph: ModelGraph = field(kw_only=True)

    @classmethod
    def of(cls, model: Model, graph: ModelGraph) -> OnnxModel:
        """Return a model with a graph in its estimator's place."""
        state = {item.name: getattr(model, item.name) for item in fields(Model)}
        return cls(**{**state, "estimator": None}, graph=graph)

    @property
    def outline(self) -> Outline:
        """What it answers."""
        graph = self.graph
        return Outline(self.task, self.label, self.classes, graph.has_spread, graph.clusters)

    def predict(self, matrix: NDArray[Any], threads: int = 1) -> dict[str, NDArray[Any]]:
        """Return the score columns for the rows of a matrix without missing values."""
        return self.graph.predict(matrix, threads)


def with_graphs(program: Program, graphs: Mapping[str, ModelGraph]) -> Program:
    """Return a program whose models, by the node of their step, are answered for by graphs."""
    steps = tuple(
        replace(step, model=OnnxModel.of(step.model, graphs[step.node]))
        if isinstance(step, ScoreStep) and step.node in graphs
        else step
        for step in program.steps
    )
    return replace(program, steps=steps)
