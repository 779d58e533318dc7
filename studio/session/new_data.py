"""New data for an experiment: the file that one of its sources reads, replaced by another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from studio.document.edits import SetBindings, SetParams
from studio.document.experiment import Experiment
from studio.export.predictive.choice import Candidate, Choice, chosen
from studio.export.predictive.flow import Flow
from studio.export.predictive.path import row_marks
from studio.registry.discovery import Registry
from studio.sdk.errors import StudioError
from studio.session.file_paths import absolute
from studio.session.lookup import find_node


class NothingTrainedHere(StudioError):
    """The model that answers was brought into the experiment, and not trained in it."""

    code = "nothing_trained_here"
    sentence = "“{title}” brings a model that was trained elsewhere, so nothing here learns anew."
    hint = "Retrain the experiment that the model comes from."


class NoDataSource(StudioError):
    """A node cannot be given another file."""

    code = "no_data_source"
    sentence = "“{title}” reads no file, so it cannot be given another one."
    hint = "Put Import Data in its place{instead}."


class DataSourceUnclear(StudioError):
    """New data came for an experiment that reads several files."""

    code = "data_source_unclear"
    sentence = "The experiment reads several files, and it is not said which the new data is for."
    hint = "Write NODE=FILE; the nodes are {nodes}."


@dataclass(frozen=True)
class Source:
    """A node that reads a file, which may be given another one.

    Attributes:
        node, title: Which it is.
        path: The file that it reads, as the experiment has it; empty where it has none.
    """

    node: str
    title: str
    path: str


def sources(experiment: Experiment, registry: Registry) -> list[Source]:
    """Return the nodes of an experiment that may be given other files."""
    flow = Flow.of(experiment, registry)
    found = ((node, file_parameter(flow, node)) for node in flow.steps)
    return [
        Source(node, flow.title(node), str(experiment.params_of(node).get(param, "")))
        for node, param in found
        if param is not None
    ]


def training_of(flow: Flow, choice: Choice | None = None) -> tuple[Candidate, str]:
    """Return the model that answers requests, and the node that scores with it.

    Raises ModelChoiceNeeded, ChoiceUnknown, NothingTrained, NothingScored and NothingTrainedHere.
    """
    candidate, score = chosen(flow, choice or Choice())
    if flow.data(candidate.model[0]) is None:
        raise NothingTrainedHere(title=candidate.title)
    return candidate, score


def with_data(
    experiment: Experiment,
    registry: Registry,
    data: Mapping[str, Path],
    choice: Choice | None = None,
) -> Experiment:
    """Return a training experiment that learns from other files.

    Args:
        data: The files, by the node that is to read each (its id or title). An empty name stands
            for the node that the rows of training and of scoring begin at.
        choice: Which model answers, where there are several.

    Raises NoDataSource, DataSourceUnclear, NameUnknown, NodeAmbiguous and what
    :func:`training_of` raises.
    """
    flow = Flow.of(experiment, registry)
    candidate, score = training_of(flow, choice)
    begins = {source_of(flow, node) for node in (candidate.model[0], score)}
    return with_files(flow, flow.ancestors(score), begins, data)


def with_files(
    flow: Flow, among: Iterable[str], usual: Iterable[str], data: Mapping[str, Path]
) -> Experiment:
    """Return an experiment whose sources read other files; see :func:`with_data`.

    An empty name stands for the ``usual`` source, if that is one; ``among`` are the nodes that
    matter.
    """
    wanted, found = set(among), flow.experiment
    readers = [n for n in flow.steps if n in wanted and file_parameter(flow, n) is not None]
    for name, path in data.items():
        node = find_node(found, name) if name else _only(flow, readers, list(usual))
        param = file_parameter(flow, node)
        if param is None:
            raise _no_source(flow, node, readers)
        free = SetBindings(node, {}, (param,)).changed(found)
        found = SetParams(node, {param: str(absolute(path))}).changed(free)
    return found


def source_of(flow: Flow, node: str) -> str:
    """Return the node that a node's data path begins at: itself where nothing is wired in."""
    came = flow.data(node)
    return node if came is None else row_marks(flow, came[1])[-1][0]


def file_parameter(flow: Flow, node: str) -> str | None:
    """Return the parameter by which a source names its file; None where a node is no such source.

    What brings a saved model or transform is none.
    """
    step = flow.steps[node]
    if step.cls is None or step.disabled or step.sources or not flow.ports(node, "Table"):
        return None
    if step.cls.meta.world == "writes":
        return None
    return next((item.name for item in step.cls.parameters() if item.kind == "file"), None)


def _only(flow: Flow, readers: list[str], usual: list[str]) -> str:
    """Return the source that data is for which names none."""
    if len(usual) == 1:
        return usual[0]
    raise DataSourceUnclear(nodes=[f"“{flow.title(node)}” ({node})" for node in readers or usual])


def _no_source(flow: Flow, node: str, readers: list[str]) -> NoDataSource:
    names = ", ".join(f"“{flow.title(one)}” ({one})" for one in readers)
    instead = f", or write NODE=FILE for one of {names}" if readers else ""
    return NoDataSource(title=flow.title(node), instead=instead)
