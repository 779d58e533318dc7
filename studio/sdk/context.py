"""What a running module is given besides its inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from studio.sdk.errors import Cancelled, StudioError

if TYPE_CHECKING:
    from studio.sdk.module import Module


class Listener(Protocol):
    """Where a module's progress, log lines and warnings go."""

    def progress(self, fraction: float, text: str) -> None:
        """Take how much of the work is done, from 0 to 1, and what is being done."""

    def log(self, text: str) -> None:
        """Take a line for the node's log."""

    def warn(self, code: str, sentence: str) -> None:
        """Take a warning about the data; the run goes on."""


@dataclass
class Notes:
    """A listener that keeps what it is told."""

    logs: list[str] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    fraction: float = 0.0

    def progress(self, fraction: float, text: str) -> None:
        """Keep the last fraction."""
        self.fraction = fraction
        if text:
            self.logs.append(text)

    def log(self, text: str) -> None:
        """Keep the line."""
        self.logs.append(text)

    def warn(self, code: str, sentence: str) -> None:
        """Keep the warning."""
        self.warnings.append((code, sentence))


class ModuleUnknown(StudioError):
    """A learner or transform names a module that is not installed."""

    code = "module_unknown"
    sentence = "The module “{module}” is not installed."
    hint = "Install the package that brings it, or replace the node."


def _nobody_asks() -> bool:
    return False


@dataclass(frozen=True)
class Context:
    """What a running module is given besides its inputs.

    Attributes:
        seed: The node's effective seed, the same in every run of the same experiment.
        threads: How many threads the module may use.
        memory: The worker's memory budget in bytes.
        scratch: An empty folder of the node's own, removed afterwards.
        base: The folder that relative paths are relative to.
    """

    scratch: Path
    seed: int = 0
    threads: int = 1
    memory: int = 2 << 30
    base: Path = field(default_factory=Path.cwd)
    listener: Listener = field(default_factory=Notes)
    asked_to_stop: Callable[[], bool] = _nobody_asks
    resolve: Callable[[str], type[Module] | None] | None = None

    def progress(self, fraction: float, text: str = "") -> None:
        """Say how much of the work is done, from 0 to 1; raises Cancelled when asked to stop."""
        self.check()
        self.listener.progress(min(max(fraction, 0.0), 1.0), text)

    def log(self, text: str) -> None:
        """Add a line to the node's log."""
        self.listener.log(text)

    def warn(self, code: str, sentence: str) -> None:
        """Say that something in the data is surprising; the run goes on."""
        self.listener.warn(code, sentence)

    def check(self) -> None:
        """Raise Cancelled when the person asked to stop; called between steps of long work."""
        if self.asked_to_stop():
            raise Cancelled

    def path(self, name: str) -> Path:
        """Return a path that a person wrote, relative ones taken from the experiment's folder."""
        return self.base / Path(name).expanduser()

    def module(self, module_id: str) -> type[Module]:
        """Return the class of a module by its id; raises ModuleUnknown."""
        found = None if self.resolve is None else self.resolve(module_id)
        if found is None:
            raise ModuleUnknown(module=module_id)
        return found
