"""Files of experiments: canonical, readable in a diff, whole or not at all."""

from __future__ import annotations

import difflib
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_edits import random_experiment, text, value
from small_modules import everything, flow, predictive, registry

from studio.document.canonical import read_text, write_text
from studio.document.edits import Move, SetParams
from studio.document.errors import DocumentUnreadable, SaveFailed
from studio.document.experiment import Experiment
from studio.document.frozen import freeze, thaw
from studio.document.items import NO_TRAINING
from studio.document.storage import digest_of, dumps, load, loads, save

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize(
    ("file", "experiment"),
    [
        ("everything.format1.experiment", everything()),
        ("flow.format1.experiment", flow()),
        ("empty.format1.experiment", Experiment(id="empty")),
        ("predictive.format2.experiment", predictive()),
    ],
)
def test_golden_files_of_every_format_open_for_ever(file: str, experiment: Experiment) -> None:
    opened = load(GOLDEN / file, registry())
    assert opened.experiment == experiment
    assert opened.is_current
    assert dumps(experiment) == (GOLDEN / file).read_text(encoding="utf-8")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_load_takes_save_back(data: st.DataObject) -> None:
    experiment = random_experiment(data.draw)
    written = dumps(experiment)
    assert loads(written) == experiment
    assert dumps(loads(written)) == written
    # What needs nothing of format 2 can be read by a studio that knows format 1 alone.
    assert json.loads(written)["format"] == (1 if experiment.training == NO_TRAINING else 2)


@given(st.dictionaries(text, value, max_size=3))
def test_text_takes_any_value_there_and_back(data: dict[str, object]) -> None:
    assert freeze(read_text(write_text(data).encode())) == freeze(thaw(freeze(data)))


def _diff(before: Experiment, after: Experiment) -> list[str]:
    lines = difflib.unified_diff(dumps(before).split("\n"), dumps(after).split("\n"), n=0)
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


def test_moving_a_box_changes_one_line_outside_the_logic() -> None:
    before = flow()
    after = Move({"split": (10, 110.5)}).changed(before)
    assert _diff(before, after) == [
        '-      "split": [0.0, 100.0]',
        '+      "split": [10.0, 110.5]',
    ]
    sections = [json.loads(dumps(experiment)) for experiment in (before, after)]
    assert sections[0]["experiment"] == sections[1]["experiment"]


def test_a_line_of_code_is_a_line_of_the_file() -> None:
    code = "def main(table):\n    print(1)\n    return table\n"
    before = SetParams("script", {"code": code}).changed(flow())
    after = SetParams("script", {"code": code.replace("print(1)", "print(2)")}).changed(before)
    assert _diff(before, after) == [
        '-              "    print(1)",',
        '+              "    print(2)",',
    ]
    assert loads(dumps(after)) == after


def test_line_ends_of_every_kind_survive() -> None:
    for code in ("\n", "a\r\nb\r", "\n\n", "a\u2028b", "a\x0bb\nc"):
        experiment = SetParams("script", {"code": code}).changed(flow())
        assert loads(dumps(experiment)).nodes["script"].params["code"] == code


def test_a_saved_file_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "ä name.experiment"
    digest = save(everything(), file)
    opened = load(file, registry())
    assert opened.experiment == everything()
    assert opened.digest == digest == digest_of(file)
    assert list(tmp_path.iterdir()) == [file]
    assert b"\r" not in file.read_bytes().replace(b"\\r", b"")


def test_a_file_that_a_person_has_laid_out_opens_and_is_not_current(tmp_path: Path) -> None:
    file = tmp_path / "a.experiment"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(json.loads(dumps(flow()))).encode())
    opened = load(file, registry())
    assert opened.experiment == flow()
    assert not opened.is_current


def test_unknown_modules_are_kept_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "a.experiment"
    save(everything(), file)
    opened = load(file, registry())
    assert "module_unknown" in {found.problem.code for found in opened.problems}
    node = opened.experiment.nodes["unknown"]
    assert node == everything().nodes["unknown"]
    before = file.read_bytes()
    save(opened.experiment, file)
    assert file.read_bytes() == before


def test_permissions_and_links_are_kept(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "a.experiment"
    save(flow(), real)
    real.chmod(0o640)
    link = tmp_path / "link.experiment"
    link.symlink_to(real)
    save(everything(), link)
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert load(real, registry()).experiment == everything()


def test_a_new_file_has_the_permissions_that_others_have(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    save(flow(), tmp_path / "a.experiment")
    modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert len(modes) == 1


def test_what_a_killed_save_left_is_tidied_up(tmp_path: Path) -> None:
    left = tmp_path / ".a.experiment.0badcafe.saving"
    other = tmp_path / ".b.experiment.0badcafe.saving"
    left.write_text("{")
    other.write_text("{")
    save(flow(), tmp_path / "a.experiment")
    assert sorted(tmp_path.iterdir()) == [other, tmp_path / "a.experiment"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("gone/a.experiment", "“a.experiment” could not be saved: the folder “"),
        ("folder", "“folder” could not be saved: it is a folder"),
        ("file/a", "could not be saved: a part of its path is not a folder"),
        ("x" * 400, "could not be saved: its name is too long"),
        ("a\0b", "could not be saved: its name is not possible"),
    ],
)
def test_a_file_that_cannot_be_written_says_why(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(SaveFailed) as caught:
        save(flow(), tmp_path / name)
    assert reason in caught.value.message
    assert sorted(file.name for file in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("gone", "“gone” cannot be opened. It does not exist."),
        ("folder", "“folder” cannot be opened. It is a folder."),
        ("pipe", "“pipe” cannot be opened. It is not a file."),
        ("a\0b", "cannot be opened. Its name is not possible."),
        ("empty", "“empty” cannot be opened. The document: it is empty."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DocumentUnreadable) as caught:
        load(tmp_path / name, registry())
    assert reason in caught.value.message


def test_a_file_too_large_to_be_a_document_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "large.experiment"
    with file.open("wb") as opened:
        opened.truncate(65 * 2**20)
    with pytest.raises(DocumentUnreadable, match="larger than 64 MB"):
        load(file, registry())


_FULL_DISK = """
import resource, sys
sys.path.insert(0, {folder!r})
from small_modules import everything
from studio.document.errors import SaveFailed
from studio.document.storage import save
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    save(everything(), {file!r})
except SaveFailed as error:
    print(error.message)
"""


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "a.experiment"
    save(flow(), file)
    code = _FULL_DISK.format(folder=str(Path(__file__).parent), file=str(file))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "“a.experiment” could not be saved: the disk is full.\n"
    assert load(file, registry()).experiment == flow()
    assert list(tmp_path.iterdir()) == [file]


_IMPORTS = """
import sys
sys.path.insert(0, {folder!r})
from pathlib import Path
from studio.document.storage import load
from studio.registry.discovery import Registry
load(Path({file!r}), Registry())
named = {{"pandas", "sklearn", "numpy", "pyarrow", "duckdb", "antigravity"}}
print(sorted(set(sys.modules) & named))
"""


def test_opening_a_document_imports_nothing_that_it_names(tmp_path: Path) -> None:
    file = tmp_path / "a.experiment"
    data = flow().to_dict()
    data["experiment"]["nodes"]["source"]["module"] = "antigravity"
    file.write_text(json.dumps(data))
    (tmp_path / "antigravity.py").write_text("raise SystemExit('the document was run')")
    code = _IMPORTS.format(folder=str(tmp_path), file=str(file))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
