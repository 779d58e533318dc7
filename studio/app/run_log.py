"""What a run has said so far: how far it is, and the lines of its log."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Literal

from studio.app.figures import count
from studio.app.times import duration
from studio.engine import messages as say
from studio.sdk.errors import Problem

Level = Literal["info", "warning", "error"]
LINES_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log: when (seconds since 1970), of which node (or none), what, how bad."""

    time: float
    node: str
    text: str
    level: Level = "info"


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is.

    Attributes:
        started: Seconds since 1970.
        total, done: How many nodes it is about, and how many were tried or are disabled.
        outcome: How it ended; None while it runs.
        seconds: What it took, once it has ended.
        problems: What is wrong with the run as a whole.
    """

    id: str
    started: float
    total: int = 0
    done: int = 0
    outcome: say.Outcome | None = None
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()

    def after(self, event: say.RunEvent) -> RunProgress:
        """Return how far the run is after an event of it."""
        if isinstance(event, say.RunStarted):
            return replace(self, total=len(event.nodes))
        if isinstance(event, say.RunFinished):
            return replace(
                self, outcome=event.outcome, seconds=event.seconds, problems=event.problems
            )
        is_left_out = isinstance(event, say.NodeSkipped) and not event.because
        if is_left_out or isinstance(event, WORK):
            return replace(self, done=self.done + 1)
        return self


WORK = (say.NodeReused, say.NodeFinished, say.NodeFailed)
"""The events that end a node which was tried."""
ENDINGS = (*WORK, say.NodeCancelled, say.NodeSkipped)
"""The events after which a node is no longer under way."""


@dataclass(slots=True)
class RunLog:
    """The lines of the last run, the oldest of very many left out."""

    lines: list[LogLine] = field(default_factory=list)

    def take(self, event: say.RunEvent) -> list[LogLine]:
        """Add what an event says, and return the lines that it became."""
        new = [
            LogLine(time.time(), getattr(event, "node", ""), text, level)
            for text, level in _said(event)
        ]
        self.lines += new
        if len(self.lines) > LINES_KEPT:
            del self.lines[: LINES_KEPT // 10]
        return new


def _said(event: say.RunEvent) -> list[tuple[str, Level]]:
    match event:
        case say.RunStarted(nodes=nodes):
            return [(f"The run begins: {count(len(nodes), 'node')}.", "info")]
        case say.NodeStarted(why=why):
            return [("Started" + (f": {', '.join(why)} changed." if why else "."), "info")]
        case say.NodeReused(warnings=warnings):
            return [("Reused: the result was in the store.", "info"), *_warned(warnings)]
        case say.NodeFinished(seconds=seconds, warnings=warnings):
            return [*_warned(warnings), (f"Finished in {duration(seconds)}.", "info")]
        case say.NodeLogged(text=text, code=code):
            return [] if code else [(text, "info")]
        case say.NodeFailed(problem=problem):
            return [(problem.in_full, "error")]
        case say.NodeCancelled():
            return [("Cancelled.", "warning")]
        case say.NodeSkipped(because=because):
            text = "Skipped: a node before it has no result." if because else "Skipped: disabled."
            return [(text, "info")]
        case say.RunFinished(outcome=outcome, seconds=seconds, problems=problems):
            level: Level = "info" if outcome == "finished" else "error"
            whole: list[tuple[str, Level]] = [(p.sentence, "error") for p in problems]
            return [*whole, (f"The run {outcome} after {duration(seconds)}.", level)]
    return []


def _warned(warnings: tuple[Problem, ...]) -> list[tuple[str, Level]]:
    return [(item.in_full, "warning") for item in warnings]
