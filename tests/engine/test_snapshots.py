"""Outputs saved for good, and brought back."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from studio import paths
from studio.engine import messages as say
from studio.engine.engine import Engine
from studio.sdk import Table
from studio.sdk.saved import MAX_NAME, SavedUnreadable, pack, unpack
from studio.session.library import Library
from tests.engine.drawing import Drawing, Told, run
from tests.engine.tables import category, request, stored


def saved(engine: Engine, key: str, port: str, name: str, **more: Any) -> say.Snapshotted:
    answer = engine.ask(say.Snapshot(request(), key, port, name, **more))
    assert isinstance(answer, say.Snapshotted)
    return answer


def code(answer: say.Snapshotted) -> str:
    assert answer.problem is not None
    return answer.problem.code


def fitted(engine: Engine) -> Told:
    drawing = Drawing().add("d", "sample_dataset", name="diabetes")
    drawing.add("n", "normalize_data", {"dataset": "d.dataset"}).add("l", "linear_regression")
    wires: dict[str, str | list[str]] = {"untrained_model": "l.untrained_model"}
    drawing.add("t", "train_model", {**wires, "dataset": "d.dataset"})
    told = run(engine, drawing)
    assert told.outcome == "finished", told.problems
    return told


def test_a_saved_dataset_comes_back_with_roles_and_levels(engine: Engine, tmp_path: Path) -> None:
    made = category("size", ["s", None, "l"], ["s", "m", "l"])
    made = made.with_schema(made.schema.with_role("size", "label")).settled()
    answer = saved(engine, stored(engine, tmp_path, made), "dataset", "My sizes", source="Exp")
    assert (answer.problem, answer.kind) == (None, "dataset")
    assert Path(answer.path) == paths.saved() / "datasets" / "My sizes.arrow"
    drawing = Drawing().add("s", "saved_dataset", path=answer.path)
    drawing.add("i", "import_data", path=answer.path)
    known = engine.describe(drawing.experiment).schemas
    told = run(engine, drawing)
    for node in ("s", "i"):
        back = told.value(node, "dataset")
        assert isinstance(back, Table)
        assert back.schema.visible == made.schema.visible
        assert known[node] == {"dataset": back.schema.without_origin().to_dict()}
        assert back.to_arrow().to_pylist() == made.to_arrow().to_pylist()


def test_a_saved_model_and_transform_do_what_they_did(engine: Engine) -> None:
    told = fitted(engine)
    model = saved(engine, told.keys["t"], "trained_model", "Model")
    transform = saved(engine, told.keys["n"], "transformation_function", "Scaling")
    assert (model.kind, transform.kind) == ("model", "transform")
    drawing = Drawing().add("d", "sample_dataset", name="diabetes")
    drawing.add("m", "saved_model", path=model.path)
    drawing.add("x", "saved_transform", path=transform.path)
    drawing.add("s", "score_model", {"trained_model": "m.trained_model", "dataset": "d.dataset"})
    wires: dict[str, str | list[str]] = {"transformation": "x.transformation"}
    drawing.add("a", "apply_transformation", {**wires, "dataset": "d.dataset"})
    back = run(engine, drawing)
    assert back.outcome == "finished", back.problems
    table = told.value("d", "dataset")
    scored = told.value("t", "trained_model").score(table).to_arrow()
    assert back.value("s", "scored_dataset").to_arrow().equals(scored)
    scaled = told.value("n", "transformed_dataset").to_arrow()
    assert back.value("a", "transformed_dataset").to_arrow().equals(scaled)


def test_equal_models_are_saved_as_equal_bytes(engine: Engine, tmp_path: Path) -> None:
    told = fitted(engine)
    folder = engine.store.folder_of(told.keys["t"]) / "trained_model"
    for name in ("one", "two"):
        pack(folder, tmp_path / name)
        os.utime(folder / "value.json", (1, 1))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_taken_name_is_refused_unless_it_may_be_replaced(engine: Engine, tmp_path: Path) -> None:
    first = stored(engine, tmp_path, category("a", ["x"], ["x"]))
    second = stored(engine, tmp_path, category("b", ["y"] * 3, ["y"]))
    assert saved(engine, first, "dataset", "Data").problem is None
    refused = saved(engine, second, "dataset", " data ")
    assert code(refused) == "saved_name_taken"
    assert refused.problem is not None
    assert refused.problem.sentence == "There is a saved dataset “Data” already."
    assert [item.about for item in Library().items()] == ["1 row × 1 column"]
    assert saved(engine, second, "dataset", "data", replace=True).problem is None
    assert [item.about for item in Library().items()] == ["3 rows × 1 column"]


WRONG = [
    "",
    "  ",
    "a/b",
    "a\\b",
    "..",
    ".hidden",
    "end.",
    'say "no"',
    "nul",
    "COM1.x",
    "a\tb",
    "a\0b",
]
LONG = ["x" * (MAX_NAME + 1), "ä" * (2 * MAX_NAME)]


@pytest.mark.parametrize("name", [*WRONG, *LONG])
def test_names_that_some_system_forbids_are_refused(
    engine: Engine, tmp_path: Path, name: str
) -> None:
    key = stored(engine, tmp_path, category("a", ["x"], ["x"]))
    assert code(saved(engine, key, "dataset", name)) == "saved_name_wrong"
    assert Library().items() == ()


def test_only_datasets_models_and_transforms_can_be_saved(engine: Engine) -> None:
    told = run(engine, Drawing().add("l", "linear_regression"))
    assert code(saved(engine, told.keys["l"], "untrained_model", "x")) == "not_savable"
    assert code(saved(engine, "gone", "dataset", "x")) == "result_gone"


def test_a_folder_that_cannot_be_written_is_named(engine: Engine, tmp_path: Path) -> None:
    key = stored(engine, tmp_path, category("a", ["x"], ["x"]))
    paths.saved().mkdir(parents=True)
    (paths.saved() / "datasets").write_text("in the way")
    answer = saved(engine, key, "dataset", "x")
    assert code(answer) == "not_saved"
    assert answer.problem is not None
    assert str(paths.saved()) in answer.problem.hint


def test_what_was_half_written_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    key = stored(engine, tmp_path, category("a", ["x"], ["x"]))
    answer = saved(engine, key, "dataset", "x")
    names = {path.name for path in Path(answer.path).parent.iterdir()}
    assert names == {"x.arrow", "x.json"}


def packed(path: Path, *files: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, data in files:
            made.writestr(name, data)
    return path


@pytest.mark.parametrize("name", ["../out", "/out", "a/../../out", "C:\\out", "a//b", "a\\..\\b"])
def test_nothing_is_unpacked_outside_the_folder(tmp_path: Path, name: str) -> None:
    bad = packed(tmp_path / "bad.model", (name, b"x"))
    folder = tmp_path / "inner" / "folder"
    folder.mkdir(parents=True)
    with pytest.raises(SavedUnreadable, match="a path that is not ours"):
        unpack(bad, folder)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [bad]


def test_a_file_that_swells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.sdk.saved.MAX_BYTES", 1000)
    bad = packed(tmp_path / "bad.model", ("a", b"0" * 600), ("b", b"0" * 600))
    (tmp_path / "folder").mkdir()
    with pytest.raises(SavedUnreadable, match="more than a model can"):
        unpack(bad, tmp_path / "folder")


def test_a_damaged_file_is_a_sentence(engine: Engine, tmp_path: Path) -> None:
    told = fitted(engine)
    path = Path(saved(engine, told.keys["t"], "trained_model", "Model").path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    other = saved(engine, told.keys["n"], "transformation_function", "Scaling").path
    text = tmp_path / "text.model"
    text.write_text("no zip at all")
    drawing = Drawing().add("m", "saved_model", path=str(path))
    drawing.add("w", "saved_model", path=other).add("t", "saved_model", path=str(text))
    drawing.add("g", "saved_transform", path="gone.transform")
    back = run(engine, drawing)
    assert back.problems == {
        "m": "saved_unreadable",
        "w": "file_unreadable",
        "t": "saved_unreadable",
        "g": "file_unreadable",
    }
