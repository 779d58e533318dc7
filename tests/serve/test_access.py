"""Who may ask an endpoint: from where, by which name, and with which options it starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from studio.serve.keys import add_key
from studio.serve.options import OptionsWrong, ServeOptions
from tests.serve.endpoints import problem, serving
from tests.serve.scorers import Linear, row

TOKEN = "a-token-of-some-length"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "no.such.name.invalid"])
def test_beyond_this_computer_keys_are_needed(host: str, tmp_path: Path) -> None:
    with pytest.raises(OptionsWrong, match="there are no keys"):
        ServeOptions(host=host)
    assert ServeOptions(host=host, unprotected=True).host == host
    assert ServeOptions(host=host, keys=tmp_path / "keys.json").host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2", "::1"])
def test_on_this_computer_they_are_not(host: str) -> None:
    assert ServeOptions(host=host).host == host


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"port": 70_000}, "“port” is 70000"),
        ({"max_rows": 0}, "“max_rows”"),
        ({"seconds": 0}, "“seconds”"),
        ({"concurrency": 0}, "“concurrency”"),
        ({"threads": 0}, "“threads”"),
        ({"admin_token": "short"}, "fewer than 16"),
        ({"certificate": Path("c.pem")}, "belong together"),
        ({"certificate": Path("c.pem"), "certificate_key": Path("k.pem")}, "not there"),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], said: str) -> None:
    with pytest.raises(OptionsWrong, match=said):
        ServeOptions(**options)


def test_an_endpoint_is_asked_by_its_own_names() -> None:
    """A page in a browser can make a name of its own lead to this computer; it is refused."""
    with serving(Linear(), hosts=("scores.internal",)) as asked:
        for host in (
            "127.0.0.1",
            "localhost:1234",
            "[::1]:80",
            "scores.internal",
            "SCORES.internal",
        ):
            assert asked.post("/score", [row()], headers={"host": host}).status_code == 200
        for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "x@localhost"):
            for path in ("/score", "/", "/health/live", "/admin/versions"):
                reply = asked.client.request("POST", path, headers={"host": host})
                told = reply.json()["error"]
                assert (reply.status_code, told["code"]) == (403, "not_allowed")


def test_with_keys_any_name_will_do(tmp_path: Path) -> None:
    key = add_key(tmp_path / "keys.json", "shop")
    with serving(Linear(), keys=tmp_path / "keys.json") as asked:
        headers = {"host": "scores.example", "x-api-key": key}
        assert asked.post("/score", [row()], headers=headers).status_code == 200


def test_without_keys_and_token_nobody_changes_versions() -> None:
    with serving(Linear()) as asked:
        told = problem(asked.get("/admin/versions"), 403)
        assert "admin token" in told["message"]
        assert asked.post("/admin/rollback").status_code == 403


def test_the_admin_token() -> None:
    with serving(Linear(), admin_token=TOKEN) as asked:
        for headers in ({}, {"authorization": f"Bearer {TOKEN}x"}, {"x-api-key": ""}):
            assert asked.get("/admin/versions", headers=headers).status_code == 403
        for headers in ({"authorization": f"Bearer {TOKEN}"}, {"x-api-key": TOKEN}):
            assert asked.get("/admin/versions", headers=headers).status_code == 200


def test_an_address_that_is_forwarded_is_not_believed() -> None:
    """The token is taken from this computer alone; a header cannot say where one is."""
    with serving(Linear(), admin_token=TOKEN) as asked:
        headers = {"x-api-key": TOKEN, "x-forwarded-for": "203.0.113.9"}
        assert asked.get("/admin/versions", headers=headers).status_code == 200
        assert asked.lines()[-1]["client"] == "127.0.0.1"
