"""Replies on their way: errors in their one form, and the messages that an ASGI server takes."""

from __future__ import annotations

from studio.sdk.errors import StudioError
from studio.serve.errors import headers_of, problem, status_of
from studio.serve.http import Reply, Send
from studio.serve.json_text import write_any
from studio.serve.version import JSON


def error_reply(error: StudioError, *, inference: bool = False) -> Reply:
    """Return an error as ``{"error": {…}}``.

    The Open Inference Protocol has text under ``error``; there the rest stands under ``problem``.
    """
    told = problem(error)
    data = {"error": error.in_full, "problem": told} if inference else {"error": told}
    return Reply(status_of(error), write_any(data), (*JSON, *headers_of(error)))


async def send_reply(send: Send, reply: Reply, request_id: str) -> None:
    """Send a reply."""
    headers = (
        *reply.headers,
        (b"content-length", b"%d" % len(reply.body)),
        (b"x-request-id", request_id.encode("ascii")),
    )
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
