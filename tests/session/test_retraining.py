"""Retraining on real data: a better version is made, a worse one is not, and both are told why."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import mean_absolute_error, r2_score, roc_auc_score

import studio
from studio.document.edits import SetParams
from studio.document.storage import save
from studio.engine.engine import Engine
from studio.export.writing import PackageExists
from studio.scoring.folder import Package, open_package
from studio.scoring.mlflow import Predictor
from studio.scoring.scorer import Scorer
from studio.serve.options import ServeOptions
from studio.serve.server import Endpoint
from studio.serve.switchboard import Switchboard
from studio.serve.verifying import verify
from studio.session import engines
from studio.session.gate import Gate
from studio.session.held_out import HeldOutTrained, NoRowsHeldOut
from studio.session.library import Library
from studio.session.packaging import VersionWrong, Wish, make_package
from studio.session.predictive import set_up
from studio.session.retraining import (
    Order,
    Predictive,
    Retrained,
    VersionTaken,
    retrain,
)
from studio.session.trial import ColumnsDiffer
from studio.session.version_answers import CannotAnswer, NothingAnswered
from tests.engine.drawing import Drawing
from tests.session.houses import TOWNS, garbage, houses, training, written

pytestmark = pytest.mark.slow
Retrain = Callable[..., Retrained]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(tmp_path_factory.mktemp("workspace"), workers=2, threads=1) as engine:
        yield engine


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the data of the first version, and data in which prices have risen."""
    folder = tmp_path_factory.mktemp("houses")
    written(houses(1), folder / "houses.csv")
    written(houses(2, metre=3000.0), folder / "drift.csv")
    return folder


@pytest.fixture(scope="module")
def first(engine: Engine, base: Path) -> Package:
    """The first version."""
    return packaged(engine, training(), base, base / "1")


@pytest.fixture(scope="module")
def second(engine: Engine, base: Path, first: Package) -> Retrained:
    """What came of retraining on data in which prices have risen."""
    return again(engine, base, first, base / "2", "drift.csv")


@pytest.fixture
def retrained(engine: Engine, base: Path, first: Package, tmp_path: Path) -> Retrain:
    def retraining(data: str | pd.DataFrame | None = None, **asked: Any) -> Retrained:
        if isinstance(data, pd.DataFrame):
            data = str(written(data, tmp_path / "data.csv"))
        return again(engine, base, first, tmp_path / "out", data, **asked)

    return retraining


def packaged(engine: Engine, drawing: Drawing, base: Path, out: Path) -> Package:
    wish = Wish(name="Houses", description="What a house costs.")
    make_package(engine, drawing.experiment, base, out, wish, quietly, shown=False)
    return open_package(out, None)


def again(
    engine: Engine,
    base: Path,
    package: Package,
    out: Path,
    data: str | None = None,
    drawing: Drawing | None = None,
    wish: Wish | None = None,
    predictive: Predictive | None = None,
    **gate: Any,
) -> Retrained:
    files = {} if data is None else {"": base / data}
    return retrain(
        engine, (drawing or training()).experiment, base, package, out, wish or Wish(),
        Gate(**gate), quietly, Order(files, predictive, shown=False),
    )  # fmt: skip


def quietly(share: float, text: str) -> None:
    assert 0 <= share <= 1
    assert text


def left_for_scoring(engine: Engine, base: Path, data: str) -> pd.DataFrame:
    """The rows that the split of the training experiment leaves for scoring."""
    edit = SetParams("data", {"path": data})
    run = engines.run(engine, edit.changed(training().experiment), base, targets=["split"])
    frame: pd.DataFrame = run["split"]["results_dataset2"].to_pandas()
    return frame


def answers(package: Package, rows: pd.DataFrame, column: str = "Scored Labels") -> Any:
    return Predictor(package.scorer()).predict(rows)[column].to_numpy()


def codes(found: Retrained) -> list[str]:
    return [warning.code for warning in found.decision.warnings]


def test_a_better_version_is_made_and_proves_itself(
    engine: Engine, base: Path, first: Package, second: Retrained
) -> None:
    assert second.made is not None
    package = open_package(second.made.path, None)
    trials = list(verify(package, http=False))
    assert {trial.path for trial in trials} == {"onnx", "program"}
    assert all(trial.comparison.is_equal for trial in trials)
    manifest = package.manifest
    assert (manifest.name, manifest.version) == ("Houses", "2")
    assert manifest.description == "What a house costs."
    assert manifest.previous == first.manifest.content
    rows = left_for_scoring(engine, base, "drift.csv")
    assert len(rows) == 120
    told = manifest.run["retraining"]
    assert told == json.loads(json.dumps(second.decision.to_dict()))
    for version, found in ((first, told["previous"]), (package, told["new"])):
        predicted = answers(version, rows)
        assert found["figure"] == pytest.approx(r2_score(rows["price"], predicted), rel=1e-9)
        error = mean_absolute_error(rows["price"], predicted)
        assert found["figures"]["mean_absolute_error"] == pytest.approx(error, rel=1e-9)
    assert told["previous"]["figure"] < 0.5 < 0.95 < told["new"]["figure"]
    assert told["new"]["figures"] == manifest.metrics["evaluate_model"]
    assert (told["outcome"], told["metric"], told["better"]) == (
        "met", "coefficient_of_determination", "higher",
    )  # fmt: skip
    assert (told["chosen"], told["margin"], told["judge"]) == (False, 0.0, "Evaluate Model")
    assert told["previous"]["version"] == "1"
    assert told["rows"] == {
        "origin": "split", "where": "rows that “Score Model” scores",
        "held_out": 120, "judged": 120, "data": "",
    }  # fmt: skip
    assert told["data"] == {"data.path": manifest.run["data"]["data.path"]}
    assert told["warnings"] == []
    figures = told["new"]["figure"], told["previous"]["figure"]
    said = "coefficient_of_determination is {:.6g} and was {:.6g}, on the same 120 rows"
    card = (second.made.path / "README.md").read_text()
    assert f"version 1: {said.format(*figures)}" in card


def test_the_same_retraining_gives_the_same_bytes(second: Retrained, retrained: Retrain) -> None:
    other = retrained("drift.csv")
    assert second.made is not None
    assert other.made is not None
    made, twice = second.made.manifest, other.made.manifest
    assert made.content == twice.content
    assert made.model_dump(exclude={"made"}) == twice.model_dump(exclude={"made"})


def test_a_running_endpoint_goes_over_to_the_new_version(first: Package, second: Retrained) -> None:
    assert second.made is not None

    def load(place: str) -> Scorer:
        return open_package(Path(place), None).scorer()

    def price(url: str) -> float:
        rows = {"records": [{"area": 100.0, "rooms": 3, "town": "Aa"}]}
        json_text = {"Content-Type": "application/json"}
        asked = urllib.request.Request(f"{url}/score", json.dumps(rows).encode(), json_text)
        with urllib.request.urlopen(asked) as reply:
            (row,) = json.load(reply)["records"]
        found: float = row["Scored Labels"]
        return found

    switchboard = Switchboard(first.scorer(), load)
    with Endpoint(switchboard, ServeOptions(port=0)) as endpoint:
        before = price(endpoint.url)
        assert switchboard.swap(str(second.made.path)) == []
        after = price(endpoint.url)
    assert switchboard.state.current.version == "2"
    assert before == pytest.approx(2000 * 100 + 8000 * 3, rel=0.05)
    assert after == pytest.approx(3000 * 100 + 8000 * 3, rel=0.05)


def test_a_worse_version_is_not_made(
    first: Package, base: Path, retrained: Retrain, tmp_path: Path
) -> None:
    sound = written(houses(7, 200), tmp_path / "sound.csv")
    found = retrained(garbage(3), held_out=sound, metric="Root mean squared error", margin=-1000)
    assert found.made is None
    assert not (tmp_path / "out").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    rows = pd.read_csv(sound)
    off = answers(first, rows) - rows["price"].to_numpy()
    assert found.decision.old == pytest.approx(np.sqrt((off**2).mean()), rel=1e-9)
    assert found.decision.new > 50_000 > 10_000 > found.decision.old
    assert not found.decision.is_met
    assert found.decision.better == "lower"
    assert found.decision.rows.where == "rows of “sound.csv”"
    assert found.decision.rows.judged == 200
    assert "lower is better, and it must not be worse by more than 1000." in found.decision.sentence


def test_the_margin_holds_back_what_is_hardly_better(retrained: Retrain) -> None:
    found = retrained("drift.csv", metric="mean_absolute_error", margin=1_000_000)
    assert found.made is None
    assert found.decision.new < found.decision.old


def test_other_columns_are_listed_and_refused(retrained: Retrain, tmp_path: Path) -> None:
    data = houses(4)
    data = data.rename(columns={"rooms": "chambers"}).assign(garden=data["area"] * 2)
    with pytest.raises(ColumnsDiffer) as raised:
        retrained(data)
    for part in (
        "column “rooms” of input “input1” is gone",
        "column “chambers” of input “input1” is new",
        "column “garden” of input “input1” is new",
    ):
        assert part in raised.value.message
    with pytest.raises(CannotAnswer, match=r"Version 1 cannot answer .* no column “rooms”"):
        retrained(data, allow_changes=True)
    assert not (tmp_path / "out").exists()


def test_columns_may_differ_where_the_old_version_can_be_asked(
    retrained: Retrain, tmp_path: Path
) -> None:
    data = houses(4, metre=3000.0)
    data["rooms"] += 0.5
    found = retrained(data.assign(garden=1.0), allow_changes=True)
    assert found.made is not None
    told = found.made.manifest.run["retraining"]["changes"]
    assert "column “garden” of input “input1” is new" in told
    assert "column “rooms” of input “input1” was required integer and is required double" in told


def test_data_that_the_old_version_knows_is_told_of(base: Path, retrained: Retrain) -> None:
    same = retrained(None)
    assert codes(same) == ["same_data"]
    assert "unless it held out the same ones" in same.decision.warnings[0].sentence
    assert same.decision.old == same.decision.new
    assert same.made is not None
    grown = pd.concat([houses(1).iloc[::2], houses(5)])
    found = retrained(grown, wish=Wish(replace=True))
    assert codes(found) == ["rows_known"]
    proof = open_package(base / "1", None).json("proof/rows.json")["input1"]["price"]["values"]
    known = sum(price in set(houses(1)["price"].iloc[::2]) for price in proof)
    assert len(proof) > known > 100
    assert found.decision.warnings[0].sentence.startswith(f"{known} of the {len(proof)} rows")


def test_rows_held_out_must_be_new(base: Path, retrained: Retrain, tmp_path: Path) -> None:
    with pytest.raises(HeldOutTrained, match=r"“drift\.csv” is the data that the new version"):
        retrained("drift.csv", held_out=base / "drift.csv")
    mixed = pd.concat([pd.read_csv(base / "drift.csv").head(50), houses(8, 30, 3000.0)])
    found = retrained("drift.csv", held_out=written(mixed, tmp_path / "mixed.csv"))
    assert codes(found) == ["rows_in_both"]
    assert found.decision.warnings[0].sentence.startswith("50 of the 80 rows held out")
    unlabelled = written(houses(8, 30).drop(columns="price"), tmp_path / "unlabelled.csv")
    with pytest.raises(NothingAnswered, match="None of the 30 rows held out has a label"):
        retrained("drift.csv", held_out=unlabelled, wish=Wish(replace=True))


def test_rows_that_taught_the_model_are_not_held_out(
    engine: Engine, base: Path, first: Package, tmp_path: Path
) -> None:
    drawing = training()
    drawing.links = [link for link in drawing.links if link.end != "score.dataset"]
    drawing.add("score", "score_model", {"dataset": "split.results_dataset1"})
    with pytest.raises(NoRowsHeldOut, match="scores the rows that the model was trained on"):
        again(engine, base, first, tmp_path / "out", "drift.csv", drawing)
    drawing.links = [link for link in drawing.links if link.end != "score.dataset"]
    drawing.add("score", "score_model", {"dataset": "data.dataset"})
    found = again(engine, base, first, tmp_path / "out", "drift.csv", drawing)
    assert codes(found) == ["rows_trained_on"]
    assert (found.decision.rows.held_out, found.decision.rows.judged) == (120, 120)


def test_rows_that_one_version_cannot_answer_are_left_out_for_both(
    engine: Engine, base: Path, tmp_path: Path
) -> None:
    drawing = training(allow_unknown_levels=False)
    old = packaged(engine, drawing, base, tmp_path / "old")
    data = houses(9, metre=3000.0)
    data.loc[data.index % 10 == 0, "town"] = "Dd"
    written(data, tmp_path / "data.csv")
    rows = left_for_scoring(engine, base, str(tmp_path / "data.csv"))
    found = again(engine, base, old, tmp_path / "out", str(tmp_path / "data.csv"), drawing)
    strange = int((rows["town"] == "Dd").sum())
    assert strange
    assert found.decision.rows.judged == 120 - strange
    assert codes(found) == ["rows_refused"]
    said = found.decision.warnings[0].sentence
    assert said.startswith(f"Version 1 cannot answer {strange} of the 120 rows held out")
    assert "“Dd”" in said
    known = rows[rows["town"].isin(list(TOWNS))]
    expected = r2_score(known["price"], answers(old, known))
    assert found.decision.old == pytest.approx(expected, rel=1e-9)


def test_two_classes_are_judged_by_the_area_under_the_curve(
    engine: Engine, base: Path, tmp_path: Path
) -> None:
    def dear(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(price=np.where(frame["price"] > 300_000, "dear", "cheap"))

    written(dear(houses(1)), tmp_path / "houses.csv")
    written(dear(houses(2, metre=3000.0)), tmp_path / "drift.csv")
    drawing = training(module="two_class_logistic_regression")
    old = packaged(engine, drawing, tmp_path, tmp_path / "old")
    found = again(engine, tmp_path, old, tmp_path / "out", "drift.csv", drawing, margin=-1.0)
    assert found.decision.metric == "auc"
    rows = left_for_scoring(engine, tmp_path, "drift.csv")
    assert found.made is not None
    new = open_package(found.made.path, None)
    for package, figure in ((old, found.decision.old), (new, found.decision.new)):
        chances = answers(package, rows, "Scored Probabilities")
        assert figure == pytest.approx(roc_auc_score(rows["price"] == "dear", chances), rel=1e-9)


def test_a_label_that_is_treated_in_another_way_is_told_of(
    engine: Engine, base: Path, tmp_path: Path
) -> None:
    drawing = training()
    prices = {"rules": [{"by": "name", "values": ["price"]}]}
    drawing.links = [link for link in drawing.links if link.end != "split.dataset"]
    drawing.add("scale", "normalize_data", {"dataset": "data.dataset"}, columns=prices)
    drawing.add("split", "split_data", {"dataset": "scale.transformed_dataset"})
    old = packaged(engine, drawing, base, tmp_path / "old")
    found = again(engine, base, old, tmp_path / "out", "drift.csv", drawing)
    assert codes(found) == ["labels_differ"]


def test_rows_that_forgot_where_they_come_from_are_found_by_what_they_became(
    engine: Engine, base: Path, tmp_path: Path
) -> None:
    drawing = training()
    drawing.links = [link for link in drawing.links if link.end != "split.dataset"]
    drawing.add("data", "import_data", path="houses.csv")
    sql = "select *, area / rooms as size from t1 where rooms > 1"
    drawing.add("sql", "apply_sql_transformation", {"t1": "data.dataset"}, script=sql)
    drawing.add("split", "split_data", {"dataset": "sql.results_dataset"}, fraction=0.7, seed=3)
    made = set_up(engine, drawing.experiment, base, library=Library(tmp_path / "saved"))
    assert made.problems == ()
    unfiltered = SetParams("sql", {"script": sql.partition(" where")[0]})
    mine = unfiltered.changed(made.experiment)
    make_package(engine, mine, base, tmp_path / "old", Wish(name="Houses"), quietly, shown=False)
    old = open_package(tmp_path / "old", None)
    predictive = Predictive(mine, base)
    found = again(engine, base, old, tmp_path / "out", "drift.csv", drawing, predictive=predictive)
    rows = pd.read_csv(base / "drift.csv")
    count = int((rows["rooms"] > 1).sum())
    assert count < len(rows)
    assert found.decision.rows.held_out == count - int(count * 0.7)
    assert found.made is not None
    told = found.made.manifest
    assert told.run["retraining"]["new"]["figures"] == pytest.approx(
        told.metrics["evaluate_model"], rel=1e-12
    )
    assert found.decision.old < 0.5


def test_what_a_person_edited_of_the_predictive_experiment_stays(
    engine: Engine, base: Path, tmp_path: Path
) -> None:
    made = set_up(engine, training().experiment, base, library=Library(tmp_path / "saved"))
    (reply,) = [n for n in made.experiment.nodes.values() if n.title == "Columns of the reply"]
    alone = {"begin": "none", "rules": [{"by": "role", "values": ["score"]}]}
    mine = SetParams(reply.id, {"columns": alone}).changed(made.experiment)
    make_package(engine, mine, base, tmp_path / "old", Wish(name="Houses"), quietly, shown=False)
    old = open_package(tmp_path / "old", None)
    assert [c.name for c in old.signature.outputs["output1"]] == ["Scored Labels"]
    with pytest.raises(ColumnsDiffer, match="column “area” of output “output1” is new"):
        again(engine, base, old, tmp_path / "out", "drift.csv")
    found = again(
        engine, base, old, tmp_path / "out", "drift.csv", predictive=Predictive(mine, base)
    )
    assert found.made is not None
    new = open_package(found.made.path, None)
    assert [c.name for c in new.signature.outputs["output1"]] == ["Scored Labels"]
    assert found.decision.new > 0.95 > found.decision.old


def test_python_retrains_as_the_command_line_does(
    engine: Engine, base: Path, first: Package, second: Retrained, tmp_path: Path
) -> None:
    save(training().experiment, base / "houses.experiment")
    found = studio.retrain(
        studio.open_experiment(base / "houses.experiment"),
        base / "1",
        tmp_path / "out",
        data={"data": base / "drift.csv"},
        version="2024",
        workspace=engine.workspace,
    )
    assert found.package is not None
    assert found.decision == second.decision
    assert found.package.manifest.version == "2024"
    missed = studio.retrain(
        studio.open_experiment(base / "houses.experiment"),
        base / "1",
        tmp_path / "other",
        metric="mean_absolute_error",
        margin=1.0,
        workspace=engine.workspace,
    )
    assert (missed.package, (tmp_path / "other").exists()) == (None, False)


def test_versions_and_places_are_checked_before_anything_is_trained(
    engine: Engine, base: Path, first: Package, tmp_path: Path
) -> None:
    def retraining(out: Path, wish: Wish) -> None:
        again(engine, base, first, out, "missing.csv", wish=wish)

    with pytest.raises(VersionTaken, match="version 1 already"):
        retraining(tmp_path / "out", Wish(version="1"))
    with pytest.raises(VersionWrong, match="“a b” cannot be a version"):
        retraining(tmp_path / "out", Wish(version="a b"))
    with pytest.raises(PackageExists):
        retraining(base / "1", Wish())
