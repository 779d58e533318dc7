"""A package's folder, opened: checked before anything in it is used."""

from __future__ import annotations

import json
import shutil
import tempfile
import weakref
from collections.abc import Container
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.scoring.manifest import Manifest, PackageUnreadable
from studio.scoring.signature import Signature
from studio.sdk.saved import SavedUnreadable, unpack

if TYPE_CHECKING:
    from studio.scoring.onnx_session import OnnxProgram
    from studio.scoring.package_scorer import PackageScorer
    from studio.scoring.program import Program

SIGNATURE = "signature.json"
PROGRAM = "program"
GRAPH = "model.onnx"
SAMPLE = "sample_request.json"


@dataclass(frozen=True, eq=False)
class Package:
    """A package whose files are what its manifest says.

    Attributes:
        folder: Where its files lie.
        manifest: What it is.
        allowed: The hashes of the scripts that may run; None for all of them.
    """

    folder: Path
    manifest: Manifest
    allowed: Container[str] | None = None

    @cached_property
    def signature(self) -> Signature:
        """What it is asked with, and what it answers; raises PackageUnreadable."""
        try:
            return Signature.from_dict(json.loads(self._text(SIGNATURE)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise PackageUnreadable(path=self.folder, reason=f"its signature: {error}") from error

    @cached_property
    def program(self) -> Program:
        """The steps that answer; raises a StudioError. Loads models, which takes its time."""
        from studio.scoring.program_file import read_program

        return read_program(self.folder / PROGRAM, self.folder, self.allowed)

    @cached_property
    def mixed(self) -> Program | None:
        """The steps with graphs in the place of models; None where the package has no such."""
        from studio.scoring.program_file import read_program

        graphs = {
            node: self.folder / name
            for node, name in self.manifest.graphs.items()
            if name in self.manifest.files
        }
        if not graphs:
            return None
        return read_program(self.folder / PROGRAM, self.folder, self.allowed, graphs)

    @cached_property
    def graph(self) -> OnnxProgram | None:
        """The whole path as one graph; None where the package has none."""
        if GRAPH not in self.manifest.files:
            return None
        from studio.scoring.onnx_session import OnnxProgram

        return OnnxProgram((self.folder / GRAPH).read_bytes())

    def json(self, name: str) -> Any:
        """Return the data of a JSON file of the package; raises PackageUnreadable."""
        try:
            return json.loads(self._text(name))
        except (ValueError, RecursionError) as error:
            raise PackageUnreadable(path=self.folder, reason=f"{name}: {error}") from error

    def scorer(self, threads: int = 1) -> PackageScorer:
        """Return the package as one callable."""
        from studio.scoring.package_scorer import PackageScorer

        return PackageScorer(self, threads)

    def _text(self, name: str) -> str:
        if name not in self.manifest.files:
            raise PackageUnreadable(path=self.folder, reason=f"it has no {name}")
        try:
            return (self.folder / name).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise PackageUnreadable(path=self.folder, reason=f"{name}: {error}") from error


def open_package(path: Path, allowed: Container[str] | None = frozenset()) -> Package:
    """Return the package in a folder or .zip file; raises PackageUnreadable, PackageChanged.

    Every file is checked against the manifest before any is read. Nothing in it is run: models are
    loaded when they are first needed, and then only types that are listed. ``allowed`` has the
    hashes of the scripts that may run; None lets all of them run.
    """
    path = path.absolute()
    folder = _unpacked(path) if path.is_file() else path
    if not folder.is_dir():
        raise PackageUnreadable(path=path, reason="there is no such folder or file")
    manifest = Manifest.read(folder)
    manifest.check(folder)
    return Package(folder, manifest, allowed)


def open_inside(path: Path) -> Package:
    """Return the package that this very process was started in, its own code already imported.

    Its modules are found in its own files, and its scripts may run: who starts the package's own
    server runs what is inside.
    """
    from studio.scoring.package_modules import finder
    from studio.sdk.transform import find_modules

    package = open_package(path, None)
    find_modules(finder(package.manifest.modules))
    return package


def _unpacked(path: Path) -> Path:
    """Return a folder of this process with what a .zip file holds."""
    folder = Path(tempfile.mkdtemp(prefix="wireloom-package-"))
    weakref.finalize(_KEPT, shutil.rmtree, folder, ignore_errors=True)
    try:
        unpack(path, folder)
    except SavedUnreadable as error:
        reason = str(error.fields.get("reason", error.message))
        raise PackageUnreadable(path=path, reason=reason) from error
    inner = list(folder.iterdir())
    return inner[0] if len(inner) == 1 and inner[0].is_dir() else folder


class _Kept:
    """What unpacked folders live as long as: the process."""


_KEPT = _Kept()
