"""Facts: all that the files of a package say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from studio.export.files.pins import Pin
from studio.scoring.manifest import Trusted
from studio.scoring.signature import Signature


@dataclass(frozen=True)
class Training:
    """How the model came about.

    Attributes:
        source: What it learned from, as a person calls it: a dataset's title or a file's name.
        rows: How many rows it learned from; None where that is not known.
        label: The column that it learned to predict; None for a model without one.
        classes: The label's classes; empty where it has none.
        algorithm: The title of the learner.
        parameters: Its parameters as they are shown, by label.
        libraries: The distributions that it was trained with, and their versions.
        seed: The experiment's seed.
        follows: For a version that was made by retraining, the one that it follows, and how both
            did on the same rows.
    """

    source: str = ""
    rows: int | None = None
    label: str | None = None
    classes: tuple[str, ...] = ()
    algorithm: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    libraries: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    follows: str = ""


@dataclass(frozen=True, slots=True)
class PathStep:
    """A step between request and answer: its title, its module's title, what that does."""

    title: str
    module: str
    does: str = ""


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """A node of the drawing: title, second line, and the upper left corner of its card."""

    id: str
    title: str
    detail: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class DrawnLink:
    """A link of the drawing, from a node's lower edge to another's upper edge.

    ``start`` and ``end`` say how far to the right of the cards' middles it begins and ends.
    """

    source: str
    target: str
    start: float = 0.0
    end: float = 0.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """The predictive experiment as it stands on the canvas; a card is 220 wide and 56 high."""

    nodes: tuple[DrawnNode, ...] = ()
    links: tuple[DrawnLink, ...] = ()


@dataclass(frozen=True, slots=True)
class FrozenTable:
    """A table that the package carries: its file, and what it is."""

    file: str
    title: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What the gate tried on a path: what kind of rows, how many, and how many were different.

    Attributes:
        path: The path that was compared with the studio's own answers.
        title: What the rows were: “as they are”, “a column missing”.
        rows: How many there were.
        different: How many were answered differently.
        largest: The largest relative difference among the numbers of all answers.
    """

    path: str
    title: str
    rows: int
    different: int = 0
    largest: float = 0.0


@dataclass(frozen=True)
class PackageFacts:
    """What is known of a package when its files are written.

    Attributes:
        name, version, description: As in its manifest.
        signature: What it is asked with, and what it answers.
        sample_request, sample_reply: A request of real rows and its answer, as JSON text.
        identity: The hash of what scores; equal hashes give equal MLflow identities.
        python: The version of Python that it was made with.
        studio: The version of the studio that it was made with.
        pins: What scoring needs; see :func:`studio.export.files.pins.pins`.
        mlflow: What MLflow needs besides; see :func:`mlflow_requirements`.
        training: How the model came about.
        metrics: Figures of the training's reports, by report.
        steps: What is done between request and answer, in order.
        drawing: The predictive experiment.
        paths: What can answer, the quickest first: “onnx”, “mixed”, “program”.
        refusals: Why a path is not there, by path.
        trials: What the gate tried.
        tables: The tables that the package carries.
        trusted: Steps that run code which a person wrote.
    """

    name: str
    version: str
    description: str
    signature: Signature
    sample_request: str
    sample_reply: str
    identity: str
    python: str
    studio: str
    pins: tuple[Pin, ...]
    mlflow: tuple[str, ...]
    training: Training = Training()
    metrics: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    steps: tuple[PathStep, ...] = ()
    drawing: Drawing = Drawing()
    paths: tuple[str, ...] = ("program",)
    refusals: Mapping[str, str] = field(default_factory=dict)
    trials: tuple[Trial, ...] = ()
    tables: tuple[FrozenTable, ...] = ()
    trusted: tuple[Trusted, ...] = ()

    def needs(self, name: str) -> bool:
        """Whether scoring needs a distribution."""
        return any(pin.name.lower() == name for pin in self.pins)
