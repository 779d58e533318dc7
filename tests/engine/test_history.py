"""The history: what is recorded, and that it opens whatever happened."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from studio.document.atomic import said
from studio.engine import messages as say
from studio.engine.database import system_error
from studio.engine.engine import Engine
from studio.engine.errors import WorkspaceUnusable
from studio.engine.history import History, NodeRecord, RunRecord
from tests.engine.drawing import Drawing


def record(run: str, started: float, experiment: str = "e") -> RunRecord:
    return RunRecord(run, started, 0.0, "running", experiment, "Name", 3, {"a": [1]}, {"x": "1.0"})


def test_a_run_is_recorded_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    history = History(tmp_path / "h.sqlite")
    history.begin(record("r", 5.0), "me")
    found = history.get("r")
    assert found is not None
    assert found.outcome == "running"
    history.add("r", "e", [NodeRecord("n", "m", "finished", 2.0, "k", {"p": 1}, {"o": {"f": 0.5}})])
    history.end("r", "finished", 2.5)
    history.close()
    again = History(tmp_path / "h.sqlite")
    found = again.get("r")
    assert found is not None
    assert (found.outcome, found.seconds, found.document) == ("finished", 2.5, {"a": [1]})
    assert found.metrics == {"n.o": {"f": 0.5}}
    assert (found.nodes[0].params, found.versions) == ({"p": 1}, {"x": "1.0"})
    assert again.get("other") is None
    again.close()


def test_runs_are_listed_newest_first(tmp_path: Path) -> None:
    history = History(tmp_path / "h.sqlite")
    for number, experiment in enumerate(["e", "f", "e"]):
        history.begin(record(f"r{number}", float(number), experiment), "me")
    assert [run.id for run in history.list()] == ["r2", "r1", "r0"]
    assert [run.id for run in history.list(1, "e")] == ["r2"]
    history.close()


def test_runs_of_an_experiment_are_listed_with_their_figures(tmp_path: Path) -> None:
    history = History(tmp_path / "h.sqlite")
    for number, experiment in enumerate(["e", "f", "e", "e"]):
        history.begin(record(f"r{number}", float(number), experiment), "me")
        judged = NodeRecord("judge", "m", "finished", 1.0, "k", {}, {"report": {"r2": number / 10}})
        rest = [NodeRecord(name, "m", "reused", 0.0, "k") for name in ("a", "b")]
        history.add(f"r{number}", experiment, [judged, *rest])
    found = history.summaries("e", 2)
    assert [item.record.id for item in found] == ["r3", "r2"]
    assert [item.figures["judge", "report"] for item in found] == [{"r2": 0.3}, {"r2": 0.2}]
    assert [dict(item.outcomes) for item in found] == [{"finished": 1, "reused": 2}] * 2
    assert history.summaries("nobody") == []
    history.close()


def test_the_last_keys_are_those_of_results(tmp_path: Path) -> None:
    history = History(tmp_path / "h.sqlite")
    for run, outcome, key in [("1", "finished", "a"), ("2", "reused", "b"), ("3", "failed", "c")]:
        history.begin(record(run, float(run)), "me")
        history.add(run, "e", [NodeRecord("n", "m", outcome, 0.0, key)])
    assert history.last_keys("e") == {"n": "b"}
    assert history.last_keys("other") == {}
    history.close()


def test_runs_of_dead_processes_were_interrupted(tmp_path: Path) -> None:
    history = History(tmp_path / "h.sqlite")
    history.begin(record("1", 1.0), "dead")
    history.begin(record("2", 2.0), "living")
    assert set(history.owners()) == {"dead", "living"}
    history.interrupt(["living"])
    assert [run.outcome for run in history.list()] == ["running", "interrupted"]
    history.close()


def test_a_damaged_file_is_put_aside_and_said(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    path.write_bytes(b"damaged" * 2000)
    history = History(path)
    assert history.list() == []
    assert history.damaged is not None
    assert history.damaged.read_bytes() == b"damaged" * 2000
    history.begin(record("r", 1.0), "me")
    history.close()
    again = History(path)
    assert again.damaged is None
    assert len(again.list()) == 1
    again.close()


def garble(path: Path, first: int = 1) -> bytes:
    """Write nonsense over all pages but the first ones, and return what the file then is."""
    whole = path.read_bytes()
    keep = 4096 * first
    assert len(whole) > keep
    path.write_bytes(whole[:keep] + random.Random(3).randbytes(len(whole) - keep))
    return path.read_bytes()


def filled(path: Path) -> None:
    history = History(path)
    for number in range(40):
        history.begin(record(f"r{number}", float(number)), "me")
        history.add(f"r{number}", "e", [NodeRecord("n", "m", "finished", 1.0, "k" * 100)])
        history.end(f"r{number}", "finished", 1.0)
    history.close()


def node(key: str) -> NodeRecord:
    return NodeRecord("n", "m", "finished", 2.0, key)


USES: dict[str, Callable[[History], object]] = {
    "begin": lambda history: history.begin(record("new", 99.0), "me"),
    "add": lambda history: history.add("new", "e", [node("k")]),
    "end": lambda history: history.end("new", "finished", 1.0),
    "interrupt": lambda history: history.interrupt(["me"]),
    "owners": lambda history: history.owners(),
    "list": lambda history: history.list(),
    "get": lambda history: history.get("r20"),
    "last_keys": lambda history: history.last_keys("e"),
}


@pytest.mark.parametrize("use", USES)
def test_pages_that_turn_out_to_be_damaged_are_put_aside_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, use: str
) -> None:
    path = tmp_path / "h.sqlite"
    filled(path)
    damaged = garble(path)
    history = History(path)
    USES[use](history)
    assert history.damaged is not None
    assert history.damaged.read_bytes() == damaged
    history.begin(record("after", 100.0), "me")
    assert "after" in [run.id for run in history.list()]
    assert not {"r1", "r20"} & {run.id for run in history.list()}
    assert [str(history.damaged) in said for said in caplog.messages] == [True]
    history.close()
    again = History(path)
    assert again.damaged is None
    again.close()


def test_a_run_under_way_goes_on_in_the_new_history(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    filled(path)
    first = History(path)
    first.begin(record("mine", 50.0), "me")
    other = History(path)
    path.with_name("h.sqlite-wal").write_bytes(b"")
    garble(path)
    assert other.list() == []
    assert other.damaged is not None
    first.add("mine", "e", [node("key")])
    first.end("mine", "finished", 3.0)
    assert first.damaged is None
    found = other.get("mine")
    assert found is not None
    assert (found.outcome, found.document, len(found.nodes)) == ("finished", {"a": [1]}, 1)
    assert other.last_keys("e") == {"n": "key"}
    for history in (first, other):
        history.close()
    assert len(list(tmp_path.glob("*.damaged-*[0-9]"))) == 1


def test_what_belongs_to_a_damaged_file_does_not_stay_beside_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    filled(path)
    first = History(path)
    first.begin(record("late", 50.0), "me")
    beside = path.with_name("h.sqlite-wal")
    log = beside.read_bytes()
    garble(path)
    other = History(path)
    assert other.get("r20") is None
    assert other.damaged is not None
    assert other.damaged.with_name(f"{other.damaged.name}-wal").read_bytes() == log
    assert other.list() == []
    for history in (first, other):
        history.close()


@pytest.mark.parametrize("text", [b"\xff\xfe\xfd", b"{nonsense"])
def test_text_that_cannot_be_read_is_damage(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "h.sqlite"
    filled(path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE runs SET document = CAST(? AS TEXT) WHERE id = 'r3'", (text,))
    connection.commit()
    connection.close()
    history = History(path)
    assert history.get("r3") is None
    assert history.damaged is not None
    history.close()


def test_what_is_no_damage_puts_nothing_aside(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    filled(path)
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(sqlite3.OperationalError) as raised:
        History(folder)
    assert said(system_error(raised.value, folder)) == "it is a folder"
    assert folder.is_dir()
    closed = History(path)
    closed.close()
    with pytest.raises(sqlite3.ProgrammingError):
        closed.list()
    assert closed.damaged is None


@pytest.mark.skipif(os.name != "posix", reason="rights are set as on POSIX")
def test_a_file_that_can_only_be_read_is_said_in_words_and_stays() -> None:
    with TemporaryDirectory() as name:
        # Not below the folders of the tests, which only their owner may enter.
        path = Path(name) / "history.sqlite"
        filled(path)
        path.with_name("sqlite.lock").chmod(0o666)
        path.chmod(0o444)
        path.parent.chmod(0o555)
        before = os.geteuid()
        os.seteuid(before or 65534)
        try:
            with pytest.raises(sqlite3.OperationalError) as raised:
                History(path).begin(record("new", 1.0), "me")
        finally:
            os.seteuid(before)
            path.parent.chmod(0o755)
        assert "damaged" not in "".join(file.name for file in path.parent.iterdir())
        error = WorkspaceUnusable(path.parent, system_error(raised.value, path))
    assert error.message.endswith(" because of “history.sqlite” in it: access is denied.")
    assert error.advice.startswith("Choose a folder that you may write to")


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(sqlite3.OperationalError) as raised:
        connection.execute("CREATE TABLE one (x)").execute("CREATE TABLE two (x)")
    connection.close()
    error = WorkspaceUnusable(tmp_path, system_error(raised.value, path))
    assert error.message.endswith("because of “h.sqlite” in it: the disk is full.")
    assert error.advice.startswith("Free some space")


def test_a_run_that_cannot_be_recorded_says_why(open_engine: Callable[..., Engine]) -> None:
    engine = open_engine()
    path = engine.workspace / "history.sqlite"
    path.rename(path.with_name("away"))
    path.mkdir()
    finished = list(engine.run(Drawing().add("a", "numbers").experiment))[-1]
    assert isinstance(finished, say.RunFinished)
    assert [problem.sentence for problem in finished.problems] == [
        "The run could not be written into the history: it is a folder."
    ]
