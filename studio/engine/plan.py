"""The plan of a run: which nodes, in which order, set how, reading what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from studio.document.experiment import Experiment
from studio.document.items import Node
from studio.engine.errors import (
    BindingUnknown,
    InCycle,
    InputMissing,
    InputTaken,
    KindMismatch,
    ModuleNotInstalled,
    PortUnknown,
)
from studio.registry.discovery import Registry
from studio.sdk.errors import Problem
from studio.sdk.module import Module, read_params
from studio.sdk.validation import check_ranges

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
    steps = {node.id: _step(experiment, registry, node) for node in experiment.nodes.values()}
    circular = {node for part in experiment.cycles() for node in part}
    for node in circular:
        step = steps[node]
        problem = InCycle(title=step.title).to_problem()
        steps[node] = replace(step, problem=problem, inputs={}, disabled=False)
    steps = {node: _bypassing(step, steps, circular) for node, step in steps.items()}
    wanted = set(targets) & steps.keys() or set(steps)
    return _ordered(steps, wanted)


def _step(experiment: Experiment, registry: Registry, node: Node) -> Step:
    cls = registry.get(node.module)
    inputs: dict[str, tuple[Wire, ...]] = {}
    for link in experiment.links_into(node.id):
        if link.source not in experiment.nodes:
            continue
        wire = (link.source, link.source_port)
        inputs[link.target_port] = (*inputs.get(link.target_port, ()), wire)
    if cls is None:
        problem = ModuleNotInstalled(module=node.module).to_problem()
        step = Step(node.id, node.shown_title, problem=problem, inputs=inputs)
        return replace(step, disabled=node.disabled)
    params = experiment.params_of(node.id)
    module, problems = read_params(cls, params)
    ranges = {name: list(values) for name, values in node.ranges.items()}
    problems = [
        *_binding_problems(experiment, cls, node),
        *problems,
        *check_ranges(cls, ranges),
        *_input_problems(cls, node.title or cls.meta.title, inputs),
    ]
    wrong = [problem for problem in problems if problem.severity == "error"]
    return Step(
        node.id,
        node.title or cls.meta.title,
        cls,
        module,
        params,
        ranges,
        inputs,
        wrong[0] if wrong else None,
        node.disabled,
    )


def _binding_problems(experiment: Experiment, cls: type[Module], node: Node) -> list[Problem]:
    known = {item.name for item in experiment.parameters}
    labels = {item.name: item.label for item in cls.parameters()}
    return [
        replace(BindingUnknown(label=labels.get(field, field), name=name).to_problem(), param=field)
        for field, name in node.bindings.items()
        if name not in known
    ]


def _input_problems(
    cls: type[Module], title: str, inputs: Mapping[str, tuple[Wire, ...]]
) -> list[Problem]:
    ports = {port.name: port for port in cls.inputs()}
    unknown = [PortUnknown(title=title, name=name) for name in inputs if name not in ports]
    missing = [
        replace(InputMissing(title=title, label=port.label).to_problem(), port=port.name)
        for port in ports.values()
        if not port.optional and port.name not in inputs
    ]
    taken = [
        replace(InputTaken(title=title, label=ports[name].label).to_problem(), port=name)
        for name, wires in inputs.items()
        if len(wires) > 1 and name in ports and not ports[name].many
    ]
    return [*(error.to_problem() for error in unknown), *missing, *taken]


def _bypassing(step: Step, steps: Mapping[str, Step], circular: set[str]) -> Step:
    """Return the step reading, in place of disabled nodes, what those would have read."""
    inputs = {
        port: tuple(_followed(wire, steps, circular) for wire in wires)
        for port, wires in (step.inputs or {}).items()
    }
    wrong = [_wire_problem(step, port, w, steps) for port, wires in inputs.items() for w in wires]
    problem = step.problem or next((item for item in wrong if item is not None), None)
    return replace(step, inputs=inputs, problem=problem)


def _wire_problem(step: Step, name: str, wire: Wire, steps: Mapping[str, Step]) -> Problem | None:
    """Return what is wrong with a wire: no such output, or one of another kind than the input."""
    source = steps[wire[0]]
    if source.cls is None or step.cls is None:
        return None
    outputs = {port.name: port for port in source.cls.outputs()}
    if wire[1] not in outputs:
        return PortUnknown(title=source.title, name=wire[1]).to_problem()
    port = next((port for port in step.cls.inputs() if port.name == name), None)
    found = outputs[wire[1]].kind
    if port is None or port.kind == found:
        return None
    mismatch = KindMismatch(label=port.label, title=step.title, wanted=port.kind, found=found)
    return replace(mismatch.to_problem(), port=name)


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
