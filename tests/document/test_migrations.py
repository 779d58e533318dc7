"""Old formats brought up step by step, and names that have changed."""

from __future__ import annotations

from typing import Any

import pytest
from small_modules import CLASSES, everything, flow

from studio.document.errors import DocumentInvalid, DocumentTooNew
from studio.document.form import FORMAT
from studio.document.migrations import STEPS, migrated, renamed
from studio.document.storage import dumps, loads
from studio.registry.discovery import Registry
from studio.registry.renames import Renames


def test_there_is_a_step_to_every_format() -> None:
    assert len(STEPS) + 1 == FORMAT


def _first(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "experiment": {**data["experiment"], "first": True}}


def _second(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "experiment": {"seen": list(data["experiment"])}}


def test_steps_are_taken_one_after_another() -> None:
    old = {"format": 1, "experiment": {"id": "x"}}
    assert migrated(old, [_first, _second]) == {
        "format": 3,
        "experiment": {"seen": ["id", "first"]},
    }
    half = {"format": 2, "experiment": {"id": "x"}}
    assert migrated(half, [_first, _second]) == {"format": 3, "experiment": {"seen": ["id"]}}
    with pytest.raises(DocumentTooNew, match="format 4; this Wireloom reads formats up to 3"):
        migrated({"format": 4, "experiment": {}}, [_first, _second])


def test_an_old_document_that_a_step_cannot_read_is_refused() -> None:
    with pytest.raises(DocumentInvalid, match="not a sound document of format 1"):
        migrated({"format": 1, "experiment": 5}, [_first, _second])


def test_old_names_become_current_ones() -> None:
    renames = Renames(
        modules={"source_v1": "source"},
        parameters={"source": {"row_count": "rows"}},
        ports={"source": {"data": "dataset"}, "split": {"input": "dataset", "part": "first"}},
    )
    registry = Registry.of(*CLASSES, renames=renames)
    old = (
        dumps(flow())
        .replace('"module": "source"', '"module": "source_v1"')
        .replace('"rows"', '"row_count"')
        .replace("source.dataset", "source.data")
        .replace("split.dataset", "split.input")
        .replace("split.first", "split.part")
    )
    assert loads(old, registry) == flow()
    assert loads(old) != flow()


def test_ranges_and_bindings_follow_the_names_of_parameters() -> None:
    renames = Renames(parameters={"trees": {"leaves": "max_leaves"}, "split": {"fraction": "part"}})
    after = renamed(everything(), Registry.of(*CLASSES, renames=renames))
    assert after.nodes["trees"].ranges == {"max_leaves": (2, 8, 32)}
    assert after.nodes["split"].bindings == {"part": "share"}


def test_nothing_is_changed_where_no_name_has() -> None:
    experiment = everything()
    assert renamed(experiment, Registry.of(*CLASSES)) is experiment
