"""The plan of a run: which nodes, in which order, set how, reading what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from studio.document.experiment import Experiment
from studio.document.items import Node
from studio.document.problems import find_problems
from studio.registry.discovery import Registry
from studio.sdk.errors import Problem
from studio.sdk.module import Module, read_params

Wire = tuple[str, str]
"""A node and one of its output ports."""


@dataclass(frozen=True, slots=True)
class Step:
    """A node as it is to be run.

    Attributes:
        node: Its id.
        title: What a person calls it.
        cls: The module's class, or None when it is not installed.
        module: The configured module, or None when it cannot be configured.
        params: Its parameters, bound ones resolved.
        ranges: What a tuner tries.
        inputs: Port -> wires linked to it, in order, disabled nodes bypassed.
        problem: Why it cannot run as it stands.
        disabled: Whether it is left out.
    """

    node: str
    title: str
    cls: type[Module] | None = None
    module: Module | None = None
    params: Mapping[str, Any] | None = None
    ranges: Mapping[str, Any] | None = None
    inputs: Mapping[str, tuple[Wire, ...]] | None = None
    problem: Problem | None = None
    disabled: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """The nodes it reads from."""
        wires = (wire for wires in (self.inputs or {}).values() for wire in wires)
        return tuple(dict.fromkeys(node for node, _ in wires))


def make_plan(
    experiment: Experiment, registry: Registry, targets: Iterable[str] = ()
) -> dict[str, Step]:
    """Return the steps by node, sources first: all of them, or what the targets need."""
    circles = experiment.cycles()
    circular = {node for circle in circles for node in circle}
    problems = _first_problems(experiment, registry, circles)
    steps = {
        node.id: _step(experiment, registry, node, problems.get(node.id))
        for node in experiment.nodes.values()
    }
    for node in circular:
        steps[node] = replace(steps[node], inputs={}, disabled=False)
    steps = {node: _bypassing(step, steps, circular) for node, step in steps.items()}
    wanted = set(targets) & steps.keys() or set(steps)
    return _ordered(steps, wanted)


def _first_problems(
    experiment: Experiment, registry: Registry, circles: list[list[str]]
) -> dict[str, Problem]:
    """Return the first error of each node that has one; a circle is an error of all its nodes."""
    whole = {circle[0]: circle for circle in circles}
    first: dict[str, Problem] = {}
    for found in find_problems(experiment, registry):
        if found.node is None or found.problem.severity != "error":
            continue
        concerned = whole.get(found.node, []) if found.problem.code == "cycle" else [found.node]
        for node in concerned:
            if found.problem.code == "cycle":
                first[node] = found.problem
            first.setdefault(node, found.problem)
    return first


def _step(experiment: Experiment, registry: Registry, node: Node, problem: Problem | None) -> Step:
    inputs: dict[str, tuple[Wire, ...]] = {}
    for link in experiment.links_into(node.id):
        wire = (link.source, link.source_port)
        inputs[link.target_port] = (*inputs.get(link.target_port, ()), wire)
    cls = registry.get(node.module)
    params = experiment.params_of(node.id)
    is_readable = problem is None or problem.code != "module_faulty"
    return Step(
        node.id,
        node.title or (node.module if cls is None else cls.meta.title),
        cls,
        read_params(cls, params)[0] if cls is not None and is_readable else None,
        params,
        {name: list(values) for name, values in node.ranges.items()},
        inputs,
        problem,
        node.disabled,
    )


def _bypassing(step: Step, steps: Mapping[str, Step], circular: set[str]) -> Step:
    """Return the step reading, in place of disabled nodes, what those would have read."""
    inputs = {
        port: tuple(_followed(wire, steps, circular) for wire in wires)
        for port, wires in (step.inputs or {}).items()
    }
    return replace(step, inputs=inputs)


def _followed(wire: Wire, steps: Mapping[str, Step], circular: set[str]) -> Wire:
    """Return where a wire leads back to past disabled nodes with a Table in and out."""
    while wire[0] not in circular and wire[0] in steps and steps[wire[0]].disabled:
        step = steps[wire[0]]
        if step.cls is None or not _is_table(step.cls, wire[1]):
            return wire
        tables = [port.name for port in step.cls.inputs() if port.kind == "Table"]
        wires = (step.inputs or {}).get(tables[0], ()) if tables else ()
        if not wires:
            return wire
        wire = wires[0]
    return wire


def _is_table(cls: type[Module], port: str) -> bool:
    return any(item.name == port and item.kind == "Table" for item in cls.outputs())


def _ordered(steps: Mapping[str, Step], wanted: set[str]) -> dict[str, Step]:
    """Return the wanted steps and what they read, each after what it reads."""
    ordered: dict[str, Step] = {}
    for target in (node for node in steps if node in wanted):
        walk = [(target, iter(steps[target].sources))]
        while walk:
            node, rest = walk[-1]
            source = next((n for n in rest if n in steps and n not in ordered), None)
            if source is not None:
                walk.append((source, iter(steps[source].sources)))
            else:
                ordered[node] = steps[node]
                walk.pop()
    return ordered
