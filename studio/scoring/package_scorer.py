"""A package as one callable: the quickest of its paths, and the program where that one cannot."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.scoring.onnx_session import Declined
from studio.scoring.scorer import Tables
from studio.scoring.signature import Signature

if TYPE_CHECKING:
    from studio.scoring.folder import Package
    from studio.scoring.program import Program


class PackageScorer:
    """Answers requests by the package's graph, else by its program; see :class:`Scorer`."""

    def __init__(self, package: Package, threads: int = 1) -> None:
        self._package = package
        self._threads = threads
        self._loading = threading.Lock()
        self._defaults = {item.name: item.default for item in package.signature.parameters}
        self._graph = package.graph
        if self._graph is None:
            self._program()

    @property
    def name(self) -> str:
        """The package's name."""
        return self._package.manifest.name

    @property
    def version(self) -> str:
        """The package's version."""
        return self._package.manifest.version

    @property
    def signature(self) -> Signature:
        """What it is asked with, and what it answers."""
        return self._package.signature

    @property
    def path(self) -> str:
        """What answers: “onnx”, “mixed” or “program”; see :attr:`Manifest.paths`."""
        return self._package.manifest.paths[0]

    def score(self, tables: Tables, parameters: Mapping[str, Any] | None = None) -> Tables:
        """Return the outputs' columns; raises a StudioError. See :meth:`Scorer.score`."""
        changed = {
            name: value
            for name, value in (parameters or {}).items()
            if name not in self._defaults or value != self._defaults[name]
        }
        if self._graph is not None and not changed:
            try:
                return self._graph.run(tables, self._threads)
            except Declined:
                pass  # the program answers, or says what is wrong
        return self._program().run(tables, self._threads, changed)

    def _program(self) -> Program:
        """Return the program, loaded once; a graph needs it only for what it refuses."""
        with self._loading:
            return self._package.mixed or self._package.program


@dataclass(frozen=True, eq=False)
class ProgramScorer:
    """A program that is in no package yet, as one callable; see :class:`Scorer`."""

    name: str
    version: str
    signature: Signature
    program: Program
    path: str = "program"

    def score(self, tables: Tables, parameters: Mapping[str, Any] | None = None) -> Tables:
        """Return the outputs' columns; raises a StudioError. See :meth:`Scorer.score`."""
        return self.program.run(tables, 1, parameters)
