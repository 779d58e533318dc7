"""The account of what was answered: metrics and the log, settled a few times a second."""

from __future__ import annotations

import asyncio
import json
import time
from typing import NamedTuple

from studio.serve.http import Request
from studio.serve.log import Log, stamp
from studio.serve.metrics import Metrics
from studio.serve.options import ServeOptions

_TOGETHER = 0.2
"""Seconds after which what was answered is counted and logged, all together: one by one, it costs
as much as the scoring of a row."""

_MOST = 100_000
"""Bytes of a payload that the log holds."""


class _Entry(NamedTuple):
    """A request that was answered; ``at`` is when, ``seconds`` how long it took."""

    request: Request
    path: str
    status: int
    rows: int
    answer: bytes
    at: float
    seconds: float


class Account:
    """Counts and logs what was answered."""

    def __init__(self, options: ServeOptions, metrics: Metrics, log: Log) -> None:
        self._metrics = metrics
        self._log = log
        self._logs = options.log_requests
        self._payloads = options.log_payloads
        self._entries: list[_Entry] = []
        self._due: asyncio.TimerHandle | None = None

    def enter(
        self, request: Request, path: str, status: int, rows: int, answer: bytes, start: float
    ) -> None:
        """Take down a request that was answered; ``start`` is when it came."""
        seconds = time.perf_counter() - start
        if not self._payloads:
            request.payload = answer = b""  # nothing large is kept until then
        entry = _Entry(request, path, status, rows, answer, time.time(), seconds)
        self._entries.append(entry)
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(_TOGETHER, self.settle)

    def settle(self) -> None:
        """Count and log what was taken down."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        entries, self._entries = self._entries, []
        metrics = self._metrics
        for entry in entries:
            version = "-" if entry.request.version is None else entry.request.version.version
            metrics.requests.add((entry.path, str(entry.status), version))
            metrics.seconds.observe((entry.path,), entry.seconds)
            if entry.rows:
                metrics.rows.add((version,), entry.rows)
        if self._logs and entries:
            self._log.write([self._line(entry) for entry in entries])

    def _line(self, entry: _Entry) -> str:
        """Return a line of JSON, put together by hand: an encoder takes three times as long."""
        request = entry.request
        client = request.scope.get("client")
        path = json.dumps(request.path if entry.path == "other" else entry.path)
        version = "null" if request.version is None else request.version.shown
        line = (
            f'{{"time": "{stamp(entry.at)}", "level": "info", "event": "request", '
            f'"request_id": "{request.id}", "method": "{request.method}", "path": {path}, '
            f'"status": {entry.status}, "ms": {entry.seconds * 1000:.3f}, "rows": {entry.rows}, '
            f'"version": {version}, "client": "{client[0] if client else ""}"'
        )
        if self._payloads:
            line += f', "body": {_text(request.payload)}, "answer": {_text(entry.answer)}'
        return f"{line}}}"


def _text(payload: bytes) -> str:
    return json.dumps(payload[:_MOST].decode("utf-8", "backslashreplace"))
