"""Setting up a web service: run, converted and saved; the answers are those of training."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

import studio
from studio.document.edits import SetParams
from studio.document.experiment import Experiment
from studio.document.items import Node, Training
from studio.document.storage import load, save
from studio.engine.engine import Engine
from studio.export.predictive import Choice, ModelChoiceNeeded, NotRun, Prediction
from studio.registry.discovery import open_registry
from studio.sdk import Table
from studio.sdk.schema import ORIGIN
from studio.session import engines
from studio.session.library import Library
from studio.session.predictive import set_up, update
from studio.session.run_result import Run, RunFailed
from studio.session.templates import template, templates
from tests.engine.drawing import Drawing
from tests.export.training import rewired


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(tmp_path_factory.mktemp("workspace"), workers=2, threads=1) as engine:
        yield engine


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def opened(name: str) -> tuple[Experiment, Path]:
    path = template(name).path
    return load(path, open_registry()).experiment, path.parent


def answers(engine: Engine, made: Prediction, base: Path) -> pa.Table:
    """What arrives at the web service output in a run, with the rows' origins where they have."""
    return table(ran(engine, made.experiment, base), "web_service_output")


def ran(engine: Engine, experiment: Experiment, base: Path) -> Run:
    run = engines.run(engine, experiment, base)
    assert run.finished == "finished", run.problems
    return run


def table(run: Run, node: str) -> pa.Table:
    """A node's table, categories as text: which levels there are may differ, values may not."""
    value = run[node].value
    assert isinstance(value, Table)
    data = value.settled().to_arrow(origin=True)
    for place, field in enumerate(data.schema):
        if isinstance(field.type, pa.DictionaryType):
            plain = data.column(place).cast(pa.string())
            data = data.set_column(place, field.name, plain)
    return data


def assert_among(expected: pa.Table, found: pa.Table) -> None:
    """Each expected row is found, to the last digit: by its origin, or else in the same order."""
    columns = [name for name in found.column_names if name != ORIGIN]
    assert set(columns) <= set(expected.column_names)
    assert 0 < expected.num_rows < found.num_rows
    if ORIGIN in expected.column_names:
        places = {origin: n for n, origin in enumerate(found.column(ORIGIN).to_pylist())}
        found = found.take([places[origin] for origin in expected.column(ORIGIN).to_pylist()])
        for name in columns:
            one, other = (t.column(name).combine_chunks() for t in (found, expected))
            assert one.equals(other), name
        return
    waiting = iter(found.select(columns).to_pylist())
    for row in expected.select(columns).to_pylist():
        assert row in waiting


SCORES = {"iris-k-means": "assign_data_to_clusters", "compare-two-models": "score_model_2"}


@pytest.mark.parametrize("name", [item.name for item in templates()])
def test_a_template_answers_as_its_training_run_did(
    name: str, engine: Engine, library: Library
) -> None:
    experiment, base = opened(name)
    choice = Choice("train_model_2") if name == "compare-two-models" else None
    made = set_up(engine, experiment, base, choice=choice, library=library)
    assert made.problems == ()
    assert made.frozen == ()
    (request,) = made.requests.values()
    assert len(request.optional) == 1
    found = answers(engine, made, base)
    assert request.optional[0] not in found.column_names
    assert_among(table(ran(engine, experiment, base), SCORES.get(name, "score_model")), found)


def test_the_automobile_experiment_answers_as_its_training_run_did(
    engine: Engine, library: Library, shared_data: Path, tmp_path: Path
) -> None:
    shutil.copy(shared_data / "automobile-price.csv", tmp_path)
    made_by_hand = automobile()
    experiment = made_by_hand.document
    made = set_up(engine, experiment, tmp_path, library=library)
    assert made.problems == ()
    assert made.requests["input1"].optional == ("price",)
    assert len(made.requests["input1"].schema) == 26
    (gone,) = [entry for entry in made.report if entry.node == "clean_missing_data"]
    assert (gone.action, gone.why) == (
        "gone",
        "It chooses rows, and every row of a request is answered.",
    )
    found = answers(engine, made, tmp_path)
    assert found.num_rows == 205
    expected = table(ran(engine, experiment, tmp_path), "score_model")
    assert expected.num_rows == 58
    assert_among(expected, found)


def automobile() -> studio.Experiment:
    """The experiment that README.md begins with."""
    e = studio.Experiment("Automobile price", seed=0)
    data = e.add("import_data", path="automobile-price.csv", missing_values=["?"])
    kept = e.add(
        "select_columns_in_dataset", data, columns=studio.columns(exclude=["normalized-losses"])
    )
    clean = e.add("clean_missing_data", kept, mode="remove_row")
    split = e.add("split_data", clean, fraction=0.7, seed=1)
    train = e.add(
        "train_model", e.add("linear_regression"), split["results_dataset1"], label="price"
    )
    e.add("evaluate_model", e.add("score_model", train, split["results_dataset2"]))
    return e


def test_only_what_is_needed_is_run_and_what_is_there_is_used(
    engine: Engine, library: Library
) -> None:
    experiment, base = opened("wine-decision-forest")
    ran(engine, experiment, base)
    made = set_up(engine, experiment, base, library=library)
    record = engine.history.get(made.experiment.training.run)
    assert record is not None
    assert {node.outcome for node in record.nodes} == {"reused"}
    assert "evaluate_model" not in {node.node for node in record.nodes}


def test_a_run_that_lacks_results_is_not_enough(engine: Engine, library: Library) -> None:
    experiment, base = opened("wine-decision-forest")
    run = engines.run(engine, experiment, base, targets=["split_data"])
    with pytest.raises(NotRun, match="“Train Model”"):
        set_up(engine, experiment, base, run=run, library=library)


def test_a_choice_is_asked_for_before_anything_is_run(engine: Engine, library: Library) -> None:
    experiment, base = opened("compare-two-models")
    before = len(engine.history.list())
    with pytest.raises(ModelChoiceNeeded):
        set_up(engine, experiment, base, library=library)
    assert len(engine.history.list()) == before


def test_a_run_that_fails_is_told(engine: Engine, library: Library, tmp_path: Path) -> None:
    broken = automobile().document
    with pytest.raises(RunFailed, match="Import Data"):
        set_up(engine, broken, tmp_path, library=library)
    assert library.items() == ()


def test_what_others_saved_under_a_name_stays(engine: Engine, library: Library) -> None:
    experiment, base = opened("iris-k-means")
    first = set_up(engine, experiment, base, library=library)
    bytes_before = {item.path: item.path.read_bytes() for item in library.items()}
    second = set_up(engine, experiment, base, library=library)
    names = sorted(item.name for item in library.items())
    assert names == [
        "Iris k-means clustering [Normalize Data]",
        "Iris k-means clustering [Normalize Data] (2)",
        "Iris k-means clustering [trained model]",
        "Iris k-means clustering [trained model] (2)",
    ]
    assert {path: path.read_bytes() for path in bytes_before} == bytes_before
    assert [saved.name for saved in second.saved] == [f"{s.name} (2)" for s in first.saved]
    assert {item.source for item in library.items()} == {"Iris: k-means clustering"}


def test_a_side_table_is_frozen_as_it_was(engine: Engine, library: Library, tmp_path: Path) -> None:
    rows = "".join(f"{n % 3},{n}.5,{'yes' if n % 2 else 'no'}\n" for n in range(40))
    (tmp_path / "rows.csv").write_text(f"kind,x,y\n{rows}")
    drawing = Drawing(id="with-side").add("data", "import_data", path="rows.csv")
    drawing.add("prices", "enter_data_manually", data="kind,price\n0,1.5\n1,2.5\n2,9.5\n")
    tables: dict[str, str | list[str]] = {"dataset1": "data.dataset", "dataset2": "prices.dataset"}
    keys = {"left_keys": ["kind"], "join_type": "left_outer"}
    drawing.add("join", "join_data", tables, **keys)
    drawing.add("split", "split_data", {"dataset": "join.results_dataset"}, seed=1)
    drawing.add("trees", "two_class_boosted_decision_tree", num_trees=5, min_samples_per_leaf=2)
    inputs: dict[str, str | list[str]] = {"untrained_model": "trees.untrained_model"}
    drawing.add("train", "train_model", {**inputs, "dataset": "split.results_dataset1"}, label="y")
    model: dict[str, str | list[str]] = {"trained_model": "train.trained_model"}
    drawing.add("score", "score_model", {**model, "dataset": "split.results_dataset2"})
    made = set_up(engine, drawing.experiment, tmp_path, library=library)
    (frozen,) = made.frozen
    assert (frozen.node, frozen.rows) == ("prices", 3)
    assert frozen.bytes > 0
    (item,) = [item for item in library.items() if item.kind == "dataset"]
    assert (item.name, item.about) == ("Drawing [Enter Data Manually]", "3 rows × 2 columns")
    run = ran(engine, made.experiment, tmp_path)
    assert_among(table(ran(engine, drawing.experiment, tmp_path), "score"), table(run, "score"))


def with_selection(made: Experiment) -> Experiment:
    """A predictive experiment in which a person keeps the scores alone in the reply."""
    rules = [{"by": "role", "values": ["score"]}]
    mine = Node("mine", "select_columns_in_dataset", params={"columns": {"rules": rules}})
    feeds = {
        "mine.dataset": "score_model-reply.results_dataset",
        "web_service_output.dataset": "mine.results_dataset",
    }
    return rewired(made.with_items([mine]), feeds)


def test_an_update_brings_the_model_of_a_retraining_and_keeps_what_a_person_did(
    engine: Engine, library: Library
) -> None:
    experiment, base = opened("diabetes-linear-regression")
    made = set_up(engine, experiment, base, library=library)
    mine = with_selection(made.experiment)
    before = answers(engine, replace(made, experiment=mine), base)
    retrained = SetParams("split_data", {"seed": 2}).changed(experiment)
    new = update(engine, mine, retrained, base, library=library)
    assert [item.name for item in library.items()] == ["Diabetes linear regression [trained model]"]
    assert new.experiment.nodes == mine.nodes
    assert new.experiment.links == mine.links
    assert new.experiment.training.run != mine.training.run
    assert [entry.what for entry in new.report if entry.action == "yours"] == [
        "“select_columns_in_dataset” stays: you added it.",
        "What you linked to “Web Service Output” stays.",
    ]
    after = answers(engine, new, base)
    assert after.column_names == ["Scored Labels", ORIGIN]
    assert not after.column("Scored Labels").equals(before.column("Scored Labels"))
    assert_among(table(ran(engine, retrained, base), "score_model"), after)


def test_a_file_that_the_person_chose_is_not_written_over(engine: Engine, library: Library) -> None:
    experiment, base = opened("diabetes-linear-regression")
    made = set_up(engine, experiment, base, library=library)
    other = set_up(engine, experiment, base, library=library)
    chosen = other.experiment.nodes["train_model"].params
    mine = SetParams("train_model", dict(chosen)).changed(made.experiment)
    before = Path(chosen["path"]).read_bytes()
    retrained = SetParams("split_data", {"seed": 3}).changed(experiment)
    new = update(engine, mine, retrained, base, library=library)
    assert new.experiment.nodes["train_model"].params == chosen
    assert Path(chosen["path"]).read_bytes() == before


def test_both_files_can_be_moved_together_and_updated(
    engine: Engine, library: Library, shared_data: Path, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    shutil.copy(shared_data / "automobile-price.csv", here)
    file = here / "auto.experiment"
    experiment = automobile().document
    save(experiment, file)
    made = set_up(engine, experiment, here, library=library, file=file)
    assert made.experiment.training.file == "auto.experiment"
    save(made.experiment, here / "auto predictive.experiment")
    here.rename(there)
    mine = load(there / "auto predictive.experiment", open_registry()).experiment
    training = load(there / mine.training.file, open_registry()).experiment
    other = SetParams("import_data", {"path": "other.csv"}).changed(training)
    (there / "automobile-price.csv").rename(there / "other.csv")
    new = update(engine, mine, other, there, library=library)
    assert [entry for entry in new.report if entry.action in ("yours", "lost")] == []
    assert new.experiment.nodes["import_data"].params["path"] == "other.csv"
    assert answers(engine, new, there).num_rows == 205


def test_a_predictive_experiment_saved_elsewhere_finds_its_files(
    engine: Engine,
    library: Library,
    shared_data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    shutil.copy(shared_data / "automobile-price.csv", tmp_path / "one")
    monkeypatch.chdir(tmp_path / "one")
    trained = automobile()
    file = trained.save(tmp_path / "one" / "auto.experiment")
    made = set_up(engine, trained.document, file.parent, library=library, file=file)
    save(made.experiment, tmp_path / "one" / "p.experiment")
    handle = studio.open_experiment(tmp_path / "one" / "p.experiment")
    handle.save(tmp_path / "other" / "p.experiment")
    assert handle.document.training.file == "../one/auto.experiment"
    new = update(
        engine,
        handle.document,
        trained.document,
        file.parent,
        predictive_base=tmp_path / "other",
        library=library,
    )
    assert [entry for entry in new.report if entry.action in ("yours", "lost")] == []
    assert new.experiment.nodes == handle.document.nodes
    assert answers(engine, new, tmp_path / "other").num_rows == 205


def test_a_predictive_experiment_may_stand_in_another_folder_than_its_training(
    engine: Engine, library: Library, shared_data: Path, tmp_path: Path
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    shutil.copy(shared_data / "automobile-price.csv", one)
    experiment = automobile().document
    places = {"predictive_base": other, "library": library, "file": one / "auto.experiment"}
    made = set_up(engine, experiment, one, **places)
    assert made.experiment.training.file == "../one/auto.experiment"
    assert answers(engine, made, other).num_rows == 205
    new = update(engine, made.experiment, experiment, one, **places)
    assert [entry for entry in new.report if entry.action in ("yours", "lost")] == []
    assert new.experiment.nodes == made.experiment.nodes
    assert new.experiment.training.file == "../one/auto.experiment"


def test_a_damaged_memory_of_how_it_was_made_keeps_nobody_from_saving(tmp_path: Path) -> None:
    damaged = Experiment(id="p", training=Training("t", "t.experiment", made={"nodes": 5}))
    save(damaged, tmp_path / "p.experiment")
    handle = studio.open_experiment(tmp_path / "p.experiment")
    (tmp_path / "sub").mkdir()
    handle.save(tmp_path / "sub" / "p.experiment")
    assert handle.document.training == replace(damaged.training, file="../t.experiment")


_IMPORTS = """
import sys
from pathlib import Path
from studio.document.storage import load
from studio.engine.engine import Engine
from studio.registry.discovery import open_registry
from studio.session.predictive import set_up
from studio.session.templates import template

if __name__ == "__main__":
    path = template("iris-k-means").path
    with Engine(Path({workspace!r}), workers=1) as engine:
        set_up(engine, load(path, open_registry()).experiment, path.parent)
    print(sorted({{"pandas", "sklearn", "pyarrow", "numpy", "duckdb"}} & set(sys.modules)))
"""


@pytest.mark.slow
def test_the_process_that_sets_up_loads_no_library_of_data(tmp_path: Path) -> None:
    code = _IMPORTS.format(workspace=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
