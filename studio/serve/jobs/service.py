"""Jobs: files that are submitted, scored when their turn comes, and fetched when they are done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Self

from studio.scoring.scorer import Scorer
from studio.serve.batch import check_files
from studio.serve.batch.options import BatchOptions
from studio.serve.jobs.errors import JobUnfinished, NothingRefused
from studio.serve.jobs.folder import JobFolder
from studio.serve.jobs.job import ENDED, Job
from studio.serve.jobs.limits import JobLimits
from studio.serve.jobs.store import JobStore, Submitted
from studio.serve.jobs.work import Workers

_ADVICE = {
    "NotStarted": "Ask again later.",
    "Running": "Ask again later.",
    "Cancelled": "It was cancelled.",
}


class Jobs:
    """Jobs in a folder, worked on for as long as a ``with`` statement lasts.

    Args:
        folder: Where jobs are kept; jobs of an earlier process are gone on with.
        scorer: Returns the package that scores the next job.
        limits: How much jobs may be, how many, and how long they are kept.

    Raises JobsUnusable.
    """

    def __init__(
        self, folder: Path, scorer: Callable[[], Scorer], limits: JobLimits | None = None
    ) -> None:
        self.limits = limits or JobLimits()
        self.store = JobStore(folder)
        self.folder = JobFolder(folder)
        self._scorer = scorer
        self._workers = Workers(self.store, self.folder, scorer, self.limits)

    def __enter__(self) -> Self:
        self._workers.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._workers.stop()
        self.store.close()

    def submit(self, job: Submitted) -> tuple[Job, bool]:
        """Return the job for what was uploaded, and whether it is new; raises a StudioError.

        What cannot be scored at all is refused. The upload of what does not become a job is
        removed.
        """
        folder = self.folder.of(job.id)
        is_new = False
        try:
            options = BatchOptions(**job.options)
            check_files(self._scorer(), folder / job.source, folder / job.target, options)
            made, is_new = self.store.add(job, self.limits.waiting)
        finally:
            if not is_new:
                self.folder.remove(job.id)
        self._workers.wake()
        return made, is_new

    def result(self, id_: str) -> Path:
        """Return the file of a job's answers; raises JobUnknown and JobUnfinished."""
        job = self.store.get(id_)
        if job.state != "Finished":
            told = None if job.problem is None else job.problem["message"]
            raise JobUnfinished(id=id_, state=job.state, advice=told or _ADVICE[job.state])
        return self.folder.places(job).target

    def refused(self, id_: str) -> Path:
        """Return the file of the rows that could not be scored; raises JobUnknown, NothingRefused.

        It is there when the job has ended.
        """
        job = self.store.get(id_)
        path = self.folder.places(job).refused
        if job.state not in ENDED or not path.exists():
            raise NothingRefused(id=id_)
        return path

    def cancel(self, id_: str) -> Job | None:
        """Stop a job, or remove one that has ended; return the job, None where it is removed.

        Raises JobUnknown.
        """
        if self.store.get(id_).state in ENDED:
            self.store.remove(id_)
            self.folder.remove(id_)
            return None
        job = self.store.cancel(id_)
        if job.state == "Cancelled":
            self.folder.remove(id_)
        return job
