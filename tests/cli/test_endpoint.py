"""The versions of a running endpoint, seen and changed from the command line."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import trustme

from studio.cli.app import main
from tests.serve.endpoints import Asked, serving
from tests.serve.scorers import Linear, row
from tests.serve.test_switchboard import TOKEN, load


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    monkeypatch.setenv("WIRELOOM_ADMIN_TOKEN", TOKEN)
    with serving(Linear(), load, admin_token=TOKEN, log_requests=False) as found:
        yield found


def typed(capsys: pytest.CaptureFixture[str], *words: object) -> Any:
    code = main(["endpoint", *map(str, words), "--json"])
    printed = capsys.readouterr()
    assert (code, printed.err) == (0, "")
    return json.loads(printed.out)


def roles(told: Any) -> dict[str, str]:
    return {item["role"]: item["version"] for item in told["versions"]}


def test_versions_are_changed_and_changed_back(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    url = asked.url
    assert roles(typed(capsys, "show", url)) == {"current": "1"}
    assert roles(typed(capsys, "swap", url, "2+1")) == {"current": "2", "previous": "1"}
    assert roles(typed(capsys, "rollback", url)) == {"current": "1", "previous": "2"}
    told = typed(capsys, "shadow", url, "3")
    assert (told["mode"], roles(told)["candidate"]) == ("shadow", "3")
    told = typed(capsys, "split", url, "100")
    assert (told["mode"], told["percent"]) == ("split", 100)
    assert asked.post("/score", [row()]).headers["x-model-version"] == "3"
    assert "candidate" not in roles(typed(capsys, "dismiss", url))
    assert asked.post("/score", [row()]).headers["x-model-version"] == "1"


def test_a_person_reads_a_table(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["endpoint", "split", asked.url, "25", "2"]) == 0
    name, heads, current, candidate = capsys.readouterr().out.splitlines()
    assert name == "“people”; 25 % of the requests go to the candidate"
    assert heads.split() == ["role", "version", "path", "place"]
    assert current.split() == ["current", "1", "program"]
    assert candidate.split() == ["candidate", "2", "program", "2"]


def test_a_package_of_this_computer_goes_by_its_whole_path(
    asked: Asked,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "2").mkdir()
    told = typed(capsys, "swap", asked.url, "2")
    assert told["versions"][0]["place"] == str(tmp_path / "2")


def test_columns_that_differ_are_told(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["endpoint", "swap", asked.url, "fewer"]) == 1
    assert "rate" in capsys.readouterr().err
    told = typed(capsys, "swap", asked.url, "fewer", "--accept-changes")
    assert any("rate" in change for change in told["changes"])


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


class Other(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<p>hello</p>")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_each_problem_is_a_sentence(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    other = HTTPServer(("127.0.0.1", 0), Other)
    Thread(target=other.serve_forever, daemon=True).start()
    try:
        for words, said in (
            (("show", "localhost:80"), "is not the address of an endpoint"),
            (("show", "http://[::1"), "is not the address of an endpoint"),
            (("show", closed_port()), "No endpoint answers at"),
            (("show", f"http://127.0.0.1:{other.server_port}"), "something else is there"),
            (("show", asked.url, "--key", "wrong"), "admin token"),
            (("rollback", asked.url), "There is no previous version."),
            (("swap", asked.url, "missing"), "it is not there"),
            (("split", asked.url, "101", "2"), "from 0 to 100"),
        ):
            assert main(["endpoint", *words]) == 1
            printed = capsys.readouterr()
            assert (said in printed.err, printed.out) == (True, ""), (words, printed.err)
            assert "Traceback" not in printed.err
    finally:
        other.shutdown()
        other.server_close()


def test_a_certificate_is_vouched_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    authority = trustme.CA()
    made = authority.issue_cert("127.0.0.1")
    certificate, key, vouching = tmp_path / "c.pem", tmp_path / "k.pem", tmp_path / "ca.pem"
    made.cert_chain_pems[0].write_to_path(certificate)
    made.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(vouching)
    options = {"certificate": certificate, "certificate_key": key, "admin_token": TOKEN}
    with serving(Linear(), load, **options) as found:
        words = ["show", found.url, "--key", TOKEN]
        assert roles(typed(capsys, *words, "--authority", vouching)) == {"current": "1"}
        assert main(["endpoint", *words]) == 1
        assert "certificate" in capsys.readouterr().err
        assert main(["endpoint", *words, "--authority", str(key)]) == 1
        assert "cannot be read" in capsys.readouterr().err
