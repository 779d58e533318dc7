"""Requests to endpoints of this machine, sent and answered without waiting."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QUrl

if TYPE_CHECKING:
    from PySide6.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest

TIMEOUT_MS = 60_000


@dataclass(frozen=True)
class Reply:
    """What came back.

    Attributes:
        status: The HTTP status; 0 where no answer came.
        body: The answer's text.
        seconds: What it took.
        problem: Why no answer came; empty where one did.
    """

    status: int
    body: str = ""
    seconds: float = 0.0
    problem: str = ""

    @property
    def is_well(self) -> bool:
        """Whether the request was answered."""
        return 200 <= self.status < 300


Then = Callable[[Reply], object]


class Http(QObject):
    """Sends requests; what is on its way when it goes is given up."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with nothing sent."""
        super().__init__(parent)
        self._manager: QNetworkAccessManager | None = None

    def get(self, url: str, then: Then) -> None:
        """Ask for a page; ``then`` gets what comes back."""
        manager, request = self._ready(url)
        self._follow(manager.get(request), then)

    def post(self, url: str, body: str, then: Then) -> None:
        """Send a JSON text; ``then`` gets what comes back."""
        from PySide6.QtNetwork import QNetworkRequest

        manager, request = self._ready(url)
        request.setHeader(QNetworkRequest.KnownHeaders.ContentTypeHeader, "application/json")
        self._follow(manager.post(request, QByteArray(body.encode())), then)

    def _ready(self, url: str) -> tuple[QNetworkAccessManager, QNetworkRequest]:
        # Imported here: most windows never ask an endpoint, and all of them should start quickly.
        from PySide6.QtNetwork import QNetworkAccessManager, QNetworkProxy, QNetworkRequest

        if self._manager is None:
            self._manager = QNetworkAccessManager(self)
            self._manager.setProxy(QNetworkProxy(QNetworkProxy.ProxyType.NoProxy))
            self._manager.setTransferTimeout(TIMEOUT_MS)
        return self._manager, QNetworkRequest(QUrl(url))

    def _follow(self, reply: QNetworkReply, then: Then) -> None:
        reply.finished.connect(partial(self._finished, reply, then, time.monotonic()))

    def _finished(self, reply: QNetworkReply, then: Then, start: float) -> None:
        from PySide6.QtNetwork import QNetworkRequest

        took = time.monotonic() - start
        status = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
        body = bytes(reply.readAll().data()).decode("utf-8", "replace")
        problem = "" if status else f"No answer came: {reply.errorString()}."
        reply.deleteLater()
        then(Reply(int(status or 0), body, took, problem))
