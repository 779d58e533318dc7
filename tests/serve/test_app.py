"""The endpoint as an application: what others mount in it, and what it does not load."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.sdk.errors import ValueWrong
from studio.serve.app import make_app
from studio.serve.http import Receive, Scope, Send
from studio.serve.keys import add_key
from studio.serve.mount import Mount
from studio.serve.options import ServeOptions
from studio.serve.server import Endpoint
from studio.serve.switchboard import Switchboard
from tests.serve.endpoints import problem
from tests.serve.scorers import Linear, row

ROOT = Path(__file__).resolve().parents[2]


async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the path, in two pieces; raise what the path asks for."""
    path = scope["path"]
    if path == "/jobs/refused":
        raise ValueWrong(reason="This is refused.", advice="Do not ask for it.")
    if path == "/jobs/broken":
        raise RuntimeError("secret")
    await send({"type": "http.response.start", "status": 202, "headers": [(b"x-own", b"1")]})
    await send({"type": "http.response.body", "body": path.encode(), "more_body": True})
    if path == "/jobs/half":
        raise RuntimeError("secret")
    await send({"type": "http.response.body", "body": b"."})


@contextmanager
def with_jobs(**options: Any) -> Iterator[tuple[httpx.Client, Endpoint]]:
    given = ServeOptions(port=0, log_requests=False, **options)
    mount = Mount("/jobs", mounted, lambda has_keys: {}, {})
    endpoint = Endpoint(Switchboard(Linear()), given, [mount])
    with endpoint, httpx.Client(base_url=endpoint.url) as client:
        yield client, endpoint


def test_another_application_answers_below_its_path() -> None:
    with with_jobs() as (client, _):
        for path in ("/jobs", "/jobs/", "/jobs/7/result"):
            reply = client.get(path, headers={"x-request-id": "mine"})
            assert (reply.status_code, reply.text) == (202, f"{path}.")
            assert reply.headers["x-own"] == "1"
            assert reply.headers["x-request-id"] == "mine"
        assert client.get("/jobsite").status_code == 404
        assert client.post("/score", json=[row()]).status_code == 200
        text = client.get("/metrics").text
        assert 'wireloom_requests_total{path="/jobs",status="202",version="-"} 3' in text


def test_its_errors_have_the_one_form(capfd: pytest.CaptureFixture[str]) -> None:
    with with_jobs() as (client, _):
        assert problem(client.get("/jobs/refused"), 422)["code"] == "value_wrong"
        assert "secret" not in client.get("/jobs/broken").text
        assert problem(client.get("/jobs/broken"), 500)["code"] == "unexpected"
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/jobs/half")
        assert client.get("/jobs").status_code == 202
    assert "RuntimeError: secret" in capfd.readouterr().err


def test_it_needs_a_key_too(tmp_path: Path) -> None:
    key = add_key(tmp_path / "keys.json", "shop")
    with with_jobs(keys=tmp_path / "keys.json") as (client, _):
        assert problem(client.get("/jobs"), 401)["code"] == "key_missing"
        assert client.get("/jobs", headers={"x-api-key": key}).status_code == 202


def test_without_a_server() -> None:
    """It is an ASGI application like any other."""

    async def ask() -> tuple[int, Any]:
        app = make_app(Switchboard(Linear()), ServeOptions(log_requests=False))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            reply = await client.post("/score", json=[row()])
            return reply.status_code, reply.json()

    status, answer = asyncio.run(ask())
    assert status == 200
    assert answer[0]["Scored Probabilities"] == 45.375


def test_what_a_server_does_not_load() -> None:
    """What is heavy is not loaded until a package needs it."""
    program = """
import sys
from studio.serve.server import run_server
from studio.serve.switchboard import Switchboard
from tests.serve.scorers import Linear
switchboard = Switchboard(Linear())
heavy = {"pandas", "pyarrow", "sklearn", "scipy", "matplotlib", "duckdb", "lightgbm", "skops"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
