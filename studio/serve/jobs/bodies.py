"""Bodies: what a request sends, piece by piece within limits, into a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import IO, NamedTuple, Self

import anyio
from starlette.requests import Request

from studio.serve.batch.formats import WRITTEN, Kind
from studio.serve.errors import BodyLate, BodyTooLarge
from studio.serve.jobs.limits import JobLimits
from studio.serve.jobs.request_options import JobOptions


class Received(NamedTuple):
    """What came.

    Attributes:
        name: The file, in the job's folder.
        kind: What is in it.
        options: How it is to be scored.
        digest: What tells this from other things that may come.
    """

    name: str
    kind: Kind
    options: JobOptions
    digest: str


class Sink:
    """The file of a job while it comes in."""

    def __init__(self, folder: Path, kind: Kind) -> None:
        ending = "tsv" if kind.separator is not None else WRITTEN[kind.format]
        self._name = f"upload.{ending}{'.gz' if kind.packed else ''}"
        self._kind = kind
        self._file: IO[bytes] = (folder / self._name).open("xb")
        self._digest = hashlib.sha256()

    def write(self, data: bytes | bytearray) -> None:
        """Write at the end."""
        self._file.write(data)
        self._digest.update(data)

    def received(self, options: JobOptions) -> Received:
        """Return what came, once all of it has."""
        self._file.flush()
        told = json.dumps([self._name, options.target_format, dict(options.batch)], sort_keys=True)
        self._digest.update(told.encode())
        return Received(self._name, self._kind, options, self._digest.hexdigest())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


async def chunks(request: Request, most: int, limits: JobLimits) -> AsyncGenerator[bytes, None]:
    """Yield a body's bytes as they come; raises BodyTooLarge and BodyLate."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 18 or int(length) > most):
        raise BodyTooLarge(limit=most)
    size = 0
    stream = request.stream()
    while True:
        try:
            with anyio.fail_after(limits.idle):
                chunk = await anext(stream, None)
        except TimeoutError:
            raise BodyLate(seconds=limits.idle) from None
        if chunk is None:
            return
        size += len(chunk)
        if size > most:
            raise BodyTooLarge(limit=most)
        yield chunk
