"""A client of running endpoints: what their versions are, and changes of them."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from studio.sdk.errors import StudioError

_SECONDS = 300.0
"""A package takes seconds to load, and one with a large model more."""


class AddressUnreadable(StudioError):
    """The address of an endpoint is none."""

    code = "address_unreadable"
    sentence = "“{url}” is not the address of an endpoint."
    hint = "Write it as it was printed when the endpoint started, such as http://127.0.0.1:8080."


class EndpointSilent(StudioError):
    """Nothing answered at the address of an endpoint, or something else did."""

    code = "endpoint_silent"
    sentence = "No endpoint answers at {url}: {reason}."
    hint = "Look whether it runs, and whether its certificate is trusted."


class EndpointRefused(StudioError):
    """An endpoint refused what it was asked."""

    code = "endpoint_refused"
    sentence = "{message}"
    hint = "{advice}"


class EndpointClient:
    """Asks an endpoint, directly, with no proxy between.

    Args:
        url: Where it is; http or https.
        key: An API key with the right “admin”, or the admin token.
        authority: The file of the certificate that vouches for the endpoint's own; None for those
            that this computer trusts.

    Raises AddressUnreadable, and EndpointSilent where the file is no certificate.
    """

    def __init__(self, url: str, key: str = "", authority: Path | None = None) -> None:
        self._url = url
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise AddressUnreadable(url=url) from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise AddressUnreadable(url=url)
        self._prefix = parts.path.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._connection = HTTPConnection(parts.hostname, port, timeout=_SECONDS)
        if parts.scheme == "https":
            try:
                trusted = ssl.create_default_context(cafile=authority)
            except OSError as error:
                raise EndpointSilent(url=url, reason=f"“{authority}” cannot be read") from error
            self._connection = HTTPSConnection(
                parts.hostname, port, timeout=_SECONDS, context=trusted
            )

    def versions(self) -> dict[str, Any]:
        """Return what is loaded; raises EndpointSilent and EndpointRefused."""
        return self._ask("GET", "versions", None)

    def change(self, what: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change versions, and return what is loaded then; raises as :meth:`versions` does."""
        return self._ask("POST", what, json.dumps(body))

    def _ask(self, method: str, what: str, body: str | None) -> dict[str, Any]:
        headers = {**self._headers, **({} if body is None else {"Content-Type": _JSON})}
        try:
            self._connection.request(method, f"{self._prefix}/admin/{what}", body, headers)
            reply = self._connection.getresponse()
            told = json.loads(reply.read())
            if reply.status == 200:
                return dict(told)
            problem = told["error"]
            refusal = EndpointRefused(message=problem["message"], advice=problem["hint"] or "")
        except (OSError, HTTPException, UnicodeError) as error:
            raise EndpointSilent(url=self._url, reason=str(error) or "it hung up") from error
        except (ValueError, KeyError, TypeError) as error:
            raise EndpointSilent(url=self._url, reason="something else is there") from error
        finally:
            self._connection.close()
        raise refusal


_JSON = "application/json"
