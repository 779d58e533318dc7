"""A training experiment made into one that answers requests."""

from studio.export.predictive.choice import Candidate, Choice, candidates
from studio.export.predictive.convert import convert
from studio.export.predictive.errors import (
    ChoiceUnknown,
    ModelChoiceNeeded,
    NothingScored,
    NothingTrained,
    NotRun,
)
from studio.export.predictive.flow import Facts, Flow
from studio.export.predictive.parameters import web_parameters
from studio.export.predictive.report import Entry, Frozen, Prediction, Repair, Saved, Trouble
from studio.export.predictive.request import Request, requests
from studio.export.predictive.update import made_of, updated

__all__ = [
    "Candidate",
    "Choice",
    "ChoiceUnknown",
    "Entry",
    "Facts",
    "Flow",
    "Frozen",
    "ModelChoiceNeeded",
    "NotRun",
    "NothingScored",
    "NothingTrained",
    "Prediction",
    "Repair",
    "Request",
    "Saved",
    "Trouble",
    "candidates",
    "convert",
    "made_of",
    "requests",
    "updated",
    "web_parameters",
]
