"""The verb ``retrain``: an experiment trained on new data, and the next version of its package."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.cli.output import Progress, complain, say, say_line
from studio.cli.packages import Places, ask_choice
from studio.cli.running import assigned
from studio.document.experiment import Experiment
from studio.document.storage import load
from studio.export.predictive.errors import ModelChoiceNeeded
from studio.registry.discovery import open_registry
from studio.sdk.errors import StudioError
from studio.session import engines
from studio.session.decision import Decision
from studio.session.file_paths import absolute
from studio.session.gate import Gate
from studio.session.opening import open_trusted
from studio.session.packaging import Wish, choice_of
from studio.session.retraining import Order, Predictive, Retrained, retrain

GATE_MISSED = 4
"""The exit code where the new version did not meet the gate."""


class TrainingMissing(StudioError):
    """A predictive experiment does not say which training experiment it was made of."""

    code = "training_missing"
    sentence = "“{path}” is a predictive experiment whose training experiment is not at “{file}”."
    hint = "Name the training experiment instead."


class DataTwice(StudioError):
    """Two files were given for one source."""

    code = "data_twice"
    sentence = "There are two files for {node}."
    hint = "Write NODE=FILE for each of several sources."


@dataclass(frozen=True)
class Asked:
    """What a person asks for on the command line.

    Attributes:
        data: ``[NODE=]FILE`` each.
        assignments: ``NODE.PARAM=VALUE`` each.
        choice: The model that answers.
        trust: Whether the scripts in the old package may run.
    """

    data: Sequence[str]
    assignments: Sequence[str]
    gate: Gate
    wish: Wish
    choice: str
    trust: bool
    places: Places


def retrain_package(file: Path, package: Path, out: Path, asked: Asked, as_json: bool) -> int:
    """Retrain, and say what was decided and by what."""
    registry, shown = open_registry(), False if as_json else None
    experiment, base, predictive = _drawn(file, asked.places)
    for text in asked.assignments:
        experiment = assigned(experiment, registry, text, base)
    old = open_trusted(absolute(package), trust=asked.trust)
    order = Order(data_files(asked.data), predictive, shown)
    with engines.open_engine(asked.places.workspace) as engine:
        try:
            made = retrain(
                engine, experiment, base, old, absolute(out),
                asked.wish.with_choice(choice_of(experiment, asked.choice)), asked.gate,
                Progress(as_json).show, order,
            )  # fmt: skip
        except ModelChoiceNeeded as error:
            return ask_choice(error, as_json)
    if as_json:
        say_line(_told(made))
    else:
        _say(made)
    return 0 if made.made is not None else GATE_MISSED


def data_files(texts: Iterable[str]) -> dict[str, Path]:
    """Return files by the node that is to read each, from ``[NODE=]FILE``; raises DataTwice.

    The name of a file that is there may have an equals sign in it.
    """
    found: dict[str, Path] = {}
    for text in texts:
        name, equals, path = text.partition("=")
        if not equals or Path(text).expanduser().exists():
            name, path = "", text
        if name.strip() in found:
            raise DataTwice(node=f"“{name.strip()}”" if name else "the one source")
        found[name.strip()] = absolute(Path(path))
    return found


def _drawn(file: Path, places: Places) -> tuple[Experiment, Path, Predictive | None]:
    """Return a training experiment, its folder, and the predictive one that was named instead."""
    registry = open_registry()
    experiment, base = load(file, registry).experiment, places.base_of(file)
    if not experiment.training:
        return experiment, base, None
    link = experiment.training.file
    path = absolute(absolute(file).parent / link)
    if not link or not path.is_file():
        raise TrainingMissing(path=file, file=link)
    training = load(path, registry).experiment
    return training, path.parent, Predictive(experiment, base)


def _told(found: Retrained) -> dict[str, object]:
    made = found.made
    return {
        "outcome": "made" if made is not None else "missed",
        "package": None if made is None else str(made.path),
        "version": None if made is None else made.manifest.version,
        "decision": found.decision.to_dict(),
        "manifest": None if made is None else made.manifest.model_dump(mode="json"),
    }


def _say(found: Retrained) -> None:
    decision, made = found.decision, found.made
    for warning in decision.warnings:
        complain(f"Warning: {warning.in_full}")
    for change in decision.changes:
        say(f"- {change}")
    say(_judged(decision))
    if made is None:
        complain(f"No new version was made: {decision.sentence}")
        return
    say(decision.sentence)
    say(f"“{made.manifest.name}”, version {made.manifest.version}, is in {made.path}.")


def _judged(decision: Decision) -> str:
    rows = decision.rows
    count = f"{rows.judged:,}" if rows.judged == rows.held_out else (
        f"{rows.judged:,} of {rows.held_out:,}"
    )  # fmt: skip
    usual = f" “{decision.metric}” decides, as nobody chose a figure."
    said = f"“{decision.judge}” judged both versions on {count} {rows.where}."
    return said + (usual if decision.is_usual else "")
