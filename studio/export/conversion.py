"""The conversion of a program into one graph, and what the gate said of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from studio.export.files.facts import Trial
from studio.scoring.program import OUTSIDE, Program, ScoreStep, Wire
from studio.scoring.proof import Proof

if TYPE_CHECKING:
    from studio.sdk.arrays import Columns

ROWS = "rows"
"""The input of a program that is a model alone."""


@dataclass(frozen=True, eq=False)
class Conversion:
    """What answers besides the program.

    Attributes:
        graph: The whole path as one ONNX model; None where a step or the gate forbids it.
        models: Graphs that answer for models alone, by the node of their step.
        refusal: Why there is no graph of the whole path.
        gate: What the gate tried and found, as JSON-able data.
    """

    graph: bytes | None = None
    models: Mapping[str, bytes] = field(default_factory=dict)
    refusal: str = ""
    gate: Mapping[str, Any] = field(default_factory=dict)

    @property
    def paths(self) -> tuple[str, ...]:
        """What can answer, the quickest first."""
        if self.graph is not None:
            return "onnx", "program"
        return ("mixed", "program") if self.models else ("program",)

    @property
    def trials(self) -> tuple[Trial, ...]:
        """What the gate tried on a graph that passed, as the model card lists it."""
        if self.paths[0] == "program":
            return ()
        counts: Mapping[str, int] = self.gate.get("counts", {})
        largest = float(self.gate.get("largest_difference", 0.0))
        return tuple(Trial(self.paths[0], name, rows, 0, largest) for name, rows in counts.items())

    def to_dict(self) -> dict[str, Any]:
        """Return what the manifest says of the conversion."""
        return {"refusal": self.refusal, "gate": dict(self.gate)}


def convert(program: Program, proof: Proof) -> Conversion:
    """Return the graphs that answer every trial as a program does.

    One for the whole path where there is such a one; else one for each model that has one.
    """
    from studio.export.onnx.errors import NotConvertible
    from studio.export.onnx.gate import gate
    from studio.export.onnx.program import to_onnx
    from studio.scoring.onnx_session import GraphUnreadable, OnnxProgram

    try:
        graph = to_onnx(program)
        result = gate(program, OnnxProgram(graph), proof.rows)
    except (NotConvertible, GraphUnreadable) as error:
        return _for_models(program, proof, error.message)
    if not result.passed:
        return _for_models(program, proof, result.reason)
    return Conversion(graph, gate=result.to_dict())


def _for_models(program: Program, proof: Proof, refusal: str) -> Conversion:
    """Return graphs for models alone, where there is none for the whole path."""
    from studio.export.onnx.errors import NotConvertible
    from studio.export.onnx.gate import gate
    from studio.export.onnx.program import model_to_onnx
    from studio.scoring.onnx_model import ModelGraph, with_graphs
    from studio.scoring.onnx_session import GraphUnreadable

    made: dict[str, bytes] = {}
    results = []
    for step, rows in _scoring(program, proof):
        alone = _alone(program, step)
        try:
            made[step.node] = model_to_onnx(step.model, step.title)
            candidate = with_graphs(alone, {step.node: ModelGraph(made[step.node])})
        except (NotConvertible, GraphUnreadable) as error:
            return Conversion(refusal=f"{refusal} {error.message}")
        result = gate(alone, candidate, {ROWS: rows})
        results.append(result.to_dict())
        if not result.passed:
            return Conversion(refusal=f"{refusal} {result.reason}", gate=results[-1])
    if not results:
        return Conversion(refusal=refusal)
    return Conversion(models=made, refusal=refusal, gate=results[-1])


def _scoring(program: Program, proof: Proof) -> Iterator[tuple[ScoreStep, Columns]]:
    """Yield each step that scores, and the proof's rows as they come to it."""
    frames = dict(program.trace(proof.rows))
    for step in program.steps:
        if isinstance(step, ScoreStep):
            (wire,) = step.inputs.values()
            yield step, frames[wire].columns


def _alone(program: Program, step: ScoreStep) -> Program:
    """Return a program of one step: what comes before it is the same with and without a graph."""
    ((port, wire),) = step.inputs.items()
    (made,) = step.after
    begun = replace(step, inputs={port: Wire(OUTSIDE, ROWS)})
    schema = program.schema(wire)
    return Program({ROWS: schema}, (begun,), {"scores": Wire(step.node, made)})
