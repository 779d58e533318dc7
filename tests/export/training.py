"""Training experiments drawn in a few words, and what a run would have left of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, NamedTuple

from studio.document.experiment import Experiment
from studio.document.items import Link
from studio.export.predictive import Choice, Facts, Prediction, convert
from studio.registry.discovery import Registry, open_registry
from studio.registry.source import Source
from studio.sdk import Context, Effect, Meta, Module, Table, out
from studio.sdk.model import Model
from tests.engine.drawing import Drawing

COLUMNS = (("x", "double"), ("y", "double"))


class Lag(Module):
    """Put the value of the row before beside each row's own."""

    meta = Meta("lag", "Lag", group="Test")

    def run(
        self, dataset: Annotated[Table, "Dataset"], ctx: Context
    ) -> Annotated[Table, out("results_dataset", "Results")]:
        raise NotImplementedError

    def effect(self) -> Effect:
        return Effect("same", "order")


class EncodeByLabel(Lag):
    """Put the label in the place of a level."""

    meta = Meta("encode_by_label", "Encode by Label", group="Test")

    def effect(self) -> Effect:
        return Effect("same", "row", label=True)


class Halves(NamedTuple):
    """Two parts."""

    first: Annotated[Table, "First"]
    second: Annotated[Table, "Second"]


class Halve(Module):
    """Divide rows by what is in them."""

    meta = Meta("halve", "Halve", group="Test")

    def run(self, dataset: Annotated[Table, "Dataset"], ctx: Context) -> Halves:
        raise NotImplementedError

    def effect(self) -> Effect:
        return Effect("split", "row")


class ScoreBest(Module):
    """Answer with the best rows alone."""

    meta = Meta("score_best", "Score Best", group="Test")

    def run(
        self,
        trained_model: Annotated[Model, "Trained model"],
        dataset: Annotated[Table, "Dataset"],
        ctx: Context,
    ) -> Annotated[Table, out("scored_dataset", "Scored dataset")]:
        raise NotImplementedError

    def effect(self) -> Effect:
        return Effect("subset", "row")


def registry() -> Registry:
    """The built-in modules, and some of a kind that is not built in yet."""
    every = Registry(palette=open_registry().palette)
    for cls in open_registry().modules():
        every.add(cls, open_registry().source(cls.meta.id))
    for cls in (Lag, EncodeByLabel, Halve, ScoreBest):
        file = open_registry().source("score_model").file
        every.add(cls, Source("given", "test", file, file.parent))
    return every


def trained(drawing: Drawing | None = None, *, rows: str = "split.results_dataset1") -> Drawing:
    """A learner, its training on some rows, and a split of a source if nothing is drawn yet."""
    if drawing is None:
        drawing = Drawing().add("data", "sample_dataset")
        drawing.add("split", "split_data", {"dataset": "data.dataset"}, fraction=0.7)
    drawing.add("trees", "two_class_boosted_decision_tree")
    inputs: dict[str, Any] = {"untrained_model": "trees.untrained_model", "dataset": rows}
    return drawing.add("train", "train_model", inputs, label="y")


def scored(drawing: Drawing, rows: str = "split.results_dataset2", node: str = "score") -> Drawing:
    """A scoring node on some rows."""
    inputs: dict[str, Any] = {"trained_model": "train.trained_model", "dataset": rows}
    return drawing.add(node, "score_model", inputs)


def table(*columns: tuple[str, ...], rows: int = 100) -> dict[str, Any]:
    """What is said of a table; a column is its name, its type and perhaps its role."""
    named = [dict(zip(("name", "type", "role"), column, strict=False)) for column in columns]
    return {"kind": "Table", "rows": rows, "schema": named}


MODEL = {"kind": "Model", "features": ["x"], "label": {"name": "y", "type": "double"}}
TRANSFORM = {"kind": "Transform", "reads": ["x"], "writes": ["x"], "chooses_rows": False}
SCORED = table(("x", "double"), ("y", "double", "label"), ("Scored Labels", "double", "score"))


def left(
    drawing: Drawing | Experiment, said: Mapping[str, Mapping[str, Any]] | None = None
) -> Facts:
    """What a run of a drawing left: the same of every output of a kind, unless ``said`` tells."""
    experiment = drawing.experiment if isinstance(drawing, Drawing) else drawing
    about: dict[str, Mapping[str, Any]] = {"Table": table(*COLUMNS), "Model": MODEL}
    about |= {"Transform": TRANSFORM}
    outputs = {}
    for node in experiment.nodes.values():
        cls = registry().get(node.module)
        assert cls is not None, node.module
        ports = {port.name: about.get(port.kind, {"kind": port.kind}) for port in cls.outputs()}
        if "scored_dataset" in ports:
            ports["scored_dataset"] = SCORED
        for port in ports:
            ports[port] = {**ports[port], **(said or {}).get(f"{node.id}.{port}", {})}
        outputs[node.id] = ports
    return Facts(outputs, {(node, port): 2048 for node, ports in outputs.items() for port in ports})


def converted(
    drawing: Drawing,
    choice: Choice | None = None,
    said: Mapping[str, Mapping[str, Any]] | None = None,
) -> Prediction:
    """The conversion of a drawing that ran."""
    return convert(drawing.experiment, registry(), left(drawing, said), choice)


def lines(prediction: Prediction, *nodes: str) -> list[str]:
    """The report's lines of some nodes, or all, in short: what was done to which node."""
    return [
        f"{entry.action} {entry.node}"
        for entry in prediction.report
        if not nodes or entry.node in nodes
    ]


def wires(experiment: Experiment, node: str) -> dict[str, str]:
    """What feeds each input of a node."""
    return {link.target_port: link.start for link in experiment.links_into(node)}


def codes(prediction: Prediction) -> list[tuple[str, str]]:
    """The problems of a conversion, by node and code."""
    return [(trouble.node, trouble.problem.code) for trouble in prediction.problems]


def rewired(experiment: Experiment, feeds: Mapping[str, str | None]) -> Experiment:
    """An experiment with other links into some inputs; None for none."""
    kept = [link for link in experiment.links if link.end not in feeds]
    for end, start in feeds.items():
        if start is not None:
            kept.append(Link(*start.split("."), *end.split(".")))
    return replace(experiment, links=tuple(kept))
