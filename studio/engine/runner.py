"""The seam for where work happens: a runner starts jobs and says how they go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Literal, Protocol

Do = Literal["run", "describe", "preview", "profile", "compare", "trees", "snapshot"]
Desk = Literal["columns", "rows", "study"]
"""Where a question is answered: each desk is a process, so that none waits for another's."""


@dataclass(frozen=True, slots=True)
class Job:
    """Work as a spec and the keys of its inputs, never their values.

    Attributes:
        do: What kind of work.
        spec: JSON-able; what the function that does it is given.
        trusted: Whether the process may be used again afterwards.
        own: Whether all code came with the studio; other code is loaded in a process of its own.
        newest: When the newest of its code changed, in nanoseconds.
        seconds: The longest it may take; None for no limit.
        desk: Where it is done, for a question; None for a node.
    """

    do: Do
    spec: Mapping[str, Any] = field(default_factory=dict)
    trusted: bool = True
    own: bool = True
    newest: int = 0
    seconds: float | None = None
    desk: Desk | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a job says: "started", "progress", "log", and at last "done" or "died"."""

    job: int
    kind: str
    data: Mapping[str, Any]


class Handle(Protocol):
    """A job under way."""

    @property
    def number(self) -> int:
        """The number that its reports carry."""

    def ask(self) -> None:
        """Ask it to stop, and kill it when it has not after a moment."""

    def kill(self) -> None:
        """End it now."""

    def wait(self, timeout: float) -> bool:
        """Whether it has ended, or ends within so many seconds."""


class Runner(Protocol):
    """A place where jobs run; used by one thread."""

    def room(self) -> int:
        """Return how many more nodes can run now."""

    def desk_is_free(self, desk: Desk) -> bool:
        """Whether a question can be asked at a desk now."""

    def start(self, job: Job) -> Handle:
        """Start a job."""

    def connections(self) -> Sequence[Connection]:
        """Return what to wait on for reports."""

    def collect(self, ready: Sequence[object]) -> list[Report]:
        """Return the reports that have come, and kill what has had its time."""

    def patience(self) -> float | None:
        """Return the seconds until something must be killed; None when nothing is due."""

    def close(self) -> None:
        """End every job and process."""
