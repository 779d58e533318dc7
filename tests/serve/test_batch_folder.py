"""Folders of files, and where answers may not go."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from studio.sdk.errors import Cancelled, StudioError
from studio.serve.batch import BatchOptions, Progress, score_files
from tests.serve.batch_parts import Formula, arrow_table, csv_text, json_text, make_rows, read_csv

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five tables, and what is none."""
    source = tmp_path / "in"
    (source / "2024" / "deep").mkdir(parents=True)
    (source / ".hidden").mkdir()
    for number, name in enumerate(("a.csv", "2024/b.csv", "2024/deep/c.tsv")):
        separator = "\t" if name.endswith("tsv") else ","
        text = csv_text(make_rows(10 + number, number), delimiter=separator)
        (source / name).write_text(text, "utf-8", newline="")
    (source / "2024" / "d.jsonl").write_text(json_text(make_rows(20)), "utf-8")
    pq.write_table(arrow_table(make_rows(30)), source / "e.parquet")
    (source / "notes.md").write_text("no table")
    (source / "a.csv.rejected.csv").write_text("row,column,reason,text\n")
    (source / ".hidden" / "f.csv").write_text("x")
    return source


def files_of(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_folder_is_mirrored(folder: Path, tmp_path: Path) -> None:
    told: list[Progress] = []
    result = score_files(Formula(), folder, tmp_path / "out", progress=told.append)
    names = ["2024/b.csv", "2024/d.jsonl", "2024/deep/c.tsv", "a.csv", "e.parquet"]
    assert files_of(tmp_path / "out") == names
    assert [item.source.relative_to(folder).as_posix() for item in result.files] == names
    assert [item.rows for item in result.files] == [11, 20, 12, 10, 30]
    assert (result.rows, result.scored, result.refused) == (83, 83, 0)
    assert sorted(path.name for path in result.left_out) == ["a.csv.rejected.csv", "notes.md"]
    assert [(item.number, item.files) for item in told] == [(n, 5) for n in range(1, 6)]
    assert "Scored Labels" in read_csv(tmp_path / "out" / "a.csv")[0]


def test_a_folder_in_one_format(folder: Path, tmp_path: Path) -> None:
    score_files(Formula(), folder, tmp_path / "out", BatchOptions(target_format="parquet"))
    assert files_of(tmp_path / "out") == [
        "2024/b.parquet",
        "2024/d.parquet",
        "2024/deep/c.parquet",
        "a.parquet",
        "e.parquet",
    ]
    (folder / "a.parquet").write_bytes((folder / "e.parquet").read_bytes())
    with pytest.raises(StudioError, match="two files of the folder would be written there"):
        score_files(Formula(), folder, tmp_path / "o2", BatchOptions(target_format="parquet"))


def test_a_file_that_cannot_be_scored_is_said_before_anything_is_written(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "z.csv").write_text("age\n1\n")
    with pytest.raises(StudioError, match=r"“z\.csv” has no column “income”"):
        score_files(Formula(), folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_was_stopped_is_gone_on_with(folder: Path, tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.number == 3:
            raise Cancelled

    target = tmp_path / "out"
    with pytest.raises(Cancelled):
        score_files(Formula(), folder, target, progress=stop)
    assert (target / "2024" / "d.jsonl").exists()
    scorer = Formula()
    result = score_files(scorer, folder, target, BatchOptions(resume=True))
    assert [item.resumed for item in result.files] == [11, 20, 12, 0, 0]
    assert sum(scorer.calls) == 40
    assert result.rows == 83
    score_files(Formula(), folder, tmp_path / "whole")
    assert files_of(target) == files_of(tmp_path / "whole")
    for name in files_of(target):
        assert (target / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_what_has_changed_since_is_scored_anew(folder: Path, tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.number == 3:
            raise Cancelled

    target = tmp_path / "out"
    with pytest.raises(Cancelled):
        score_files(Formula(), folder, target, progress=stop)
    (folder / "2024" / "b.csv").write_text(csv_text(make_rows(5)), "utf-8", newline="")
    with pytest.raises(StudioError, match=r"“b\.csv” is there already"):
        score_files(Formula(), folder, target, BatchOptions(resume=True))
    result = score_files(Formula(), folder, target, BatchOptions(resume=True, replace=True))
    assert [item.rows for item in result.files] == [5, 20, 12, 10, 30]
    with pytest.raises(Cancelled):
        score_files(Formula(), folder, tmp_path / "o3", progress=stop)
    with pytest.raises(StudioError, match="another package"):
        score_files(Formula(version="2"), folder, tmp_path / "o3", BatchOptions(resume=True))


def test_a_folder_without_tables(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text("")
    with pytest.raises(StudioError, match="There is no table in “in”"):
        score_files(Formula(), tmp_path / "in", tmp_path / "out")


def test_an_empty_file_is_left_out(folder: Path, tmp_path: Path) -> None:
    names = ("2024/deep/z.tsv", "b.csv", "c.parquet", "d.csv.gz", "f.arrow", "g.jsonl")
    for name in names:
        (folder / name).touch()
    result = score_files(Formula(), folder, tmp_path / "out")
    empty = [path.relative_to(folder).as_posix() for path in result.empty]
    assert empty == list(names[:-1])
    assert set(result.empty) < set(result.left_out)
    assert {path.name for path in set(result.left_out) - set(result.empty)} == {
        "a.csv.rejected.csv",
        "notes.md",
    }
    assert result.scored == 83
    assert not set(files_of(tmp_path / "out")) & set(names[:-1])
    assert (tmp_path / "out" / "g.jsonl").read_bytes() == b""  # no line is no row


def test_a_folder_of_empty_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").touch()
    with pytest.raises(StudioError) as caught:
        score_files(Formula(), tmp_path / "in", tmp_path / "out")
    assert caught.value.message == "Every table in “in” is an empty file."
    assert not (tmp_path / "out").exists()


def test_where_answers_may_not_go(folder: Path, tmp_path: Path) -> None:
    source = folder / "a.csv"
    cases = [
        (folder, folder, "it is in the folder that is read"),
        (folder, folder / "out", "it is in the folder that is read"),
        (source, source, "it is the file that is read"),
        (folder, source, "it is in the folder that is read"),
    ]
    (tmp_path / "file").write_text("")
    cases.append((folder, tmp_path / "file", "it is a file, and a folder is read"))
    for one, other, reason in cases:
        with pytest.raises(StudioError, match=reason):
            score_files(Formula(), one, other, BatchOptions(replace=True))
    os.link(source, tmp_path / "same.csv")
    with pytest.raises(StudioError, match="it is the file that is read"):
        score_files(Formula(), source, tmp_path / "same.csv", BatchOptions(replace=True))


def test_what_is_there_is_only_replaced_where_that_was_said(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("precious")
    with pytest.raises(StudioError, match=r"“out\.csv” is there already"):
        score_files(Formula(), folder / "a.csv", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "precious"
    score_files(Formula(), folder / "a.csv", tmp_path / "out.csv", BatchOptions(replace=True))
    assert len(read_csv(tmp_path / "out.csv")) == 10


def test_a_file_goes_into_a_folder_that_is_there(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    result = score_files(Formula(), folder / "a.csv", tmp_path / "out")
    assert result.files[0].target == tmp_path / "out" / "a.csv"
    assert files_of(tmp_path / "out") == ["a.csv"]


def test_names_that_tell_nothing(folder: Path, tmp_path: Path) -> None:
    (folder / "a.csv").rename(folder / "a.dat")
    with pytest.raises(StudioError, match=r"The name “a\.dat” does not tell the file's format"):
        score_files(Formula(), folder / "a.dat", tmp_path / "out.csv")
    with pytest.raises(StudioError, match="The name “out” does not tell"):
        score_files(Formula(), folder / "2024" / "b.csv", tmp_path / "out")


UNREADABLE = {
    "gone.csv": (None, "it does not exist"),
    "gone.parquet": (None, "it does not exist"),
    "torn.csv.gz": (b"\x1f\x8b\x08\0\0\0\0\0\0\3abc", "it is packed, and damaged"),
    "no.csv.gz": (b"age,income\n", "it is packed, and damaged"),
    "no.parquet": (b"age,income\n", "it is no Parquet file, or damaged"),
    "no.arrow": (b"age,income\n", "it is no Arrow file, or damaged"),
    "empty.parquet": (b"", "it is no Parquet file, or damaged"),
    "empty.arrow": (b"", "it is no Arrow file, or damaged"),
    "list.jsonl": (b'[{"age": 1}]', "it is a list"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_said(name: str, tmp_path: Path) -> None:
    data, reason = UNREADABLE[name]
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(StudioError) as caught:
        score_files(Formula(), tmp_path / name, tmp_path / "out.csv")
    assert caught.value.message.startswith(f"“{name}” cannot be read: {reason}")


def test_a_parquet_file_with_a_torn_page_is_said(tmp_path: Path) -> None:
    pq.write_table(arrow_table(make_rows(5000)), tmp_path / "in.parquet", compression="snappy")
    data = bytearray((tmp_path / "in.parquet").read_bytes())
    data[200:20_000] = bytes(len(data[200:20_000]))
    (tmp_path / "in.parquet").write_bytes(data)
    with pytest.raises(StudioError, match="it is no Parquet file, or damaged"):
        score_files(Formula(), tmp_path / "in.parquet", tmp_path / "out.csv")


def test_a_file_without_permission_is_said(folder: Path, tmp_path: Path) -> None:
    source = folder / "a.csv"
    source.chmod(0)
    if os.access(source, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(StudioError, match="access is denied"):
        score_files(Formula(), source, tmp_path / "out.csv")


FULL = """
import resource, signal, sys
from pathlib import Path
from studio.sdk.errors import StudioError
from studio.serve.batch import BatchOptions, score_files
from tests.serve.batch_parts import Formula
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    score_files(Formula(), Path(sys.argv[1]), Path(sys.argv[2]), BatchOptions(resume=True))
except StudioError as error:
    print(error.in_full)
"""


@pytest.mark.parametrize(
    "target",
    [
        "out.csv",
        pytest.param("out.parquet", marks=pytest.mark.slow),
        pytest.param("out.arrow", marks=pytest.mark.slow),
    ],
)
def test_a_full_disk_is_said_and_gone_on_from(target: str, tmp_path: Path) -> None:
    rows = make_rows(2000, holes=False)
    head, _, body = csv_text(rows).partition("\n")
    (tmp_path / "in.csv").write_text(f"{head}\n{body * 40}", "utf-8", newline="")
    command = [sys.executable, "-c", FULL, str(tmp_path / "in.csv"), str(tmp_path / target)]
    done = subprocess.run(
        [*command, str(6 << 20)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (
        done.stdout == f"“{target}” cannot be written: the disk is full. Make room, and resume.\n"
    )
    result = score_files(
        Formula(), tmp_path / "in.csv", tmp_path / target, BatchOptions(resume=True)
    )
    assert result.rows == 80_000
    assert 0 < result.files[0].resumed < 80_000
    score_files(Formula(), tmp_path / "in.csv", tmp_path / f"whole-{target}")
    assert (tmp_path / target).read_bytes() == (tmp_path / f"whole-{target}").read_bytes()


def test_two_do_not_write_the_same_file(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"

    def second(progress: Progress) -> None:
        with pytest.raises(StudioError, match=r"“out\.csv” is being written by another process"):
            score_files(Formula(), folder / "a.csv", target, BatchOptions(replace=True))

    score_files(Formula(), folder / "a.csv", target, progress=second)
    assert len(read_csv(target)) == 10


def test_progress_tells_rows_and_shares(folder: Path, tmp_path: Path) -> None:
    rows = make_rows(2000, holes=False)
    rows[5]["grade"] = "Z"
    pq.write_table(arrow_table(rows), tmp_path / "in.parquet", row_group_size=500)
    told: list[Progress] = []
    score_files(Formula(), tmp_path / "in.parquet", tmp_path / "o.csv", progress=told.append)
    assert [item.rows for item in told] == [500, 1000, 1500, 2000]
    assert {item.total for item in told} == {2000}
    assert [item.refused for item in told] == [1, 1, 1, 1]
    assert told[-1].share == 1.0
    assert all(item.rows_per_second > 0 for item in told)
    assert sorted(item.share for item in told) == [item.share for item in told]


OPTIONS = [
    ({"columns": "all"}, "The columns cannot be “all”: it is not known."),
    ({"encoding": "klingon"}, "The encoding cannot be “klingon”: it is not known."),
    ({"encoding": "base64"}, "The encoding cannot be “base64”: it is not known."),
    ({"separator": ";;"}, "The separator cannot be “;;”: it must be one ASCII character"),
    ({"separator": "1"}, "The separator cannot be “1”: it must be one ASCII character"),
    ({"separator": ",", "decimal": ","}, "The decimal cannot be “,”: it is the separator too."),
    ({"separator": "'", "quote": "'"}, "The quote cannot be “'”: it is the separator too."),
    ({"source_format": "excel"}, "The source format cannot be “excel”: it is not known."),
    ({"most_refused": -1}, "The number of rows put aside cannot be “-1”: it is below zero."),
]


@pytest.mark.parametrize(("options", "message"), OPTIONS, ids=str)
def test_options_that_cannot_be(options: dict[str, object], message: str) -> None:
    with pytest.raises(StudioError) as caught:
        BatchOptions(**options)  # type: ignore[arg-type]
    assert caught.value.message.startswith(message)
