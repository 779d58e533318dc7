"""The proof replayed: equal, or which row, which column and which step differ."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from studio.scoring.folder import open_package
from studio.scoring.proof import ANSWERS, ProofUnreadable
from studio.serve.verifying import verify
from tests.scoring.packages import PROVEN, made_in, write_files


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_in(tmp_path_factory.mktemp("made"))


@pytest.fixture
def package(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "package")
    return tmp_path / "package"


def test_every_way_gives_the_studios_answers(package: Path) -> None:
    trials = list(verify(open_package(package), http=False))
    assert [trial.how for trial in trials] == [
        "whole",
        "one row at a time",
        "shuffled",
        "without the label",
    ]
    assert all(trial.comparison.is_equal for trial in trials)
    assert {trial.comparison.rows for trial in trials} == {PROVEN}
    assert str(trials[0]).startswith("program, whole: 40 rows equal")


def test_an_answer_that_differs_is_named_with_its_row(package: Path) -> None:
    answers = json.loads((package / ANSWERS).read_text())
    answers["output1"]["Scored Probabilities"]["values"][17] += 1e-6
    write_files(package, {ANSWERS: json.dumps(answers)})
    whole = next(verify(open_package(package), http=False))
    assert not whole.comparison.is_equal
    assert "row 18, column “Scored Probabilities” of output1" in str(whole)


def test_a_step_that_differs_is_named(package: Path) -> None:
    path = package / "program" / "program.json"
    data = json.loads(path.read_text())
    scale = next(step for step in data["steps"] if step["node"] == "scale")
    scale["transform"]["state"]["centers"] = [
        center + 0.25 for center in scale["transform"]["state"]["centers"]
    ]
    path.write_text(json.dumps(data))
    write_files(package, {})
    trials = list(verify(open_package(package), http=False))
    assert {trial.step for trial in trials} == {"Scale"}
    assert "(first in “Scale”)" in str(trials[0])


def test_a_proof_that_is_none_is_a_sentence(package: Path) -> None:
    write_files(package, {ANSWERS: '{"output1": {"x": 3}}'})
    with pytest.raises(ProofUnreadable, match="proof cannot be read"):
        list(verify(open_package(package), http=False))
