"""Endpoints for tests: served in a thread, and asked through real HTTP."""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from studio.scoring.scorer import Scorer
from studio.serve.mount import Mount
from studio.serve.options import ServeOptions
from studio.serve.server import Endpoint
from studio.serve.switchboard import Load, Switchboard


@dataclass
class Asked:
    """An endpoint that listens, and a client of it."""

    endpoint: Endpoint
    client: httpx.Client
    switchboard: Switchboard
    log: io.StringIO

    @property
    def url(self) -> str:
        return self.endpoint.url

    def post(self, path: str, data: Any = None, **more: Any) -> httpx.Response:
        return self.client.post(path, json=data, **more)

    def send(self, path: str, content: bytes, type_: str = "application/json") -> httpx.Response:
        return self.client.post(path, content=content, headers={"content-type": type_})

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.client.get(path, **more)

    def scored(self, data: Any, path: str = "/score") -> Any:
        """Return what is answered; the request has to succeed."""
        reply = self.post(path, data)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def problem(self, status: int, data: Any, path: str = "/score") -> dict[str, Any]:
        """Return the problem of a request that has to be refused with a status."""
        return problem(self.post(path, data), status)

    def lines(self) -> list[dict[str, Any]]:
        """Return what stands in the log."""
        self.endpoint.app.service.account.settle()
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    def connect(self) -> socket.socket:
        """Return a connection, for what no client would send."""
        parts = urlsplit(self.url)
        return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30)


def problem(reply: httpx.Response, status: int) -> dict[str, Any]:
    """Return the one form of an error, which has to be complete."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/json"
    told: dict[str, Any] = reply.json()["error"]
    assert set(told) == {"code", "message", "hint", "input", "column", "row", "parameter"}
    return told


@contextmanager
def serving(
    scorer: Scorer, load: Load | None = None, mounts: Sequence[Mount] = (), **options: Any
) -> Iterator[Asked]:
    """Serve a package while the block lasts."""
    switchboard = Switchboard(scorer, load)
    given = ServeOptions(**{"port": 0, **options})
    endpoint = Endpoint(switchboard, given, mounts)
    log = io.StringIO()
    endpoint.app.service.log.stream = log
    verify = given.certificate is None
    with endpoint, httpx.Client(base_url=endpoint.url, timeout=30, verify=verify) as client:
        yield Asked(endpoint, client, switchboard, log)
