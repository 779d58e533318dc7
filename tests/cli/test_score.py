"""The verbs ``score`` and ``serve``: what they take, say, and leave on the disk."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from studio.cli import serving
from studio.cli.app import main
from tests.scoring.packages import made_in


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_in(tmp_path_factory.mktemp("made"))


def score(package: Path, *words: object) -> int:
    return main(["score", str(package), *map(str, words)])


def test_text_of_another_country(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain, other = tmp_path / "plain.csv", tmp_path / "other.data"
    plain.write_text("weight,kind\n10.5,oak\n9.25,elm\n")
    other.write_text("weight;kind\n10,5;'oak'\n9,25;elm\n", encoding="utf-16")
    assert score(package, plain, tmp_path / "one.parquet") == 0
    assert score(
        package, other, tmp_path / "two.table", "--from", "csv", "--to", "parquet", "--separator",
        "semicolon", "--quote", "'", "--decimal", ",", "--encoding", "utf-16",
    ) == 0  # fmt: skip
    assert capsys.readouterr().err == ""
    assert pq.read_table(tmp_path / "one.parquet").equals(pq.read_table(tmp_path / "two.table"))


def test_rows_and_files_that_are_left_out_are_told(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for name, weight in (("a.csv", "heavy"), ("b.csv", "light"), ("c.csv", "1")):
        (source / name).write_text(f"weight,kind\n2,oak\n{weight},elm\n")
    (source / "notes.md").write_text("none of it")
    assert score(package, source, tmp_path / "out") == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("4 of 6 rows are scored, ")
    refused, left_out = printed.err.splitlines()
    assert refused == (
        "2 rows could not be scored: see the files whose names end in .rejected.csv."
    )
    assert left_out == "Left out, as they are no tables: notes.md."
    assert score(package, source / "a.csv", tmp_path / "a.csv", "--json") == 0
    told = json.loads("{" + capsys.readouterr().out.partition("\n{")[2])
    assert (told["scored"], told["refused"], told["left_out"]) == (1, 1, [])
    assert score(package, source / "a.csv", tmp_path / "again.csv") == 0
    place = tmp_path / "again.csv.rejected.csv"
    assert capsys.readouterr().err == f"1 row could not be scored: see {place}.\n"


def test_nothing_scored_is_a_problem(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for name in ("a.csv", "b.csv"):
        (source / name).write_text("weight,kind\nheavy,oak\n")
    (source / "none.csv").write_text("weight,kind\n")
    assert score(package, source / "a.csv", tmp_path / "a.csv") == 1
    printed = capsys.readouterr()
    rejected = tmp_path / "a.csv.rejected.csv"
    assert printed.out.startswith("0 of 1 rows are scored, ")
    assert printed.err == f"1 row could not be scored: see {rejected}.\n"
    assert rejected.exists()
    assert score(package, source / "a.csv", tmp_path / "b.csv", "--json") == 1
    printed = capsys.readouterr()
    assert '"scored": 0' in printed.out
    assert printed.err == f"1 row could not be scored: see {tmp_path / 'b.csv.rejected.csv'}.\n"
    assert score(package, source / "none.csv", tmp_path / "none.csv") == 0
    assert score(package, source, tmp_path / "out") == 1
    (source / "c.csv").write_text("weight,kind\n1,oak\n")
    assert score(package, source, tmp_path / "more") == 0
    assert (tmp_path / "more" / "a.csv.rejected.csv").exists()


def test_empty_files_are_left_out_and_told(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.csv").write_text("weight,kind\n1,oak\n")
    (source / "b.csv").touch()
    (source / "notes.md").touch()
    assert score(package, source, tmp_path / "out") == 0
    assert capsys.readouterr().err.splitlines() == [
        "Left out, as they are no tables: notes.md.",
        "Left out, as they are empty: b.csv.",
    ]
    assert score(package, source, tmp_path / "again", "--json") == 0
    told = json.loads("{" + capsys.readouterr().out.partition("\n{")[2])
    assert told["left_out"] == [str(source / "b.csv"), str(source / "notes.md")]
    assert told["empty"] == [str(source / "b.csv")]


def test_the_output_that_is_written_is_told(
    package: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The package of these tests has one; what is told of two is made up."""
    (tmp_path / "in.csv").write_text("weight,kind\n1,oak\n")
    assert score(package, tmp_path / "in.csv", tmp_path / "one.csv") == 0
    assert capsys.readouterr().out.count("\n") == 1
    found = serving.score_files
    monkeypatch.setattr(
        serving, "score_files", lambda *given: found(*given)._replace(other_outputs=("a", "b"))
    )
    assert score(package, tmp_path / "in.csv", tmp_path / "two.csv") == 0
    assert capsys.readouterr().out.splitlines()[1] == (
        "They are of the output “output1”; choose another with --output: “a”, “b”."
    )
    assert score(package, tmp_path / "in.csv", tmp_path / "three.csv", "--json") == 0
    told = json.loads("{" + capsys.readouterr().out.partition("\n{")[2])
    assert (told["output"], told["other_outputs"]) == ("output1", ["a", "b"])


def test_a_parameter_without_a_value(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.csv").write_text("weight,kind\n1,oak\n")
    assert score(package, tmp_path / "in.csv", tmp_path / "out.csv", "--set", "rate") == 1
    assert "“rate” sets no parameter. Write it as NAME=VALUE." in capsys.readouterr().err


def test_what_is_interrupted_says_how_to_go_on(package: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    rows, note = 60_000, "long " * 20
    source.write_text("weight,kind,note\n" + f"10,oak,{note}\n" * rows)
    command = [sys.executable, "-m", "studio", "score", str(package), str(source), str(target)]
    with subprocess.Popen(
        [*command, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["progress"] < 1
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert "Stopped. What is done is kept: go on with --resume." in process.stderr.read()
        assert process.wait() == 130
    assert not target.exists()
    done = subprocess.run(
        [*command, "--resume", "--json"], capture_output=True, text=True, check=True
    )
    assert f'"scored": {rows}' in done.stdout
    assert target.read_text().count("\n") == rows + 1


def test_limits_of_jobs_are_checked(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", str(package), "--jobs", str(tmp_path / "j"), "--jobs-at-once", "0"]) == 1
    assert capsys.readouterr().err.strip() == "“jobs at once” is 0; it must be from 1 to 64."
