"""What the files of a package say of it, gathered from the experiment and its models."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from studio import __version__
from studio.document.experiment import Experiment
from studio.export.files.facts import (
    Drawing,
    DrawnLink,
    DrawnNode,
    FrozenTable,
    PackageFacts,
    PathStep,
    Training,
)
from studio.export.files.pins import mlflow_requirements, pins
from studio.export.package import Content
from studio.registry.discovery import Registry
from studio.scoring.program import ModuleStep, ScoreStep
from studio.sdk.module import Module

if TYPE_CHECKING:
    from studio.sdk.model import Model

ALWAYS = (
    "numpy", "pydantic", "starlette", "anyio", "python-multipart", "uvicorn", "httptools", "uvloop",
    "pyarrow",
)  # fmt: skip
_MODELS = ("scikit-learn", "skops")
_MODULES = ("duckdb", "narwhals", "pandas")
_CARD = 220.0
_PORT_STEP = 32.0


def facts_of(
    content: Content, registry: Registry, identity: str, request: str, reply: str
) -> PackageFacts:
    """Return what a package's files say of it."""
    order = content.order
    return PackageFacts(
        name=order.name,
        version=order.version,
        description=order.description,
        signature=content.signature,
        sample_request=request,
        sample_reply=reply,
        identity=identity,
        python=platform.python_version(),
        studio=__version__,
        pins=pins(_needed(content)),
        mlflow=mlflow_requirements(),
        training=_training(content, order.run),
        metrics=order.metrics,
        steps=tuple(_steps(content)),
        drawing=_drawing(order.experiment, registry),
        paths=content.conversion.paths,
        refusals={"onnx": content.conversion.refusal} if content.conversion.refusal else {},
        trials=content.conversion.trials,
        tables=tuple(
            FrozenTable(item.file, item.title, item.table.rows, item.table.to_arrow().nbytes)
            for item in content.compiled.tables
        ),
        trusted=content.trust,
    )


def _needed(content: Content) -> set[str]:
    """Return the distributions that scoring needs."""
    found = {*ALWAYS, *content.code.distributions}
    if content.conversion.paths[0] != "program":
        found.add("onnxruntime")
    for step in content.program.steps:
        if isinstance(step, ScoreStep):
            found |= {*_MODELS, *step.model.libraries}
        if isinstance(step, ModuleStep) or step.general is not None:
            found |= set(_MODULES)
        module = content.compiled.modules.get(step.node)
        found |= set() if module is None else set(module.meta.libraries)
    return found


def _models(content: Content) -> Iterable[Model]:
    return (step.model for step in content.program.steps if isinstance(step, ScoreStep))


def _training(content: Content, run: Mapping[str, Any]) -> Training:
    model = next(iter(_models(content)), None)
    source = str(run.get("source", ""))
    if model is None:
        return Training(source=source, seed=int(run.get("seed", 0)))
    from studio.sdk.transform import find_module

    learner = find_module(model.learner.module)
    return Training(
        source=source,
        rows=model.settings.get("rows"),
        label=None if model.label is None else model.label.name,
        classes=tuple(str(item) for item in model.classes),
        algorithm=model.learner.module if learner is None else learner.meta.title,
        parameters=_shown(learner, model.learner.params),
        libraries=model.libraries,
        seed=int(run.get("seed", 0)),
        follows=_follows(run.get("retraining")),
    )


def _follows(decision: Mapping[str, Any] | None) -> str:
    """Return what a version that retraining made follows, from the decision to make it."""
    if decision is None:
        return ""
    old, new = decision["previous"], decision["new"]
    return (
        f"version {old['version']}: {decision['metric']} is {new['figure']:.6g} and was "
        f"{old['figure']:.6g}, on the same {decision['rows']['judged']:,} rows"
    )


def _shown(learner: type[Module] | None, params: Mapping[str, Any]) -> dict[str, str]:
    labels = {} if learner is None else {item.name: item.label for item in learner.parameters()}
    return {labels.get(name, name): _words(value) for name, value in params.items()}


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else str(value)


def _steps(content: Content) -> Iterable[PathStep]:
    for step in content.program.steps:
        module = content.compiled.modules.get(step.node)
        if module is None:
            yield PathStep(step.title, "a table of the package")
        else:
            does = module.help().partition("\n")[0]
            yield PathStep(step.title, module.meta.title, does)


def _drawing(experiment: Experiment, registry: Registry) -> Drawing:
    nodes = []
    for node in experiment.nodes.values():
        cls = registry.get(node.module)
        title = node.shown_title
        module = node.module if cls is None else cls.meta.title
        x, y = node.position
        nodes.append(DrawnNode(node.id, title, "" if title == module else module, x, y))
    links = [
        DrawnLink(
            link.source,
            link.target,
            _offset(experiment, registry, link.source, link.source_port, "out"),
            _offset(experiment, registry, link.target, link.target_port, "in"),
        )
        for link in experiment.links
    ]
    return Drawing(tuple(nodes), tuple(links))


def _offset(experiment: Experiment, registry: Registry, node: str, port: str, side: str) -> float:
    """Return how far from the middle of its card a port stands."""
    cls = registry.get(experiment.node(node).module)
    ports = () if cls is None else (cls.outputs() if side == "out" else cls.inputs())
    names = [item.name for item in ports]
    if port not in names:
        return 0.0
    return (names.index(port) - (len(names) - 1) / 2) * min(_PORT_STEP * 2, _CARD / len(names))


def source_name(files: Iterable[str], title: str) -> str:
    """Return what a person calls where the rows came from: the file's name, or the node's title."""
    first = next(iter(files), "")
    return PurePath(first).name if first else title
