"""A training experiment becomes a predictive one: one small drawing for each rule."""

from __future__ import annotations

import pytest

from studio.document.problems import find_problems
from studio.export.predictive import (
    Choice,
    ChoiceUnknown,
    Entry,
    Facts,
    ModelChoiceNeeded,
    NothingScored,
    NothingTrained,
    NotRun,
    convert,
)
from studio.sdk import StudioError
from tests.engine.drawing import Drawing
from tests.export.training import (
    codes,
    converted,
    left,
    lines,
    registry,
    scored,
    table,
    trained,
    wires,
)


def test_what_trains_becomes_its_model_and_what_only_serves_training_goes() -> None:
    drawing = scored(trained())
    drawing.add("judge", "evaluate_model", {"scored_dataset": "score.scored_dataset"})
    drawing.add("look", "summarize_data", {"dataset": "split.results_dataset1"})
    drawing.add("file", "export_data", {"dataset": "score.scored_dataset"}, path="out.csv")
    made = converted(drawing)
    assert lines(made) == [
        "kept data",
        "added web_service_input",
        "gone split",
        "saved train",
        "kept score",
        "added score-reply",
        "added web_service_output",
        "gone trees",
        "gone judge",
        "gone look",
        "gone file",
    ]
    assert {node.id: node.module for node in made.experiment.nodes.values()} == {
        "data": "sample_dataset",
        "web_service_input": "web_service_input",
        "train": "saved_model",
        "score": "score_model",
        "score-reply": "select_columns_in_dataset",
        "web_service_output": "web_service_output",
    }
    links = {node: wires(made.experiment, node) for node in made.experiment.nodes}
    assert links == {
        "data": {},
        "train": {},
        "web_service_input": {"dataset": "data.dataset"},
        "score": {
            "dataset": "web_service_input.request",
            "trained_model": "train.trained_model",
        },
        "score-reply": {"dataset": "score.scored_dataset"},
        "web_service_output": {"dataset": "score-reply.results_dataset"},
    }
    (saved,) = made.saved
    assert (saved.node, saved.port, saved.kind) == ("train", "trained_model", "model")
    assert (saved.name, saved.into, saved.param) == ("Drawing [trained model]", "train", "path")
    assert made.problems == ()


def test_the_report_says_what_was_done_and_why() -> None:
    report = {entry.node: entry for entry in converted(scored(trained())).report}
    assert report["split"] == Entry(
        "gone",
        "split",
        "“Split Data” goes.",
        "It chooses rows, and every row of a request is answered.",
    )
    assert report["train"] == Entry(
        "saved",
        "train",
        "“Train Model” becomes the saved model “Drawing [trained model]”.",
        "Requests are answered with what it learned; nothing is trained again.",
    )
    assert report["score-reply"].what == "“Columns of the reply” leaves out “y”."


def fitting(module: str = "normalize_data") -> Drawing:
    """A fitted step between the source and the split."""
    drawing = Drawing().add("data", "sample_dataset")
    drawing.add("fit", module, {"dataset": "data.dataset"})
    cls = registry().get(module)
    assert cls is not None
    table = next(port.name for port in cls.outputs() if port.kind == "Table")
    drawing.add("split", "split_data", {"dataset": f"fit.{table}"})
    return scored(trained(drawing))


def test_what_fits_on_the_path_becomes_its_saved_transform_applied() -> None:
    made = converted(fitting().change("fit", title="Scale"))
    assert lines(made, "fit") == ["applied fit"]
    assert made.experiment.nodes["fit"].module == "apply_transformation"
    assert made.experiment.nodes["fit-transform"].module == "saved_transform"
    assert wires(made.experiment, "fit") == {
        "dataset": "web_service_input.request",
        "transformation": "fit-transform.transformation",
    }
    assert wires(made.experiment, "score")["dataset"] == "fit.transformed_dataset"
    assert [(s.node, s.port, s.kind, s.name) for s in made.saved] == [
        ("fit", "transformation_function", "transform", "Drawing [Scale]"),
        ("train", "trained_model", "model", "Drawing [trained model]"),
    ]


def applying() -> Drawing:
    """A step fitted on the rows of training, and applied to the others."""
    drawing = Drawing().add("data", "sample_dataset")
    drawing.add("split", "split_data", {"dataset": "data.dataset"})
    drawing.add("fit", "normalize_data", {"dataset": "split.results_dataset1"})
    inputs: dict[str, str | list[str]] = {"transformation": "fit.transformation_function"}
    drawing.add("apply", "apply_transformation", {**inputs, "dataset": "split.results_dataset2"})
    trained(drawing, rows="fit.transformed_dataset")
    return scored(drawing, rows="apply.transformed_dataset")


def test_a_transform_that_is_applied_keeps_its_place() -> None:
    made = converted(applying())
    assert lines(made, "apply", "fit") == ["saved fit", "kept apply"]
    assert wires(made.experiment, "apply") == {
        "dataset": "web_service_input.request",
        "transformation": "fit-transform.transformation",
    }
    assert made.problems == ()


@pytest.mark.parametrize("drawing", [fitting(), applying()], ids=["fitted", "applied"])
def test_a_transform_that_chooses_rows_goes(drawing: Drawing) -> None:
    said = {"fit.transformation_function": {"chooses_rows": True, "writes": []}}
    made = converted(drawing, said=said)
    assert wires(made.experiment, "score")["dataset"] == "web_service_input.request"
    assert [saved.into for saved in made.saved] == ["train"]
    gone = {e.node: e.why for e in made.report if e.action == "gone"}
    node = "apply" if "apply" in drawing.nodes else "fit"
    assert gone[node] == "It chooses rows, and every row of a request is answered."
    assert made.problems == ()


def between(module: str, more: dict[str, str] | None = None, **params: object) -> Drawing:
    """A step called “step” between the source and the split."""
    drawing = Drawing().add("data", "sample_dataset").add("other", "sample_dataset", name="wine")
    cls = registry().get(module)
    assert cls is not None
    drawing.add("step", module, {cls.inputs()[0].name: "data.dataset", **(more or {})}, **params)
    drawing.add("split", "split_data", {"dataset": f"step.{cls.outputs()[0].name}"})
    return scored(trained(drawing))


@pytest.mark.parametrize(
    ("module", "more", "params", "why"),
    [
        ("remove_duplicate_rows", {}, {}, "It chooses rows"),
        ("partition_and_sample", {}, {"mode": "head"}, "It chooses rows"),
        ("add_rows", {"dataset2": "other.dataset"}, {}, "It makes rows"),
        ("add_columns", {"right": "other.dataset"}, {}, "It makes rows"),
    ],
)
def test_what_chooses_or_makes_rows_goes(
    module: str, more: dict[str, str], params: dict[str, object], why: str
) -> None:
    made = converted(between(module, more, **params))
    assert wires(made.experiment, "score")["dataset"] == "web_service_input.request"
    (entry,) = [entry for entry in made.report if entry.node == "step"]
    assert entry.action == "gone"
    assert entry.why.startswith(why)
    assert made.frozen == ()
    assert made.problems == ()


def test_columns_that_go_with_a_step_and_are_needed_are_a_problem() -> None:
    drawing = between("add_columns", {"right": "other.dataset"})
    wide = table(("x", "double"), ("y", "double"), ("z", "double"))
    model = {"features": ["x", "z"]}
    made = converted(drawing, said={"step.combined_dataset": wide, "train.trained_model": model})
    assert codes(made) == [("step", "columns_lost")]
    assert made.problems[0].problem.sentence == (
        "Requests pass “Add Columns” by, and it makes columns that are needed after it: z."
    )


def test_rows_read_one_by_one_and_rows_of_which_nothing_is_known_stay() -> None:
    for module, params in (
        ("edit_metadata", {"categorical": "make_categorical"}),
        ("select_columns_in_dataset", {"columns": {"begin": "all"}}),
        ("apply_sql_transformation", {}),
        ("execute_python_script", {}),
    ):
        made = converted(between(module, **params))
        assert lines(made, "step") == ["kept step"]
        assert made.experiment.nodes["step"].module == module
        assert made.problems == ()


@pytest.mark.parametrize(
    ("module", "sentence"),
    [
        (
            "partition_and_sample",
            "“Partition and Sample” looks at all rows to make one, and a request is answered row "
            "by row.",
        ),
        (
            "lag",
            "“Lag” looks at the rows before and after to make one, and a request is answered row "
            "by row.",
        ),
    ],
)
def test_a_step_that_looks_at_other_rows_is_a_problem_that_can_be_left_out(
    module: str, sentence: str
) -> None:
    params = {"mode": "assign_to_folds"} if module == "partition_and_sample" else {}
    drawing = between(module, **params)
    made = converted(drawing)
    assert codes(made) == [("step", "rows_together")]
    (trouble,) = made.problems
    assert trouble.problem.sentence == sentence
    (repair,) = trouble.repairs
    repaired = converted(drawing, repair.choice)
    assert repaired.problems == ()
    assert lines(repaired, "step") == ["gone step"]
    assert repaired.experiment.training.left_out == ("step",)


def test_a_step_that_uses_the_label_is_a_problem() -> None:
    assert codes(converted(between("encode_by_label"))) == [("step", "label_needed")]


def joined(side: str, drawing: Drawing) -> Drawing:
    """A join of the source with some side table, then a split and a model."""
    tables: dict[str, str | list[str]] = {"dataset1": "data.dataset", "dataset2": side}
    keys = {"left_keys": ["x"], "right_keys": ["x"]}
    drawing.add("join", "join_data", tables, **keys)
    drawing.add("split", "split_data", {"dataset": "join.results_dataset"})
    return scored(trained(drawing))


def test_a_side_table_of_the_requests_own_rows_stays_live() -> None:
    drawing = Drawing().add("data", "sample_dataset")
    drawing.add("side", "select_columns_in_dataset", {"dataset": "data.dataset"}, columns=["x"])
    made = converted(joined("side.results_dataset", drawing))
    assert lines(made, "side", "join") == ["kept side", "kept join"]
    assert wires(made.experiment, "side") == {"dataset": "web_service_input.request"}
    assert wires(made.experiment, "join")["dataset2"] == "side.results_dataset"
    assert made.frozen == ()


@pytest.mark.parametrize("kind", ["another source", "all rows", "drawn by chance"])
def test_any_other_side_table_is_frozen_and_listed_with_its_size(kind: str) -> None:
    drawing = Drawing().add("data", "sample_dataset")
    if kind == "another source":
        drawing.add("side", "enter_data_manually", data="x\n1\n")
        wire = "side.dataset"
    elif kind == "all rows":
        drawing.add("side", "summarize_data", {"dataset": "data.dataset"})
        wire = "side.results_dataset"
    else:
        drawing.add("side", "split_data", {"dataset": "data.dataset"})
        wire = "side.results_dataset1"
    made = converted(joined(wire, drawing))
    (frozen,) = made.frozen
    assert (frozen.node, frozen.into, frozen.rows, frozen.bytes) == (
        "side",
        "side-table",
        100,
        2048,
    )
    assert made.experiment.nodes["side-table"].module == "saved_dataset"
    assert wires(made.experiment, "join")["dataset2"] == "side-table.dataset"
    assert [saved.kind for saved in made.saved] == ["dataset", "model"]
    (entry,) = [entry for entry in made.report if entry.node == "side"]
    assert entry.action == "frozen"
    assert entry.what.endswith("is frozen: 100 rows, 2 KB.")


def test_a_side_table_that_leaves_the_path_where_it_is_row_by_row_stays_live() -> None:
    drawing = Drawing().add("data", "sample_dataset")
    drawing.add("fit", "normalize_data", {"dataset": "data.dataset"})
    tables: dict[str, str | list[str]] = {"t1": "fit.transformed_dataset"}
    drawing.add("sql", "apply_sql_transformation", {**tables, "t2": "fit.transformed_dataset"})
    drawing.add("split", "split_data", {"dataset": "sql.results_dataset"})
    made = converted(scored(trained(drawing)))
    assert wires(made.experiment, "sql") == {
        "t1": "fit.transformed_dataset",
        "t2": "fit.transformed_dataset",
    }
    assert made.frozen == ()


def test_the_other_part_of_a_split_is_no_row_of_the_request() -> None:
    drawing = trained()
    tables: dict[str, str | list[str]] = {"t1": "split.results_dataset2"}
    drawing.add("sql", "apply_sql_transformation", {**tables, "t2": "split.results_dataset1"})
    made = converted(scored(drawing, rows="sql.results_dataset"))
    assert wires(made.experiment, "sql") == {
        "t1": "web_service_input.request",
        "t2": "split-table.dataset",
    }
    assert [(frozen.node, frozen.port) for frozen in made.frozen] == [("split", "results_dataset1")]


def test_the_other_part_of_any_division_is_no_row_of_the_request() -> None:
    drawing = Drawing().add("data", "sample_dataset")
    drawing.add("halve", "halve", {"dataset": "data.dataset"})
    trained(drawing, rows="halve.first")
    tables: dict[str, str | list[str]] = {"t1": "halve.second", "t2": "halve.first"}
    drawing.add("sql", "apply_sql_transformation", tables)
    made = converted(scored(drawing, rows="sql.results_dataset"))
    assert [(frozen.node, frozen.port) for frozen in made.frozen] == [("halve", "first")]


def test_what_is_used_twice_is_saved_once() -> None:
    drawing = applying()
    inputs: dict[str, str | list[str]] = {"transformation": "fit.transformation_function"}
    drawing.add("twice", "apply_transformation", {**inputs, "dataset": "apply.transformed_dataset"})
    drawing.links = [link for link in drawing.links if link.target != "score"]
    made = converted(scored(drawing, rows="twice.transformed_dataset"))
    assert [saved.node for saved in made.saved] == ["fit", "train"]
    for node in ("apply", "twice"):
        assert wires(made.experiment, node)["transformation"] == "fit-transform.transformation"


def test_of_several_nodes_that_answer_the_one_on_other_rows_than_trainings_stays() -> None:
    drawing = scored(trained(), rows="split.results_dataset1", node="a_first")
    made = converted(scored(drawing))
    assert lines(made, "a_first", "score") == ["kept score", "gone a_first"]
    both = scored(scored(trained()), rows="split.results_dataset1", node="z_last")
    assert "z_last" not in converted(both).experiment.nodes
    whole = scored(scored(trained(), "split.results_dataset1"), rows="data.dataset", node="all")
    assert "all" in converted(whole).experiment.nodes
    assert "score" in converted(scored(scored(trained(), "data.dataset", "all"))).experiment.nodes


def test_the_only_node_that_answers_stays_whatever_its_rows() -> None:
    made = converted(scored(trained(), rows="split.results_dataset1"))
    assert "score" in made.experiment.nodes
    assert made.problems == ()


def fitted_twice() -> Drawing:
    """A step that is fitted on the rows of training, and anew on those of the test."""
    drawing = Drawing().add("data", "sample_dataset")
    drawing.add("split", "split_data", {"dataset": "data.dataset"})
    drawing.add("fit", "normalize_data", {"dataset": "split.results_dataset1"})
    drawing.add("again", "normalize_data", {"dataset": "split.results_dataset2"})
    trained(drawing, rows="fit.transformed_dataset")
    return scored(drawing, rows="again.transformed_dataset")


def test_a_step_fitted_anew_on_the_test_rows_is_a_problem_with_a_repair() -> None:
    made = converted(fitted_twice())
    assert codes(made) == [("again", "fitted_again")]
    (repair,) = made.problems[0].repairs
    assert repair.choice == Choice(transforms={"again": "fit"})
    repaired = converted(fitted_twice(), repair.choice)
    assert repaired.problems == ()
    assert [saved.node for saved in repaired.saved] == ["fit", "train"]
    assert wires(repaired.experiment, "again") == {
        "dataset": "web_service_input.request",
        "transformation": "fit-transform.transformation",
    }
    assert repaired.experiment.training.transforms == {"again": "fit"}


def test_the_repair_for_equal_settings_comes_first() -> None:
    drawing = fitted_twice()
    drawing.links = [link for link in drawing.links if link.target != "fit"]
    drawing.add("first", "normalize_data", {"dataset": "split.results_dataset1"}, method="minmax")
    drawing.add("fit", "normalize_data", {"dataset": "first.transformed_dataset"})
    repairs = converted(drawing).problems[0].repairs
    assert [repair.choice.transforms["again"] for repair in repairs] == ["fit", "first"]


def two_models() -> Drawing:
    """Two learners on the same rows, each scored."""
    drawing = scored(trained()).add("line", "two_class_logistic_regression")
    inputs: dict[str, str | list[str]] = {"untrained_model": "line.untrained_model"}
    drawing.add("train2", "train_model", {**inputs, "dataset": "split.results_dataset1"})
    scoring: dict[str, str | list[str]] = {"trained_model": "train2.trained_model"}
    return drawing.add("score2", "score_model", {**scoring, "dataset": "split.results_dataset2"})


def test_of_several_models_the_person_chooses() -> None:
    with pytest.raises(ModelChoiceNeeded) as caught:
        converted(two_models())
    assert caught.value.message == (
        "“Drawing” has 2 models: “Train Model” (Two-Class Boosted Decision Tree), “Train Model” "
        "(Two-Class Logistic Regression)."
    )
    assert [c.scores for c in caught.value.candidates] == [("score",), ("score2",)]
    for chosen in ("train2", "score2"):
        made = converted(two_models(), Choice(chosen))
        assert lines(made, "train", "score", "trees", "line") == [
            "gone trees",
            "gone train",
            "gone score",
            "gone line",
        ]
        assert [saved.node for saved in made.saved] == ["train2"]
        assert made.experiment.training.score == chosen


def test_a_choice_that_is_no_model_is_refused() -> None:
    with pytest.raises(ChoiceUnknown, match="“split” is no model"):
        converted(two_models(), Choice("split"))


@pytest.mark.parametrize(
    ("drawing", "error", "sentence"),
    [
        (
            Drawing().add("data", "sample_dataset"),
            NothingTrained,
            "“Drawing” has no trained model that could answer requests. Train one first, and score "
            "rows with it.",
        ),
        (trained(), NothingScored, "“Train Model” trains a model, and nothing is scored with it."),
    ],
)
def test_without_a_model_that_answers_it_is_said_what_to_do(
    drawing: Drawing, error: type[StudioError], sentence: str
) -> None:
    with pytest.raises(error) as caught:
        converted(drawing)
    assert caught.value.in_full.startswith(sentence)


def test_an_experiment_that_did_not_run_is_to_be_run_first() -> None:
    drawing = scored(trained())
    outputs = dict(left(drawing).outputs)
    del outputs["train"], outputs["score"]
    with pytest.raises(NotRun) as caught:
        convert(drawing.experiment, registry(), Facts(outputs))
    assert caught.value.in_full == (
        "There is no result yet of “Train Model”, “Score Model”. Run the experiment first."
    )


def test_what_no_request_needs_need_not_have_run() -> None:
    drawing = scored(trained())
    drawing.add("judge", "evaluate_model", {"scored_dataset": "score.scored_dataset"})
    outputs = dict(left(drawing).outputs)
    del outputs["judge"]
    assert convert(drawing.experiment, registry(), Facts(outputs)).problems == ()


def test_a_disabled_step_is_passed_by() -> None:
    drawing = between("lag").change("step", disabled=True)
    made = converted(drawing)
    assert made.problems == ()
    assert wires(made.experiment, "score")["dataset"] == "web_service_input.request"
    (entry,) = [entry for entry in made.report if entry.node == "step"]
    assert (entry.action, entry.why) == ("gone", "It is switched off.")


def test_a_model_that_was_saved_before_stays() -> None:
    drawing = Drawing().add("data", "sample_dataset").add("model", "saved_model", path="m.model")
    inputs: dict[str, str | list[str]] = {"trained_model": "model.trained_model"}
    drawing.add("fit", "normalize_data", {"dataset": "data.dataset"})
    drawing.add("score", "score_model", {**inputs, "dataset": "fit.transformed_dataset"})
    made = converted(drawing)
    assert lines(made, "model") == ["kept model"]
    assert [saved.node for saved in made.saved] == ["fit"]
    assert codes(made) == [("fit", "fitted_here")]
    assert made.problems[0].problem.severity == "warning"


def test_a_model_whose_scores_another_one_learns_from_is_saved_too() -> None:
    drawing = Drawing().add("data", "sample_dataset")
    drawing.add("split", "split_data", {"dataset": "data.dataset"})
    drawing.add("line", "two_class_logistic_regression")
    inputs: dict[str, str | list[str]] = {"untrained_model": "line.untrained_model"}
    drawing.add("under", "train_model", {**inputs, "dataset": "split.results_dataset1"})
    model: dict[str, str | list[str]] = {"trained_model": "under.trained_model"}
    drawing.add("one", "score_model", {**model, "dataset": "split.results_dataset1"})
    drawing.add("two", "score_model", {**model, "dataset": "split.results_dataset2"})
    made = converted(
        scored(trained(drawing, rows="one.scored_dataset"), rows="two.scored_dataset"),
        Choice("train"),
    )
    assert [saved.node for saved in made.saved] == ["under", "train"]
    assert wires(made.experiment, "two")["trained_model"] == "under.trained_model"
    assert made.problems == ()


def test_a_place_of_the_web_service_that_is_there_already_is_kept() -> None:
    drawing = Drawing().add("data", "sample_dataset")
    drawing.add("sql", "apply_sql_transformation", {"t1": "data.dataset"})
    ends: dict[str, str | list[str]] = {"dataset": "sql.results_dataset"}
    drawing.add("here", "web_service_input", ends, name="rows")
    drawing.add("split", "split_data", {"dataset": "here.request"})
    made = converted(scored(trained(drawing)))
    assert "web_service_input" not in made.experiment.nodes
    assert wires(made.experiment, "sql") == {"t1": "data.dataset"}
    assert wires(made.experiment, "score")["dataset"] == "here.request"
    assert list(made.requests) == ["rows"]


def test_what_stands_above_an_input_is_cut_and_stays_as_it_was() -> None:
    drawing = Drawing().add("data", "sample_dataset").add("lag", "lag", {"dataset": "data.dataset"})
    drawing.add("fit", "normalize_data", {"dataset": "lag.results_dataset"})
    drawing.add("here", "web_service_input", {"dataset": "fit.transformed_dataset"})
    drawing.add("split", "split_data", {"dataset": "here.request"})
    made = converted(scored(trained(drawing)))
    assert made.problems == ()
    assert [saved.node for saved in made.saved] == ["train"]
    assert lines(made, "data", "lag", "fit", "here") == [
        "kept data",
        "kept fit",
        "kept lag",
        "kept here",
    ]
    assert made.experiment.nodes["fit"].module == "normalize_data"
    assert wires(made.experiment, "here") == {"dataset": "fit.transformed_dataset"}


def test_an_input_of_its_own_keeps_a_side_table_live() -> None:
    drawing = Drawing().add("data", "sample_dataset").add("other", "sample_dataset", name="wine")
    drawing.add("side", "web_service_input", {"dataset": "other.dataset"}, name="lookup")
    made = converted(joined("side.request", drawing))
    assert made.frozen == ()
    assert wires(made.experiment, "join")["dataset2"] == "side.request"
    assert list(made.requests) == ["input1", "lookup"]


def test_the_node_that_answers_stays_whatever_its_effect() -> None:
    drawing = trained()
    inputs: dict[str, str | list[str]] = {"trained_model": "train.trained_model"}
    drawing.add("score", "score_best", {**inputs, "dataset": "split.results_dataset2"})
    made = converted(drawing, Choice(left_out=("score",)))
    assert wires(made.experiment, "score")["trained_model"] == "train.trained_model"


def test_the_same_drawing_gives_the_same_experiment() -> None:
    drawing = fitting()
    one, other = converted(drawing).experiment, converted(drawing).experiment
    assert one == other
    assert one.id != drawing.experiment.id
    assert one.training.experiment == drawing.experiment.id
    assert convert(drawing.experiment, registry(), left(drawing), id="mine").experiment.id == "mine"


def test_a_predictive_experiment_lacks_nothing_but_the_saved_files() -> None:
    for drawing in (scored(trained()), fitting(), applying()):
        made = converted(drawing)
        lacking = {saved.into for saved in made.saved}
        found = find_problems(made.experiment, registry())
        assert {item.node for item in found} == lacking
        assert {item.problem.param for item in found} == {"path"}


def test_names_that_things_are_saved_under_can_be_those_of_files() -> None:
    drawing = fitting().change("fit", title='What: a "fit"/?')
    experiment = drawing.experiment
    named = type(experiment)(**{**vars_of(experiment), "name": "Cars: " + "long " * 40})
    made = convert(named, registry(), left(drawing))
    assert [saved.name for saved in made.saved] == [
        ("Cars " + "long " * 40)[: 100 - len(" [What a fit]")].strip() + " [What a fit]",
        ("Cars " + "long " * 40)[: 100 - len(" [trained model]")].strip() + " [trained model]",
    ]


def vars_of(experiment: object) -> dict[str, object]:
    """The fields of an experiment."""
    fields = ("id", "seed", "nodes", "links", "parameters")
    return {name: getattr(experiment, name) for name in fields}
