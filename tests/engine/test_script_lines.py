"""What a script prints, told line by line while it runs."""

from __future__ import annotations

import os
from pathlib import Path

from studio.engine import messages as say
from studio.engine.engine import Engine
from studio.engine.node_job import MAX_LOGS
from tests.engine.drawing import Drawing, run

SCRIPT = """
import sys

import pandas as pd


def azureml_main(dataframe1=None, dataframe2=None):
    print("first", end=" ")
    print("line")
    print("to the other side", file=sys.stderr)
    {then}
    print("last", end="")
    return pd.DataFrame({{"a": [1]}}),
"""


def test_lines_come_while_the_script_runs(engine: Engine, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    script = SCRIPT.format(then=f"open({str(fifo)!r}).read()")
    lines = []
    for event in engine.run(Drawing().add("s", "execute_python_script", script=script).experiment):
        if isinstance(event, say.NodeLogged):
            lines.append(event.text)
            if len(lines) == 2:
                fifo.write_text("go on")  # it waits for this, so the lines came before its end
    assert lines == ["first line", "to the other side", "last"]


def test_what_is_printed_is_kept_whole_in_the_report(engine: Engine) -> None:
    script = SCRIPT.format(then="print('x\\n' * 3)")
    told = run(engine, Drawing().add("s", "execute_python_script", script=script))
    report = told.value("s", "python_device")
    assert report.texts["Standard output"] == "first line\nx\nx\nx\n\nlast"
    assert report.texts["Standard error"] == "to the other side\n"


def test_a_script_that_prints_without_end_is_cut_short(engine: Engine) -> None:
    script = SCRIPT.format(then="print('x\\n' * 5000)")
    told = run(engine, Drawing().add("s", "execute_python_script", script=script))
    lines = [event.text for event in told.of(say.NodeLogged)]
    assert len(lines) == MAX_LOGS
    assert lines[-1] == "…"


def test_lines_before_an_error_are_told(engine: Engine) -> None:
    script = SCRIPT.format(then="raise KeyError('no')")
    told = run(engine, Drawing().add("s", "execute_python_script", script=script))
    assert told.problems == {"s": "script_failed"}
    lines = [event.text for event in told.of(say.NodeLogged)]
    assert lines[:2] == ["first line", "to the other side"]
    assert lines[-1] == "KeyError: 'no'"
