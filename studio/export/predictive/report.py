"""What a conversion gives: the predictive experiment, what is to be saved, and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from studio.document.experiment import Experiment
from studio.engine.errors import size_text
from studio.export.predictive.choice import Choice
from studio.export.predictive.request import Request
from studio.sdk.errors import Problem
from studio.sdk.saved import SavedKind

Action = Literal["kept", "saved", "applied", "frozen", "added", "gone", "yours", "lost"]


@dataclass(frozen=True)
class Entry:
    """A line of the report.

    Attributes:
        action: What was done to a node: it was kept; became something saved, or a saved
            transformation that is applied; its table was frozen; it was added; it is gone. Of an
            update: a change of the person's was kept ("yours"), or could not be ("lost").
        node: Its id in the training experiment; of an added node and of a person's change, in the
            predictive one.
        what: A sentence that says what was done.
        why: A sentence that says why; may be empty.
    """

    action: Action
    node: str
    what: str
    why: str = ""


@dataclass(frozen=True)
class Repair:
    """A way out of a problem: convert again with this choice.

    Attributes:
        text: What it does, as a button says it.
        choice: The choice that the conversion had, with the repair.
    """

    text: str
    choice: Choice


@dataclass(frozen=True)
class Trouble:
    """A problem with a node of the training experiment, and the ways out of it."""

    node: str
    problem: Problem
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True)
class Saved:
    """A value of the training run that is to be saved for the predictive experiment.

    Attributes:
        node, port: The output of the training experiment that has it.
        kind: What it is saved as.
        name: The name to save it under.
        into: The node of the predictive experiment that brings it.
        param: That node's parameter that takes the file's path.
    """

    node: str
    port: str
    kind: SavedKind
    name: str
    into: str
    param: str


@dataclass(frozen=True)
class Frozen:
    """A side table that goes into the package as it is.

    Attributes:
        node, port: The output of the training experiment that has it.
        title: What a person calls the node.
        into: The node of the predictive experiment that brings it.
        rows, bytes: Its size.
    """

    node: str
    port: str
    title: str
    into: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class Prediction:
    """A training experiment made into a predictive one.

    Attributes:
        experiment: The predictive experiment. The files of what is to be saved are not in it yet,
            unless the conversion was made with a place to save them.
        choice: The choices that it was made with.
        saved: What is to be saved.
        frozen: The side tables among that.
        report: What was done and why, along the request path first.
        problems: What stands in the way of answering requests as the studio does.
        requests: By the name of each web service input, the columns of a request.
    """

    experiment: Experiment
    choice: Choice = field(default_factory=Choice)
    saved: tuple[Saved, ...] = ()
    frozen: tuple[Frozen, ...] = ()
    report: tuple[Entry, ...] = ()
    problems: tuple[Trouble, ...] = ()
    requests: Mapping[str, Request] = field(default_factory=dict)


def table_size(rows: int, bytes: int) -> str:
    """Return a table's size as a person reads it."""
    return f"{rows:,} {'row' if rows == 1 else 'rows'}, {size_text(bytes)}"
