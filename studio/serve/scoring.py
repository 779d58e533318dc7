"""Scoring: the requests that are answered by a version of the package."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from studio.sdk.errors import StudioError
from studio.serve.asking.forms import read_form
from studio.serve.asking.inference import read_inference
from studio.serve.asking.invocations import read_csv
from studio.serve.asking.invocations import read_form as read_invocation
from studio.serve.errors import Busy, FormUnknown, Late, NotFound
from studio.serve.http import Reply, Request
from studio.serve.json_text import read
from studio.serve.service import Service
from studio.serve.shadow import differing
from studio.serve.version import Answer, Question, Stopwatch, Version, Written

SMALL = 128 << 10
"""Bytes of a body that may be read and scored in the event loop."""

QUICK = 0.005
"""Seconds for which the event loop may be kept by a request."""

Ask = Callable[[Version], Question]


class _Done(NamedTuple):
    """An answer, and how it is written."""

    answer: Answer
    written: Written


class Scoring:
    """Answers requests to score, small ones in the event loop and others in threads."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._most = service.options.max_rows
        self._sticky = service.options.sticky.lower().encode("latin-1")

    async def score(self, request: Request) -> Reply:
        """Answer ``POST /score``."""
        request.require_type("application/json")
        body = await request.body(self._service.options.max_body)
        return await self._reply(request, lambda v: read_form(read(body), v, self._most))

    async def invocations(self, request: Request) -> Reply:
        """Answer ``POST /invocations``, as MLflow's clients ask."""
        type_ = request.require_type("application/json", "text/csv")
        body = await request.body(self._service.options.max_body)
        if type_ == "text/csv":
            return await self._reply(request, lambda v: read_csv(body, v, self._most))
        return await self._reply(
            request, lambda v: read_invocation(read(body, nan=True), v, self._most)
        )

    async def infer(self, request: Request) -> Reply:
        """Answer ``POST /v2/models/NAME/infer`` and that of a version."""
        if request.header(b"content-type") is not None:
            request.require_type("application/json", "application/octet-stream")
        version = self.named(request)
        body = await request.body(self._service.options.max_body)
        length = _header_length(request)
        return await self._reply(
            request, lambda v: read_inference(body, length, v, self._most), version
        )

    def named(self, request: Request) -> Version | None:
        """Return the version that a path names, None where it names the package alone.

        Raises NotFound.
        """
        name, *rest = request.parts
        current = self._service.switchboard.state.current
        if name != current.name:
            raise NotFound(
                reason=f"There is no model “{name}”.", advice=f"The model is “{current.name}”."
            )
        if not rest:
            return None
        version = self._service.switchboard.find(rest[0])
        if version is None:
            known = ", ".join(v.version for _, v in self._service.switchboard.loaded())
            raise NotFound(
                reason=f"There is no version “{rest[0]}”.", advice=f"Loaded are: {known}."
            )
        return version

    async def _reply(self, request: Request, ask: Ask, version: Version | None = None) -> Reply:
        switchboard = self._service.switchboard
        shadow = None
        if version is None:
            version = switchboard.choose(request.header(self._sticky))
            state = switchboard.state
            shadow = state.candidate if state.mode == "shadow" else None
        request.version = version
        done = await self._done(request, version, ask)
        headers = (*done.written.headers, version.header)
        rows = done.answer.question.rows
        after = None
        if shadow is not None:
            candidate, answer = shadow, done.answer

            async def after() -> None:
                await self._compare(candidate, ask, answer)

        return Reply(200, done.written.body, headers, rows, after)

    async def _done(self, request: Request, version: Version, ask: Ask) -> _Done:
        size = len(request.payload)
        small = size <= SMALL

        def work() -> _Done:
            answer = version.answer(ask(version))
            return _Done(answer, answer.question.write(answer))

        if small and version.expected(size) <= QUICK:
            start = time.perf_counter()
            done = work()
            version.took(time.perf_counter() - start, size)
            return done

        def watched() -> _Done:
            watch = Stopwatch()
            done = work()
            version.took(watch.seconds, size)
            return done

        pool = self._service.pool
        if pool.stuck:
            raise Busy(limit=pool.workers)
        try:
            async with asyncio.timeout_at(request.deadline):
                return await pool.run(watched if small else work)
        except TimeoutError:
            raise Late(seconds=request.seconds) from None

    async def _compare(self, candidate: Version, ask: Ask, given: Answer) -> None:
        """Let the candidate answer too, and count how it compares."""
        metrics = self._service.metrics
        shadows = self._service.shadows
        if shadows.full:
            metrics.shadow.add((candidate.version, "skipped"))
            return

        def work() -> Any:
            return differing(given, candidate.answer(ask(candidate)))

        try:
            counts = await shadows.run(work)
        except StudioError:
            metrics.shadow.add((candidate.version, "failed"))
        except Exception as error:
            metrics.shadow.add((candidate.version, "failed"))
            self._service.log.failure("shadow", error, version=candidate.version)
        else:
            metrics.shadow.add((candidate.version, "different" if counts else "equal"))
            for column, count in counts.items():
                metrics.shadow_values.add((candidate.version, column), count)


def _header_length(request: Request) -> int | None:
    value = request.header(b"inference-header-content-length")
    if value is None:
        return None
    if not value.isdigit() or len(value) > 18:
        raise FormUnknown(
            reason="Inference-Header-Content-Length is no number.",
            advice="Say there how many bytes of the body are JSON.",
        )
    return int(value)
