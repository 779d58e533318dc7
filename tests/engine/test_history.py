"""The history: what is recorded, and that it opens whatever happened."""

from __future__ import annotations

from pathlib import Path

from studio.engine.history import History, NodeRecord, RunRecord


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
