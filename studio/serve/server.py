"""The server: an endpoint that listens, in this thread or in one of its own."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import json
import logging
import math
import socket
import ssl
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from threading import Event, Thread
from types import FrameType
from typing import Self

import uvicorn

from studio.sdk.errors import StudioError
from studio.serve.app import App, make_app
from studio.serve.log import Log, LogHandler
from studio.serve.mount import Mount
from studio.serve.one_write import http_protocol
from studio.serve.options import OptionsWrong, ServeOptions
from studio.serve.switchboard import Switchboard

_KEEP_ALIVE = 75
"""Seconds that an idle connection is kept: longer than load balancers keep theirs."""

_BACKLOG = 2048
_LIBRARIES = ("uvicorn", "asyncio")
_OWN = ("studio.serve.jobs",)
"""Rooms that know no endpoint, and log as libraries do."""


class AddressTaken(StudioError):
    """Another program listens there, or the address is not this computer's."""

    code = "address_taken"
    sentence = "The endpoint cannot listen on {host}, port {port}: {reason}."
    hint = "Choose another port; port 0 takes one that is free."


class _Server(uvicorn.Server):
    """A server that says when it listens, and goes on for a while after it was told to stop."""

    def __init__(self, app: App, options: ServeOptions, started: Callable[[], None]) -> None:
        super().__init__(_config(app, options))
        self._app = app
        self._drain = options.drain
        self._tell = started
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and tell."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self._tell()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop: not ready at once, not listening after the drain, or at the second signal.

        The signal is not raised again afterwards: an endpoint that stopped as it was told has
        done well.
        """
        del sig, frame
        if self._app.service.stopping or self._drain == 0 or self._loop is None:
            self.force_exit = self.should_exit
            self.should_exit = True
        else:
            self._loop.call_soon_threadsafe(self._loop.call_later, self._drain, self.stop)
        self._app.service.stopping = True

    def stop(self) -> None:
        """Stop listening, and end when what is being answered is answered."""
        self._app.service.stopping = True
        self.should_exit = True


def _config(app: App, options: ServeOptions) -> uvicorn.Config:
    try:
        config = uvicorn.Config(
            app,
            http=http_protocol(),
            loop="uvloop" if find_spec("uvloop") else "asyncio",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=_BACKLOG,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=math.ceil(options.grace),
            ssl_certfile=options.certificate,
            ssl_keyfile=None if options.certificate_key is None else str(options.certificate_key),
            ssl_keyfile_password=" ",  # a locked key is refused, not asked for on the terminal
        )
        config.load()
    except (ssl.SSLError, OSError) as error:
        raise OptionsWrong(
            reason=f"The TLS certificate or its key cannot be used: {error}.",
            advice="Give PEM files that belong together; the key without a password.",
        ) from error
    return config


def run_server(
    switchboard: Switchboard, options: ServeOptions, mounts: Sequence[Mount] = ()
) -> None:
    """Serve until a signal to stop; raises AddressTaken, OptionsWrong and KeysUnreadable.

    One line of JSON on standard output says where, as soon as it listens. ``mounts`` are as in
    :func:`make_app`.
    """
    app = make_app(switchboard, options, mounts)

    def told() -> None:
        current = switchboard.state.current
        line = {"url": url, "name": current.name, "version": current.version}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        gc.collect()
        gc.freeze()  # what was loaded stays: no collection need look at it again

    server = _Server(app, options, told)
    listener = listen(options)
    url = _url(listener, options)
    log = app.service.log
    with listener, library_logs(log):
        log.event("info", "started", url=url, versions=switchboard.to_dict()["versions"])
        server.run([listener])
        log.event("info", "stopped")


class Endpoint:
    """An endpoint in a thread of its own, for as long as a ``with`` statement lasts.

    Attributes:
        url: Where it is asked.
        app: What answers.
    """

    def __init__(
        self,
        switchboard: Switchboard,
        options: ServeOptions,
        mounts: Sequence[Mount] = (),
    ) -> None:
        self.app = make_app(switchboard, options, mounts)
        self._started = Event()
        self._server = _Server(self.app, options, self._started.set)
        self._listener = listen(options)
        self.url = _url(self._listener, options)
        self._thread = Thread(target=self._run, name="endpoint", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop when what is being answered is answered."""
        self._server.stop()
        self._thread.join()

    def _run(self) -> None:
        try:
            with self._listener, library_logs(self.app.service.log):
                self._server.run([self._listener])
        finally:
            self._started.set()


def listen(options: ServeOptions) -> socket.socket:
    """Return a socket that listens where the options say; raises AddressTaken."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AddressTaken(host=options.host, port=options.port, reason=reason) from error


def _url(listener: socket.socket, options: ServeOptions) -> str:
    """Return how this computer asks an endpoint."""
    host, port = listener.getsockname()[:2]
    address = ipaddress.ip_address(host.split("%")[0])
    if address.is_unspecified:
        host = "127.0.0.1" if address.version == 4 else "::1"
    scheme = "http" if options.certificate is None else "https"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


@contextmanager
def library_logs(log: Log) -> Iterator[None]:
    """Bring what libraries have to say into an endpoint's log."""
    handler = LogHandler(log)
    libraries = [logging.getLogger(name) for name in _LIBRARIES]
    loggers = [*libraries, *map(logging.getLogger, _OWN)]
    for logger in loggers:
        logger.addHandler(handler)
    for logger in libraries:
        logger.propagate = False
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
        for logger in libraries:
            logger.propagate = True
