"""API keys: made once, kept as hashes, changed while an endpoint runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from studio.serve.keys import (
    KeyRing,
    KeysUnreadable,
    KeyUnknown,
    add_key,
    read_keys,
    revoke_key,
)
from tests.serve.endpoints import Asked, problem, serving
from tests.serve.scorers import Linear, row


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def status(asked: Asked, headers: dict[str, Any], where: str = "/score") -> int:
    if where == "/score":
        return asked.post(where, [row()], headers=headers).status_code
    return asked.get(where, headers=headers).status_code


def test_a_key_is_shown_once_and_kept_as_a_hash(path: Path) -> None:
    key = add_key(path, "shop")
    other = add_key(path, "head office", "admin")
    assert len({key, other}) == 2
    assert len(key.split("_", 2)[2]) >= 43
    text = path.read_text()
    assert key not in text
    assert key.split("_", 2)[2] not in text
    first, second = read_keys(path)
    assert (first.name, first.right, second.name, second.right) == (
        *("shop", "score"),
        *("head office", "admin"),
    )
    ring = KeyRing(path)
    assert ring.find(key) == first
    assert ring.find(other) == second
    for wrong in ("", key[:-1], key + "x", key.upper(), first.hash, "wl_\udcff"):
        assert ring.find(wrong) is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_the_file_is_its_owners_alone(path: Path) -> None:
    add_key(path, "shop")
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_keys_are_revoked(path: Path) -> None:
    key, other = add_key(path, "a"), add_key(path, "b")
    revoke_key(path, read_keys(path)[0].id)
    ring = KeyRing(path)
    assert ring.find(key) is None
    assert ring.find(other) is not None
    with pytest.raises(KeyUnknown, match="no key “nobody”"):
        revoke_key(path, "nobody")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"format": 2, "keys": []}',
        '{"format": 1, "keys": [{}]}',
        '{"format": 1, "keys": [{"id": 1, "name": "", "right": "score", "made": "", "hash": ""}]}',
        '{"format": 1, "keys": [{"id": "", "name": "", "right": "all", "made": "", "hash": ""}]}',
        "[" * 100_000,
    ],
)
def test_a_file_that_says_something_else(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(KeysUnreadable, match="could not be read"):
        read_keys(path)


def test_an_endpoint_needs_a_key(path: Path) -> None:
    key = add_key(path, "shop")
    with serving(Linear(), keys=path) as asked:
        reply = asked.post("/score", [row()])
        assert problem(reply, 401)["code"] == "key_missing"
        assert reply.headers["www-authenticate"].startswith("Bearer")
        assert status(asked, bearer(key)) == 200
        assert status(asked, {"authorization": f"bearer  {key}"}) == 200
        assert status(asked, {"x-api-key": key}) == 200
        for wrong in (
            {"authorization": f"Basic {key}"},
            bearer(key[:-1]),
            {"x-api-key": "ü".encode()},
        ):
            assert status(asked, wrong) == 401
        for where in ("/metrics", "/v2/models/people"):
            assert status(asked, {}, where) == 401
            assert status(asked, bearer(key), where) == 200
        for where in ("/health/live", "/health/ready", "/ping", "/v2/health/ready", "/", "/v2"):
            assert status(asked, {}, where) == 200
        assert status(asked, {}, "/openapi.json") == 200


def test_what_is_open_is_chosen(path: Path) -> None:
    key = add_key(path, "shop")
    with serving(Linear(), keys=path, open=("metrics",)) as asked:
        assert status(asked, {}, "/metrics") == 200
        for where in ("/", "/openapi.json"):
            assert status(asked, {}, where) == 401
            assert status(asked, bearer(key), where) == 200


def test_a_key_that_may_only_score(path: Path) -> None:
    scoring, admin = add_key(path, "shop"), add_key(path, "office", "admin")
    with serving(Linear(), keys=path) as asked:
        told = problem(asked.get("/admin/versions", headers=bearer(scoring)), 403)
        assert told["code"] == "not_allowed"
        assert "admin" in told["hint"]
        assert status(asked, {}, "/admin/versions") == 401
        assert status(asked, bearer(admin), "/admin/versions") == 200
        assert status(asked, bearer(admin)) == 200


def test_keys_change_while_the_endpoint_runs(path: Path) -> None:
    old = add_key(path, "old")
    with serving(Linear(), keys=path) as asked:
        assert status(asked, bearer(old)) == 200
        new = add_key(path, "new")
        assert status(asked, bearer(new)) == 200
        assert status(asked, bearer(old)) == 200
        revoke_key(path, read_keys(path)[0].id)
        assert status(asked, bearer(old)) == 401
        assert status(asked, bearer(new)) == 200


def test_a_file_that_breaks_leaves_the_keys_as_they_were(path: Path) -> None:
    key = add_key(path, "shop")
    whole = path.read_text()
    with serving(Linear(), keys=path) as asked:
        path.write_text(whole[:-10])
        assert status(asked, bearer(key)) == 200
        (line,) = [line for line in asked.lines() if line["event"] == "keys"]
        assert "could not be read" in line["message"]
        data = json.loads(whole)
        data["keys"] = []
        path.write_text(json.dumps(data))
        assert status(asked, bearer(key)) == 401


def test_a_file_that_is_gone_lets_nobody_in(path: Path) -> None:
    key = add_key(path, "shop")
    with serving(Linear(), keys=path) as asked:
        path.unlink()
        assert status(asked, bearer(key)) == 401


def test_no_endpoint_without_a_file_that_can_be_read(path: Path) -> None:
    with pytest.raises(KeysUnreadable), serving(Linear(), keys=path):
        pass
