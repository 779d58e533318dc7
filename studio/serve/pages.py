"""What an endpoint says of itself: health, metrics, metadata, its document and its page."""

from __future__ import annotations

from typing import Any

from studio import __version__
from studio.serve.about.openapi import document
from studio.serve.about.page import page
from studio.serve.asking.inference import model_metadata, server_metadata
from studio.serve.http import Reply, Request
from studio.serve.json_text import write
from studio.serve.metrics import CONTENT_TYPE
from studio.serve.scoring import Scoring
from studio.serve.service import Service
from studio.serve.version import JSON, Headers, Version

_SAFE: Headers = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-cache"))


class Pages:
    """Answers what needs no rows."""

    def __init__(self, service: Service, scoring: Scoring) -> None:
        self._service = service
        self._scoring = scoring
        self._made: dict[str, tuple[Version, Reply]] = {}

    async def live(self, _request: Request) -> Reply:
        """Tell that the process answers."""
        return Reply(200, b'{"live":true}')

    async def ready(self, _request: Request) -> Reply:
        """Tell whether requests are taken: 200, or 503."""
        ready = self._service.ready
        return Reply(200 if ready else 503, write({"ready": ready}))

    async def metrics(self, _request: Request) -> Reply:
        """Return the metrics."""
        service = self._service
        service.account.settle()
        labels = [
            {"name": v.name, "version": v.version, "role": role, "path": v.path}
            for role, v in service.switchboard.loaded()
        ]
        text = service.metrics.text(labels, ready=service.ready)
        return Reply(200, text, ((b"content-type", CONTENT_TYPE),))

    async def openapi(self, _request: Request) -> Reply:
        """Return the OpenAPI document of the version that answers."""
        return self._once("openapi", self._openapi)

    async def page(self, _request: Request) -> Reply:
        """Return the page of the version that answers."""
        return self._once("page", self._page)

    async def server(self, _request: Request) -> Reply:
        """Return what the server is."""
        return Reply(200, write(server_metadata(__version__)))

    async def model(self, request: Request) -> Reply:
        """Return what the package takes and gives."""
        switchboard = self._service.switchboard
        version = self._scoring.named(request) or switchboard.state.current
        versions = [loaded.version for _, loaded in switchboard.loaded()]
        return Reply(200, write(model_metadata(version, versions)))

    async def model_ready(self, request: Request) -> Reply:
        """Tell whether the package takes requests."""
        version = self._scoring.named(request) or self._service.switchboard.state.current
        ready = self._service.ready
        said: dict[str, Any] = {"name": version.name, "ready": ready}
        return Reply(200 if ready else 503, write(said))

    async def product(self, _request: Request) -> Reply:
        """Return the version of what serves, as MLflow's clients ask."""
        return Reply(200, __version__.encode(), ((b"content-type", b"text/plain"),))

    def _openapi(self, version: Version) -> Reply:
        made = document(
            version,
            self._service.options,
            self._service.mounts,
            has_keys=self._service.access.has_keys,
        )
        return Reply(200, write(made), (*JSON, *_SAFE))

    def _page(self, version: Version) -> Reply:
        content, policy = page(version, has_keys=self._service.access.has_keys)
        headers = (
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-security-policy", policy),
            (b"referrer-policy", b"no-referrer"),
        )
        return Reply(200, content, (*headers, *_SAFE))

    def _once(self, what: str, make: Any) -> Reply:
        """Return what was made for the version that answers, or make it."""
        current = self._service.switchboard.state.current
        version, reply = self._made.get(what, (None, None))
        if version is not current or reply is None:
            reply = make(current)
            self._made[what] = (current, reply)
        return reply
