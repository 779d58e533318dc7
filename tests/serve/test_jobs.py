"""Jobs over HTTP: submitted, watched, fetched, cancelled, removed."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from studio.scoring.scorer import Scorer
from studio.serve.jobs import JobLimits, Jobs, jobs_mount
from studio.serve.log import Log
from studio.serve.options import ServeOptions
from studio.serve.server import Endpoint
from studio.serve.switchboard import Switchboard
from tests.serve.batch_parts import (
    ANSWERS,
    NAMES,
    Formula,
    arrow_table,
    as_json,
    csv_text,
    expected,
    json_text,
    make_rows,
)

ROWS = make_rows(40)
CSV = {"content-type": "text/csv"}


class Gate(Formula):
    """A package that waits before each answer until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.open = threading.Event()

    def score(self, tables, parameters=None):  # type: ignore[no-untyped-def]
        self.asked.set()
        assert self.open.wait(60)
        return super().score(tables, parameters)


class Client:
    """Asks an endpoint about jobs."""

    def __init__(self, url: str, jobs: Jobs, log: Log) -> None:
        self.jobs = jobs
        self.log = log
        self.http = httpx.Client(base_url=url, timeout=60, trust_env=False)

    def submit(self, content: bytes | str, headers: dict[str, str] = CSV, **options: str) -> Any:
        reply = self.http.post("/jobs", content=content, headers=headers, params=options)
        assert reply.status_code == 202, reply.text
        assert reply.headers["location"] == reply.json()["links"]["self"]
        return reply.json()

    def ended(self, job: dict[str, Any]) -> Any:
        """The job once it has ended; the server is asked until then."""
        while True:
            told = self.http.get(job["links"]["self"]).json()
            if told["state"] in ("Finished", "Failed", "Cancelled"):
                return told

    def result(self, content: bytes | str, headers: dict[str, str] = CSV, **options: str) -> bytes:
        job = self.ended(self.submit(content, headers, **options))
        assert job["state"] == "Finished", job
        return self.http.get(job["links"]["result"]).content


def serving(
    folder: Path, scorer: Scorer | None = None, limits: JobLimits | None = None
) -> Iterator[Client]:
    scorer = scorer or Formula()
    with Jobs(folder / "jobs", lambda: scorer, limits) as jobs:
        mounts = [jobs_mount(jobs)]
        switchboard = Switchboard(Formula())
        with Endpoint(switchboard, ServeOptions(port=0, log_requests=False), mounts) as endpoint:
            client = Client(endpoint.url, jobs, endpoint.app.service.log)
            with client.http:
                yield client


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    yield from serving(tmp_path)


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def agree(found: list[dict[str, Any]]) -> None:
    wanted = [expected(row)["Scored Labels"] for row in ROWS]
    assert [row["Scored Labels"] or None for row in found] == wanted


def parquet(rows: list[dict[str, Any]] = ROWS) -> bytes:
    sink = io.BytesIO()
    pq.write_table(arrow_table(rows), sink)
    return sink.getvalue()


def test_a_job_from_its_beginning_to_its_end(client: Client) -> None:
    job = client.submit(csv_text(ROWS))
    assert job["state"] in ("NotStarted", "Running", "Finished")
    assert len(job["id"]) == 32
    done = client.ended(job)
    assert done["state"] == "Finished"
    assert done["created"] <= done["started"] <= done["ended"]
    assert done["package"] == {"name": "people", "version": "1"}
    assert done["counts"] == {"scored": 40, "rejected": 0}
    assert (done["progress"]["rows"], done["progress"]["share"]) == (40, 1.0)
    assert done["error"] is None
    assert set(done["links"]) == {"self", "result"}
    reply = client.http.get(done["links"]["result"])
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.headers["content-disposition"] == 'attachment; filename="result.csv"'
    rows = read(reply.content)
    agree(rows)
    assert list(rows[0]) == [*NAMES, "note", *ANSWERS]


def test_how_a_text_is_written_is_said_in_the_address(client: Client) -> None:
    lines = csv_text(ROWS).splitlines(keepends=True)
    dated = [re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3.\2.\1", line) for line in lines]
    text = f"a report\nof two lines\n{''.join(dated)}"
    agree(read(client.result(text, dates="day_first", skip_lines="2", header="true")))
    wrong = {"dates": "any", "skip_lines": "-1", "header": "perhaps"}
    for name, value in wrong.items():
        reply = client.http.post("/jobs", content=text, headers=CSV, params={name: value})
        assert reply.status_code in (400, 422), reply.text
        assert value in reply.json()["error"]["message"]


def test_every_kind_of_body(client: Client) -> None:
    text = csv_text(ROWS).encode()
    agree(read(client.result(text, {"content-type": "text/csv; charset=utf-8"})))
    agree(read(client.result(text, CSV | {"content-encoding": "identity"})))
    agree(read(client.result(gzip.compress(text), CSV | {"content-encoding": "gzip"})))
    tabs = client.result(
        csv_text(ROWS, delimiter="\t"), {"content-type": "text/tab-separated-values"}
    )
    assert tabs.count(b"\t") > 40 * 13
    lines = client.result(json_text(ROWS), {"content-type": "application/x-ndjson"})
    agree([json.loads(line) for line in lines.splitlines()])
    packed = {"content-type": "application/jsonl", "content-encoding": "gzip"}
    lines = client.result(gzip.compress(json_text(ROWS).encode()), packed)
    agree([json.loads(line) for line in lines.splitlines()])
    table = client.result(parquet(), {"content-type": "application/vnd.apache.parquet"})
    agree(pq.read_table(io.BytesIO(table)).to_pylist())
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, arrow_table(ROWS).schema) as writer:
        writer.write_table(arrow_table(ROWS))
    arrow = {"content-type": "application/vnd.apache.arrow.stream"}
    agree(pa.ipc.open_file(client.result(sink.getvalue(), arrow)).read_all().to_pylist())


def test_records_as_json(client: Client) -> None:
    records = [as_json(row) for row in ROWS]
    json_type = {"content-type": "application/json"}
    lines = client.result(json.dumps(records), json_type)
    agree([json.loads(line) for line in lines.splitlines()])
    body = {"records": records, "options": {"format": "csv", "columns": "scores", "strict": True}}
    found = read(client.result(json.dumps(body), json_type))
    agree(found)
    assert list(found[0]) == list(ANSWERS)
    packed = gzip.compress(json.dumps(body).encode())
    agree(read(client.result(packed, json_type | {"content-encoding": "gzip"})))


def test_a_form(client: Client) -> None:
    for name, content, type_ in (
        ("rows.csv", csv_text(ROWS).encode(), "application/octet-stream"),
        ("rows.csv.gz", gzip.compress(csv_text(ROWS).encode()), "application/gzip"),
        ("blob", csv_text(ROWS).encode(), "text/csv"),
        ("../../etc/passwd.jsonl", json_text(ROWS).encode(), "text/plain"),
        ("rows.parquet", parquet(), "application/octet-stream"),
    ):
        reply = client.http.post(
            "/jobs",
            files={"file": (name, content, type_)},
            data={"format": "csv", "parameters": '{"shift": 0}'},
        )
        assert reply.status_code == 202, reply.text
        done = client.ended(reply.json())
        agree(read(client.http.get(done["links"]["result"]).content))


def test_options(client: Client) -> None:
    found = read(client.result(csv_text(ROWS), columns="scores", parameters='{"shift": 9}'))
    assert list(found[0]) == list(ANSWERS)
    assert {row["Scored Labels"] for row in found} <= {"yes", ""}
    data = client.result(csv_text(ROWS), extra="drop", format="parquet")
    assert pq.read_table(io.BytesIO(data)).column_names == [*NAMES, *ANSWERS]
    text = csv_text(ROWS[:1], delimiter=";").replace("Bern", "Zürich")
    latin = {"content-type": "text/csv; charset=latin-1"}
    assert client.result(text.encode("latin-1", "replace"), latin, separator="semicolon")


def test_rows_that_cannot_be_scored(client: Client) -> None:
    text = csv_text([*ROWS, ROWS[0] | {"grade": "Z"}, ROWS[0] | {"age": "old"}])
    done = client.ended(client.submit(text))
    assert done["counts"] == {"scored": 40, "rejected": 2}
    reply = client.http.get(done["links"]["rejected"])
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert [(row["row"], row["column"]) for row in read(reply.content)] == [
        ("41", "grade"),
        ("42", "age"),
    ]
    done = client.ended(client.submit(text, most_refused="1"))
    assert done["state"] == "Failed"
    assert done["error"]["code"] == "too_many_refused"
    assert len(read(client.http.get(done["links"]["rejected"]).content)) == 2
    reply = client.http.get(f"{done['links']['self']}/result")
    assert (reply.status_code, reply.json()["error"]["code"]) == (409, "job_unfinished")
    assert "More than 1 rows" in reply.json()["error"]["hint"]


def test_a_part_of_a_result(client: Client) -> None:
    done = client.ended(client.submit(csv_text(ROWS)))
    whole = client.http.get(done["links"]["result"])
    part = client.http.get(done["links"]["result"], headers={"range": "bytes=10-29"})
    assert part.status_code == 206
    assert part.content == whole.content[10:30]
    assert part.headers["content-range"] == f"bytes 10-29/{len(whole.content)}"
    head = client.http.head(done["links"]["result"])
    assert (head.content, head.headers["content-length"]) == (b"", str(len(whole.content)))


def folders(tmp_path: Path) -> set[str]:
    """The folders of jobs and uploads."""
    return {path.name for path in (tmp_path / "jobs").iterdir() if path.is_dir()}


def refusal(reply: httpx.Response) -> tuple[int, str]:
    error = reply.json()["error"]
    assert set(error) == {"code", "message", "hint", "input", "column", "row", "parameter"}
    return reply.status_code, error["code"]


BAD: list[tuple[bytes, dict[str, str], dict[str, str], int, str]] = [
    (b"age\n1\n", CSV, {}, 422, "columns_missing"),
    (b"", CSV, {}, 422, "source_unreadable"),
    (b"x", {"content-type": "text/html"}, {}, 415, "content_type_wrong"),
    (b"x", {}, {}, 415, "content_type_wrong"),
    (b"x", {"content-type": "application/x-parquet"}, {}, 422, "source_unreadable"),
    (b"x", CSV | {"content-encoding": "br"}, {}, 415, "content_type_wrong"),
    (b"x", CSV | {"content-encoding": "gzip"}, {}, 422, "source_unreadable"),
    (b"{", {"content-type": "application/json"}, {}, 400, "not_json"),
    (b"[]", {"content-type": "application/json"}, {}, 422, "rows_none"),
    (b"{}", {"content-type": "application/json"}, {}, 400, "form_unknown"),
    (b'{"x": 1}', {"content-type": "application/json"}, {}, 400, "form_unknown"),
    (
        b'{"records": [1], "options": 1}',
        {"content-type": "application/json"},
        {},
        400,
        "form_unknown",
    ),
    (b"[1]", {"content-type": "application/json"}, {}, 422, "columns_missing"),
    (b"[" * 100_000, {"content-type": "application/json"}, {}, 400, "too_deep"),
    (b"age\n1\n", CSV, {"colums": "x"}, 422, "option_unknown"),
    (b"age\n1\n", CSV, {"columns": "x"}, 422, "option_wrong"),
    (b"age\n1\n", CSV, {"strict": "x"}, 422, "option_unread"),
    (b"age\n1\n", CSV, {"most_refused": "-1"}, 422, "option_unread"),
    (b"age\n1\n", CSV, {"format": "xlsx"}, 422, "option_unread"),
    (b"age\n1\n", CSV, {"parameters": "x"}, 422, "option_unread"),
    (b"age\n1\n", CSV, {"parameters": '{"x": 1}'}, 422, "parameter_unknown"),
    (b"age\n1\n", CSV | {"idempotency-key": "k" * 256}, {}, 400, "idempotency_key_wrong"),
    (b"x", {"content-type": "multipart/form-data"}, {}, 400, "upload_unread"),
    (b"x", {"content-type": "multipart/form-data; boundary=b"}, {}, 400, "upload_unread"),
]


@pytest.mark.parametrize(("content", "headers", "options", "status", "code"), BAD, ids=str)
def test_what_is_no_job_is_refused_and_leaves_nothing(
    content: bytes,
    headers: dict[str, str],
    options: dict[str, str],
    status: int,
    code: str,
    client: Client,
    tmp_path: Path,
) -> None:
    reply = client.http.post("/jobs", content=content, headers=headers, params=options)
    assert refusal(reply) == (status, code)
    assert not folders(tmp_path)
    assert client.http.get("/jobs").json() == {"jobs": [], "next": None}


def test_a_form_without_a_file_or_with_two(client: Client) -> None:
    reply = client.http.post("/jobs", files={"note": (None, b"x")})
    assert refusal(reply) == (422, "upload_missing")
    two = [("file", ("a.csv", b"x")), ("file", ("b.csv", b"x"))]
    assert refusal(client.http.post("/jobs", files=two)) == (400, "upload_unread")
    reply = client.http.post("/jobs", files={"file": ("a.xlsx", b"x", "application/x")})
    assert refusal(reply) == (422, "format_unknown")


def test_addresses_and_methods(client: Client) -> None:
    unknown = "0" * 32
    for path in (f"/jobs/{unknown}", f"/jobs/{unknown}/result", "/jobs/..%2f..%2fetc/rejected"):
        assert client.http.get(path).status_code == 404
    assert refusal(client.http.get(f"/jobs/{unknown}")) == (404, "job_unknown")
    assert refusal(client.http.delete(f"/jobs/{unknown}")) == (404, "job_unknown")
    assert refusal(client.http.get("/jobs/a/b/c")) == (404, "not_found")
    reply = client.http.put("/jobs")
    assert refusal(reply) == (405, "method_wrong")
    assert refusal(client.http.get("/jobs?limit=0")) == (422, "option_unread")
    done = client.ended(client.submit(csv_text(ROWS)))
    reply = client.http.get(f"{done['links']['self']}/rejected")
    assert refusal(reply) == (404, "nothing_refused")


def test_the_list_comes_in_pages(client: Client) -> None:
    ids = [client.submit(csv_text(ROWS[:2]))["id"] for _ in range(5)]
    found = []
    address = "/jobs?limit=2"
    pages = 0
    while address:
        page = client.http.get(address).json()
        found += [job["id"] for job in page["jobs"]]
        address, pages = page["next"], pages + 1
    assert found == ids[::-1]
    assert pages == 3


def test_the_same_key_is_the_same_job(client: Client) -> None:
    headers = CSV | {"idempotency-key": "order 66"}
    first = client.submit(csv_text(ROWS), headers)
    again = client.http.post("/jobs", content=csv_text(ROWS), headers=headers)
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert again.headers["location"] == f"/jobs/{first['id']}"
    for content, options in ((csv_text(ROWS[:3]), {}), (csv_text(ROWS), {"columns": "scores"})):
        other = client.http.post("/jobs", content=content, headers=headers, params=options)
        assert refusal(other) == (422, "idempotency_key_taken")
    client.ended(first)
    assert len(client.http.get("/jobs").json()["jobs"]) == 1
    assert client.http.delete(first["links"]["self"]).status_code == 204
    assert client.submit(csv_text(ROWS[:3]), headers)["id"] != first["id"]


def test_a_job_that_has_ended_is_removed(client: Client, tmp_path: Path) -> None:
    done = client.ended(client.submit(csv_text(ROWS)))
    assert (tmp_path / "jobs" / done["id"]).is_dir()
    assert client.http.delete(done["links"]["self"]).status_code == 204
    assert client.http.get(done["links"]["self"]).status_code == 404
    assert not (tmp_path / "jobs" / done["id"]).exists()


def test_jobs_that_wait_and_run_are_cancelled(tmp_path: Path) -> None:
    gate = Gate()
    for client in serving(tmp_path, gate):
        running, waiting = client.submit(csv_text(ROWS)), client.submit(csv_text(ROWS))
        assert gate.asked.wait(60)
        told = client.http.get(running["links"]["self"])
        assert (told.json()["state"], told.headers["retry-after"]) == ("Running", "1")
        reply = client.http.delete(waiting["links"]["self"])
        assert (reply.status_code, reply.json()["state"]) == (200, "Cancelled")
        reply = client.http.delete(running["links"]["self"])
        assert (reply.status_code, reply.json()["state"]) == (202, "Running")
        gate.open.set()
        assert client.ended(running)["state"] == "Cancelled"
        reply = client.http.get(f"{running['links']['self']}/result")
        assert refusal(reply) == (409, "job_unfinished")
        for job in (running, waiting):
            assert not (tmp_path / "jobs" / job["id"]).exists()


def test_one_job_runs_at_a_time_or_several(tmp_path: Path) -> None:
    for runners in (1, 2):
        gate = Gate()
        folder = tmp_path / str(runners)
        for client in serving(folder, gate, JobLimits(runners=runners)):
            jobs = [client.submit(csv_text(ROWS)) for _ in range(3)]
            while len(gate.calls) + len(states(client, "Running")) < runners:
                assert gate.asked.wait(60)
            assert len(states(client, "NotStarted")) == 3 - runners
            gate.open.set()
            assert [client.ended(job)["state"] for job in jobs] == ["Finished"] * 3


def states(client: Client, state: str) -> list[str]:
    return [job["id"] for job in client.http.get("/jobs").json()["jobs"] if job["state"] == state]


def test_limits(tmp_path: Path) -> None:
    gate = Gate()
    text = csv_text(ROWS)
    limits = JobLimits(body=len(text.encode()), records=100, waiting=1, refused=0, rows=40)
    for client in serving(tmp_path, gate, limits):
        client.submit(text)
        assert gate.asked.wait(60)
        waiting = client.submit(text)
        reply = client.http.post("/jobs", content=text, headers=CSV)
        assert refusal(reply) == (429, "jobs_too_many")
        assert reply.headers["retry-after"] == "10"
        client.http.delete(waiting["links"]["self"])
        reply = client.http.post("/jobs", content=text + "x", headers=CSV)
        assert refusal(reply) == (413, "body_too_large")
        chunked = client.http.post("/jobs", content=iter([text.encode(), b"x"]), headers=CSV)
        assert refusal(chunked) == (413, "body_too_large")
        form = client.http.post("/jobs", files={"file": ("a.csv", text.encode())})
        assert refusal(form) == (413, "body_too_large")
        records = client.http.post("/jobs", json=[as_json(row) for row in ROWS])
        assert refusal(records) == (413, "body_too_large")
        gate.open.set()
        short = csv_text([ROWS[0] | {"grade": "Z"}])
        assert client.ended(client.submit(short))["error"]["code"] == "too_many_refused"
        short = csv_text([ROWS[0] | {"grade": "Z"}])
        more = {"most_refused": "5"}
        assert client.ended(client.submit(short, **more))["error"]["code"] == "too_many_refused"
        rows = "\n".join(["age,income,member,city,grade,since,spent", *[",,,,,,"] * 41])
        assert client.ended(client.submit(rows))["error"]["code"] == "rows_too_many"


def test_a_body_that_stops_coming(tmp_path: Path) -> None:
    for client in serving(tmp_path, limits=JobLimits(idle=0.1)):
        host, port = client.http.base_url.host, client.http.base_url.port or 0
        with socket.create_connection((host, port), timeout=60) as connection:
            head = "POST /jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/csv\r\n"
            connection.sendall(f"{head}content-length: 100\r\n\r\nage,".encode())
            assert connection.recv(1000).startswith(b"HTTP/1.1 408 ")
        assert not folders(tmp_path)


def test_a_client_that_goes_leaves_nothing(tmp_path: Path) -> None:
    for client in serving(tmp_path):
        host, port = client.http.base_url.host, client.http.base_url.port or 0
        with socket.create_connection((host, port), timeout=60) as connection:
            head = "POST /jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/csv\r\n"
            connection.sendall(f"{head}content-length: 100\r\n\r\nage,".encode())
            while not folders(tmp_path):
                client.http.get("/jobs")
        while folders(tmp_path):
            client.http.get("/jobs")


def test_jobs_are_removed_when_they_are_old_or_too_many(tmp_path: Path) -> None:
    for client in serving(tmp_path, limits=JobLimits(kept=2)):
        jobs = [client.submit(csv_text(ROWS[:2])) for _ in range(4)]
        client.ended(jobs[3])
        while len(client.http.get("/jobs").json()["jobs"]) > 2:
            client.jobs.store.get(jobs[3]["id"])
        left = [job["id"] for job in client.http.get("/jobs").json()["jobs"]]
        assert left == [jobs[3]["id"], jobs[2]["id"]]
        while folders(tmp_path) > set(left):
            client.http.get("/jobs")
        assert folders(tmp_path) == set(left)
    for client in serving(tmp_path, limits=JobLimits(seconds_kept=0)):
        while client.http.get("/jobs").json()["jobs"]:
            assert len(left) == 2
        while folders(tmp_path):
            client.http.get("/jobs")


def test_a_fault_of_the_package_fails_the_job_and_tells_no_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Formula):
        def score(self, tables, parameters=None):  # type: ignore[no-untyped-def]
            raise ZeroDivisionError("secret")

    for client in serving(tmp_path, Broken()):
        client.log.stream = io.StringIO()
        done = client.ended(client.submit(csv_text(ROWS)))
        assert (done["state"], done["error"]["code"]) == ("Failed", "unexpected")
        assert "secret" not in json.dumps(done)
        line = json.loads(client.log.stream.getvalue())
        assert (line["level"], line["logger"]) == ("error", "studio.serve.jobs.work")
        assert "ZeroDivisionError: secret" in line["traceback"]
        caplog.clear()


def test_the_keys_of_the_endpoint_guard_jobs(tmp_path: Path) -> None:
    from studio.serve.keys import add_key

    key = add_key(tmp_path / "keys.json", "me")
    options = ServeOptions(port=0, keys=tmp_path / "keys.json", log_requests=False)
    with Jobs(tmp_path / "jobs", Formula) as jobs:
        mounts = [jobs_mount(jobs)]
        with (
            Endpoint(Switchboard(Formula()), options, mounts) as endpoint,
            httpx.Client(base_url=endpoint.url, trust_env=False) as http,
        ):
            assert refusal(http.get("/jobs")) == (401, "key_missing")
            assert http.get("/jobs", headers={"x-api-key": key}).status_code == 200
