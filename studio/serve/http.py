"""Requests and replies: what an ASGI server hands over, and what it gets back."""

from __future__ import annotations

import asyncio
import itertools
import re
import secrets
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple

from studio.serve.deadlines import Deadlines
from studio.serve.errors import BodyLate, BodyTooLarge, BodyUnpacked, ContentTypeWrong
from studio.serve.version import JSON, Headers, Version

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

_PACKED = {b"gzip": 31, b"deflate": 15}
"""Content codings, and the window that zlib wants for each."""

_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
_START = secrets.token_hex(4)
_IDS = (f"{_START}-{number:x}" for number in itertools.count(1))
"""New names for requests, none twice."""


class Gone(Exception):
    """Whoever asked has closed the connection."""


class Reply(NamedTuple):
    """What is answered.

    ``rows`` is how many were scored; ``after`` is awaited when the reply is on its way.
    """

    status: int
    body: bytes
    headers: Headers = JSON
    rows: int = 0
    after: Callable[[], Awaitable[None]] | None = None


class Request:
    """What is asked.

    Attributes:
        id: What the log and the answer call it.
        seconds, deadline: How long it may take, and until when by the loop's clock.
        parts: The parts of the path that a route leaves open.
        payload: The body, once it has come.
        version: The version that is asked, once it is chosen.
    """

    __slots__ = (
        *("_deadlines", "deadline", "headers", "id", "method", "parts", "path", "payload"),
        *("receive", "scope", "seconds", "version"),
    )

    def __init__(self, scope: Scope, receive: Receive, deadlines: Deadlines) -> None:
        self.scope = scope
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.parts: tuple[str, ...] = ()
        self.id = self._given_id() or next(_IDS)
        self.seconds = deadlines.seconds
        self.deadline = asyncio.get_running_loop().time() + deadlines.seconds
        self._deadlines = deadlines
        self.payload = b""
        self.version: Version | None = None
        self.receive = receive

    def _given_id(self) -> str | None:
        given = self.headers.get(b"x-request-id")
        return given.decode() if given is not None and _ID.fullmatch(given) else None

    def header(self, name: bytes) -> bytes | None:
        """Return a header's value; its name in small letters."""
        return self.headers.get(name)

    async def body(self, most: int) -> bytes:
        """Return the whole body, unpacked; raises a RequestWrong, or Gone."""
        length = self.header(b"content-length")
        if length is not None and length.isdigit() and (len(length) > 18 or int(length) > most):
            raise BodyTooLarge(limit=most)
        body = await self._sent(most)
        coding = self.header(b"content-encoding")
        self.payload = body if coding is None else unpack(body, coding.lower(), most)
        return self.payload

    async def _sent(self, most: int) -> bytes:
        """Return the body as it was sent; raises BodyLate, BodyTooLarge and Gone."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        assert task is not None
        self._deadlines.begin(task, self.deadline)
        parts: list[bytes] = []
        size = 0
        more = True
        try:
            while more:
                message = await self.receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                parts.append(message.get("body", b""))
                more = message.get("more_body", False)
                size += len(parts[-1])
                if size > most:
                    raise BodyTooLarge(limit=most)
        except asyncio.CancelledError:
            if loop.time() < self.deadline:
                raise
            task.uncancel()
            raise BodyLate(seconds=self.seconds) from None
        finally:
            self._deadlines.end(task)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def require_type(self, *wanted: str) -> str:
        """Return the body's media type, one of ``wanted``; raises ContentTypeWrong.

        Of a charset, UTF-8 alone is taken.
        """
        value = self.header(b"content-type")
        words = "" if value is None else value.decode("latin-1")
        if words in wanted:
            return words
        type_, _, rest = words.partition(";")
        type_ = type_.strip().lower()
        if type_ in wanted and (not rest or _is_utf8(rest)):
            return type_
        found = f"is said to be “{words}”" if words else "has no content type"
        raise ContentTypeWrong(found=found, wanted=" or ".join(wanted))


def _is_utf8(parameters: str) -> bool:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower() in ("utf-8", "utf8")
    return True


def unpack(body: bytes, coding: bytes, most: int) -> bytes:
    """Return a packed body as it was; raises BodyTooLarge before it holds more than ``most``."""
    name = coding.decode("latin-1")
    if coding == b"identity":
        return body
    if coding not in _PACKED:
        raise ContentTypeWrong(found=f"is packed as “{name}”", wanted="gzip or deflate")
    reader = zlib.decompressobj(_PACKED[coding])
    try:
        content = reader.decompress(body, most + 1)
    except zlib.error:
        raise BodyUnpacked(encoding=name) from None
    if len(content) > most:
        raise BodyTooLarge(limit=most)
    if not reader.eof or reader.unused_data:
        raise BodyUnpacked(encoding=name)
    return content
