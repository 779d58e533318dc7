"""The window or the engine is killed at any moment: no edit older than two seconds is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.document.edits import AddNode, Connect, SetParams
from studio.document.items import Link, Node
from studio.document.recovery import left_behind

ROOT = Path(__file__).resolve().parents[2]
EDITING = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from studio.app.main import open_window
from studio.document.edits import AddNode
from studio.document.items import Node

application = QApplication([])
window = open_window(application)
window.show()
draft = window.session.new()
count = 0

def add():
    global count
    count += 1
    draft.apply(AddNode(Node(f"n{count}", "split_data", title=f"Split {count}")))
    print(f"n{count} {time.time()}", flush=True)

timer = QTimer(interval=40)
timer.timeout.connect(add)
timer.start()
application.exec()
"""
AGE_SECONDS = 2.0

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are killed by signals")


@pytest.mark.slow
@pytest.mark.parametrize("number", range(4))
def test_a_killed_window_loses_no_edit_older_than_two_seconds(number: int, tmp_path: Path) -> None:
    home, complaints = tmp_path / "home", tmp_path / "complaints"
    with complaints.open("w") as stream:
        program = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-c", EDITING],
            stdout=subprocess.PIPE,
            stderr=stream,
            text=True,
            cwd=ROOT,
            env={**os.environ, "WIRELOOM_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
        )
    assert program.stdout is not None
    made: dict[str, float] = {}
    wanted = random.Random(number).uniform(2.5, 6.0)
    for line in program.stdout:
        name, when = line.split()
        made[name] = float(when)
        if made[name] - made["n1"] > wanted:
            break
    else:
        pytest.fail(f"The window ended by itself ({program.wait()}): {complaints.read_text()}")
    children = psutil.Process(program.pid).children(recursive=True)
    program.send_signal(signal.SIGKILL)
    killed = time.time()
    program.stdout.close()
    program.wait()
    psutil.wait_procs(children, timeout=30)
    (recovery,) = left_behind(home / "journals")
    old = {name for name, when in made.items() if killed - when > AGE_SECONDS}
    assert old
    assert old <= set(recovery.experiment.nodes)


def test_killed_workers_lose_nothing_and_the_next_run_works(session: Session, qtbot: QtBot) -> None:
    draft = session.new()
    slow = "import time\ndef azureml_main(a=None, b=None):\n    time.sleep(60)\n    return a"
    quick = "def azureml_main(a=None, b=None):\n    return a"
    draft.apply(AddNode(Node("data", "sample_dataset", title="Data")))
    draft.apply(
        AddNode(Node("work", "execute_python_script", params={"script": slow}, title="Work"))
    )
    draft.apply(Connect(Link("data", "dataset", "work", "dataset1")))
    draft.run()
    qtbot.waitUntil(lambda: draft.state("work").status == "running", timeout=60_000)
    for process in psutil.Process().children(recursive=True):
        process.kill()
    qtbot.waitUntil(lambda: not draft.is_running, timeout=60_000)
    assert draft.state("work").status == "failed"
    assert set(draft.experiment.nodes) == {"data", "work"}
    draft.apply(SetParams("work", {"script": quick}))
    draft.run()
    qtbot.waitUntil(lambda: not draft.is_running, timeout=60_000)
    assert draft.state("work").status == "finished", draft.state("work")
