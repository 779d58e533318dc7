"""Threads in which requests with many rows are scored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Job:
    """What is to be done, and who waits for it."""

    work: Callable[[], Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    running: bool = False
    abandoned: bool = False


class Pool:
    """A few threads that end with the process, whatever they are at.

    Those of the standard library are waited for when the process ends, which a script that never
    returns would put off for ever.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._lock = Lock()
        self._threads = 0
        self._open = 0
        self._abandoned = 0

    @property
    def stuck(self) -> bool:
        """Whether every thread is at work that nobody waits for any more."""
        return self._abandoned >= self.workers

    @property
    def full(self) -> bool:
        """Whether every thread has work, so that more of it would wait."""
        return self._open >= self.workers

    async def run(self, work: Callable[[], T]) -> T:
        """Return what ``work`` returns in a thread; raises what it raises.

        Work that was not begun when the caller is cancelled is left out.
        """
        loop = asyncio.get_running_loop()
        job = _Job(work, loop.create_future(), loop)
        with self._lock:
            self._open += 1
            if self._threads < min(self.workers, self._open):
                self._threads += 1
                Thread(target=self._serve, name="scoring", daemon=True).start()
        self._jobs.put(job)
        try:
            result: T = await job.future
        except asyncio.CancelledError:
            with self._lock:
                job.abandoned = job.running
                self._abandoned += job.abandoned
            raise
        return result

    def close(self) -> None:
        """Let the threads end when they have nothing to do."""
        for _ in range(self._threads):
            self._jobs.put(None)

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            with self._lock:
                job.running = not job.future.cancelled()
            result, error = _attempt(job) if job.running else (None, None)
            with self._lock:
                job.running = False
                self._abandoned -= job.abandoned
                self._open -= 1
            with suppress(RuntimeError):  # the loop is closed, and nobody waits
                job.loop.call_soon_threadsafe(_settle, job.future, result, error)
            del job, result, error


def _attempt(job: _Job) -> tuple[Any, BaseException | None]:
    try:
        return job.work(), None
    except BaseException as error:
        return None, error


def _settle(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.cancelled():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
