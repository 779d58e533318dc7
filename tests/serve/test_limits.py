"""How much at once, and for how long: refused in time, and nobody else waits."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.serve.endpoints import Asked, problem, serving
from tests.serve.scorers import Linear, row

MANY = [row()] * 1000
"""So many rows that they are scored in a thread."""


@contextmanager
def shut(**options: Any) -> Iterator[tuple[Asked, Linear, threading.Event]]:
    """Serve a package that does not answer until its gate is opened."""
    gate = threading.Event()
    scorer = Linear()
    with serving(scorer, **options) as asked:
        scorer.gate = gate
        scorer.entered.clear()
        try:
            yield asked, scorer, gate
        finally:
            gate.set()


def post(asked: Asked, pool: ThreadPoolExecutor, rows: Any = MANY) -> Future[httpx.Response]:
    return pool.submit(httpx.post, f"{asked.url}/score", json=rows, timeout=60)


def test_answers_that_take_too_long() -> None:
    with shut(seconds=1.5, threads=2) as (asked, _, gate):
        told = problem(asked.post("/score", MANY), 504)
        assert told["code"] == "late"
        assert "1.5" in told["message"]
        gate.set()
        assert asked.post("/score", MANY).status_code == 200


def test_a_thread_that_never_comes_back_makes_the_endpoint_not_ready() -> None:
    with shut(seconds=1.5, threads=1) as (asked, _, gate):
        assert asked.post("/score", MANY).status_code == 504
        reply = asked.post("/score", MANY)
        assert problem(reply, 503)["code"] == "busy"
        assert reply.headers["retry-after"] == "1"
        assert asked.get("/health/ready").status_code == 503
        assert asked.get("/ping").status_code == 503
        assert asked.get("/v2/models/people/ready").status_code == 503
        assert asked.get("/health/live").status_code == 200
        gate.set()
        while asked.get("/health/ready").status_code != 200:
            pass
        assert asked.post("/score", MANY).status_code == 200


def test_too_many_at_once() -> None:
    with (
        shut(concurrency=2, threads=4) as (asked, scorer, gate),
        ThreadPoolExecutor(4) as pool,
    ):
        first = post(asked, pool)
        scorer.entered.wait()
        second = post(asked, pool)
        while asked.endpoint.app.service.metrics.in_flight < 2:
            time.sleep(0)
        reply = asked.post("/score", [row()])
        told = problem(reply, 503)
        assert told["code"] == "busy"
        assert reply.headers["retry-after"] == "1"
        for path in ("/health/live", "/health/ready", "/metrics", "/openapi.json"):
            assert asked.get(path).status_code == 200
        gate.set()
        assert first.result().status_code == second.result().status_code == 200
        assert len(asked.scored([row()])) == 1


def test_small_requests_go_on_while_large_ones_are_scored() -> None:
    with shut(threads=1) as (asked, scorer, gate), ThreadPoolExecutor(1) as pool:
        slow = post(asked, pool)
        scorer.entered.wait()
        scorer.gate = None
        assert len(asked.scored([row()])) == 1
        gate.set()
        assert len(slow.result().json()) == 1000


def test_a_slow_package_does_not_stop_the_loop() -> None:
    """Once small requests take long, they go into threads too: health is told meanwhile."""
    gate = threading.Event()
    scorer = Linear()
    with serving(scorer, threads=2) as asked, ThreadPoolExecutor(1) as pool:
        version = asked.switchboard.state.current
        version.took(1.0, version.row_bytes)
        version.took(1.0, version.row_bytes)
        scorer.gate = gate
        scorer.entered.clear()
        slow = post(asked, pool, [row()])
        scorer.entered.wait()
        assert asked.get("/health/live").status_code == 200
        gate.set()
        assert slow.result().status_code == 200
        assert version.expected(version.row_bytes) < 1.0


@pytest.mark.parametrize(
    "start",
    [
        b"POST /score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 100\r\n\r\n[{",
        b"POST /score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n[{\r\n",
    ],
)
def test_bodies_that_do_not_arrive(start: bytes) -> None:
    with serving(Linear(), seconds=0.4) as asked, asked.connect() as connection:
        connection.sendall(start)
        received = b""
        while b"body_late" not in received:
            part = connection.recv(65536)
            assert part, received
            received += part
        assert received.startswith(b"HTTP/1.1 408")
        assert asked.get("/health/live").status_code == 200


def test_a_connection_that_is_closed_half_way() -> None:
    with serving(Linear()) as asked:
        with asked.connect() as connection:
            connection.sendall(
                b"POST /score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: 100\r\n\r\n[{"
            )
        while not (lines := asked.lines()):
            asked.get("/health/live")
        assert {line["status"] for line in lines} <= {200, 499}
        assert not [line for line in lines if line["event"] == "unexpected"]


@pytest.mark.parametrize(
    "start",
    [
        b"\x16\x03\x01\x02\x00\x01",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET\r\n\r\n",
        b"POST /score HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /score HTTP/1.1\r\nContent-Length: 99999999999999999999999999\r\n\r\n",
        b"\0" * 100,
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_what_is_not_http(start: bytes) -> None:
    with serving(Linear()) as asked:
        with asked.connect() as connection:
            connection.sendall(start)
            received = connection.recv(65536)
        assert not received.startswith(b"HTTP/1.1 5")
        assert len(asked.scored([row()])) == 1


def test_an_answer_before_the_body_has_come() -> None:
    """A body that is too large is refused by its length alone; the connection stays in step."""
    with serving(Linear(), max_body=1000) as asked, asked.connect() as connection:
        connection.sendall(
            b"POST /score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 5000\r\nExpect: 100-continue\r\n\r\n"
        )
        assert connection.recv(65536).startswith(b"HTTP/1.1 413")
        connection.sendall(b" " * 5000 + b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")


def test_requests_in_a_row_on_one_connection() -> None:
    body = json.dumps([row()]).encode()
    asked_once = (
        b"POST /score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body)
    ) + body
    with serving(Linear()) as asked, asked.connect() as connection:
        connection.sendall(
            asked_once * 3 + b"HEAD /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        received = b""
        while received.count(b"HTTP/1.1 200") < 4 or not received.endswith(b"\r\n\r\n"):
            received += connection.recv(65536)
        assert received.count(b'"Scored Probabilities":45.375') == 3
