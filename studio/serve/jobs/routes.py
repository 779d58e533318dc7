"""Jobs over HTTP: submit, list, ask, fetch, cancel."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from studio.sdk.errors import StudioError
from studio.serve import json_text
from studio.serve.errors import MethodWrong, NotFound, Unexpected
from studio.serve.jobs.document import job_paths, job_schemas
from studio.serve.jobs.errors import OptionUnread
from studio.serve.jobs.job import ENDED, Job
from studio.serve.jobs.service import Jobs
from studio.serve.jobs.uploads import receive
from studio.serve.mount import Mount
from studio.serve.replies import error_reply

PREFIX = "/jobs"
_PAGE, _MOST = 20, 100
_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
    ".jsonl": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
    ".arrow": "application/vnd.apache.arrow.file",
}
_LOG = logging.getLogger(__name__)

Handler = Callable[[Request], Awaitable[Response]]


def _routes(jobs: Jobs) -> list[Route]:
    asked = _Asked(jobs)
    one = f"{PREFIX}/{{id}}"
    return [
        _route(PREFIX, GET=asked.list, POST=asked.submit),
        _route(one, GET=asked.get, DELETE=asked.cancel),
        _route(f"{one}/result", GET=asked.result),
        _route(f"{one}/rejected", GET=asked.rejected),
    ]


def _route(path: str, **handlers: Handler) -> Route:
    """Return the one route of an address: a refused method is told all that it takes."""
    handlers = {method: _answering(handler) for method, handler in handlers.items()}

    async def answer(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await handlers[method](request)

    return Route(path, answer, methods=list(handlers))


def jobs_mount(jobs: Jobs) -> Mount:
    """Return the addresses of jobs, to be mounted; errors have the form of all others."""
    handlers: Any = {HTTPException: _refused}
    app = Starlette(routes=_routes(jobs), exception_handlers=handlers)
    return Mount(PREFIX, app, partial(job_paths, PREFIX), job_schemas())


class _Asked:
    """What is answered to whoever asks about jobs."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    async def submit(self, request: Request) -> Response:
        """Take in a file, and answer where its job is; 200 where it was submitted before."""
        jobs = self._jobs
        id_ = await run_sync(jobs.folder.new)
        try:
            submitted = await receive(request, id_, jobs.folder.of(id_), jobs.limits)
        except BaseException:
            jobs.folder.remove(id_)
            raise
        job, is_new = await run_sync(jobs.submit, submitted)
        told = job.to_dict(_address(request))
        return _json(told, 202 if is_new else 200, location=told["links"]["self"])

    async def list(self, request: Request) -> Response:
        """Answer the last jobs, the newest first, and where the ones before them are."""
        most = min(_number(request, "limit", _PAGE), _MOST)
        before = _number(request, "before", None)
        jobs = await run_sync(self._jobs.store.newest, most + 1, before)
        address = _address(request)
        shown = jobs[:most]
        more = f"{address}?limit={most}&before={shown[-1].number}" if len(jobs) > most else None
        return _json({"jobs": [job.to_dict(address) for job in shown], "next": more})

    async def get(self, request: Request) -> Response:
        """Answer how a job is."""
        job = await run_sync(self._jobs.store.get, request.path_params["id"])
        return _json(job.to_dict(_address(request)), retry=_retry(job))

    async def result(self, request: Request) -> Response:
        """Answer the file of a job's answers."""
        path = await run_sync(self._jobs.result, request.path_params["id"])
        return _file(path)

    async def rejected(self, request: Request) -> Response:
        """Answer the file of the rows that could not be scored."""
        path = await run_sync(self._jobs.refused, request.path_params["id"])
        return _file(path)

    async def cancel(self, request: Request) -> Response:
        """Stop a job, or remove one that has ended; 202 where it stops after the batch at hand."""
        job = await run_sync(self._jobs.cancel, request.path_params["id"])
        if job is None:
            return Response(status_code=204)
        status = 200 if job.state in ENDED else 202
        return _json(job.to_dict(_address(request)), status)


def _answering(handler: Handler) -> Handler:
    """Return a handler that answers errors in their one form."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except StudioError as error:
            return _error(error)
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception:
            _LOG.exception("a request about jobs could not be answered")
            id_ = request.headers.get("x-request-id", "jobs")
            return _error(Unexpected(request_id=id_))

    return answer


def _error(error: StudioError) -> Response:
    reply = error_reply(error)
    headers = {name.decode(): value.decode() for name, value in reply.headers}
    return Response(reply.body, reply.status, headers)


async def _refused(request: Request, error: HTTPException) -> Response:
    """Answer that there is no such address, or that it does not take the method."""
    if error.status_code != 405:
        reason = f"Nothing has the address {request.url.path}."
        return _error(NotFound(reason=reason, advice=f"Jobs are at {PREFIX}."))
    allowed = (error.headers or {}).get("Allow", "")
    fields = {"path": request.url.path, "method": request.method, "allow": allowed}
    return _error(MethodWrong(allowed=allowed, **fields))


def _address(request: Request) -> str:
    return f"{request.scope.get('root_path', '')}{PREFIX}"


def _json(
    value: dict[str, Any], status: int = 200, *, location: str | None = None, retry: int = 0
) -> Response:
    headers = {"cache-control": "no-store"}
    if location is not None:
        headers["location"] = location
    if retry:
        headers["retry-after"] = str(retry)
    return Response(json_text.write(value), status, headers, "application/json")


def _retry(job: Job) -> int:
    """Return after how many seconds it is worth asking again; 0 where it never is."""
    return 0 if job.state in ENDED else 1


def _file(path: Path) -> Response:
    return FileResponse(
        path,
        media_type=_TYPES.get(path.suffix, "application/octet-stream"),
        filename=path.name,
        headers={"cache-control": "no-store"},
    )


def _number(request: Request, name: str, default: Any) -> Any:
    """Return a number of the address; raises OptionUnread."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not text.isdecimal() or len(text) > 18 or (name == "limit" and int(text) == 0):
        raise OptionUnread(option=name, value=text, advice="Send a whole number.")
    return int(text)
