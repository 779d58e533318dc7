"""The conversion of a program into one graph, and what the gate said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.export.files.facts import Trial
from studio.scoring.program import Program
from studio.scoring.proof import Proof


@dataclass(frozen=True, eq=False)
class Conversion:
    """What answers besides the program.

    Attributes:
        graph: The whole path as one ONNX model; None where a step or the gate forbids it.
        refusal: Why there is none.
        gate: What the gate tried and found, as JSON-able data.
    """

    graph: bytes | None = None
    refusal: str = ""
    gate: Mapping[str, Any] = field(default_factory=dict)

    @property
    def paths(self) -> tuple[str, ...]:
        """What can answer, the quickest first."""
        return ("program",) if self.graph is None else ("onnx", "program")

    @property
    def trials(self) -> tuple[Trial, ...]:
        """What the gate tried on a graph that passed, as the model card lists it."""
        if self.graph is None:
            return ()
        counts: Mapping[str, int] = self.gate.get("counts", {})
        largest = float(self.gate.get("largest_difference", 0.0))
        return tuple(Trial("onnx", name, rows, 0, largest) for name, rows in counts.items())

    def to_dict(self) -> dict[str, Any]:
        """Return what the manifest says of the conversion."""
        return {"refusal": self.refusal, "gate": dict(self.gate)}


def convert(program: Program, proof: Proof) -> Conversion:
    """Return the program's graph where it has one that answers every trial as the program does."""
    from studio.export.onnx.errors import NotConvertible
    from studio.export.onnx.gate import gate
    from studio.export.onnx.program import to_onnx
    from studio.scoring.onnx_session import OnnxProgram

    try:
        graph = to_onnx(program)
    except NotConvertible as error:
        return Conversion(refusal=error.message)
    result = gate(program, OnnxProgram(graph), proof.rows)
    if not result.passed:
        return Conversion(refusal=result.reason, gate=result.to_dict())
    return Conversion(graph, gate=result.to_dict())
