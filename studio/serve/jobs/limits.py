"""How much jobs may be, how many, and how long they are kept."""

from __future__ import annotations

from dataclasses import dataclass

from studio.serve.options import require_within


@dataclass(frozen=True, slots=True)
class JobLimits:
    """How much jobs may be, how many, and how long they are kept; raises OptionsWrong.

    Attributes:
        body: Bytes of a file that is submitted, as it is sent.
        records: Bytes of a JSON body: records are held in memory.
        rows: Rows of a job.
        refused: Rows of a job that may be put aside; None for any number.
        waiting: Jobs that may wait at once.
        kept: Jobs that are kept once they have ended; the oldest go first.
        seconds_kept: How long a job is kept once it has ended.
        idle: Seconds in which some of a body must come.
        runners: Jobs that are worked on at once.
    """

    body: int = 2 << 30
    records: int = 64 << 20
    rows: int = 1_000_000_000
    refused: int | None = None
    waiting: int = 100
    kept: int = 1000
    seconds_kept: float = 7 * 86_400.0
    idle: float = 60.0
    runners: int = 1

    def __post_init__(self) -> None:
        require_within(
            {
                "bytes of a job": (self.body, 1, 1 << 50),
                "rows of a job": (self.rows, 1, 1 << 50),
                "waiting jobs": (self.waiting, 1, 1 << 20),
                "seconds a job is kept": (self.seconds_kept, 0, 1e10),
                "jobs at once": (self.runners, 1, 64),
            }
        )
