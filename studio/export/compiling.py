"""A predictive experiment that ran, compiled into the program that answers its requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from studio.document.experiment import Experiment
from studio.engine.fingerprint import effective_seed
from studio.engine.plan import Step as Planned
from studio.engine.plan import make_plan
from studio.registry.discovery import Registry
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
from studio.sdk.arrays import of_table
from studio.sdk.errors import StudioError
from studio.sdk.module import Module
from studio.sdk.rowwise import Scoring, row_program
from studio.sdk.schema import TableSchema

if TYPE_CHECKING:
    from studio.sdk.data import Value
    from studio.sdk.table import Table


class NoServicePorts(StudioError):
    """An experiment has no place where requests come in, or none where replies go out."""

    code = "no_service_ports"
    sentence = "The experiment has no {what}."
    hint = "Set one on a link, or make the predictive experiment with “Set up web service”."


class NameTwice(StudioError):
    """Two inputs or two outputs of a web service have one name."""

    code = "service_name_twice"
    sentence = "Two of the web service's {what} are called “{name}”."
    hint = "Give one of them another name."


class NotServable(StudioError):
    """A node on the request path cannot answer a row by itself."""

    code = "not_servable"
    sentence = "“{title}” cannot be part of a web service: {reason}."
    hint = "{advice}"


class Results(Protocol):
    """What a run of the experiment left."""

    def schema(self, node: str, port: str) -> TableSchema:
        """Return the columns at a Table output."""

    def value(self, node: str, port: str) -> Value:
        """Return the value at an output."""


@dataclass(frozen=True, eq=False)
class FrozenTable:
    """A side table that goes into the package."""

    file: str
    title: str
    table: Table


@dataclass(frozen=True, eq=False)
class Compiled:
    """A program, and what it takes besides its own files.

    Attributes:
        tables: The frozen side tables.
        modules: The configured modules of the path by node, in the order of the steps.
        places: The node's output at which each web service input stands, by its name.
        ends: The same of the web service outputs.
    """

    program: Program
    tables: tuple[FrozenTable, ...]
    modules: Mapping[str, Module]
    places: Mapping[str, Wire]
    ends: Mapping[str, Wire]


def compile_program(experiment: Experiment, registry: Registry, results: Results) -> Compiled:
    """Return the program of an experiment with web service inputs and outputs.

    Raises NoServicePorts, NameTwice and NotServable.
    """
    return _Compiler(experiment, registry, results).compile()


@dataclass
class _Compiler:
    experiment: Experiment
    registry: Registry
    results: Results
    steps: list[Step] = field(default_factory=list)
    wires: dict[Wire, Wire] = field(default_factory=dict)
    tables: list[FrozenTable] = field(default_factory=list)
    used: set[Wire] = field(default_factory=set)

    def compile(self) -> Compiled:
        plan = make_plan(self.experiment, self.registry)
        starts = self._ports(plan, "input")
        ends = self._ports(plan, "output")
        path = self._path(plan, starts.values(), ends.values())
        self.used = {
            Wire(*wire)
            for node in path
            for wires in (plan[node].inputs or {}).values()
            for wire in wires
        }
        places: dict[str, Wire] = {}
        outputs: dict[str, Wire] = {}
        names = {node: name for name, node in (*starts.items(), *ends.items())}
        for node in path:
            planned, module = plan[node], _configured(plan[node])
            if module.meta.service == "input":
                places[names[node]] = self._begin(planned, names[node])
            elif module.meta.service == "output":
                outputs[names[node]] = self._pass(planned)
            else:
                self.steps.append(self._step(planned, module, frozenset(path)))
        schemas = {name: self.results.schema(*place) for name, place in places.items()}
        program = Program(
            {name: schemas[name].without_origin() for name in starts},
            tuple(self.steps),
            {name: outputs[name] for name in ends},
        )
        lasts = {name: self._end(plan[node]) for name, node in ends.items()}
        modules = {step.node: _configured(plan[step.node]) for step in self.steps if step.inputs}
        return Compiled(program, tuple(self.tables), modules, places, lasts)

    def _ports(self, plan: Mapping[str, Planned], service: str) -> dict[str, str]:
        """Return the nodes of the web service's inputs or outputs, by the names they give."""
        what = f"Web Service {service.capitalize()}"
        found: dict[str, str] = {}
        for node, planned in plan.items():
            if planned.cls is None or planned.cls.meta.service != service or planned.disabled:
                continue
            name = str((planned.params or {}).get("name") or getattr(planned.module, "name", ""))
            if name in found:
                raise NameTwice(what=f"{service}s", name=name)
            found[name] = node
        if not found:
            raise NoServicePorts(what=what)
        return dict(sorted(found.items()))

    def _path(
        self, plan: Mapping[str, Planned], starts: Iterable[str], ends: Iterable[str]
    ) -> list[str]:
        """Return the nodes that a request passes, each after what it needs.

        What stands above an input is cut, also where it is reached from there.
        """
        needed: set[str] = set()
        waiting = list(ends)
        while waiting:
            node = waiting.pop()
            if node in needed:
                continue
            needed.add(node)
            if node not in set(starts):
                waiting.extend(plan[node].sources)
        served = set(starts) & needed
        passed: list[str] = []
        for node in plan:
            if node in needed and (node in served or set(plan[node].sources) & set(passed)):
                passed.append(node)
        lost = [node for node in ends if node not in passed]
        if lost:
            raise NotServable(
                title=plan[lost[0]].title,
                reason="no Web Service Input leads to it",
                advice="Set a Web Service Input on a link above it.",
            )
        return passed

    def _begin(self, planned: Planned, name: str) -> Wire:
        own = self._end(planned)
        self.wires[own] = Wire(OUTSIDE, name)
        return own

    def _end(self, planned: Planned) -> Wire:
        (port,) = planned.cls.outputs() if planned.cls is not None else ()
        return Wire(planned.node, port.name)

    def _pass(self, planned: Planned) -> Wire:
        """Return where an output takes its table from; what follows it takes that, too."""
        source = self.wires[Wire(*_only(planned))]
        for port in planned.cls.outputs() if planned.cls is not None else ():
            self.wires[Wire(planned.node, port.name)] = source
        return source

    def _step(self, planned: Planned, module: Module, path: frozenset[str]) -> Step:
        tables = {port.name for port in module.inputs() if port.kind == "Table"}
        inputs: dict[str, Wire] = {}
        values: dict[str, Any] = {}
        for port, wires in (planned.inputs or {}).items():
            if port in tables:
                inputs[port] = self._table(planned, wires)
            else:
                values[port] = self._value(planned, module, port, wires, path)
        after = {
            port.name: self.results.schema(planned.node, port.name).without_origin()
            for port in module.outputs()
            if port.kind == "Table" and Wire(planned.node, port.name) in self.used
        }
        self.wires |= {Wire(planned.node, port): Wire(planned.node, port) for port in after}
        place = (planned.node, planned.title, inputs, after)
        bindings = dict(self.experiment.node(planned.node).bindings)
        seed = self._seed(module)
        general = ModuleStep(*place, module=module, bindings=bindings, seed=seed, values=values)
        given = {**values, **{port: self._schema(wire) for port, wire in inputs.items()}}
        return self._made(place, module, given, general)

    def _made(
        self, place: Any, module: Module, given: Mapping[str, Any], general: ModuleStep
    ) -> Step:
        bound = general if general.bindings else None
        found = row_program(module, given)
        if isinstance(found, Scoring):
            return ScoreStep(*place, general=bound, model=found.model)
        if found is not None:
            return TransformStep(*place, general=bound, transform=found)
        effect = module.effect()
        if effect.rows not in ("same", "new") or effect.reads in ("all", "order"):
            raise NotServable(
                title=place[1],
                reason="it chooses or makes rows"
                if effect.rows not in ("same", "new")
                else "what it makes of a row depends on the other rows",
                advice="Take it out of the predictive experiment, or use a fitted transformation.",
            )
        return ModuleStep(
            *place, general=bound, module=module, seed=general.seed, values=general.values
        )

    def _table(self, planned: Planned, wires: tuple[tuple[str, str], ...]) -> Wire:
        if len(wires) > 1:
            raise NotServable(
                title=planned.title,
                reason="one of its inputs takes several tables",
                advice="Bring the tables together in another way.",
            )
        wire = Wire(*wires[0])
        if wire not in self.wires:
            self._freeze(wire)
        return self.wires[wire]

    def _freeze(self, wire: Wire) -> None:
        from studio.sdk.table import Table

        table = self.results.value(*wire)
        if not isinstance(table, Table):
            raise TypeError(f"{wire} is no table")
        file = f"tables/{len(self.tables) + 1}.arrow"
        title = self.experiment.node(wire.node).shown_title
        table = table.select_visible()
        self.tables.append(FrozenTable(file, title, table))
        schemas = {wire.port: table.schema}
        step = TableStep(wire.node, title, {}, schemas, file=file, load=partial(of_table, table))
        self.steps.append(step)
        self.wires[wire] = wire

    def _value(
        self,
        planned: Planned,
        module: Module,
        port: str,
        wires: tuple[tuple[str, str], ...],
        path: frozenset[str],
    ) -> Any:
        if any(node in path for node, _ in wires):
            raise NotServable(
                title=planned.title,
                reason=f"what comes in at “{module.port(port).label}” is made from the request",
                advice="Use a saved model or transformation instead.",
            )
        values = tuple(self.results.value(*wire) for wire in wires)
        return values if module.port(port).many else values[0]

    def _schema(self, wire: Wire) -> TableSchema:
        if wire.node == OUTSIDE:
            own = next(own for own, where in self.wires.items() if where == wire)
            return self.results.schema(*own).without_origin()
        return self.results.schema(*wire).without_origin()

    def _seed(self, module: Module) -> int:
        if not module.meta.seeded:
            return 0
        return effective_seed(self.experiment.seed, module.meta.id, module.visible().get("seed"))


def _configured(planned: Planned) -> Module:
    if planned.module is None or planned.problem is not None:
        reason = planned.problem.sentence if planned.problem else "it is not set"
        raise NotServable(title=planned.title, reason=reason.rstrip("."), advice="")
    return planned.module


def _only(planned: Planned) -> tuple[str, str]:
    wires = [wire for wires in (planned.inputs or {}).values() for wire in wires]
    if not wires:
        raise NotServable(
            title=planned.title, reason="nothing is linked to it", advice="Set it on a link."
        )
    return wires[0]
