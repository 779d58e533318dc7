"""A process killed at random moments of saving and running loses nothing that was saved."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import studio
from studio.engine.history import History

PROGRAM = """
import itertools, sys
import studio
path, workspace, first = sys.argv[1], sys.argv[2], int(sys.argv[3])
e = studio.open_experiment(path)
print("ready", flush=True)
for number in itertools.count(first):
    e.set("split_data", fraction=(number % 97 + 1) / 100)
    e.save(path)
    e.run(workspace=workspace)
"""


def make(path: Path) -> None:
    e = studio.Experiment("killed")
    split = e.add("split_data", e.add("sample_dataset", name="iris"))
    e.add("summarize_data", split)
    e.save(path)


def kill_once(path: Path, workspace: Path, number: int, chance: random.Random) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path), str(workspace), str(number)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    try:
        process.wait(timeout=chance.uniform(0.0, 3.0))
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    process.stdout.close()
    assert process.returncode == -signal.SIGKILL


def survives(folder: Path, kills: int) -> None:
    path, workspace = folder / "killed.experiment", folder / "workspace"
    chance = random.Random(20)
    make(path)
    studio.open_experiment(path).run(workspace=workspace)
    for number in range(kills):
        kill_once(path, workspace, number * 7, chance)
        e = studio.open_experiment(path)
        assert [node.id for node in e.nodes] == ["sample_dataset", "split_data", "summarize_data"]
        history = History(workspace / "history.sqlite")
        assert history.damaged is None
        assert all(run.outcome for run in history.list(1000))
        history.close()
    run = studio.open_experiment(path).run(workspace=workspace)
    assert set(run.outcomes.values()) <= {"finished", "reused"}
    assert run.outcome("sample_dataset") == "reused"
    again = studio.open_experiment(path).run(workspace=workspace)
    assert set(again.outcomes.values()) == {"reused"}


def test_three_kills_lose_nothing(tmp_path: Path) -> None:
    survives(tmp_path, 3)


@pytest.mark.slow
def test_fifty_kills_lose_nothing(tmp_path: Path) -> None:
    survives(tmp_path, 50)
