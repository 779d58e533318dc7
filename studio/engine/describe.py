"""The columns at every port before anything ran, and the problems only module code can find."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.engine.faults import problem_of
from studio.engine.fingerprint import digest
from studio.sdk.context import Context
from studio.sdk.errors import Cancelled, Problem
from studio.sdk.module import Module, check, outlined, promised, read_params
from studio.sdk.outline import Outline
from studio.sdk.schema import TableSchema

if TYPE_CHECKING:
    from studio.engine.worker import Worker

Schemas = dict[str, TableSchema | None]
REMEMBERED = 2000
LOOK_SECONDS = 2.0
"""A module that has not found its columns in a file by then says nothing."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a module says before a run; ``is_final`` where it can never say more."""

    schemas: Schemas
    outlines: Mapping[str, Outline]
    problems: list[Problem]
    is_final: bool = True


class _Answers:
    """What modules said, by what they were asked; kept while the process lives."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Said] = OrderedDict()

    def of(self, key: str, module: Module, given: Mapping[str, Any], ctx: Context) -> Said:
        """Return what a module says of its outputs with these inputs."""
        if key not in self._known:
            said = _ask(module, given, ctx)
            if not said.is_final:
                return said
            self._known[key] = said
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return self._known[key]


_answers = _Answers()


def run(worker: Worker, job: Mapping[str, Any]) -> dict[str, Any]:
    """Return schemas and problems of the nodes of a job, which come with sources first."""
    schemas: dict[str, Schemas] = {}
    outlines: dict[str, Mapping[str, Outline]] = {}
    problems: dict[str, list[dict[str, Any]]] = {}
    guessed = []
    worker.limit(dict(job))
    for item in job["nodes"]:
        cls = worker.registry.get(item["module"])
        module = None if cls is None else read_params(cls, item["params"])[0]
        if module is None:
            schemas[item["node"]] = {}
            continue
        given: dict[str, Any] = {
            port: _given(wires, schemas, port in item["many"])
            for port, wires in item["inputs"].items()
        }
        tables = {port.name for port in module.inputs() if port.kind == "Table"}
        given = {port: schema for port, schema in given.items() if port in tables}
        for port, wires in item["inputs"].items():
            for node, name in wires[:1]:
                if name in outlines.get(node, {}):
                    given[port] = outlines[node][name]
        key = digest([item["module"], item["params"], item["mark"], _plain(given)])
        said = _answers.of(key, module, given, _context(worker, job["base"]))
        outlines[item["node"]] = said.outlines
        # What is stored is certain; what a module read off the beginning of a file is not.
        promise = dict.fromkeys(said.schemas) if item["stored"] else said.schemas
        schemas[item["node"]], filled = _filled(promise, item["last"])
        if filled and not item["stored"]:
            guessed.append(item["node"])
        if said.problems:
            problems[item["node"]] = [problem.to_dict() for problem in said.problems]
    return {
        "outcome": "described",
        "schemas": _plain(schemas),
        "problems": problems,
        "guessed": guessed,
    }


def _context(worker: Worker, base: str) -> Context:
    """Return what a module is given that looks at a file to know its columns, in bounded time."""
    until = time.monotonic() + LOOK_SECONDS
    return Context(
        scratch=worker.scratch,
        base=Path(base),
        asked_to_stop=lambda: time.monotonic() > until,
        resolve=worker.registry.get,
    )


def _ask(module: Module, given: Mapping[str, Any], ctx: Context) -> Said:
    """Return what a module promises and finds; an exception of its is a problem of the node."""
    problems: list[Problem] = []
    schemas: Schemas = {port.name: None for port in module.outputs() if port.kind == "Table"}
    outlines: Mapping[str, Outline] = {}
    try:
        outlines = outlined(module, given)
        schemas = promised(module, given, ctx)
    except Cancelled:
        return Said(schemas, outlines, problems, is_final=False)
    except Exception as error:
        problems.append(problem_of(error, module.meta.title, 0)[0])
    try:
        problems.extend(check(module, given))
    except Exception as error:
        problems.append(problem_of(error, module.meta.title, 0)[0])
    return Said(schemas, outlines, list(dict.fromkeys(problems)))


def _given(
    wires: list[tuple[str, str]], schemas: Mapping[str, Schemas], many: bool
) -> TableSchema | tuple[TableSchema | None, ...] | None:
    found = tuple(schemas.get(node, {}).get(port) for node, port in wires)
    return found if many else found[0]


def _filled(known: Schemas, last: Mapping[str, Any]) -> tuple[Schemas, bool]:
    """Return the schemas with those of the last result where the module says nothing."""
    filled = {
        port: TableSchema.from_dict(last[port]) if schema is None and port in last else schema
        for port, schema in known.items()
    }
    return filled, filled != known


def _plain(value: Any) -> Any:
    if isinstance(value, TableSchema | Outline):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
