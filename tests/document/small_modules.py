"""Modules that do nothing, for documents to name."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, NamedTuple

from pydantic import field_validator

from studio.document.experiment import Experiment
from studio.document.items import ExperimentParameter, Frame, Group, Link, Node, Note, Training
from studio.registry.discovery import Registry
from studio.sdk import FilePath, Learner, Meta, Module, Table, Text, out, param


class Source(Module):
    """Give rows."""

    meta = Meta("source", "Source", group="Test")

    path: FilePath = param("", "Path")
    rows: int = param(3, "Rows", ge=1, le=100)

    def run(self) -> Annotated[Table, out("dataset", "Dataset")]:
        raise NotImplementedError


class SplitResult(NamedTuple):
    first: Table
    second: Table


class Split(Module):
    """Divide rows."""

    meta = Meta("split", "Split Data", group="Test", version=2)

    mode: Literal["rows", "expression"] = param("rows", "Mode")
    fraction: float = param(0.5, "Fraction", ge=0, le=1, when={"mode": "rows"})
    expression: str = param(..., "Expression", when={"mode": "expression"})

    def run(self, dataset: Annotated[Table, "Rows to split"]) -> SplitResult:
        raise NotImplementedError


class Script(Module):
    """Run code."""

    meta = Meta("script", "Script", group="Test", trust=True)

    code: Text = param("", "Code")

    def run(
        self,
        first: Annotated[Table | None, "First dataset"] = None,
        second: Annotated[Table | None, "Second dataset"] = None,
    ) -> Annotated[Table, out("result", "Result")]:
        raise NotImplementedError


class Trees(Module):
    """Describe trees."""

    meta = Meta("trees", "Trees", group="Test")

    leaves: int = param(20, "Leaves", ge=2, sweep=[2, 8])

    def run(self) -> Annotated[Learner, out("learner", "Learner")]:
        raise NotImplementedError


class Compare(Module):
    """Compare learners."""

    meta = Meta("compare", "Compare", group="Test")

    def run(
        self,
        learners: Annotated[tuple[Learner, ...], "Learners"],
        dataset: Annotated[Table, "Dataset"],
    ) -> Annotated[Table, out("results", "Results")]:
        raise NotImplementedError


class Faulty(Module):
    """A module whose own code is wrong."""

    meta = Meta("faulty", "Faulty", group="Test")

    key: str = param("a", "Key")

    @field_validator("key")
    @classmethod
    def _look_up(cls, value: str) -> str:
        return {"a": "b"}[value]

    def run(self) -> Annotated[Table, out("dataset", "Dataset")]:
        raise NotImplementedError


CLASSES = (Source, Split, Script, Trees, Compare, Faulty)


def registry() -> Registry:
    return Registry.of(*CLASSES)


def flow() -> Experiment:
    """A source, split in two, the first part going through a script."""
    nodes = (
        Node("source", "source", title="Source", params={"rows": 5}),
        Node("split", "split", 2, title="Split Data", position=(0, 100)),
        Node("script", "script", title="Script", position=(0, 200)),
    )
    return Experiment(
        id="flow",
        name="Flow",
        nodes={node.id: node for node in nodes},
        links=(
            Link("source", "dataset", "split", "dataset"),
            Link("split", "first", "script", "first"),
        ),
    )


def everything() -> Experiment:
    """An experiment with a value other than the default in every field that a document has."""
    nodes = (
        Node("source", "source", params={"path": "data/customers.csv", "rows": 12}, title="Source"),
        Node(
            "split",
            "split",
            2,
            params={"fraction": 0.7},
            bindings={"fraction": "share"},
            title="Split Data",
            comment="Seventy for training,\nthe rest for judging.",
            group="inner",
            position=(260.0, -12.5),
        ),
        Node("trees", "trees", ranges={"leaves": [2, 8, 32]}, title="Trees"),
        Node("more_trees", "trees", params={"leaves": 4}, title="More trees", group="outer"),
        Node("compare", "compare", title="Compare", position=(520.0, 40.0)),
        Node(
            "script",
            "script",
            params={"code": "def azureml_main(a, b):\n\treturn a  # “ä” \\ 漢字 🎈\n"},
            title="Script",
            disabled=True,
        ),
        Node(
            "unknown",
            "somebody.else",
            7,
            params={
                "list": [1, 2.5, None, True, "a", [], {}],
                "map": {"$lines": "x\ny", "$$lines": [], "é": {"deep": [[1], [2]]}},
                "empty": "",
                "big": 2**63,
                "tiny": 5e-324,
            },
            title="From another package",
        ),
    )
    return Experiment(
        id="0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        name="Everything that a document can hold",
        description="First line\n\nThird line: “quoted”, tab\t, backslash \\",
        seed=42,
        parameters=(
            ExperimentParameter("share", "double", 0.6, "Of the rows, for training"),
            ExperimentParameter("file", "string"),
        ),
        nodes={node.id: node for node in nodes},
        links=(
            Link("source", "dataset", "split", "dataset"),
            Link("trees", "learner", "compare", "learners", 1),
            Link("more_trees", "learner", "compare", "learners", 0),
            Link("split", "first", "compare", "dataset"),
            Link("split", "second", "script", "first"),
            Link("unknown", "a_port", "script", "second"),
        ),
        groups={
            "outer": Group("outer", "Outer", "All of it", position=(1.0, 2.0)),
            "inner": Group("inner", "Inner", parent="outer", collapsed=True),
        },
        frames={"frame": Frame("frame", "Training", (-20.0, -20.0, 700.0, 300.0), "#aabbcc")},
        notes={"note": Note("note", "Remember:\nask for newer data.", (0.0, 320.0, 180.0, 60.0))},
    )


def predictive() -> Experiment:
    """The flow as if it had been made of a training experiment."""
    made = flow().to_dict()["experiment"]
    training = Training(
        experiment="the-training-experiment",
        file="../training.experiment",
        run="0f1e2d3c",
        score="script",
        transforms={"script": "split"},
        left_out=("source",),
        made={name: made[name] for name in ("name", "nodes", "links")},
    )
    return replace(flow(), training=training)
