"""Pages of a table: exact values, sorted and filtered rows."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from studio.engine import messages as say
from studio.engine.engine import Engine
from studio.sdk import Table
from tests.engine.drawing import Drawing, run
from tests.engine.tables import PORT, category, column, page, stored, table, where


def mixed() -> Table:
    return table(
        {
            "id": [2**53 + 1, -(2**63), None, 2**63 - 1],
            "price": [1.5, float("inf"), None, -float("inf")],
            "when": [datetime(2024, 1, 31, 12), None, datetime(1969, 7, 20, 20, 17, 40, 250), None],
            "span": [timedelta(days=1, seconds=3723), timedelta(seconds=-1.5), None, timedelta(0)],
            "word": ["Straße", None, "", "Zürich"],
            "flag": [True, None, False, True],
        }
    )


def test_cells_are_exact_and_plain(engine: Engine, tmp_path: Path) -> None:
    key = stored(engine, tmp_path, mixed())
    answer = page(engine, key)
    assert answer.rows == (
        (2**53 + 1, 1.5, "2024-01-31 12:00:00", "1.01:02:03", "Straße", True),
        (-(2**63), "Infinity", None, "-00:00:01.500000", None, None),
        (None, None, "1969-07-20 20:17:40.000250", None, "", False),
        (2**63 - 1, "-Infinity", None, "00:00:00", "Zürich", True),
    )
    sent = json.dumps(say.to_dict(answer), allow_nan=False)
    assert say.from_dict(json.loads(sent)) == answer


def test_long_text_is_cut(engine: Engine, tmp_path: Path) -> None:
    key = stored(engine, tmp_path, table({"word": ["x" * 5000]}))
    assert column(engine, key, "word") == ["x" * 1000 + "…"]


@pytest.mark.parametrize(
    ("name", "rising", "falling"),
    [
        ("id", [1, 0, 3, 2], [3, 0, 1, 2]),
        ("price", [3, 0, 1, 2], [1, 0, 3, 2]),
        ("when", [2, 0, 1, 3], [0, 2, 1, 3]),
        ("span", [1, 3, 0, 2], [0, 3, 1, 2]),
        ("word", [2, 0, 3, 1], [3, 0, 2, 1]),
        ("flag", [2, 0, 3, 1], [0, 3, 2, 1]),
    ],
)
def test_rows_are_sorted_with_missing_values_last(
    engine: Engine, tmp_path: Path, name: str, rising: list[int], falling: list[int]
) -> None:
    key = stored(engine, tmp_path, mixed())
    rows = page(engine, key).rows
    for descending, expected in ((False, rising), (True, falling)):
        answer = page(engine, key, sort=[say.Sort(name, descending)])
        assert answer.rows == tuple(rows[place] for place in expected)


def test_sorting_is_stable_and_takes_several_columns(engine: Engine, tmp_path: Path) -> None:
    chance = random.Random(5)
    data = {
        "a": [chance.choice([1, 2, 3, None]) for _ in range(400)],
        "b": [chance.choice(["x", "y", None]) for _ in range(400)],
        "row": list(range(400)),
    }
    key = stored(engine, tmp_path, table(data))
    sort = [say.Sort("b", descending=True), say.Sort("a")]
    expected = sorted(
        data["row"],
        key=lambda n: (
            {"y": 0, "x": 1, None: 2}[data["b"][n]],
            data["a"][n] is None,
            data["a"][n] or 0,
            n,
        ),
    )
    assert column(engine, key, "row", sort=sort) == expected
    part = page(engine, key, columns=["row"], sort=sort, offset=37, limit=11)
    assert [row[0] for row in part.rows] == expected[37:48]


def test_categories_are_sorted_by_their_text(engine: Engine, tmp_path: Path) -> None:
    made = category("size", ["small", None, "large", "small"], ["small", "medium", "large"])
    key = stored(engine, tmp_path, made)
    expected = ["large", "small", "small", None]
    assert column(engine, key, "size", sort=[say.Sort("size")]) == expected
    assert column(engine, key, "size", where=where("size", "equals", "small")) == ["small"] * 2
    assert column(engine, key, "size", where=where("size", "contains", "AR")) == ["large"]
    assert column(engine, key, "size", where=where("size", "missing")) == [None]


@pytest.mark.parametrize(
    ("name", "test", "value", "places"),
    [
        ("id", "equals", 2**53 + 1, [0]),
        ("id", "equals", str(2**53 + 1), [0]),
        ("id", "equals", 2**53, []),
        ("id", "at_most", 10**30, [0, 1, 3]),
        ("id", "not_equals", 2**63 - 1, [0, 1]),
        ("id", "less", 0.5, [1]),
        ("id", "at_least", float(2**53), [0, 3]),
        ("id", "equals", 0.5, []),
        ("id", "greater", "-inf", [0, 1, 3]),
        ("price", "at_most", 2**53 + 1, [0, 3]),
        ("price", "greater", 1, [0, 1]),
        ("price", "less", "1.5", [3]),
        ("price", "at_least", "inf", [1]),
        ("when", "less", "2024-01-01", [2]),
        ("when", "equals", "2024-01-31T13:00:00+01:00", [0]),
        ("span", "at_most", 0, [1, 3]),
        ("span", "equals", "1.01:02:03", [0]),
        ("word", "contains", "STRASSE", []),
        ("word", "contains", "str", [0]),
        ("word", "contains", "ZÜR", [3]),
        ("word", "not_contains", "r", [2]),
        ("word", "equals", "", [2]),
        ("word", "greater", "T", [3]),
        ("flag", "equals", True, [0, 3]),
        ("flag", "equals", "no", [2]),
        ("flag", "missing", None, [1]),
        ("price", "present", None, [0, 1, 3]),
        ("id", "contains", "9007", [0]),
        ("when", "contains", "20:17", [2]),
        ("span", "contains", "00:00:0", [1, 3]),
    ],
)
def test_rows_are_chosen_by_conditions(
    engine: Engine, tmp_path: Path, name: str, test: str, value: object, places: list[int]
) -> None:
    key = stored(engine, tmp_path, mixed())
    rows = page(engine, key).rows
    answer = page(engine, key, where=where(name, test, value))
    assert answer.rows == tuple(rows[place] for place in places)
    assert (answer.total, answer.rows_in_all) == (len(places), 4)


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("less", [1, 2]),
        ("at_most", [1, 2]),
        ("greater", [3]),
        ("at_least", [3]),
        ("equals", []),
        ("not_equals", [1, 2, 3]),
    ],
)
def test_whole_numbers_compare_with_fractions(
    engine: Engine, tmp_path: Path, test: str, expected: list[int]
) -> None:
    key = stored(engine, tmp_path, table({"n": [1, 2, 3, None]}))
    assert column(engine, key, "n", where=where("n", test, 2.5)) == expected


def test_all_conditions_count_and_what_is_left_is_sorted(engine: Engine, tmp_path: Path) -> None:
    key = stored(engine, tmp_path, table({"n": list(range(100))}))
    both = (*where("n", "at_least", 20), *where("n", "less", 25))
    found = column(engine, key, "n", where=both, sort=[say.Sort("n", descending=True)])
    assert found == [24, 23, 22, 21, 20]


@pytest.mark.parametrize(
    ("condition", "code", "sentence"),
    [
        (where("n", "less", "much"), "condition_wrong", "“much” cannot be compared with"),
        (where("n", "less"), "condition_wrong", "which holds whole numbers"),
        (where("m", "less", 1), "column_missing", "“m” is not in the input"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(
    engine: Engine, tmp_path: Path, condition: object, code: str, sentence: str
) -> None:
    key = stored(engine, tmp_path, table({"n": [1, 2]}))
    answer = engine.preview(key, PORT, where=condition)  # type: ignore[arg-type]
    assert answer.problem is not None
    assert answer.problem.code == code
    assert sentence in answer.problem.sentence


def test_a_table_without_rows_or_columns_is_a_page_too(engine: Engine, tmp_path: Path) -> None:
    key = stored(engine, tmp_path, table({"n": pa.array([], pa.int64())}))
    sort = [say.Sort("n")]
    assert page(engine, key, sort=sort, where=where("n", "less", 3)).rows == ()
    assert page(engine, key, offset=-5, limit=-5).rows == ()
    assert page(engine, key, columns=[]).rows == ()


def test_a_result_that_was_made_anew_is_read_anew(engine: Engine) -> None:
    drawing = Drawing().add("a", "drawn_anew")
    first = run(engine, drawing)
    sort = (say.Sort("n"),)
    before = engine.preview(first.keys["a"], "numbers", sort=sort).rows
    second = run(engine, drawing, fresh=["a"])
    assert second.keys == first.keys
    assert engine.preview(second.keys["a"], "numbers", sort=sort).rows != before
