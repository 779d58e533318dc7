"""The engine in other people's processes: scripts, stdin, notebooks, killed ones, two at once."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
from pathlib import Path

from studio.document.experiment import Experiment
from studio.engine.engine import Engine
from tests.engine.drawing import STUBS, Drawing, run

ROOT = Path(__file__).parents[2]
SECONDS = 60


def script(workspace: Path, drawing: Drawing, body: str = "") -> str:
    """Return a script without a guard that runs a drawing and prints its events."""
    return f"""
import json, sys, time
from pathlib import Path
from studio.engine.engine import Engine
from studio.engine import messages as say
print("the script begins", flush=True)
experiment = json.loads({to_json(drawing.experiment)!r})
engine = Engine(Path({str(workspace)!r}), modules=Path({str(STUBS)!r}), workers=2)
{body}
for event in engine.run(experiment, "/"):
    print(type(event).__name__, getattr(event, "node", ""), getattr(event, "text", ""), flush=True)
assert not {{"pandas", "sklearn", "pyarrow", "numpy"}} & sys.modules.keys()
print(event.outcome)
"""


def to_json(experiment: Experiment) -> str:
    return json.dumps(experiment.to_dict())


def start(arguments: list[str], folder: Path) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=env,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_it_works_from_a_script_from_stdin_and_from_a_cell(tmp_path: Path) -> None:
    # A folder called as ours, or a file called as a library, in the current folder shadows nothing.
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "__init__.py").write_text("raise SystemExit('the wrong modules')")
    (tmp_path / "pandas.py").write_text("raise SystemExit('the wrong pandas')")
    started = {}
    for name in ("script", "stdin", "cell"):
        text = script(tmp_path / name, Drawing().add("a", "numbers"))
        (tmp_path / f"{name}.py").write_text(text)
        cell = (
            f"exec(compile(open({str(tmp_path / 'cell.py')!r}).read(), '<cell 1>', 'exec'), {{}})"
        )
        arguments = {"script": ["script.py"], "stdin": ["-"], "cell": ["-c", cell]}[name]
        started[name] = start(arguments, tmp_path)
    for name, process in started.items():
        text = (tmp_path / "stdin.py").read_text() if name == "stdin" else None
        output, errors = process.communicate(text, timeout=SECONDS)
        assert process.returncode == 0, errors
        lines = output.split("\n")
        assert lines.count("the script begins") == 1
        assert "NodeFinished a " in lines
        assert (lines[-2], errors) == ("finished", "")


def test_no_process_survives_its_killed_caller(tmp_path: Path) -> None:
    drawing = Drawing().add("x", "burn", how="regex").add("y", "burn", how="sort")
    process = start(["-c", script(tmp_path / "w", drawing)], tmp_path)
    assert process.stdout is not None
    handles = []
    while len(handles) < 2:
        words = process.stdout.readline().split()
        if words[0] == "NodeLogged":
            handles.append(os.pidfd_open(int(words[3])))
            stat = Path(f"/proc/{words[3]}/stat").read_text()
    handles.append(os.pidfd_open(int(stat.rpartition(")")[2].split()[1])))
    process.kill()
    process.communicate()
    for handle in handles:
        assert select.select([handle], [], [], 10)[0], "a process is still there"
        os.close(handle)
    with Engine(tmp_path / "w", modules=STUBS) as engine:
        assert [one.outcome for one in engine.history.list()] == ["interrupted"]
        store = tmp_path / "w" / "store"
        left = [path.name for path in (store / "drafts").iterdir()]
        assert left == [path.stem for path in (store / "leases").iterdir()]


def kill_at_random_moments(tmp_path: Path, times: int, seed: int) -> None:
    """Kill a caller again and again while it runs, and look at what it leaves each time."""
    chance = random.Random(seed)
    workspace = tmp_path / "w"
    kept: set[str] = set()
    for number in range(times):
        drawing = Drawing().add("start", "numbers", start=number * chance.randrange(2))
        for n in range(30):
            before = f"n{n - 1}" if n else "start"
            drawing.add(f"n{n}", "plus", {"table": f"{before}.numbers"}, amount=n)
            drawing.add(f"big{n}", "big", megabytes=n % 4)
        process = start(["-c", script(workspace, drawing)], tmp_path)
        assert process.stdout is not None
        for _ in range(chance.randrange(3, 120)):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kept = look_at(workspace, kept)


def look_at(workspace: Path, kept: set[str]) -> set[str]:
    """Require that everything in a workspace opens and nothing that was kept is lost."""
    with Engine(workspace, modules=STUBS) as engine:
        assert engine.history.damaged is None
        for record in engine.history.list():
            assert record.outcome in ("finished", "interrupted")
            full = engine.history.get(record.id)
            assert full is not None
            Experiment.from_dict(full.document)
        entries = engine.store.entries()
        for entry in entries:
            table = engine.result(entry.key, "numbers")
            assert table.rows == entry.outputs["numbers"]["rows"]
        found = {entry.key for entry in entries}
        assert kept <= found
        return found


def test_killed_callers_leave_a_workspace_that_opens(tmp_path: Path) -> None:
    kill_at_random_moments(tmp_path, 3, seed=1)


def test_two_processes_share_a_workspace(engine: Engine, tmp_path: Path) -> None:
    drawing = Drawing().add("start", "numbers")
    for n in range(12):
        before = f"n{n - 1}.numbers" if n else "start.numbers"
        drawing.add(f"n{n}", "plus", {"table": before}, amount=n)
    other = start(["-c", script(engine.workspace, drawing)], tmp_path)
    assert other.stdout is not None
    while not other.stdout.readline().startswith("NodeFinished"):
        pass
    mine = run(engine, drawing)
    output, errors = other.communicate(timeout=SECONDS)
    assert output.endswith("finished\n"), errors
    assert "start" in mine.reused
    assert mine.numbers("n11") == [66, 67, 68]
    assert len(run(engine, drawing).reused) == 13
    assert [one.outcome for one in engine.history.list(3)] == ["finished"] * 3


def test_code_that_changed_is_run_as_it_is_now(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    source = (STUBS / "plain.py").read_text()
    (folder / "plain.py").write_text(source)
    with Engine(tmp_path / "w", modules=folder, workers=1) as engine:
        assert run(engine, Drawing().add("a", "numbers")).numbers("a") == [0, 1, 2]
        changed = source.replace("self.start + self.count)", "self.start + self.count, 2)")
        (folder / "plain.py").write_text(changed)
        told = run(engine, Drawing().add("a", "numbers"))
        assert told.numbers("a") == [0, 2]
        assert told.why("a") == ("code",)


def test_another_process_evicts_only_what_nobody_holds(engine: Engine) -> None:
    told = run(engine, Drawing().add("a", "numbers").add("b", "numbers", start=1))
    engine.result(told.keys["a"], "numbers")
    body = (
        "import sys; from pathlib import Path; from studio.engine.store import Store\n"
        "print(Store(Path(sys.argv[1])).clean() > 0)"
    )
    arguments = [sys.executable, "-c", body, str(engine.workspace / "store")]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "True\n"
    assert [entry.key for entry in engine.store.entries()] == [told.keys["a"]]
    assert told.numbers("a") == [0, 1, 2]
