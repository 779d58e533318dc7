"""Uploads: the file of a job as it comes in, into the job's folder."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import Message
from importlib.util import find_spec
from pathlib import Path

from anyio.to_thread import run_sync
from starlette.requests import Request

from studio.serve.batch.errors import said
from studio.serve.batch.formats import WRITTEN, Kind
from studio.serve.errors import ContentTypeWrong
from studio.serve.jobs.bodies import Received, Sink, chunks
from studio.serve.jobs.errors import DiskFull, KeyWrong
from studio.serve.jobs.limits import JobLimits
from studio.serve.jobs.request_options import read_options
from studio.serve.jobs.store import Submitted
from studio.serve.jobs.upload_forms import TYPES, receive_form, receive_records

JSON, FORM = "application/json", "multipart/form-data"
_CHUNK = 1 << 20
_LONGEST_KEY = 255


async def receive(request: Request, id_: str, folder: Path, limits: JobLimits) -> Submitted:
    """Return the job that a request submits, its file in ``folder``; raises a StudioError."""
    key = _key(request)
    try:
        came = await _received(request, folder, limits)
    except OSError as error:
        raise DiskFull(reason=said(error)) from error
    target = f"result.{_ending(came)}"
    return Submitted(id_, came.name, target, came.options.batch, key, came.digest)


async def _received(request: Request, folder: Path, limits: JobLimits) -> Received:
    type_, parameters = _content_type(request)
    options = dict(request.query_params)
    if type_ == JSON:
        return await receive_records(request, folder, options, limits)
    forms = [FORM] if find_spec("python_multipart") else []
    if type_ in forms:
        return await receive_form(request, folder, options, limits)
    if type_ not in TYPES:
        words = f"is said to be “{type_}”" if type_ else "has no content type"
        raise ContentTypeWrong(found=words, wanted=", ".join([*TYPES, JSON, *forms]))
    read = read_options(options, limits.refused).with_encoding(parameters.get("charset"))
    with Sink(folder, _packed(request, TYPES[type_])) as sink:
        waiting = bytearray()
        async for chunk in chunks(request, limits.body, limits):
            waiting += chunk
            if len(waiting) >= _CHUNK:
                await run_sync(sink.write, bytes(waiting))
                waiting.clear()
        await run_sync(sink.write, bytes(waiting))
        return sink.received(read)


def _key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not key or len(key) > _LONGEST_KEY:
        raise KeyWrong(reason="too long" if key else "empty")
    if not (key.isascii() and key.isprintable()):
        raise KeyWrong(reason="not visible ASCII")
    return key


def _content_type(request: Request) -> tuple[str, Mapping[str, str]]:
    """Return a body's media type, and what is said of it besides."""
    message = Message()
    message["content-type"] = request.headers.get("content-type", "")
    first, *rest = message.get_params(failobj=[("", "")])
    return first[0].strip().lower(), {name.lower(): value for name, value in rest}


def _packed(request: Request, kind: Kind) -> Kind:
    """Return what is in a body, as its content coding says; raises ContentTypeWrong."""
    coding = request.headers.get("content-encoding", "identity").lower()
    if coding == "identity":
        return kind
    if coding != "gzip" or not kind.is_text:
        raise ContentTypeWrong(found=f"is packed as “{coding}”", wanted="gzip, around text,")
    return Kind(kind.format, True, kind.separator)


def _ending(came: Received) -> str:
    chosen = came.options.target_format
    if chosen is None and came.kind.separator is not None:
        return "tsv"
    return WRITTEN[chosen or came.kind.format]
