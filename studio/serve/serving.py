"""A package served: its versions, its jobs, and the server around them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studio.scoring.folder import Package
from studio.scoring.scorer import Scorer
from studio.serve.jobs.limits import JobLimits
from studio.serve.options import ServeOptions
from studio.serve.server import run_server
from studio.serve.switchboard import Switchboard


def serve(
    package: Package,
    options: ServeOptions,
    load: Callable[[str], Scorer],
    jobs: Path | None = None,
    limits: JobLimits | None = None,
) -> None:
    """Serve a package until a signal to stop.

    ``load`` opens the packages that an administrator swaps to; ``jobs`` is the folder of batch
    jobs, without which none are taken, and ``limits`` is how much they may be. Raises AddressTaken,
    OptionsWrong, KeysUnreadable and JobsUnusable.
    """
    switchboard = Switchboard(package.scorer(options.workers), load, place=str(package.folder))
    if jobs is None:
        run_server(switchboard, options)
        return
    from studio.serve.jobs import Jobs, jobs_mount

    with Jobs(jobs, lambda: switchboard.state.current.scorer, limits) as taken:
        run_server(switchboard, options, [jobs_mount(taken)])
