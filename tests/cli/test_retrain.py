"""The verb ``retrain``: what it prints, with which exit code, and what it leaves on the disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.cli.app import main
from studio.cli.retraining import DataTwice, data_files
from studio.document.storage import load, save
from studio.registry.discovery import open_registry
from studio.scoring.folder import open_package
from tests.session.houses import Inputs, garbage, houses, training, written

Retrain = Callable[..., int]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with an experiment, its package, and data to retrain it on."""
    folder = tmp_path_factory.mktemp("houses")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WIRELOOM_HOME", str(folder / "home"))
        written(houses(1), folder / "houses.csv")
        written(houses(2, metre=3000.0), folder / "drift.csv")
        written(houses(7, 100), folder / "sound.csv")
        written(garbage(3), folder / "garbage.csv")
        save(training().experiment, folder / "houses.experiment")
        package = ["package", str(folder / "houses.experiment"), str(folder / "1")]
        assert main([*package, "--workspace", str(folder / "workspace")]) == 0
        yield folder


@pytest.fixture
def retrain(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Retrain:
    monkeypatch.chdir(folder)
    capfd.readouterr()

    def retraining(*arguments: str, file: str = "houses.experiment") -> int:
        places = [file, "1", str(tmp_path / "out"), "--workspace", str(folder / "workspace")]
        return main(["retrain", *places, *arguments])

    return retraining


def printed(capfd: pytest.CaptureFixture[str]) -> Any:
    """The last line of standard output, as data."""
    return json.loads(capfd.readouterr().out.splitlines()[-1])


def test_files_go_to_the_nodes_that_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "year=2024.csv").touch()
    assert data_files(["year=2024.csv"]) == {"": tmp_path / "year=2024.csv"}
    assert data_files(["Houses =new.csv", "b=/c.csv"]) == {
        "Houses": tmp_path / "new.csv",
        "b": Path("/c.csv"),
    }
    with pytest.raises(DataTwice, match="two files for the one source"):
        data_files(["a.csv", "b.csv"])


def test_one_direction_is_better(capfd: pytest.CaptureFixture[str]) -> None:
    both = ["--higher-is-better", "--lower-is-better"]
    assert main(["retrain", "a.experiment", "b", "c", *both]) == 2
    assert "choose one of --higher-is-better and --lower-is-better" in capfd.readouterr().err


@pytest.mark.slow
def test_a_better_version_is_written(
    retrain: Retrain, folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert retrain("--data", "drift.csv", "--set", "split.fraction=0.5") == 0
    told = capfd.readouterr()
    assert (
        "“Evaluate Model” judged both versions on 200 rows that “Score Model” scores." in told.out
    )
    assert "“coefficient_of_determination” decides, as nobody chose a figure." in told.out
    assert f"“Drawing”, version 2, is in {tmp_path / 'out'}." in told.out
    assert "Warning" not in told.err
    new, old = open_package(tmp_path / "out"), open_package(folder / "1")
    assert (new.manifest.version, new.manifest.previous) == ("2", old.manifest.content)
    assert retrain("--data", "drift.csv", "--replace", "--version", "1.5", "--json") == 0
    line = printed(capfd)
    assert (line["outcome"], line["version"]) == ("made", "1.5")
    assert line["manifest"]["run"]["retraining"] == line["decision"]
    assert open_package(tmp_path / "out").manifest.version == "1.5"


@pytest.mark.slow
def test_a_worse_version_is_refused_in_a_sentence(
    retrain: Retrain, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    asked = ["--data", "garbage.csv", "--held-out", "sound.csv", "--metric", "mean_absolute_error"]
    assert retrain(*asked, "--margin", "-100.5") == 4
    told = capfd.readouterr()
    (sentence,) = [line for line in told.err.splitlines() if not line.endswith("…")]
    assert sentence.startswith("No new version was made: “mean_absolute_error” of the new model is")
    assert "and that of version 1" in sentence
    assert sentence.endswith("lower is better, and it must not be worse by more than 100.5.")
    assert retrain(*asked, "--json") == 4
    line = printed(capfd)
    assert (line["outcome"], line["package"], line["manifest"]) == ("missed", None, None)
    decision = line["decision"]
    assert decision["new"]["figure"] > 10 * decision["previous"]["figure"] > 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_problems_are_one_sentence(
    retrain: Retrain, folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for arguments, sentence in (
        (["--data", "drift.csv", "--metric", "auc"], "“Evaluate Model” gives no figure “auc”;"),
        (["--data", "missing.csv"], "missing.csv"),
        (["--data", "split=drift.csv"], "“Split Data” reads no file"),
        (["--margin", "nan"], "nan is no margin. Give a number"),
    ):
        assert retrain(*arguments) == 1
        lines = [line for line in capfd.readouterr().err.splitlines() if not line.endswith("…")]
        assert len(lines) == 1
        assert sentence in lines[0]
    drawing = training()
    drawing.add("other", "linear_regression", l2_weight=1.0)
    rows: Inputs = {"untrained_model": "other.untrained_model"}
    drawing.add("again", "train_model", {**rows, "dataset": "data.dataset"}, label="price")
    scored: Inputs = {"trained_model": "again.trained_model", "dataset": "data.dataset"}
    drawing.add("scored", "score_model", scored)
    save(drawing.experiment, folder / "two.experiment")
    assert retrain("--data", "drift.csv", file="two.experiment") == 3
    assert "Choose one with --choice NODE." in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_predictive_experiment_leads_to_its_training(
    retrain: Retrain, folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = folder / "service.experiment"
    place = ["--workspace", str(folder / "workspace")]
    assert main(["predictive", str(folder / "houses.experiment"), str(file), *place]) == 0
    was = load(file, open_registry()).experiment
    assert retrain("--data", "drift.csv", file="service.experiment") == 0
    assert open_package(tmp_path / "out").manifest.version == "2"
    assert load(file, open_registry()).experiment == was
    (folder / "houses.experiment").rename(folder / "moved.experiment")
    try:
        capfd.readouterr()
        assert retrain("--replace", file="service.experiment") == 1
        assert "whose training experiment is not at “houses.experiment”" in capfd.readouterr().err
    finally:
        (folder / "moved.experiment").rename(folder / "houses.experiment")
