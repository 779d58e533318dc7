"""A scorer: a package as one callable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from studio.scoring.signature import Signature

if TYPE_CHECKING:
    from studio.sdk.arrays import Columns

Tables: TypeAlias = "Mapping[str, Columns]"
"""Columns by the name of a web service input or output; see :mod:`studio.sdk.arrays`."""


class Scorer(Protocol):
    """Answers requests; used by several threads at once.

    Attributes:
        name, version: Those of the package.
        signature: What it is asked with, and what it answers.
        path: What answers: “onnx” (the whole path as one graph), “mixed” (the numpy program with
            graphs for models) or “program” (numpy and the libraries that fitted).
    """

    @property
    def name(self) -> str:
        """The package's name."""

    @property
    def version(self) -> str:
        """The package's version."""

    @property
    def signature(self) -> Signature:
        """What it is asked with, and what it answers."""

    @property
    def path(self) -> str:
        """What answers: “onnx”, “mixed” or “program”."""

    def score(self, tables: Tables, parameters: Mapping[str, Any] | None = None) -> Tables:
        """Return the outputs' columns, as many rows as came in, in the same order.

        Each input has every column of its signature: numbers, booleans (0 and 1), datetimes and
        timespans (microseconds) as float64 with NaN for what is missing, text as objects with None.
        An optional column that did not come is all missing. ``parameters`` are those that the
        request sets. Raises a StudioError (with ``column`` and ``row`` among its fields where it
        knows them) for what cannot be scored.
        """
