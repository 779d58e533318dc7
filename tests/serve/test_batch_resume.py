"""Work that was stopped, killed or cut off goes on, and ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from studio.sdk.errors import Cancelled, StudioError
from studio.serve.batch import BatchOptions, Progress, score_files
from tests.serve.batch_parts import Formula, arrow_table, csv_text, json_text, make_rows

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from collections.abc import Callable
from pathlib import Path
from studio.serve.batch import BatchOptions, score_files
from tests.serve.batch_parts import Formula
print("ready", flush=True)
score_files(Formula(), Path(sys.argv[1]), Path(sys.argv[2]), BatchOptions(resume=True))
print("done", flush=True)
"""
RESUME = BatchOptions(resume=True)


def write_source(path: Path, count: int) -> None:
    """Rows of several blocks; some of them cannot be scored."""
    rows = make_rows(2000)
    for number in range(0, len(rows), 397):
        rows[number]["grade"] = "Z"
    times = -(-count // len(rows))
    if path.suffix == ".parquet":
        table = arrow_table(rows)
        with pq.ParquetWriter(path, table.schema) as writer:
            for _ in range(times):
                writer.write_table(table)
        return
    if path.suffix == ".jsonl":
        path.write_text(json_text(rows) * times, "utf-8")
        return
    head, _, body = csv_text(rows).partition("\n")
    path.write_text(f"{head}\n{body * times}", "utf-8", newline="")


def stop_after(batches: int) -> Callable[[Progress], None]:
    """What is told of progress, and stops the work after some batches."""
    told = iter(range(batches - 1))

    def listen(progress: Progress) -> None:
        if next(told, None) is None:
            raise Cancelled

    return listen


CASES = {"in.csv": "out.csv", "in.jsonl": "out.jsonl", "in.parquet": "out.parquet"}


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("in.csv", "out.csv"),
        ("in.parquet", "out.parquet"),
        *(
            pytest.param(*names, marks=pytest.mark.slow)
            for names in (
                ("in.jsonl", "out.jsonl"),
                ("in.csv", "out.csv.gz"),
                ("in.csv", "out.arrow"),
                ("in.parquet", "out.csv"),
            )
        ),
    ],
)
def test_stopped_again_and_again_it_ends_the_same(source: str, target: str, tmp_path: Path) -> None:
    write_source(tmp_path / source, 100_000)
    whole = tmp_path / f"whole-{target}"
    score_files(Formula(), tmp_path / source, whole)
    stops = 0
    scorer = Formula()
    while True:
        try:
            stop = stop_after(2)
            result = score_files(scorer, tmp_path / source, tmp_path / target, RESUME, stop)
            break
        except Cancelled:
            stops += 1
            assert not (tmp_path / target).exists()
    assert stops >= 2
    assert (tmp_path / target).read_bytes() == whole.read_bytes()
    refused = (tmp_path / f"{target}.rejected.csv").read_bytes()
    assert refused == (tmp_path / f"whole-{target}.rejected.csv").read_bytes()
    assert result.rows == 100_000
    assert 0 < result.files[0].resumed <= 100_000
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def kill_once(source: Path, target: Path, seconds: float) -> bool:
    """Score in a process that is killed after some seconds; return whether it was done before."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(source), str(target)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    try:
        _, trouble = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        return False
    assert process.returncode == 0, trouble
    return True


def survives(folder: Path, source: str, target: str, rows: int) -> int:
    write_source(folder / source, rows)
    whole = folder / f"whole-{target}"
    score_files(Formula(), folder / source, whole)
    chance = random.Random(8)
    kills = 0
    patience = 0.2
    while not kill_once(folder / source, folder / target, chance.uniform(0.0, patience)):
        kills += 1
        patience += 0.3  # however slow the machine is, it gets further some time
        if (folder / target).exists() and not (folder / f".{target}.journal").exists():
            break
    assert (folder / target).read_bytes() == whole.read_bytes()
    refused = (folder / f"{target}.rejected.csv").read_bytes()
    assert refused == (folder / f"whole-{target}.rejected.csv").read_bytes()
    return kills


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("source", "target"), [*CASES.items(), ("in.csv", "out.csv.gz")])
def test_many_kills_do_not_show(source: str, target: str, tmp_path: Path) -> None:
    assert survives(tmp_path, source, target, 120_000) >= 3


def cut(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.truncate(size)


def begun(tmp_path: Path, target: str = "out.csv") -> Path:
    """The answers to a file, begun and stopped."""
    write_source(tmp_path / "in.csv", 60_000)
    with pytest.raises(Cancelled):
        score_files(Formula(), tmp_path / "in.csv", tmp_path / target, progress=stop_after(2))
    return tmp_path / target


def test_what_was_written_after_the_last_save_is_written_anew(tmp_path: Path) -> None:
    """As it is when the power goes between two saves, or within a line of the journal."""
    target = begun(tmp_path)
    with (tmp_path / ".out.csv.partial").open("ab") as file:
        file.write(b"half a row")
    journal = tmp_path / ".out.csv.journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    assert len(lines) > 2
    journal.write_bytes(b"".join(lines[:-1]) + lines[-1][:9])
    score_files(Formula(), tmp_path / "in.csv", target, RESUME)
    score_files(Formula(), tmp_path / "in.csv", tmp_path / "whole.csv")
    assert target.read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_without_resuming_it_begins_anew(tmp_path: Path) -> None:
    target = begun(tmp_path)
    result = score_files(Formula(), tmp_path / "in.csv", target)
    assert result.files[0].resumed == 0
    assert result.rows == 60_000


def test_resuming_what_was_never_begun_begins_it(tmp_path: Path) -> None:
    write_source(tmp_path / "in.csv", 2000)
    result = score_files(Formula(), tmp_path / "in.csv", tmp_path / "out.csv", RESUME)
    assert result.files[0].resumed == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("source", "the file to score has changed"),
        ("package", "it was begun with another package"),
        ("options", "it was begun with other options"),
        ("partial", "what was written before is gone"),
    ],
)
def test_what_would_not_go_on_the_same_is_not_resumed(
    change: str, reason: str, tmp_path: Path
) -> None:
    target = begun(tmp_path)
    scorer, options = Formula(), RESUME
    if change == "source":
        with (tmp_path / "in.csv").open("a") as file:
            file.write("\n")
    elif change == "package":
        scorer = Formula(version="2")
    elif change == "options":
        options = BatchOptions(resume=True, extra="drop")
    else:
        cut(tmp_path / ".out.csv.partial", 10)
    with pytest.raises(StudioError) as caught:
        score_files(scorer, tmp_path / "in.csv", target, options)
    assert caught.value.message == f"The work on “out.csv” cannot be resumed: {reason}."


def test_a_kill_between_the_last_row_and_the_name(tmp_path: Path) -> None:
    """All rows are saved, and the file of answers has its name or not yet."""
    write_source(tmp_path / "in.csv", 4000)
    kept = {}

    def keep(progress: Progress) -> None:
        kept.update({p: p.read_bytes() for p in tmp_path.iterdir() if p.name.startswith(".")})

    score_files(Formula(), tmp_path / "in.csv", tmp_path / "out.csv", progress=keep)
    whole = (tmp_path / "out.csv").read_bytes()
    journal = tmp_path / ".out.csv.journal"
    last = json.loads(kept[journal].splitlines()[-1]) | {"complete": True}
    journal.write_bytes(kept[journal] + json.dumps(last).encode() + b"\n")
    scorer = Formula()
    result = score_files(scorer, tmp_path / "in.csv", tmp_path / "out.csv", RESUME)
    assert (result.rows, scorer.calls) == (4000, [])
    assert (tmp_path / "out.csv").read_bytes() == whole
    assert not journal.exists()


def test_a_file_that_changes_while_it_is_read_is_said(tmp_path: Path) -> None:
    write_source(tmp_path / "in.csv", 4000)

    def change(progress: Progress) -> None:
        with (tmp_path / "in.csv").open("a") as file:
            file.write("\n")

    with pytest.raises(StudioError, match=r"“in\.csv” has changed while it was read"):
        score_files(Formula(), tmp_path / "in.csv", tmp_path / "out.csv", progress=change)
    assert not (tmp_path / "out.csv").exists()
