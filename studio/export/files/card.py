"""The model card: what a package is, what it rests on, and how it is used."""

from __future__ import annotations

import json

from studio.export.files import markdown
from studio.export.files.columns import (
    input_tables,
    output_tables,
    parameter_table,
    style_sentence,
)
from studio.export.files.facts import PackageFacts
from studio.export.files.graph import FILE as PICTURE
from studio.export.files.limits import limit_list
from studio.export.files.literals import JSON, literal
from studio.export.files.names import inference_path, resource_name, version_tag
from studio.export.files.path_text import carried, path_list, step_list, trial_table
from studio.export.files.pins import MLFLOW
from studio.export.files.samples import Sample, samples
from studio.export.files.template import filled
from studio.export.files.training_text import metric_tables, summary, training_table

FILE = "README.md"


def card(facts: PackageFacts) -> str:
    """Return the model card as Markdown."""
    calls = samples(facts.sample_request, facts.sample_reply)
    values = {
        "title": markdown.text(facts.name),
        "description": markdown.text(facts.description),
        "summary": summary(facts),
        "inputs": input_tables(facts.signature),
        "outputs": output_tables(facts.signature),
        "parameters": _parameters(facts),
        "training": training_table(facts),
        "metrics": metric_tables(facts),
        "picture": PICTURE,
        "steps": step_list(facts),
        "carried": carried(facts),
        "limits": limit_list(facts),
        "paths": path_list(facts),
        "trials": trial_table(facts),
        "samples": "\n\n".join([_protocol(facts), *map(_sample, calls)]),
        "arrow": "" if facts.needs("pyarrow") else ".venv/bin/pip install pyarrow\n",
        "reply": markdown.code(literal(json.loads(facts.sample_reply), JSON), "json"),
        "python": facts.python,
        "name": resource_name(facts.name),
        "tag": version_tag(facts.version),
        "mlflow": MLFLOW,
        "style": style_sentence(facts.signature.text),
    }
    return _without_gaps(filled(FILE, values))


def _parameters(facts: PackageFacts) -> str:
    table = parameter_table(facts.signature.parameters)
    return f"### Parameters\n\nA request may set these besides.\n\n{table}" if table else ""


def _protocol(facts: PackageFacts) -> str:
    return (
        "Clients of the Open Inference Protocol, KServe's among them, name the model as the "
        f"package is called, percent-encoded in the address: `{inference_path(facts.name)}`."
    )


def _sample(sample: Sample) -> str:
    return f"### {markdown.text(sample.title)}\n\n{markdown.code(sample.code, sample.language)}"


def _without_gaps(text: str) -> str:
    """Return text without the empty lines that a part which is not there leaves."""
    kept: list[str] = []
    fence = ""
    for line in text.splitlines():
        if not fence and not line and kept and not kept[-1]:
            continue
        if line.startswith("```"):
            marks = line[: len(line) - len(line.lstrip("`"))]
            fence = "" if fence == marks == line else fence or marks
        kept.append(line)
    return "\n".join(kept) + "\n"
