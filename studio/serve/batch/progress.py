"""Progress: how far a batch is, and how it is stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

Stop = Callable[[], None]
"""Called between batches; raises :class:`studio.sdk.errors.Cancelled` to stop the work, which can
be resumed."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is.

    Attributes:
        file: The file that is read.
        number, files: Which of how many it is, from 1.
        rows: Rows of it that are done, with those that were refused.
        total: How many rows it has, where it tells.
        share: How much of it is done, from 0 to 1.
        refused: Rows of it that could not be scored.
        rows_per_second: The speed since this work began or was resumed.
    """

    file: str
    number: int
    files: int
    rows: int
    total: int | None
    share: float
    refused: int
    rows_per_second: float


Listener = Callable[[Progress], None]


def never() -> None:
    """Do not stop."""


def ignore(progress: Progress) -> None:
    """Do not listen."""
    del progress


@dataclass
class Watch:
    """Tells a listener of progress, and asks whether to stop.

    Attributes:
        listener: Who is told.
        stop: Who is asked.
        files: How many files there are.
        number: Which of them is read, from 1.
    """

    listener: Listener = ignore
    stop: Stop = never
    files: int = 1
    number: int = 1
    _began: float = field(default_factory=time.monotonic)
    _rows: int = 0

    def count(self, rows: int) -> None:
        """Take note of rows that were done."""
        self._rows += rows

    @property
    def seconds(self) -> float:
        """How long the work has taken since it began or was resumed."""
        return time.monotonic() - self._began

    @property
    def rows_per_second(self) -> float:
        """The speed since the work began or was resumed."""
        return self._rows / self.seconds if self.seconds else 0.0

    def tell(self, file: str, rows: int, total: int | None, share: float, refused: int) -> None:
        """Tell the listener how far the file is."""
        speed = self.rows_per_second
        self.listener(Progress(file, self.number, self.files, rows, total, share, refused, speed))
