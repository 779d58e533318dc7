"""Random choices that depend on the seed and the position alone."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.sdk import chance

ROWS = st.integers(0, 200)
SEEDS = st.integers(0, 2**63)
STRATA = st.none() | st.integers(1, 4)


def groups(rows: int, count: int | None) -> np.ndarray | None:
    return None if count is None else np.arange(rows) * 7 % count


def test_hashes_are_those_of_splitmix64() -> None:
    # The generator's published outputs from state 1234567, of which the n-th is the finished
    # state after n steps: https://rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64
    expected = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    step = 0x9E3779B97F4A7C15
    states = np.array([(1234567 + step * k) % 2**64 for k in range(3)], dtype=np.uint64)
    assert chance._mixed(states).tolist() == expected


def test_a_hash_is_of_its_position_whatever_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    short = chance.hashes(10, 7)
    monkeypatch.setattr(chance, "_BATCH", 3)
    assert chance.hashes(20, 7)[:10].tolist() == short.tolist()
    assert chance.hashes(10, 8).tolist() != short.tolist()


@given(ROWS, SEEDS)
def test_an_order_has_every_position(rows: int, seed: int) -> None:
    assert sorted(chance.order(rows, seed).tolist()) == list(range(rows))


@pytest.mark.parametrize(
    ("rows", "fraction"), [(10, 0.7), (10, 0.3), (193, 0.7), (1000, 0.29), (3, 1.0)]
)
def test_counts_are_exact(rows: int, fraction: float) -> None:
    exact = rows * Fraction(str(fraction))
    assert chance.count(rows, fraction) == exact.numerator // exact.denominator
    assert int(chance.chosen(rows, fraction, 1).sum()) == chance.count(rows, fraction)


@given(ROWS, st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.none() | SEEDS, STRATA)
def test_each_group_gives_its_share(
    rows: int, fraction: float, seed: int | None, count: int | None
) -> None:
    strata = groups(rows, count)
    mask = chance.chosen(rows, fraction, seed, strata)
    labels = np.zeros(rows, np.int64) if strata is None else strata
    for label in np.unique(labels):
        inside = labels == label
        assert mask[inside].sum() == chance.count(int(inside.sum()), fraction)


def test_choices_are_spread_evenly() -> None:
    mask = chance.chosen(100_000, 0.5, 3)
    tenths = mask.reshape(10, -1).mean(axis=1)
    assert np.abs(tenths - 0.5).max() < 0.02
    both = mask & chance.chosen(100_000, 0.5, 4)
    assert abs(both.mean() - 0.25) < 0.01


def test_without_a_seed_the_first_rows_are_taken() -> None:
    assert chance.chosen(5, 0.4, None).tolist() == [True, True, False, False, False]
    strata = np.array([0, 1, 0, 1])
    assert chance.chosen(4, 0.5, None, strata).tolist() == [True, True, False, False]


@given(ROWS, st.integers(1, 9), st.none() | SEEDS, STRATA)
def test_folds_are_as_equal_as_can_be(
    rows: int, count: int, seed: int | None, strata: int | None
) -> None:
    numbers = chance.folds(rows, count, seed, groups(rows, strata))
    sizes = np.bincount(numbers, minlength=count)
    assert sizes.max() - sizes.min() <= 1
    if strata is not None:
        labels = groups(rows, strata)
        for label in range(strata):
            inside = np.bincount(numbers[labels == label], minlength=count)
            assert inside.max() - inside.min() <= 1


@given(ROWS, st.none() | SEEDS, STRATA)
def test_portions_have_the_sizes_asked_for(rows: int, seed: int | None, strata: int | None) -> None:
    labels = groups(rows, strata)
    numbers = chance.portions(rows, (0.3, 0.6, 0.1), seed, labels)
    if strata is None:
        ends = [rows * 3 // 10, rows * 9 // 10, rows]
        assert np.cumsum(np.bincount(numbers, minlength=3)).tolist() == ends
    assert set(numbers.tolist()) <= {0, 1, 2}
    if seed is None and labels is None:
        assert numbers.tolist() == sorted(numbers.tolist())


@given(ROWS, SEEDS, STRATA)
def test_draws_stay_in_their_group(rows: int, seed: int, strata: int | None) -> None:
    labels = groups(rows, strata)
    drawn = chance.drawn(rows, seed, labels)
    assert len(drawn) == rows
    assert drawn.tolist() == sorted(drawn.tolist())
    assert set(drawn.tolist()) <= set(range(rows))
    if labels is not None:
        assert np.bincount(labels[drawn]).tolist() == np.bincount(labels).tolist()
