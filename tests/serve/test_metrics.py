"""Metrics as Prometheus reads them, and the log."""

from __future__ import annotations

import json
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from tests.serve.endpoints import Asked, serving
from tests.serve.scorers import Linear, row


def metrics(asked: Asked) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    reply = asked.get("/metrics")
    assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = text_string_to_metric_families(reply.text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(found: dict[Any, float], name: str, /, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def test_requests_are_counted() -> None:
    with serving(Linear()) as asked:
        asked.scored([row(), row()])
        asked.scored([row()])
        asked.post("/score", [row(colour="pink")])
        asked.post("/score", [])
        asked.get("/no/such/place")
        asked.get("/other/place")
        found = metrics(asked)
        requests = "wireloom_requests_total"
        assert value(found, requests, path="/score", status="200", version="1") == 2
        assert value(found, requests, path="/score", status="422", version="1") == 2
        assert value(found, requests, path="other", status="404", version="-") == 2
        assert value(found, "wireloom_rows_total", version="1") == 3
        assert value(found, "wireloom_errors_total", code="level_unknown") == 1
        assert value(found, "wireloom_errors_total", code="rows_none") == 1
        assert value(found, "wireloom_errors_total", code="not_found") == 2
        seconds = "wireloom_request_seconds"
        assert value(found, f"{seconds}_count", path="/score") == 4
        assert value(found, f"{seconds}_bucket", path="/score", le="+Inf") == 4
        assert 0 < value(found, f"{seconds}_sum", path="/score") < 60
        bounds = [
            (float(dict(labels)["le"]), count)
            for (name, labels), count in found.items()
            if name == f"{seconds}_bucket" and ("path", "/score") in labels
        ]
        counts = [count for _, count in sorted(bounds)]
        assert counts == sorted(counts)
        labels = {"name": "people", "version": "1", "role": "current", "path": "program"}
        assert value(found, "wireloom_package_info", **labels) == 1
        assert value(found, "wireloom_ready") == 1
        assert value(found, "wireloom_in_flight") == 0
        assert value(found, "process_cpu_seconds_total") > 0
        again = metrics(asked)
        assert value(again, requests, path="/metrics", status="200", version="-") == 1


def test_labels_are_escaped() -> None:
    with serving(Linear(name='a "b"\\c\nd', version="1.0+x")) as asked:
        labels = {"name": 'a "b"\\c\nd', "version": "1.0+x", "role": "current", "path": "program"}
        assert value(metrics(asked), "wireloom_package_info", **labels) == 1


def test_a_line_for_each_request() -> None:
    with serving(Linear()) as asked:
        asked.post("/score", [row(), row()], headers={"x-request-id": "mine.1"})
        asked.get('/"strange"')
        reply = asked.get("/health/live")
        first, second, third = asked.lines()
        assert first["request_id"] == "mine.1"
        assert (first["level"], first["event"], first["method"]) == ("info", "request", "POST")
        assert (first["path"], first["status"], first["rows"]) == ("/score", 200, 2)
        assert (first["version"], first["client"]) == ("1", "127.0.0.1")
        assert 0 < first["ms"] < 60_000
        assert first["time"].endswith("Z")
        assert not {"body", "answer"} & set(first)
        assert "Zürich" not in asked.log.getvalue()
        assert second["path"] == '/"strange"'
        assert (second["status"], second["version"]) == (404, None)
        assert third["request_id"] == reply.headers["x-request-id"] != "mine.1"


def test_an_id_comes_back() -> None:
    with serving(Linear()) as asked:
        for given in ("abc", "A-b_c.9", "x" * 128):
            reply = asked.get("/health/live", headers={"x-request-id": given})
            assert reply.headers["x-request-id"] == given
        ids = set()
        for given in ("", 'a"b', "x" * 129, "a b", "ü"):
            reply = asked.get("/health/live", headers={"x-request-id": given.encode()})
            assert reply.headers["x-request-id"] != given
            ids.add(reply.headers["x-request-id"])
        assert len(ids) == 5


def test_payloads_where_they_are_asked_for() -> None:
    with serving(Linear(), log_payloads=True) as asked:
        answer = asked.post("/score", [row()]).text
        asked.send("/score", b"\xff\xfe")
        first, second = asked.lines()
        assert json.loads(first["body"]) == [row()]
        assert first["answer"] == answer
        assert second["body"] == "\\xff\\xfe"


def test_no_lines_where_none_are_wanted() -> None:
    with serving(Linear(), log_requests=False) as asked:
        asked.scored([row()])
        assert asked.lines() == []
