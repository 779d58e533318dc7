"""Evaluate Model against scikit-learn's metrics, which are the independent computation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as reference

from modules.evaluation import QuestionsDiffer
from modules.judging.answers import LabelNotMarked, LabelsUnknown, NothingToJudge, ScoresMissing
from studio.sdk import Column, Context, Report, Role, Table
from studio.sdk.context import Notes
from studio.sdk.keep import keep, load
from tests.modules.cases import learner, made


def scored(label: str, levels: Sequence[str] | None = None, **columns: Any) -> Table:
    """Return a table as Score Model gives it: a label and columns of scores."""
    table = Table.from_pandas(pd.DataFrame(columns))
    roles: dict[str, Role] = {name: "score" for name in columns if name != label}
    schema = table.schema
    for name, role in {label: "label", **roles}.items():
        if name in schema:
            schema = schema.with_role(name, role)
    if levels is not None:
        schema = schema.replace(Column("Scored Labels", "category", "score", tuple(levels)))
    return table.with_schema(schema)


def evaluate(table: Table, ctx: Context, other: Table | None = None) -> Report:
    inputs = {"scored_dataset": table, "scored_dataset_to_compare": other}
    report = made("evaluate_model", ctx, inputs)["evaluation_results"]
    assert isinstance(report, Report)
    return report


def two_classes(rows: int = 500, seed: int = 0) -> tuple[Table, Any, Any]:
    rng = np.random.default_rng(seed)
    actual = rng.random(rows) < 0.3
    chance = np.clip(rng.normal(0.35 + 0.3 * actual, 0.2), 0, 1).round(2)
    table = scored(
        "y",
        ["no", "yes"],
        **{
            "y": np.where(actual, "yes", "no"),
            "Scored Labels": np.where(chance > 0.5, "yes", "no"),
            "Scored Probabilities": chance,
        },
    )
    return table, actual, chance


def test_figures_of_two_classes(ctx: Context) -> None:
    table, actual, chance = two_classes()
    found = evaluate(table, ctx).metrics
    predicted = chance > 0.5
    loss = reference.log_loss(actual, np.clip(chance, 1e-15, 1 - 1e-15))
    prior = reference.log_loss(actual, np.full(len(actual), actual.mean()))
    expected = {
        "accuracy": reference.accuracy_score(actual, predicted),
        "precision": reference.precision_score(actual, predicted),
        "recall": reference.recall_score(actual, predicted),
        "f_score": reference.f1_score(actual, predicted),
        "auc": reference.roc_auc_score(actual, chance),
        "average_log_loss": loss,
        "training_log_loss": (1 - loss / prior) * 100,
    }
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-9), name


def test_curves_of_two_classes(ctx: Context) -> None:
    table, actual, chance = two_classes(200)
    series = evaluate(table, ctx).series
    false, true, _ = reference.roc_curve(actual, chance, drop_intermediate=False)
    np.testing.assert_allclose(series["roc"][0].x, false, rtol=1e-12)
    np.testing.assert_allclose(series["roc"][0].y, true, rtol=1e-12)
    precision, recall, _ = reference.precision_recall_curve(actual, chance)
    np.testing.assert_allclose(series["precision_recall"][0].x[::-1], recall[:-1], rtol=1e-12)
    np.testing.assert_allclose(series["precision_recall"][0].y[::-1], precision[:-1], rtol=1e-12)
    lift = series["lift"][0]
    assert lift.x[-1] == lift.y[-1] == 1.0
    assert lift.y[0] > 2


def test_curves_are_thinned_and_keep_their_ends(ctx: Context) -> None:
    rng = np.random.default_rng(0)
    chance = rng.random(5_000)
    table = scored(
        "y",
        None,
        **{
            "y": (rng.random(5_000) < chance).astype(int),
            "Scored Labels": (chance > 0.5).astype(int),
            "Scored Probabilities": chance,
        },
    )
    roc = evaluate(table, ctx).series["roc"][0]
    assert len(roc.x) == 1_000
    assert (roc.x[0], roc.y[0], roc.x[-1], roc.y[-1]) == (0.0, 0.0, 1.0, 1.0)


def test_bins_and_thresholds_of_scores(ctx: Context) -> None:
    table, actual, chance = two_classes()
    tables = evaluate(table, ctx).tables
    bins = tables["score_bins"].to_pandas()
    assert list(bins.columns) == [
        "Score Bin",
        "Positive Examples",
        "Negative Examples",
        "Fraction Above Threshold",
        "Accuracy",
        "F1 Score",
        "Precision",
        "Recall",
        "Negative Precision",
        "Negative Recall",
        "Cumulative AUC",
    ]
    assert bins["Score Bin"].tolist()[:2] == ["(0.900,1.000]", "(0.800,0.900]"]
    assert bins[["Positive Examples", "Negative Examples"]].sum().tolist() == [
        actual.sum(),
        (~actual).sum(),
    ]
    for row, threshold in ((2, 0.7), (4, 0.5), (6, 0.3)):
        over = chance > threshold
        assert bins["Fraction Above Threshold"][row] == pytest.approx(over.mean())
        assert bins["Accuracy"][row] == pytest.approx((over == actual).mean())
        assert bins["F1 Score"][row] == pytest.approx(reference.f1_score(actual, over))
        assert bins["Negative Precision"][row] == pytest.approx(
            reference.precision_score(~actual, ~over)
        )
        assert bins["Negative Recall"][row] == pytest.approx(reference.recall_score(~actual, ~over))
        false, true, limits = reference.roc_curve(actual, chance, drop_intermediate=False)
        part = limits > threshold
        assert bins["Cumulative AUC"][row] == pytest.approx(reference.auc(false[part], true[part]))
    assert bins["Cumulative AUC"][9] == pytest.approx(reference.roc_auc_score(actual, chance))
    counts = tables["thresholds"].to_pandas().set_index("Threshold").loc[0.25]
    assert counts.tolist() == [
        (actual & (chance > 0.25)).sum(),
        (actual & (chance <= 0.25)).sum(),
        (~actual & (chance > 0.25)).sum(),
        (~actual & (chance <= 0.25)).sum(),
    ]


def test_a_small_table_of_two_classes_by_hand(ctx: Context) -> None:
    table = scored(
        "y",
        ["a", "b"],
        **{
            "y": ["b", "b", "a", "a", "a"],
            "Scored Labels": ["b", "a", "a", "a", "b"],
            "Scored Probabilities": [0.9, 0.4, 0.4, 0.1, 0.6],
        },
    )
    report = evaluate(table, ctx)
    assert report.metrics["accuracy"] == 0.6
    assert report.metrics["precision"] == 0.5
    assert report.metrics["recall"] == 0.5
    assert report.metrics["auc"] == pytest.approx((3 + 1.5) / 6)
    assert report.texts == {"question": "binary", "negative_label": "a", "positive_label": "b"}
    assert report.tables["confusion_matrix"].to_arrow().to_pydict() == {
        "Actual": ["a", "b"],
        "a": [2, 1],
        "b": [1, 1],
    }


def test_what_is_not_defined_is_left_open(ctx: Context) -> None:
    table = scored(
        "y",
        ["a", "b"],
        **{
            "y": ["a", "a"],
            "Scored Labels": ["a", "a"],
            "Scored Probabilities": [0.0, 0.25],
        },
    )
    found = evaluate(table, ctx).metrics
    assert found["accuracy"] == 1.0
    assert found["average_log_loss"] == pytest.approx(-math.log(0.75) / 2)
    for name in ("precision", "recall", "f_score", "auc", "training_log_loss"):
        assert found[name] is None


def test_truth_is_spoken_as_truth(ctx: Context) -> None:
    columns = {
        "y": [True, False],
        "Scored Labels": [True, True],
        "Scored Probabilities": [0.9, 0.6],
    }
    report = evaluate(scored("y", None, **columns), ctx)
    assert report.texts["positive_label"] == "True"
    assert report.tables["confusion_matrix"].schema.names == ("Actual", "False", "True")


@pytest.mark.parametrize(
    ("labels", "scores", "chances", "positive"),
    [
        ([0, 0, 1], [0, 0, 0], [0.1, 0.2, 0.3], "1"),
        ([0, 1, 1], [1, 1, 1], [0.7, 0.8, 0.9], "1"),
        ([2, 5, 5], [2, 5, 2], [0.1, 0.9, 0.2], "5"),
        ([1, 1, 1], [1, 1, 1], [0.9, 0.8, 0.7], "1"),
        ([0, 0, 0], [0, 0, 0], [0.1, 0.2, 0.3], "other"),
        ([0, 1, 7], [0, 1, 1], [0.1, 0.9, 0.8], "1"),
    ],
)
def test_the_positive_number_is_the_one_that_high_chances_go_with(
    labels: list[int], scores: list[int], chances: list[float], positive: str, ctx: Context
) -> None:
    columns = {"y": labels, "Scored Labels": scores, "Scored Probabilities": chances}
    report = evaluate(scored("y", None, **columns), ctx)
    assert report.texts["positive_label"] == positive
    expected = np.mean(np.array(labels) == np.array(scores))
    if 7 not in labels:
        assert report.metrics["accuracy"] == pytest.approx(expected)


def test_figures_of_several_classes(ctx: Context) -> None:
    rng = np.random.default_rng(0)
    levels = ["a", "b", "c", "d"]
    actual = rng.choice(levels, 400, p=[0.5, 0.3, 0.15, 0.05])
    predicted = np.where(rng.random(400) < 0.7, actual, rng.choice(levels, 400))
    table = scored(
        "y",
        levels,
        **{
            "y": actual,
            'Scored Probabilities for Class "a"': rng.random(400),
            "Scored Labels": predicted,
        },
    )
    report = evaluate(table, ctx)
    accuracy = reference.accuracy_score(actual, predicted)
    average = np.mean([((actual == c) == (predicted == c)).mean() for c in levels])
    assert report.metrics == pytest.approx(
        {
            "overall_accuracy": accuracy,
            "average_accuracy": average,
            "micro_averaged_precision": accuracy,
            "macro_averaged_precision": reference.precision_score(
                actual, predicted, average="macro"
            ),
            "micro_averaged_recall": accuracy,
            "macro_averaged_recall": reference.recall_score(actual, predicted, average="macro"),
        },
        rel=1e-12,
    )
    matrix = report.tables["confusion_matrix"].to_pandas().set_index("Actual")
    np.testing.assert_array_equal(matrix, reference.confusion_matrix(actual, predicted))


def test_figures_of_a_quantity(ctx: Context) -> None:
    rng = np.random.default_rng(0)
    actual = rng.normal(10, 3, 300)
    predicted = actual + rng.normal(0, 1, 300)
    report = evaluate(scored("y", None, **{"y": actual, "Scored Labels": predicted}), ctx)
    errors = np.abs(actual - predicted)
    r2 = reference.r2_score(actual, predicted)
    assert report.metrics == pytest.approx(
        {
            "mean_absolute_error": reference.mean_absolute_error(actual, predicted),
            "root_mean_squared_error": reference.root_mean_squared_error(actual, predicted),
            "relative_absolute_error": errors.sum() / np.abs(actual - actual.mean()).sum(),
            "relative_squared_error": 1 - r2,
            "coefficient_of_determination": r2,
        },
        rel=1e-9,
    )
    histogram = report.tables["error_histogram"].to_pandas()
    assert histogram["Frequency"].sum() == 300
    assert histogram["To"].iloc[-1] == pytest.approx(errors.max())


def test_the_likelihood_of_quantities_with_deviations(ctx: Context) -> None:
    from scipy.stats import norm

    actual, mean, deviation = [1.0, 2.0, 4.0], [1.5, 2.0, 3.0], [0.5, 1.0, 2.0]
    columns = {"y": actual, "Scored Label Mean": mean, "Scored Label Standard Deviation": deviation}
    found = evaluate(scored("y", None, **columns), ctx).metrics
    expected = -norm.logpdf(actual, mean, deviation).sum()
    assert found["negative_log_likelihood"] == pytest.approx(expected, rel=1e-12)
    assert found["mean_absolute_error"] == 0.5
    columns["Scored Label Standard Deviation"] = [0.5, 0.0, 2.0]
    assert evaluate(scored("y", None, **columns), ctx).metrics["negative_log_likelihood"] is None


def test_a_constant_label_leaves_relative_figures_open(ctx: Context) -> None:
    found = evaluate(scored("y", None, **{"y": [2.0, 2.0], "Scored Labels": [1.0, 3.0]}), ctx)
    assert found.metrics["mean_absolute_error"] == 1.0
    assert found.metrics["coefficient_of_determination"] is None
    assert found.metrics["relative_absolute_error"] is None


def test_figures_of_clusters(ctx: Context) -> None:
    table = scored(
        "none",
        None,
        **{
            "Assignments": [0, 0, 1],
            "DistancesToClusterCenter no.0": [1.0, 3.0, 9.0],
            "DistancesToClusterCenter no.1": [5.0, 7.0, 2.0],
            "DistancesToClusterCenter no.2": [6.0, 6.0, 8.0],
        },
    )
    report = evaluate(table, ctx)
    assert report.metrics == {
        "average_distance_to_cluster_center": 2.0,
        "average_distance_to_other_center": pytest.approx(19 / 3),
        "number_of_points": 3,
        "maximal_distance_to_cluster_center": 3.0,
    }
    clusters = report.tables["clusters"].to_arrow().to_pydict()
    assert clusters["Result Description"] == [
        "Combined Evaluation",
        "Evaluation For Cluster No.0",
        "Evaluation For Cluster No.1",
        "Evaluation For Cluster No.2",
    ]
    assert clusters["Number of Points"] == [3, 2, 1, 0]
    assert clusters["Average Distance to Cluster Center"] == [2.0, 2.0, 2.0, None]
    assert clusters["Average Distance to Other Center"] == [pytest.approx(19 / 3), 5.5, 8.0, None]
    assert clusters["Maximal Distance To Cluster Center"] == [3.0, 3.0, 2.0, None]


def test_two_scored_tables_are_put_side_by_side(ctx: Context) -> None:
    first, second = two_classes(seed=1)[0], two_classes(seed=2)[0]
    report = evaluate(first, ctx, second)
    alone = evaluate(second, ctx)
    assert report.metrics["auc_to_compare"] == alone.metrics["auc"] != report.metrics["auc"]
    rows = report.tables["metrics"].to_pandas()
    assert rows["Dataset"].tolist() == ["Scored dataset", "Scored dataset to compare"]
    assert rows["AUC"].tolist() == [report.metrics["auc"], alone.metrics["auc"]]
    assert [line.name for line in report.series["roc"]] == rows["Dataset"].tolist()
    assert "confusion_matrix_to_compare" in report.tables


def test_a_report_comes_back_from_its_folder(ctx: Context, tmp_path: Path) -> None:
    report = evaluate(two_classes()[0], ctx)
    keep(report, tmp_path)
    back = load(tmp_path)
    assert isinstance(back, Report)
    assert back.metrics == report.metrics
    assert back.series == report.series
    assert back.texts == report.texts
    assert {k: v.to_arrow() for k, v in back.tables.items()} == {
        k: v.to_arrow() for k, v in report.tables.items()
    }


def test_rows_without_label_or_score_are_left_out_and_told(ctx: Context) -> None:
    columns = {"y": [1.0, None, 3.0, 4.0], "Scored Labels": [1.0, 2.0, None, 5.0]}
    assert evaluate(scored("y", None, **columns), ctx).metrics["mean_absolute_error"] == 0.5
    assert isinstance(ctx.listener, Notes)
    assert ctx.listener.warnings == [
        ("rows_not_judged", "2 of 4 rows have no label or no score and are left out.")
    ]


def test_a_label_that_the_model_never_saw_counts_as_wrong(ctx: Context) -> None:
    table = scored(
        "y",
        ["a", "b"],
        **{
            "y": ["a", "b", "z"],
            "Scored Labels": ["a", "b", "b"],
            'Scored Probabilities for Class "a"': [0.9, 0.1, 0.2],
        },
    )
    report = evaluate(table, ctx)
    assert report.metrics["overall_accuracy"] == pytest.approx(2 / 3)
    assert report.tables["confusion_matrix"].schema.names == ("Actual", "a", "b", "z")


def test_what_cannot_be_evaluated_is_told(ctx: Context) -> None:
    plain = Table.from_pandas(pd.DataFrame({"y": [1.0]}))
    with pytest.raises(ScoresMissing, match="“Scored dataset” has no score columns"):
        evaluate(plain, ctx)
    with pytest.raises(LabelNotMarked, match="No column of the table at “Scored dataset”"):
        evaluate(scored("none", None, **{"y": [1.0], "Scored Labels": [1.0]}), ctx)
    nothing = scored("y", None, **{"y": [None, 1.0], "Scored Labels": [1.0, None]})
    with pytest.raises(NothingToJudge, match="None of the 2 rows"):
        evaluate(nothing, ctx)
    columns = {
        "y": ["<=50K.", ">50K."],
        "Scored Labels": ["<=50K", ">50K"],
        "Scored Probabilities": [0.1, 0.9],
    }
    with pytest.raises(LabelsUnknown, match=r"“y” has the values <=50K., >50K., and the model kn"):
        evaluate(scored("y", ["<=50K", ">50K"], **columns), ctx)
    quantity = scored("y", None, **{"y": [1.0], "Scored Labels": [1.0]})
    with pytest.raises(QuestionsDiffer, match=r"holds binary scores and .* regression scores"):
        evaluate(two_classes()[0], ctx, quantity)


def cross_validate(
    module_id: str, table: Table, label: str, ctx: Context, **params: Any
) -> tuple[Table, pd.DataFrame]:
    inputs = {"untrained_model": learner(module_id, ctx), "dataset": table}
    outputs = made("cross_validate_model", ctx, inputs, label=label, **params)
    return outputs["scored_results"], outputs["evaluation_results_by_fold"].to_pandas()


def line(rows: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    x = rng.normal(size=rows)
    return pd.DataFrame({"x": x, "y": 2 * x + 1 + rng.normal(scale=0.1, size=rows)})


def test_each_row_is_scored_by_a_model_that_never_saw_it(ctx: Context) -> None:
    frame = line()
    scores, by_fold = cross_validate(
        "linear_regression", Table.from_pandas(frame), "y", ctx, folds=4
    )
    result = scores.to_pandas()
    assert list(result.columns) == ["x", "y", "Fold Assignments", "Scored Labels"]
    assert result["Fold Assignments"].value_counts().tolist() == [10, 10, 10, 10]
    for fold in range(4):
        inside = result["Fold Assignments"] == fold
        slope, intercept = np.polyfit(frame.x[~inside], frame.y[~inside], 1)
        expected = frame.x[inside] * slope + intercept
        np.testing.assert_allclose(result["Scored Labels"][inside], expected, atol=1e-3)
        assert by_fold["Mean Absolute Error"][fold] == pytest.approx(
            reference.mean_absolute_error(frame.y[inside], result["Scored Labels"][inside])
        )
    assert by_fold["Fold Number"].tolist() == ["0", "1", "2", "3", "Mean", "Standard Deviation"]
    assert by_fold["Number of examples in fold"].tolist() == [10, 10, 10, 10, 40, 40]
    figures = by_fold["Coefficient of Determination"]
    assert figures[4] == pytest.approx(figures[:4].mean())
    assert figures[5] == pytest.approx(figures[:4].std())


def test_folds_that_were_assigned_are_used(ctx: Context) -> None:
    table = Table.from_pandas(line().assign(part=np.arange(40) % 2))
    table = table.with_schema(table.schema.with_role("part", "fold"))
    scores, by_fold = cross_validate("linear_regression", table, "y", ctx)
    result = scores.to_pandas()
    assert by_fold["Fold Number"].tolist() == ["0", "1", "Mean", "Standard Deviation"]
    np.testing.assert_array_equal(result["Fold Assignments"], result["part"])
    evaluate(scores, ctx)


def test_a_class_that_a_fold_never_saw_has_no_chance_there(ctx: Context) -> None:
    frame = pd.DataFrame({"x": np.arange(21.0), "kind": ["low"] * 10 + ["top"] * 10 + ["rare"]})
    scores, _ = cross_validate(
        "multiclass_decision_forest", Table.from_pandas(frame), "kind", ctx, folds=3
    )
    result = scores.to_pandas()
    assert result.loc[20, 'Scored Probabilities for Class "rare"'] == 0.0
    assert scores.schema.column("Scored Labels").levels == ("low", "rare", "top")
    assert result["Scored Labels"].notna().all()


def test_two_classes_are_cross_validated_and_evaluated(ctx: Context) -> None:
    frame = line(60).assign(y=lambda f: np.where(f.y > 1, "yes", "no"))
    scores, by_fold = cross_validate(
        "two_class_logistic_regression", Table.from_pandas(frame), "y", ctx, folds=3
    )
    assert list(by_fold.columns[:4]) == [
        "Fold Number",
        "Number of examples in fold",
        "Model",
        "Accuracy",
    ]
    assert by_fold["Model"].unique().tolist() == ["Two-Class Logistic Regression"]
    overall = evaluate(scores, ctx).metrics["accuracy"]
    assert overall == pytest.approx(by_fold["Accuracy"][3])


def test_more_folds_than_rows_are_told(ctx: Context) -> None:
    from modules.judging.validation import OneFold, TooFewRows

    with pytest.raises(TooFewRows, match="3 rows cannot be divided into 10 folds"):
        cross_validate("linear_regression", Table.from_pandas(line(3)), "y", ctx)
    table = Table.from_pandas(line(6).assign(part=1))
    table = table.with_schema(table.schema.with_role("part", "fold"))
    with pytest.raises(OneFold, match="“part” has one fold only"):
        cross_validate("linear_regression", table, "y", ctx)


def test_warnings_come_once_for_all_folds(ctx: Context) -> None:
    frame = line()
    frame.loc[::5, "x"] = np.nan
    cross_validate("linear_regression", Table.from_pandas(frame), "y", ctx, folds=4)
    assert isinstance(ctx.listener, Notes)
    codes = [code for code, _ in ctx.listener.warnings]
    assert sorted(codes) == ["rows_not_judged", "rows_skipped"]
