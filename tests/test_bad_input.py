"""Bad input is answered by one clear sentence that says what and where, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import studio
from studio.document.experiment import Experiment
from studio.document.items import Link, Node
from studio.document.storage import save

GOOD = "x,kind,label\n" + "".join(
    f"{i % 7 + i / 10},{'abc'[i % 3]},{'yes' if i % 2 else 'no'}\n" for i in range(60)
)
INFINITE = GOOD.replace("6.6,", "inf,", 1)
ONE_CLASS = GOOD.replace("no", "yes")
THREE_CLASSES = GOOD.replace("0,a,no", "0,a,maybe")
LEFT_EMPTY = "x,kind,label\n" + "".join(f",a,{['yes', 'no'][i % 2]}\n" for i in range(20))
NEW_LEVEL = GOOD.replace(",a,", ",z,")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workspace")


def trained(
    folder: Path, text: str, *, label: str = "label", strict: bool = False
) -> tuple[studio.Experiment, studio.api.Node]:
    path = folder / "train.csv"
    path.write_text(text, encoding="utf-8")
    e = studio.Experiment("bad input")
    learner = e.add("two_class_boosted_decision_tree", num_trees=5, allow_unknown_levels=not strict)
    train = e.add("train_model", learner, e.add("import_data", path=str(path)), label=label)
    return e, train


def refused(e: studio.Experiment, workspace: Path) -> tuple[str, str]:
    """Return the code and the sentence of the one node that failed."""
    with pytest.raises(studio.RunFailed) as caught:
        e.run(workspace=workspace)
    problems = [problem for _, problem in caught.value.run.problems]
    assert len(problems) == 1
    assert "Traceback" not in str(caught.value)
    return problems[0].code, problems[0].sentence


@pytest.mark.parametrize(
    ("text", "label", "words"),
    [
        (GOOD, "lable", ["“lable”"]),
        (ONE_CLASS, "label", ["label", "only the value “yes”"]),
        (THREE_CLASSES, "label", ["label", "two"]),
        (INFINITE, "label", ["“x”", "infinit"]),
        (LEFT_EMPTY, "label", ["missing"]),
        ("x,kind,label\n", "label", ["rows"]),
    ],
    ids=["no such label", "one class", "three classes", "infinite", "all missing", "no rows"],
)
def test_training_says_what_is_wrong(
    text: str, label: str, words: list[str], tmp_path: Path, workspace: Path
) -> None:
    e, _ = trained(tmp_path, text, label=label)
    _, sentence = refused(e, workspace)
    assert [word for word in words if word not in sentence] == []


def test_an_unknown_category_at_scoring_is_allowed_or_named(
    tmp_path: Path, workspace: Path
) -> None:
    (tmp_path / "new.csv").write_text(NEW_LEVEL, encoding="utf-8")
    e, train = trained(tmp_path, GOOD)
    score = e.add("score_model", train, e.add("import_data", path=str(tmp_path / "new.csv")))
    assert e.run(workspace=workspace)[score].to_pandas()["Scored Labels"].notna().all()
    e, train = trained(tmp_path, GOOD, strict=True)
    e.add("score_model", train, e.add("import_data", path=str(tmp_path / "new.csv")))
    _, sentence = refused(e, workspace)
    assert "“kind”" in sentence
    assert "“z”" in sentence


def test_a_feature_that_is_not_there_at_scoring_is_named(tmp_path: Path, workspace: Path) -> None:
    (tmp_path / "new.csv").write_text("kind,label\na,yes\n", encoding="utf-8")
    e, train = trained(tmp_path, GOOD)
    e.add("score_model", train, e.add("import_data", path=str(tmp_path / "new.csv")))
    code, sentence = refused(e, workspace)
    assert (code, "“x”" in sentence) == ("column_missing", True)


def wireloom(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "studio", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ},
        timeout=120,
        check=False,
    )


def circular(path: Path) -> None:
    nodes = {id: Node(id, "select_columns_in_dataset") for id in "ab"}
    links = (
        Link("a", "results_dataset", "b", "dataset"),
        Link("b", "results_dataset", "a", "dataset"),
    )
    save(Experiment(name="circle", nodes=nodes, links=links), path)


def unknown(path: Path) -> None:
    save(Experiment(name="unknown", nodes={"a": Node("a", "no_such_module")}), path)


def wrong_value(path: Path) -> None:
    node = Node("a", "sample_dataset", params={"name": 7})
    save(Experiment(name="wrong", nodes={"a": node}), path)


def wrong_wire(path: Path) -> None:
    nodes = {"a": Node("a", "linear_regression"), "b": Node("b", "summarize_data")}
    links = (Link("a", "untrained_model", "b", "dataset"),)
    save(Experiment(name="wire", nodes=nodes, links=links), path)


def nested(path: Path) -> None:
    path.write_text("[" * 10_000_000, encoding="utf-8")


def not_a_document(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 not a document \x00\xff")


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (circular, ["circle"]),
        (unknown, ["no_such_module"]),
        (wrong_value, ["7"]),
        (wrong_wire, ["Learner", "Table"]),
        (nested, ["nested"]),
        (not_a_document, []),
        (emptied, ["empty"]),
    ],
    ids=lambda item: getattr(item, "__name__", ""),
)
def test_a_bad_document_is_refused_by_the_command_line(
    make: object, words: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "bad.experiment"
    assert callable(make)
    make(path)
    before = path.read_bytes()
    done = wireloom("run" if make in (wrong_wire, unknown) else "check", str(path))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    told = done.stderr.strip().splitlines()
    assert 1 <= len(told) <= 3
    assert all(len(line) < 500 for line in told)
    assert [word for word in words if word not in done.stderr] == []
    assert path.read_bytes() == before
