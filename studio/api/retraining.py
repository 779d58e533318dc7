"""Retraining from Python: the next version of a package, if it is better."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.api.experiment import Experiment
from studio.api.handles import Node
from studio.api.packages import ModelPackage
from studio.session import engines
from studio.session.decision import Decision
from studio.session.file_paths import absolute
from studio.session.gate import Gate
from studio.session.opening import open_trusted
from studio.session.packaging import Wish, choice_of, quietly
from studio.session.retraining import Order
from studio.session.retraining import retrain as retrained

Place = str | os.PathLike[str]


@dataclass(frozen=True)
class Retrained:
    """What came of retraining.

    Attributes:
        decision: Both versions' figures on the same rows, and what was asked of the new one.
        package: The new version; None where it was not good enough, and nothing was written.
    """

    decision: Decision
    package: ModelPackage | None


def retrain(
    experiment: Experiment,
    package: Place,
    out: Place,
    *,
    data: Place | Mapping[str, Place] | None = None,
    metric: str = "",
    margin: float = 0.0,
    better: Literal["", "higher", "lower"] = "",
    held_out: Place | None = None,
    allow_changes: bool = False,
    answers: Node | str = "",
    version: str = "",
    replace: bool = False,
    trust: bool = False,
    workspace: Place | None = None,
) -> Retrained:
    """Train an experiment on new data, and write the next version of its package if it is better.

    Both versions are judged on the same rows, by the experiment's own evaluation.

    Args:
        package: The old version.
        out: Where the new one is written: a folder or a .zip file.
        data: A file to train on, or files by the node that reads each; the experiment's own
            without.
        metric: The figure that decides; the usual one for the task without.
        margin: How much better it must be; below 0, how much worse it may be.
        better: Whether more or less of the figure is better, where that is not known by its name.
        held_out: A file of rows with labels to judge on; the rows of the experiment's own split
            without.
        allow_changes: Whether the columns of requests and replies may differ.
        answers: The node whose model answers, where there are several.
        version: The new version; counted on without.
        replace: Whether a package at ``out`` may be replaced.
        trust: Whether the scripts in the old package may run.

    Raises a StudioError where it cannot be found out which version is better; then nothing is
    written.
    """
    model = answers.id if isinstance(answers, Node) else answers
    engine = engines.shared_engine(None if workspace is None else Path(workspace))
    target = absolute(Path(out))
    gate = Gate(
        metric,
        margin,
        better,
        None if held_out is None else absolute(Path(held_out)),
        allow_changes,
    )
    found = retrained(
        engine,
        experiment.document,
        experiment.base,
        open_trusted(absolute(Path(package)), trust=trust),
        target,
        Wish(version=version, choice=choice_of(experiment.document, model), replace=replace),
        gate,
        quietly,
        Order(_files(data)),
    )
    if found.made is None:
        return Retrained(found.decision, None)
    # Who wrote the experiment has run its scripts already.
    return Retrained(found.decision, ModelPackage(open_trusted(target, everything=True)))


def _files(data: Place | Mapping[str, Place] | None) -> dict[str, Path]:
    """Return files by node, an empty name for the source that needs none."""
    if data is None:
        return {}
    given = data if isinstance(data, Mapping) else {"": data}
    return {node: absolute(Path(path)) for node, path in given.items()}
