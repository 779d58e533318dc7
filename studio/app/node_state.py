"""The state of a node, as the canvas and the panels show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from studio.sdk.errors import Problem

Status = Literal[
    "unknown", "incomplete", "ready", "stale", "disabled", "queued", "running", "finished",
    "reused", "failed", "cancelled", "skipped",
]  # fmt: skip

STATUS_TEXT: Mapping[Status, str] = {
    "unknown": "",
    "incomplete": "Incomplete",
    "ready": "Not run yet",
    "stale": "Changed since it ran",
    "disabled": "Disabled",
    "queued": "Waiting",
    "running": "Running",
    "finished": "Finished",
    "reused": "Reused",
    "failed": "Failed",
    "cancelled": "Cancelled",
    "skipped": "Skipped",
}
STATUS_ICON: Mapping[Status, str] = {
    "unknown": "",
    "incomplete": "triangle-alert",
    "ready": "circle-dashed",
    "stale": "history",
    "disabled": "ban",
    "queued": "clock-3",
    "running": "loader-circle",
    "finished": "circle-check",
    "reused": "recycle",
    "failed": "octagon-x",
    "cancelled": "square-slash",
    "skipped": "circle-minus",
}
STATUS_TOKEN: Mapping[Status, str] = {
    "unknown": "text_faint",
    "incomplete": "warn",
    "ready": "text_faint",
    "stale": "warn",
    "disabled": "text_faint",
    "queued": "info",
    "running": "accent",
    "finished": "good",
    "reused": "good",
    "failed": "bad",
    "cancelled": "text_soft",
    "skipped": "text_faint",
}


@dataclass(frozen=True)
class NodeState:
    """How a node stands.

    Attributes:
        sentence: What hover says: what is missing, the error, why it was left out.
        fraction: How far it is, from 0 to 1, while it runs and says so.
        progress: What it says of how far it is.
        seconds: What it took.
        key: The key of its result, where there is one to look at.
        outputs: What is known of its results, by port, as ``studio.sdk.keep.describe`` says it.
        warnings: What it noticed in the data.
    """

    status: Status = "unknown"
    sentence: str = ""
    fraction: float | None = None
    progress: str = ""
    seconds: float | None = None
    key: str | None = None
    outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    @property
    def has_result(self) -> bool:
        """Whether there is something to look at."""
        return self.key is not None
