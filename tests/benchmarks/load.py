"""A load on an HTTP server: ``python -m tests.benchmarks.load URL BODY_FILE SECONDS CONNECTIONS``.

Keeps so many connections busy, each with one request after another, and prints as JSON how many
requests a second were answered, their latencies in milliseconds, and how many were no 200.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


@dataclass
class Load:
    """One load: where it goes, what it sends, and what came of it."""

    host: str
    port: int
    request: bytes
    until: float
    latencies: list[float] = field(default_factory=list)
    wrong: int = 0

    async def connection(self) -> None:
        """Send one request after another until the time is over."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        while time.perf_counter() < self.until:
            began = time.perf_counter()
            writer.write(self.request)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_length(head))
            self.latencies.append(time.perf_counter() - began)
            self.wrong += b" 200 " not in head[:16]
        writer.close()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise ValueError(f"a reply without its length: {head!r}")


async def run(url: str, body: bytes, seconds: float, connections: int) -> dict[str, float]:
    """Return requests a second, p50 and p99 in milliseconds, and how many went wrong."""
    place = urlsplit(url)
    request = (
        f"POST {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    load = Load(str(place.hostname), int(place.port or 80), request, time.perf_counter() + seconds)
    began = time.perf_counter()
    await asyncio.gather(*(load.connection() for _ in range(connections)))
    took = time.perf_counter() - began
    found = sorted(load.latencies)
    return {
        "rate": len(found) / took,
        "p50": found[len(found) // 2] * 1e3,
        "p99": found[int(len(found) * 0.99)] * 1e3,
        "wrong": load.wrong,
    }


def main() -> None:
    """Run a load as the command line says."""
    url, file, seconds, connections = sys.argv[1:]
    body = Path(file).read_bytes()
    print(json.dumps(asyncio.run(run(url, body, float(seconds), int(connections)))))


if __name__ == "__main__":
    main()
