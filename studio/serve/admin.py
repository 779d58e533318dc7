"""Changing versions over HTTP: list, swap, roll back, shadow, split, dismiss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from studio.serve.asking.shapes import require_keys
from studio.serve.cells import found
from studio.serve.errors import FormUnknown
from studio.serve.http import Reply, Request
from studio.serve.json_text import read, write
from studio.serve.service import Service

_MOST = 64 << 10


class Admin:
    """Answers whoever may change versions; each answer tells what is loaded then."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._switchboard = service.switchboard

    async def versions(self, _request: Request) -> Reply:
        """Tell what is loaded."""
        return Reply(200, write(self._switchboard.to_dict()))

    async def swap(self, request: Request) -> Reply:
        """Let another package answer, or the candidate."""
        body = await self._body(request, {"package", "accept_changes"})
        place, changes = _place(body), _changes(body)
        return await self._change(lambda: self._switchboard.swap(place, changes=changes))

    async def roll_back(self, request: Request) -> Reply:
        """Let the previous version answer."""
        await self._body(request, set())
        return await self._change(self._switchboard.roll_back)

    async def shadow(self, request: Request) -> Reply:
        """Let a candidate answer too, without being heard."""
        body = await self._body(request, {"package", "accept_changes"})
        place, changes = _place(body), _changes(body)
        return await self._change(lambda: self._switchboard.shadow(place, changes=changes))

    async def split(self, request: Request) -> Reply:
        """Let a candidate answer a share of the requests."""
        body = await self._body(request, {"package", "percent", "accept_changes"})
        percent: Any = body.get("percent")
        if type(percent) not in (int, float) or not 0 <= percent <= 100:
            raise FormUnknown(
                reason=f"“percent” is {found(percent)}.", advice="Send a number from 0 to 100."
            )
        share, place, changes = float(percent), _place(body), _changes(body)
        return await self._change(lambda: self._switchboard.split(share, place, changes=changes))

    async def dismiss(self, request: Request) -> Reply:
        """Let the candidate go."""
        await self._body(request, set())
        return await self._change(self._switchboard.dismiss)

    async def _change(self, change: Callable[[], list[str] | None]) -> Reply:
        """Make a change in a thread: a package takes seconds to load."""
        differences = await self._service.changes.run(change)
        state = self._switchboard.to_dict()
        self._service.log.event("info", "versions", **state)
        return Reply(200, write(state | {"changes": differences or []}))

    async def _body(self, request: Request, keys: set[str]) -> dict[str, Any]:
        """Return the body, an object or nothing; raises a RequestWrong."""
        content = await request.body(_MOST)
        if not content:
            return {}
        request.require_type("application/json")
        body = read(content)
        if type(body) is not dict:
            raise FormUnknown(reason=f"The body is {found(body)}.", advice="Send an object.")
        require_keys(body, frozenset(keys))
        return body


def _place(body: dict[str, Any]) -> str | None:
    place = body.get("package")
    if place is not None and type(place) is not str:
        raise FormUnknown(
            reason=f"“package” is {found(place)}.", advice="Send where the package is, as text."
        )
    return place


def _changes(body: dict[str, Any]) -> bool:
    changes = body.get("accept_changes", False)
    if type(changes) is not bool:
        raise FormUnknown(
            reason=f"“accept_changes” is {found(changes)}.", advice="Send true or false."
        )
    return changes
