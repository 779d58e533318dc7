"""A package reads files as the file of its training was read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import studio
from studio.api.experiment import Experiment
from studio.cli.app import main
from studio.scoring.folder import open_package
from studio.sdk.text_style import TextStyle
from tests.export.conftest import Making

GERMAN = {
    "separator": ";",
    "encoding": "cp1252",
    "decimal": "comma",
    "dates": "day_first",
    "has_header": False,
    "skip_lines": 1,
    "trim": True,
    "missing_values": ["?"],
}


def training(path: Path, label: str, **reading: object) -> Experiment:
    e = studio.Experiment("Tall trees", seed=3)
    data = e.add("import_data", path=str(path), **reading)
    train = e.add("train_model", e.add("two_class_logistic_regression"), data, label=label)
    e.add("score_model", train, data)
    return e


def german(frame: pd.DataFrame) -> bytes:
    """The table as an office abroad writes it."""
    lines = ["Bäume der Stadt"]
    for row in frame.itertuples(index=False):
        day = pd.Timestamp(row.day).strftime("%d.%m.%Y %H:%M")
        girth = "?" if pd.isna(row.girth) else str(row.girth).replace(".", ",")
        lines.append(f"{girth}; {row.kind} ;{day};{row.tall}")
    return "\n".join([*lines, ""]).encode("cp1252")


def test_the_training_file_of_another_country_is_scored_as_it_stands(
    make: Making, trees: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its answers are those to the same rows written plainly, and said to be."""
    frame, other, plain = pd.read_csv(trees, na_values=["?"]), tmp_path / "bäume.txt", "plain.csv"
    other.write_bytes(german(frame))
    frame.set_axis(["Col1", "Col2", "Col3", "Col4"], axis=1).to_csv(tmp_path / plain, index=False)
    made = make(training(other, "Col4", file_format="csv", **GERMAN))
    assert open_package(made.path, None).signature.text == TextStyle(
        ";", "cp1252", '"', ",", "day_first", False, 1, True
    )
    card = " ".join((made.path / "README.md").read_text("utf-8").split())
    assert (
        "CSV is read as the file of the training was: in cp1252, with decimal commas, with the day "
        "first in dates, without a header (its columns are Col1, Col2, …), after 1 line, without "
    ) in card
    written = ["--header", "--skip-lines", "0", "--dates", "year_first"]
    written += ["--decimal", ".", "--encoding", "utf-8"]
    found = []
    for source, said in ((other, []), (tmp_path / plain, written)):
        out = tmp_path / "out.parquet"
        words = [str(made.path), str(source), str(out), "--columns", "scores", "--from", "csv"]
        assert main(["score", *words, "--replace", *said]) == 0
        assert "240 of 240 rows are scored" in capsys.readouterr().out
        found.append(pd.read_parquet(out))
    assert found[0].equals(found[1])
    assert set(found[0]["Scored Labels"].dropna()) == {"tall", "low"}


def test_a_format_that_is_no_text_has_no_style(make: Making, trees: Path, tmp_path: Path) -> None:
    path = tmp_path / "trees.parquet"
    pd.read_csv(trees, na_values=["?"]).to_parquet(path)
    made = make(training(path, "tall", file_format="parquet", decimal="comma"))
    assert open_package(made.path, None).signature.text == TextStyle()
    assert "CSV is read as" not in (made.path / "README.md").read_text("utf-8")
