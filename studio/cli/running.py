"""The verb ``run``: an experiment run to its end, and what came of it in print."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.cli.output import complain, say, say_json, say_table, value_text
from studio.document.edits import SetBindings, SetParams
from studio.document.experiment import Experiment
from studio.document.storage import load
from studio.registry.discovery import Registry, open_registry
from studio.sdk.errors import Problem, StudioError
from studio.sdk.module import Module
from studio.sdk.params import Parameter
from studio.session import engines, lookup
from studio.session.file_paths import absolute
from studio.session.run_result import Run
from studio.session.values import from_text, wrong_values


class AssignmentWrong(StudioError):
    """An assignment on the command line that cannot be read or carried out."""

    code = "assignment_wrong"
    sentence = "“{text}”: {reason}"


def run_file(
    file: Path,
    to: Sequence[str],
    assignments: Sequence[str],
    fresh: Sequence[str],
    workspace: Path | None,
    as_json: bool,
) -> int:
    """Run an experiment and print how each node ended and the figures of its reports."""
    registry = open_registry()
    experiment = load(file, registry).experiment
    base = absolute(file).parent
    for text in assignments:
        experiment = assigned(experiment, registry, text, base)
    targets = [lookup.find_node(experiment, name) for name in to]
    again = [lookup.find_node(experiment, name) for name in fresh]
    folder = engines.workspace_folder(workspace)
    with engines.open_engine(workspace) as engine:
        run = engines.run(engine, experiment, base, targets=targets, fresh=again)
        if as_json:
            say_json({**run.to_dict(), "workspace": str(folder)})
        else:
            _say_run(run)
            say(f"Results are in {folder}.")
        return _complain_of(run)


def assigned(experiment: Experiment, registry: Registry, text: str, base: Path) -> Experiment:
    """Return the experiment with the parameter set that ``NODE.PARAM=VALUE`` names.

    The path of a file that exists starts from the current folder, as everywhere on a command line.
    """
    place, equals, value = text.partition("=")
    name, dot, param = place.strip().rpartition(".")
    if not (equals and dot):
        raise AssignmentWrong(text=text, reason="write it as NODE.PARAM=VALUE.")
    node = lookup.find_node(experiment, name)
    cls = lookup.find_module(registry, experiment.nodes[node].module)
    declared = {item.name: item for item in cls.parameters()}
    if param not in declared:
        raise lookup.unknown(f"“{cls.meta.title}” has", "parameter", param, declared)
    found = _value(cls, declared[param], value, base)
    wrong = wrong_values(cls, {**experiment.params_of(node), param: found})
    if wrong:
        raise AssignmentWrong(text=text, reason=" ".join(wrong))
    free = SetBindings(node, {}, (param,)).changed(experiment)
    return SetParams(node, {param: found}).changed(free)


def _value(cls: type[Module], parameter: Parameter, text: str, base: Path) -> Any:
    value = from_text(parameter, text)
    if parameter.kind != "file" or not text or "://" in text:
        return value
    here = absolute(Path(text))
    if here.parent == base:
        return here.name
    return str(here) if here.exists() or cls.meta.world == "writes" else value


def _say_run(run: Run) -> None:
    rows = [
        (record.title, record.outcome, f"{record.seconds:.2f} s" if record.has_result else "",
         ", ".join(value_text(about) for about in record.outputs.values()))
        for record in run.records.values()
    ]  # fmt: skip
    say_table(rows, ("node", "outcome", "took", "result"))
    for record in run.records.values():
        for about in record.outputs.values():
            if about.get("kind") == "Report" and about["metrics"]:
                say()
                say(record.title)
                say_table(about["metrics"].items(), indent="  ")
    say()
    say(f"The run {run.finished} in {run.seconds:.1f} s.")


def _complain_of(run: Run) -> int:
    """Print warnings and problems, one line each, and return the exit code."""
    for node, warning in run.warnings:
        complain(f"Warning: {_line(run, node, warning)}")
    for node, problem in run.problems:
        complain(_line(run, node, problem))
    for record in run.records.values():
        if record.details:
            complain(record.details)
    if run.finished == "cancelled":
        complain("The run was cancelled.")
    return 0 if run.finished == "finished" else 1


def _line(run: Run, node: str, problem: Problem) -> str:
    return problem_line(run.title(node) if node else "", problem)


def problem_line(title: str, problem: Problem) -> str:
    """Return a problem as one line: where, what, and what to do."""
    where = f"{title}: " if title else ""
    return " ".join(f"{where}{problem.in_full}".split())
