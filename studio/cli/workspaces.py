"""The verbs about a workspace: ``runs`` and ``store``."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from studio.cli.output import say, say_json, say_table, size_text
from studio.engine.history import RunRecord
from studio.session import engines
from studio.session.lookup import unknown
from studio.session.settings import size_in_bytes


def list_runs(limit: int, workspace: Path | None, as_json: bool) -> int:
    """Print the latest runs, the newest first."""
    with engines.open_engine(workspace) as engine:
        found = engine.history.list(limit)
    if as_json:
        say_json([_facts(run) for run in found])
    elif not found:
        say("There are no runs yet.")
    else:
        rows = [(r.id[:8], _when(r), r.name, r.outcome, f"{r.seconds:.1f} s") for r in found]
        say_table(rows, ("run", "when", "experiment", "outcome", "took"))
    return 0


def print_run(id: str, workspace: Path | None, as_json: bool) -> int:
    """Print one run, named by its id or how that begins: its nodes and the figures of reports."""
    with engines.open_engine(workspace) as engine:
        known = [run.id for run in engine.history.list(10_000)]
        matching = [run for run in known if run.startswith(id)]
        run = engine.history.get(matching[0]) if len(matching) == 1 else None
    if run is None:
        raise unknown("The history has", "run", id, (one[:8] for one in known))
    if as_json:
        say_json(asdict(run))
        return 0
    say(f"{run.name}: {run.outcome} in {run.seconds:.1f} s, {_when(run)}, seed {run.seed}")
    say_table(
        [(n.node, n.module, n.outcome, f"{n.seconds:.2f} s", n.problem) for n in run.nodes],
        ("node", "module", "outcome", "took", "problem"),
    )
    for place, figures in run.metrics.items():
        say()
        say(place)
        say_table(figures.items(), indent="  ")
    return 0


def print_store(workspace: Path | None, as_json: bool) -> int:
    """Print how many results are kept, and how large they are."""
    with engines.open_engine(workspace) as engine:
        count, size = engine.store.size()
        facts = {
            "folder": str(engines.workspace_folder(workspace)),
            "results": count,
            "bytes": size,
            "budget": engine.store.budget,
        }
    if as_json:
        say_json(facts)
    else:
        used = f"{size_text(size)} of {size_text(engine.store.budget)}"
        say(f"{count} results, {used}, in {facts['folder']}")
    return 0


def clean_store(keep: str, workspace: Path | None, as_json: bool) -> int:
    """Remove kept results, the least useful first, until no more than ``keep`` is left."""
    limit = size_in_bytes(keep)
    with engines.open_engine(workspace) as engine:
        freed = engine.store.sweep(limit) if limit else engine.store.clean()
        count, size = engine.store.size()
    if as_json:
        say_json({"freed": freed, "results": count, "bytes": size})
    else:
        say(f"{size_text(freed)} freed; {count} results are left, {size_text(size)}.")
    return 0


def _facts(run: RunRecord) -> dict[str, Any]:
    facts = asdict(run)
    return {
        name: facts[name] for name in ("id", "started", "seconds", "outcome", "name", "seed")
    } | {"experiment": run.experiment}


def _when(run: RunRecord) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(run.started))
