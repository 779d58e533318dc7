"""What differs between runs of an experiment: settings by node, and figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from studio.app.run_figures import figure_text, figures_of
from studio.document.experiment import Experiment
from studio.document.frozen import thaw
from studio.document.items import Node
from studio.engine.history import RunRecord, RunSummary
from studio.registry.discovery import Registry
from studio.sdk.errors import StudioError

LETTERS = 60
ABSENT = "not there"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of a comparison: of which node, what, and the text for each run.

    ``best`` is the place of the run that does better, where that can be said.
    """

    node: str
    label: str
    texts: tuple[str, ...]
    best: int | None = None


def settings_that_differ(runs: Sequence[RunRecord], registry: Registry) -> list[Difference]:
    """Return the settings that are not the same in all runs, by node."""
    experiments = [_experiment(run) for run in runs]
    found = _compared("Experiment", "Seed", [str(e.seed) for e in experiments])
    names = dict.fromkeys(p.name for e in experiments for p in e.parameters)
    for name in names:
        values = [
            next((_text(p.default) for p in e.parameters if p.name == name), ABSENT)
            for e in experiments
        ]
        found += _compared("Experiment", f"Parameter “{name}”", values)
    for id in sorted({id for e in experiments for id in e.nodes}):
        found += _of_node([e.nodes.get(id) for e in experiments], registry)
    return found


def figures_side_by_side(
    runs: Sequence[RunSummary], title: Callable[[str], str]
) -> list[Difference]:
    """Return all figures of some runs, the best of each marked."""
    lines = []
    for figure in figures_of(runs):
        values = [figure.of(run) for run in runs]
        best = figure.best(values)
        place = None if best is None else values.index(best)
        texts = tuple(map(figure_text, values))
        lines.append(Difference(title(figure.node), figure.label, texts, place))
    return lines


def _of_node(nodes: Sequence[Node | None], registry: Registry) -> list[Difference]:
    there = next(node for node in nodes if node is not None)
    module = registry.get(there.module)
    parameters = {} if module is None else {item.name: item for item in module.parameters()}
    title = there.title or (there.module if module is None else module.meta.title)
    if any(node is None for node in nodes):
        return _compared(title, "Node", ["there" if node else ABSENT for node in nodes])
    found = _compared(title, "Disabled", [str(node and node.disabled) for node in nodes])
    names = dict.fromkeys(name for node in nodes if node for name in (*node.params, *node.ranges))
    for name in names:
        parameter = parameters.get(name)
        default = None if parameter is None else parameter.default
        values = [_setting(node, name, default) for node in nodes if node]
        found += _compared(title, name if parameter is None else parameter.label, values)
    return found


def _setting(node: Node, name: str, default: Any) -> str:
    if name in node.ranges:
        return f"one of {_text(node.ranges[name])}"
    return _text(node.params.get(name, default))


def _compared(node: str, label: str, texts: Sequence[str]) -> list[Difference]:
    return [Difference(node, label, tuple(texts))] if len(set(texts)) > 1 else []


def _text(value: Any) -> str:
    plain = thaw(value)
    if plain is None or plain == "":
        return "–"
    if isinstance(plain, bool):
        return "Yes" if plain else "No"
    if isinstance(plain, list):
        plain = ", ".join(map(str, plain))
    line = " ".join(str(plain).split())
    return line if len(line) <= LETTERS else f"{line[: LETTERS - 1]}…"


def _experiment(run: RunRecord) -> Experiment:
    try:
        return Experiment.from_dict(dict(run.document))
    except StudioError:
        return Experiment(seed=run.seed)
