"""Modules are found by their ports, whatever they are called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest

from studio.registry import shapes
from studio.registry.discovery import Registry, open_registry
from studio.registry.source import Source
from studio.sdk import ColumnSelection, Context, FilePath, Learner, Meta, Module, Table, out, param
from studio.sdk.model import Model
from studio.sdk.transform import Transform

FOLDER = Path(__file__).parent


class Sweep(Module):
    """Try settings of a learner."""

    meta = Meta("sweep", "Sweep", group="A")

    def run(
        self,
        learner: Annotated[Learner, "Learner"],
        dataset: Annotated[Table, "Dataset"],
        ctx: Context,
    ) -> Annotated[Model, out("best", "Best model")]:
        raise NotImplementedError


class Weigh(Module):
    """Say how much each column matters to a model."""

    meta = Meta("weigh", "Weigh", group="A", report=True)

    def run(
        self, model: Annotated[Model, "Model"], dataset: Annotated[Table, "Dataset"], ctx: Context
    ) -> Annotated[Table, out("weights", "Weights")]:
        raise NotImplementedError


class Answer(Module):
    """Answer with a model."""

    meta = Meta("answer", "Answer", group="A")

    def run(
        self, model: Annotated[Model, "Model"], dataset: Annotated[Table, "Dataset"], ctx: Context
    ) -> Annotated[Table, out("answers", "Answers")]:
        raise NotImplementedError


class Encode(Module):
    """Learn how to encode."""

    meta = Meta("encode", "Encode", group="A")

    def run(
        self, dataset: Annotated[Table, "Dataset"], ctx: Context
    ) -> Annotated[Transform, out("encoding", "Encoding")]:
        raise NotImplementedError


class Fetch(Module):
    """Bring a model from a file."""

    meta = Meta("a_fetch", "A Fetch", group="A")
    file: FilePath = param(..., "File")

    def run(self, ctx: Context) -> Annotated[Model, out("model", "Model")]:
        raise NotImplementedError


class FetchAndRead(Fetch):
    """Bring a model from a file, in one of several ways."""

    meta = Meta("fetch_and_read", "Fetch and Read", group="A")
    strict: bool = param(True, "Strict")


class Keep(Module):
    """Keep columns."""

    meta = Meta("a_keep", "A Keep", group="A")
    kept: ColumnSelection = param(..., "Columns")

    def run(
        self, dataset: Annotated[Table, "Dataset"], ctx: Context
    ) -> Annotated[Table, out("result", "Result")]:
        raise NotImplementedError


ALL = (Sweep, Weigh, Answer, Encode, Fetch, FetchAndRead, Keep)


def of(test: shapes.Test) -> list[str]:
    return [cls.meta.id for cls in ALL if test(cls)]


def test_what_a_module_does_is_read_from_its_ports() -> None:
    assert of(shapes.trains) == ["sweep"]
    assert of(shapes.scores) == ["answer"]
    assert of(shapes.fits) == ["encode"]
    assert of(shapes.transforms) == []
    assert of(lambda cls: shapes.brings(cls, "Model")) == ["a_fetch"]
    assert of(shapes.chooses_columns) == ["a_keep"]


def test_what_came_with_the_studio_is_preferred() -> None:
    registry = Registry()
    for cls in ALL:
        registry.add(cls, Source("package", "other", FOLDER / "x.py", FOLDER))
    assert shapes.bringer(registry, "Model") is Fetch
    assert shapes.column_chooser(registry) is Keep
    for built_in in open_registry().modules():
        registry.add(built_in, open_registry().source(built_in.meta.id))
    assert shapes.bringer(registry, "Model").meta.id == "saved_model"
    assert shapes.column_chooser(registry).meta.id == "select_columns_in_dataset"


def test_a_kind_of_module_that_is_not_there_is_named() -> None:
    with pytest.raises(shapes.ShapeMissing) as caught:
        shapes.service_port(Registry(), "input")
    assert caught.value.message == "No installed module marks the input of a web service."
