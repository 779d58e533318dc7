"""A program as files: JSON, with arrays, estimators and values beside it; nothing is pickled."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.scoring.program import ModuleStep, Program, ScoreStep, Step, TableStep, TransformStep
from studio.scoring.program import Wire as Wire
from studio.sdk.errors import StudioError
from studio.sdk.schema import TableSchema
from studio.sdk.state import StateReader, StateUnreadable, StateWriter

if TYPE_CHECKING:
    from studio.sdk.arrays import Columns
    from studio.sdk.model import Model
    from studio.sdk.module import Module

FILE = "program.json"
FORMAT = 1


class ProgramUnreadable(StudioError):
    """The program of a package is not what this version of the studio writes."""

    code = "program_unreadable"
    sentence = "The package's program cannot be read: {reason}."
    hint = "Make the package again from its experiment."


def write_program(program: Program, folder: Path) -> None:
    """Write a program into an existing, empty folder; equal programs give equal bytes.

    The tables of :class:`TableStep` are not written: they lie under their names in the package.
    """
    data = {
        "format": FORMAT,
        "inputs": [{"name": name, "schema": schema} for name, schema in program.inputs.items()],
        "outputs": [{"name": name, "wire": wire} for name, wire in program.outputs.items()],
        "steps": _Writer(folder).steps(program.steps),
    }
    arrays = folder / "arrays"
    arrays.mkdir()
    encoded = StateWriter(arrays).encode(data)
    text = json.dumps(encoded, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def read_program(
    folder: Path,
    package: Path,
    allowed: Container[str] | None = None,
    graphs: Mapping[str, Path] | None = None,
) -> Program:
    """Return the program of a folder; raises ProgramUnreadable, TrustNeeded and other errors.

    ``package`` is the folder in which the frozen tables lie. Nothing is imported but modules that
    are installed, and estimators are of types that the studio or their module lists. ``allowed``
    has the hashes of the scripts that may run; None for all of them. ``graphs`` are files that
    answer for models, by the node of their step; such a model's estimator is not loaded.
    """
    try:
        data = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise ProgramUnreadable(reason=f"its format is {data['format']}, {FORMAT} is known")
        decoded = StateReader(folder / "arrays").decode(data)
        reader = _Reader(folder, package, allowed, graphs or {})
        return Program(
            {item["name"]: item["schema"] for item in decoded["inputs"]},
            tuple(reader.step(item) for item in decoded["steps"]),
            {item["name"]: Wire(*item["wire"]) for item in decoded["outputs"]},
        )
    except StateUnreadable as error:
        raise ProgramUnreadable(reason=error.fields.get("reason", error.message)) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ProgramUnreadable(reason=f"{type(error).__name__}: {error}") from error


@dataclass
class _Writer:
    folder: Path
    count: int = 0

    def steps(self, steps: Iterable[Step]) -> list[dict[str, Any]]:
        return [self._step(step) for step in steps]

    def _step(self, step: Step) -> dict[str, Any]:
        general = None if step.general is None else self._step(step.general)
        common = {
            "node": step.node,
            "title": step.title,
            "inputs": {port: list(wire) for port, wire in step.inputs.items()},
            "after": [{"port": port, "schema": schema} for port, schema in step.after.items()],
            "general": general,
        }
        return common | self._own(step)

    def _own(self, step: Step) -> dict[str, Any]:
        from studio.sdk.model import keep_model

        if isinstance(step, TransformStep):
            return {"kind": "transform", "transform": step.transform}
        if isinstance(step, ScoreStep):
            place = self._place("models")
            keep_model(step.model, self.folder / place)
            return {"kind": "score", "model": place}
        if isinstance(step, TableStep):
            return {"kind": "table", "file": step.file}
        if isinstance(step, ModuleStep):
            return self._module(step)
        raise TypeError(f"a program has no step of type {type(step).__name__}")

    def _module(self, step: ModuleStep) -> dict[str, Any]:
        from studio.sdk.keep import keep

        values = {port: self._place("values") for port in step.values}
        for port, place in values.items():
            keep(step.values[port], self.folder / place)
        return {
            "kind": "module",
            "module": step.module.meta.id,
            "params": step.module.visible(),
            "bindings": dict(step.bindings),
            "seed": step.seed,
            "values": values,
        }

    def _place(self, room: str) -> str:
        self.count += 1
        place = f"{room}/{self.count}"
        (self.folder / place).mkdir(parents=True)
        return place


@dataclass(frozen=True)
class _Reader:
    folder: Path
    package: Path
    allowed: Container[str] | None
    graphs: Mapping[str, Path]

    def step(self, data: Mapping[str, Any]) -> Step:
        general = None if data["general"] is None else self.step(data["general"])
        if general is not None and not isinstance(general, ModuleStep):
            raise ValueError("a general step is no module")
        after = {item["port"]: item["schema"] for item in data["after"]}
        if not all(isinstance(schema, TableSchema) for schema in after.values()):
            raise ValueError("a step has no schema")
        inputs = {port: Wire(*wire) for port, wire in data["inputs"].items()}
        place = (data["node"], data["title"], inputs, after)
        return self._made(data, place, general)

    def _made(self, data: Mapping[str, Any], place: Any, general: ModuleStep | None) -> Step:
        kind = data["kind"]
        if kind == "transform":
            from studio.sdk.transform import Transform

            if not isinstance(data["transform"], Transform):
                raise ValueError("a step holds no transformation")
            return TransformStep(*place, general=general, transform=data["transform"])
        if kind == "score":
            model = self._model(data["node"], _inside(self.folder, data["model"]))
            return ScoreStep(*place, general=general, model=model)
        if kind == "table":
            file = _inside(self.package, data["file"])
            load = cache(partial(_table, file))
            return TableStep(*place, general=general, file=data["file"], load=load)
        if kind == "module":
            return self._module(data, place, general)
        raise ValueError(f"a step is of the unknown kind “{kind}”")

    def _module(self, data: Mapping[str, Any], place: Any, general: ModuleStep | None) -> Step:
        from studio.sdk.keep import load

        module = _configured(data["module"], data["params"])
        if module.meta.trust and self.allowed is not None:
            self._require(module, data["title"])
        return ModuleStep(
            *place,
            general=general,
            module=module,
            bindings=data["bindings"],
            seed=int(data["seed"]),
            values={port: load(_inside(self.folder, at)) for port, at in data["values"].items()},
        )

    def _model(self, node: str, folder: Path) -> Model:
        from studio.sdk.model import load_model

        if node not in self.graphs:
            return load_model(folder)
        from studio.scoring.onnx_model import ModelGraph, OnnxModel

        model = load_model(folder, estimator=False)
        return OnnxModel.of(model, ModelGraph(self.graphs[node]))

    def _require(self, module: Module, title: str) -> None:
        from studio.scoring.trust import TrustNeeded, script_hash

        if self.allowed is not None and script_hash(module) not in self.allowed:
            raise TrustNeeded(title=title, module=module.meta.title)


def _configured(module_id: str, params: Mapping[str, Any]) -> Module:
    from studio.sdk.context import ModuleUnknown
    from studio.sdk.transform import find_module
    from studio.sdk.validation import configure

    cls = find_module(module_id)
    if cls is None:
        raise ModuleUnknown(module=module_id)
    module, problems = configure(cls, params)
    if module is None:
        raise ProgramUnreadable(reason=f"“{cls.meta.title}” refuses: {problems[0].sentence}")
    return module


def _table(file: Path) -> Columns:
    """Return a frozen table's columns."""
    from studio.sdk.arrays import of_table
    from studio.sdk.keep import open_table

    return of_table(open_table(file))


def _inside(folder: Path, name: str) -> Path:
    """Return a path in a folder; raises ValueError for one that leads out of it."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"“{name}” leads out of the package")
    return path
