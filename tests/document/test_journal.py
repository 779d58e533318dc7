"""Autosave: what was not saved is there again after a crash, whatever the moment."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from small_modules import everything, flow, registry

from studio.document import journal as journal_file
from studio.document.edits import AddNode, Paste, Rename, SetExperiment, SetParams
from studio.document.errors import ChangedOnDisk, DocumentInUse, DocumentReadOnly, SaveFailed
from studio.document.experiment import Experiment
from studio.document.items import Node
from studio.document.open_document import OpenDocument
from studio.document.paste import whole
from studio.document.recovery import discard, left_behind, read_journal
from studio.document.storage import load, save
from studio.sdk.file_lock import FileLock

HERE = Path(__file__).parent
SECONDS = 60.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of journals."""
    return tmp_path / "journals"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A saved document."""
    path = tmp_path / "a.experiment"
    save(flow(), path)
    return path


def _open(file: Path, folder: Path, interval: float = 0.0) -> OpenDocument:
    return OpenDocument.open(file, registry(), folder=folder, interval=interval)


def _kept(folder: Path) -> Experiment:
    """The state that the one journal there leads to."""
    (journal,) = folder.glob("*.journal")
    recovery = read_journal(journal)
    assert recovery is not None
    return recovery.experiment


_CRASH = """
import os, sys
sys.path.insert(0, {here!r})
from pathlib import Path
from small_modules import everything, flow, registry
from studio.document.edits import *
from studio.document.items import *
from studio.document.open_document import OpenDocument
from studio.document.paste import whole
file, folder = {file!r}, Path({folder!r})
if file is None:
    document = OpenDocument(flow(), folder=folder)
else:
    document = OpenDocument.open(file, registry(), folder=folder)
editor = document.editor
{work}
document.flush()
os.kill(os.getpid(), 9)
"""


def _crash(file: Path | None, folder: Path, work: str) -> None:
    """Let another process open a document, do some work and die."""
    name = None if file is None else str(file)
    code = _CRASH.format(here=str(HERE), file=name, folder=str(folder), work=work)
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=SECONDS)
    assert done.returncode == -9


_WORK = """
editor.apply(Rename("script", "First"))
editor.apply(Paste(whole(everything()), (5, 5)))
editor.apply(Rename("script", "Second"))
editor.undo()
for code in ("a", "ab", "abc"):
    editor.apply(SetParams("script", {"code": code + chr(10)}))
"""


def _worked() -> Experiment:
    experiment = Rename("script", "First").changed(flow())
    experiment = Paste(whole(everything()), (5, 5)).changed(experiment)
    return SetParams("script", {"code": "abc\n"}).changed(experiment)


def test_after_a_crash_the_work_is_offered(file: Path, folder: Path) -> None:
    _crash(file, folder, _WORK)
    with _open(file, folder) as document:
        (recovery,) = document.recoveries
        assert recovery.experiment == _worked()
        assert recovery.is_whole
        assert recovery.path == file
        assert recovery.saved_digest == load(file, registry()).digest
        assert document.editor.experiment == flow()
        document.recover(recovery)
        assert document.editor.experiment == _worked()
        assert document.editor.is_modified
        assert document.recoveries == ()
        document.editor.undo()
        assert document.editor.experiment == flow()


def test_work_that_was_taken_over_survives_a_second_crash(file: Path, folder: Path) -> None:
    _crash(file, folder, _WORK)
    _crash(file, folder, "document.recover(document.recoveries[0])")
    with _open(file, folder) as document:
        assert [recovery.experiment for recovery in document.recoveries] == [_worked()]


def test_work_that_was_not_decided_on_is_offered_again(file: Path, folder: Path) -> None:
    _crash(file, folder, _WORK)
    _crash(file, folder, "editor.apply(Rename('script', 'Later'))")
    with _open(file, folder) as document:
        later, earlier = document.recoveries
        assert later.experiment == Rename("script", "Later").changed(flow())
        assert earlier.experiment == _worked()
    with _open(file, folder) as document:
        assert len(document.recoveries) == 2
        document.discard_recoveries()
    with _open(file, folder) as document:
        assert document.recoveries == ()


def test_taking_one_over_leaves_the_others(file: Path, folder: Path) -> None:
    _crash(file, folder, _WORK)
    _crash(file, folder, "editor.apply(Rename('script', 'Later'))")
    with _open(file, folder) as document:
        later, earlier = document.recoveries
        document.recover(later)
        assert document.recoveries == (earlier,)
    with _open(file, folder) as document:
        assert [item.experiment for item in document.recoveries] == [_worked()]
        document.discard_recovery(document.recoveries[0])
        assert document.recoveries == ()
    assert left_behind(folder) == []


def test_a_document_that_was_never_saved_is_found_again(folder: Path, tmp_path: Path) -> None:
    _crash(None, folder, _WORK)
    (recovery,) = left_behind(folder)
    assert recovery.path is None
    assert recovery.experiment == _worked()
    with OpenDocument(flow(), folder=folder) as document:
        document.recover(document.recoveries[0])
        document.save(tmp_path / "new.experiment")
        assert load(tmp_path / "new.experiment", registry()).experiment == _worked()
    assert left_behind(folder) == []


def test_what_nobody_wants_is_discarded_unless_a_window_has_it(file: Path, folder: Path) -> None:
    _crash(file, folder, _WORK)
    (recovery,) = left_behind(folder)
    with _open(file, folder) as document, pytest.raises(DocumentInUse):
        discard(recovery)
    assert document.recoveries == ()
    (recovery,) = left_behind(folder)
    discard(recovery)
    assert left_behind(folder) == []
    assert list(folder.iterdir()) == []


def test_a_document_opens_while_another_looks_for_unsaved_work(file: Path, folder: Path) -> None:
    _crash(file, folder, _WORK)
    is_done = threading.Event()

    def look() -> None:
        while not is_done.wait(0.001):
            left_behind(folder)

    other = threading.Thread(target=look)
    other.start()
    try:
        for _ in range(50):
            with _open(file, folder) as document:
                assert document.in_use is None
    finally:
        is_done.set()
        other.join()


def test_a_torn_last_line_is_passed_over(file: Path, folder: Path) -> None:
    _crash(file, folder, _WORK)
    (journal,) = folder.glob("*.journal")
    raw = journal.read_bytes()
    lines = raw.split(b"\n")
    assert len(lines) == 7, "a beginning, five edits, and the end"
    torn_states = set()
    for cut in range(len(lines[0]) + 1, len(raw), 97):
        journal.write_bytes(raw[:cut])
        for recovery in left_behind(folder):
            torn_states.add(recovery.edits)
            assert recovery.is_whole == (raw[:cut].endswith(b"\n"))
    assert torn_states == {1, 2, 3, 4}
    journal.write_bytes(raw[: len(lines[0]) // 2])
    assert left_behind(folder) == []
    with _open(file, folder) as document:
        assert document.recoveries == ()


def test_a_journal_that_is_damaged_in_the_middle_leads_to_what_was_before(
    file: Path, folder: Path
) -> None:
    _crash(file, folder, _WORK)
    (journal,) = folder.glob("*.journal")
    lines = journal.read_bytes().split(b"\n")
    for damaged in (b"", b"[]", b'{"edit":"rename","item":"gone","title":"x"}', b"\xff" * 9):
        journal.write_bytes(b"\n".join([*lines[:2], damaged, *lines[3:]]))
        (recovery,) = left_behind(folder)
        assert recovery.experiment == Rename("script", "First").changed(flow())
        assert not recovery.is_whole
    dangling = {"edit": "patch", "put": {"links": [
        {"source": "gone", "source_port": "a", "target": "script", "target_port": "b"},
    ]}}  # fmt: skip
    journal.write_bytes(b"\n".join([*lines[:2], json.dumps(dangling).encode(), b""]))
    (recovery,) = left_behind(folder)
    assert recovery.experiment == Rename("script", "First").changed(flow())


def test_a_journal_that_cannot_be_read_is_passed_over(file: Path, folder: Path) -> None:
    _crash(file, folder, _WORK)
    (journal,) = folder.glob("*.journal")
    for header in (b"", b"{}", b"[]", b"\0", b'{"journal":9,"base":{}}'):
        journal.write_bytes(header + b"\n")
        with _open(file, folder) as document:
            assert document.recoveries == ()


def test_saving_and_closing_leave_nothing_behind(file: Path, folder: Path) -> None:
    with _open(file, folder) as document:
        assert list(folder.glob("*.journal")) == []
        document.editor.apply(Rename("script", "Other"))
        document.flush()
        assert len(list(folder.glob("*.journal"))) == 1
        document.save()
        assert list(folder.glob("*.journal")) == []
        assert not document.editor.is_modified
        document.editor.apply(Rename("script", "Again"))
        document.flush()
        assert len(list(folder.glob("*.journal"))) == 1
    assert list(folder.iterdir()) == []
    assert load(file, registry()).experiment == Rename("script", "Other").changed(flow())


def test_edits_after_a_save_start_from_what_was_saved(file: Path, folder: Path) -> None:
    _crash(file, folder, "editor.apply(Rename('script', 'A'))\ndocument.flush()\ndocument.save()\n"
           "editor.apply(Rename('split', 'B'))")  # fmt: skip
    (recovery,) = left_behind(folder)
    assert recovery.edits == 1
    assert recovery.experiment.nodes["script"].title == "A"
    assert recovery.experiment.nodes["split"].title == "B"
    assert recovery.saved_digest == load(file, registry()).digest


def test_at_most_one_write_an_interval(file: Path, folder: Path) -> None:
    with _open(file, folder, interval=3600) as document:
        document.editor.apply(Rename("script", "First"))
        document.flush()
        (journal,) = folder.glob("*.journal")
        before = journal.read_bytes()
        for number in range(50):
            document.editor.apply(Rename("script", f"Title {number}"))
        assert journal.read_bytes() == before
        document.flush()
        assert journal.read_bytes().count(b"\n") == before.count(b"\n") + 50


def test_typing_is_one_line_of_the_journal(file: Path, folder: Path) -> None:
    with _open(file, folder, interval=3600) as document:
        document.flush()
        for number in range(50):
            document.editor.apply(SetParams("script", {"code": "x" * number}))
        document.flush()
        (journal,) = folder.glob("*.journal")
        assert journal.read_bytes().count(b"\n") <= 3
        assert _kept(folder) == document.editor.experiment


def test_a_long_journal_begins_anew(
    file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_file, "MAX_SIZE", 3000)
    with _open(file, folder) as document:
        for number in range(100):
            document.editor.apply(Rename("script", f"Title {number}"))
            document.flush()
            (journal,) = folder.glob("*.journal")
            assert journal.stat().st_size < 4000
        assert _kept(folder) == document.editor.experiment


def test_a_second_window_can_only_look(file: Path, folder: Path) -> None:
    with _open(file, folder) as first, _open(file, folder) as second:
        assert first.in_use is None
        assert second.in_use is not None
        assert second.in_use.sentence == (
            "“a.experiment” is open in another window, so it can be looked at but not changed here."
        )
        assert second.recoveries == ()
        second.flush()
        with pytest.raises(DocumentReadOnly):
            second.editor.apply(Rename("script", "Other"))
        with pytest.raises(DocumentReadOnly):
            second.save()
        copy = file.with_name("copy.experiment")
        second.save_copy(copy)
        assert load(copy, registry()).experiment.id != flow().id
        first.editor.apply(Rename("script", "Other"))
        first.save()
    with _open(file, folder) as third:
        assert third.in_use is None


_HOLD = """
print("open", flush=True)
sys.stdin.readline()
"""


def test_another_process_holds_the_document(file: Path, folder: Path) -> None:
    code = _CRASH.format(here=str(HERE), file=str(file), folder=str(folder), work=_HOLD)
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with _open(file, folder) as document:
            assert document.in_use is not None
        other.communicate("\n", timeout=SECONDS)
    with _open(file, folder) as document:
        assert document.in_use is None


def test_a_copy_of_a_file_is_another_document(file: Path, folder: Path) -> None:
    _crash(file, folder, _WORK)
    copy = file.with_name("copy.experiment")
    copy.write_bytes(file.read_bytes())
    with _open(file, folder) as first, _open(copy, folder) as second:
        assert second.in_use is None
        assert len(first.recoveries) == 1
        assert second.recoveries == ()


def test_saving_under_another_name_takes_that_files_lock(file: Path, folder: Path) -> None:
    other = file.with_name("b.experiment")
    save(everything(), other)
    with _open(file, folder) as first, _open(other, folder) as second:
        first.editor.apply(Rename("script", "Other"))
        with pytest.raises(DocumentInUse, match=r"b\.experiment"):
            first.save(other)
        assert load(other, registry()).experiment == everything()
        assert second.in_use is None
    with _open(file, folder) as first:
        first.editor.apply(Rename("script", "Other"))
        first.save(other)
        assert first.path == other
        with _open(file, folder) as again, _open(other, folder) as second:
            assert again.in_use is None
            assert second.in_use is not None


def test_a_save_that_fails_keeps_the_journal(file: Path, folder: Path) -> None:
    with _open(file, folder) as document:
        document.editor.apply(Rename("script", "Other"))
        document.flush()
        with pytest.raises(SaveFailed):
            document.save(file.parent / "gone" / "a.experiment")
        assert document.path == file
        assert document.editor.is_modified
        assert len(list(folder.glob("*.journal"))) == 1
        assert len(list(folder.glob("*.lock"))) == 1


def test_a_file_that_something_else_changed_is_not_overwritten(file: Path, folder: Path) -> None:
    with _open(file, folder) as document:
        document.editor.apply(Rename("script", "Other"))
        save(everything(), file)
        with pytest.raises(ChangedOnDisk, match="changed by something else"):
            document.save()
        assert load(file, registry()).experiment == everything()
        document.save(replace=True)
        assert load(file, registry()).experiment == document.editor.experiment
        file.unlink()
        document.save()
        assert file.exists()


def test_a_document_without_a_file_must_be_given_one(folder: Path) -> None:
    with OpenDocument(Experiment(name="New"), folder=folder) as document:
        assert document.path is None
        with pytest.raises(DocumentReadOnly):
            document.save()


def test_a_document_opens_where_no_journal_can_be_kept(file: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with _open(file, tmp_path / "taken") as document:
        assert document.in_use is None
        assert document.autosave_failure is not None
        assert document.autosave_failure.sentence == (
            "The last changes could not be autosaved: something else has its name."
        )
        document.editor.apply(Rename("script", "Other"))
        document.flush()
        document.save()
    assert load(file, registry()).experiment == Rename("script", "Other").changed(flow())


def test_a_document_of_an_older_look_counts_as_modified(file: Path, folder: Path) -> None:
    file.write_text(json.dumps(json.loads(file.read_text())))
    with _open(file, folder) as document:
        assert document.editor.is_modified
        document.save()
        assert not document.editor.is_modified


_FULL = """
import resource, sys
sys.path.insert(0, {here!r})
from pathlib import Path
from small_modules import flow
from studio.document.edits import *
from studio.document.journal import Journal
from studio.document.recovery import read_journal
folder = Path({folder!r})
told = []
journal = Journal(flow(), None, folder=folder, interval=3600, on_failure=told.append)
experiment = Rename("script", "Kept").changed(flow())
journal.record(Rename("script", "Kept"), experiment)
journal.flush()
limit = next(folder.glob("*.journal")).stat().st_size + 500
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
for size in (2000, 3000):
    edit = Rename("script", "x" * size)
    experiment = edit.changed(experiment)
    journal.record(edit, experiment)
    journal.flush()
(file,) = folder.glob("*.journal")
print(told[0].sentence, len(told), read_journal(file).experiment.nodes["script"].title)
print(read_journal(file).is_whole, journal.failure is not None)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
journal.flush()
print(len(read_journal(file).experiment.nodes["script"].title), journal.failure)
"""


def test_a_full_disk_is_told_once_and_made_good_later(folder: Path) -> None:
    code = _FULL.format(here=str(HERE), folder=str(folder))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=SECONDS
    )
    assert done.stdout.splitlines() == [
        "The last changes could not be autosaved: the disk is full. 1 Kept",
        "True True",
        "3000 None",
    ]


def test_a_lock_is_given_back_when_its_file_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    first = FileLock.acquire(path)
    assert first is not None
    assert FileLock.acquire(path) is None
    first.release()
    assert not path.exists()
    first.release()
    second = FileLock.acquire(path)
    assert second is not None
    second.forget()
    assert path.exists()


_RELEASED_MEANWHILE = """
import sys
import threading
from pathlib import Path
from studio.sdk.file_lock import FileLock
path = Path({path!r})
first = FileLock.acquire(path)
def release_first(event, arguments):
    if event == "fcntl.flock":
        first.release()
sys.addaudithook(release_first)
second = FileLock.acquire(path)
print(second is not None, path.exists(), FileLock.acquire(path))
"""


def test_a_lock_that_was_released_while_another_asked_for_it(tmp_path: Path) -> None:
    code = _RELEASED_MEANWHILE.format(path=str(tmp_path / "a.lock"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True True None\n"


def test_the_journal_holds_what_the_editor_holds(file: Path, folder: Path) -> None:
    with _open(file, folder) as document:
        editor = document.editor
        editor.apply(AddNode(Node("new", "script", params={"$lines": ["a", "b\nc"]})))
        editor.apply(SetExperiment(name="Other", description="a\nb"))
        editor.undo()
        document.flush()
        assert _kept(folder) == editor.experiment
