"""A job: a file that was submitted, how far its answers are, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

State = Literal["NotStarted", "Running", "Finished", "Failed", "Cancelled"]
"""How a job is, in Azure's words."""

ENDED: tuple[State, ...] = ("Finished", "Failed", "Cancelled")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is.

    Attributes:
        rows: Rows that are done, with those that were refused.
        total: How many there are, where the file tells.
        share: How much of the file is done, from 0 to 1.
        refused: Rows that could not be scored.
        rows_per_second: The speed.
    """

    rows: int = 0
    total: int | None = None
    share: float = 0.0
    refused: int = 0
    rows_per_second: float = 0.0


@dataclass(frozen=True, slots=True)
class Job:
    """A job.

    Attributes:
        id: Its name, which nobody guesses.
        number: Its place in the order of all jobs.
        state: How it is.
        created, started, ended: When, in seconds since 1970.
        source, target: The names of its files, in the job's folder.
        options: How the file is read, scored and written, as :class:`BatchOptions` has it.
        package, version: What scores it, once it is started.
        progress: How far it is.
        problem: What went wrong, in the form that errors have; None where nothing did.
        stopping: Whether somebody asked to cancel it.
    """

    id: str
    number: int
    state: State
    created: float
    source: str
    target: str
    options: Mapping[str, Any] = field(default_factory=dict)
    started: float | None = None
    ended: float | None = None
    package: str = ""
    version: str = ""
    progress: Progress = Progress()
    problem: Mapping[str, Any] | None = None
    stopping: bool = False

    def to_dict(self, address: str) -> dict[str, Any]:
        """Return the job as JSON-able data; ``address`` is where jobs are asked for."""
        own = f"{address}/{self.id}"
        links = {"self": own}
        if self.state == "Finished":
            links["result"] = f"{own}/result"
        if self.state in ENDED and self.progress.refused:
            links["rejected"] = f"{own}/rejected"
        done = self.progress
        return {
            "id": self.id,
            "state": self.state,
            "created": _time(self.created),
            "started": _time(self.started),
            "ended": _time(self.ended),
            "package": {"name": self.package, "version": self.version} if self.package else None,
            "progress": {
                "rows": done.rows,
                "total": done.total,
                "share": round(done.share, 4),
                "rows_per_second": round(done.rows_per_second, 1),
            },
            "counts": {"scored": done.rows - done.refused, "rejected": done.refused},
            "error": None if self.problem is None else dict(self.problem),
            "links": links,
        }


def _time(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
