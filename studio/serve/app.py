"""The endpoint as an ASGI application: who may ask, how many at once, and what went wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from studio.sdk.errors import StudioError
from studio.serve.access import Need
from studio.serve.admin import Admin
from studio.serve.deadlines import Deadlines
from studio.serve.errors import Busy, Stopping, Unexpected
from studio.serve.http import Gone, Message, Receive, Reply, Request, Scope, Send
from studio.serve.mount import Mount
from studio.serve.options import ServeOptions
from studio.serve.pages import Pages
from studio.serve.replies import error_reply, send_reply
from studio.serve.routes import Route, Router
from studio.serve.scoring import Scoring
from studio.serve.service import Service
from studio.serve.switchboard import Switchboard


def make_app(switchboard: Switchboard, options: ServeOptions, mounts: Sequence[Mount] = ()) -> App:
    """Return the endpoint of a package as an ASGI application.

    ``mounts`` are applications that answer below paths of it.
    """
    return App(Service(switchboard, options, mounts))


class App:
    """An endpoint; see :func:`make_app`."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._router = Router(routes(service))
        self._account = service.account
        self._limit = service.options.concurrency
        self._deadlines = Deadlines(service.options.seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or follow the life of the server."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            kind = message["type"]
            if kind == "lifespan.shutdown":
                self.service.stopping = True
                self.service.pool.close()
                self.service.shadows.close()
                self.service.changes.close()
                self._account.settle()
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = time.perf_counter()
        request = Request(scope, receive, self._deadlines)
        mount = self._mounted(request.path) if self.service.mounts else None
        if mount is not None:
            await self._pass_on(mount, request, send, start)
            return
        path = "other"
        try:
            route = self._router.find(request)
            path = route.path
            reply = await self._reply(route, request)
        except Gone:
            self._account.enter(request, path, 499, 0, b"", start)
            return
        except BaseException as error:
            reply = self._failed(request, error)
        await send_reply(send, reply, request.id)
        self._account.enter(request, path, reply.status, reply.rows, reply.body, start)
        if reply.after is not None:
            await reply.after()

    async def _reply(self, route: Route, request: Request) -> Reply:
        self.service.access.require(request, route.need)
        handler = route.handler(request)
        if not route.limited:
            return await handler(request)
        metrics = self.service.metrics
        if metrics.in_flight >= self._limit:
            raise Busy(limit=self._limit)
        metrics.in_flight += 1
        try:
            return await handler(request)
        finally:
            metrics.in_flight -= 1

    def _failed(self, request: Request, error: BaseException) -> Reply:
        """Return the reply to an error; one that nobody expected goes into the log."""
        if isinstance(error, asyncio.CancelledError):
            error = Stopping()
        elif not isinstance(error, StudioError):
            if not isinstance(error, Exception):
                raise error
            self.service.log.failure("unexpected", error, request_id=request.id)
            error = Unexpected(request_id=request.id)
        self.service.metrics.errors.add((error.code,))
        return error_reply(error, inference=request.path.startswith("/v2"))

    async def _pass_on(self, mount: Mount, request: Request, send: Send, start: float) -> None:
        """Let a mounted application answer, and see with which status."""
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", ()), (b"x-request-id", request.id.encode())]
                message = {**message, "headers": headers}
            await send(message)

        try:
            self.service.access.require(request, "score")
            await mount.app(request.scope, request.receive, watch)
        except BaseException as error:
            reply = self._failed(request, error)
            if status == 0:
                await send_reply(send, reply, request.id)
                status = reply.status
        self._account.enter(request, mount.path, status, 0, b"", start)

    def _mounted(self, path: str) -> Mount | None:
        return next((mount for mount in self.service.mounts if mount.has(path)), None)


def routes(service: Service) -> list[Route]:
    """Return the addresses of an endpoint."""
    scoring = Scoring(service)
    pages = Pages(service, scoring)
    open_page: Need = "nothing" if "page" in service.options.open else "score"
    open_metrics: Need = "nothing" if "metrics" in service.options.open else "score"
    model = "/v2/models/{name}"
    return [
        Route("/score", {"POST": scoring.score}, limited=True),
        Route("/invocations", {"POST": scoring.invocations}, limited=True),
        Route(f"{model}/infer", {"POST": scoring.infer}, limited=True),
        Route(f"{model}/versions/{{version}}/infer", {"POST": scoring.infer}, limited=True),
        Route(model, {"GET": pages.model}),
        Route(f"{model}/versions/{{version}}", {"GET": pages.model}),
        Route(f"{model}/ready", {"GET": pages.model_ready}, "nothing"),
        Route(f"{model}/versions/{{version}}/ready", {"GET": pages.model_ready}, "nothing"),
        Route("/v2", {"GET": pages.server}, "nothing"),
        *(
            Route(path, {"GET": pages.live}, "nothing")
            for path in ("/health/live", "/v2/health/live")
        ),
        *(
            Route(path, {"GET": pages.ready}, "nothing")
            for path in ("/health/ready", "/v2/health/ready", "/ping", "/health")
        ),
        Route("/version", {"GET": pages.product}, "nothing"),
        Route("/metrics", {"GET": pages.metrics}, open_metrics),
        Route("/openapi.json", {"GET": pages.openapi}, open_page),
        Route("/", {"GET": pages.page}, open_page),
        *admin_routes(service),
    ]


def admin_routes(service: Service) -> list[Route]:
    """Return the addresses at which versions are changed."""
    admin = Admin(service)
    return [
        Route("/admin/versions", {"GET": admin.versions}, "admin"),
        Route("/admin/swap", {"POST": admin.swap}, "admin"),
        Route("/admin/rollback", {"POST": admin.roll_back}, "admin"),
        Route("/admin/shadow", {"POST": admin.shadow}, "admin"),
        Route("/admin/split", {"POST": admin.split}, "admin"),
        Route("/admin/dismiss", {"POST": admin.dismiss}, "admin"),
    ]
