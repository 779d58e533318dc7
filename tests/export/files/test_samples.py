"""The sample calls, run as they stand: what arrives is the sample request."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from studio.export.files.samples import KEY, URL, samples
from tests.export.files.builders import ODD_NAMES, facts, odd_facts

PLAIN, ODD = facts(), odd_facts()
MANY = json.dumps({"columns": list(ODD_NAMES), "rows": [[1.5, None, "x"] * 5] * 3, "empty": []})
REQUESTS = {"plain": PLAIN.sample_request, "odd": ODD.sample_request, "columns": MANY}


class Recorder(ThreadingHTTPServer):
    """A server on this machine that keeps what it is asked, and answers with rows."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.bodies: list[Any] = []
        self.headers: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.server_address[1]}/score"


class Answering(BaseHTTPRequestHandler):
    """Answers a request of a Recorder."""

    server: Recorder

    def do_POST(self) -> None:
        chunked = self.headers.get("Transfer-Encoding") == "chunked"
        assert not chunked
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(json.loads(body))
        self.server.headers.append({key.lower(): value for key, value in self.headers.items()})
        reply = b'{"rows": [{"answer": 42}]}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    server = Recorder()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def program(language: str) -> list[str]:
    if language == "Python":
        return [sys.executable]
    command = {"curl": "bash", "JavaScript": "node", "R": "Rscript"}[language]
    if shutil.which(command) is None or (language == "curl" and shutil.which("curl") is None):
        pytest.skip(f"{command} is not here")
    return [command]


def code_of(language: str, request: str) -> str:
    calls = {call.title: call.code for call in samples(request, PLAIN.sample_reply)}
    return calls[language]


def called(language: str, request: str, recorder: Recorder, folder: Path) -> str:
    code = code_of(language, request)
    assert URL in code
    assert KEY in code
    ending = {"JavaScript": ".mjs", "R": ".R"}.get(language, "")
    file = folder / f"call{ending}"
    file.write_text(code.replace(URL, recorder.url).replace(KEY, "my key"), encoding="utf-8")
    done = subprocess.run(
        [*program(language), str(file)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={**os.environ, "LC_ALL": "C.UTF-8", "NO_PROXY": "*", "no_proxy": "*"},
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("request_name", REQUESTS)
@pytest.mark.parametrize("language", ["curl", "Python", "JavaScript"])
def test_the_call_sends_the_request(
    language: str, request_name: str, recorder: Recorder, tmp_path: Path
) -> None:
    request = REQUESTS[request_name]
    printed = called(language, request, recorder, tmp_path)
    assert recorder.bodies == [json.loads(request)]
    (headers,) = recorder.headers
    assert headers["content-type"] == "application/json"
    assert headers["authorization"] == "Bearer my key"
    assert "42" in printed


@pytest.mark.slow
@pytest.mark.parametrize("request_name", REQUESTS)
def test_the_call_from_r_sends_the_request(
    request_name: str, recorder: Recorder, tmp_path: Path
) -> None:
    has = 'quit(status = !requireNamespace("httr2", quietly = TRUE))'
    if subprocess.run([*program("R"), "-e", has], capture_output=True, timeout=120).returncode:
        pytest.skip("R has no httr2 here")
    printed = called("R", REQUESTS[request_name], recorder, tmp_path)
    assert recorder.bodies == [json.loads(REQUESTS[request_name])]
    assert recorder.headers[0]["authorization"] == "Bearer my key"
    assert "42" in printed


def test_excel_makes_a_table_of_the_reply() -> None:
    request = PLAIN.sample_request
    calls = {call.title: call.code for call in samples(request, '{"a \\"b\\"": [{"x": 1}]}')}
    assert 'Result = Table.FromRecords(Reply[#"a ""b"""])' in calls["Excel"]
    calls = {call.title: call.code for call in samples(request, '{"columns": ["x"]}')}
    assert "Result = Reply\n" in calls["Excel"]


def test_c_sharp_sends_the_text_of_the_request() -> None:
    code = code_of("C#", ODD.sample_request)
    begin = code.index('@"') + 2
    end = code.index('";\n\nusing var client')
    assert json.loads(code[begin:end].replace('""', '"')) == json.loads(ODD.sample_request)
    assert '"' not in code[begin:end].replace('""', "")
