"""Experiments for the tests of the engine, drawn in a few words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.document.experiment import Experiment
from studio.document.items import ExperimentParameter, Link, Node
from studio.engine import messages as say
from studio.engine.engine import Engine

STUBS = Path(__file__).parent / "stubs"


class Drawing:
    """An experiment that grows node by node; ``inputs`` are "node.port" by port, or several."""

    def __init__(self, seed: int = 0, id: str = "drawing") -> None:
        self.seed = seed
        self.id = id
        self.nodes: dict[str, Node] = {}
        self.links: list[Link] = []
        self.parameters: tuple[ExperimentParameter, ...] = ()

    def add(
        self,
        node: str,
        module: str,
        inputs: dict[str, str | list[str]] | None = None,
        **params: Any,
    ) -> Drawing:
        self.nodes[node] = Node(node, module, params=params)
        for port, wires in (inputs or {}).items():
            for order, wire in enumerate([wires] if isinstance(wires, str) else wires):
                source, name = wire.split(".")
                self.links.append(Link(source, name, node, port, order))
        return self

    def change(self, node: str, **fields: Any) -> Drawing:
        old = self.nodes[node]
        kept = {n: getattr(old, n) for n in ("module", "params", "ranges", "bindings", "disabled")}
        self.nodes[node] = Node(node, **{**kept, **fields})
        return self

    @property
    def experiment(self) -> Experiment:
        return Experiment(
            id=self.id,
            name="Drawing",
            seed=self.seed,
            nodes=self.nodes,
            links=tuple(self.links),
            parameters=self.parameters,
        )


@dataclass
class Told:
    """What a run said, asked by name."""

    events: list[say.RunEvent]
    engine: Engine
    keys: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for event in self.of(say.NodeFinished, say.NodeReused):
            self.keys[event.node] = event.key

    def of(self, *kinds: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kinds)]

    def nodes(self, *kinds: type[Any]) -> set[str]:
        return {event.node for event in self.of(*kinds)}

    @property
    def ran(self) -> set[str]:
        return self.nodes(say.NodeFinished)

    @property
    def reused(self) -> set[str]:
        return self.nodes(say.NodeReused)

    @property
    def skipped(self) -> dict[str, str]:
        return {event.node: event.because for event in self.of(say.NodeSkipped)}

    @property
    def problems(self) -> dict[str, str]:
        return {event.node: event.problem.code for event in self.of(say.NodeFailed)}

    @property
    def outcome(self) -> str:
        return self.of(say.RunFinished)[-1].outcome

    def why(self, node: str) -> tuple[str, ...]:
        return next(event.why for event in self.of(say.NodeStarted) if event.node == node)

    def value(self, node: str, port: str = "numbers") -> Any:
        return self.engine.result(self.keys[node], port)

    def numbers(self, node: str, port: str = "numbers") -> list[int]:
        return self.value(node, port).to_arrow().column("n").to_pylist()


def run(
    engine: Engine,
    drawing: Drawing,
    base: Path | str = "/",
    targets: Iterable[str] = (),
    fresh: Iterable[str] = (),
) -> Told:
    return Told(list(engine.run(drawing.experiment, base, targets, fresh)), engine)


def pid_in(event: say.NodeLogged) -> int:
    return int(event.text.removeprefix("pid "))
