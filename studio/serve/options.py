"""What an endpoint is told: where it listens, who may ask, and how much at once."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.sdk.errors import StudioError

Open = Literal["page", "metrics"]


class OptionsWrong(StudioError):
    """An endpoint cannot be started as it was told."""

    code = "serve_options_wrong"
    sentence = "{reason}"
    hint = "{advice}"


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How an endpoint is run; raises OptionsWrong for what cannot be.

    Attributes:
        host, port: Where it listens; port 0 takes one that is free.
        keys: The file of API keys; without one, everybody who reaches the endpoint may ask.
        admin_token: Whoever asks from this computer with this token may change versions; at least
            16 characters.
        unprotected: Whether to listen beyond this computer without keys.
        open: What needs no key where there are keys: the page with the OpenAPI document, metrics.
        hosts: Names besides those of this computer that requests may call the endpoint by where it
            listens on this computer without keys. Others are refused, so that no web page can have
            a browser ask it under the page's own name.
        certificate, certificate_key: Files of a TLS certificate and its key, both or none.
        max_body: Bytes of a request's body, packed or not.
        max_rows: Rows of an input of one request.
        seconds: How long a request may take, from its first byte to its answer.
        concurrency: How many requests are answered or wait at once.
        threads: How many requests with many rows are scored at once; None: a CPU's each.
        drain: Seconds after a signal to stop in which it still takes requests, saying that it is
            not ready.
        grace: Seconds then for requests that are being answered.
        sticky: The header whose value decides, where traffic is split, which version answers.
        log_requests: Whether each request is a line in the log.
        log_payloads: Whether that line has the body of the request and of its answer.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    keys: Path | None = None
    admin_token: str | None = None
    unprotected: bool = False
    open: tuple[Open, ...] = ("page",)
    hosts: tuple[str, ...] = ()
    certificate: Path | None = None
    certificate_key: Path | None = None
    max_body: int = 4 << 20
    max_rows: int = 10_000
    seconds: float = 30.0
    concurrency: int = 64
    threads: int | None = None
    drain: float = 0.0
    grace: float = 30.0
    sticky: str = "x-client-id"
    log_requests: bool = True
    log_payloads: bool = False

    def __post_init__(self) -> None:
        self._require_sizes()
        if (self.certificate is None) != (self.certificate_key is None):
            raise OptionsWrong(
                reason="A TLS certificate and its key belong together, and only one was given.",
                advice="Give both files, or neither.",
            )
        for path in (self.certificate, self.certificate_key):
            if path is not None and not path.is_file():
                raise OptionsWrong(reason=f"The file “{path}” is not there.", advice="")
        if self.admin_token is not None and len(self.admin_token) < 16:
            raise OptionsWrong(
                reason="The admin token has fewer than 16 characters.",
                advice="Choose a longer one, such as what “openssl rand -hex 16” prints.",
            )
        if self.keys is None and not self.unprotected and not is_loopback(self.host):
            raise OptionsWrong(
                reason=f"“{self.host}” can be reached from other computers, and there are no keys.",
                advice="Make a file of API keys, or say that the endpoint may be unprotected.",
            )

    def _require_sizes(self) -> None:
        bounds = {
            "port": (self.port, 0, 65_535),
            "max_body": (self.max_body, 1, 1 << 40),
            "max_rows": (self.max_rows, 1, 1 << 40),
            "seconds": (self.seconds, 0.001, 86_400),
            "concurrency": (self.concurrency, 1, 1 << 20),
            "threads": (self.workers, 1, 1024),
            "drain": (self.drain, 0, 3600),
            "grace": (self.grace, 0, 3600),
        }
        require_within(bounds)

    @property
    def workers(self) -> int:
        """How many threads score requests with many rows."""
        return os.cpu_count() or 1 if self.threads is None else self.threads


def require_within(bounds: Mapping[str, tuple[float, float, float]]) -> None:
    """Raise OptionsWrong for the first value, by its name, that is not between its two bounds."""
    for name, (value, low, high) in bounds.items():
        if not low <= value <= high:
            raise OptionsWrong(
                reason=f"“{name}” is {value}; it must be from {low} to {high}.", advice=""
            )


def is_loopback(host: str) -> bool:
    """Whether only this computer reaches an address or name."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return all(ipaddress.ip_address(str(item[4][0]).split("%")[0]).is_loopback for item in found)
