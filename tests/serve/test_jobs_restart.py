"""Jobs survive the process that works on them: stopped, killed, replaced."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.serve.batch import score_files
from studio.serve.jobs import Jobs
from studio.serve.jobs.errors import JobsUnusable
from tests.serve.batch_parts import Formula, csv_text, make_rows

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, sys, threading
from pathlib import Path
from studio.serve.jobs import Jobs, jobs_mount
from studio.serve.options import ServeOptions
from studio.serve.server import Endpoint
from studio.serve.switchboard import Switchboard
from tests.serve.batch_parts import Formula

scorer = Formula(version=sys.argv[2])
slow = threading.Event()
score = scorer.score
def slowly(*given):
    slow.wait(float(sys.argv[3]))
    return score(*given)
scorer.score = slowly
with Jobs(Path(sys.argv[1]), lambda: scorer) as jobs:
    options = ServeOptions(port=0, log_requests=False)
    with Endpoint(Switchboard(Formula()), options, [jobs_mount(jobs)]) as endpoint:
        print(json.dumps(endpoint.url), flush=True)
        sys.stdin.read()
print(json.dumps(sum(scorer.calls)), flush=True)
"""
ROWS = 100_000


class Server:
    """A server in a process of its own."""

    def __init__(self, folder: Path, version: str, pause: float) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder), version, str(pause)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.http = httpx.Client(base_url=self._line(), timeout=60, trust_env=False)

    def _line(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def job(self, address: str) -> dict[str, Any]:
        told: dict[str, Any] = self.http.get(address).json()
        return told

    def stop(self) -> int:
        """Stop the server as it is asked to; return how many rows it scored."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        scored = self._line()
        assert self.process.wait(60) == 0
        return int(scored)

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def server(folder: Path, version: str = "1", pause: float = 0.0) -> Iterator[Server]:
    made = Server(folder, version, pause)
    try:
        yield made
    finally:
        made.http.close()
        if made.process.poll() is None:
            made.kill()
        for pipe in (made.process.stdin, made.process.stdout):
            assert pipe is not None
            pipe.close()


def submit(made: Server, text: str) -> str:
    reply = made.http.post("/jobs", content=text, headers={"content-type": "text/csv"})
    assert reply.status_code == 202
    return str(reply.json()["links"]["self"])


def wait_for_rows(made: Server, address: str) -> dict[str, Any]:
    """The job as soon as some of its rows are done."""
    while not (job := made.job(address))["progress"]["rows"]:
        assert job["state"] in ("NotStarted", "Running")
    return job


def wait_for_end(made: Server, address: str) -> dict[str, Any]:
    while (job := made.job(address))["state"] in ("NotStarted", "Running"):
        assert job["error"] is None
    return job


@pytest.fixture(scope="module")
def text() -> str:
    head, _, body = csv_text(make_rows(2000)).partition("\n")
    return f"{head}\n{body * (ROWS // 2000)}"


@pytest.fixture(scope="module")
def whole(text: str, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("whole")
    (folder / "in.csv").write_text(text, "utf-8", newline="")
    score_files(Formula(), folder / "in.csv", folder / "out.csv")
    return (folder / "out.csv").read_bytes()


@pytest.mark.slow
def test_a_killed_server_goes_on_with_its_jobs(text: str, whole: bytes, tmp_path: Path) -> None:
    with server(tmp_path, pause=0.5) as first:
        running = submit(first, text)
        waiting = submit(first, text)
        before = wait_for_rows(first, running)
        first.kill()
    with server(tmp_path) as second:
        done = wait_for_end(second, running)
        assert done["state"] == "Finished"
        assert done["started"] == before["started"]
        assert done["progress"]["rows"] == ROWS
        assert second.http.get(done["links"]["result"]).content == whole
        assert wait_for_end(second, waiting)["state"] == "Finished"
        assert ROWS <= second.stop() < 2 * ROWS


@pytest.mark.slow
def test_a_stopped_server_goes_on_with_its_jobs(text: str, whole: bytes, tmp_path: Path) -> None:
    with server(tmp_path, pause=0.5) as first:
        address = submit(first, text)
        wait_for_rows(first, address)
        some = first.stop()
    assert 0 < some < ROWS
    with server(tmp_path) as second:
        done = wait_for_end(second, address)
        assert second.http.get(done["links"]["result"]).content == whole
        assert second.stop() < ROWS


@pytest.mark.slow
def test_another_package_begins_an_interrupted_job_anew(text: str, tmp_path: Path) -> None:
    with server(tmp_path, pause=0.5) as first:
        address = submit(first, text)
        assert wait_for_rows(first, address)["package"]["version"] == "1"
        first.kill()
    with server(tmp_path, version="2") as second:
        done = wait_for_end(second, address)
        assert (done["state"], done["package"]["version"]) == ("Finished", "2")
        assert second.stop() == ROWS


@pytest.mark.slow
def test_a_job_that_was_to_be_cancelled_when_its_server_was_killed(
    text: str, tmp_path: Path
) -> None:
    with server(tmp_path, pause=3600) as first:
        address = submit(first, text)
        while first.job(address)["state"] == "NotStarted":
            pass
        assert first.http.delete(address).status_code == 202
        first.kill()
    with server(tmp_path) as second:
        assert wait_for_end(second, address)["state"] == "Cancelled"
        assert second.stop() == 0


@pytest.mark.slow
def test_one_of_two_servers_works_and_the_other_takes_its_place(
    text: str, whole: bytes, tmp_path: Path
) -> None:
    with server(tmp_path, pause=0.5) as first, server(tmp_path) as second:
        address = submit(first, text)
        wait_for_rows(second, address)
        first.kill()
        done = wait_for_end(second, address)
        assert second.http.get(done["links"]["result"]).content == whole
        assert 0 < second.stop() < ROWS


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JobsUnusable, match="The folder of the jobs"):
        Jobs(tmp_path / "file", Formula)
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "jobs.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(JobsUnusable, match="not a database"):
        Jobs(tmp_path / "jobs", Formula)


def test_uploads_that_broke_off_are_removed_some_time_later(tmp_path: Path) -> None:
    old, new = tmp_path / ("a" * 32), tmp_path / ("b" * 32)
    for folder in (old, new):
        folder.mkdir()
        (folder / "upload.csv").write_text("age\n")
    os.utime(old / "upload.csv", (0, 0))
    other = tmp_path / "notes"
    other.mkdir()
    os.utime(other, (0, 0))
    with Jobs(tmp_path, Formula):
        while old.exists():
            assert new.exists()
    assert new.exists()
    assert other.exists()
