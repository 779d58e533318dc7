"""An experiment made into a package: run, converted, compiled, proven and written."""

from __future__ import annotations

import getpass
import json
import platform
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from studio import __version__
from studio.document.experiment import Experiment
from studio.engine.engine import Engine
from studio.export.files.package_files import files
from studio.export.package import Content, Order, find_content, write_content
from studio.export.predictive.choice import Choice
from studio.export.predictive.parameters import web_parameters
from studio.export.predictive.report import Prediction, Trouble
from studio.export.predictive.request import requests
from studio.export.writing import new_package, refuse_taken
from studio.registry.discovery import Registry, open_registry
from studio.scoring.manifest import Manifest
from studio.sdk.errors import StudioError
from studio.sdk.module import method_of, read_params
from studio.sdk.schema import TableSchema
from studio.sdk.text_style import PLAIN, TextStyle
from studio.session import engines
from studio.session.library import Library
from studio.session.lookup import find_node
from studio.session.package_facts import facts_of, source_name
from studio.session.predictive import facts_of as left_by
from studio.session.predictive import set_up
from studio.session.run_result import Run, RunCancelled, RunFailed
from studio.session.speech import ServerSpeech

if TYPE_CHECKING:
    from studio.sdk.data import Value

Progress = Callable[[float, str], None]


def quietly(share: float, text: str) -> None:
    """Do not listen to how far the work is."""
    del share, text


class NotConvertedYet(StudioError):
    """Something stands in the way of answering requests as the studio does."""

    code = "not_converted_yet"
    sentence = "“{title}” stands in the way of a web service: {sentence}"
    hint = "{advice}"

    def __init__(self, title: str, trouble: Trouble) -> None:
        problem = trouble.problem
        super().__init__(title=title, sentence=problem.sentence, advice=problem.hint)


class VersionWrong(StudioError):
    """A version cannot be called so."""

    code = "version_wrong"
    sentence = "“{version}” cannot be a version."
    hint = "Write up to 50 letters, digits and the signs . _ + -, a letter or digit first."


class ChoiceUnreadable(StudioError):
    """A choice of models that is no node's name and no JSON text of a choice."""

    code = "choice_unreadable"
    sentence = "“{text}” is no choice of a model."
    hint = "Name the node that scores, by its id or title."


@dataclass(frozen=True)
class Wish:
    """What the person wants of a package.

    Attributes:
        name: What it is called; empty for the experiment's name.
        version: Empty for 1.
        choice: Which model answers, where there are several.
        replace: Whether a package that is there already may be replaced.
        previous: The version that it follows.
    """

    name: str = ""
    version: str = ""
    description: str = ""
    choice: Choice | None = None
    replace: bool = False
    previous: str | None = None

    def with_choice(self, choice: Choice | None) -> Wish:
        """Return the wish with the choice of a model."""
        return replace(self, choice=choice)


@dataclass(frozen=True)
class Made:
    """A package that was written, and how it came about.

    Attributes:
        prediction: The conversion; None where the experiment was predictive already.
    """

    path: Path
    manifest: Manifest
    prediction: Prediction | None = None


@dataclass(frozen=True, eq=False)
class Ready:
    """A package of which nothing is written yet.

    Attributes:
        content: What it is made of.
        run: The run of the predictive experiment.
        prediction: The conversion; None where the experiment was predictive already.
    """

    content: Content
    run: Run
    prediction: Prediction | None = None


def make_package(
    engine: Engine,
    experiment: Experiment,
    base: Path,
    out: Path,
    wish: Wish,
    progress: Progress,
    *,
    shown: bool | None = None,
) -> Made:
    """Write the package of an experiment, training or predictive, and say what came of it.

    What is in the store is not computed again. ``shown`` says whether runs show how far they are;
    by default on a terminal only. Raises a StudioError; then nothing is written.
    """
    refuse_taken(out, replace=wish.replace)
    ready = ready_package(engine, experiment, base, wish, progress, shown=shown)
    return put_package(ready, out, progress, replace=wish.replace)


def ready_package(
    engine: Engine,
    experiment: Experiment,
    base: Path,
    wish: Wish,
    progress: Progress,
    *,
    shown: bool | None = None,
) -> Ready:
    """Return what the package of an experiment is made of; see :func:`make_package`."""
    if wish.version:
        require_version(wish.version)
    registry = open_registry()
    training: Run | None = None
    prediction: Prediction | None = None
    predictive = experiment
    with TemporaryDirectory(prefix="wireloom-saved-") as saved:
        if not is_predictive(experiment, registry):
            progress(0.0, "Running the training experiment")
            training = run_to_end(engine, experiment, base, shown)
            # What the package holds need not be among the person's saved things, too.
            library = Library(Path(saved))
            prediction = set_up(
                engine, experiment, base, choice=wish.choice, run=training, library=library
            )
            require_no_trouble(experiment, prediction)
            predictive = prediction.experiment
        progress(0.05, "Running the predictive experiment")
        run = run_to_end(engine, predictive, base, shown)
    order = _order(engine, registry, experiment, predictive, training, run, wish)
    return Ready(find_content(order, registry, progress), run, prediction)


def put_package(ready: Ready, out: Path, progress: Progress, *, replace: bool = False) -> Made:
    """Write a package that is ready, whole or not at all; see :func:`make_package`."""
    content = ready.content
    progress(0.9, "Writing the files")
    with new_package(out, replace=replace) as folder:
        manifest = write_content(content, folder, ServerSpeech(), _files(content, content.registry))
    return Made(out, manifest, ready.prediction)


def require_version(version: str) -> None:
    """Raise VersionWrong for what cannot be a package's version."""
    try:
        Manifest(name="any", version=version)
    except ValueError:
        raise VersionWrong(version=version) from None


def choice_of(experiment: Experiment, said: str) -> Choice | None:
    """Return a choice: a node by its id or title, or the JSON text of a whole choice.

    None where nothing is said. Raises NameUnknown and ChoiceUnreadable.
    """
    if not said:
        return None
    if said.startswith("{"):
        try:
            data = json.loads(said)
            return Choice(data["score"], data["transforms"], tuple(data["left_out"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ChoiceUnreadable(text=said) from error
    return Choice(find_node(experiment, said))


def is_predictive(experiment: Experiment, registry: Registry) -> bool:
    """Whether an experiment has a place where replies of a web service go out."""
    classes = (registry.get(node.module) for node in experiment.nodes.values())
    return any(cls is not None and cls.meta.service == "output" for cls in classes)


@dataclass(frozen=True)
class RunResults:
    """The results of a run, as compiling asks for them."""

    run: Run

    def schema(self, node: str, port: str) -> TableSchema:
        """Return the columns at a Table output."""
        outputs = self.run.record(node).outputs
        return TableSchema.from_dict(outputs[port]["schema"])

    def value(self, node: str, port: str) -> Value:
        """Return the value at an output; raises NoResult."""
        value: Value = self.run[node][port]
        return value


def run_to_end(
    engine: Engine,
    experiment: Experiment,
    base: Path,
    shown: bool | None = None,
    targets: Iterable[str] = (),
) -> Run:
    """Return a run of an experiment that finished; raises RunFailed and RunCancelled."""
    run = engines.run(engine, experiment, base, targets=targets, progress=shown)
    if run.finished == "cancelled":
        raise RunCancelled(run)
    if run.finished != "finished":
        raise RunFailed(run)
    return run


def require_no_trouble(experiment: Experiment, prediction: Prediction) -> None:
    """Raise NotConvertedYet for a conversion that does not answer as the studio does."""
    errors = [item for item in prediction.problems if item.problem.severity == "error"]
    if errors:
        raise NotConvertedYet(experiment.node(errors[0].node).shown_title, errors[0])


def _order(
    engine: Engine,
    registry: Registry,
    experiment: Experiment,
    predictive: Experiment,
    training: Run | None,
    run: Run,
    wish: Wish,
) -> Order:
    asked = requests(predictive, registry, left_by(run, engine))
    source = _source(predictive, registry)
    facts = {"source": source.name, "seed": predictive.seed, **_hashes(engine, run)}
    name = wish.name or experiment.name.removesuffix(" [predictive]") or "Model"
    return Order(
        experiment=predictive,
        results=RunResults(run),
        name=name,
        version=wish.version or "1",
        description=wish.description or experiment.description,
        optional={port: item.optional for port, item in asked.items()},
        parameters=web_parameters(predictive, registry),
        missing_marks=source.marks,
        text=source.text,
        run=facts,
        metrics=_metrics(engine, predictive, training),
        previous=wish.previous,
        made={
            "by": _user(),
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "on": platform.platform(),
            "python": platform.python_version(),
            "studio": __version__,
            "run": predictive.training.run or run.id,
        },
    )


def _metrics(
    engine: Engine, predictive: Experiment, training: Run | None
) -> dict[str, Mapping[str, float | None]]:
    """Return the figures of the training's reports, by the title of their node."""
    if training is not None:
        return {
            record.title: about["metrics"]
            for record in training.records.values()
            for about in record.outputs.values()
            if about.get("kind") == "Report" and about["metrics"]
        }
    record = engine.history.get(predictive.training.run) if predictive.training else None
    if record is None:
        return {}
    titles = {
        id: node.shown_title for id, node in Experiment.from_dict(record.document).nodes.items()
    }
    return {
        titles.get(place.rpartition(".")[0], place): figures
        for place, figures in record.metrics.items()
        if figures
    }


class _Source(NamedTuple):
    """Where the rows of requests come from, and how they are written there."""

    name: str = ""
    marks: tuple[str, ...] = ("",)
    text: TextStyle = PLAIN


def _source(predictive: Experiment, registry: Registry) -> _Source:
    for id in predictive.topological():
        node = predictive.nodes[id]
        cls = registry.get(node.module)
        if cls is None or cls.meta.service != "input":
            continue
        above = [one for one in predictive.upstream([id]) if not predictive.links_into(one)]
        for source in above:
            found = registry.get(predictive.nodes[source].module)
            module = None
            if found is not None:
                module, _ = read_params(found, predictive.params_of(source))
            if module is None:
                continue
            marks = method_of(module, "missing_marks")
            style = method_of(module, "text_style")
            return _Source(
                source_name(module.files(), predictive.nodes[source].shown_title),
                ("", *(marks() if marks is not None else ())),
                PLAIN if style is None else style(),
            )
    return _Source()


def _hashes(engine: Engine, run: Run) -> dict[str, Any]:
    """Return the hashes of the data and of the code that the results stand on."""
    parts = {node: engine.store.find(record.key) for node, record in run.records.items()}
    data: dict[str, str] = {}
    code: dict[str, str] = {}
    for node, entry in parts.items():
        if entry is not None:
            data |= {f"{node}.{k}": v for k, v in entry.parts.get("files", {}).items()}
            code[entry.module] = str(entry.parts.get("code", ""))
    return {"data": dict(sorted(data.items())), "code": dict(sorted(code.items()))}


def _files(content: Content, registry: Registry) -> Callable[[str, str, str], Mapping[str, bytes]]:
    def made(identity: str, request: str, reply: str) -> Mapping[str, bytes]:
        return files(facts_of(content, registry, identity, request, reply))

    return made


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
