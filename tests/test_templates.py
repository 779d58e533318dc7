"""Every shipped template runs, and is as the studio would save it."""

from __future__ import annotations

from pathlib import Path

import pytest

import studio
from studio import paths
from studio.document.storage import load
from studio.registry.discovery import open_registry
from studio.session.templates import template, templates


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workspace")


NAMES = [item.name for item in templates()]

# Figures that a model worth showing reaches; the sizes of the data say what chance would.
GOALS = {
    "breast-cancer-boosted-trees": ("accuracy", 0.93),
    "wine-decision-forest": ("overall_accuracy", 0.9),
    "diabetes-linear-regression": ("coefficient_of_determination", 0.35),
    "compare-two-models": ("accuracy", 0.93),
    "customer-churn": ("auc", 0.7),
}


def test_every_file_is_listed() -> None:
    files = (paths.resources() / "templates").glob("*.experiment")
    assert sorted(NAMES) == sorted(file.stem for file in files)
    assert len(NAMES) >= 6


@pytest.mark.parametrize("name", NAMES)
def test_a_template_runs_without_a_warning(name: str, workspace: Path) -> None:
    run = studio.open_experiment(template(name).path).run(workspace)
    assert run.warnings == []
    assert set(run.outcomes.values()) <= {"finished", "reused"}
    if name in GOALS:
        metric, least = GOALS[name]
        assert run["evaluate_model"].metrics[metric] > least


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_canonical_and_has_no_problems(name: str) -> None:
    opened = load(template(name).path, open_registry())
    assert opened.is_current
    assert opened.problems == ()
    assert opened.experiment.name == template(name).title
    positions = {node.position for node in opened.experiment.nodes.values()}
    assert len(positions) == len(opened.experiment.nodes)
