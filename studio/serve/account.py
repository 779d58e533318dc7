"""The account of what was answered: metrics and the log."""

from __future__ import annotations

import json
import time

from studio.sdk.errors import StudioError
from studio.serve.http import Reply, Request
from studio.serve.service import Service

_MOST = 100_000
"""Bytes of a payload that the log holds."""


class Account:
    """Counts and logs requests."""

    def __init__(self, service: Service) -> None:
        self._metrics = service.metrics
        self._log = service.log
        self._logs = service.options.log_requests
        self._payloads = service.options.log_payloads

    def error(self, error: StudioError) -> None:
        """Count an error by its code."""
        self._metrics.errors.add((error.code,))

    def enter(self, request: Request, path: str, reply: Reply, start: float) -> None:
        """Count a request and write its line; payloads only where that was asked for."""
        seconds = time.perf_counter() - start
        version = "-" if request.version is None else request.version.version
        self._metrics.requests.add((path, str(reply.status), version))
        self._metrics.seconds.observe((path,), seconds)
        if reply.rows:
            self._metrics.rows.add((version,), reply.rows)
        if self._logs:
            self._write(request, path, reply, seconds, version)

    def _write(
        self, request: Request, path: str, reply: Reply, seconds: float, version: str
    ) -> None:
        client = request.scope.get("client")
        address = client[0] if client else ""
        asked = path if path != "other" else json.dumps(request.path)[1:-1]
        fields = (
            f'"event": "request", "request_id": "{request.id}", "method": "{request.method}", '
            f'"path": "{asked}", "status": {reply.status}, "ms": {seconds * 1000:.3f}, '
            f'"rows": {reply.rows}, "version": {json.dumps(version)}, "client": "{address}"'
        )
        if self._payloads:
            sent = json.dumps(_text(request.payload))
            fields += f', "body": {sent}, "answer": {json.dumps(_text(reply.body))}'
        self._log.request(fields)


def _text(payload: bytes) -> str:
    return payload[:_MOST].decode("utf-8", "backslashreplace")
