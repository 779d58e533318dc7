"""How far a run is, drawn on a terminal while it goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from studio.engine import messages

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from studio.session.run_result import Run

Show = Callable[[messages.RunEvent], None]
_ENDS = (
    messages.NodeReused,
    messages.NodeFinished,
    messages.NodeFailed,
    messages.NodeCancelled,
    messages.NodeSkipped,
)


@contextmanager
def shown(run: Run, wanted: bool | None = None) -> Iterator[Show]:
    """Draw a run on standard error while events are shown, and clear it away at the end.

    Nothing is drawn where standard error is no terminal, unless ``wanted``.
    """
    if not (sys.stderr.isatty() if wanted is None else wanted):
        yield _nothing
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[text]}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _Drawing(run, bars).show


def _nothing(event: messages.RunEvent) -> None:
    """Show nothing."""


class _Drawing:
    """One bar for the run, and one for each node that is running."""

    def __init__(self, run: Run, bars: Progress) -> None:
        self._run = run
        self._bars = bars
        self._whole = bars.add_task("Preparing", total=None, text="")
        self._running: dict[str, TaskID] = {}

    def show(self, event: messages.RunEvent) -> None:
        """Draw what an event says."""
        if isinstance(event, messages.RunStarted):
            self._bars.update(self._whole, description="Nodes", total=len(event.nodes))
        elif isinstance(event, messages.NodeStarted):
            title = self._run.title(event.node)
            self._running[event.node] = self._bars.add_task(title, total=100, text="")
        elif isinstance(event, messages.NodeProgress) and event.node in self._running:
            percent = round(event.fraction * 100)
            self._bars.update(self._running[event.node], completed=percent, text=event.text)
        elif isinstance(event, _ENDS):
            self._bars.advance(self._whole)
            if event.node in self._running:
                self._bars.remove_task(self._running.pop(event.node))
