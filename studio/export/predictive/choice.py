"""Which model is to answer requests, and which scoring node shows how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from studio.engine.plan import Wire
from studio.export.predictive.errors import (
    ChoiceUnknown,
    ModelChoiceNeeded,
    NothingScored,
    NothingTrained,
)
from studio.export.predictive.flow import Flow
from studio.export.predictive.path import row_marks
from studio.registry import shapes


@dataclass(frozen=True)
class Choice:
    """What the person chose where the rules leave a choice; every part may be empty.

    Attributes:
        score: The node that answers requests, or the one that trained the model that is to.
        transforms: For a node of the request path that fitted anew, the node whose transform is to
            take the place of its own.
        left_out: Nodes of the request path that requests are to pass by.
    """

    score: str = ""
    transforms: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A model that could answer requests.

    Attributes:
        model: The output that gives it.
        title: What a person calls the node that does.
        learner: What it was made by, as a person calls it; of a saved model, its node's title.
        scores: The nodes that answer with it, the one that would stay first.
    """

    model: Wire
    title: str
    learner: str
    scores: tuple[str, ...]


def candidates(flow: Flow) -> tuple[Candidate, ...]:
    """Return the models that could answer requests; raises NothingTrained and NothingScored."""
    by_model: dict[Wire, list[str]] = {}
    for node in flow.steps:
        cls = flow.module(node)
        if cls is None or flow.steps[node].disabled or not shapes.scores(cls):
            continue
        model = flow.value(node, "Model")
        if model is not None and flow.data(node) is not None:
            by_model.setdefault(model, []).append(node)
    if not by_model:
        raise _nothing(flow)
    return tuple(
        Candidate(
            model, flow.title(model[0]), _learner(flow, model[0]), _ranked(flow, model, nodes)
        )
        for model, nodes in by_model.items()
    )


def chosen(flow: Flow, choice: Choice) -> tuple[Candidate, str]:
    """Return the model that is to answer, and the scoring node that stays.

    Raises ModelChoiceNeeded where there are several models and none was chosen, ChoiceUnknown,
    NothingTrained and NothingScored.
    """
    found = candidates(flow)
    if not choice.score:
        if len(found) > 1:
            raise ModelChoiceNeeded(flow.experiment.name, found)
        return found[0], found[0].scores[0]
    for candidate in found:
        if choice.score in candidate.scores:
            return candidate, choice.score
        if choice.score == candidate.model[0]:
            return candidate, candidate.scores[0]
    available = [node for item in found for node in (item.model[0], *item.scores)]
    raise ChoiceUnknown(chosen=choice.score, available=available)


def _nothing(flow: Flow) -> NothingScored | NothingTrained:
    for node in flow.steps:
        if flow.ports(node, "Model") and not flow.steps[node].disabled:
            return NothingScored(model=flow.title(node))
    return NothingTrained(experiment=flow.experiment.name)


def _learner(flow: Flow, model: str) -> str:
    learner = flow.value(model, "Learner")
    return flow.title(model if learner is None else learner[0])


def _ranked(flow: Flow, model: Wire, nodes: list[str]) -> tuple[str, ...]:
    """Return scoring nodes of one model: those first whose rows the model did not learn from."""
    return tuple(sorted(nodes, key=lambda node: _nearness(flow, model, node)))


def _nearness(flow: Flow, model: Wire, score: str) -> int:
    """Return how near a node's rows are to those of training: apart, other ones, the same."""
    trained, scored = flow.data(model[0]), flow.data(score)
    if trained is None or scored is None:
        return 0
    learned, answered = row_marks(flow, trained[1]), row_marks(flow, scored[1])
    parts = dict(learned)
    if any(parts.get(node, port) != port for node, port in answered):
        return 0
    return 1 if learned[0] != answered[0] else 2
