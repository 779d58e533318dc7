"""Access: who may ask what."""

from __future__ import annotations

import hmac
import ipaddress
from typing import Literal

from studio.serve.errors import KeyMissing, NotAllowed
from studio.serve.http import Request
from studio.serve.keys import KeyRing
from studio.serve.log import Log
from studio.serve.options import ServeOptions, is_loopback

Need = Literal["nothing", "score", "admin"]
"""What a request needs: nothing, the right to score, or the right to change versions."""

_MOST_NAMES = 100
_HERE = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Access:
    """Decides by keys, by the admin token, and by the name that an endpoint is called by."""

    def __init__(self, options: ServeOptions, log: Log) -> None:
        self._ring = None if options.keys is None else KeyRing(options.keys)
        self._token = None if options.admin_token is None else options.admin_token.encode()
        self._log = log
        self._hosts: frozenset[str] | None = None
        if self._ring is None and not options.unprotected and is_loopback(options.host):
            self._hosts = _HERE | {options.host.lower(), *map(str.lower, options.hosts)}
        self._own: set[bytes] = set()

    @property
    def has_keys(self) -> bool:
        """Whether keys are asked for."""
        return self._ring is not None

    def require(self, request: Request, need: Need) -> None:
        """Raise KeyMissing or NotAllowed where the request may not be answered."""
        if self._hosts is not None:
            self._require_host(request)
        if need == "nothing":
            return
        if need == "admin" and self._has_token(request):
            return
        if self._ring is not None:
            self._require_key(request, need)
        elif need == "admin":
            raise NotAllowed(
                reason="Versions can be changed with the admin token, from this computer.",
                advice="Send it as “Authorization: Bearer TOKEN”; it is set when starting.",
            )

    def _require_key(self, request: Request, need: Need) -> None:
        assert self._ring is not None
        text = _sent(request)
        if text is None:
            raise KeyMissing(reason="This endpoint needs an API key, and none was sent.")
        problem = self._ring.problem
        key = self._ring.find(text)
        if self._ring.problem is not problem and self._ring.problem is not None:
            self._log.event("error", "keys", message=self._ring.problem.in_full)
        if key is None:
            raise KeyMissing(reason="The API key is unknown or was revoked.")
        if need == "admin" and key.right != "admin":
            raise NotAllowed(
                reason=f"The key “{key.id}” may score, and not change versions.",
                advice="Use a key with the right “admin”.",
            )

    def _has_token(self, request: Request) -> bool:
        text = _sent(request)
        client = request.scope.get("client")
        if self._token is None or text is None or client is None:
            return False
        try:
            near = ipaddress.ip_address(client[0]).is_loopback
        except ValueError:
            near = False
        return near and hmac.compare_digest(text.encode(), self._token)

    def _require_host(self, request: Request) -> None:
        host = request.header(b"host")
        if host is None or host in self._own:
            return
        name = host.decode("latin-1").lower()
        if not name.endswith("]"):
            name = name.rpartition(":")[0] or name
        if self._hosts is not None and name not in self._hosts:
            raise NotAllowed(
                reason=f"This endpoint is not called “{name}”.",
                advice="Call it by an address of this computer, or name it when starting.",
            )
        if len(self._own) < _MOST_NAMES:
            self._own.add(host)


def _sent(request: Request) -> str | None:
    """Return the key that came with a request."""
    value = request.header(b"authorization")
    if value is not None:
        scheme, _, key = value.decode("latin-1").partition(" ")
        if scheme.lower() == "bearer":
            return key.strip()
    value = request.header(b"x-api-key")
    return None if value is None else value.decode("latin-1").strip()
