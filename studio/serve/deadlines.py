"""Deadlines: what waits for a body for too long is cancelled."""

from __future__ import annotations

import asyncio
from typing import Any

_OFTEN = 0.25


class Deadlines:
    """Cancels tasks whose time is over, looking at all of them a few times a second.

    A timer for each would cost more than reading a small request does.

    Attributes:
        seconds: The time that each has.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._often = min(_OFTEN, seconds / 4)
        self._due: dict[asyncio.Task[Any], float] = {}
        self._look: asyncio.TimerHandle | None = None

    def begin(self, task: asyncio.Task[Any], deadline: float) -> None:
        """Cancel a task some time after ``deadline``, unless it ends before."""
        self._due[task] = deadline
        if self._look is None:
            self._look = asyncio.get_running_loop().call_later(self._often, self._sweep)

    def end(self, task: asyncio.Task[Any]) -> None:
        """Let a task go on."""
        del self._due[task]

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for task, deadline in self._due.items():
            if deadline <= now:
                task.cancel()
        self._look = loop.call_later(self._often, self._sweep) if self._due else None
