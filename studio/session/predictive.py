"""Setting up a web service: what must be run and saved so that an experiment answers requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from uuid import uuid4

from studio.document.edits import Batch, SetParams
from studio.document.experiment import Experiment
from studio.document.migrations import renamed
from studio.engine import messages
from studio.engine.engine import Engine
from studio.engine.plan import Wire
from studio.export.predictive.choice import Choice, chosen
from studio.export.predictive.convert import convert, remembering
from studio.export.predictive.flow import Facts, Flow
from studio.export.predictive.report import Prediction, Saved
from studio.export.predictive.update import made_of, updated
from studio.registry.discovery import Registry, open_registry
from studio.sdk.errors import Problem, StudioError
from studio.session import engines
from studio.session.file_paths import absolute_paths, moved_paths, relative
from studio.session.library import Library
from studio.session.run_result import Run, RunCancelled, RunFailed

_TAKEN = "saved_name_taken"


class NotSavedForService(StudioError):
    """A model, transform or table of the training run could not be saved."""

    code = "not_saved_for_service"
    sentence = "“{name}” could not be saved: {reason}"
    hint = "{advice}"

    def __init__(self, name: str, problem: Problem) -> None:
        super().__init__(name=name, reason=problem.sentence, advice=problem.hint)


def facts_of(run: Run, engine: Engine) -> Facts:
    """Return what a run left, as far as its results are still in the store."""
    outputs = {}
    sizes: dict[Wire, int] = {}
    for node, record in run.records.items():
        entry = engine.store.find(record.key) if record.has_result else None
        if entry is not None:
            outputs[node] = entry.outputs
            for file, size in entry.sizes.items():
                port = file.partition("/")[0]
                sizes[node, port] = sizes.get((node, port), 0) + size
    return Facts(outputs, sizes)


def set_up(
    engine: Engine,
    experiment: Experiment,
    base: Path,
    *,
    predictive_base: Path | None = None,
    choice: Choice | None = None,
    run: Run | None = None,
    library: Library | None = None,
    registry: Registry | None = None,
    file: Path | None = None,
    id: str | None = None,
    progress: bool | None = None,
) -> Prediction:
    """Return the predictive experiment of a training experiment, everything that it needs saved.

    Args:
        experiment, base: The training experiment, and the folder that its paths start from.
        predictive_base: The folder that those of the predictive one start from; by default the
            same.
        choice: What the person chose.
        run: A run of the experiment to take the results of; without one, what is needed is run, and
            what is in the store is used again.
        library: Where to save; by default among the user's own things.
        registry: The modules that exist; by default all that are installed.
        file: The file of the training experiment.
        id: The predictive experiment's id; see :func:`convert`.
        progress: Whether to show how far the run is; by default on a terminal only.

    Raises what :func:`convert` raises, RunFailed, RunCancelled, NotSavedForService.
    """
    registry = registry or open_registry()
    if run is None:
        run = _trained(engine, experiment, base, choice or Choice(), registry, progress)
    link = "" if file is None else relative(file, base)
    facts = facts_of(run, engine)
    made = convert(experiment, registry, facts, choice, id=id, file=link, run=run.id)
    files = _saved(engine, run, made, library or Library(), experiment.name, {})
    return _moved(_with_files(made, files), registry, base, predictive_base or base)


def _trained(
    engine: Engine,
    experiment: Experiment,
    base: Path,
    choice: Choice,
    registry: Registry,
    progress: bool | None,
) -> Run:
    """Run what a conversion needs to know; raises RunFailed and RunCancelled."""
    flow = Flow.of(experiment, registry)
    wanted = [chosen(flow, choice)[1], *choice.transforms.values()]
    targets = [node for node in wanted if node in flow.steps]
    run = engines.run(engine, experiment, base, targets=targets, progress=progress)
    if run.finished == "failed":
        raise RunFailed(run)
    if run.finished == "cancelled":
        raise RunCancelled(run)
    return run


def _saved(
    engine: Engine,
    run: Run,
    made: Prediction,
    library: Library,
    source: str,
    own: Mapping[str, Path],
) -> Iterator[tuple[Saved, Path]]:
    """Save what a conversion needs, and yield where.

    ``own`` are files by node that may be replaced. A name that something else has gets a number.
    """
    for item in made.saved:
        old = own.get(item.into)
        names = _names(item.name) if old is None else [old.stem]
        for name in names:
            question = messages.Snapshot(
                uuid4().hex,
                run.records[item.node].key,
                item.port,
                name,
                replace=old is not None,
                source=source,
                folder=str(library.folder),
            )
            answer = engine.ask(question)
            if isinstance(answer, messages.Snapshotted) and answer.problem is None:
                yield item, Path(answer.path)
                break
            if answer.problem is not None and answer.problem.code != _TAKEN:
                raise NotSavedForService(name, answer.problem)


def _names(name: str) -> Iterable[str]:
    yield name
    for number in count(2):
        yield f"{name} ({number})"


def _with_files(made: Prediction, files: Iterable[tuple[Saved, Path]]) -> Prediction:
    """Return a conversion whose experiment names the files that were saved for it."""
    edits, saved = [], []
    for item, path in files:
        edits.append(SetParams(item.into, {item.param: str(path)}))
        saved.append(replace(item, name=path.stem))
    experiment = remembering(Batch(tuple(edits)).changed(made.experiment))
    return replace(made, experiment=experiment, saved=tuple(saved))


def update(
    engine: Engine,
    predictive: Experiment,
    training: Experiment,
    base: Path,
    *,
    predictive_base: Path | None = None,
    choice: Choice | None = None,
    run: Run | None = None,
    library: Library | None = None,
    registry: Registry | None = None,
    file: Path | None = None,
    progress: bool | None = None,
) -> Prediction:
    """Return a predictive experiment as it is after retraining, the person's changes kept.

    What was saved for it is saved anew under the same names.

    Args:
        predictive, predictive_base: The predictive experiment, and the folder that its paths start
            from; by default that of the training experiment.
        training, base: The training experiment as it is now, and the folder of its paths.
        choice: What the person chose; by default as when it was set up.

    All else is as for :func:`set_up`, and so is what is raised.
    """
    registry = registry or open_registry()
    place = predictive_base or base
    choice = remembered_choice(predictive, training) if choice is None else choice
    if run is None:
        run = _trained(engine, training, base, choice, registry, progress)
    link = predictive.training.file if file is None else relative(file, place)
    facts = facts_of(run, engine)
    new = convert(training, registry, facts, choice, id=predictive.id, run=run.id)
    mine = _absolute(predictive, registry, place)
    old = _absolute(renamed(made_of(predictive), registry), registry, place)
    library = library or Library()
    own = _own_files(new, mine, old, library)
    new = _with_files(new, _saved(engine, run, new, library, training.name, own))
    new = _moved(new, registry, base, place)
    linked = replace(new.experiment.training, file=link)
    full = replace(_absolute(new.experiment, registry, place), training=linked)
    return _moved(updated(mine, old, replace(new, experiment=full)), registry, place, place)


def _moved(made: Prediction, registry: Registry, old: Path, new: Path) -> Prediction:
    """Return a conversion whose paths start from another folder."""
    edits = Batch(tuple(moved_paths(made.experiment, registry, old, new)))
    return replace(made, experiment=edits.changed(made.experiment))


def remembered_choice(predictive: Experiment, training: Experiment) -> Choice:
    """Return what was chosen at first, as far as the training experiment still has it."""
    was, there = predictive.training, training.nodes
    transforms = {n: str(t) for n, t in was.transforms.items() if n in there and t in there}
    left_out = tuple(node for node in was.left_out if node in there)
    return Choice(was.score if was.score in there else "", transforms, left_out)


def _absolute(experiment: Experiment, registry: Registry, base: Path) -> Experiment:
    return Batch(tuple(absolute_paths(experiment, registry, base))).changed(experiment)


def _own_files(
    new: Prediction, mine: Experiment, old: Experiment, library: Library
) -> dict[str, Path]:
    """Return the files that were saved for nodes that the person has not given another one."""
    found = {}
    for item in new.saved:
        paths = {
            str(one.nodes[item.into].params.get(item.param, ""))
            for one in (mine, old)
            if item.into in one.nodes
        }
        path = Path(paths.pop() if len(paths) == 1 else "")
        if path.is_relative_to(library.folder):
            found[item.into] = path
    return found
