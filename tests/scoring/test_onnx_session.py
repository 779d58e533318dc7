"""An open graph: the answers of the numpy program, from several threads, and what it declines."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from studio.export.onnx.program import model_to_onnx, to_onnx
from studio.scoring import onnx_session
from studio.scoring.onnx_model import ModelGraph, OnnxModel
from studio.scoring.onnx_session import MISSING, Declined, GraphUnreadable, OnnxProgram
from studio.scoring.program import Program
from studio.sdk import Context
from tests.export.onnx.paths import scoring, table, trained

COLUMNS = ("x", "word")


@pytest.fixture
def program(ctx: Context) -> Program:
    model = trained(
        "two_class_boosted_decision_tree", "answer", ctx, COLUMNS, allow_unknown_levels=False
    )
    return scoring(model, table(*COLUMNS))


def rows(x: list[float], word: list[Any]) -> dict[str, Any]:
    return {"rows": {"x": np.array(x, np.float64), "word": np.array(word, object)}}


def same(found: Any, expected: Any) -> None:
    assert list(found) == list(expected)
    for name, values in expected["reply"].items():
        assert found["reply"][name].dtype == values.dtype
        if values.dtype == object:
            assert found["reply"][name].tolist() == values.tolist()
        else:
            np.testing.assert_allclose(found["reply"][name], values, rtol=1e-14)


def test_it_is_opened_from_bytes_and_from_a_file(program: Program, tmp_path: Path) -> None:
    data = to_onnx(program)
    file = tmp_path / "model.onnx"
    file.write_bytes(data)
    asked = rows([0.5, np.nan, 1.0, -1.0], ["red", "red", None, ""])
    for source in (data, file):
        same(OnnxProgram(source).run(asked), program.run(asked))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_pieces_and_threads_change_nothing(
    program: Program, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_session, "PIECE", 5_000)
    rng = np.random.default_rng(1)
    words = rng.choice(np.array(["red", "green", "", None], object), 7_001)
    asked = rows(rng.normal(size=7_001).tolist(), words.tolist())
    opened = OnnxProgram(to_onnx(program))
    found = opened.run(asked, threads)
    same(found, program.run(asked))
    monkeypatch.undo()
    whole = opened.run(asked)
    for name, values in whole["reply"].items():
        np.testing.assert_array_equal(found["reply"][name], values)


def test_no_rows_give_empty_columns(program: Program) -> None:
    same(OnnxProgram(to_onnx(program)).run(rows([], [])), program.run(rows([], [])))


@pytest.mark.parametrize(
    ("x", "word"),
    [
        (np.inf, "red"),
        (0.5, "never seen"),
        (0.5, MISSING),
        (0.5, "half a character \ud800"),
        (0.5, 7),
        (0.5, float("nan")),
    ],
)
def test_what_a_graph_cannot_answer_is_declined(program: Program, x: float, word: Any) -> None:
    opened = OnnxProgram(to_onnx(program))
    with pytest.raises(Declined):
        opened.run(rows([0.1, x], ["red", word]))


def test_a_row_without_a_feature_is_not_declined_for_the_others(program: Program) -> None:
    asked = rows([np.nan, np.inf], ["never seen", None])
    same(OnnxProgram(to_onnx(program)).run(asked), program.run(asked))


@pytest.mark.parametrize("word", ["a\0b", "a\0", "\0", "ü", "u\u0308", "名前", "😀", "nan", "None"])
def test_any_text_is_itself(ctx: Context, word: str) -> None:
    model = trained("two_class_logistic_regression", "answer", ctx, ("word",))
    program = scoring(model, table("word"))
    asked = {"rows": {"word": np.array([word, "a", None, "red"], object)}}
    same(OnnxProgram(to_onnx(program)).run(asked), program.run(asked))


def test_columns_of_another_layout_are_taken(program: Program) -> None:
    wide = np.arange(12.0).reshape(4, 3)
    asked = {"rows": {"x": wide[:, 1], "word": np.array(["red"] * 8, object)[::2]}}
    same(OnnxProgram(to_onnx(program)).run(asked), program.run(asked))


def test_several_threads_ask_at_once(program: Program) -> None:
    opened = OnnxProgram(to_onnx(program))
    asked = [rows([i / 10], ["red" if i % 2 else "green"]) for i in range(40)]
    expected = [program.run(item)["reply"]["Scored Probabilities"][0] for item in asked]
    wrong: list[int] = []

    def ask() -> None:
        for _ in range(10):
            for number, item in enumerate(asked):
                found = opened.run(item)["reply"]["Scored Probabilities"][0]
                if abs(found - expected[number]) > 1e-14:
                    wrong.append(number)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_other_files_are_refused_in_a_sentence(program: Program, tmp_path: Path) -> None:
    stranger = onnx.load_from_string(to_onnx(program))
    del stranger.metadata_props[:]
    newer = onnx.load_from_string(to_onnx(program))
    newer.metadata_props[0].value = newer.metadata_props[0].value.replace(
        '"format": 1', '"format": 2'
    )
    alone = model_to_onnx(program.steps[0].model)  # type: ignore[attr-defined]
    for source in (
        *(b"", b"not a model", to_onnx(program)[:-200], alone),
        *(stranger.SerializeToString(), newer.SerializeToString(), tmp_path / "absent.onnx"),
    ):
        with pytest.raises(GraphUnreadable) as refused:
            OnnxProgram(source)
        assert refused.value.message.startswith("The ONNX model cannot be opened: ")
        assert "\n" not in refused.value.message


def test_a_graph_takes_the_place_of_an_estimator(program: Program) -> None:
    model = program.steps[0].model  # type: ignore[attr-defined]
    graph = ModelGraph(model_to_onnx(model))
    changed = OnnxModel.of(model, graph)
    assert changed.estimator is None
    assert changed.score_columns() == model.score_columns()
    matrix = np.zeros((3, len(model.features.names)))
    found, expected = changed.predict(matrix), model.predict(matrix)
    assert {name: values.tolist() for name, values in found.items()} == {
        name: values.tolist() for name, values in expected.items()
    }


@pytest.mark.parametrize(
    ("module_id", "label"), [("k_means_clustering", ""), ("decision_forest_regression", "y")]
)
def test_what_a_model_answers_is_known_without_its_estimator(
    ctx: Context, module_id: str, label: str
) -> None:
    model = trained(module_id, label, ctx)
    changed = OnnxModel.of(model, ModelGraph(model_to_onnx(model)))
    assert changed.score_columns() == model.score_columns()


def test_answering_needs_no_library_of_the_studios(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(to_onnx(program))
    code = f"""
import sys
import numpy as np
from pathlib import Path
from studio.scoring.onnx_session import OnnxProgram
tables = {{"rows": {{"x": np.array([0.5]), "word": np.array(["red"], object)}}}}
OnnxProgram(Path({str(file)!r})).run(tables)
heavy = {{"pandas", "pyarrow", "sklearn", "scipy", "lightgbm", "onnx", "duckdb", "skl2onnx"}}
print(*sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
