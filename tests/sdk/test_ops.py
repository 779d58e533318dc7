"""The vocabulary of fitted things, on the values that break careless code."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from studio.sdk.ops_numpy import NUMPY as ops

INF, NAN = math.inf, math.nan
UP, DOWN = np.nextafter(1.0, 2.0), np.nextafter(1.0, 0.0)


def numbers(*values: float) -> Any:
    return np.array(values, dtype=np.float64)


def text(*values: str | None) -> Any:
    return np.array(values, dtype=object)


def listed(values: Any) -> list[Any]:
    return [None if isinstance(v, float) and math.isnan(v) else v for v in values.tolist()]


def test_missing_is_nan_in_numbers_and_none_in_text() -> None:
    assert ops.is_missing(numbers(NAN, INF, 0.0, -0.0)).tolist() == [True, False, False, False]
    assert ops.is_missing(text("", "nan", "NaN", "None", None, "ß")).tolist() == [
        False,
        False,
        False,
        False,
        True,
        False,
    ]


def test_infinities_are_not_missing_and_text_has_none() -> None:
    assert ops.is_infinite(numbers(INF, -INF, NAN, 1e308)).tolist() == [True, True, False, False]
    assert ops.is_infinite(text("inf", None)).tolist() == [False, False]


def test_fill_by_a_scalar_and_by_another_column() -> None:
    assert listed(ops.fill(numbers(NAN, 2.0, INF), -1.0)) == [-1.0, 2.0, INF]
    assert listed(ops.fill(numbers(NAN, 2.0), numbers(7.0, 8.0))) == [7.0, 2.0]
    assert listed(ops.fill(text(None, "", "nan"), "ü")) == ["ü", "", "nan"]
    assert listed(ops.fill(text(None, "a"), text("x", "y"))) == ["x", "a"]


@pytest.mark.parametrize(
    ("name", "left", "right", "expected"),
    [
        ("add", (1.0, NAN, INF, 1e308), (2.0, 1.0, -INF, 1e308), [3.0, None, None, INF]),
        ("sub", (1.0, INF, NAN), (0.5, INF, 1.0), [0.5, None, None]),
        ("mul", (0.0, -2.0, 1e200), (INF, 3.0, 1e200), [None, -6.0, INF]),
        ("div", (1.0, -1.0, 0.0, 5.0), (0.0, 0.0, 0.0, INF), [INF, -INF, None, 0.0]),
    ],
)
def test_arithmetic_follows_the_standard(
    name: str, left: tuple[float, ...], right: tuple[float, ...], expected: list[float | None]
) -> None:
    assert listed(getattr(ops, name)(numbers(*left), numbers(*right))) == expected


def test_arithmetic_takes_scalars_on_either_side() -> None:
    assert listed(ops.sub(10.0, numbers(1.0, NAN))) == [9.0, None]
    assert listed(ops.div(numbers(1.0, 4.0), 2.0)) == [0.5, 2.0]


def test_functions_at_the_ends_of_their_ranges() -> None:
    assert listed(ops.log(numbers(1.0, 0.0, -1.0, INF, NAN))) == [0.0, -INF, None, INF, None]
    assert listed(ops.exp(numbers(0.0, 1e4, -INF, NAN))) == [1.0, INF, 0.0, None]
    assert listed(ops.sqrt(numbers(4.0, -1.0, INF))) == [2.0, None, INF]
    assert listed(ops.tanh(numbers(0.0, INF, -INF, NAN))) == [0.0, 1.0, -1.0, None]
    assert listed(ops.erf(numbers(0.0, INF, -INF, NAN))) == [0.0, 1.0, -1.0, None]
    assert listed(ops.floor(numbers(-0.5, DOWN, 1.0, INF, NAN))) == [-1.0, 0.0, 1.0, INF, None]
    assert listed(ops.absolute(numbers(-INF, -0.0, NAN))) == [INF, 0.0, None]


def test_functions_are_the_c_librarys_to_the_last_digits() -> None:
    values = [-3.0, -0.1, 1e-300, 0.5, 2.5]
    for name in ("exp", "tanh", "erf"):
        expected = [getattr(math, name)(value) for value in values]
        np.testing.assert_array_max_ulp(getattr(ops, name)(numbers(*values)), numbers(*expected), 2)


def test_a_product_does_not_depend_on_the_rows_beside_it() -> None:
    rng = np.random.default_rng(1)
    matrix, weights = rng.normal(size=(100, 37)), rng.normal(size=(37, 5))
    whole = ops.matmul(matrix, weights)
    np.testing.assert_allclose(whole, matrix @ weights, rtol=1e-12)
    assert all((ops.matmul(matrix[i : i + 1], weights)[0] == whole[i]).all() for i in range(100))
    assert (ops.matmul(matrix, weights[:, 2]) == whole[:, 2]).all()
    assert ops.matmul(np.zeros((3, 0)), np.zeros((0, 2))).tolist() == [[0.0, 0.0]] * 3


def test_clip_keeps_what_is_missing() -> None:
    assert listed(ops.clip(numbers(-INF, DOWN, 1.0, UP, NAN), 1.0, 1.0)) == [
        1.0,
        1.0,
        1.0,
        1.0,
        None,
    ]


def test_nothing_equals_something_missing() -> None:
    assert ops.eq(numbers(NAN, 1.0, 1.0), numbers(NAN, 1.0, UP)).tolist() == [False, True, False]
    assert ops.eq(text(None, "", "nan"), text(None, "", "NaN")).tolist() == [False, True, False]
    assert ops.eq(text("é", "e\u0301", None), "é").tolist() == [True, False, False]
    assert ops.eq("é", text("é", None)).tolist() == [True, False]


def test_comparisons_part_neighbouring_numbers() -> None:
    column = numbers(DOWN, 1.0, UP, NAN, -INF, INF)
    assert ops.gt(column, 1.0).tolist() == [False, False, True, False, False, True]
    assert ops.ge(column, 1.0).tolist() == [False, True, True, False, False, True]


def test_masks_combine() -> None:
    a, b = np.array([True, True, False, False]), np.array([True, False, True, False])
    assert ops.both(a, b).tolist() == [True, False, False, False]
    assert ops.either(a, b).tolist() == [True, True, True, False]
    assert ops.negate(a).tolist() == [False, False, True, True]
    assert ops.num(a).tolist() == [1.0, 1.0, 0.0, 0.0]
    assert ops.num(a).dtype == np.float64


def test_where_chooses_between_columns_scalars_and_missing() -> None:
    mask = np.array([True, False])
    assert listed(ops.where(mask, numbers(1.0, 2.0), numbers(3.0, NAN))) == [1.0, None]
    assert listed(ops.where(mask, None, 5.0)) == [None, 5.0]
    assert listed(ops.where(mask, "a", None)) == ["a", None]
    assert listed(ops.where(mask, text("x", "y"), text(None, "z"))) == ["x", "z"]


def test_bucket_puts_an_edge_above_or_below() -> None:
    column = numbers(-INF, DOWN, 1.0, UP, 2.0, INF, NAN)
    assert listed(ops.bucket(column, [1.0, 2.0])) == [0, 0, 1, 1, 2, 2, None]
    assert listed(ops.bucket(column, [1.0, 2.0], upper=True)) == [0, 0, 0, 1, 1, 2, None]
    assert listed(ops.bucket(numbers(3.0, NAN), [])) == [0, None]


def test_lookup_of_text_gives_numbers_or_text() -> None:
    column = text("a", "", None, "nan", "b")
    assert listed(ops.lookup(column, {"a": 1.0, "": 2.0}, -1.0)) == [1.0, 2.0, None, -1.0, -1.0]
    assert listed(ops.lookup(column, {"a": "A", "b": None}, "?")) == ["A", "?", None, "?", None]
    assert listed(ops.lookup(column, {"a": "A"})) == ["A", None, None, None, None]


def test_lookup_of_numbers_is_exact() -> None:
    assert listed(ops.lookup(numbers(1.0, UP, NAN, -0.0), {1.0: 10.0, 0.0: 20.0}, 0.0)) == [
        10.0,
        0.0,
        None,
        20.0,
    ]


def test_onehot_leaves_a_row_of_zeros_for_what_is_no_level() -> None:
    matrix = ops.onehot(text("b", None, "", "nan", "B"), ["a", "b", ""])
    assert matrix.tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert ops.onehot(text("a"), []).shape == (1, 0)
    assert ops.onehot(numbers(1.0, NAN), [1.0]).tolist() == [[1.0], [0.0]]


def test_columns_and_matrices_side_by_side() -> None:
    matrix = ops.hstack([numbers(1.0, NAN), np.eye(2), numbers(5.0, 6.0)])
    assert matrix.shape == (2, 4)
    assert listed(ops.take(matrix, 0)) == [1.0, None]
    assert listed(ops.take(matrix, 3)) == [5.0, 6.0]
    assert ops.matmul(np.eye(2), [2.0, 3.0]).tolist() == [2.0, 3.0]
    assert ops.matmul(np.eye(2), np.ones((2, 3))).shape == (2, 3)


def test_empty_columns_pass_through_everything() -> None:
    nothing, no_text = numbers(), text()
    for name in ("is_missing", "log", "exp", "floor", "erf", "absolute"):
        assert len(getattr(ops, name)(nothing)) == 0
    assert len(ops.bucket(nothing, [1.0])) == 0
    assert ops.onehot(no_text, ["a"]).shape == (0, 1)
    assert len(ops.lookup(no_text, {"a": 1.0}, 0.0)) == 0


def test_arguments_are_left_as_they_were() -> None:
    column, words = numbers(1.0, NAN), text("a", None)
    ops.fill(column, 0.0)
    ops.clip(column, 5.0, 6.0)
    ops.fill(words, "b")
    ops.where(ops.is_missing(words), "b", words)
    assert listed(column) == [1.0, None]
    assert listed(words) == ["a", None]


def test_a_fitted_transformer_is_taken_in() -> None:
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    matrix = np.array([[1.0], [3.0]])
    scaler = StandardScaler().fit(matrix)
    assert ops.estimator(scaler, matrix).tolist() == [[-1.0], [1.0]]
    assert ops.estimator(OneHotEncoder().fit(matrix), matrix).tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_any_function_runs_on_the_host() -> None:
    def longer(words: Any) -> Any:
        return np.array([len(word) for word in words], dtype=np.float64)

    assert ops.host(longer, text("a", "bcd")).tolist() == [1.0, 3.0]
