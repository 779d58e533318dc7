"""What is wrong with an experiment, found without running anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from studio.document.experiment import Experiment
from studio.document.frozen import thaw
from studio.document.items import ExperimentParameter, Link, Node
from studio.registry.discovery import Registry
from studio.sdk.errors import Problem
from studio.sdk.module import Module, Port, read_params
from studio.sdk.validation import check_ranges

Classes = Mapping[str, "type[Module] | None"]


@dataclass(frozen=True)
class Found:
    """A problem and where it is: on a node, on a link into that node, or (None) on the whole."""

    node: str | None
    problem: Problem
    link: Link | None = None


def find_problems(experiment: Experiment, registry: Registry) -> list[Found]:
    """Return what is wrong with an experiment, in the order of its nodes.

    Found are unknown modules, parameters, ranges and bindings that are not right, required inputs
    without a link, links that do not fit, names that two places of a web service have, and circles.
    A disabled node's own settings and inputs are not looked at. Takes time in proportion to the
    size of the experiment.
    """
    classes = {id: registry.get(node.module) for id, node in experiment.nodes.items()}
    known = {parameter.name: parameter for parameter in experiment.parameters}
    found = [Found(None, problem) for problem in _of_parameters(experiment.parameters)]
    for id in sorted(experiment.nodes):
        node, cls = experiment.nodes[id], classes[id]
        if cls is None:
            found.append(Found(id, _unknown_module(node)))
            continue
        if node.version > cls.meta.version:
            found.append(Found(id, _newer_module(node, cls)))
        if not node.disabled:
            found += [Found(id, p) for p in _of_settings(node, cls, known)]
            found += [Found(id, p) for p in _of_inputs(experiment, node, cls)]
        found += _of_links(experiment, node, cls, classes)
    found += _of_service_names(experiment, classes)
    return found + [_of_cycle(experiment, ids) for ids in experiment.cycles()]


def misfit(source: type[Module] | None, link: Link, target: type[Module] | None) -> str | None:
    """Return why a link does not fit its ports, as the end of a sentence; None where it does.

    A module that is not installed (None) fits whatever the link says.
    """
    output = None if source is None else output_port(source, link.source_port)
    input = None if target is None else input_port(target, link.target_port)
    if source is not None and output is None:
        return f"“{source.meta.title}” has no output “{link.source_port}”"
    if target is not None and input is None:
        return f"“{target.meta.title}” has no input “{link.target_port}”"
    if output is not None and input is not None and output.kind != input.kind:
        return f"“{output.label}” gives a {output.kind}, “{input.label}” takes a {input.kind}"
    return None


def output_port(cls: type[Module], name: str) -> Port | None:
    """Return an output of a module by name."""
    return next((port for port in cls.outputs() if port.name == name), None)


def input_port(cls: type[Module], name: str) -> Port | None:
    """Return an input of a module by name."""
    return next((port for port in cls.inputs() if port.name == name), None)


def _of_parameters(parameters: tuple[ExperimentParameter, ...]) -> Iterator[Problem]:
    for parameter in parameters:
        if parameter.default is not None and not parameter.accepts(parameter.default):
            yield Problem(
                "experiment_parameter_wrong",
                f"The experiment's parameter “{parameter.name}” is of type {parameter.type}; "
                f"its default {_cut(parameter.default)} is not.",
                "Change the default or the type in the experiment's properties.",
            )


def _of_settings(
    node: Node, cls: type[Module], known: Mapping[str, ExperimentParameter]
) -> Iterator[Problem]:
    """Yield what is wrong with a node's parameters, ranges and bindings."""
    declared = {parameter.name for parameter in cls.parameters()}
    for field, name in node.bindings.items():
        if field not in declared:
            sentence = f"“{cls.meta.title}” has no parameter “{field}” that could be bound."
            yield Problem("binding_unknown_field", sentence, param=field)
        elif name not in known:
            sentence = f"The experiment has no parameter “{name}”, which “{field}” is bound to."
            hint = "Add it in the experiment's properties, or bind to another one."
            yield Problem("binding_unknown_parameter", sentence, hint, param=field)
    usable = {field: value for field, value in node.bindings.items() if field in declared}
    bound = {field: known[name].default for field, name in usable.items() if name in known}
    values = {field: value for field, value in bound.items() if value is not None}
    try:
        yield from read_params(cls, thaw({**node.params, **values}))[1]
        yield from check_ranges(cls, thaw(node.ranges))
    except Exception as error:
        yield _faulty_module(cls, error)


def _of_inputs(experiment: Experiment, node: Node, cls: type[Module]) -> Iterator[Problem]:
    linked = {link.target_port for link in experiment.links_into(node.id)}
    for port in cls.inputs():
        if not port.optional and port.name not in linked:
            sentence = f"Nothing is linked to “{port.label}” of “{node.shown_title}”."
            hint = f"Link an output of type {port.kind} to it."
            yield Problem("input_needed", sentence, hint, port=port.name)


def _of_links(
    experiment: Experiment, node: Node, cls: type[Module], classes: Classes
) -> Iterator[Found]:
    """Yield what is wrong with the links into a node."""
    starts: set[tuple[str, str]] = set()
    for link in experiment.links_into(node.id):
        source = experiment.nodes[link.source]
        reason = misfit(classes[source.id], link, cls)
        port = input_port(cls, link.target_port)
        if reason is None and link.order > 0 and port is not None and not port.many:
            reason = f"“{port.label}” takes only one link"
        if reason is None and (link.end, link.start) in starts:
            reason = "the same link is there twice"
        starts.add((link.end, link.start))
        if reason is not None:
            ends = f"“{source.shown_title}” ({link.source_port}) to “{node.shown_title}” "
            sentence = f"The link from {ends}({link.target_port}) does not fit: {reason}."
            problem = Problem("link_wrong", sentence, "Remove it.", port=link.target_port)
            yield Found(node.id, problem, link)


def _of_service_names(experiment: Experiment, classes: Classes) -> Iterator[Found]:
    """Yield the places of a web service whose name an earlier one has."""
    first: dict[str, Node] = {}
    for id in sorted(experiment.nodes):
        node, cls = experiment.nodes[id], classes[id]
        if cls is None or not cls.meta.service or node.disabled:
            continue
        name = str(experiment.params_of(id).get("name", cls.parameter("name").default))
        other = first.setdefault(name, node)
        if other is not node:
            titles = f"“{other.shown_title}” and “{node.shown_title}”"
            sentence = f"{titles} both have the name “{name}”."
            hint = "Give one of them another name: requests and replies tell them apart by it."
            yield Found(id, Problem("service_name_twice", sentence, hint, param="name"))


def _of_cycle(experiment: Experiment, ids: list[str]) -> Found:
    titles = [f"“{experiment.nodes[id].shown_title}”" for id in ids]
    shown = ", ".join(titles[:8]) + (f" and {len(titles) - 8} more" if len(titles) > 8 else "")
    sentence = f"These nodes wait for one another in a circle: {shown}."
    return Found(ids[0], Problem("cycle", sentence, "Remove one of the links between them."))


def _unknown_module(node: Node) -> Problem:
    return Problem(
        "module_unknown",
        f"The module “{node.module}” is not installed here.",
        "The node keeps its settings and links. Install the package it comes from, or replace it.",
    )


def _faulty_module(cls: type[Module], error: Exception) -> Problem:
    return Problem(
        "module_faulty",
        f"“{cls.meta.title}” failed while it looked at its parameters: "
        f"{type(error).__name__}: {_cut(str(error))}.",
        "Tell the author of the package that the module comes from.",
    )


def _newer_module(node: Node, cls: type[Module]) -> Problem:
    return Problem(
        "module_older",
        f"“{node.shown_title}” was made with version {node.version} of “{cls.meta.title}”; "
        f"version {cls.meta.version} is installed, and may give other results.",
        "Update the package that the module comes from.",
        severity="warning",
    )


def _cut(value: object) -> str:
    text = f"“{value}”" if isinstance(value, str) else str(thaw(value))
    return text if len(text) <= 80 else text[:79] + "…"
