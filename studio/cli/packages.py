"""The verbs that make packages and look at them: ``predictive``, ``package``, ``verify``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.cli.documents import FileExists
from studio.cli.output import Progress, complain, say, say_line
from studio.cli.running import problem_line
from studio.document.experiment import Experiment
from studio.document.storage import load, save
from studio.export.predictive.choice import Choice
from studio.export.predictive.errors import ModelChoiceNeeded
from studio.export.predictive.report import Prediction
from studio.registry.discovery import open_registry
from studio.serve.verifying import verify
from studio.session import engines, predictive
from studio.session.file_paths import absolute, new_document
from studio.session.opening import open_trusted
from studio.session.packaging import Wish, choice_of, make_package

CHOICE_NEEDED = 3
"""The exit code where the person has to choose a model first."""


@dataclass(frozen=True)
class Places:
    """Where a verb reads: the folder that an experiment's paths start from, and the workspace."""

    base: Path | None = None
    workspace: Path | None = None

    def base_of(self, file: Path) -> Path:
        """Return the folder that an experiment's paths start from."""
        return absolute(file).parent if self.base is None else absolute(self.base)


def make_predictive(
    file: Path, out: Path, choice: str, update: bool, places: Places, as_json: bool
) -> int:
    """Write the predictive experiment of a training experiment, and say what was done and why."""
    registry = open_registry()
    experiment = load(file, registry).experiment
    out, base = new_document(absolute(out)), places.base_of(file)
    place = out.parent if places.base is None else base
    if out.exists() and not update:
        raise FileExists(path=out)
    with engines.open_engine(places.workspace) as engine:
        try:
            chosen = choice_of(experiment, choice)
            if update:
                old = load(out, registry).experiment
                made = predictive.update(
                    engine, old, experiment, base, predictive_base=place, choice=chosen,
                    file=absolute(file), progress=False if as_json else None,
                )  # fmt: skip
            else:
                made = predictive.set_up(
                    engine, experiment, base, predictive_base=place, choice=chosen,
                    file=absolute(file), progress=False if as_json else None,
                )  # fmt: skip
        except ModelChoiceNeeded as error:
            return ask_choice(error, as_json)
    save(made.experiment, out)
    if as_json:
        say_line({"experiment": str(out), **told(made, experiment)})
    else:
        _say(made, experiment)
        say(f"The predictive experiment is in {out}.")
    return 0


def write_package(
    file: Path, out: Path, wish: Wish, choice: str, places: Places, as_json: bool
) -> int:
    """Write the package of an experiment, and say what is in it."""
    experiment = load(file, open_registry()).experiment
    progress = Progress(as_json)
    with engines.open_engine(places.workspace) as engine:
        try:
            wish = wish.with_choice(choice_of(experiment, choice))
            made = make_package(
                engine, experiment, places.base_of(file), absolute(out), wish,
                progress.show,
                shown=False if as_json else None,
            )  # fmt: skip
        except ModelChoiceNeeded as error:
            return ask_choice(error, as_json)
    progress.show(0.95, "Replaying the proof")
    found = verify(open_trusted(made.path, everything=True), whole=True)
    trials = [trial.to_dict() for trial in found]
    paths_found = {trial["path"]: "equal" for trial in trials}
    for trial in trials:
        if not trial["equal"]:
            paths_found[trial["path"]] = trial["first"]
    report = [] if made.prediction is None else told(made.prediction, experiment)["report"]
    if as_json:
        proof = {"rows": trials[0]["rows"], "paths": paths_found}
        manifest = made.manifest.model_dump(mode="json")
        say_line(
            {"package": str(made.path), "manifest": manifest, "report": report, "proof": proof}
        )
        return 0
    if made.prediction is not None:
        _say(made.prediction, experiment)
    refusal = made.manifest.conversion.get("refusal")
    say(f"“{made.manifest.name}”, version {made.manifest.version}, is in {made.path}.")
    say(f"It answers by: {', '.join(made.manifest.paths)}." + (f" ({refusal})" if refusal else ""))
    for path, outcome in paths_found.items():
        say(f"Proof, {trials[0]['rows']} rows through {path}: {outcome}")
    return 0


def verify_package(path: Path, trust: bool, http: bool, as_json: bool) -> int:
    """Replay the proof of a package through every path, and say how each trial ended."""
    package = open_trusted(absolute(path), trust=trust)
    trials = []
    for trial in verify(package, http=http):
        trials.append(trial)
        if not as_json:
            say(str(trial))
    equal = all(trial.comparison.is_equal for trial in trials)
    if as_json:
        say_line({"equal": equal, "trials": [trial.to_dict() for trial in trials]})
    elif equal:
        say(f"“{package.manifest.name}” answers as the studio did.")
    return 0 if equal else 1


def told(made: Prediction, experiment: Experiment) -> dict[str, Any]:
    """Return what a conversion of an experiment did, as JSON-able data."""
    titles = {**_titles(made.experiment), **_titles(experiment)}
    return {
        "report": [
            {"action": e.action, "node": e.node, "title": titles.get(e.node, e.node),
             "what": e.what, "why": e.why}
            for e in made.report
        ],
        "problems": [
            {"node": item.node, **item.problem.to_dict(),
             "repairs": [
                 {"text": one.text, "choice": choice_text(one.choice)} for one in item.repairs
             ]}
            for item in made.problems
        ],
        "frozen": [{"title": f.title, "rows": f.rows, "bytes": f.bytes} for f in made.frozen],
    }  # fmt: skip


def choice_text(choice: Choice) -> str:
    """Return a choice as the command line takes it."""
    return json.dumps(
        {
            "score": choice.score,
            "transforms": dict(choice.transforms),
            "left_out": list(choice.left_out),
        },
        ensure_ascii=False,
    )


def ask_choice(error: ModelChoiceNeeded, as_json: bool) -> int:
    """Say which models could answer, and return the exit code for it."""
    if as_json:
        choices = [
            {"node": item.scores[0], "title": item.title, "detail": item.learner}
            for item in error.candidates
        ]
        say_line({"choices": choices})
    else:
        complain(error.in_full)
        complain("Choose one with --choice NODE.")
    return CHOICE_NEEDED


def _say(made: Prediction, experiment: Experiment) -> None:
    titles = {**_titles(made.experiment), **_titles(experiment)}
    for entry in made.report:
        say(f"- {entry.what} {entry.why}".rstrip())
    for trouble in made.problems:
        complain(problem_line(titles.get(trouble.node, ""), trouble.problem))


def _titles(experiment: Experiment) -> Mapping[str, str]:
    return {node.id: node.shown_title for node in experiment.nodes.values()}
