"""Where a module's class comes from: a distribution or a file of the user's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Origin = Literal["builtin", "package", "user", "given"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a module's class comes from.

    Attributes:
        origin: Built-in, an installed package, the user's folder, or given by the caller.
        distribution: Name of the package that brings it, or of the file.
        file: The file that defines the class.
        root: The folder under which its distribution's own imports are found.
    """

    origin: Origin
    distribution: str
    file: Path
    root: Path

    @property
    def is_builtin(self) -> bool:
        """Whether the module came with the studio."""
        return self.origin == "builtin"


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or package whose modules could not be loaded, and why, in one sentence."""

    source: str
    sentence: str
