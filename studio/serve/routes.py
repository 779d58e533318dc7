"""Routes: what is asked at which address, and what that needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from studio.serve.access import Need
from studio.serve.errors import MethodWrong, NotFound
from studio.serve.http import Reply, Request

Handler = Callable[[Request], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Route:
    """An address.

    Attributes:
        path: As metrics and the log name it; a part in braces stands for any text.
        handlers: What answers, by method.
        need: What a request needs.
        limited: Whether requests count among those that are answered at once.
    """

    path: str
    handlers: Mapping[str, Handler]
    need: Need = "score"
    limited: bool = False

    def handler(self, request: Request) -> Handler:
        """Return what answers a request; raises MethodWrong."""
        method = "GET" if request.method == "HEAD" else request.method
        handler = self.handlers.get(method)
        if handler is None:
            allowed = [*self.handlers, *(("HEAD",) if "GET" in self.handlers else ())]
            raise MethodWrong(
                path=request.path, method=request.method, allowed=allowed, allow=", ".join(allowed)
            )
        return handler


class Router:
    """Finds the route of a path."""

    def __init__(self, routes: list[Route]) -> None:
        self._fixed = {route.path: route for route in routes if "{" not in route.path}
        self._open = [
            (tuple(route.path.split("/")), route) for route in routes if "{" in route.path
        ]

    def find(self, request: Request) -> Route:
        """Return the route of a request, whose open parts it then has; raises NotFound."""
        route = self._fixed.get(request.path)
        if route is not None:
            return route
        parts = request.path.split("/")
        for pattern, route in self._open:
            if len(pattern) == len(parts) and all(
                wanted == part or (wanted[:1] == "{" and part)
                for wanted, part in zip(pattern, parts, strict=True)
            ):
                pairs = zip(pattern, parts, strict=True)
                request.parts = tuple(part for wanted, part in pairs if wanted[:1] == "{")
                return route
        raise NotFound(
            reason=f"There is nothing at {request.path}.",
            advice="The addresses are in /openapi.json.",
        )
