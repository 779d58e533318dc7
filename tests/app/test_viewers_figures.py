"""Figures are written with the digits that people need, and no more."""

from __future__ import annotations

import pytest

from studio.app.figures import (
    axis_texts,
    cell,
    count,
    decimals_of,
    figure,
    full,
    share,
    span_text,
)
from studio.app.viewers.counts import Counts
from studio.app.viewers.tree_layout import below, places
from studio.engine.answers import TreeNode
from studio.session.figure_names import figure_name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"), (True, "True"), (1204, "1,204"), (5.843333333, "5.84333"), (0.0, "0"),
        (1234567.0, "1,234,567"), (1.5e-9, "1.5e-09"), (float("inf"), "Infinity"), ("x", "x"),
        (-0.25, "-0.25"), (2.0, "2"),
    ],
)  # fmt: skip
def test_a_figure_has_six_digits_at_most(value: object, text: str) -> None:
    assert figure(value) == text


def test_cells_of_a_column_have_the_same_decimals() -> None:
    values = [5.1, 4.95, 0.123456, None]
    decimals = decimals_of(values)
    assert [cell(value, decimals) for value in values] == ["5.1000", "4.9500", "0.1235", ""]
    assert decimals_of([1.0, 2.0]) == 0
    assert decimals_of([1234567.25]) == 0
    assert decimals_of([1234.25]) == 2


def test_what_a_column_is_too_coarse_for_is_written_out() -> None:
    assert cell(0.00000123, 2) == "1.23e-06"
    assert cell(12, 2) == "12"
    assert full(3.0) == "3"
    assert full(0.1 + 0.2) == "0.30000000000000004"


def test_counts_shares_and_spans() -> None:
    assert count(1, "row") == "1 row"
    assert count(1204, "row") == "1,204 rows"
    assert count(2, "category", "categories") == "2 categories"
    assert share(1, 10_000) == "<0.1 %"
    assert share(1, 3) == "33 %"
    assert share(6, 66) == "9.1 %"
    assert share(0, 0) == "0 %"
    assert span_text(93_784) == "1.02:03:04"
    assert span_text(-60) == "-00:01:00"


def test_the_texts_of_an_axis_have_the_same_decimals() -> None:
    assert axis_texts([0, 0.5, 1]) == ["0.0", "0.5", "1.0"]
    assert axis_texts([0, 1_000_000, 2_000_000]) == ["0", "1M", "2M"]
    assert axis_texts([]) == []


def test_the_names_of_figures_are_words() -> None:
    assert figure_name("mean_absolute_error") == "Mean absolute error"
    assert figure_name("auc") == "AUC"
    assert figure_name("R²") == "R²"


def test_figures_at_a_threshold_follow_from_the_counts() -> None:
    counts = Counts(60, 6, 0, 105)
    assert counts.accuracy == 165 / 171
    assert counts.precision == 1
    assert counts.recall == 60 / 66
    assert counts.f1 == 120 / 126
    assert counts.false_share == 0
    assert counts.positive_share == 60 / 171
    assert counts.lift == pytest.approx(60 / 66 / (60 / 171))
    none = Counts(0, 0, 0, 5)
    assert none.precision is None
    assert none.recall is None
    assert none.lift is None


def test_a_tree_stands_above_the_middle_of_its_leaves() -> None:
    nodes = [
        TreeNode("a", 1, 2), TreeNode(""), TreeNode("b", 3, 4), TreeNode(""), TreeNode(""),
    ]  # fmt: skip
    found = places(nodes, ())
    assert len({y for _, y in found.values()}) == 3
    assert found[2][0] == (found[3][0] + found[4][0]) / 2
    assert found[0][0] == (found[1][0] + found[2][0]) / 2
    assert below(nodes, 1) == {2}
    assert set(places(nodes, {2})) == {0, 1, 2}
    assert places([], ()) == {}
