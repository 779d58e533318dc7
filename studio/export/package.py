"""A model package: everything that scoring needs, in one folder that proves itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from studio.document.experiment import Experiment
from studio.document.items import Training
from studio.export.code_copy import CodeCopy, copy_code
from studio.export.compiling import Compiled, Results, compile_program
from studio.export.conversion import Conversion, convert
from studio.export.fields import fields_of
from studio.export.launchers import launchers
from studio.export.proving import find_proof
from studio.export.speech import Speech
from studio.registry.discovery import Registry
from studio.scoring.folder import GRAPH, PROGRAM, SIGNATURE
from studio.scoring.manifest import FILE, Manifest, Trusted, content_hash, file_hash
from studio.scoring.package_scorer import ProgramScorer
from studio.scoring.program import ModuleStep, Program, ScoreStep, Step, TransformStep
from studio.scoring.program_file import write_program
from studio.scoring.proof import Proof, chosen, compare, first_step
from studio.scoring.signature import Signature, WebParameter
from studio.scoring.trust import script_hash
from studio.sdk.errors import StudioError
from studio.sdk.text_style import PLAIN, TextStyle

if TYPE_CHECKING:
    from studio.sdk.transform import Transform

EXPERIMENT = "predictive.experiment"
SAMPLES = 2
"""Rows of the sample request."""
ALONE = 20
"""About how many rows of the proof are tried by themselves before a package is written."""
Progress = Callable[[float, str], None]
Files = Mapping[str, bytes]


class AnswersDiffer(StudioError):
    """The program of a package does not answer as the studio did."""

    code = "answers_differ"
    sentence = "The package would not answer as the studio does: {what}{where}."
    hint = "Look at that step: what it makes of a row may depend on other rows, time or chance."


@dataclass(frozen=True, eq=False)
class Order:
    """What a package is to be made of.

    Attributes:
        experiment: The predictive experiment.
        results: What its run left.
        name, version, description: What the package is called.
        optional: By input, the columns that a request need not have: label and weight.
        parameters: What a request may set.
        missing_marks: Texts of a CSV file that stand for a missing value.
        text: How such a file is written.
        run: What is known of the training run, but for when and where it was.
        metrics: Figures of the training's reports.
        previous: The version that it follows.
        made: Who makes it, when and with what.
    """

    experiment: Experiment
    results: Results
    name: str
    version: str = "1"
    description: str = ""
    optional: Mapping[str, Collection[str]] = field(default_factory=dict)
    parameters: tuple[WebParameter, ...] = ()
    missing_marks: tuple[str, ...] = ("",)
    text: TextStyle = PLAIN
    run: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    previous: str | None = None
    made: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Content:
    """What a package is made of, before its files are written."""

    order: Order
    compiled: Compiled
    signature: Signature
    proof: Proof
    conversion: Conversion
    code: CodeCopy
    trust: tuple[Trusted, ...]
    registry: Registry

    @property
    def program(self) -> Program:
        """The steps that answer."""
        return self.compiled.program

    @property
    def scorer(self) -> ProgramScorer:
        """The program as one callable."""
        order = self.order
        return ProgramScorer(order.name, order.version, self.signature, self.program)


def find_content(order: Order, registry: Registry, progress: Progress) -> Content:
    """Return what a package is made of; raises AnswersDiffer and what compiling raises."""
    progress(0.1, "Compiling the request path")
    compiled = compile_program(order.experiment, registry, order.results)
    signature = _signature(order, compiled)
    progress(0.2, "Taking the proof from the studio's own answers")
    titles = {node.id: node.shown_title for node in order.experiment.nodes.values()}
    proof = find_proof(compiled, order.results, compiled.ends, titles)
    _require_equal(compiled.program, proof, titles)
    progress(0.4, "Comparing the graph with the program")
    conversion = convert(compiled.program, proof)
    code = copy_code(registry, _modules(compiled))
    trust = _trusted(compiled.program)
    return Content(order, compiled, signature, proof, conversion, code, trust, registry)


def write_content(
    content: Content, folder: Path, speech: Speech, files: Callable[[str, str, str], Files]
) -> Manifest:
    """Write a package into an empty folder and return its manifest.

    ``files`` gives those that say what the package is and how it is run, from the hash of what
    scores, a sample request and its reply.
    """
    request, reply = samples(content, speech)
    _write_core(content, folder)
    identity = content_hash(_hashes(folder))
    said = {
        EXPERIMENT: _json(_portable(content.order.experiment, content.registry).to_dict()),
        "sample_request.json": request.encode(),
        "sample_reply.json": reply.encode(),
        "openapi.json": _json(speech.description(content.scorer)),
    }
    _write_files(
        folder, {**said, **launchers(), **content.code.files, **files(identity, request, reply)}
    )
    manifest = _manifest(content, folder)
    (folder / FILE).write_text(manifest.to_json(), encoding="utf-8")
    return manifest


def samples(content: Content, speech: Speech) -> tuple[str, str]:
    """Return a request of real rows without what it need not have, and its reply."""
    import numpy as np

    rows = np.arange(min(SAMPLES, content.proof.count))
    asked = {
        item.name
        for fields in content.signature.inputs.values()
        for item in fields
        if item.required
    }
    tables = {
        name: {column: values for column, values in columns.items() if column in asked}
        for name, columns in chosen(content.proof.rows, rows).items()
    }
    request = speech.request(content.scorer, tables)
    return request, speech.reply(content.scorer, request)


def _write_core(content: Content, folder: Path) -> None:
    """Write what scores, and the proof that it does."""
    (folder / PROGRAM).mkdir()
    write_program(content.program, folder / PROGRAM)
    graph, names = content.conversion.graph, _graph_names(content)
    _write_files(
        folder,
        {
            SIGNATURE: _json(content.signature.to_dict()),
            **content.proof.files(),
            **({} if graph is None else {GRAPH: graph}),
            **{names[node]: data for node, data in content.conversion.models.items()},
        },
    )
    for frozen in content.compiled.tables:
        path = folder / frozen.file
        path.parent.mkdir(exist_ok=True)
        frozen.table.write(path)


def _graph_names(content: Content) -> dict[str, str]:
    """Return the files of the graphs that answer for models, by the node of their step."""
    return {
        node: f"graphs/{number}.onnx"
        for number, node in enumerate(content.conversion.models, start=1)
    }


def _write_files(folder: Path, files: Files) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): file_hash(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _portable(experiment: Experiment, registry: Registry) -> Experiment:
    """Return an experiment without what is true of one computer or one run only."""
    nodes = []
    for node in experiment.nodes.values():
        cls = registry.get(node.module)
        files = () if cls is None else (p.name for p in cls.parameters() if p.kind == "file")
        named = {name: node.params[name] for name in files if name in node.params}
        short = {name: PurePath(str(value)).name for name, value in named.items()}
        nodes.append(replace(node, params={**node.params, **short}))
    return replace(
        experiment,
        nodes={node.id: node for node in nodes},
        training=Training(experiment=experiment.training.experiment),
    )


def _manifest(content: Content, folder: Path) -> Manifest:
    order = content.order
    files = _hashes(folder)
    return Manifest(
        name=order.name,
        version=order.version,
        description=order.description,
        experiment=order.experiment.id,
        run=order.run,
        metrics=order.metrics,
        paths=content.conversion.paths,
        graphs=_graph_names(content),
        conversion=content.conversion.to_dict(),
        modules=content.code.modules,
        trust=content.trust,
        tables=tuple(
            {
                "file": frozen.file,
                "title": frozen.title,
                "rows": frozen.table.rows,
                "bytes": (folder / frozen.file).stat().st_size,
            }
            for frozen in content.compiled.tables
        ),
        previous=order.previous,
        files=files,
        content=content_hash(files),
        made=order.made,
    )


def _signature(order: Order, compiled: Compiled) -> Signature:
    from studio.sdk.table import Table

    inputs = {}
    for name, place in compiled.places.items():
        table = order.results.value(*place)
        if not isinstance(table, Table):
            raise TypeError(f"{place} is no table")
        inputs[name] = fields_of(table.select_visible(), order.optional.get(name, ()))
    outputs = {name: columns for name, (_, columns) in compiled.program.answers.items()}
    return Signature(inputs, outputs, order.parameters, order.missing_marks, text=order.text)


def _require_equal(program: Program, proof: Proof, titles: Mapping[str, str]) -> None:
    """Raise AnswersDiffer unless the program answers the proof's rows as the studio did.

    Also by themselves and in another order: what a row becomes must not hang on the others.
    """
    import numpy as np

    order = np.arange(proof.count)
    alone = order[:: max(1, proof.count // ALONE)]
    backwards = order[::-1][: proof.count // 2 + 1]
    for rows in (order, backwards, *np.split(alone, len(alone))):
        part = Proof(*(chosen(found, rows) for found in (proof.rows, proof.answers, proof.steps)))
        found = compare(program.run(part.rows), part.answers)
        if not found.is_equal:
            step = first_step(program, part)
            where = f", first in “{titles.get(step, step)}”" if step else ""
            raise AnswersDiffer(what=str(found), where=where)


def _modules(compiled: Compiled) -> list[str]:
    """Return the ids of the modules whose files must be there to score."""
    found: set[str] = set()
    for step in _all_steps(compiled.program):
        if isinstance(step, ModuleStep):
            found.add(step.module.meta.id)
        elif isinstance(step, ScoreStep):
            found.add(step.model.learner.module)
            found |= _made_by(step.model.features)
        elif isinstance(step, TransformStep):
            found |= _made_by(step.transform)
    return sorted(found - {""})


def _made_by(transform: Transform) -> set[str]:
    from studio.sdk.transform import Transform

    inner = [value for value in _values(transform.state()) if isinstance(value, Transform)]
    return {transform.made_by}.union(*(_made_by(item) for item in inner))


def _values(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [item for inner in value.values() for item in _values(inner)]
    if isinstance(value, list | tuple):
        return [item for inner in value for item in _values(inner)]
    return [value]


def _trusted(program: Program) -> tuple[Trusted, ...]:
    steps = {step.node: step for step in _all_steps(program) if isinstance(step, ModuleStep)}
    return tuple(
        Trusted(title=step.title, module=step.module.meta.title, hash=script_hash(step.module))
        for step in steps.values()
        if step.module.meta.trust
    )


def _all_steps(program: Program) -> list[Step]:
    general = [step.general for step in program.steps if step.general is not None]
    return [*program.steps, *general]


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
