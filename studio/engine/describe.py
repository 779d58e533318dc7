"""The columns at every port before anything ran, and the problems only module code can find."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from studio.engine.faults import problem_of
from studio.engine.fingerprint import digest
from studio.sdk.errors import Problem
from studio.sdk.module import Module, check, promised, read_params
from studio.sdk.schema import TableSchema

if TYPE_CHECKING:
    from studio.engine.worker import Worker

Schemas = dict[str, TableSchema | None]
REMEMBERED = 2000


class _Answers:
    """What modules said, by what they were asked; kept while the process lives."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Schemas, list[Problem]]] = OrderedDict()

    def of(
        self, key: str, module: Module, given: Mapping[str, Any]
    ) -> tuple[Schemas, list[Problem]]:
        """Return the promised schemas and the problems of a module with these inputs."""
        if key not in self._known:
            self._known[key] = _ask(module, given)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return self._known[key]


_answers = _Answers()


def run(worker: Worker, job: Mapping[str, Any]) -> dict[str, Any]:
    """Return schemas and problems of the nodes of a job, which come with sources first."""
    schemas: dict[str, Schemas] = {}
    problems: dict[str, list[dict[str, Any]]] = {}
    guessed = []
    worker.limit(dict(job))
    for item in job["nodes"]:
        cls = worker.registry.get(item["module"])
        module = None if cls is None else read_params(cls, item["params"])[0]
        if module is None:
            schemas[item["node"]] = {}
            continue
        given = {
            port: _given(wires, schemas, port in item["many"])
            for port, wires in item["inputs"].items()
        }
        tables = {port.name for port in module.inputs() if port.kind == "Table"}
        given = {port: schema for port, schema in given.items() if port in tables}
        key = digest([item["module"], item["params"], item["mark"], _plain(given)])
        known, found = _answers.of(key, module, given)
        schemas[item["node"]], filled = _filled(known, item["last"])
        if filled and not item["stored"]:
            guessed.append(item["node"])
        if found:
            problems[item["node"]] = [problem.to_dict() for problem in found]
    return {
        "outcome": "described",
        "schemas": _plain(schemas),
        "problems": problems,
        "guessed": guessed,
    }


def _ask(module: Module, given: Mapping[str, Any]) -> tuple[Schemas, list[Problem]]:
    """Return what a module promises and finds; an exception of its is a problem of the node."""
    problems: list[Problem] = []
    schemas: Schemas = {port.name: None for port in module.outputs() if port.kind == "Table"}
    try:
        schemas = promised(module, given)
    except Exception as error:
        problems.append(problem_of(error, module.meta.title, 0)[0])
    try:
        problems.extend(check(module, given))
    except Exception as error:
        problems.append(problem_of(error, module.meta.title, 0)[0])
    return schemas, list(dict.fromkeys(problems))


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
    if isinstance(value, TableSchema):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
