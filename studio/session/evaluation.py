"""The evaluation of an experiment, done again to the answers of two versions of its model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from studio.document.experiment import Experiment
from studio.document.items import Link, Node
from studio.engine.engine import Engine
from studio.engine.plan import Wire
from studio.export.predictive.flow import Flow
from studio.registry import shapes
from studio.sdk.errors import StudioError
from studio.sdk.module import PortKind
from studio.session.gate import Figures, Gate
from studio.session.packaging import run_to_end
from studio.session.run_result import Run

if TYPE_CHECKING:
    from studio.sdk.table import Table

_FITTED: tuple[PortKind, ...] = ("Learner", "Model", "Transform")


class NothingEvaluates(StudioError):
    """No node of an experiment says how good its model's answers are."""

    code = "nothing_evaluates"
    sentence = "Nothing in the experiment says how good the answers of “{title}” are."
    hint = "Wire its scored rows into Evaluate Model."


@dataclass(frozen=True)
class Judge:
    """A node that says how good answers are.

    Attributes:
        node: Its id.
        port: Its report.
        came: What is wired into it: the scored rows, or what steps between made of them.
        between: These steps, in order.
        figures: What it said in the run of training.
    """

    node: str
    port: str
    came: Wire
    between: tuple[str, ...]
    figures: Figures


def find_judge(flow: Flow, run: Run, score: str, gate: Gate) -> tuple[Judge, str]:
    """Return the node that judges what a node scores, and the figure of it that decides.

    It is the nearest one that gives the figure; between the two may be steps that look at each row
    by itself. Raises NothingEvaluates, NameUnknown and NoUsualFigure.
    """
    first: StudioError | None = None
    for judge in sorted(_judges(flow, run, score), key=lambda found: len(found.between)):
        try:
            return judge, gate.chosen(flow.title(judge.node), judge.figures)
        except StudioError as error:
            first = first or error
    raise first or NothingEvaluates(title=flow.title(score))


def judged(
    engine: Engine,
    flow: Flow,
    base: Path,
    score: str,
    judge: Judge,
    scored: Mapping[str, Table],
    shown: bool | None = None,
) -> dict[str, Figures]:
    """Return the figures that a judge gives of scored tables, by their name.

    ``flow`` is the training experiment, ``base`` the folder that its paths start from, and
    ``score`` the node that scores there. Raises RunFailed and RunCancelled.
    """
    with TemporaryDirectory(prefix="wireloom-judged-") as folder:
        files = {name: Path(folder) / f"{name}.arrow" for name in scored}
        for name, table in scored.items():
            table.write(files[name])
        ends = {name: f"{name}-{judge.node}" for name in files}
        experiment = judging(flow, score, judge, files)
        run = run_to_end(engine, experiment, base, shown, ends.values())
    return {name: run.record(end).outputs[judge.port]["metrics"] for name, end in ends.items()}


def judging(flow: Flow, score: str, judge: Judge, files: Mapping[str, Path]) -> Experiment:
    """Return the experiment that judges scored tables, each in a file, by name.

    What stands between scoring and judging is there once for each table, set as in training.
    """
    nodes: dict[str, Node] = {}
    links: list[Link] = []
    for name, file in files.items():
        cls = shapes.bringer(flow.registry, "Table")
        params = {cls.parameters()[0].name: str(file)}
        answers = f"{name}-{score}"
        nodes[answers] = Node(answers, cls.meta.id, cls.meta.version, params, title=f"({name})")
        for id in (*judge.between, judge.node):
            old = flow.experiment.nodes[id]
            title = f"{flow.title(id)} ({name})"
            nodes[f"{name}-{id}"] = replace(old, id=f"{name}-{id}", title=title, group=None)
            links += _links(flow, score, judge, id, name, cls.outputs()[0].name)
    outside = {link.source for link in links} - nodes.keys()
    for id in sorted(flow.ancestors(*outside)):
        nodes[id] = replace(flow.experiment.nodes[id], group=None)
        links += [Link(*wire, id, port.name, place) for port, place, wire in flow.wires(id)]
    whole = flow.experiment
    return Experiment(
        id=f"{whole.id}-versions",
        name=f"{whole.name} [versions compared]",
        seed=whole.seed,
        parameters=whole.parameters,
        nodes=nodes,
        links=tuple(links),
    )


def _links(
    flow: Flow, score: str, judge: Judge, id: str, name: str, answers: str
) -> Iterator[Link]:
    """Yield what is wired into a node's copy; a judge looks at the one table and at no other."""

    def link(wire: Wire, port: str, place: int) -> Link:
        if wire[0] == score:
            wire = (f"{name}-{score}", answers)
        elif wire[0] in judge.between:
            wire = (f"{name}-{wire[0]}", wire[1])
        return Link(*wire, f"{name}-{id}", port, place)

    for port, place, wire in flow.wires(id):
        if id != judge.node or port.kind != "Table":
            yield link(wire, port.name, place)
    if id == judge.node:
        yield link(judge.came, _first_table(flow, id), 0)


def _judges(flow: Flow, run: Run, score: str) -> Iterator[Judge]:
    """Yield the nodes that report on what a node scores, and gave figures."""
    ways: dict[Wire, tuple[str, ...]] = {
        (score, port.name): () for port in flow.ports(score, "Table")
    }
    for node, step in flow.steps.items():
        data = flow.data(node)
        if step.disabled or data is None:
            continue
        came = next((w for _, _, w in flow.wires(node, "Table") if w in ways), None)
        if came is not None and node in run.records:
            outputs = run.record(node).outputs
            for port in flow.ports(node, "Report"):
                figures = outputs.get(port.name, {}).get("metrics")
                if figures:
                    yield Judge(node, port.name, came, ways[came], figures)
        if data[1] in ways and _passes(flow, node):
            between = (*ways[data[1]], node)
            ways |= {(node, port.name): between for port in flow.ports(node, "Table")}


def _passes(flow: Flow, node: str) -> bool:
    """Whether a step gives each row as itself, and fits nothing."""
    effect = flow.effect(node)
    fits = any(flow.ports(node, kind) for kind in _FITTED)
    return effect.rows == "same" and effect.reads == "row" and not fits


def _first_table(flow: Flow, node: str) -> str:
    cls = flow.module(node)
    return next(p.name for p in cls.inputs() if p.kind == "Table") if cls is not None else ""
