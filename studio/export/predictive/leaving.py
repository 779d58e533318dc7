"""Why each node that is not on the request path goes."""

from __future__ import annotations

from studio.document import graph
from studio.export.predictive.builder import Builder
from studio.export.predictive.choice import Candidate
from studio.registry import shapes


def tell_what_goes(builder: Builder, candidate: Candidate, score: str) -> None:
    """Add a line to the report for each node that it has none of yet, and for each parameter."""
    told = {entry.node for entry in builder.report}
    below = graph.reached([score], builder.flow.experiment.targets)
    for node in builder.flow.steps:
        if node not in told and node not in builder.nodes:
            why = _why(builder, candidate, node, node in below)
            builder.tell("gone", node, "{} goes.", why)
    bound = {name for node in builder.nodes.values() for name in node.bindings.values()}
    for old in builder.flow.experiment.nodes.values():
        for name in sorted(set(old.bindings.values()) - bound):
            what = f"The parameter “{name}” goes."
            builder.tell("gone", old.id, what, "Only nodes took it that do not answer requests.")
            bound.add(name)


def _why(builder: Builder, candidate: Candidate, node: str, is_below: bool) -> str:
    """Return why a node goes, by its ports and its place."""
    flow = builder.flow
    cls = flow.module(node)
    if flow.steps[node].disabled:
        return "It is switched off."
    if cls is None:
        return "Its module is not installed."
    if shapes.scores(cls):
        if node in candidate.scores:
            return "Another node answers with this model, on rows that are more like a request's."
        return "It answers with a model that was not chosen."
    trained = flow.ancestors(candidate.model[0])
    if node not in trained and (shapes.trains(cls) or shapes.of_kind(cls.outputs(), "Learner")):
        return "It belongs to a model that was not chosen."
    if shapes.of_kind(cls.outputs(), "Learner"):
        return "The trained model has its settings."
    if shapes.of_kind(cls.inputs(), "Learner"):
        return "It is part of training."
    if not cls.outputs():
        return "It writes what a run of training made."
    if cls.meta.report or all(port.kind == "Report" for port in cls.outputs()):
        return "It judges what came out of training; a request has nothing to compare with."
    if node in trained:
        return "It only feeds training."
    if is_below:
        return "It comes after the scores; add it again where replies need it."
    return "No request passes it."
