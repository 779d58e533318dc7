"""Model packages from Python: written from an experiment, opened, asked and verified."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.api.experiment import Experiment
from studio.api.handles import Node
from studio.scoring.folder import Package
from studio.scoring.manifest import Manifest
from studio.scoring.mlflow import Predictor
from studio.scoring.signature import Signature
from studio.serve.verifying import Trial, verify
from studio.session import engines
from studio.session.file_paths import absolute
from studio.session.opening import open_trusted
from studio.session.packaging import Wish, choice_of, make_package, quietly

if TYPE_CHECKING:
    import pandas as pd


class ModelPackage:
    """An open package: it answers data frames, and proves that it answers as the studio did."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._predictor: Predictor | None = None

    @property
    def path(self) -> Path:
        """The folder in which its files lie."""
        return self._package.folder

    @property
    def manifest(self) -> Manifest:
        """What it is: name, version, metrics, hashes."""
        return self._package.manifest

    @property
    def signature(self) -> Signature:
        """What it is asked with, and what it answers."""
        return self._package.signature

    def predict(self, rows: Any, parameters: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Return a data frame with the answers, a row for each row; raises a StudioError.

        ``rows`` are a data frame, a list of records, or columns by name. ``parameters`` are web
        service parameters.
        """
        if self._predictor is None:
            self._predictor = Predictor(self._package.scorer())
        return self._predictor.predict(rows, parameters)

    def verify(self, *, http: bool = True) -> list[Trial]:
        """Replay the proof through every path, and return what came of each trial."""
        return list(verify(self._package, http=http))

    def __repr__(self) -> str:
        return f"<ModelPackage {self.manifest.name!r} {self.manifest.version}>"


def package(
    experiment: Experiment,
    out: str | os.PathLike[str],
    *,
    name: str = "",
    version: str = "",
    description: str = "",
    answers: Node | str = "",
    replace: bool = False,
    workspace: str | os.PathLike[str] | None = None,
) -> ModelPackage:
    """Write the package of an experiment into a folder or a .zip file, and return it.

    A training experiment is run, as far as it must be, and made into a predictive one first.
    ``answers`` is the node whose model answers, where there are several. Raises a StudioError; then
    nothing is written.
    """
    model = answers.id if isinstance(answers, Node) else answers
    wish = Wish(name, version, description, choice_of(experiment.document, model), replace)
    engine = engines.shared_engine(None if workspace is None else Path(workspace))
    target = absolute(Path(out))
    make_package(engine, experiment.document, experiment.base, target, wish, quietly)
    # Who wrote the experiment has run its scripts already.
    return ModelPackage(open_trusted(target, everything=True))


def open_package(path: str | os.PathLike[str], *, trust: bool = False) -> ModelPackage:
    """Return a package; nothing in it runs but scripts that were trusted, or are with ``trust``.

    Raises PackageUnreadable and PackageChanged.
    """
    return ModelPackage(open_trusted(absolute(Path(path)), trust=trust))
