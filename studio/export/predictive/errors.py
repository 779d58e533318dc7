"""Why an experiment cannot be made into a predictive one yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.sdk.errors import StudioError

if TYPE_CHECKING:
    from studio.export.predictive.choice import Candidate


class NothingTrained(StudioError):
    """An experiment has no model."""

    code = "nothing_trained"
    sentence = "“{experiment}” has no trained model that could answer requests."
    hint = "Train one first, and score rows with it."


class NothingScored(StudioError):
    """An experiment trains a model, and no node answers with it."""

    code = "nothing_scored"
    sentence = "“{model}” trains a model, and nothing is scored with it."
    hint = "Wire the model and rows like those of a request into a scoring node, and run."


class ModelChoiceNeeded(StudioError):
    """An experiment has more than one model; ``candidates`` are what can be chosen."""

    code = "model_choice_needed"
    sentence = "“{experiment}” has {count} models: {models}."
    hint = "Choose the one that is to answer requests."

    def __init__(self, experiment: str, candidates: tuple[Candidate, ...]) -> None:
        self.candidates = candidates
        models = [f"“{candidate.title}” ({candidate.learner})" for candidate in candidates]
        super().__init__(experiment=experiment, count=len(candidates), models=models)


class ChoiceUnknown(StudioError):
    """A node was chosen that neither trains a model nor answers with one."""

    code = "choice_unknown"
    sentence = "“{chosen}” is no model that could answer requests."
    hint = "Choose one of: {available}."


class NotRun(StudioError):
    """Nodes that the conversion needs have no result."""

    code = "not_run"
    sentence = "There is no result yet of {titles}."
    hint = "Run the experiment first."
