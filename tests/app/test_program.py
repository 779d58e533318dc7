"""Programs beside the window: what they tell, how they end, and that they end with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from pytestqt.qtbot import QtBot

from studio.app.program import Ended, Objects, Programs

SECONDS = 60_000
STAND_IN = "tests.app.stand_in"
ROOT = Path(__file__).resolve().parents[2]
HOLDING = """
import sys
from PySide6.QtCore import QCoreApplication
from studio.app.program import Programs

application = QCoreApplication([])
programs = Programs("tests.app.stand_in")
programs.begin("wait", sys.argv[1], then=print, told=lambda told: print(told["pid"], flush=True))
application.exec()
"""


class Listener:
    """Remembers what a program tells and how it ends."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.ends: list[Ended] = []

    @property
    def end(self) -> Ended:
        (end,) = self.ends
        return end


@pytest.fixture
def programs(qapp) -> Iterator[Programs]:
    made = Programs(STAND_IN)
    yield made
    made.close()
    made.deleteLater()


def heard(programs: Programs, qtbot: QtBot, *arguments: str) -> Listener:
    """Run a program to its end."""
    listener = Listener()
    programs.begin(*arguments, then=listener.ends.append, told=listener.told.append)
    qtbot.waitUntil(lambda: bool(listener.ends), timeout=SECONDS)
    assert programs.running == []
    return listener


def test_what_a_program_tells_comes_as_it_is_told(programs: Programs, qtbot: QtBot) -> None:
    listener = heard(programs, qtbot, "work")
    done = {"done": {"deep": [1, {"deeper": "…"}]}}
    assert listener.told == [
        {"progress": 0.25, "text": "A quarter"},
        {"progress": 0.5, "text": "Half {of} it"},
        done,
    ]
    assert listener.end == Ended(0, done)
    assert listener.end.is_well


def test_what_was_wrong_is_what_it_wrote_on_standard_error(
    programs: Programs, qtbot: QtBot
) -> None:
    assert heard(programs, qtbot, "refuse").end == Ended(
        1, sentence="“It” is not right. Set it right."
    )


def test_a_fault_is_said_in_one_line(programs: Programs, qtbot: QtBot) -> None:
    end = heard(programs, qtbot, "fault").end
    wanted = "Something unexpected went wrong: ZeroDivisionError: one over nothing"
    assert (end.code, end.sentence) == (1, wanted)


def test_a_question_is_no_failure_of_words(programs: Programs, qtbot: QtBot) -> None:
    end = heard(programs, qtbot, "choose").end
    assert (end.code, end.answer) == (3, {"choices": ["one", "two"]})


def test_a_program_is_stopped_in_good_order(
    programs: Programs, qtbot: QtBot, tmp_path: Path
) -> None:
    listener, file = Listener(), tmp_path / "left"
    program = programs.begin(
        "wait", str(file), then=listener.ends.append, told=listener.told.append
    )
    qtbot.waitUntil(lambda: bool(listener.told), timeout=SECONDS)
    assert program.is_running
    program.stop()
    qtbot.waitUntil(lambda: bool(listener.ends), timeout=SECONDS)
    assert listener.end.was_stopped
    assert listener.end.sentence == ""
    assert file.read_text() == "left in order"


def test_closing_ends_all_of_them(programs: Programs, qtbot: QtBot, tmp_path: Path) -> None:
    listener = Listener()
    for number in range(3):
        file = str(tmp_path / f"left {number}")
        programs.begin("wait", file, then=listener.ends.append, told=listener.told.append)
    qtbot.waitUntil(lambda: len(listener.told) == 3, timeout=SECONDS)
    programs.close()
    assert not any(psutil.pid_exists(told["pid"]) for told in listener.told)
    assert len(list(tmp_path.iterdir())) == 3
    assert [end.was_stopped for end in listener.ends] == [True] * 3


@pytest.mark.skipif(os.name != "posix", reason="processes are killed by signals")
def test_a_program_does_not_outlive_a_window_that_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "left"
    window = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(file)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert window.stdout is not None
    program = psutil.Process(int(window.stdout.readline()))
    window.send_signal(signal.SIGKILL)
    window.wait()
    window.stdout.close()
    psutil.wait_procs([program], timeout=30)
    assert not program.is_running()
    assert file.read_text() == "left in order"


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_objects_are_found_however_the_text_is_cut(size: int) -> None:
    text = b'noise\n{"a": 1}\n{\n "b": {\n  "c": "}"\n }\n}\n]\n{"d": [\n{"e": 2}\n'
    objects, found = Objects(), []
    for start in range(0, len(text), size):
        found += objects.take(text[start : start + size])
    assert found == [{"a": 1}, {"b": {"c": "}"}}, {"e": 2}]
