"""The verbs about documents: ``check`` and ``new``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from studio.cli.output import complain, say, say_json, say_table
from studio.cli.running import problem_line
from studio.document.experiment import new_id
from studio.document.storage import load, save
from studio.registry.discovery import open_registry
from studio.sdk.errors import StudioError
from studio.session import engines
from studio.session.file_paths import absolute, new_document
from studio.session.templates import template, templates


class FileExists(StudioError):
    """A file that is there already would be replaced."""

    code = "file_exists"
    sentence = "“{path}” exists already."
    hint = "Choose another name, or remove the file."


def check_file(file: Path, workspace: Path | None, as_json: bool) -> int:
    """Print what is wrong with an experiment, each problem as one line on standard error."""
    experiment = load(file, open_registry()).experiment
    with engines.open_engine(workspace) as engine:
        found = engines.check(engine, experiment, absolute(file).parent)
    errors = [problem for _, problem in found if problem.severity == "error"]
    if as_json:
        say_json([{"node": node or None, **problem.to_dict()} for node, problem in found])
        return 1 if errors else 0
    for node, problem in found:
        mark = "" if problem.severity == "error" else "Warning: "
        title = experiment.node(node).shown_title if node else ""
        complain(mark + problem_line(title, problem))
    if not errors:
        count = len(experiment.nodes)
        say(f"“{experiment.name or file.name}” has no problems ({count} nodes).")
    return 1 if errors else 0


def list_templates(as_json: bool) -> int:
    """Print the templates."""
    found = templates()
    if as_json:
        say_json([{"name": t.name, "title": t.title, "summary": t.summary} for t in found])
    else:
        say_table([(item.name, item.title, item.summary) for item in found], width=200)
    return 0


def new_file(name: str, file: Path, as_json: bool) -> int:
    """Write a template as an experiment of its own into a new file."""
    file = new_document(file)
    if file.exists():
        raise FileExists(path=file)
    chosen = template(name)
    save(replace(load(chosen.path, open_registry()).experiment, id=new_id()), file)
    if as_json:
        say_json({"file": str(file), "template": chosen.name})
    else:
        say(f"“{chosen.title}” is in {file}; run it with: wireloom run {file}")
    return 0
