"""A server process: says where it listens, stops as it is told, speaks TLS."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from studio.serve.keys import add_key
from studio.serve.options import OptionsWrong, ServeOptions
from studio.serve.server import AddressTaken, Endpoint
from studio.serve.switchboard import Switchboard
from tests.serve.endpoints import serving
from tests.serve.scorers import Linear, row

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys, threading
from pathlib import Path
from studio.serve.options import ServeOptions
from studio.serve.server import run_server
from studio.serve.switchboard import Switchboard
from tests.serve.scorers import Linear

class Waiting(Linear):
    def score(self, tables, parameters=None):
        if len(tables["input1"]["age"]) > 100:
            print("scoring", flush=True)
            sys.stdin.readline()
        return super().score(tables, parameters)

run_server(Switchboard(Waiting()), ServeOptions(port=0, **{options}))
print("done", flush=True)
"""


@contextmanager
def process(**options: Any) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a server in a process of its own; more than 100 rows wait for a line on its input."""
    program = PROGRAM.replace("{options}", repr(options))
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running, json.loads(line(running))["url"]
        finally:
            if running.poll() is None:
                running.kill()


def line(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline()


def ask_much(url: str) -> socket.socket:
    """Send a request of many rows, and return the connection on which the answer will come."""
    body = json.dumps([row()] * 400).encode()
    host, _, port = url.removeprefix("http://").rpartition(":")
    connection = socket.create_connection((host, int(port)), timeout=60)
    connection.sendall(
        b"POST /score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body) + body
    )
    return connection


def read_all(connection: socket.socket) -> bytes:
    with connection:
        received = b""
        while part := connection.recv(65536):
            received += part
    return received


def events(running: subprocess.Popen[str]) -> list[str]:
    assert running.stderr is not None
    return [json.loads(text)["event"] for text in running.stderr.read().splitlines()]


def test_it_says_where_it_listens() -> None:
    with process() as (running, url):
        assert httpx.post(f"{url}/score", json=[row()]).json()[0]["whole"] == 45
        running.send_signal(signal.SIGTERM)
        assert line(running) == "done\n"
        assert running.wait() == 0
        assert events(running) == ["started", "request", "stopped"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_what_is_being_answered_is_answered(stop: signal.Signals) -> None:
    with process() as (running, url):
        connection = ask_much(url)
        assert line(running) == "scoring\n"
        running.send_signal(stop)
        while True:  # it stops listening
            try:
                httpx.get(f"{url}/health/live")
            except httpx.TransportError:
                break
        assert running.stdin is not None
        running.stdin.write("\n")
        running.stdin.flush()
        received = read_all(connection)
        assert received.startswith(b"HTTP/1.1 200")
        assert received.count(b'"whole":45') == 400
        assert running.wait() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_it_says_that_it_is_not_ready_before_it_stops() -> None:
    with process(drain=60.0) as (running, url), httpx.Client(base_url=url) as client:
        assert client.get("/health/ready").status_code == 200
        running.send_signal(signal.SIGTERM)
        while client.get("/health/ready").status_code == 200:
            pass
        assert client.get("/health/ready").json() == {"ready": False}
        assert client.get("/health/live").status_code == 200
        assert client.post("/score", json=[row()]).status_code == 200
        running.send_signal(signal.SIGTERM)
        assert running.wait() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_what_never_ends_is_given_up() -> None:
    with process(grace=0.2) as (running, url):
        connection = ask_much(url)
        assert line(running) == "scoring\n"
        running.send_signal(signal.SIGTERM)
        received = read_all(connection)
        assert received.startswith(b"HTTP/1.1 503")
        assert b'"stopping"' in received
        assert running.wait() == 0


def test_a_port_that_is_taken() -> None:
    with serving(Linear()) as asked:
        port = int(asked.url.rpartition(":")[2])
        with pytest.raises(AddressTaken, match=f"port {port}"):
            Endpoint(Switchboard(Linear()), ServeOptions(port=port))
    with pytest.raises(AddressTaken):
        Endpoint(Switchboard(Linear()), ServeOptions(host="192.0.2.1", unprotected=True, port=0))


@pytest.mark.parametrize(
    ("host", "start"), [("localhost", "http://"), ("127.0.0.1", "http://127.0.0.1:")]
)
def test_addresses(host: str, start: str) -> None:
    with serving(Linear(), host=host) as asked:
        assert asked.url.startswith(start)
        assert asked.get("/health/live").status_code == 200


def test_an_endpoint_stops_when_its_block_ends() -> None:
    with serving(Linear()) as asked:
        url = asked.url
        assert httpx.get(f"{url}/health/live").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/health/live")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def test_tls(authority: trustme.CA, tmp_path: Path) -> None:
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "certificate.pem")
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    files = {"certificate": tmp_path / "certificate.pem", "certificate_key": tmp_path / "key.pem"}
    key = add_key(tmp_path / "keys.json", "shop")
    with serving(Linear(), keys=tmp_path / "keys.json", **files) as asked:
        assert asked.url.startswith("https://127.0.0.1:")
        reply = httpx.post(
            f"{asked.url}/score", json=[row()] * 500, verify=trusted, headers={"x-api-key": key}
        )
        assert [item["whole"] for item in reply.json()] == [45] * 500
        with pytest.raises(httpx.ConnectError, match="certificate"):
            httpx.get(f"{asked.url}/health/live")


def test_a_certificate_that_is_none(authority: trustme.CA, tmp_path: Path) -> None:
    (tmp_path / "certificate.pem").write_text("nothing")
    authority.issue_cert("localhost").private_key_pem.write_to_path(tmp_path / "key.pem")
    files = {"certificate": tmp_path / "certificate.pem", "certificate_key": tmp_path / "key.pem"}
    with pytest.raises(OptionsWrong, match="cannot be used"), serving(Linear(), **files):
        pass
