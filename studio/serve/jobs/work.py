"""Work on jobs: one after the other, in threads of one process, gone on with after a restart."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Event, Thread

from studio.scoring.scorer import Scorer
from studio.sdk.errors import Cancelled, StudioError
from studio.sdk.file_lock import FileLock
from studio.serve import batch
from studio.serve.batch.errors import ResumeRefused
from studio.serve.batch.options import BatchOptions
from studio.serve.errors import Unexpected, problem
from studio.serve.jobs.errors import RowsOverLimit
from studio.serve.jobs.folder import JobFolder
from studio.serve.jobs.job import Job, Progress
from studio.serve.jobs.limits import JobLimits
from studio.serve.jobs.store import JobStore

_LOG = logging.getLogger(__name__)
_LOOK = 1.0
"""Seconds after which it is looked for jobs that another process has taken in."""
_TELL = 0.2
"""Seconds between two times that a job's progress is written down."""


class Workers:
    """Threads that work on jobs.

    Of several processes with one folder, one works; another takes its place when it is gone.
    """

    def __init__(
        self,
        store: JobStore,
        folder: JobFolder,
        scorer: Callable[[], Scorer],
        limits: JobLimits,
    ) -> None:
        self._store = store
        self._folder = folder
        self._scorer = scorer
        self._limits = limits
        self._wake = Event()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def wake(self) -> None:
        """Look for work now."""
        self._wake.set()

    def stop(self) -> None:
        """Stop after the batch at hand; what is not done waits for the next start."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        lock = self._turn()
        if lock is None:
            return
        try:
            self._store.give_back()
            self._folder.tidy(self._store.knows)
            more = [Thread(target=self._work) for _ in range(1, self._limits.runners)]
            for thread in more:
                thread.start()
            self._work()
            for thread in more:
                thread.join()
            self._store.give_back()
        finally:
            lock.release()

    def _turn(self) -> FileLock | None:
        """Return the right to work, once no other process has it; None when it is time to stop."""
        while not self._stopping.is_set():
            lock = FileLock.acquire(self._folder.path / "working.lock")
            if lock is not None:
                return lock
            self._stopping.wait(_LOOK)
        return None

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                self._tidy()
                scorer = self._scorer()
                job = self._store.take(scorer.name, scorer.version)
                if job is not None:
                    self._score(job, scorer)
                    continue
            except Exception:
                _LOG.exception("a job could not be worked on")
            self._wake.wait(_LOOK)
            self._wake.clear()

    def _tidy(self) -> None:
        """Remove jobs that have been kept long enough."""
        limits = self._limits
        for id_ in self._store.outdated(limits.kept, limits.seconds_kept):
            self._store.remove(id_)
            self._folder.remove(id_)

    def _score(self, job: Job, scorer: Scorer) -> None:
        """Score a job's file, and write down what became of it."""
        task = _Task(job, self._store, self._limits, self._stopping)
        try:
            done = task.run(scorer, self._folder)
        except Cancelled:
            if task.cancelled:
                self._folder.remove(job.id)
                self._store.end(job.id, "Cancelled", task.progress)
            return
        except StudioError as error:
            told = problem(error)
        except Exception as error:
            _LOG.exception("job %s failed", job.id)
            told = problem(Unexpected(request_id=job.id)) | {"hint": type(error).__name__}
        else:
            self._store.end(job.id, "Finished", done)
            return
        self._folder.places(job).clear()
        self._store.end(job.id, "Failed", task.progress, told)


class _Task:
    """One job that is worked on."""

    def __init__(self, job: Job, store: JobStore, limits: JobLimits, stopping: Event) -> None:
        self.job = job
        self.progress = job.progress
        self.cancelled = False
        self._store = store
        self._limits = limits
        self._stopping = stopping
        self._told = 0.0

    def run(self, scorer: Scorer, folder: JobFolder) -> Progress:
        """Score the file; raises a StudioError, and Cancelled."""
        try:
            result = self._scored(scorer, folder, resume=True)
        except ResumeRefused:  # another package answers now
            result = self._scored(scorer, folder, resume=False)
        speed = result.rows_per_second
        return Progress(result.rows, result.rows, 1.0, result.refused, speed)

    def _scored(self, scorer: Scorer, folder: JobFolder, *, resume: bool) -> batch.BatchResult:
        options = BatchOptions(**self.job.options, resume=resume, replace=True)
        source, target = folder.source(self.job), folder.places(self.job).target
        return batch.score_files(scorer, source, target, options, self._listen, self._stop)

    def _listen(self, found: batch.Progress) -> None:
        if found.rows > self._limits.rows:
            raise RowsOverLimit(limit=self._limits.rows)
        self.progress = Progress(
            found.rows, found.total, found.share, found.refused, found.rows_per_second
        )
        now = time.monotonic()
        if now - self._told > _TELL:
            self._told = now
            self._store.advance(self.job.id, self.progress)

    def _stop(self) -> None:
        if self._store.get(self.job.id).stopping:
            self.cancelled = True
            raise Cancelled
        if self._stopping.is_set():
            raise Cancelled
