"""The rules of retraining: what decides, which source gets the data, who judges."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from studio.document.edits import SetBindings
from studio.document.experiment import Experiment
from studio.document.items import ExperimentParameter
from studio.engine.engine import Engine
from studio.export.predictive import Choice, ModelChoiceNeeded
from studio.export.predictive.flow import Flow
from studio.registry.discovery import open_registry
from studio.sdk import Table
from studio.session import engines
from studio.session.decision import Decision, FigureUndefined, Rows
from studio.session.evaluation import NothingEvaluates, find_judge, judged
from studio.session.gate import Better, DirectionUnknown, Gate, GateWrong, NoUsualFigure
from studio.session.lookup import NameUnknown
from studio.session.new_data import (
    DataSourceUnclear,
    NoDataSource,
    NothingTrainedHere,
    with_data,
)
from studio.session.retraining import next_version
from studio.session.row_hashes import row_hashes, table_hashes
from studio.session.run_result import Run
from tests.engine.drawing import Drawing
from tests.session.houses import Inputs, houses, training, written

NEW = Path("/data/new.csv")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(tmp_path_factory.mktemp("workspace"), workers=1, threads=1) as engine:
        yield engine


def decision(
    old: float | None, new: float | None, better: Better = "higher", margin: float = 0.0
) -> Decision:
    rows = Rows("split", "rows that “Score” scores", 120, 120)
    figures = ({"figure": old}, {"figure": new})
    return Decision("figure", better, margin, False, "Judge", "1", "hash", rows, *figures)


@pytest.mark.parametrize(
    ("old", "new", "better", "margin", "is_met"),
    [
        (0.8, 0.8, "higher", 0.0, True),
        (0.8, 0.79, "higher", 0.0, False),
        (0.8, 0.79, "higher", -0.02, True),
        (0.8, 0.9, "higher", 0.1, True),
        (0.8, 0.89, "higher", 0.1, False),
        (10.0, 9.0, "lower", 0.0, True),
        (10.0, 9.0, "lower", 2.0, False),
        (10.0, 11.0, "lower", -1.0, True),
        (10.0, 11.5, "lower", -1.0, False),
    ],
)
def test_the_margin_is_how_much_better(
    old: float, new: float, better: Better, margin: float, is_met: bool
) -> None:
    assert decision(old, new, better, margin).is_met is is_met


def test_a_decision_says_both_figures_and_what_was_asked() -> None:
    assert decision(0.8, 0.75, margin=-0.01).sentence == (
        "“figure” of the new model is 0.75 and that of version 1 0.8, on the same 120 rows; "
        "higher is better, and it must not be worse by more than 0.01."
    )
    assert decision(0.8, 0.75, "lower").sentence.endswith(
        "lower is better, and it must not be worse."
    )
    assert decision(1.0, 2.0, margin=0.5).sentence.endswith("and it must be better by 0.5.")


@pytest.mark.parametrize(("old", "new"), [(None, 0.5), (0.5, None), (float("nan"), 0.5)])
def test_a_figure_that_is_not_defined_decides_nothing(old: float | None, new: float | None) -> None:
    with pytest.raises(FigureUndefined, match="is not defined on the 120 held-out rows"):
        decision(old, new).to_dict()


def test_a_figure_is_found_however_it_is_written() -> None:
    figures = ("accuracy", "f_score", "My figure")
    for written_as in ("f_score", "F-Score", " f score "):
        assert Gate(written_as).chosen("Evaluate", figures) == "f_score"
    assert Gate("my-figure").chosen("Evaluate", figures) == "My figure"
    with pytest.raises(NameUnknown, match="“Evaluate” gives no figure “acuracy”; did you mean"):
        Gate("acuracy").chosen("Evaluate", figures)


@pytest.mark.parametrize(
    ("figures", "usual"),
    [
        (("accuracy", "auc", "recall"), "auc"),
        (("average_accuracy", "overall_accuracy"), "overall_accuracy"),
        (
            ("root_mean_squared_error", "coefficient_of_determination"),
            "coefficient_of_determination",
        ),
        (
            ("number_of_points", "average_distance_to_cluster_center"),
            "average_distance_to_cluster_center",
        ),
    ],
)
def test_each_task_has_a_usual_figure(figures: tuple[str, ...], usual: str) -> None:
    assert Gate().chosen("Evaluate", figures) == usual


def test_what_is_better_is_known_by_name_or_must_be_said() -> None:
    assert Gate().direction("root_mean_squared_error") == "lower"
    assert Gate(better="higher").direction("profit") == "higher"
    with pytest.raises(DirectionUnknown, match="higher or a lower “profit” is better"):
        Gate().direction("profit")
    with pytest.raises(NoUsualFigure, match="None of the figures that “Own” gives"):
        Gate().chosen("Own", ("profit",))
    with pytest.raises(GateWrong):
        Gate(margin=float("nan"))


@pytest.mark.parametrize(
    ("old", "new"),
    [("1", "2"), ("9", "10"), ("1.4", "1.5"), ("1.09", "1.10"), ("2-rc1", "2-rc2"), ("v3a", "v4a"),
     ("beta", "beta.2")],
)  # fmt: skip
def test_versions_are_counted_on(old: str, new: str) -> None:
    assert next_version(old) == new


def path_of(experiment: Experiment, node: str = "data") -> object:
    return experiment.nodes[node].params["path"]


def test_new_data_goes_to_the_source_that_training_and_scoring_begin_at() -> None:
    drawing = training()
    town = {"rules": [{"by": "name", "values": ["town"]}]}
    joined: Inputs = {"dataset1": "data.dataset", "dataset2": "towns.dataset"}
    drawing.add("towns", "import_data", path="towns.csv")
    drawing.add("join", "join_data", joined, left_keys=town, right_keys=town)
    drawing.links = [link for link in drawing.links if link.target != "split"]
    drawing.add("split", "split_data", {"dataset": "join.results_dataset"})
    experiment, registry = drawing.experiment, open_registry()
    assert Flow.of(experiment, registry).ancestors("score") >= {"data", "towns", "join"}
    for name in ("", "data"):
        found = with_data(experiment, registry, {name: NEW})
        assert (path_of(found), path_of(found, "towns")) == (str(NEW), "towns.csv")
    assert with_data(experiment, registry, {}) == experiment


def test_a_file_that_a_parameter_gave_is_replaced_too() -> None:
    drawing = training()
    drawing.parameters = (ExperimentParameter("file", "string", "other.csv"),)
    bound = SetBindings("data", {"path": "file"}).changed(drawing.experiment)
    found = with_data(bound, open_registry(), {"": NEW})
    assert found.params_of("data")["path"] == str(NEW)


def test_two_sources_must_be_named() -> None:
    drawing = training()
    drawing.add("later", "import_data", path="later.csv")
    inputs: Inputs = {
        "trained_model": "train.trained_model",
        "dataset": "later.dataset",
    }
    drawing.links = [link for link in drawing.links if link.target != "score"]
    drawing.add("score", "score_model", inputs)
    with pytest.raises(DataSourceUnclear) as raised:
        with_data(drawing.experiment, open_registry(), {"": NEW})
    assert "(data)" in raised.value.advice
    assert "(later)" in raised.value.advice
    found = with_data(drawing.experiment, open_registry(), {"later": NEW})
    assert (path_of(found), path_of(found, "later")) == ("houses.csv", str(NEW))


def test_what_reads_no_file_is_given_none() -> None:
    drawing = training()
    drawing.nodes.pop("data")
    drawing.add("data", "sample_dataset", name="iris")
    with pytest.raises(NoDataSource, match="reads no file"):
        with_data(drawing.experiment, open_registry(), {"": NEW})
    with pytest.raises(NoDataSource, match="reads no file"):
        with_data(training().experiment, open_registry(), {"split": NEW})
    with pytest.raises(NameUnknown):
        with_data(training().experiment, open_registry(), {"dta": NEW})


def test_a_model_that_was_brought_learns_nothing_anew() -> None:
    drawing = training()
    drawing.nodes.pop("train")
    drawing.links = [link for link in drawing.links if "train" not in (link.source, link.target)]
    drawing.add("saved", "saved_model", path="a.model")
    drawing.add("score", "score_model", {"trained_model": "saved.model"})
    with pytest.raises(NothingTrainedHere):
        with_data(drawing.experiment, open_registry(), {"": NEW})


def test_of_several_models_one_must_be_chosen() -> None:
    drawing = training()
    drawing.add("second", "linear_regression", l2_weight=1.0)
    rows: Inputs = {
        "untrained_model": "second.untrained_model",
        "dataset": "split.results_dataset1",
    }
    drawing.add("train2", "train_model", rows, label="price")
    scored: Inputs = {
        "trained_model": "train2.trained_model",
        "dataset": "split.results_dataset2",
    }
    drawing.add("score2", "score_model", scored)
    with pytest.raises(ModelChoiceNeeded):
        with_data(drawing.experiment, open_registry(), {"": NEW})
    found = with_data(drawing.experiment, open_registry(), {"": NEW}, Choice("score2"))
    assert path_of(found) == str(NEW)


def ran(engine: Engine, drawing: Drawing, base: Path) -> tuple[Flow, Run]:
    run = engines.run(engine, drawing.experiment, base)
    assert run.finished == "finished", run.problems
    return Flow.of(drawing.experiment, open_registry()), run


def scored_table(run: Run, shift: float) -> Table:
    """What the experiment scored, with scores that are off by so much."""
    frame: pd.DataFrame = run["score"].to_pandas()
    frame["Scored Labels"] += shift
    table = run["score"].value
    assert isinstance(table, Table)
    return Table.from_pandas(frame, table.schema.without_origin())


def test_equal_rows_have_equal_hashes_and_only_they() -> None:
    words = np.array(["a", None, "nan", "a", "b"], dtype=object)
    numbers = np.array([0.0, np.nan, 1.0, -0.0, 0.0])
    found = row_hashes({"word": words, "number": numbers}, ["word", "number"]).tolist()
    assert found[0] == found[3]
    assert len(set(found)) == 4
    swapped = row_hashes({"word": numbers, "number": words}, ["word", "number"])
    assert not set(swapped.tolist()) & set(found)
    rng = np.random.default_rng(4)
    values = np.concatenate([rng.normal(0, 10.0**power, 500) for power in (-200, -3, 0, 9, 200)])
    near = {"x": values * (1 + 2e-16)}
    same = row_hashes({"x": values}, ["x"], nearly=True) == row_hashes(near, ["x"], nearly=True)
    assert same.mean() > 0.99
    assert len(set(row_hashes({"x": values}, ["x"], nearly=True).tolist())) == len(values)
    table = Table.from_pandas(pd.DataFrame({"x": values}))
    assert (table_hashes(table, ["x"]) == row_hashes({"x": values}, ["x"])).all()


@pytest.mark.slow
def test_the_experiments_own_evaluation_judges_past_the_steps_before_it(
    engine: Engine, tmp_path: Path
) -> None:
    written(houses(1), tmp_path / "houses.csv")
    drawing = training()
    drawing.links = [link for link in drawing.links if link.target != "evaluate"]
    columns = {"rules": [{"by": "role", "values": ["label", "score"]}]}
    drawing.add(
        "narrow", "select_columns_in_dataset", {"dataset": "score.scored_dataset"}, columns=columns
    )
    drawing.add(
        "evaluate", "evaluate_model", {"scored_dataset_to_compare": "narrow.results_dataset"}
    )
    drawing.add("other", "score_model", {"trained_model": "train.trained_model"})
    drawing.add("other", "score_model", {"dataset": "split.results_dataset1"})
    drawing.add("evaluate", "evaluate_model", {"scored_dataset": "other.scored_dataset"})
    flow, run = ran(engine, drawing, tmp_path)
    judge, metric = find_judge(flow, run, "score", Gate("mean absolute error"))
    assert (judge.node, judge.between, metric) == ("evaluate", ("narrow",), "mean_absolute_error")
    tables = {"old": scored_table(run, 1000.0), "new": scored_table(run, 0.0)}
    found = judged(engine, flow, tmp_path, "score", judge, tables, shown=False)
    frame = run["score"].to_pandas()
    off = (frame["Scored Labels"] - frame["price"]).to_numpy()
    assert found["new"][metric] == pytest.approx(np.abs(off).mean(), rel=1e-12)
    assert found["old"][metric] == pytest.approx(np.abs(off + 1000).mean(), rel=1e-12)
    told = run["evaluate"].metrics["mean_absolute_error_to_compare"]
    assert found["new"][metric] == told
    assert "mean_absolute_error_to_compare" not in found["new"]


@pytest.mark.slow
def test_an_experiment_without_evaluation_judges_nothing(engine: Engine, tmp_path: Path) -> None:
    written(houses(1), tmp_path / "houses.csv")
    drawing = training()
    drawing.nodes.pop("evaluate")
    drawing.links = [link for link in drawing.links if link.target != "evaluate"]
    flow, run = ran(engine, drawing, tmp_path)
    with pytest.raises(NothingEvaluates, match="how good the answers of “Score Model” are"):
        find_judge(flow, run, "score", Gate())
