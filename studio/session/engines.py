"""Engines as scripts and the command line use them: opened as set, followed to the end."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from studio import paths
from studio.document.experiment import Experiment
from studio.document.problems import find_problems
from studio.engine import messages
from studio.engine.engine import Engine
from studio.engine.store import DEFAULT_BUDGET
from studio.registry.discovery import open_registry
from studio.sdk.errors import Problem
from studio.session.file_paths import absolute
from studio.session.progress import shown
from studio.session.run_result import Run
from studio.session.settings import Settings

_shared: dict[tuple[Path, int], Engine] = {}
"""Engines by workspace and process: a fork of this process needs one of its own."""


def workspace_folder(chosen: Path | None) -> Path:
    """Return the folder of results: the chosen one, the one of the settings, or the usual one."""
    folder = chosen or Settings.load().workspace or paths.default_workspace()
    return absolute(folder)


def open_engine(workspace: Path | None = None) -> Engine:
    """Return a new engine as the settings say, for the caller to close.

    Raises WorkspaceUnusable."""
    settings = Settings.load()
    return Engine(
        workspace_folder(workspace),
        workers=settings.workers,
        memory=settings.memory,
        threads=settings.threads,
        budget=DEFAULT_BUDGET if settings.store_budget is None else settings.store_budget,
    )


def shared_engine(workspace: Path | None = None) -> Engine:
    """Return this process's engine of a workspace: made when first used, closed at the end."""
    place = (workspace_folder(workspace), os.getpid())
    if place not in _shared:
        _shared[place] = open_engine(place[0])
    return _shared[place]


def run(
    engine: Engine,
    experiment: Experiment,
    base: Path,
    *,
    targets: Iterable[str] = (),
    fresh: Iterable[str] = (),
    progress: bool | None = None,
) -> Run:
    """Run an experiment to its end, showing how far it is, and return what came of it.

    When the person interrupts, the run is cancelled, and KeyboardInterrupt goes on when it ended.
    """
    result = Run(uuid4().hex, experiment, engine)
    command = messages.Run(result.id, experiment.to_dict(), str(base), tuple(targets), tuple(fresh))
    with shown(result, progress) as show:
        engine.send(command)
        try:
            for event in engine.events(result.id):
                result.take(event)
                show(event)
        except BaseException:
            if result.finished is None:
                engine.send(messages.Cancel(result.id))
                for event in engine.events(result.id):
                    result.take(event)
            raise
    return result


def check(engine: Engine, experiment: Experiment, base: Path) -> list[tuple[str, Problem]]:
    """Return what is wrong with an experiment, without running it.

    Each problem stands with the id of its node, or with an empty text for the whole.
    """
    found = [(item.node or "", item.problem) for item in find_problems(experiment, open_registry())]
    broken = {node for node, problem in found if problem.severity == "error"}
    described = engine.describe(experiment, base)
    return found + [
        (node, problem)
        for node, problems in described.problems.items()
        if node not in broken
        for problem in problems
    ]
