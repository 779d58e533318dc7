"""An experiment as the conversion reads it: configured modules, wires, and what a run left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from studio.document import graph
from studio.document.experiment import Experiment
from studio.engine.plan import Step, Wire, make_plan
from studio.export.predictive.errors import NotRun
from studio.registry.discovery import Registry
from studio.sdk.module import Effect, Module, Port, PortKind
from studio.sdk.schema import TableSchema


@dataclass(frozen=True)
class Facts:
    """What a run left of an experiment; nothing of it is opened.

    Attributes:
        outputs: By node and port what :func:`studio.sdk.keep.describe` says of each value; nodes
            without a result are absent.
        sizes: The bytes of values, by node and port.
    """

    outputs: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    sizes: Mapping[Wire, int] = field(default_factory=dict)

    def about(self, wire: Wire) -> Mapping[str, Any]:
        """Return what is known of a value; empty where there is none."""
        return self.outputs.get(wire[0], {}).get(wire[1], {})

    def schema(self, wire: Wire) -> TableSchema:
        """Return the columns of a table, without the hidden one; none where it is not known."""
        return TableSchema.from_dict(self.about(wire).get("schema", ())).without_origin()

    def chooses_rows(self, wire: Wire) -> bool:
        """Whether a transform can leave rows out."""
        return bool(self.about(wire).get("chooses_rows"))


@dataclass(frozen=True)
class Flow:
    """The nodes of an experiment as they run: disabled ones bypassed, sources first."""

    experiment: Experiment
    registry: Registry
    steps: Mapping[str, Step]

    @classmethod
    def of(cls, experiment: Experiment, registry: Registry) -> Flow:
        """Read an experiment."""
        return cls(experiment, registry, make_plan(experiment, registry))

    def title(self, node: str) -> str:
        """Return what a person calls a node."""
        return self.steps[node].title

    def module(self, node: str) -> type[Module] | None:
        """Return the class of a node's module; None where it is not installed."""
        return self.steps[node].cls

    def marks(self, node: str, service: Literal["input", "output"]) -> bool:
        """Whether a node marks an input or output of a web service."""
        cls = self.module(node)
        return cls is not None and cls.meta.service == service and not self.steps[node].disabled

    def ports(self, node: str, kind: PortKind) -> tuple[Port, ...]:
        """Return the outputs of a kind that a node has."""
        cls = self.module(node)
        return () if cls is None else tuple(p for p in cls.outputs() if p.kind == kind)

    def effect(self, node: str) -> Effect:
        """Return what a node does to its rows; of one that is not set, that nothing is known."""
        module = self.steps[node].module
        return Effect("new", "unknown") if module is None else module.effect()

    def wires(self, node: str, *kinds: PortKind) -> Iterator[tuple[Port, int, Wire]]:
        """Yield what is wired into a node's inputs of some kinds: port, place in it, and wire."""
        cls, inputs = self.module(node), self.steps[node].inputs or {}
        for port in () if cls is None else cls.inputs():
            if port.kind in kinds or not kinds:
                for place, wire in enumerate(inputs.get(port.name, ())):
                    yield port, place, wire

    def data(self, node: str) -> tuple[str, Wire] | None:
        """Return the data path into a node: its first wired Table input; None for a source."""
        return next(((port.name, wire) for port, _, wire in self.wires(node, "Table")), None)

    def value(self, node: str, kind: PortKind) -> Wire | None:
        """Return the first wire of a kind into a node."""
        return next((wire for _, _, wire in self.wires(node, kind)), None)

    def ancestors(self, *nodes: str) -> frozenset[str]:
        """Return what some nodes need, and the nodes themselves."""
        return graph.reached(nodes, lambda node: self.steps[node].sources)

    def served(self) -> frozenset[str]:
        """Return the nodes that a request passes, from the web service's inputs to its outputs.

        What stands above an input is not among them, unless a request reaches it from another one.
        """
        starts = {node for node in self.steps if self.marks(node, "input")}
        ends = {node for node in self.steps if self.marks(node, "output")}
        sources = {
            node: () if node in starts else step.sources for node, step in self.steps.items()
        }
        above = graph.reached(ends, sources.__getitem__)
        targets: dict[str, list[str]] = {node: [] for node in self.steps}
        for node, feeding in sources.items():
            for source in feeding:
                targets[source].append(node)
        return graph.reached(starts & above, targets.__getitem__) & above

    def require_results(self, facts: Facts, nodes: Iterable[str]) -> None:
        """Raise NotRun where one of the nodes has no result."""
        wanted = set(nodes)
        missing = [n for n in self.steps if n in wanted and n not in facts.outputs]
        if missing:
            raise NotRun(titles=[f"“{self.title(node)}”" for node in missing])
