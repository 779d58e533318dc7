"""What the model card says of the way from a request to its answer, and of how it was proven."""

from __future__ import annotations

from studio.export.files import markdown
from studio.export.files.facts import PackageFacts
from studio.export.files.training_text import counted

_PATHS = {
    "onnx": "one ONNX graph from raw columns to answers, run by onnxruntime",
    "mixed": "the studio's own steps in numpy, with each model as an ONNX graph",
    "program": "the studio's own steps in numpy, with the model as it was trained",
}


def step_list(facts: PackageFacts) -> str:
    """Return the steps between request and answer, numbered."""
    lines = []
    for number, step in enumerate(facts.steps, start=1):
        module = "" if step.module == step.title else f" ({markdown.text(step.module)})"
        does = f": {markdown.text(step.does)}" if step.does else ""
        lines.append(f"{number}. **{markdown.text(step.title)}**{module}{does}")
    return "\n".join(lines)


def carried(facts: PackageFacts) -> str:
    """Return what the package carries besides: frozen tables, and code that a person wrote."""
    parts = []
    if facts.tables:
        rows = [
            (f"`{item.file}`", markdown.text(item.title), f"{item.rows:,}", f"{item.bytes:,}")
            for item in facts.tables
        ]
        parts.append(
            "These tables were frozen into the package, and answers use them as they were:\n\n"
            + markdown.table(("File", "Table", "Rows", "Bytes"), rows)
        )
    if facts.trusted:
        scripts = [
            (markdown.text(item.title), markdown.text(item.module), f"`{item.hash}`")
            for item in facts.trusted
        ]
        parts.append(
            "These steps run code that a person wrote. An installed studio asks before it runs "
            "them; a container and MLflow run them. Read `predictive.experiment` first.\n\n"
            + markdown.table(("Step", "Module", "Hash"), scripts)
        )
    return "\n\n".join(parts)


def path_list(facts: PackageFacts) -> str:
    """Return what can answer, the quickest first, and why something cannot."""
    lines = [f"- `{path}`: {_PATHS.get(path, path)}" for path in facts.paths]
    lines += [
        f"- `{path}` is not used: {markdown.text(reason)}"
        for path, reason in facts.refusals.items()
    ]
    return "\n".join(lines)


def trial_table(facts: PackageFacts) -> str:
    """Return what was tried before the package was written; empty where nothing was."""
    rows = [
        (
            f"`{trial.path}`",
            markdown.text(trial.title),
            f"{trial.rows:,}",
            f"{trial.different:,}",
            markdown.figure(trial.largest),
        )
        for trial in facts.trials
    ]
    heads = ("Path", "Rows tried", "How many", "Different", "Largest relative difference")
    table = markdown.table(heads, rows)
    tried = counted(sum(trial.rows for trial in facts.trials), "row")
    return (
        f"Before it was written, {tried} were answered by each path and compared:\n\n{table}"
        if rows
        else ""
    )
