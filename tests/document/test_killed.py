"""Processes killed at any moment of saving: the file is old or new, and nothing else is left."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from small_modules import everything, flow, registry

from studio.document.edits import AddNote
from studio.document.items import Note
from studio.document.open_document import OpenDocument
from studio.document.storage import load, save

_SAVE_FOR_EVER = """
import sys
from itertools import pairwise
sys.path.insert(0, {here!r})
from pathlib import Path
from small_modules import registry
from studio.document.edits import Rename, SetNote
from studio.document.items import Note
from studio.document.open_document import OpenDocument
document = OpenDocument.open({file!r}, registry(), folder=Path({folder!r}), interval=0)
document.discard_recoveries()
number = 0
print(flush=True)
while True:
    number += 1
    document.editor.apply(SetNote(Note("count", "x" * 200_000 + str(number))))
    document.editor.apply(Rename("script", str(number)))
    if number % 2:
        document.flush()
    document.save()
    print(number, flush=True)
"""


_SAVE_ONCE = """
import os, resource, signal, sys
sys.path.insert(0, {here!r})
from small_modules import everything
from studio.document.storage import save
seen = 0
def count(event, arguments):
    global seen
    if event.split(".")[0] in ("open", "os", "shutil", "fcntl", "glob") and seen is not None:
        seen += 1
        if seen == {event}:
            os.kill(os.getpid(), 9)
if {limit} is not None:
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
sys.addaudithook(count)
save(everything(), {file!r})
seen = None
"""


def _save_and_die(file: Path, event: int = 0, limit: int | None = None) -> int:
    """Save everything() in another process that dies at a system call, or after some bytes."""
    here = str(Path(__file__).parent)
    code = _SAVE_ONCE.format(here=here, file=str(file), event=event, limit=limit)
    return subprocess.run([sys.executable, "-c", code], check=False).returncode


def test_killed_before_each_system_call_of_a_save(tmp_path: Path) -> None:
    file = tmp_path / "a.experiment"
    found = []
    for event in range(1, 100):
        save(flow(), file)
        code = _save_and_die(file, event)
        found.append(load(file, registry()).experiment)
        if code == 0:
            break
        assert code == -9
    assert found[0] == flow()
    assert found[-1] == everything()
    assert 4 < len(found) < 50
    changes = [old != new for old, new in pairwise(found)]
    assert changes.count(True) == 1
    save(flow(), file)
    assert list(tmp_path.iterdir()) == [file]


def test_killed_in_the_middle_of_writing(tmp_path: Path) -> None:
    file = tmp_path / "a.experiment"
    save(flow(), file)
    for limit in (0, 1, 1000):
        assert _save_and_die(file, limit=limit) == -signal.SIGXFSZ
        assert load(file, registry()).experiment == flow()
    assert len(list(tmp_path.iterdir())) == 2, "the last temporary file; earlier ones are gone"


def test_ten_kills_while_saving(tmp_path: Path) -> None:
    file, folder = tmp_path / "a.experiment", tmp_path / "journals"
    save(AddNote(Note("count", "x" * 200_000 + "0")).changed(flow()), file)
    code = _SAVE_FOR_EVER.format(
        here=str(Path(__file__).parent), file=str(file), folder=str(folder)
    )
    chance = random.Random(0)
    for _ in range(10):
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(chance.randint(1, 4)):
                process.stdout.readline()
            for _ in range(chance.randint(0, 20_000)):
                pass
            process.kill()
            told = process.stdout.read().split()
        opened = load(file, registry())
        note = opened.experiment.notes["count"].text.lstrip("x")
        title = opened.experiment.nodes["script"].title
        assert title == note or (title, note) == ("Script", "0")
        assert not told or int(note) >= int(told[-1])
        with OpenDocument.open(file, registry(), folder=folder) as document:
            assert document.in_use is None
            for recovery in document.recoveries:
                found = recovery.experiment.notes["count"].text.lstrip("x")
                assert int(found) >= int(note)
            document.save()
            document.discard_recoveries()
        assert list(tmp_path.glob(".*")) == []
        assert list(folder.glob("*.journal")) == []
