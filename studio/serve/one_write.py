"""One write an answer: the head of an answer waits for its body."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from typing import Any, cast


class OneWrite:
    """A transport that sends the head of an answer together with what follows it.

    A server writes head and body one after the other, each with a call of the system; of a small
    request's time that is an eighth.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head: bytes | None = None
        self._loop = asyncio.get_running_loop()
        # A server asks this after each answer; found here, it costs no search.
        self.is_closing = transport.is_closing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send data; a head, which ends with an empty line, a moment later."""
        head = self._head
        if head is not None:
            self._head = None
            self._transport.write(head + data)
        elif data[:5] == b"HTTP/" and data[-4:] == b"\r\n\r\n":
            self._head = data
            self._loop.call_soon(self.flush)
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Send a head that nothing followed."""
        if self._head is not None:
            head, self._head = self._head, None
            self._transport.write(head)

    def close(self) -> None:
        """Close when everything is sent."""
        self.flush()
        self._transport.close()


class _OneWriteProtocol(asyncio.Protocol):
    """What stands before a server's own protocol."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Put the joining transport between."""
        joined = OneWrite(cast("asyncio.Transport", transport))
        super().connection_made(cast("asyncio.BaseTransport", joined))


def http_protocol() -> type[asyncio.Protocol]:
    """Return the quickest protocol that is installed, with one write an answer."""
    own: type[asyncio.Protocol]
    if find_spec("httptools"):
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as own
    else:
        from uvicorn.protocols.http.h11_impl import H11Protocol as own
    return type("Protocol", (_OneWriteProtocol, own), {})
