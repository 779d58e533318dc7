"""Two columns side by side."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.engine import messages as say
from studio.engine.engine import Engine
from tests.engine.tables import PORT, request, stored, table, where


def compared(engine: Engine, key: str, x: str, y: str, **more: Any) -> say.Compared:
    answer = engine.ask(say.Compare(request(), key, PORT, x, y, **more))
    assert isinstance(answer, say.Compared)
    assert answer.problem is None, answer.problem
    pictures = (answer.scatter, answer.boxes, answer.cross_tab)
    assert sum(picture is not None for picture in pictures) == 1
    sent = json.dumps(say.to_dict(answer), allow_nan=False)
    assert say.from_dict(json.loads(sent)) == answer
    return answer


def test_numbers_are_points_with_a_line(engine: Engine, tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    x = chance.normal(size=500)
    y = 3 * x + chance.normal(size=500)
    data = {"x": [*x, None, 1.0], "y": [*y, 1.0, float("inf")]}
    key = stored(engine, tmp_path, table(data))
    answer = compared(engine, key, "x", "y", limit=50)
    assert (answer.rows, answer.missing, answer.sampled_rows) == (500, 2, None)
    assert (answer.x, answer.y, answer.x_type, answer.y_type) == ("x", "y", "double", "double")
    found = answer.scatter
    assert found is not None
    assert found.points == tuple(zip(x[::10], y[::10], strict=True))
    slope, intercept = np.polyfit(x, y, 1)
    assert (found.slope, found.intercept) == pytest.approx((slope, intercept))
    assert found.correlation == pytest.approx(np.corrcoef(x, y)[0, 1])


def test_a_column_that_does_not_vary_has_no_correlation(engine: Engine, tmp_path: Path) -> None:
    key = stored(engine, tmp_path, table({"x": [1, 1, 1], "y": [1, 2, 3]}))
    still = compared(engine, key, "x", "y").scatter
    assert still == say.Scatter(((1.0, 1.0), (1.0, 2.0), (1.0, 3.0)))
    level = compared(engine, key, "y", "x").scatter
    assert level is not None
    assert (level.slope, level.intercept, level.correlation) == (0.0, 1.0, None)


def test_times_are_seconds(engine: Engine, tmp_path: Path) -> None:
    data = {"t": [datetime(1970, 1, 2)], "s": [timedelta(minutes=1)]}
    answer = compared(engine, stored(engine, tmp_path, table(data)), "t", "s")
    assert answer.scatter == say.Scatter(((86_400.0, 60.0),))
    assert (answer.x_type, answer.y_type) == ("datetime", "timespan")


@pytest.mark.parametrize("order", [("word", "n"), ("n", "word")])
def test_a_category_gives_boxes(engine: Engine, tmp_path: Path, order: tuple[str, str]) -> None:
    words = ["often"] * 5 + [f"w{n}" for n in range(30)] + [None]
    data = {"word": words, "n": [1, 2, 3, 4, 100, *range(30), 7]}
    answer = compared(engine, stored(engine, tmp_path, table(data)), *order)
    assert (answer.rows, answer.missing) == (35, 1)
    found = answer.boxes
    assert found is not None
    assert (found.category, found.number) == ("word", "n")
    assert (len(found.boxes), found.left_out, found.left_out_rows) == (20, 11, 11)
    assert found.boxes[0] == say.Box("often", 5, 1.0, 2.0, 3.0, 4.0, 4.0, 22.0, (100.0,), 1)
    assert [box.name for box in found.boxes[1:3]] == ["w0", "w1"]


def test_two_categories_are_counted(engine: Engine, tmp_path: Path) -> None:
    data = {"a": ["x", "x", "y", None, "x"], "b": [True, False, True, True, True]}
    key = stored(engine, tmp_path, table(data))
    found = compared(engine, key, "a", "b").cross_tab
    assert found == say.CrossTab(("x", "y"), ("true", "false"), ((2, 1), (1, 0)))
    chosen = compared(engine, key, "a", "b", where=where("b", "equals", False)).cross_tab
    assert chosen == say.CrossTab(("x",), ("false",), ((1,),))


def test_rare_categories_are_summed(engine: Engine, tmp_path: Path) -> None:
    words = [f"w{n:02}" for n in range(25)] + ["w00"]
    key = stored(engine, tmp_path, table({"a": words, "b": ["z"] * 26}))
    found = compared(engine, key, "a", "b").cross_tab
    assert found is not None
    assert (len(found.x_values), found.x_rest, found.y_rest) == (20, 5, 0)
    assert found.counts == ((2,), *[(1,)] * 19, (5,))


def test_empty_tables_have_empty_pictures(engine: Engine, tmp_path: Path) -> None:
    import pyarrow as pa

    data = {"n": pa.array([], pa.int64()), "w": pa.array([], pa.string())}
    key = stored(engine, tmp_path, table(data))
    assert compared(engine, key, "n", "n").scatter == say.Scatter(())
    assert compared(engine, key, "n", "w").boxes == say.Boxes("w", "n", ())
    assert compared(engine, key, "w", "w").cross_tab == say.CrossTab((), (), ())
